import type { PlanIssueCode } from '../node/index.ts';
import type { ChosenSeries } from './chosen-series.ts';
import type { GridChoice } from './grid-options.ts';
import type { Job } from './job.ts';
import { verdictText } from './plan-words.ts';

/** What is said elsewhere, of the values and of the shear, or is a failure anyway. */
const SAID_ELSEWHERE: ReadonlySet<PlanIssueCode> = new Set([
  'TILT',
  'MIXED_RESCALE',
  'NO_CODEC',
  'DUPLICATE_POSITION',
]);

/**
 * What is to be known of the grid that is made of a series, whatever is made of the grid: what is not as in a regular volume, and what was done about it.
 *
 * @param made - Slices that are in no file.
 */
export async function noteGrid(
  job: Job,
  { plan }: ChosenSeries,
  { asIs, duplicates, fillGaps, resample }: GridChoice,
  made: readonly number[],
): Promise<void> {
  if (plan.verdict === 'stack') {
    const isMade = fillGaps !== undefined || resample !== undefined;
    const how = asIs ? 'as if it were regular' : isMade ? 'made regular' : 'not regular';
    await job.note(`note: ${how}: ${verdictText(plan)}`);
  } else {
    for (const { code, message } of plan.reasons) {
      if (!SAID_ELSEWHERE.has(code)) await job.note(`note: ${message}`);
    }
  }
  const shared = plan.reasons.filter(({ code }) => code === 'DUPLICATE_POSITION').length;
  if (duplicates !== undefined && shared > 0) {
    const places = shared === 1 ? 'one place has' : `${shared} places have`;
    await job.note(`note: ${places} several slices: the first of them is taken`);
  }
  if (made.length === 0) return;
  const slices = made.length === 1 ? 'slice' : 'slices';
  const are = made.length === 1 ? 'is' : 'are';
  await job.note(
    `note: ${slices} ${numbersText(made)} of the volume, counted from 0, ${are} in no file, but made of others`,
  );
}

/** So many are named. */
const NAMED = 10;

/** `3, 4, 5 and 12 more`. */
export function numbersText(numbers: readonly number[]): string {
  const rest = numbers.length - NAMED;
  return `${numbers.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
