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

/** One issue for each attribute that told stacks apart, in the order in which the stacks, the first ones first, differ in them. */
export function splitReasons(stacks: readonly ToldStack[]): PlanIssue[] {
  const byAttribute = new Map<string, Reason>();
  for (const { slices, tellings } of stacks) {
    for (const telling of tellings) {
      const key = `${telling.code} ${telling.attribute}`;
      const reason = byAttribute.get(key) ?? { telling, sides: new Map<string, Side>() };
      byAttribute.set(key, reason);
      const side = reason.sides.get(telling.value) ?? { rank: telling.rank, slices: [] };
      reason.sides.set(telling.value, side);
      for (const slice of slices) side.slices.push(slice);
    }
  }
  return [...byAttribute.values()].map(issueOf);
}

interface Side {
  readonly rank: number;
  readonly slices: PlannedSlice[];
}

interface Reason {
  readonly telling: Telling;
  readonly sides: Map<string, Side>;
}

function issueOf({ telling: { code, attribute, odd }, sides }: Reason): PlanIssue {
  const ordered = [...sides].sort(
    ([, a], [, b]) => b.slices.length - a.slices.length || a.rank - b.rank,
  );
  const usual = odd === undefined ? ordered[0]?.[0] : undefined;
  const others = ordered.filter(([value]) => (odd === undefined ? value !== usual : value === odd));
  const many = ordered[0]?.[1].slices.length ?? 0;
  const isEven = ordered.length > 2 && ordered.every(([, { slices }]) => slices.length === many);
  const values = ordered.map(([value, { slices }]) =>
    isEven ? value : countOf(value, slices.length),
  );
  const more = values.length - MOST_VALUES;
  if (more > 0) values.splice(MOST_VALUES, more, `${more} more`);
  const what = odd === undefined ? `${attribute} differs` : 'not all images are alike';
  return planIssue(
    code,
    `${what}: ${isEven ? `${many} each of ` : ''}${values.join(', ')}`,
    others.flatMap(([, { slices }]) => slices),
    { count: ordered.length },
  );
}

/** `200 axial`, `30 of 4.92 ms`. */
function countOf(value: string, count: number): string {
  return /^\d/u.test(value) ? `${count} of ${value}` : `${count} ${value}`;
}
