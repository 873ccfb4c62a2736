import { displacedIssues } from './displaced.ts';
import { distancesOf, roundingBeside, sliceGrid } from './distances.ts';
import { gapIssues } from './gaps.ts';
import type { ImagePlane, Vector } from './geometry.ts';
import { pixelSpacing } from './pixel-spacing.ts';
import { planIssue } from './plan.ts';
import type { PlanIssue, PlannedSlice } from './plan.ts';
import { sliceLine } from './slice-line.ts';
import { tiltIssue, tiltOf } from './tilt.ts';
import type { Tolerances } from './tolerances.ts';

/** Where the slices of a stack are, and what is not regular about it. */
export interface StackGeometry {
  readonly issues: readonly PlanIssue[];
  /** Undefined where slices have no position. */
  readonly place: StackPlace | undefined;
}

export interface StackPlace {
  /** Of the first slice. */
  readonly plane: ImagePlane;
  /** Of the grid: of the first slice, unless that is displaced. */
  readonly origin: Vector;
  /** Of each slice, millimetres along the normal. */
  readonly positions: readonly number[];
  /** Millimetres from slice to slice; undefined where all are at one place. */
  readonly spacing: number | undefined;
  /** What each millimetre along the normal adds in the plane. */
  readonly slope: Vector;
  /** Degrees. */
  readonly tilt: number;
}

/** Measures the stack: all planes in it are parallel. */
export function stackGeometry(
  slices: readonly PlannedSlice[],
  tolerances: Tolerances,
): StackGeometry {
  const unscaled = slices.filter(({ attributes }) => pixelSpacing(attributes) === undefined);
  const message = 'no usable pixel spacing';
  const noSpacing = unscaled.length > 0 ? [planIssue('NO_SPACING', message, unscaled)] : [];
  const { issues, place } = placed(slices, tolerances);
  return { issues: [...noSpacing, ...issues], place };
}

function placed(slices: readonly PlannedSlice[], tolerances: Tolerances): StackGeometry {
  const [first] = slices;
  const lost = slices.filter((slice) => slice.plane === undefined);
  if (first?.plane === undefined || lost.length > 0) {
    const message = 'no usable position or orientation in the patient';
    return { issues: [planIssue('NO_POSITION', message, lost)], place: undefined };
  }
  const { plane } = first;
  const { normal } = plane;
  const origins = slices.map((slice) => slice.plane?.origin ?? plane.origin);
  const distances = distancesOf(origins, normal, tolerances);
  const gaps = gapIssues(slices, distances);
  const { positions, usual } = distances;
  const common = { plane, positions, origin: plane.origin };
  // Slices at one place, or in one plane, have no way from one to the next.
  if (usual === 0) {
    return { issues: gaps, place: { ...common, spacing: undefined, slope: [0, 0, 0], tilt: 0 } };
  }
  const aside = leastAside(slices, origins, usual, tolerances);
  const line = sliceLine(origins, normal, aside);
  const { slope, start } = line;
  const isFirstInLine = (line.distances[0] ?? 0) <= aside;
  return {
    issues: [
      ...gaps,
      ...displacedIssues(slices, line.distances, aside),
      ...tiltIssue(slices, normal, slope, tolerances.tilt),
    ],
    place: {
      ...common,
      origin: isFirstInLine ? plane.origin : add(plane.origin, start),
      spacing: sliceGrid(distances)?.spacing ?? usual,
      slope,
      tilt: tiltOf(slope),
    },
  };
}

/**
 * Millimetres by which a slice is moved in its plane, at the least, to be displaced. What rounding may do is no more than half a
 * pixel; than one, where positions are written in units as large.
 */
function leastAside(
  slices: readonly PlannedSlice[],
  origins: readonly Vector[],
  usual: number,
  { rounding, displacement }: Tolerances,
): number {
  const pixel = slices.reduce(
    (least, { attributes }) => Math.min(least, ...(pixelSpacing(attributes) ?? [])),
    Infinity,
  );
  return Math.max(
    displacement * usual,
    Math.min(rounding, pixel / 2),
    Math.min(roundingBeside(origins, rounding), pixel),
  );
}

function add(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}
