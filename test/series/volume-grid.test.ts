import { describe, expect, it } from 'vitest';
import { FramedexError } from '../../src/errors.ts';
import { chosenPart, volumeGrid } from '../../src/series/volume-grid.ts';
import type { GridOptions, VolumeGrid } from '../../src/series/volume-grid.ts';
import { issue, OBLIQUE, slicePhantom, STRAIGHT, voxelPlace } from '../support/slice-phantom.ts';
import type { PhantomParts, PhantomSlice } from '../support/slice-phantom.ts';

const along = (...places: number[]): PhantomSlice[] =>
  places.map((place) => ({ at: [0, 0, place] }));

function gridOf(parts: Omit<PhantomParts, 'value'>, options: GridOptions = {}): VolumeGrid {
  return volumeGrid(slicePhantom({ ...parts, value: () => 0 }).planned, options);
}

function faultOf(action: () => unknown): Pick<FramedexError, 'code' | 'details'> {
  try {
    action();
  } catch (error) {
    if (error instanceof FramedexError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const GAP = { verdict: 'stack', reasons: [issue('MISSING_SLICES', 'IM1', 'IM2')] } as const;
const UNEVEN = { verdict: 'stack', reasons: [issue('UNEVEN_SPACING', 'IM1', 'IM2')] } as const;

describe('volumeGrid', () => {
  it('is that of the plan, slice by slice, where nothing is asked for', () => {
    const { planned } = slicePhantom({ slices: along(0, 2, 4), value: () => 0 });
    expect(volumeGrid(planned, {})).toEqual({
      size: [7, 5, 3],
      spacing: [0.5, 0.75, 2],
      affine: planned.plan.affine,
      recipes: [0, 1, 2].map((from) => ({ from, made: false })),
      regular: true,
    });
    expect(gridOf({ slices: along(0, 2, 6, 8), ...GAP })).toMatchObject({
      size: [7, 5, 4],
      regular: false,
    });
  });

  it('K17: puts slices into a gap, with weights by their distance', () => {
    const grid = gridOf({ slices: along(0, 2, 8, 10), ...GAP }, { fillGaps: 'linear' });
    expect(grid.recipes).toEqual([
      { from: 0, made: false },
      { from: 1, made: false },
      { from: 1, to: 2, weight: 1 / 3, made: true },
      { from: 1, to: 2, weight: 2 / 3, made: true },
      { from: 2, made: false },
      { from: 3, made: false },
    ]);
    expect(grid).toMatchObject({ size: [7, 5, 6], spacing: [0.5, 0.75, 2], regular: true });
    const filled = gridOf({ slices: along(0, 2, 6), ...GAP }, { fillGaps: -7 });
    expect(filled.recipes[2]).toEqual({ from: undefined, value: -7, made: true });
  });

  it('K17: a gap in a tilted series is filled along the tilt', () => {
    const tilted = [0, 1, 2, 5, 6].map((k): PhantomSlice => ({ at: [0, 0.3 * k, 2 * k] }));
    const reasons = [...GAP.reasons, issue('TILT', 'IM0')];
    const parts = { slices: tilted, ...GAP, reasons, plane: OBLIQUE };
    const { affine, size } = gridOf(parts, { fillGaps: 'linear' });
    expect(size[2]).toBe(7);
    // Image Position of slice 3 of the plan, which is the fifth of the steps.
    const place = voxelPlace(affine, [0, 0, 5]);
    const origin = slicePhantom({ ...parts, value: () => 0 }).planned.slices[3]?.plane?.origin;
    place.forEach((value, axis) => {
      expect(value).toBeCloseTo(origin?.[axis] ?? NaN, 9);
    });
  });

  it.each(['UNEVEN_SPACING', 'DUPLICATE_POSITION', 'DISPLACED', 'NO_SPACING'] as const)(
    'K17: filling does not hide that there is %s too',
    (code) => {
      const reasons = [...GAP.reasons, issue(code, 'IM3')];
      const fault = faultOf(() =>
        gridOf({ slices: along(0, 2, 6, 8), ...GAP, reasons }, { fillGaps: 'linear' }),
      );
      expect(fault).toMatchObject({
        code: 'NOT_A_VOLUME',
        details: { name: 'IM3', found: `this is ${code}` },
      });
    },
  );

  it('K17: straightens a tilted gantry: perpendicular axes, room for all slices, the first on its own cells', () => {
    // 0.3 mm down a slice: 0.4 rows of 0.75 mm.
    const tilted = [0, 1, 2, 3].map((k): PhantomSlice => ({ at: [0, 0.3 * k, 2 * k] }));
    const parts = { slices: tilted, reasons: [issue('TILT', 'IM0')] };
    const grid = gridOf(parts, { resample: true });
    expect(grid.recipes).toEqual([0, 1, 2, 3].map((from) => ({ from, made: false })));
    expect(grid.size).toEqual([7, 5 + 2, 4]);
    grid.shifts?.forEach(([x, y], k) => {
      expect(x).toBe(0);
      expect(y).toBeCloseTo(0.4 * k, 12);
    });
    expect([...grid.affine]).toEqual([0.5, 0, 0, -10, 0, 0.75, 0, 20, 0, 0, 2, -30, 0, 0, 0, 1]);
    // Towards the first row, the grid begins before the first slice.
    const up = tilted.map(({ at: [x, y, z] }): PhantomSlice => ({ at: [x, -y, z] }));
    const upwards = gridOf({ ...parts, slices: up }, { resample: true });
    expect(upwards.size).toEqual([7, 5 + 2, 4]);
    expect(upwards.shifts?.[0]).toEqual([0, 2]);
    expect(voxelPlace(upwards.affine, [0, 2, 0])).toEqual(STRAIGHT.origin);
  });

  it('K17: evens out slices, and takes those that are in place as they are', () => {
    const grid = gridOf({ slices: along(0, 2, 4, 6, 9, 10), ...UNEVEN }, { resample: true });
    expect(grid.recipes).toEqual([
      ...[0, 1, 2, 3].map((from) => ({ from, made: false })),
      { from: 3, to: 4, weight: 2 / 3, made: true },
      { from: 5, made: false },
    ]);
    expect(grid.shifts).toBeUndefined();
    expect(gridOf({ slices: along(0, 2, 4) }, { resample: 1 }).recipes).toEqual([
      { from: 0, made: false },
      { from: 0, to: 1, weight: 0.5, made: true },
      { from: 1, made: false },
      { from: 1, to: 2, weight: 0.5, made: true },
      { from: 2, made: false },
    ]);
    // Distances that jitter end at the last slice, and not short of it.
    const jitter = gridOf({ slices: along(0, 2, 4.2, 6.2, 8.3), ...UNEVEN }, { resample: true });
    expect(jitter.spacing[2]).toBeCloseTo(8.3 / 4, 12);
    expect(jitter.recipes[4]).toEqual({ from: 4, made: false });
    // No plane lies beyond the last slice.
    expect(gridOf({ slices: along(0, 2, 4) }, { resample: 3 }).recipes).toHaveLength(2);
  });

  it('K17: resampling bridges no gap, and chooses between no two slices, that nobody said a word about', () => {
    const gap = { slices: along(0, 2, 4, 8, 10), ...GAP };
    expect(faultOf(() => gridOf(gap, { resample: true }))).toMatchObject({
      code: 'NOT_A_VOLUME',
      details: { name: 'IM3', found: '4.000 mm from IM2' },
    });
    expect(gridOf(gap, { resample: true, fillGaps: 'linear' }).recipes[3]).toEqual({
      ...{ from: 2, to: 3, weight: 0.5, made: true },
    });
    expect(gridOf(gap, { resample: true, fillGaps: 9 }).recipes[3]).toEqual({
      ...{ from: undefined, value: 9, made: true },
    });
    const twice = { slices: along(0, 2, 2, 4, 6), ...UNEVEN };
    expect(faultOf(() => gridOf(twice, { resample: true, fillGaps: 'linear' }))).toMatchObject({
      code: 'NOT_A_VOLUME',
      details: { name: 'IM2', found: '0.000 mm from IM1' },
    });
    const unscaled = { slices: along(0, 2), ...UNEVEN, reasons: [issue('NO_SPACING', 'IM0')] };
    expect(faultOf(() => gridOf(unscaled, { resample: true })).code).toBe('NOT_A_VOLUME');
    const far: PhantomSlice[] = [{ at: [0, 0, 0] }, { at: [1e6, 0, 2] }];
    expect(faultOf(() => gridOf({ slices: far, ...UNEVEN }, { resample: true })).code).toBe(
      'NOT_A_VOLUME',
    );
  });

  it.each([{ resample: 0 }, { resample: -1 }, { resample: NaN }, { fillGaps: NaN }])(
    'refuses %o, which says nothing',
    (options) => {
      expect(faultOf(() => gridOf({ slices: along(0, 2, 4) }, options)).code).toBe('USAGE');
    },
  );

  it('K17: makes no more slices than a picture has rows, whatever a position claims', () => {
    const lying = { slices: along(0, 2, 4, 6, 8, 1e9), ...GAP };
    const fillGaps = 'linear';
    const resampled = { fillGaps, resample: true } as const;
    for (const options of [{ fillGaps }, { fillGaps: 0 }, resampled] as const) {
      expect(faultOf(() => gridOf(lying, options))).toMatchObject({
        code: 'NOT_A_VOLUME',
        details: { name: 'IM5', expected: 'at most 65535 slices', found: 'room for 500000001' },
      });
    }
    const farther = { ...lying, slices: along(0, 2, 4, 1e300) };
    expect(faultOf(() => gridOf(farther, resampled)).code).toBe('NOT_A_VOLUME');
    const fine = faultOf(() => gridOf({ slices: along(0, 2, 4) }, { resample: 1e-9 }));
    expect(fine.code).toBe('NOT_A_VOLUME');
    expect(gridOf({ slices: along(0, 65_534) }, { resample: 1 }).recipes).toHaveLength(65_535);
  });

  it.each([5, 65_536, 1e300])('K17: resampling by %d mm leaves no series of one slice', (mm) => {
    const fault = faultOf(() => gridOf({ slices: along(0, 2, 4) }, { resample: mm }));
    expect(fault).toMatchObject({ code: 'USAGE', details: { expected: 'at most 4.000 mm' } });
  });

  it('K17: names the parts of a series that is none, and takes the one that is chosen', () => {
    const [a, b] = [along(0, 2, 4), along(0, 2)].map(
      (slices) => slicePhantom({ slices, value: () => 0 }).planned,
    );
    if (a === undefined || b === undefined) throw new Error('no parts');
    const labels = [{ code: 'MIXED_ECHO', value: '4.92 ms' }] as const;
    const series = {
      plan: {
        ...a.plan,
        verdict: 'none',
        reasons: [issue('MIXED_ECHO', 'IM0', 'IM3')],
        parts: [{ ...a.plan, labels }, b.plan],
      },
      slices: [...a.slices, ...b.slices],
      parts: [a, b],
    } as const;
    expect(faultOf(() => volumeGrid(series, {}))).toMatchObject({
      code: 'NOT_A_VOLUME',
      details: {
        name: 'IM0',
        found: 'this is MIXED_ECHO',
        advice:
          'The series has 2 parts: part 0 is 3 slices (4.92 ms); part 1 is 2 slices. Choose one with `part`.',
      },
    });
    expect(chosenPart(series, {})).toBe(series);
    expect(chosenPart(series, { part: 1 })).toBe(b);
    for (const part of [2, -1, 0.5]) {
      expect(faultOf(() => chosenPart(series, { part })).code).toBe('USAGE');
    }
    expect(faultOf(() => chosenPart(a, { part: 0 })).code).toBe('USAGE');
  });
});
