import type { PlanIssueCode } from './plan.ts';

/** `MIXED_*` are of stacks: slices of one grid whose contrast varies. What is no one grid has no verdict that it could change. */
const HARMLESS: ReadonlySet<PlanIssueCode> = new Set([
  'NO_CODEC',
  'MIXED_RESCALE',
  'DUPLICATE_INSTANCE',
  'TILT',
  'MIXED_IMAGE_TYPE',
  'MIXED_ECHO',
  'MIXED_B_VALUE',
  'MIXED_GRADIENT',
  'MIXED_CONTRAST',
]);

/** Whether an issue of a stack says nothing against a regular volume. */
export function isHarmless(code: PlanIssueCode): boolean {
  return HARMLESS.has(code);
}
