import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planStacks } from '../../src/series/plan-series.ts';
import type { VolumePlan } from '../../src/series/plan.ts';
import { sortSlices } from '../../src/series/sort.ts';
import { DEFAULT_TOLERANCES } from '../../src/series/tolerances.ts';
import type { Tolerances } from '../../src/series/tolerances.ts';
import { bareSlice } from '../support/acquisition.ts';

const AXIAL = [1, 0, 0, 0, 1, 0];

function planAt(
  positions: readonly (readonly number[])[],
  tolerances: Partial<Tolerances> = {},
  orientation: readonly number[] = AXIAL,
): VolumePlan {
  const slices = positions.map((position, k) =>
    bareSlice(`IM${k}`, {
      ImagePositionPatient: position,
      ImageOrientationPatient: orientation,
      InstanceNumber: k,
    }),
  );
  const stacks = [{ ...sortSlices(slices), labels: [] }];
  return planStacks({ stacks, reasons: [], copies: [] }, { ...DEFAULT_TOLERANCES, ...tolerances })
    .plan;
}

/** At these heights. */
function plan(...heights: readonly number[]): VolumePlan {
  return planAt(heights.map((z) => [0, 0, z]));
}

const close = (value: number): number => expect.closeTo(value, 4) as number;
const steps = (count: number, step: number, from = 0): number[] =>
  Array.from({ length: count }, (_, k) => from + k * step);

