import { withoutCopies } from './copies.ts';
import type { Copy } from './copies.ts';
import type { PartLabel, PlanIssue } from './plan.ts';
import { explainRepeats } from './repeats.ts';
import { CONTRAST_SEPARATIONS, SEPARATIONS } from './separations.ts';
import type { Separation } from './separations.ts';
import type { PlannedInstance, Slice } from './slice.ts';
import { sortSlices } from './sort.ts';
import type { SortedBy } from './sort.ts';
import { splitReasons } from './split-reasons.ts';
import type { Telling } from './split-reasons.ts';
import type { Tolerances } from './tolerances.ts';

/** Slices of one kind, in their order. */
export interface Stack<T> {
  readonly slices: readonly Slice<T>[];
  readonly sortedBy: SortedBy;
  /** By what they differ from other stacks of the series; empty where it is the only one. */
  readonly labels: readonly PartLabel[];
}

/** A series, taken apart. */
export interface Stacks<T> {
  /** At least one, those with most slices first. */
  readonly stacks: readonly Stack<T>[];
  /** Why there are several: one issue for each attribute that told some of them apart. */
  readonly reasons: readonly PlanIssue[];
  /** Second copies of an instance, left out of the stacks. */
  readonly copies: readonly Copy<T>[];
}

/** Slices on their way to be a stack, and what told them from others so far. */
interface Part<T> {
  readonly slices: readonly Slice<T>[];
  readonly tellings: readonly Telling[];
  readonly settled?: boolean | undefined;
}

/**
 * Takes the slices of a series apart into stacks. What can be no one volume is always told apart: matrices, orientations, frames
 * of reference and the like. What images of one volume may differ in (acquisition, echo, time) tells them apart
 * only where they repeat places, and where it explains that; and what is another picture of the same tissue, wherever it lies.
 */
export function stacksOf<T extends PlannedInstance>(
  slices: readonly Slice<T>[],
  tolerances: Tolerances,
): Stacks<T> {
  const unique = withoutCopies(slices);
  const hard = separateAll([{ slices: unique.slices, tellings: [] }], SEPARATIONS, tolerances);
  const told = hard.flatMap((part) =>
    part.settled === true ? [part] : separateRepeats(part, tolerances),
  );
  const found = separateAll(told, CONTRAST_SEPARATIONS, tolerances)
    .map(({ slices: some, tellings }) => ({ ...sortSlices(some), tellings }))
    .sort((a, b) => b.slices.length - a.slices.length || compareTellings(a.tellings, b.tellings));
  return {
    stacks: found.map(({ slices: sorted, sortedBy, tellings }) => ({
      slices: sorted,
      sortedBy,
      labels: tellings.map(({ code, value }) => ({ code, value })),
    })),
    reasons: splitReasons(found),
    copies: unique.copies,
  };
}

function separateAll<T extends PlannedInstance>(
  parts: readonly Part<T>[],
  separations: readonly Separation[],
  tolerances: Tolerances,
): readonly Part<T>[] {
  let apart = parts;
  for (const separation of separations) {
    apart = apart.flatMap((part) => separate(part, separation, tolerances));
  }
  return apart;
}

function separate<T extends PlannedInstance>(
  part: Part<T>,
  { code, attribute, odd, settles, sides }: Separation,
  tolerances: Tolerances,
): readonly Part<T>[] {
  if (part.settled === true || part.slices.length < 2) return [part];
  const found = sides(part.slices, tolerances);
  if (found.length < 2) return [part];
  return found.map(({ slices, value }, rank) => ({
    slices,
    tellings: [...part.tellings, { code, attribute, value, rank, odd }],
    settled: settles === true && value === odd,
  }));
}

function separateRepeats<T extends PlannedInstance>(
  part: Part<T>,
  tolerances: Tolerances,
): readonly Part<T>[] {
  const explanation = explainRepeats(part.slices, tolerances);
  if (explanation === undefined) return [part];
  const slices = Array.from({ length: explanation.count }, (): Slice<T>[] => []);
  const tellings: (readonly Telling[])[] = [];
  part.slices.forEach((slice, k) => {
    const which = explanation.of[k] ?? 0;
    slices[which]?.push(slice);
    tellings[which] ??= explanation.columns.map(({ attribute, of, values }) => {
      const rank = of[k] ?? 0;
      return {
        code: attribute.code,
        attribute: attribute.attribute,
        value: values[rank] ?? '',
        rank,
      };
    });
  });
  return slices.map((some, k) => ({
    slices: some,
    tellings: [...part.tellings, ...(tellings[k] ?? [])],
  }));
}

/** By the order of what they were told apart by: the first point in time before the second. */
function compareTellings(a: readonly Telling[], b: readonly Telling[]): number {
  for (const [k, { rank }] of a.entries()) {
    const other = b[k]?.rank ?? 0;
    if (rank !== other) return rank - other;
  }
  return a.length - b.length;
}
