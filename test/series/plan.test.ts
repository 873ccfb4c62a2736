import { describe, expect, it } from 'vitest';
import { planStacks } from '../../src/series/plan-series.ts';
import type { VolumePlan } from '../../src/series/plan.ts';
import { sortSlices } from '../../src/series/sort.ts';
import { DEFAULT_TOLERANCES } from '../../src/series/tolerances.ts';
import type { Tolerances } from '../../src/series/tolerances.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { slicesOf } from '../support/slices.ts';
import type { SliceParts } from '../support/slices.ts';

/** Of slices that are one stack. */
async function planBy(
  tolerances: Partial<Tolerances>,
  all: readonly SliceParts[],
): Promise<VolumePlan> {
  const stack = { ...sortSlices(await slicesOf(all)), labels: [] };
  const stacks = { stacks: [stack], reasons: [], copies: [] };
  return planStacks(stacks, { ...DEFAULT_TOLERANCES, ...tolerances }).plan;
}

function planOf(...all: readonly SliceParts[]): Promise<VolumePlan> {
  return planBy({}, all);
}

const codes = ({ reasons }: VolumePlan): string[] => reasons.map(({ code }) => code);
const regular = [0, 2, 4, 6].map((z) => ({ z }));

/** Where voxel (x, y, z) lies by an affine. */
function place(affine: Float64Array, voxel: readonly number[]): number[] {
  return [0, 1, 2].map((axis) =>
    [...voxel, 1].reduce((sum, v, k) => sum + v * (affine[4 * axis + k] ?? 0), 0),
  );
}

describe('the plan of a stack', () => {
  it('a regular series is a volume, with its size, spacing and place', async () => {
    const plan = await planOf(...regular);
    expect(plan).toMatchObject({ verdict: 'volume', reasons: [], size: [3, 2, 4] });
    // Pixel Spacing gives rows first (PS3.3 10.7.1.3).
    expect(plan.spacing).toEqual([0.25, 0.5, 2]);
    expect(place(plan.affine, [0, 0, 0])).toEqual([0, 0, 0]);
    expect(place(plan.affine, [2, 1, 3])).toEqual([0.5, 0.5, 6]);
  });

  it.each([
    ['a gap', [{ z: 0 }, { z: 2 }, { z: 4 }, { z: 8 }], ['MISSING_SLICES'], 'stack'],
    ['an uneven distance', [...regular, { z: 9 }], ['UNEVEN_SPACING'], 'stack'],
    ['a slice twice', [...regular, { z: 4 }], ['DUPLICATE_POSITION'], 'stack'],
    ['no position', regular.map(() => ({ position: '' })), ['NO_POSITION'], 'stack'],
    ['another slope', [...regular, { z: 8, slope: '2' }], ['MIXED_RESCALE'], 'volume'],
    ['one slice', [{ z: 0 }], ['ONE_SLICE'], 'none'],
    ['one slice, nowhere', [{ position: '' }], ['ONE_SLICE', 'NO_POSITION'], 'none'],
    ['one slice of no size', [{ spacing: '' }], ['ONE_SLICE', 'NO_SPACING'], 'none'],
    ['several frames', [{ z: 0, numberOfFrames: 2 }], ['MULTI_FRAME'], 'none'],
    ['colour', regular.map(({ z }) => ({ z, samplesPerPixel: 3 })), ['COLOUR'], 'none'],
  ] as const)('K17: %s', async (_, slices, expected, verdict) => {
    const plan = await planOf(...slices);
    expect(codes(plan)).toEqual(expected);
    expect(plan.verdict).toBe(verdict);
  });

  it.each([
    ['moved in its plane', [0, 50, 0, 0, 0], 'stack', ['DISPLACED'], ['IM1']],
    ['the first is moved', [50, 0, 0, 0, 0], 'stack', ['DISPLACED'], ['IM0']],
    ['the last is moved', [0, 0, 0, 0, -0.2], 'stack', ['DISPLACED'], ['IM4']],
    ['moved by less than a tenth', [0, 0.09, 0, 0, 0], 'volume', [], undefined],
    ['sheared', [0, 1, 2, 3, 4], 'volume', ['TILT'], ['IM0']],
  ] as const)('K17: a slice is off the line: %s', async (_, shifts, verdict, expected, names) => {
    const plan = await planOf(...shifts.map((x, z) => ({ z, position: `${x}\\0\\${z}` })));
    expect([plan.verdict, codes(plan), plan.reasons[0]?.instances]).toEqual([
      verdict,
      expected,
      names,
    ]);
  });

  it('K17: a gap in a sheared series is a gap, and displaces nothing', async () => {
    const plan = await planOf(...[0, 1, 2, 5].map((z) => ({ z, position: `0\\${z}\\${z}` })));
    expect(codes(plan)).toEqual(['MISSING_SLICES', 'TILT']);
    expect(plan.reasons[0]).toMatchObject({
      value: 3,
      message: '3.000 mm apart, most are 1.000 mm: room for 2 slices',
    });
  });

  it.each(['', '0\\0', '-1\\1', '0.5', 'x\\1'])(
    'K17: pixel spacing "%s" scales nothing: a stack',
    async (spacing) => {
      const plan = await planOf(...regular.map(({ z }) => ({ z, spacing })));
      expect([plan.verdict, codes(plan), plan.spacing]).toEqual([
        'stack',
        ['NO_SPACING'],
        [1, 1, 2],
      ]);
    },
  );

  it('spacing and affine agree where slices have no way between them', async () => {
    const thickness: ElementLike[] = [[0x00180050, 'DS', '5']];
    for (const slices of [[{ z: 0 }], [{ z: 0 }, { z: 0 }]]) {
      const plan = await planOf(...slices.map((slice) => ({ ...slice, more: thickness })));
      expect(plan.spacing[2]).toBe(5);
      expect(place(plan.affine, [0, 0, 1])).toEqual([0, 0, 5]);
    }
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
