import { cross, norm } from './geometry.ts';
import type { Vector } from './geometry.ts';
import { planIssue } from './plan.ts';
import type { PlanIssue, PlannedSlice } from './plan.ts';

const DEGREES = 180 / Math.PI;
/** Cosine, from which on an axis is called by the patient's one that is nearest: about 25 degrees. */
const NEAR_AXIS = 0.9;

/** Degrees by which the way from slice to slice is off the normal. */
export function tiltOf(slope: Vector): number {
  return Math.atan(norm(slope)) * DEGREES;
}

/** The way from slice to slice is not along the normal: the gantry was tilted, or the slices were moved against each other. */
export function tiltIssue(
  slices: readonly PlannedSlice[],
  normal: Vector,
  slope: Vector,
  least: number,
): PlanIssue[] {
  const angle = tiltOf(slope);
  if (angle === 0 || angle < least) return [];
  const sheared = `the slices are sheared by ${angle.toFixed(1)} degrees`;
  const message = `${sheared}${axisName(cross(normal, slope))} (a tilted gantry)`;
  return [planIssue('TILT', message, slices.slice(0, 1), { value: angle })];
}

function axisName(axis: Vector): string {
  const name = (['x', 'y', 'z'] as const).find(
    (_, k) => Math.abs(axis[k] ?? 0) > NEAR_AXIS * norm(axis),
  );
  return name === undefined ? '' : ` about the patient's ${name} axis`;
}
