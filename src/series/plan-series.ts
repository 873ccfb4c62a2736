import { planVolume } from './plan-volume.ts';
import type { Planned } from './plan.ts';
import { sortSlices } from './sort.ts';
import type { PlannedInstance, Slice } from './slice.ts';
import type { PlanTolerances } from './tolerances.ts';

/**
 * Plans the volume of a series: takes it apart into stacks, brings each in order, and says of each what it would be
 * as a volume.
 */
export function planSeries<T extends PlannedInstance>(
  slices: readonly Slice<T>[],
  _tolerances?: PlanTolerances,
): Planned<T> {
  const sorted = sortSlices(slices);
  return { plan: planVolume(sorted.slices), slices: sorted.slices, parts: [] };
}
