import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PLAN_ISSUE_WORDS } from '../../src/cli/plan-issue-words.ts';
import { partLines, planLines, verdictText } from '../../src/cli/plan-words.ts';
import type { PlanInWords } from '../../src/cli/plan-words.ts';
import type { PlanIssue, PlanIssueCode } from '../../src/series/plan.ts';

const VOLUME: PlanInWords = {
  verdict: 'volume',
  reasons: [],
  size: [512, 512, 222],
  spacing: [0.703125, 0.703125, 1.25],
  samples: 'Int16Array',
  byteLength: 512 * 512 * 222 * 2,
  parts: [],
};

function issue(code: PlanIssueCode, more: Partial<PlanIssue> = {}): PlanIssue {
  return { code, message: `words of ${code}`, instances: [], ...more };
}

describe('words for plans', () => {
  it('are there for every issue', () => {
    // The types hold the table to the codes; this holds the sentences.
    const source = fileURLToPath(new URL('../../src/series/plan.ts', import.meta.url));
    const types = /type SplitCode =(.*?)\/\*\* One of them/s.exec(readFileSync(source, 'utf8'));
    const codes = [...(types?.[1] ?? '').matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code ?? '');
    expect(codes.length).toBeGreaterThan(30);
    expect(Object.keys(PLAN_ISSUE_WORDS).sort()).toEqual([...new Set(codes)].sort());
    for (const [code, { meaning, advice }] of Object.entries(PLAN_ISSUE_WORDS)) {
      expect(meaning, code).toMatch(/^[A-Z].*\.$/);
      expect(advice, code).toMatch(/^(?:[A-Z]|--).*\.$/);
    }
  });

  it('say a volume in one line', () => {
    expect(verdictText(VOLUME)).toBe('volume 512 x 512 x 222, 0.7031 x 0.7031 x 1.25 mm');
    const tilted = { ...VOLUME, reasons: [issue('TILT', { message: 'sheared by 18.5 degrees' })] };
    expect(verdictText(tilted)).toContain(' mm: sheared by 18.5 degrees');
    const coded = { message: 'no codec for 1.2.840.10008.1.2.4.92' };
    expect(verdictText({ ...VOLUME, reasons: [issue('NO_CODEC', coded)] })).toMatch(
      / mm, but JPEG 2000 .* is not decoded$/,
    );
  });

  it('sum up as many gaps as a series may have slices', () => {
    const gaps = Array.from({ length: 200_000 }, (_, k) =>
      issue('UNEVEN_SPACING', { value: 1 + (k % 7), usual: 4 }),
    );
    const missing = [1, 2].map((count) => issue('MISSING_SLICES', { count }));
    const plan: PlanInWords = { ...VOLUME, verdict: 'stack', reasons: [...gaps, ...missing] };
    expect(verdictText(plan)).toBe(
      'stack of 512 x 512 x 222: distances of 1.000 to 7.000 mm, 4.000 mm is usual; ' +
        '3 slices are missing, in 2 places',
    );
    const lines = planLines(plan);
    expect(lines.filter((line) => line.startsWith('  UNEVEN_SPACING: words'))).toHaveLength(20);
    expect(lines).toContain(
      '  UNEVEN_SPACING: and 199980 more: distances of 1.000 to 7.000 mm, 4.000 mm is usual',
    );
  });

  it('name the files of an issue, and its meaning once', () => {
    const names = Array.from({ length: 7 }, (_, k) => `IM${k}`);
    const plan: PlanInWords = {
      ...VOLUME,
      verdict: 'stack',
      reasons: [
        issue('MISSING_SLICES', { instances: ['a\x1b', 'b'] }),
        issue('MISSING_SLICES', { instances: ['c', 'c'], frames: [3, 4] }),
        issue('DUPLICATE_POSITION', { instances: names }),
      ],
    };
    const { meaning, advice } = PLAN_ISSUE_WORDS.MISSING_SLICES;
    const lines = planLines(plan);
    expect(lines.slice(0, 6)).toEqual([
      'stack of 512 x 512 x 222, Int16Array, 111 MiB',
      '  MISSING_SLICES: words of MISSING_SLICES: a\\x1b, b',
      '  MISSING_SLICES: words of MISSING_SLICES: c frame 3, c frame 4',
      `    meaning  ${meaning}`,
      `    advice   ${advice}`,
      '  DUPLICATE_POSITION: words of DUPLICATE_POSITION: IM0, IM1, IM2, IM3, IM4 and 2 more',
    ]);
    const told = new Set<PlanIssueCode>(['MISSING_SLICES']);
    expect(planLines(plan, told).join('\n')).not.toContain(meaning);
    expect([...told]).toEqual(['MISSING_SLICES', 'DUPLICATE_POSITION']);
  });

  const partsOf = (count: number, more: (k: number) => Partial<PlanInWords> = () => ({})) =>
    Array.from({ length: count }, (_, k): PlanInWords => {
      const labels = [{ code: 'MIXED_TIME', value: `time ${k + 1} of ${count}` }] as const;
      return { ...VOLUME, labels, ...more(k) };
    });

  it('number parts as --part does, and put many that are alike together', () => {
    const few = { ...VOLUME, verdict: 'none', parts: partsOf(3) } as const;
    expect(verdictText(few)).toBe('3 parts');
    expect(partLines(few)[2]).toMatch(/^part 2 \(time 3 of 3\): volume 512 /);
    const many = { ...VOLUME, verdict: 'none', parts: partsOf(300) } as const;
    expect(partLines(many)).toEqual([
      `parts 0 to 299 (time 1 of 300 ... time 300 of 300): ${verdictText(VOLUME)}`,
    ]);
    const unlike = partsOf(30, (k) => ({ size: [512, 512, 300 - k] }));
    const lines = partLines({ ...VOLUME, verdict: 'none', parts: unlike });
    expect(lines).toHaveLength(9);
    expect(lines[8]).toBe('and 22 more parts');
    expect(partLines(VOLUME)).toEqual([]);
  });

  it('tell in full what is wrong with a part, and of which of many alike', () => {
    const gap = {
      verdict: 'stack',
      reasons: [issue('MISSING_SLICES', { instances: ['x', 'y'] })],
    } as const;
    const two = {
      ...VOLUME,
      verdict: 'none',
      parts: partsOf(2, (k) => (k === 1 ? gap : {})),
    } as const;
    const lines = planLines(two);
    expect(lines[2]).toBe('  part 1 (time 2 of 2): stack of 512 x 512 x 222, Int16Array, 111 MiB');
    expect(lines[3]).toBe('    MISSING_SLICES: words of MISSING_SLICES: x, y');
    const many = planLines({ ...VOLUME, verdict: 'none', parts: partsOf(12, () => gap) });
    expect(many[2]).toBe('    of part 0:');
    expect(many[3]).toBe('    MISSING_SLICES: words of MISSING_SLICES: x, y');
  });
});
