import { basename } from 'node:path';
import type { Instance } from '../collection/instance.ts';
import { groupSeries } from '../collection/series.ts';
import type { Series } from '../collection/series.ts';
import { isFramedexError } from '../errors.ts';
import { contactSheet } from '../node/index.ts';
import type { ContactSheet, ContactSheetOptions } from '../node/index.ts';
import { failureJson } from './failures.ts';
import type { FailureJson } from './failures.ts';
import type { OpenedInput } from './inputs.ts';
import { failSkipped, unverifiedText } from './job.ts';
import type { Job } from './job.ts';
import { sizeOf } from './member-entry.ts';
import { refuseMembers } from './output-file.ts';
import { appliedJson } from './picture-json.ts';
import type { AppliedJson } from './picture-json.ts';
import { notePicture } from './picture-notes.ts';
import type { PictureTarget } from './picture-target.ts';
import { printable } from './terminal.ts';

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
  readonly failures: readonly FailureJson[];
}

/** One picture of all series of all inputs; instances that are inputs of their own are grouped. */
export async function makeSheet(run: SheetRun): Promise<SheetJson> {
  const found: Found = { series: [], loose: [], failures: [], read: new Set() };
  let sheet: SheetJson['sheet'] = null;
  await withInputs(run, found, 0, async () => {
    const series = [...found.series, ...groupSeries(found.loose)];
    if (series.length > 0) sheet = await drawSheet(run, series, found.failures);
  });
  return { sheet, failures: found.failures };
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
    found.loose.push(looseInstance(opened));
    return;
  }
  const { name, collection } = opened;
  const series = await collection.series({
    signal: job.io.signal,
    onProgress: (done, total) => job.progress(`${name}: ${done} of ${total} headers`),
  });
  const names = series.flatMap(({ instances }) => instances.map(({ name: own }) => own));
  found.series.push(...series);
  found.failures.push(...(await failSkipped(job, collection, names)));
}

/** A file of its own as one of its series; it is open already, for one picture. */
function looseInstance(opened: OpenedInput & { readonly kind: 'file' }): Instance {
  const { name, file } = opened;
  return {
    name: basename(name),
    size: sizeOf(opened),
    sopInstanceUID: file.dataset.get('SOPInstanceUID') ?? '',
    frameCount: file.index.count,
    transferSyntax: file.transferSyntax,
    // What has no decoder says so when its frame is asked for.
    decodable: true,
    warnings: file.warnings,
    dataset: file.dataset,
    open: () => Promise.resolve(file),
  };
}

async function drawSheet(
  { job, target, options, quality, printed }: SheetRun,
  series: readonly Series[],
  failures: FailureJson[],
): Promise<SheetJson['sheet']> {
  const made = await contactSheet(series, {
    title: titleOf(series),
    signal: job.io.signal,
    onProgress: (done, total) => job.progress(`picture ${done} of ${total}`),
    ...options,
  });
  const unmet = made.failures.find(({ reason }) => reason.code === 'USAGE');
  // What none of them has, a window of some name, is the command line's fault.
  if (unmet !== undefined && made.pictures.length === 0) throw unmet.reason;
  for (const { series: one, reason } of made.failures) {
    // What is no image is named on the sheet as what it is.
    if (isFramedexError(reason, 'NO_PIXEL_DATA') || isFramedexError(reason, 'VIDEO')) continue;
    const name = nameOf(one);
    failures.push({ ...failureJson(reason), name });
    const text = reason.message.replace(/^USAGE: /, '');
    if (reason.code === 'USAGE') await job.failMany([`${name}: ${text}`], 1);
    else await job.fail(reason, name);
  }
  await noteFaults(job, made);
  const { image, pictures, leftOut } = made;
  const { width, height } = image;
  const path = await target.write(await image.encode(target.format, { quality }), 'contact-sheet');
  if (printed && target.kind !== 'stream') {
    const count = pictures.length;
    const counts = `${count} ${count === 1 ? 'picture' : 'pictures'} of ${series.length} series`;
    await job.print(`${printable(path)}\t${width}x${height}\t${counts}\n`);
  }
  return {
    path,
    width,
    height,
    pictures: pictures.map(({ series: one, facts }) => ({
      series: one.uid,
      ...appliedJson(facts),
    })),
    leftOut: leftOut.map(({ uid }) => uid),
  };
}

async function noteFaults(job: Job, { pictures, leftOut }: ContactSheet): Promise<void> {
  for (const { series, facts } of pictures) await notePicture(job, nameOf(series), facts);
  const unverified = pictures.filter(({ facts }) => facts.unverified === true);
  const [first] = unverified;
  if (first !== undefined) {
    const name = nameOf(first.series);
    const others = unverified.length - 1;
    await job.note(unverifiedText(others === 0 ? name : `${name} (and ${others} more)`));
  }
  const count = leftOut.length;
  if (count > 0) await job.note(`note: ${count} more series are not on the sheet: it is full`);
}

function nameOf({ modality, description, uid }: Series): string {
  return [modality, description, uid].filter((part) => part !== '').join(' ');
}

/** Names of files are often those of patients: counts are nobody's. */
function titleOf(series: readonly Series[]): string {
  const studies = new Set(series.map(({ study }) => study)).size;
  const instances = series.reduce((sum, one) => sum + one.instances.length, 0);
  return [
    `${studies} ${studies === 1 ? 'study' : 'studies'}`,
    `${series.length} series`,
    `${instances} ${instances === 1 ? 'instance' : 'instances'}`,
  ].join(' · ');
}
