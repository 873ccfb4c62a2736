import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isAvailable } from '../../bench/contenders.mjs';
import { workOnce } from '../../bench/once.mjs';
import * as framedex from '../../src/node/index.js';
const FRAME = 256 * 256 * 2;
const root = mkdtempSync(join(tmpdir(), 'framedex-bench-test-'));
afterAll(() => rmSync(root, { recursive: true }));
describe('deflated members', () => {
  const suite = 'deflated-random';
  it('ask for the middle frame first, then for others here and there', async () => {
    const { data } = await workOnce({ suite, contender: 'floor' }, root);
    const [first, ...others] = data.asked ?? [];
    expect(first).toBe(12);
    expect(others).toHaveLength(6);
    expect(others).not.toEqual(others.toSorted((a, b) => a - b));
  });
  it('are what unzip inflates to the file beside', async ({ skip }) => {
    skip(!(await isAvailable('unzip')), 'unzip is not installed');
    const { data } = await workOnce({ suite, contender: 'floor' }, root);
    const inflated = execFileSync('unzip', ['-p', data.zip ?? ''], { maxBuffer: 2 ** 24 });
    expect(inflated.equals(readFileSync(data.file ?? ''))).toBe(true);
    expect(execFileSync('unzip', ['-t', data.zip ?? '']).toString()).toContain('No errors');
  });
  it('are inflated from the start for each frame by streams', async () => {
    const { data, details } = await workOnce({ suite, contender: 'stream-and-discard' }, root);
    const least = (data.asked ?? []).reduce((sum, i) => sum + (i + 1) * FRAME, 0);
    expect(details?.['MB inflated']).toBeGreaterThan(least / 1e6);
  });
  it.each([
    { contender: 'framedex', rungs: { indexings: 1, spools: 0 } },
    { contender: 'framedex-saved', rungs: { indexings: 0, spools: 0, cursors: 0 } },
    { contender: 'framedex-spool', rungs: { indexings: 0, spools: 1, restarts: 0 } },
  ])('are read by $contender as its name says', async ({ contender, rungs }) => {
    const { expected, result, ...said } = await workOnce({ suite, contender }, root, framedex);
    expect(result).toEqual(expected);
    expect(said.rungs).toMatchObject({ wholes: 0, ...rungs });
    expect(Object.keys(said.details ?? {})).toEqual([
      ...['first ms', 'median ms', 'worst ms', 'MB inflated'],
    ]);
  });
});
describe('unzip', () => {
  const suites = ['zip-list', 'zip-slice', 'zip-volume'];
  it.for(suites)('%s: takes the same', async (suite, { skip }) => {
    skip(!(await isAvailable('unzip')), 'unzip is not installed');
    const { expected, result } = await workOnce({ suite, contender: 'unzip' }, root);
    expect(result).toEqual(expected);
  });
});