describe('gaps', () => {
  it('K17: a missing slice: where, and how far apart its neighbours are', () => {
    expect(plan(0, 2.5, 7.5, 10).reasons).toEqual([
      {
        code: 'MISSING_SLICES',
        message: '5.000 mm apart, most are 2.500 mm: room for 1 slice',
        instances: ['IM1', 'IM2'],
        value: 5,
        usual: 2.5,
        count: 1,
      },
    ]);
  });

  it('K17: missing slices keep the grid: the step is the usual one, all slices lie on it', () => {
    const { spacing, affine, parts, verdict } = plan(...steps(4, 3), ...steps(4, 3, 21));
    expect([verdict, spacing[2], affine[10]]).toEqual(['stack', 3, 3]);
    expect(parts.map(({ size, verdict }) => [size[2], verdict])).toEqual([
      [4, 'volume'],
      [4, 'volume'],
    ]);
    expect(parts[1]?.affine[11]).toBe(21);
  });

  it('K17: an uneven distance, to either side of the usual one', () => {
    const { reasons, spacing } = plan(0, 2, 4, 5, 7, 10.1, 12.1);
    expect(reasons).toMatchObject([
      { code: 'UNEVEN_SPACING', instances: ['IM2', 'IM3'], value: 1, usual: 2, count: 1 },
      { code: 'UNEVEN_SPACING', instances: ['IM4', 'IM5'], value: close(3.1), usual: close(2) },
    ]);
    expect(spacing[2]).toBeCloseTo(2, 9);
  });

  it('K17: slices at one place are one issue for each place, with all their names', () => {
    expect(plan(0, 2, 2, 2, 4, 6, 6.001).reasons).toMatchObject([
      { code: 'DUPLICATE_POSITION', instances: ['IM1', 'IM2', 'IM3'], value: 0, count: 3 },
      { code: 'DUPLICATE_POSITION', instances: ['IM5', 'IM6'], value: close(0.001), count: 2 },
    ]);
  });

  it('K17: all slices at one place: no distance is usual', () => {
    const { reasons, verdict, spacing } = plan(5, 5, 5);
    expect(reasons).toMatchObject([{ code: 'DUPLICATE_POSITION', count: 3 }]);
    expect([verdict, spacing[2]]).toEqual(['stack', 1]);
  });

  it('K17: spacing that changes on the way: its distances are named, its regular runs are parts', () => {
    // The geometry of a head CT: 14 slices of 4.22 mm table feed, 14 of 7.38 mm, a gantry of 18.5 degrees.
    const [cos, sin] = [0.9483237, 0.3173047];
    const feeds = [...Array<number>(13).fill(4.22), 1.14, ...Array<number>(13).fill(7.38)];
    const heights = [5.836];
    for (const feed of feeds) heights.push((heights[heights.length - 1] ?? 0) + feed);
    const found = planAt(
      heights.map((z) => [-125, -123.54, z]),
      {},
      [1, 0, 0, 0, cos, -sin],
    );
    const between = (feed: number): number => close(feed * cos);
    expect(found.reasons).toMatchObject([
      {
        ...{ code: 'UNEVEN_SPACING', instances: ['IM13', 'IM14'], count: 1 },
        ...{ value: between(1.14), usual: between(4.22) },
        message: '1.081 mm apart, most are 4.002 mm',
      },
      {
        ...{ code: 'UNEVEN_SPACING', instances: ['IM14', 'IM27'], count: 13 },
        ...{ value: between(7.38), usual: between(4.22) },
        message: '13 distances of 6.999 mm, most are 4.002 mm',
      },
      {
        code: 'TILT',
        value: expect.closeTo(18.5, 3) as number,
        message:
          "the slices are sheared by 18.5 degrees about the patient's x axis (a tilted gantry)",
      },
    ]);
    expect([found.verdict, found.size[2]]).toEqual(['stack', 28]);
    expect(found.spacing[2]).toBeCloseTo(4.002, 3);
    expect(found.parts).toMatchObject([
      { verdict: 'volume', size: [512, 512, 14], spacing: [0.25, 0.5, between(4.22)] },
      { verdict: 'volume', size: [512, 512, 14], spacing: [0.25, 0.5, between(7.38)] },
    ]);
    expect(found.parts.map(({ slices }) => slices[0]?.name)).toEqual(['IM0', 'IM14']);
    // The step of a tilted gantry is the table's feed, along z.
    expect(found.affine[2]).toBeCloseTo(0, 6);
    expect(found.affine[6]).toBeCloseTo(0, 6);
    expect(found.affine[10]).toBeCloseTo(4.22, 4);
  });

  it('K17: two double distances in a row are one issue, and say how many slices there is room for', () => {
    expect(plan(...steps(6, 1), 7, 9, 10).reasons).toMatchObject([
      { code: 'MISSING_SLICES', instances: ['IM5', 'IM7'], value: 2, usual: 1, count: 2 },
    ]);
  });

  it('K17: more of them are another spacing, and no slices that were lost', () => {
    const { reasons, parts } = plan(...steps(6, 1), ...steps(4, 2, 7));
    expect(reasons).toMatchObject([
      { code: 'UNEVEN_SPACING', instances: ['IM5', 'IM9'], value: 2, usual: 1, count: 4 },
    ]);
    expect(parts.map(({ slices }) => slices.map(({ name }) => name))).toEqual([
      ['IM0', 'IM1', 'IM2', 'IM3', 'IM4', 'IM5'],
      ['IM6', 'IM7', 'IM8', 'IM9'],
    ]);
  });

  it('K17: the fewest slices that a run has are three', () => {
    expect(plan(0, 1, 5, 6, 7, 20, 21).parts.map(({ size }) => size[2])).toEqual([3]);
    expect(plan(0, 1, 3.5, 4.5, 8, 9).parts).toEqual([]);
    // A slice that is displaced leaves no run without it, and a run with it is no volume.
    expect(plan(0, 1, 2, 3).parts).toEqual([]);
  });

  it('K17: the tolerance is a part of the usual distance, and can be chosen', () => {
    // 0.9 and 1.1 of a hundredth.
    expect(plan(0, 10.00001, 20.00001, 30.09001, 40.09001).verdict).toBe('volume');
    expect(plan(0, 10.00001, 20.00001, 30.11001, 40.11001).reasons).toMatchObject([
      { code: 'UNEVEN_SPACING', instances: ['IM2', 'IM3'], value: close(10.11) },
    ]);
    const uneven = [0, 1.00001, 2.00001, 3.20001, 4.20001].map((z) => [0, 0, z]);
    expect(planAt(uneven, { spacing: 0.25 }).verdict).toBe('volume');
    expect(planAt(uneven, { spacing: 0 }).verdict).toBe('stack');
  });

  it('K17: distances that hardly change, and add up to other places, are uneven', () => {
    const heights = [0.000001];
    for (let k = 0; k < 60; k++) heights.push((heights[k] ?? 0) + (k < 30 ? 1 : 1.009));
    const { verdict, reasons } = plan(...heights);
    expect(verdict).toBe('stack');
    expect(reasons).toMatchObject([{ code: 'UNEVEN_SPACING', usual: close(1.0045), count: 1 }]);
    expect(reasons[0]?.message).toMatch(
      /^distances from 1\.000 to 1\.009 mm add up: slices lie up to 0\.0\d\d mm beside evenly spaced places$/,
    );
  });

  it('K17: positions in whole tenths: an even grid where they allow one', () => {
    const tenths = (spacing: number, count: number): number[] =>
      steps(count, spacing).map((z) => Math.round(z * 10) / 10);
    const found = plan(...tenths(0.625, 65));
    expect([found.verdict, found.reasons]).toEqual(['volume', []]);
    expect(found.spacing[2]).toBeCloseTo(0.625, 9);
    // Not where they refute it.
    expect(plan(0, 0.6, 1.2, 1.8, 2.5, 3.2, 3.9, 4.6, 5.3).verdict).toBe('stack');
    // A missing slice is one in tenths, too.
    const lost = tenths(0.625, 65).filter((_, k) => k !== 30 && k !== 31);
    expect(plan(...lost).reasons).toMatchObject([
      { code: 'MISSING_SLICES', instances: ['IM29', 'IM30'], count: 2 },
    ]);
  });

  it('K17: whatever is rounded to a decimal is even, if its distances are more than four of its units', () => {
    const rounded = fc.record({
      unit: fc.constantFrom(0.1, 0.01, 0.001),
      units: fc.double({ min: 4.1, max: 60, noNaN: true }),
      start: fc.double({ min: -300, max: 300, noNaN: true }),
      count: fc.integer({ min: 3, max: 90 }),
    });
    fc.assert(
      fc.property(rounded, ({ unit, units, start, count }) => {
        const round = (z: number): number => Number((Math.round(z / unit) * unit).toFixed(4));
        const { reasons, spacing } = plan(
          ...steps(count, units * unit, start).map((z) => round(z)),
        );
        expect(reasons).toEqual([]);
        expect(Math.abs(spacing[2] - units * unit)).toBeLessThanOrEqual(unit / (count - 1) + 1e-9);
      }),
    );
  });

  it('K17: a tilt is measured over the whole way: slices that are rounded in their plane are not displaced', () => {
    const tilts = fc.record({
      tilt: fc.double({ min: 2, max: 30, noNaN: true }),
      count: fc.integer({ min: 12, max: 90 }),
      start: fc.double({ min: -300, max: 300, noNaN: true }),
    });
    fc.assert(
      fc.property(tilts, ({ tilt, count, start }) => {
        const slope = Math.tan((tilt * Math.PI) / 180);
        const places = steps(count, 0.8125, 0.00001).map((z) => [
          0,
          Math.round((start + slope * z) * 10) / 10,
          z,
        ]);
        const { reasons, affine } = planAt(places);
        expect(reasons).toMatchObject([{ code: 'TILT' }]);
        // What the farthest slice is off by is rounding: of itself, of the first one, and of the line.
        const step = (affine[6] ?? 0) - slope * 0.8125;
        expect(Math.abs(step) * (count - 1)).toBeLessThan(0.1);
      }),
    );
  });
});
