import { incompleteIssues } from './incomplete.ts';
import type { MissingParts } from './incomplete.ts';
import type { Copy } from './copies.ts';
import { planIssue } from './plan.ts';
import type { Planned, PlanIssue, VolumePlan } from './plan.ts';
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
 * @param missing - Parts of concatenations that are not among the slices.
 * @throws FramedexError `USAGE` for a tolerance that is no number of 0 or more, or too large.
 */
export function planSeries<T extends PlannedInstance>(
  slices: readonly Slice<T>[],
  given?: PlanTolerances,
  missing: readonly MissingParts<T>[] = [],
): Planned<T> {
  const tolerances = tolerancesInEffect(given);
  return planStacks(stacksOf(slices, tolerances), tolerances, missing);
}

/** The plan of a series that was taken apart: of its only stack, or of all with the reasons why they are several. */
export function planStacks<T extends PlannedInstance>(
  { stacks, reasons, copies }: Stacks<T>,
  tolerances: Tolerances,
  missing: readonly MissingParts<T>[] = [],
): Planned<T> {
  const parts = stacks.map((stack) => planStack(stack, tolerances, missing)).sort(bestFirst);
  const [best] = parts;
  if (best === undefined)
    return planStack({ slices: [], sortedBy: 'name', labels: [] }, tolerances, missing);
  const copied = copyIssues(copies);
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
function planStack<T extends PlannedInstance>(
  stack: Stack<T>,
  tolerances: Tolerances,
  missing: readonly MissingParts<T>[],
): Planned<T> {
  const { slices, sortedBy } = stack;
  const plan = planVolume(stack, tolerances, incompleteIssues(slices, missing));
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
    b.slices.length - a.slices.length ||
    Number(isIncomplete(a)) - Number(isIncomplete(b))
  );
}

function isIncomplete({ plan }: Planned<unknown>): boolean {
  return plan.reasons.some(({ code }) => code === 'INCOMPLETE');
}

/** Copies of an instance are named with the one that stays; those of its frames are not counted apart. */
function copyIssues<T extends PlannedInstance>(copies: readonly Copy<T>[]): PlanIssue[] {
  const alike = new Map<T, Map<T, Slice<T>>>();
  for (const { kept, copy } of copies) {
    const found = alike.get(kept.instance) ?? new Map([[kept.instance, kept]]);
    if (!found.has(copy.instance)) found.set(copy.instance, copy);
    alike.set(kept.instance, found);
  }
  return [...alike.values()].map((found) => {
    const message = `${found.size} copies of one instance, of which one counts`;
    const all = [...found.values()];
    return planIssue('DUPLICATE_INSTANCE', message, all, { count: found.size - 1 });
  });
}
