import { describe, expect, it } from 'vitest';
import type { PlannedSlice } from '../../src/series/plan.ts';
import type { PlannedInstance } from '../../src/series/slice.ts';
import { stacksOf } from '../../src/series/stacks.ts';
import type { Stacks } from '../../src/series/stacks.ts';
import { DEFAULT_TOLERANCES } from '../../src/series/tolerances.ts';
import { madeSlice } from '../support/made-slices.ts';
import type { MadeAttributes } from '../support/made-slices.ts';

function apart(...slices: readonly PlannedSlice[]): Stacks<PlannedInstance> {
  return stacksOf(slices, DEFAULT_TOLERANCES);
}

/** How many slices the stacks have, and by what they differ. */
function shape({ stacks }: Stacks<PlannedInstance>): [number, ...string[]][] {
  return stacks.map(({ slices, labels }) => [slices.length, ...labels.map(({ value }) => value)]);
}

describe('pictures that differ, at places that do not repeat', () => {
  it.each([
    [['ORIGINAL', 'PRIMARY', 'P'], 'phase'],
    [['ORIGINAL', 'PRIMARY', 'r_ir'], 'real'],
  ])('K17: beside %s, what says no part of the complex number is another stack', (type, value) => {
    const slices = [0, 1, 2, 3, 4].map((k) =>
      madeSlice({
        z: k,
        attributes: { ImageType: k < 3 ? ['ORIGINAL', 'PRIMARY', 'OTHER'] : type },
      }),
    );
    expect(shape(apart(...slices))).toEqual([
      [3, 'not said'],
      [2, value],
    ]);
  });

  it('K17: magnitude need not be said', () => {
    const slices = [0, 1, 2].map((k) =>
      madeSlice({
        z: k,
        attributes: { ImageType: ['ORIGINAL', 'PRIMARY', k === 0 ? 'M' : 'OTHER'] },
      }),
    );
    expect(shape(apart(...slices))).toEqual([[3]]);
  });

  it('K17: single, enhanced and converted objects hold the same images', () => {
    const classes = ['2', '2.1', '2.2'].map((end) => `1.2.840.10008.5.1.4.1.1.${end}`);
    const slices = classes.map((SOPClassUID, z) => madeSlice({ z, attributes: { SOPClassUID } }));
    expect(shape(apart(...slices))).toEqual([[3]]);
  });

  it.each<[string, string, (k: number) => MadeAttributes, string[]]>([
    ['echo times by turns', 'MIXED_ECHO', (k) => ({ EchoTime: k % 2 ? 80 : 5 }), ['5 ms', '80 ms']],
    [
      'echo times by turns, and acquisitions with them',
      'MIXED_ECHO',
      (k) => ({ EchoTime: k % 2 ? 80 : 5, AcquisitionNumber: (k % 2) + 1 }),
      ['5 ms', '80 ms'],
    ],
    [
      'echo times one above the other',
      'MIXED_ECHO',
      (k) => ({ EchoTime: k < 4 ? 80 : 5 }),
      ['5 ms', '80 ms'],
    ],
    [
      'b-values',
      'MIXED_B_VALUE',
      (k) => ({ DiffusionBValue: k % 2 ? 1000 : 0 }),
      ['b 0', 'b 1000'],
    ],
    [
      'inversion times',
      'MIXED_CONTRAST',
      (k) => ({ InversionTime: k < 4 ? 150 : 2500 }),
      ['inversion 150 ms', 'inversion 2500 ms'],
    ],
  ])('K17: %s are no one volume, although no place repeats', (_, code, of, values) => {
    const slices = Array.from({ length: 8 }, (_each, k) =>
      madeSlice({ z: 2.5 * k, attributes: of(k) }),
    );
    const stacks = apart(...slices.toReversed());
    expect(shape(stacks)).toEqual(values.map((value) => [4, value]));
    expect(stacks.reasons).toMatchObject([{ code, count: 2 }]);
  });

  it('K17: an echo time that varies a little, or of one slice alone, separates nothing', () => {
    const near = [0, 1, 2, 3].map((z) => madeSlice({ z, attributes: { EchoTime: 80 + (z % 2) } }));
    expect(shape(apart(...near))).toEqual([[4]]);
    const one = [0, 1, 2, 3].map((z) =>
      madeSlice({ z, attributes: { EchoTime: z === 1 ? 5 : 80 } }),
    );
    expect(shape(apart(...one))).toEqual([[4]]);
  });
});
