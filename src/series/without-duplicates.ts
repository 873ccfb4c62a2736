import { FramedexError } from '../errors.ts';
import { distancesOf } from './distances.ts';
import { compareNames } from './name-order.ts';
import type { Planned, PlanIssueCode } from './plan.ts';
import { planVolume } from './plan-volume.ts';
import type { PlannedInstance, Slice } from './slice.ts';
import { tolerancesInEffect } from './tolerances-in-effect.ts';
import type { PlanOptions, Tolerances } from './tolerances.ts';

/** What was said of all slices and copies, and stays true of those that are left: a plan of these alone cannot know it. */
const KEPT: readonly PlanIssueCode[] = ['DUPLICATE_INSTANCE', 'DUPLICATE_POSITION'];

/**
 * With `duplicates`, the plan of the slices without those at a place that is taken already: the first by Instance Number, then name, stays. Its
 * `reasons` name them still, which says nothing against its verdict. A plan without `DUPLICATE_POSITION` stays as it is.
 *
 * @throws FramedexError `USAGE` for `duplicates` that is nothing known.
 */
export function withoutDuplicates<T extends PlannedInstance>(
  planned: Planned<T>,
  options: PlanOptions & { readonly duplicates?: 'first' | undefined },
): Planned<T> {
  // Callers without types may give anything.
  const duplicates: unknown = options.duplicates;
  if (duplicates === undefined) return planned;
  if (duplicates !== 'first') {
    throw new FramedexError('USAGE', 'duplicates is wrong', { expected: '"first"' });
  }
  const { plan } = planned;
  if (!plan.reasons.some(({ code }) => code === 'DUPLICATE_POSITION')) return planned;
  const tolerances = tolerancesInEffect(options.tolerances);
  const slices = firstOfEach(planned.slices, tolerances);
  const { sortedBy, labels = [] } = plan;
  // Images that are not there are missing still.
  const incomplete = plan.reasons.filter(({ code }) => code === 'INCOMPLETE');
  const rest = planVolume({ slices, sortedBy, labels }, tolerances, incomplete);
  const kept = plan.reasons.filter(({ code }) => KEPT.includes(code));
  return { plan: { ...rest, reasons: [...kept, ...rest.reasons] }, slices, parts: [] };
}

/** Of slices at one place, the first by Instance Number, then name: a little higher or lower by rounding says nothing. */
function firstOfEach<T extends PlannedInstance>(
  slices: readonly Slice<T>[],
  tolerances: Tolerances,
): Slice<T>[] {
  const origins = slices.flatMap(({ plane }) => (plane === undefined ? [] : [plane.origin]));
  const normal = slices[0]?.plane?.normal;
  if (normal === undefined || origins.length < slices.length) return [...slices];
  const { positions, none } = distancesOf(origins, normal, tolerances);
  const first: Slice<T>[] = [];
  let place = -Infinity;
  for (const [k, slice] of slices.entries()) {
    const position = positions[k] ?? 0;
    const last = first[first.length - 1];
    if (last === undefined || position - place > none) {
      first.push(slice);
      place = position;
    } else if (isBefore(slice, last)) first[first.length - 1] = slice;
  }
  return first;
}

function isBefore(a: Slice<PlannedInstance>, b: Slice<PlannedInstance>): boolean {
  const [one, other] = [a.instanceNumber ?? 0, b.instanceNumber ?? 0];
  const names = compareNames(a.instance.name, b.instance.name);
  return (one - other || names || a.frame - b.frame) < 0;
}
