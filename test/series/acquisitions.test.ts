import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Vector } from '../../src/series/geometry.ts';
import { planSeries } from '../../src/series/plan-series.ts';
import type { PlanIssue, PlannedSlice, VolumePlan } from '../../src/series/plan.ts';
import { bareSlice, placeOn, turned } from '../support/acquisition.ts';
import type { Axes } from '../support/acquisition.ts';

/** What a scanner did, and what happened to its slices afterwards. */
interface Acquisition {
  readonly axes: Axes;
  readonly origin: Vector;
  readonly spacing: number;
  /** Places of slices, missing ones included. */
  readonly places: number;
  /** Degrees, and which way in the plane, in radians. */
  readonly tilt: number;
  readonly tiltWay: number;
  readonly missing: readonly number[];
  readonly twice: readonly number[];
  readonly displaced: readonly { readonly place: number; readonly shift: Vector }[];
  /** From this place on, slices are farther away, by a part of the spacing. */
  readonly jump: { readonly place: number; readonly part: number } | undefined;
  /** In which order the files come. */
  readonly order: readonly number[];
}

/** A file of it: at which place it was made. */
interface Made {
  readonly place: number;
  readonly along: number;
  readonly slice: PlannedSlice;
}

const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
const millimetres = fc.double({ min: -300, max: 300, noNaN: true });

const acquisitions = fc.integer({ min: 12, max: 40 }).chain((places) => {
  const inner = fc.integer({ min: 1, max: places - 2 });
  const some = fc.uniqueArray(inner, { maxLength: places >> 2 });
  return fc.record({
    axes: fc.tuple(angle, angle, angle).map(([a, b, c]) => turned(a, b, c)),
    origin: fc.tuple(millimetres, millimetres, millimetres),
    spacing: fc.double({ min: 0.3, max: 10, noNaN: true }),
    places: fc.constant(places),
    tilt: fc.oneof(fc.constant(0), fc.double({ min: 3, max: 30, noNaN: true })),
    tiltWay: angle,
    missing: some,
    twice: fc.uniqueArray(fc.integer({ min: 0, max: places - 1 }), { maxLength: 3 }),
    displaced: fc.uniqueArray(
      fc.record({
        place: fc.integer({ min: 0, max: places - 1 }),
        shift: fc
          .tuple(fc.double({ min: 1, max: 50, noNaN: true }), angle)
          .map(([by, way]): Vector => [by * Math.cos(way), by * Math.sin(way), 0]),
      }),
      { maxLength: 2, selector: ({ place }) => place },
    ),
    jump: fc.option(
      fc.record({ place: inner, part: fc.double({ min: 0.1, max: 0.9, noNaN: true }) }),
      { nil: undefined },
    ),
    order: fc.array(fc.integer(), { minLength: 2 * places, maxLength: 2 * places }),
  });
});

/** The slices in the order of their places: those that are there twice next to each other, displaced and missing ones never. */
function madeBy(acquisition: Acquisition): Made[] {
  const { axes, origin, spacing, places, missing, twice, displaced, jump } = acquisition;
  const slope = Math.tan((acquisition.tilt * Math.PI) / 180);
  const way = [Math.cos(acquisition.tiltWay), Math.sin(acquisition.tiltWay)] as const;
  return Array.from({ length: places }, (_, place) => place).flatMap((place) => {
    const shift = displaced.find((one) => one.place === place)?.shift ?? [0, 0, 0];
    if (missing.includes(place) && shift[0] === 0) return [];
    const jumped = jump !== undefined && place >= jump.place ? jump.part * spacing : 0;
    const along = place * spacing + jumped;
    const offset: Vector = [
      shift[0] + along * slope * way[0],
      shift[1] + along * slope * way[1],
      along,
    ];
    const count = twice.includes(place) && shift[0] === 0 ? 2 : 1;
    return Array.from({ length: count }, (_, copy) => ({
      ...{ place, along },
      slice: bareSlice(`P${place}-${copy}`, {
        ImagePositionPatient: placeOn(axes, origin, offset),
        ImageOrientationPatient: [...axes.row, ...axes.column],
        InstanceNumber: 2 * place + copy,
      }),
    }));
  });
}

