import { dot } from './geometry.ts';
import type { Vector } from './geometry.ts';
import type { Tolerances } from './tolerances.ts';

/** Millimetres: positions that are closer differ by rounding, however thin slices are. */
const NO_DISTANCE = 1e-3;
/** Part of a distance that is taken for rounding, at most: where it is more, nothing is known of the distance. */
const MOST_ROUNDING = 1 / 3;
/** Part of the normal: where an axis has less, its rounding adds nothing to a distance. */
const ACROSS = 1e-3;

/** How far slices are from each other, along the normal of their planes. */
export interface Distances {
  /** Of each slice, in millimetres along the normal. */
  readonly positions: readonly number[];
  /** From each slice to the next. */
  readonly gaps: readonly number[];
  /** What most of them are; 0 where all slices are at one place. */
  readonly usual: number;
  /** Millimetres: distances that differ by less are the same. */
  readonly tolerance: number;
  /** Millimetres: slices that are closer are at one place. */
  readonly none: number;
  /** Millimetres by which a slice may lie beside its place in an even grid. */
  readonly drift: number;
}

/**
 * The distances of slices in spatial order.
 *
 * Two distances are the same where they differ by less than `spacing` of the tolerances, a part of the usual one. Positions that are, along the
 * normal, all written in whole tenths (hundredths...) of a millimetre are rounded: distances of 0.6 and 0.7 mm are what 0.625 mm becomes.
 * There, a distance may differ by one unit more, and a slice lie half a unit beside its place: an even grid is accepted where the
 * numbers of the file allow one, as dcm2niix does within 0.2 mm, and not where they refute it.
 */
export function distancesOf(
  origins: readonly Vector[],
  normal: Vector,
  tolerances: Tolerances,
): Distances {
  const positions = origins.map((origin) => dot(origin, normal));
  const gaps = positions.slice(1).map((position, k) => position - (positions[k] ?? 0));
  const parts = normal.map((part) => (Math.abs(part) < ACROSS ? 0 : Math.abs(part)));
  const asked = AXES.filter((axis) => (parts[axis] ?? 0) > 0);
  const unit =
    writtenUnit(origins, asked, tolerances.rounding) * parts.reduce((sum, part) => sum + part, 0);
  const usual = usualDistance(gaps, tolerances.spacing, unit);
  const rounded = roundingOf(usual, unit);
  const relative = tolerances.spacing * usual;
  return {
    positions,
    gaps,
    usual,
    tolerance: Math.max(relative, rounded),
    none: Math.max(relative, NO_DISTANCE),
    drift: Math.max(relative, rounded / 2),
  };
}

/** How many usual distances a distance is: 0 of slices at one place, undefined of no whole number. */
export function stepsOf(gap: number, distances: Distances): number | undefined {
  const { usual, tolerance, none } = distances;
  if (gap <= none) return 0;
  const steps = Math.max(1, Math.round(gap / usual));
  return Math.abs(gap - steps * usual) <= tolerance ? steps : undefined;
}

/** The even grid that slices lie on, as far as each distance by itself says. */
export interface SliceGrid {
  /** From the first slice to the last, divided by the steps between them. */
  readonly spacing: number;
  /** Millimetres by which slices lie beside their places in an even grid, at the least. */
  readonly beside: number;
}

/** Undefined where a distance is no whole number of usual ones, and where all slices are at one place. */
export function sliceGrid(distances: Distances): SliceGrid | undefined {
  const { positions, gaps } = distances;
  const places = [0];
  let place = 0;
  for (const gap of gaps) {
    const steps = stepsOf(gap, distances);
    if (steps === undefined) return undefined;
    places.push((place += steps));
  }
  if (place === 0) return undefined;
  const [first = 0] = positions;
  const spacing = ((positions[positions.length - 1] ?? 0) - first) / place;
  return { spacing, beside: leastBeside(places, positions, spacing) };
}

/** Each leaves two thirds of the interval: all of them, a thousandth of a millionth. */
const SEARCH_STEPS = 51;

/** How far slices are beside their places in the even grid that is nearest to all of them, of whatever spacing. */
function leastBeside(
  places: readonly number[],
  positions: readonly number[],
  spacing: number,
): number {
  const besideAt = (step: number): number => {
    let least = Infinity;
    let most = -Infinity;
    for (let k = 0; k < places.length; k++) {
      const start = (positions[k] ?? 0) - step * (places[k] ?? 0);
      if (start < least) least = start;
      if (start > most) most = start;
    }
    return (most - least) / 2;
  };
  // It has one minimum, and that is no farther away than what `spacing` leaves beside it.
  const reach = (2 * besideAt(spacing)) / (places[places.length - 1] ?? 1);
  let [low, high] = [spacing - reach, spacing + reach];
  for (let k = 0; k < SEARCH_STEPS && high > low; k++) {
    const third = (high - low) / 3;
    if (besideAt(low + third) < besideAt(high - third)) high -= third;
    else low += third;
  }
  return besideAt((low + high) / 2);
}

/**
 * What most distances are: the mean of those that are the same as the middle one of the largest group of like ones. Of groups of one
 * size, of the least distances.
 */
function usualDistance(gaps: readonly number[], spacing: number, unit: number): number {
  const sorted = Float64Array.from(gaps.filter((gap) => gap > NO_DISTANCE)).sort();
  const tolerance = (gap: number): number => Math.max(spacing * gap, roundingOf(gap, unit));
  let [from, count, end] = [0, 0, 0];
  sorted.forEach((gap, k) => {
    const most = gap + Math.max(2 * spacing * gap, roundingOf(gap, unit));
    while (end < sorted.length && (sorted[end] ?? 0) <= most) end++;
    if (end - k > count) [from, count] = [k, end - k];
  });
  if (count === 0) return 0;
  const middle = sorted[from + (count >> 1)] ?? 0;
  const alike = sorted.filter((gap) => Math.abs(gap - middle) <= tolerance(middle));
  return alike.reduce((total, gap) => total + gap, 0) / alike.length;
}

/** What a distance may be off by because its ends are written in such units. */
function roundingOf(distance: number, unit: number): number {
  return Math.min(unit, distance * MOST_ROUNDING);
}

type Axis = 0 | 1 | 2;
const AXES: readonly Axis[] = [0, 1, 2];

/**
 * The decimal unit that positions are whole numbers of, at most `rounding`; 0 where they are written more exactly. Axes along which
 * nothing changes are not asked: they say nothing of how the others are written.
 */
function writtenUnit(origins: readonly Vector[], axes: readonly Axis[], rounding: number): number {
  const changing = axes.filter((axis) =>
    origins.some((origin) => origin[axis] !== origins[0]?.[axis]),
  );
  if (changing.length === 0) return 0;
  for (const unit of [rounding, rounding / 10, rounding / 100]) {
    const isWhole = (value: number): boolean =>
      Math.abs(value / unit - Math.round(value / unit)) < 1e-4;
    const isWritten = changing.every((axis) => origins.every((origin) => isWhole(origin[axis])));
    // What binary fractions add to the distance of two rounded numbers is not to count.
    if (unit > 0 && isWritten) return unit * (1 + 1e-4);
  }
  return 0;
}

/** Millimetres by which slices lie beside the line of the others, at most, because their positions are written in such units. */
export function roundingBeside(origins: readonly Vector[], rounding: number): number {
  // Half a unit along each axis: of the slice itself, and of the line.
  return Math.hypot(...AXES.map((axis) => writtenUnit(origins, [axis], rounding)));
}
