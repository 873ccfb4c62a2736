import { sliceGrid, stepsOf } from './distances.ts';
import type { Distances } from './distances.ts';
import { planIssue } from './plan.ts';
import type { PlanIssue, PlannedSlice } from './plan.ts';

/** As many multiples of the usual distance in a row are no slices that were lost: there, the spacing changes. */
const CHANGE = 3;

/** Neighbouring distances that are the same, and not the usual one. */
interface GapRun {
  /** The first of them. */
  readonly from: number;
  /** How many. */
  count: number;
  readonly steps: number | undefined;
}

/**
 * What is not evenly spaced. Each distance that is not the usual one is an issue, with the two slices on either side; of several equal ones
 * in a row there is one issue, with the slices at their ends.
 */
export function gapIssues(slices: readonly PlannedSlice[], distances: Distances): PlanIssue[] {
  const issues = gapRuns(distances).map((run) => gapIssue(slices, distances, run));
  return [...issues, ...driftIssue(slices, distances)];
}

function gapRuns(distances: Distances): GapRun[] {
  const { gaps, tolerance } = distances;
  const runs: GapRun[] = [];
  let last: GapRun | undefined;
  gaps.forEach((gap, k) => {
    const steps = stepsOf(gap, distances);
    const isSame =
      last?.steps === steps && Math.abs(gap - (gaps[last?.from ?? k] ?? 0)) <= tolerance;
    if (steps === 1) last = undefined;
    else if (last !== undefined && isSame) last.count++;
    else runs.push((last = { from: k, count: 1, steps }));
  });
  return runs;
}

function gapIssue(
  slices: readonly PlannedSlice[],
  { positions, usual }: Distances,
  { from, count, steps }: GapRun,
): PlanIssue {
  const length = (positions[from + count] ?? 0) - (positions[from] ?? 0);
  if (steps === 0) {
    const found = slices.slice(from, from + count + 1);
    const message = `${count === 1 ? 'two' : found.length} slices at one place`;
    return planIssue('DUPLICATE_POSITION', message, found, { value: length, count: found.length });
  }
  const ends = [from, from + count].flatMap((k) => slices[k] ?? []);
  const value = length / count;
  const apart =
    count === 1 ? `${value.toFixed(3)} mm apart` : `${count} distances of ${value.toFixed(3)} mm`;
  const message = `${apart}, most are ${usual.toFixed(3)} mm`;
  if (steps === undefined || count >= CHANGE) {
    return planIssue('UNEVEN_SPACING', message, ends, { value, usual, count });
  }
  const missing = count * (steps - 1);
  const room = `room for ${missing} ${missing === 1 ? 'slice' : 'slices'}`;
  return planIssue('MISSING_SLICES', `${message}: ${room}`, ends, { value, usual, count: missing });
}

/** Distances that are nearly the same, each by itself, and add up to other places than those of an even grid. */
function driftIssue(slices: readonly PlannedSlice[], distances: Distances): PlanIssue[] {
  const grid = sliceGrid(distances);
  if (grid === undefined || grid.beside <= distances.drift) return [];
  const { gaps, usual } = distances;
  const single = gaps.map((gap) => (stepsOf(gap, distances) === 1 ? gap : usual));
  const least = single.reduce((a, b) => Math.min(a, b), usual);
  const most = single.reduce((a, b) => Math.max(a, b), usual);
  const worst = most - usual > usual - least ? most : least;
  const at = single.indexOf(worst);
  const ends = slices.slice(at, at + 2);
  const range = `distances from ${least.toFixed(3)} to ${most.toFixed(3)} mm add up`;
  const message = `${range}: slices lie up to ${grid.beside.toFixed(3)} mm beside evenly spaced places`;
  return [planIssue('UNEVEN_SPACING', message, ends, { value: worst, usual, count: 1 })];
}
