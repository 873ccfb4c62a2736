import { dot, norm, subtract } from './geometry.ts';
import type { Vector } from './geometry.ts';
import { fitLine, median } from './line-fit.ts';

/** The line that the origins of slices lie on. */
export interface SliceLine {
  /** Beside the origin of the first slice, in its plane, in millimetres. */
  readonly start: Vector;
  /** What a millimetre along the normal adds in the plane: nothing of a straight volume. */
  readonly slope: Vector;
  /** Of each slice: millimetres beside the line. */
  readonly distances: readonly number[];
}

type Axis = 0 | 1 | 2;

const STRAIGHT: Vector = [0, 0, 0];

/** Tangent of 45 degrees, and what rounding adds: gantries are tilted by 30 at the most, and what is steeper are slices that were moved. */
const STEEPEST = 1 + 1e-4;

/**
 * The line of most slices, sheared or straight. A slice that is displaced does not bend it, be it the first or the last. Where it leads
 * less than `tolerance` aside, all in all, that is rounding, and the line is straight.
 */
export function sliceLine(
  origins: readonly Vector[],
  normal: Vector,
  tolerance: number,
): SliceLine {
  const [origin = STRAIGHT] = origins;
  const along = origins.map((place) => dot(subtract(place, origin), normal));
  const beside = origins.map((place, k) =>
    subtract(subtract(place, origin), scaled(normal, along[k] ?? 0)),
  );
  const nearOf = (line: BareLine): number[] =>
    beside.map((_, k) => k).filter((k) => distance(k, along, beside, line) <= tolerance);
  const straight = lineOf(STRAIGHT, along, beside);
  const sheared = lineOf(usualSlope(along, beside), along, beside);
  const isSheared =
    norm(sheared.slope) <= STEEPEST && nearOf(sheared).length > nearOf(straight).length;
  let line = isSheared ? sheared : straight;
  let near = nearOf(line);
  // Each line that is nearer to them than the last may have more of them.
  for (let more = true; more && near.length >= 2;) {
    const fitted = fittedLine(near, along, beside, tolerance);
    const nearer = nearOf(fitted);
    if (norm(fitted.slope) > STEEPEST || nearer.length < near.length) break;
    more = nearer.length > near.length;
    [line, near] = [fitted, nearer];
  }
  return { ...line, distances: along.map((_, k) => distance(k, along, beside, line)) };
}

type BareLine = Omit<SliceLine, 'distances'>;

/** As most neighbours have it. Far ones are compared where there are many: there, rounding counts for less. */
function usualSlope(along: readonly number[], beside: readonly Vector[]): Vector {
  const reach = Math.max(1, along.length >> 2);
  const far: number[] = [];
  for (let k = 0; k + reach < along.length; k++) {
    if ((along[k + reach] ?? 0) - (along[k] ?? 0) > 1e-6) far.push(k);
  }
  return each((axis) =>
    median(
      far.map(
        (k) =>
          ((beside[k + reach]?.[axis] ?? 0) - (beside[k]?.[axis] ?? 0)) /
          ((along[k + reach] ?? 0) - (along[k] ?? 0)),
      ),
    ),
  );
}

/** Of this slope, through the middle of the slices. */
function lineOf(slope: Vector, along: readonly number[], beside: readonly Vector[]): BareLine {
  const start = each((axis) =>
    median(beside.map((place, k) => place[axis] - slope[axis] * (along[k] ?? 0))),
  );
  return { start, slope };
}

/** By the slices that are near the usual line, as exactly as they allow. */
function fittedLine(
  near: readonly number[],
  along: readonly number[],
  beside: readonly Vector[],
  tolerance: number,
): BareLine {
  const xs = near.map((k) => along[k] ?? 0);
  const fits = ([0, 1, 2] as const).map((axis) =>
    fitLine(
      xs,
      near.map((k) => beside[k]?.[axis] ?? 0),
    ),
  );
  const slope = each((axis) => fits[axis]?.slope ?? 0);
  const length = (xs[xs.length - 1] ?? 0) - (xs[0] ?? 0);
  if (norm(slope) * length > tolerance) {
    return { start: each((axis) => fits[axis]?.start ?? 0), slope };
  }
  const middle = each(
    (axis) => near.reduce((sum, k) => sum + (beside[k]?.[axis] ?? 0), 0) / near.length,
  );
  return { start: middle, slope: STRAIGHT };
}

function distance(
  k: number,
  along: readonly number[],
  beside: readonly Vector[],
  { start, slope }: BareLine,
): number {
  const place = subtract(beside[k] ?? STRAIGHT, start);
  return norm(subtract(place, scaled(slope, along[k] ?? 0)));
}

function each(of: (axis: Axis) => number): Vector {
  return [of(0), of(1), of(2)];
}

function scaled([x, y, z]: Vector, by: number): Vector {
  return [x * by, y * by, z * by];
}
