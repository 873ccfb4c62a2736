import { planIssue } from './plan.ts';
import type { PlanIssue, PlannedSlice } from './plan.ts';
import { differenceOf } from './split-reasons.ts';
import { TELLING_ATTRIBUTES } from './telling-attributes.ts';
import { valueColumn } from './telling-column.ts';
import type { TellingColumn } from './telling-column.ts';

const CONTRASTS = TELLING_ATTRIBUTES.filter(({ contrast }) => contrast === true);

/**
 * What the slices of one stack were taken with, or made with, that is not the same of all: their brightness may not compare. One
 * issue for each attribute, of the slices that are not as most are. What is not said contradicts nobody.
 */
export function variedIssues(slices: readonly PlannedSlice[]): PlanIssue[] {
  return CONTRASTS.flatMap((attribute) => {
    const values = slices.map(({ attributes }) => attribute.value(attributes));
    const saying = slices.filter((_, k) => values[k] !== undefined);
    const said = values.filter((value) => value !== undefined);
    const column = valueColumn(attribute, said, said.length);
    return column === undefined ? [] : [variedIssue(saying, column)];
  });
}

function variedIssue(
  slices: readonly PlannedSlice[],
  { attribute: { code, attribute }, of, values }: TellingColumn,
): PlanIssue {
  const sides = values.map((value, rank) => ({ value, rank, slices: new Array<PlannedSlice>() }));
  slices.forEach((slice, k) => sides[of[k] ?? 0]?.slices.push(slice));
  const { values: counted, others } = differenceOf(sides);
  const message = `${attribute} varies within the stack: ${counted}`;
  return planIssue(code, message, others, { count: others.length });
}
