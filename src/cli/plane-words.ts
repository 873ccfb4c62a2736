import { join } from 'node:path';
import type { CommonVoi } from '../display/common-window.ts';
import type { ChosenSeries } from './chosen-series.ts';
import { warningText } from './failures.ts';
import type { FailureJson } from './failures.ts';
import { numbersText } from './grid-notes.ts';
import { unverifiedText } from './job.ts';
import type { Job } from './job.ts';
import { together } from './plane-pictures.ts';
import type { PlaneSet } from './plane-pictures.ts';
import { seriesName } from './series-of-input.ts';
import { printable } from './terminal.ts';

const FROM: Readonly<Record<NonNullable<CommonVoi['window']>['from'], string>> = {
  file: 'of the middle slice',
  caller: 'as it was asked for',
  percentile: 'by the values of some slices, without the rarest',
  range: 'by the values of some slices',
  depth: 'all that the bits can be',
};

/** What all pictures are shown by. */
export async function noteWindow(job: Job, { window, voiLut }: CommonVoi): Promise<void> {
  if (voiLut !== undefined) await job.note(`note: shown by VOI LUT ${voiLut} of the middle slice`);
  if (window === undefined || window.from === 'caller') return;
  const { center, width, explanation, from } = window;
  const name = explanation === undefined ? '' : ` (${explanation})`;
  await job.note(
    `note: shown by window ${rounded(center)},${rounded(width)}${name}, ${FROM[from]}`,
  );
}

/** One line for each plane, to standard output, and what is to be known of its pictures. */
export async function sayWritten(
  job: Job,
  { plane, count, width, height, rows, columns, spacing, first, last, made }: PlaneSet,
  left: number,
  { folder, json }: { readonly folder: string; readonly json: boolean },
): Promise<void> {
  if (width !== columns || height !== rows) {
    const [betweenRows, betweenColumns] = spacing;
    const pixels = `${rounded(betweenColumns)} x ${rounded(betweenRows)} mm`;
    await job.note(
      `note: ${plane} planes of ${columns} x ${rows} pixels of ${pixels}, drawn ${width} x ${height}`,
    );
  }
  if (made.length > 0) {
    const pictures = made.length === 1 ? 'plane' : 'planes';
    const are = made.length === 1 ? 'is a slice' : 'are slices';
    await job.note(`note: ${plane} ${pictures} ${numbersText(made)} ${are} in no file`);
  }
  if (left > 0) {
    const pictures = left === 1 ? '1 other picture' : `${left} other pictures`;
    await job.note(`note: ${pictures} of ${plane} planes in ${folder} are from before`);
  }
  if (json) return;
  const to = first === last ? '' : ` to ${last}`;
  const path = printable(`${join(folder, first)}${to}`);
  await job.print(`${path}\t${width}x${height}\t${count} ${plane}\n`);
}

/** What is to be known of all of them. */
export async function noteSets(
  job: Job,
  { series }: ChosenSeries,
  sets: readonly PlaneSet[],
): Promise<void> {
  const name = seriesName(series);
  for (const warning of warningsOf(sets)) {
    // That colours are as they are, `--json` says: many are.
    if (warning.code !== 'ICC_PROFILE') await job.note(`note: ${warningText(name, warning)}`);
  }
  const unverified = sets.reduce((sum, set) => sum + set.unverified, 0);
  if (unverified > 0) await job.note(unverifiedText(`planes of ${name}`, unverified));
}

function warningsOf(sets: readonly PlaneSet[]): PlaneSet['warnings'] {
  return sets.reduce<PlaneSet['warnings']>((all, { warnings }) => together(all, warnings), []);
}

function planeJson(set: PlaneSet): Omit<PlaneSet, 'warnings' | 'unverified'> {
  const { plane, count, width, height, rows, columns, spacing, first, last, made } = set;
  return { plane, count, width, height, rows, columns, spacing, first, last, made };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** All that was written, and what it was made of. */
export interface WrittenPlanes {
  readonly chosen: ChosenSeries;
  readonly sets: readonly PlaneSet[];
  readonly voi: CommonVoi;
  /** Slices of the grid that are in no file. */
  readonly made: readonly number[];
  readonly failures: readonly FailureJson[];
}

/** What was written, for programs. */
export function planesJson({ chosen, sets, voi, made, failures }: WrittenPlanes): object {
  const { series, part, plan } = chosen;
  const { window, voiLut } = voi;
  return {
    series: series.uid,
    number: series.instances[0]?.dataset.get('SeriesNumber') ?? null,
    part: part ?? null,
    planes: sets.map(planeJson),
    ...{ made, window, voiLut },
    unverified: sets.some(({ unverified }) => unverified > 0) ? true : undefined,
    warnings: warningsOf(sets).map(({ code, message, tag }) => ({ code, message, tag })),
    reasons: plan.reasons,
    failures,
  };
}
