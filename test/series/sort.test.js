import { describe, expect, it } from 'vitest';
import { sortSlices } from '../../src/series/sort.js';
import { slicesOf } from '../support/slices.js';
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
});
