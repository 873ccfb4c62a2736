import type { PlanIssue } from './plan.ts';
import type { PlannedInstance, Slice } from './slice.ts';

/** A multi-frame image that was taken apart into several instances, of which some are missing (PS3.3 C.7.6.16.2.2). */
export interface MissingParts<T> {
  /** Those that are there. */
  readonly instances: ReadonlySet<T>;
  /** How many are not; undefined where nothing tells. */
  readonly count: number | undefined;
}

/** Images that belong to these slices and are not among them: where they would be, nobody knows. */
export function incompleteIssues<T extends PlannedInstance>(
  slices: readonly Slice<T>[],
  missing: readonly MissingParts<T>[],
): PlanIssue[] {
  const instances = [...new Set(slices.map(({ instance }) => instance))];
  return [...framesWithoutPlace(instances), ...partsNotThere(instances, missing)];
}

function framesWithoutPlace(instances: readonly PlannedInstance[]): PlanIssue[] {
  const short = instances.filter(
    ({ frames, frameCount }) => (frames?.count ?? Infinity) < frameCount,
  );
  if (short.length === 0) return [];
  const count = short.reduce(
    (sum, { frames, frameCount }) => sum + frameCount - (frames?.count ?? 0),
    0,
  );
  const message = `${count === 1 ? '1 frame' : `${count} frames`} of which nothing says where they are`;
  return [{ code: 'INCOMPLETE', message, instances: short.map(({ name }) => name), count }];
}

function partsNotThere<T extends PlannedInstance>(
  instances: readonly T[],
  missing: readonly MissingParts<T>[],
): PlanIssue[] {
  return missing.flatMap(({ instances: parts, count }) => {
    const there = instances.filter((instance) => parts.has(instance));
    if (there.length === 0) return [];
    const which = count === undefined ? 'parts' : count === 1 ? '1 part' : `${count} parts`;
    const message = `${which} of the concatenation not there`;
    const names = there.map(({ name }) => name);
    return [{ code: 'INCOMPLETE' as const, message, instances: names, count }];
  });
}