function planned(slices: readonly PlannedSlice[]): VolumePlan {
  return planSeries(slices).plan;
}

function shuffled<T>(values: readonly T[], order: readonly number[]): T[] {
  return values
    .map((value, k) => ({ value, key: order[k] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

const near = (value: number, digits = 3): number => expect.closeTo(value, digits) as number;

/** Issues along the way from slice to slice, as they were put in. */
function expectedGaps(made: readonly Made[], { spacing }: Acquisition): Partial<PlanIssue>[] {
  const issues: (Partial<PlanIssue> & { readonly step: number; readonly run: number })[] = [];
  let last: number | undefined;
  made.slice(1).forEach(({ along, slice }, k) => {
    const before = made[k];
    if (before === undefined) return;
    const step = (along - before.along) / spacing;
    const isSame = last !== undefined && Math.abs(step - last) < 1e-6;
    const known = isSame ? issues.pop() : undefined;
    last = Math.abs(step - 1) < 1e-6 ? undefined : step;
    if (last === undefined) return;
    const name = slice.instance.name;
    const names = known?.instances ?? [before.slice.instance.name];
    const whole = Math.abs(step - Math.round(step)) < 1e-6;
    const run = (known?.run ?? 0) + 1;
    // As many in a row are another spacing.
    const missing = whole && run < 3;
    if (step === 0) {
      issues.push({
        ...{ step, run, code: 'DUPLICATE_POSITION', value: near(0), count: names.length + 1 },
        instances: [...names, name],
      });
    } else {
      issues.push({
        ...{ step, run, code: missing ? 'MISSING_SLICES' : 'UNEVEN_SPACING' },
        ...{ value: near(step * spacing), usual: near(spacing) },
        count: missing ? run * (Math.round(step) - 1) : run,
        instances: [names[0] ?? '', name],
      });
    }
  });
  return issues.map(({ step: _step, run: _run, ...issue }) => issue);
}

function expectedDisplaced(
  made: readonly Made[],
  { displaced }: Acquisition,
): Partial<PlanIssue>[] {
  const issues: { value: number; instances: string[] }[] = [];
  made.forEach(({ place, slice }, k) => {
    const shift = displaced.find((one) => one.place === place)?.shift;
    if (shift === undefined) return;
    const value = Math.hypot(shift[0], shift[1]);
    const before = made[k - 1]?.slice.instance.name;
    const last = issues[issues.length - 1];
    if (last !== undefined && before !== undefined && last.instances.includes(before)) {
      last.value = Math.max(last.value, value);
      last.instances.push(slice.instance.name);
    } else issues.push({ value, instances: [slice.instance.name] });
  });
  return issues.map(({ value, instances }) => ({
    ...{ code: 'DISPLACED', value: near(value), instances, count: instances.length },
  }));
}

/** Most neighbours are as far from each other as the scanner has put them. */
function isUsual(made: readonly Made[], { spacing }: Acquisition): boolean {
  const counts = new Map<number, number>();
  made.slice(1).forEach(({ along }, k) => {
    const step = Number(((along - (made[k]?.along ?? 0)) / spacing).toFixed(2));
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1);
  });
  return [...counts].every(([step, count]) => step === 1 || count < (counts.get(1) ?? 0));
}

function placeBy(affine: Float64Array, k: number): number[] {
  return [0, 1, 2].map((axis) => k * (affine[4 * axis + 2] ?? 0) + (affine[4 * axis + 3] ?? 0));
}

describe('acquisitions', () => {
  it('K17: the plan says exactly what was done to a stack, however it lies and its files come', () => {
    fc.assert(
      fc.property(acquisitions, (acquisition) => {
        const made = madeBy(acquisition);
        fc.pre(isUsual(made, acquisition));
        const plan = planned(
          shuffled(
            made.map(({ slice }) => slice),
            acquisition.order,
          ),
        );
        const gaps = expectedGaps(made, acquisition);
        const displaced = expectedDisplaced(made, acquisition);
        const { tilt } = acquisition;
        const tilted = tilt === 0 ? [] : [{ code: 'TILT', value: near(tilt, 1) }];
        expect(plan.reasons).toMatchObject([...gaps, ...displaced, ...tilted]);
        expect(plan.reasons).toHaveLength(gaps.length + displaced.length + tilted.length);
        expect(plan.verdict).toBe(gaps.length + displaced.length > 0 ? 'stack' : 'volume');
        expect(plan.slices.map(({ name }) => name)).toEqual(
          made.map(({ slice }) => slice.instance.name),
        );
        expect(plan.spacing[2]).toBeCloseTo(acquisition.spacing, 3);
        expect(plan.tilt).toBeCloseTo(tilt, 1);
      }),
      { numRuns: 150 },
    );
  });

  it('K17: the affine leads to every slice that is not displaced, missing ones counted', () => {
    fc.assert(
      fc.property(acquisitions, (given) => {
        const acquisition = { ...given, jump: undefined };
        const made = madeBy(acquisition);
        fc.pre(isUsual(made, acquisition));
        const { affine } = planned(made.map(({ slice }) => slice));
        for (const { place, slice } of made) {
          if (acquisition.displaced.some((one) => one.place === place)) continue;
          const found = placeBy(affine, place);
          slice.plane?.origin.forEach((value, axis) => {
            expect(found[axis]).toBeCloseTo(value, 3);
          });
        }
      }),
      { numRuns: 100 },
    );
  });

  it('K17: each part of a stack is a volume, its affine leads to its slices, and no slice is in two', () => {
    fc.assert(
      fc.property(acquisitions, (given) => {
        // In thinner runs of three, what a tilt leads aside is less than rounding.
        const acquisition = { ...given, displaced: [], spacing: 3 + given.spacing };
        const made = madeBy(acquisition);
        const places = new Map(made.map(({ slice }) => [slice.instance.name, slice.plane?.origin]));
        const seen = new Set<string>();
        for (const part of planned(made.map(({ slice }) => slice)).parts) {
          expect([part.verdict, part.slices.length >= 3]).toEqual(['volume', true]);
          part.slices.forEach(({ name }, k) => {
            expect(seen.has(name)).toBe(false);
            seen.add(name);
            const found = placeBy(part.affine, k);
            places.get(name)?.forEach((value, axis) => {
              expect(found[axis]).toBeCloseTo(value, 3);
            });
          });
        }
      }),
      { numRuns: 100 },
    );
  });

  it('K17: slices that differ in rescale are named, and change the samples', () => {
    const slopes = fc.array(fc.constantFrom(1, 2, 0.5), { minLength: 3, maxLength: 20 });
    fc.assert(
      fc.property(slopes, fc.constantFrom(12, 16, 32), (all, bits) => {
        const slices = all.map((slope, k) =>
          bareSlice(`IM${k}`, {
            ...{ ImagePositionPatient: [0, 0, k], ImageOrientationPatient: [1, 0, 0, 0, 1, 0] },
            ...{ RescaleSlope: slope, RescaleIntercept: -5 },
            ...{ BitsStored: bits, BitsAllocated: bits > 16 ? 32 : 16 },
          }),
        );
        const others = all.flatMap((slope, k) => (slope === all[0] ? [] : [`IM${k}`]));
        const isMixed = others.length > 0;
        const plan = planned(slices);
        expect(plan.reasons).toMatchObject(
          isMixed ? [{ code: 'MIXED_RESCALE', instances: others }] : [],
        );
        expect(plan.reasons).toHaveLength(isMixed ? 1 : 0);
        expect(plan.verdict).toBe('volume');
        expect(plan.rescale).toEqual(isMixed ? undefined : { slope: all[0], intercept: -5 });
        const mixed = bits > 24 ? 'Float64Array' : 'Float32Array';
        const same = bits > 16 ? 'Int32Array' : 'Int16Array';
        expect(plan.samples).toBe(isMixed ? mixed : same);
        const bytes = { Float64Array: 8, Float32Array: 4, Int32Array: 4, Int16Array: 2 };
        const one = bytes[isMixed ? mixed : same];
        expect(plan.byteLength).toBe(512 * 512 * all.length * one);
      }),
    );
  });
});
