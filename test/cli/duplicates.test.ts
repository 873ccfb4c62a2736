import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dicom } from '../support/build-dicom.ts';
import { buildZip } from '../support/build-zip.ts';
import { sliceParts } from '../support/slices.ts';
import type { SliceParts } from '../support/slices.ts';
import { cli, scratch } from './run-cli.ts';
import type { Scratch } from './run-cli.ts';

let files: Scratch;

beforeEach(() => {
  files = scratch();
});

afterEach(() => {
  files.remove();
});

/** Slices at 0, 1, 2 and 3 mm whose values are their numbers; 2 comes again at the place of 1. */
const TWICE: readonly SliceParts[] = [0, 1, 1, 2, 3].map((z, k) => ({
  ...{ z, instanceNumber: k + 1 },
  pixels: [0x7fe00010, 'OW', Array<number>(6).fill(k)],
}));

function zip(): string {
  const members = TWICE.map((parts, k) => ({
    ...{ name: `IM${k}`, data: dicom(sliceParts(parts)).bytes },
  }));
  return files.put('a.zip', buildZip(members));
}

describe('--duplicates first', () => {
  it('K17: volume takes the first of two slices at one place, and says so', async () => {
    const path = files.path('a.nrrd');
    const refused = await cli(['volume', zip(), '-o', path]);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('--duplicates first takes the first of the slices at one place');
    const { code, out, err } = await cli([
      ...['volume', zip(), '-o', path, '--duplicates', 'first', '--json'],
    ]);
    expect(code).toBe(0);
    expect(err).toBe('framedex: note: one place has several slices: the first of them is taken\n');
    expect(JSON.parse(out)).toMatchObject({
      ...{ size: [3, 2, 4], regular: true, made: [] },
      reasons: [{ code: 'DUPLICATE_POSITION', instances: ['IM1', 'IM2'] }],
    });
    const file = readFileSync(path);
    const body = file.subarray(file.indexOf('\n\n') + 2);
    const values = [0, 1, 2, 3].map((k) => body.readInt16LE(12 * k));
    expect(values).toEqual([0, 1, 3, 4]);
  });

  it('K17: planes across the slices can be had with it', async () => {
    const args = ['planes', zip(), '-o', files.path('planes'), '--plane', 'coronal', '--json'];
    const refused = await cli(args);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('--duplicates first');
    const { code, out } = await cli([...args, '--duplicates', 'first']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      planes: [{ plane: 'coronal', count: 2, rows: 4, columns: 3 }],
      reasons: [{ code: 'DUPLICATE_POSITION' }],
    });
  });

  it('knows no other choice', async () => {
    const { code, err } = await cli([
      ...['volume', zip(), '-o', files.path('a.nrrd'), '--duplicates', 'last'],
    ]);
    expect(code).toBe(2);
    expect(err).toContain('--duplicates is first, not "last"');
  });
});
