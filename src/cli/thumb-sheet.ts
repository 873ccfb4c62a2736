import type { Instance } from '../collection/instance.ts';
import { groupSeries } from '../collection/series.ts';
import type { Series } from '../collection/series.ts';
import { contactSheet } from '../node/index.ts';
import type { ContactSheet, ContactSheetOptions } from '../node/index.ts';
import { failureJson } from './failures.ts';
import type { FailureJson } from './failures.ts';
import type { OpenedInput } from './inputs.ts';
import { unverifiedText } from './job.ts';
import type { Job } from './job.ts';
import { createWindowHold, noteUnmet, orUsual } from './named-window.ts';
import type { WindowHold } from './named-window.ts';
import { onlyInstance } from './only-instance.ts';
import { refuseMembers } from './output-file.ts';
import { appliedJson } from './picture-json.ts';
import type { AppliedJson } from './picture-json.ts';
import { notePicture } from './picture-notes.ts';
import type { PictureTarget } from './picture-target.ts';
import { seriesName, seriesOf } from './series-of-input.ts';
import { printable } from './terminal.ts';
import { isWithoutPicture, withoutPictureJson } from './without-picture.ts';
import type { WithoutPictureJson } from './without-picture.ts';

/** Of what a sheet is made, and where it goes. */
export interface SheetRun {
  readonly job: Job;
  readonly inputs: readonly string[];
  readonly target: PictureTarget;
  readonly options: ContactSheetOptions;
  readonly quality: number | undefined;
  /** Whether the sheet is named on standard output. */
  readonly printed: boolean;
}

/** One sheet, as `--json` has it. */
export interface SheetJson {
  readonly sheet: {
    readonly path: string;
    readonly width: number;
    readonly height: number;
    /** In the order of their places, those without a picture apart. */
    readonly pictures: readonly (AppliedJson & { readonly series: string })[];
    /** Series that were too many for one sheet. */
    readonly leftOut: readonly string[];
  } | null;
  readonly withoutPicture: readonly WithoutPictureJson[];
  readonly failures: readonly FailureJson[];
}

/** One picture of all series of all inputs; instances that are inputs of their own are grouped. */
export async function makeSheet(run: SheetRun): Promise<SheetJson> {
  const found: Found = { series: [], loose: [], failures: [], read: new Set() };
  let drawn: Omit<SheetJson, 'failures'> = { sheet: null, withoutPicture: [] };
  await withInputs(run, found, 0, async () => {
    const series = [...found.series, ...groupSeries(found.loose)];
    if (series.length > 0) drawn = await drawSheet(run, series, found.failures);
  });
  return { ...drawn, failures: found.failures };
}

interface Found {
  readonly series: Series[];
  readonly loose: Instance[];
  readonly failures: FailureJson[];
  /** Numbers of the inputs whose headers are read: what fails later is no fault of theirs. */
  readonly read: Set<number>;
}

/** Does something while all inputs are open: their frames are read then. */
async function withInputs(
  run: SheetRun,
  found: Found,
  k: number,
  action: () => Promise<void>,
): Promise<void> {
  const { job, inputs } = run;
  const input = inputs[k];
  if (input === undefined) return action();
  try {
    await job.using(input, {}, async (opened) => {
      await find(run, opened, found);
      found.read.add(k);
      await withInputs(run, found, k + 1, action);
    });
  } catch (error) {
    // The one input has nothing beside it that could still be done.
    if (found.read.has(k) || inputs.length === 1) throw error;
    found.failures.push({ ...failureJson(await job.fail(error, input)), name: input });
    await withInputs(run, found, k + 1, action);
  }
}

async function find({ job, target }: SheetRun, opened: OpenedInput, found: Found): Promise<void> {
  if (target.path !== undefined) await refuseMembers(target.path, opened);
  if (opened.kind === 'file') {
    found.loose.push(onlyInstance(opened));
    return;
  }
  const { series, failures } = await seriesOf(job, opened.collection);
  found.series.push(...series);
  found.failures.push(...failures);
}

async function drawSheet(
  run: SheetRun,
  series: readonly Series[],
  failures: FailureJson[],
): Promise<Omit<SheetJson, 'failures'>> {
  const { job, target, options, quality, printed } = run;
  const hold = createWindowHold(options);
  const made = await contactSheet(
    series.map((one) => watched(run, one, hold)),
    {
      title: titleOf(series),
      signal: job.io.signal,
      onProgress: (done, total) => job.progress(`picture ${done} of ${total}`),
      ...options,
    },
  );
  await hold.end();
  const withoutPicture = await nameFailures(job, made, failures);
  await noteFaults(job, made);
  const { image, pictures, leftOut } = made;
  const { width, height } = image;
  const path = await target.write(await image.encode(target.format, { quality }), 'contact-sheet');
  if (printed && target.kind !== 'stream') {
    const counts = `${counted(pictures.length, 'picture', 'pictures')} of ${series.length} series`;
    await job.print(`${printable(path)}\t${width}x${height}\t${counts}\n`);
  }
  const shown = pictures.map(({ series: one, facts }) => ({
    series: one.uid,
    ...appliedJson(facts),
  }));
  const sheet = { path, width, height, pictures: shown, leftOut: leftOut.map(({ uid }) => uid) };
  return { sheet, withoutPicture };
}

/** A series that has its usual picture where it has not the window that is asked for, which is noted. */
function watched({ job, options }: SheetRun, series: Series, hold: WindowHold): Series {
  return orUsual(series, (made) =>
    hold.write(made, () => noteUnmet(job, seriesName(series), made, options)),
  );
}

/** What is no image is named on the sheet as what it is; anything else is a failure. */
async function nameFailures(
  job: Job,
  { failures: all }: ContactSheet,
  failures: FailureJson[],
): Promise<WithoutPictureJson[]> {
  const without: WithoutPictureJson[] = [];
  for (const { series, reason } of all) {
    const name = seriesName(series);
    if (isWithoutPicture(reason)) without.push(withoutPictureJson(reason, name, series.uid));
    else failures.push({ ...failureJson(await job.fail(reason, name)), name });
  }
  return without;
}

async function noteFaults(job: Job, { pictures, leftOut }: ContactSheet): Promise<void> {
  for (const { series, facts } of pictures) await notePicture(job, seriesName(series), facts);
  const unverified = pictures.filter(({ facts }) => facts.unverified === true);
  const [first] = unverified;
  if (first !== undefined) {
    const others = unverified.length - 1;
    const names = `${seriesName(first.series)}${others === 0 ? '' : ` and ${others} more series`}`;
    await job.note(unverifiedText(names, others + 1, 'framedex thumb --verify, without --sheet,'));
  }
  const count = leftOut.length;
  if (count > 0) await job.note(`note: ${count} more series are not on the sheet: it is full`);
}

/** Names of files are often those of patients: counts are nobody's. */
function titleOf(series: readonly Series[]): string {
  const studies = new Set(series.map(({ study }) => study)).size;
  const instances = series.reduce((sum, one) => sum + one.instances.length, 0);
  return [
    counted(studies, 'study', 'studies'),
    `${series.length} series`,
    counted(instances, 'instance', 'instances'),
  ].join(' · ');
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}
