import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortSlices } from '../../src/series/sort.ts';
import { madeSlice } from '../support/made-slices.ts';
import { slicesOf } from '../support/slices.ts';

describe('sortSlices', () => {
  it('K17: goes by position along the normal, not by instance number or name', async () => {
    const slices = await slicesOf([
      { z: 4, instanceNumber: 1 },
      { z: -2, instanceNumber: 2 },
      { z: 0, instanceNumber: 3 },
    ]);
    const sorted = sortSlices(slices);
    expect(sorted.sortedBy).toBe('position');
    expect(sorted.slices.map(({ plane }) => plane?.origin[2])).toEqual([-2, 0, 4]);
  });

  it('goes by instance number where a position is missing, and by name where that is too', async () => {
    const numbered = await slicesOf([
      { position: '', instanceNumber: 10 },
      { z: 1, instanceNumber: 9 },
    ]);
    expect(sortSlices(numbered).sortedBy).toBe('instance-number');
    expect(sortSlices(numbered).slices.map(({ instance }) => instance.name)).toEqual([
      'IM1',
      'IM0',
    ]);
    const half = await slicesOf([
      ...Array.from({ length: 11 }, () => ({ position: '' })),
      { position: '', instanceNumber: -5 },
    ]);
    const sorted = sortSlices([...half].reverse());
    expect(sorted.sortedBy).toBe('name');
    expect(sorted.slices.map(({ instance }) => instance.name)).toEqual(
      Array.from({ length: 12 }, (_, k) => `IM${k}`),
    );
  });

  it('decides by instance number between slices at one place', async () => {
    const slices = await slicesOf([
      { z: 1, instanceNumber: 7 },
      { z: 1, instanceNumber: 3 },
    ]);
    expect(sortSlices(slices).slices.map(({ instanceNumber }) => instanceNumber)).toEqual([3, 7]);
  });

  it('K17: is the same whatever order the slices are given in, and whatever Slice Location says', () => {
    const nearly = [1, 0, 0, 0, Math.cos(1e-3), Math.sin(1e-3)];
    const slices = [
      madeSlice({ name: 'a', z: -3, attributes: { SliceLocation: 9, InstanceNumber: 3 } }),
      madeSlice({ name: 'b', z: 0, frame: 0, attributes: { SliceLocation: 5, InstanceNumber: 1 } }),
      madeSlice({ name: 'b', z: 0, frame: 1, attributes: { SliceLocation: 5, InstanceNumber: 1 } }),
      madeSlice({ name: 'c', z: 0, attributes: { SliceLocation: 5, InstanceNumber: 1 } }),
      madeSlice({
        name: 'd',
        z: 2,
        attributes: { ImageOrientationPatient: nearly, InstanceNumber: 0 },
      }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(slices, { minLength: 5 }), (shuffled) => {
        expect(sortSlices(shuffled)).toEqual({ slices, sortedBy: 'position' });
      }),
    );
  });

  it('Slice Location is no position', () => {
    const place = { ImagePositionPatient: undefined };
    const slices = [2, 1].map((k) =>
      madeSlice({ attributes: { ...place, SliceLocation: -k, InstanceNumber: k } }),
    );
    const sorted = sortSlices(slices);
    expect(sorted.sortedBy).toBe('instance-number');
    expect(sorted.slices.map(({ instanceNumber }) => instanceNumber)).toEqual([1, 2]);
  });
});
