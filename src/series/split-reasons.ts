import { planIssue } from './plan.ts';
import type { PartLabel, PlanIssue, PlannedSlice } from './plan.ts';

/** By what slices were told from others. */
export interface Telling extends PartLabel {
  /** `orientation`. */
  readonly attribute: string;
  /** Of the value among those that it was told from, in their order. */
  readonly rank: number;
  /** Of what an image is or is not: the value of the side that is not as the images of a volume are. */
  readonly odd?: string | undefined;
}

/** A stack of slices, and all that told it from others. */
export interface ToldStack {
  readonly slices: readonly PlannedSlice[];
  readonly tellings: readonly Telling[];
}

/** In a message; there may be hundreds of points in time. */
const MOST_VALUES = 6;

/** Slices that have one value. */
export interface ValueSide {
  readonly value: string;
  readonly rank: number;
  readonly slices: readonly PlannedSlice[];
}

/** One issue for each attribute that told stacks apart, in the order in which the stacks, the first ones first, differ in them. */
export function splitReasons(stacks: readonly ToldStack[]): PlanIssue[] {
  const byAttribute = new Map<string, Reason>();
  for (const { slices, tellings } of stacks) {
    for (const telling of tellings) {
      const { value, rank } = telling;
      const key = `${telling.code} ${telling.attribute}`;
      const reason = byAttribute.get(key) ?? { telling, sides: new Map<string, Side>() };
      byAttribute.set(key, reason);
      const side = reason.sides.get(value) ?? { value, rank, slices: [] };
      reason.sides.set(value, side);
      for (const slice of slices) side.slices.push(slice);
    }
  }
  return [...byAttribute.values()].map(issueOf);
}

interface Side extends ValueSide {
  readonly slices: PlannedSlice[];
}

interface Reason {
  readonly telling: Telling;
  readonly sides: Map<string, Side>;
}

function issueOf({ telling: { code, attribute, odd }, sides }: Reason): PlanIssue {
  const { values, others } = differenceOf([...sides.values()], odd);
  const what = odd === undefined ? `${attribute} differs` : 'not all images are alike';
  return planIssue(code, `${what}: ${values}`, others, { count: sides.size });
}

/** What the sides are, in words, and the slices of those that are `odd`; of all but the largest, where none is. */
export function differenceOf(
  sides: readonly ValueSide[],
  odd?: string,
): { readonly values: string; readonly others: readonly PlannedSlice[] } {
  const ordered = [...sides].sort((a, b) => b.slices.length - a.slices.length || a.rank - b.rank);
  const others =
    odd === undefined ? ordered.slice(1) : ordered.filter(({ value }) => value === odd);
  const many = ordered[0]?.slices.length ?? 0;
  const isEven = ordered.length > 2 && ordered.every(({ slices }) => slices.length === many);
  const values = ordered.map(({ value, slices }) =>
    isEven ? value : countOf(value, slices.length),
  );
  const more = values.length - MOST_VALUES;
  if (more > 0) values.splice(MOST_VALUES, more, `${more} more`);
  return {
    values: `${isEven ? `${many} each of ` : ''}${values.join(', ')}`,
    others: others.flatMap(({ slices }) => slices),
  };
}

/** `200 axial`, `30 of 4.92 ms`. */
function countOf(value: string, count: number): string {
  return /^\d/u.test(value) ? `${count} of ${value}` : `${count} ${value}`;
}
