import { cross, dot, isParallel, norm, subtract } from './geometry.ts';
import type { ImagePlane, Vector } from './geometry.ts';
import { pixelSpacing } from './pixel-spacing.ts';
import { planIssue } from './plan.ts';
import type { PlanIssue, PlannedSlice } from './plan.ts';

/** Differences below this part of the spacing are rounding in the file. */
const SPACING_TOLERANCE = 0.01;
/** Millimetres: positions may be rounded to a tenth. */
const LEAST_DISPLACEMENT = 0.1;
const DEGREES = 180 / Math.PI;

/** Whether the planes make a regular grid. */
export function spatialIssues(slices: readonly PlannedSlice[]): PlanIssue[] {
  const [first] = slices;
  const unscaled = slices.filter(({ attributes }) => pixelSpacing(attributes) === undefined);
  const message = 'no usable pixel spacing';
  const noSpacing = unscaled.length > 0 ? [planIssue('NO_SPACING', message, unscaled)] : [];
  return [...noSpacing, ...planeIssues(first, slices)];
}

function planeIssues(
  first: PlannedSlice | undefined,
  slices: readonly PlannedSlice[],
): PlanIssue[] {
  const lost = slices.filter(({ plane }) => plane === undefined);
  if (first?.plane === undefined || lost.length > 0) {
    return [planIssue('NO_POSITION', 'no position or orientation in the patient', lost)];
  }
  const { plane } = first;
  const turned = slices.filter(
    (slice) => slice.plane !== undefined && !isParallel(slice.plane, plane),
  );
  if (turned.length > 0)
    return [planIssue('MIXED_ORIENTATION', 'the planes are not parallel', turned)];
  const displaced = displacedIssues(slices, plane);
  // What a displaced slice does to the way from first to last is no tilt.
  const tilt = displaced.length > 0 ? [] : tiltIssue(slices, plane);
  return [...spacingIssues(slices, plane), ...displaced, ...tilt];
}

function spacingIssues(slices: readonly PlannedSlice[], { normal }: ImagePlane): PlanIssue[] {
  const issues: PlanIssue[] = [];
  const positions = slices.map(({ plane }) =>
    plane === undefined ? 0 : dot(plane.origin, normal),
  );
  const gaps = positions.slice(1).map((position, k) => position - (positions[k] ?? 0));
  const usual = median(gaps);
  gaps.forEach((gap, k) => {
    const pair = slices.slice(k, k + 2);
    if (gap <= usual * SPACING_TOLERANCE) {
      issues.push(planIssue('DUPLICATE_POSITION', 'two slices at one place', pair, { value: gap }));
    } else if (Math.abs(gap - usual) > usual * SPACING_TOLERANCE) {
      const message = `${gap.toFixed(3)} mm apart, most are ${usual.toFixed(3)} mm`;
      issues.push(planIssue('UNEVEN_SPACING', message, pair, { value: gap, usual }));
    }
  });
  return issues;
}

/** The way from the first slice to the last is not along the normal: the gantry was tilted. */
function tiltIssue(slices: readonly PlannedSlice[], { normal }: ImagePlane): PlanIssue[] {
  const step = sliceStep(slices);
  if (step === undefined) return [];
  const across = norm(cross(step, normal));
  const angle = Math.atan2(across, Math.abs(dot(step, normal))) * DEGREES;
  if (angle < 0.1) return [];
  const message = `the slices are sheared by ${angle.toFixed(1)} degrees (a tilted gantry)`;
  return [planIssue('TILT', message, slices.slice(0, 1), { value: angle })];
}

/** The mean way from one slice to the next. */
export function sliceStep(slices: readonly PlannedSlice[]): Vector | undefined {
  const start = slices[0]?.plane;
  const end = slices[slices.length - 1]?.plane;
  if (start === undefined || end === undefined || slices.length < 2) return undefined;
  const [x, y, z] = subtract(end.origin, start.origin);
  const steps = slices.length - 1;
  return [x / steps, y / steps, z / steps];
}

/** Where a slice lies: along the normal, and in the plane, from the first slice on. */
interface Offset {
  readonly along: number;
  readonly across: number;
  readonly down: number;
}

/** In the plane, a slice may move with the way along the normal only, as a tilted gantry has it. */
function displacedIssues(slices: readonly PlannedSlice[], plane: ImagePlane): PlanIssue[] {
  const offsets = slices.map((slice): Offset => {
    const way = subtract(slice.plane?.origin ?? plane.origin, plane.origin);
    const { row, column, normal } = plane;
    return { along: dot(way, normal), across: dot(way, row), down: dot(way, column) };
  });
  const last = offsets[offsets.length - 1]?.along ?? 0;
  if (last === 0) return [];
  const tolerance = Math.max(LEAST_DISPLACEMENT, (SPACING_TOLERANCE * last) / (offsets.length - 1));
  const isRegular = (distances: readonly number[]): boolean =>
    distances.every((distance) => distance <= tolerance);
  const straight = distancesFrom(offsets, straightLine);
  const distances = isRegular(straight) ? straight : distancesFrom(offsets, usualLine);
  return slices.flatMap((slice, k) => {
    const distance = distances[k] ?? 0;
    if (distance <= tolerance) return [];
    const message = `${distance.toFixed(3)} mm beside the line of the other slices`;
    return [planIssue('DISPLACED', message, [slice], { value: distance })];
  });
}

type Axis = 'across' | 'down';

/** What an axis in the plane should be: at the start, and what each millimetre along adds. */
type Line = readonly [start: number, slope: number];

function distancesFrom(
  offsets: readonly Offset[],
  line: (offsets: readonly Offset[], axis: Axis) => Line,
): number[] {
  const [across, acrossSlope] = line(offsets, 'across');
  const [down, downSlope] = line(offsets, 'down');
  return offsets.map((offset) =>
    Math.hypot(
      offset.across - across - acrossSlope * offset.along,
      offset.down - down - downSlope * offset.along,
    ),
  );
}

/** From the first slice to the last: exact where none is displaced, whatever was rounded. */
function straightLine(offsets: readonly Offset[], axis: Axis): Line {
  const last = offsets[offsets.length - 1];
  return [0, last === undefined ? 0 : last[axis] / last.along];
}

/** As most slices have it: does not follow a slice that is displaced, be it the first or the last. */
function usualLine(offsets: readonly Offset[], axis: Axis): Line {
  const slopes = offsets.slice(1).flatMap((offset, k) => {
    const before = offsets[k];
    const gap = offset.along - (before?.along ?? 0);
    return gap > 0 ? [(offset[axis] - (before?.[axis] ?? 0)) / gap] : [];
  });
  const slope = median(slopes);
  return [median(offsets.map((offset) => offset[axis] - slope * offset.along)), slope];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
