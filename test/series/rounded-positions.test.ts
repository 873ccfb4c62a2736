import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Vector } from '../../src/series/geometry.ts';
import { planSeries } from '../../src/series/plan-series.ts';
import type { VolumePlan } from '../../src/series/plan.ts';
import { bareSlice, placeOn, turned } from '../support/acquisition.ts';
import type { Axes } from '../support/acquisition.ts';

const AXIAL = turned(0, 0, 0);

function planAt(places: readonly Vector[], pixel = 0.5, { row, column }: Axes = AXIAL): VolumePlan {
  const slices = places.map((place, k) =>
    bareSlice(`IM${k}`, {
      ...{ ImagePositionPatient: place, ImageOrientationPatient: [...row, ...column] },
      ...{ PixelSpacing: [pixel, pixel], InstanceNumber: k },
    }),
  );
  return planSeries(slices).plan;
}

const count = <T>(length: number, of: (k: number) => T): T[] =>
  Array.from({ length }, (_, k) => of(k));
const said = ({ verdict, reasons }: VolumePlan): unknown => [
  verdict,
  reasons.map(({ code }) => code),
];
const tenths = (value: number): number => Math.round(value * 10) / 10;

describe('positions that are rounded', () => {
  it('K17: along the normal say how they are written, whatever the others look like', () => {
    for (const [x, y] of [
      [-249.5, -249.5],
      [-249.51171875, -249.51171875],
    ] as const) {
      const plan = planAt(count(60, (k) => [x, y, tenths(0.625 * k)]));
      expect(said(plan)).toEqual(['volume', []]);
      expect(plan.spacing[2]).toBeCloseTo(0.625, 2);
    }
  });

  it('K17: written exactly, are not: no distance is off by a tenth', () => {
    const places = count(20, (k): Vector => [0, 0, 1.00001 * k + (k > 9 ? 0.1 : 0)]);
    expect(said(planAt(places))).toEqual(['stack', ['UNEVEN_SPACING']]);
  });

  it('K17: to tenths, of straight oblique slices, displace none and tilt none', () => {
    const oblique = fc.record({
      angles: fc.tuple(
        ...([0, 1, 2].map(() => fc.double({ min: -3, max: 3, noNaN: true })) as [
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
        ]),
      ),
      spacing: fc.double({ min: 1, max: 6, noNaN: true }),
      slices: fc.integer({ min: 4, max: 40 }),
      origin: fc.tuple(
        ...([0, 1, 2].map(() => fc.double({ min: -200, max: 200, noNaN: true })) as [
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
          fc.Arbitrary<number>,
        ]),
      ),
    });
    fc.assert(
      fc.property(oblique, ({ angles, spacing, slices, origin }) => {
        const axes = turned(...angles);
        const places = count(slices, (k): Vector => {
          const [x, y, z] = placeOn(axes, origin, [0, 0, spacing * k]);
          return [tenths(x), tenths(y), tenths(z)];
        });
        expect(said(planAt(places, 0.5, axes))).toEqual(['volume', []]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('small pixels', () => {
  it('K17: a slice that is moved by more than half of one is displaced', () => {
    const moved = (aside: number, pixel: number): VolumePlan =>
      planAt(
        count(10, (k): Vector => [k === 4 ? aside : 0, 0, 0.00501 * k]),
        pixel,
      );
    expect(said(moved(0.05, 0.005))).toEqual(['stack', ['DISPLACED']]);
    expect(said(moved(0.00301, 0.005))).toEqual(['stack', ['DISPLACED']]);
    expect(said(moved(0.00201, 0.005))).toEqual(['volume', []]);
    // Of large ones, a tenth of a millimetre is rounding.
    expect(said(moved(0.0999, 0.5))).toEqual(['volume', []]);
  });

  it('K17: a shear of several of them is a tilt', () => {
    const plan = planAt(
      count(60, (k) => [0.0015 * k, 0, 0.02 * k]),
      0.02,
    );
    expect(plan.reasons).toMatchObject([{ code: 'TILT' }]);
    expect(plan.tilt).toBeCloseTo((Math.atan(0.0015 / 0.02) * 180) / Math.PI, 1);
    expect(plan.affine[2]).toBeCloseTo(0.0015, 5);
  });
});

describe('what is no gantry', () => {
  it.each([
    ['two slices, a finger apart', count(2, (k): Vector => [100 * k, 0, k])],
    ['a shear of 60 degrees', count(9, (k): Vector => [Math.sqrt(3) * k, 0, k])],
    ['slices on two sides, in turn', count(20, (k): Vector => [(k % 2) / 2, 0, k])],
    ['slices on two sides, of an odd number', count(21, (k): Vector => [0, (k % 2) / 2, k])],
  ])('K17: %s: displaced, no tilt', (_, places) => {
    const plan = planAt(places);
    expect(plan.verdict).toBe('stack');
    expect(new Set(plan.reasons.map(({ code }) => code))).toEqual(new Set(['DISPLACED']));
    expect([plan.tilt, plan.affine[2], plan.affine[6]]).toEqual([0, 0, 0]);
  });

  it('K17: a shear of 45 degrees may be one', () => {
    const plan = planAt(count(9, (k): Vector => [0, -2 * k, 2 * k]));
    expect(said(plan)).toEqual(['volume', ['TILT']]);
  });
});
