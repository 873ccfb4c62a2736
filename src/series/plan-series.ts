import { planIssue } from './plan.ts';
import type { Planned, PlanIssue, PlannedSlice, VolumePlan } from './plan.ts';
import { planVolume } from './plan-volume.ts';
import { regularRuns } from './regular-runs.ts';
import type { PlannedInstance, Slice } from './slice.ts';
import { stacksOf } from './stacks.ts';
import type { Stack, Stacks } from './stacks.ts';
import type { PlanTolerances, Tolerances } from './tolerances.ts';
import { tolerancesInEffect } from './tolerances-in-effect.ts';

/**
 * Plans the volume of a series: takes it apart into stacks, brings each in order, and says of each what it would be
 * as a volume. Second copies of an instance are in no plan.
 *
 * @throws FramedexError `USAGE` for a tolerance that is no number of 0 or more.
 */
export function planSeries<T extends PlannedInstance>(
  slices: readonly Slice<T>[],
  given?: PlanTolerances,
): Planned<T> {
  const tolerances = tolerancesInEffect(given);
  return planStacks(stacksOf(slices, tolerances), tolerances);
}

/** The plan of a series that was taken apart: of its only stack, or of all with the reasons why they are several. */
export function planStacks<T extends PlannedInstance>(
  { stacks, reasons, copies }: Stacks<T>,
  tolerances: Tolerances,
): Planned<T> {
  const parts = stacks.map((stack) => planStack(stack, tolerances)).sort(bestFirst);
  const [best] = parts;
  if (best === undefined)
    return planStack({ slices: [], sortedBy: 'name', labels: [] }, tolerances);
  const copied = copyIssues(
    parts.flatMap((part) => part.slices),
    copies,
  );
  if (parts.length === 1) {
    const { plan } = best;
    return copied.length === 0
      ? best
      : { ...best, plan: { ...plan, reasons: [...copied, ...plan.reasons] } };
  }
  const plan: VolumePlan = {
    ...best.plan,
    verdict: 'none',
    reasons: [...reasons, ...copied],
    slices: parts.flatMap((part) => part.plan.slices),
    parts: parts.map((part) => part.plan),
    labels: undefined,
  };
  return { plan, slices: parts.flatMap((part) => part.slices), parts };
}

/** One stack: where its spacing changes, its regular runs are parts. */
function planStack<T extends PlannedInstance>(stack: Stack<T>, tolerances: Tolerances): Planned<T> {
  const { slices, sortedBy } = stack;
  const plan = planVolume(stack, tolerances);
  const runs = plan.verdict === 'stack' ? regularRuns(slices, tolerances) : [];
  const parts = runs
    .map((run): Planned<T> => {
      const part = planVolume({ slices: run, sortedBy, labels: [] }, tolerances);
      return { plan: part, slices: run, parts: [] };
    })
    .filter((part) => part.plan.verdict === 'volume')
    .sort(bestFirst);
  return { plan: { ...plan, parts: parts.map((part) => part.plan) }, slices, parts };
}

const VERDICTS: readonly VolumePlan['verdict'][] = ['volume', 'stack', 'none'];

function bestFirst<T>(a: Planned<T>, b: Planned<T>): number {
  return (
    VERDICTS.indexOf(a.plan.verdict) - VERDICTS.indexOf(b.plan.verdict) ||
    b.slices.length - a.slices.length
  );
}

/** Copies of an instance are named with the one that stays; those of its frames are not counted apart. */
function copyIssues<T extends PlannedInstance>(
  slices: readonly Slice<T>[],
  copies: readonly Slice<T>[],
): PlanIssue[] {
  if (copies.length === 0) return [];
  const kept = new Map(slices.map((slice) => [contentOf(slice), slice]));
  const alike = new Map<string, Map<T, Slice<T>>>();
  for (const copy of copies) {
    const original = kept.get(contentOf(copy)) ?? copy;
    const { name } = original.instance;
    const found = alike.get(name) ?? new Map([[original.instance, original]]);
    if (!found.has(copy.instance)) found.set(copy.instance, copy);
    alike.set(name, found);
  }
  return [...alike.values()].map((found) => {
    const message = `${found.size} copies of one instance, of which one counts`;
    const all = [...found.values()];
    return planIssue('DUPLICATE_INSTANCE', message, all, { count: found.size - 1 });
  });
}

/** What copies have in common: the UID, the length, and the place of the image. */
function contentOf({ instance, frame, attributes, plane, instanceNumber }: PlannedSlice): string {
  const uid = attributes.get('SOPInstanceUID') ?? '';
  return [uid, instance.size, frame, instanceNumber, ...(plane?.origin ?? [])].join(' ');
}
