import { planIssue } from './plan.ts';
import type { PlanIssue, PlannedSlice } from './plan.ts';

/**
 * Slices that are moved in their plane: an issue for each, and one for several that are neighbours.
 *
 * @param distances - Of each slice from the line of most, in millimetres.
 */
export function displacedIssues(
  slices: readonly PlannedSlice[],
  distances: readonly number[],
  tolerance: number,
): PlanIssue[] {
  const issues: PlanIssue[] = [];
  for (let from = 0; from < slices.length; from++) {
    let to = from;
    let value = 0;
    for (; (distances[to] ?? 0) > tolerance; to++) value = Math.max(value, distances[to] ?? 0);
    if (to === from) continue;
    const found = slices.slice(from, to);
    const beside = `${value.toFixed(3)} mm beside the line of the other slices`;
    const message = found.length === 1 ? beside : `${found.length} slices, up to ${beside}`;
    issues.push(planIssue('DISPLACED', message, found, { value, count: found.length }));
    from = to;
  }
  return issues;
}
