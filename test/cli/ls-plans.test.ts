import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dicom } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { sliceParts } from '../support/slices.ts';
import { SAMPLE, cli, scratch } from './run-cli.ts';
import type { Scratch } from './run-cli.ts';

let files: Scratch;

beforeAll(() => {
  files = scratch();
});

afterAll(() => {
  files.remove();
});

/** What `ls --json` has of the first series of the input. */
async function planOf(...args: string[]): Promise<unknown> {
  const { inputs } = JSON.parse((await cli(['ls', ...args, '--json'])).out) as {
    readonly inputs: readonly {
      readonly studies: readonly { readonly series: readonly { readonly plan: unknown }[] }[];
    }[];
  };
  return inputs[0]?.studies[0]?.series[0]?.plan;
}

describe('plans in ls', () => {
  /** Slices of one series, and a sagittal one among them where `scout` is asked for. */
  const slicesZip = (name: string, places: readonly number[], scout = false): string => {
    const more: ElementLike[] = [[0x00200011, 'IS', '7']];
    const slices = places.map((z, k) => sliceParts({ z, more, instanceNumber: k }));
    const across = sliceParts({ z: 99, orientation: '0\\1\\0\\0\\0\\-1', more });
    const all = scout ? [across, ...slices] : slices;
    const entries = all.map((one, k) => ({ name: `IM${k}`, data: dicom(one).bytes }));
    return files.put(name, buildZip(entries));
  };

  it('names the parts of a series that has to be taken apart, and their numbers', async () => {
    const path = slicesZip('apart.zip', [0, 2, 4], true);
    const { code, out, err } = await cli([path]);
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n').slice(2);
    expect(lines[0]).toMatch(/ {2}2 parts: .* {2}2\.25\.8$/);
    expect(lines[1]).toMatch(/^ {8}part 0 \(.+\): volume 3 x 2 x 3, 0.25 x 0.5 x 2 mm$/);
    expect(lines[2]).toMatch(/^ {8}part 1 \(.+\): no volume: one slice is no volume$/);
    const plan = await planOf(path);
    expect(plan).toMatchObject({
      verdict: 'none',
      reasons: [{ code: 'MIXED_ORIENTATION', instances: ['IM0'], count: 2 }],
      parts: [
        {
          ...{ verdict: 'volume', size: [3, 2, 3], sortedBy: 'position', tilt: 0 },
          ...{ samples: 'Int16Array', byteLength: 36, rescale: { slope: 1, intercept: 0 } },
          // Rows of 0.5 mm, columns of 0.25 mm, slices of 2 mm from the origin on.
          affine: [0.25, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1],
          labels: [{ code: 'MIXED_ORIENTATION' }],
        },
        { verdict: 'none', reasons: [{ code: 'ONE_SLICE', instances: ['IM0'] }] },
      ],
    });
    expect(JSON.stringify(plan)).not.toContain('"slices"');
  });

  it('K17: names a gap by its slices and its millimetres', async () => {
    const path = slicesZip('gap.zip', [0, 2, 4, 10, 12]);
    expect((await cli([path])).out).toMatch(/stack of 3 x 2 x 5.*: .*6\.000 mm/);
    expect(await planOf(path, '--instances')).toMatchObject({
      verdict: 'stack',
      reasons: [
        { code: 'MISSING_SLICES', instances: ['IM2', 'IM3'], value: 6, usual: 2, count: 2 },
      ],
      slices: [0, 2, 4, 10, 12].map((position, k) => ({ name: `IM${k}`, frame: 0, position })),
    });
  });

  it('--rank has the best series first, and says why', async () => {
    const { code, out } = await cli(['ls', SAMPLE, '--rank']);
    expect(code).toBe(0);
    const lines = out.split('\n');
    // fixtures/README.md: series 2 has the slices, 1 is a scout, 3 a report.
    expect(lines[1]).toMatch(
      /^ {2}1\. {2}2 {2}CT {2}Chest 5\.0 {2}volume 192 x 192 x 24, 2 x 2 x 5 mm {2}/,
    );
    expect(lines[2]).toMatch(
      /^ {6}a regular volume; .*axial; 24 slices; 5 mm from slice to slice$/,
    );
    expect(lines[3]).toMatch(/^ {2}- {3}1 {2}CT {2}Scout/);
    expect(lines[4]).toMatch(
      /^ {6}not chosen: no volume; localizer .*, chosen only where asked for; 1 slice; a volume has 2 at least$/,
    );
    expect(lines[5]).toMatch(/^ {2}- {3}3 {2}SR/);
    expect(lines[7]).toMatch(/^ {2}left out: README.txt/);
    const json = JSON.parse((await cli(['ls', SAMPLE, '--rank', '--json'])).out) as {
      inputs: { ranked: Record<string, unknown>[]; skipped: unknown[] }[];
    };
    expect(json.inputs[0]?.ranked).toMatchObject([
      {
        ...{ number: 2, modality: 'CT', part: null, eligible: true },
        plan: { verdict: 'volume', size: [192, 192, 24] },
      },
      { number: 1, eligible: false },
      { number: 3, eligible: false },
    ]);
    expect(json.inputs[0]?.ranked[0]?.['reasons']).toContainEqual(
      expect.objectContaining({ code: 'SLICES', met: true, value: 24 }),
    );
    expect(json.inputs[0]?.skipped).toHaveLength(1);
    const apart = await cli(['ls', '--rank', slicesZip('rank.zip', [0, 2, 4], true)]);
    expect(apart.out).toMatch(
      /^ {2}1\. {2}7 {2}CT {2}Thorax {2}part 0 \(.*\) {2}volume 3 x 2 x 3/m,
    );
    expect(apart.out).toMatch(/^ {2}- .*part 1 \(/m);
  });

  it('--rank of what cannot be read says why, and goes with no list of instances', async () => {
    const missing = await cli(['ls', '--rank', '--json', files.path('nowhere')]);
    expect(missing.code).toBe(1);
    expect(JSON.parse(missing.out)).toMatchObject({
      inputs: [{ error: { code: 'IO' }, ranked: [] }],
    });
    for (const other of ['--instances', '--members']) {
      expect((await cli(['ls', SAMPLE, '--rank', other])).code).toBe(2);
    }
  });
});
