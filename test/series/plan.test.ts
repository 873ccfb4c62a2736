import { describe, expect, it } from 'vitest';
import { planVolume } from '../../src/series/plan.ts';
import type { VolumePlan } from '../../src/series/plan.ts';
import { sortSlices } from '../../src/series/sort.ts';
import { slicesOf } from '../support/slices.ts';
import type { SliceParts } from '../support/slices.ts';

async function planOf(...all: readonly SliceParts[]): Promise<VolumePlan> {
  return planVolume(sortSlices(await slicesOf(all)).slices);
}

const codes = ({ reasons }: VolumePlan): string[] => reasons.map(({ code }) => code);
const regular = [0, 2, 4, 6].map((z) => ({ z }));

/** Where voxel (x, y, z) lies by an affine. */
function place(affine: Float64Array, voxel: readonly number[]): number[] {
  return [0, 1, 2].map((axis) =>
    [...voxel, 1].reduce((sum, v, k) => sum + v * (affine[4 * axis + k] ?? 0), 0),
  );
}

describe('planVolume', () => {
  it('a regular series is a volume, with its size, spacing and place', async () => {
    const plan = await planOf(...regular);
    expect(plan).toMatchObject({ verdict: 'volume', reasons: [], size: [3, 2, 4] });
    // Pixel Spacing gives rows first (PS3.3 10.7.1.3).
    expect(plan.spacing).toEqual([0.25, 0.5, 2]);
    expect(place(plan.affine, [0, 0, 0])).toEqual([0, 0, 0]);
    expect(place(plan.affine, [2, 1, 3])).toEqual([0.5, 0.5, 6]);
  });

  it.each([
    ['a gap', [{ z: 0 }, { z: 2 }, { z: 4 }, { z: 8 }], ['UNEVEN_SPACING'], 'stack'],
    ['a slice twice', [...regular, { z: 4 }], ['DUPLICATE_POSITION'], 'stack'],
    [
      'another orientation',
      [...regular, { z: 8, orientation: '0\\1\\0\\0\\0\\-1' }],
      ['MIXED_ORIENTATION'],
      'stack',
    ],
    ['no position', [...regular, { position: '' }], ['NO_POSITION'], 'stack'],
    ['other rows', [...regular, { z: 8, rows: 4 }], ['MIXED_MATRIX'], 'none'],
    ['another sign', [...regular, { z: 8, pixelRepresentation: 0 }], ['MIXED_CELLS'], 'none'],
    ['another spacing', [...regular, { z: 8, spacing: '1\\1' }], ['MIXED_SPACING'], 'none'],
    ['another slope', [...regular, { z: 8, slope: '2' }], ['MIXED_RESCALE'], 'volume'],
    ['one slice', [{ z: 0 }], ['ONE_SLICE'], 'none'],
    ['several frames', [{ z: 0, numberOfFrames: 2 }], ['MULTI_FRAME'], 'none'],
    ['colour', regular.map(({ z }) => ({ z, samplesPerPixel: 3 })), ['COLOUR'], 'none'],
  ] as const)('K17: %s', async (_, slices, expected, verdict) => {
    const plan = await planOf(...slices);
    expect(codes(plan)).toEqual(expected);
    expect(plan.verdict).toBe(verdict);
  });

  it('K17: names the slices of a gap, and its size', async () => {
    const { reasons } = await planOf({ z: 0 }, { z: 2 }, { z: 4 }, { z: 10 });
    expect(reasons).toMatchObject([{ instances: ['IM2', 'IM3'], value: 6 }]);
  });

  it('takes rounding of positions for nothing', async () => {
    const plan = await planOf(
      ...['0', '1.9999', '4.0001', '6'].map((z) => ({ position: `0\\0\\${z}` })),
    );
    expect(plan.verdict).toBe('volume');
  });

  it('K17: a tilted gantry is a volume that is sheared, and says by how much', async () => {
    const tilted = [0, 1, 2].map((k) => ({ z: 10 * k, position: `0\\${10 * k}\\${10 * k}` }));
    const plan = await planOf(...tilted);
    expect(plan.verdict).toBe('volume');
    expect(plan.reasons).toMatchObject([{ code: 'TILT', value: expect.closeTo(45, 6) as number }]);
    expect(plan.spacing[2]).toBeCloseTo(10, 9);
    expect(place(plan.affine, [0, 0, 2])).toEqual([0, 20, 20]);
  });
});
