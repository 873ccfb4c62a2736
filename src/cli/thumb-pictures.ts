import type { Series } from '../collection/series.ts';
import type { Image, Image16 } from '../display/image.ts';
import { isFramedexError } from '../errors.ts';
import type { FramedexError } from '../errors.ts';
import type { Dataset } from '../node/index.ts';
import { usage } from './arguments.ts';
import { contentWords } from './content-words.ts';
import { failureJson } from './failures.ts';
import type { FailureJson } from './failures.ts';
import type { OpenedInput } from './inputs.ts';
import { unverifiedText } from './job.ts';
import type { Job } from './job.ts';
import { createWindowHold, noteUnmet, pictureOrUsual } from './named-window.ts';
import type { MadePicture, WindowHold } from './named-window.ts';
import { withMiddleInstance } from './object-icon.ts';
import { refuseFolders, refuseMembers } from './output-file.ts';
import { encoded } from './picture-format.ts';
import { appliedJson } from './picture-json.ts';
import type { PictureJson } from './picture-json.ts';
import { notePicture } from './picture-notes.ts';
import { namesOfInputs, pictureName } from './picture-target.ts';
import type { PictureTarget } from './picture-target.ts';
import { seriesOf } from './series-of-input.ts';
import { printable } from './terminal.ts';
import { fileSubject, seriesSubject } from './thumb-subjects.ts';
import type { Subject, Wanted } from './thumb-subjects.ts';
import { isWithoutPicture, withoutPictureJson } from './without-picture.ts';
import type { NoPicture, WithoutPictureJson } from './without-picture.ts';

/** Of what pictures are made, and where they go. */
export interface PictureRun {
  readonly job: Job;
  readonly inputs: readonly string[];
  readonly target: PictureTarget;
  readonly wanted: Wanted;
  /** Whether each picture is named on standard output. */
  readonly printed: boolean;
  readonly nested: boolean;
}

/** What came of it. */
export interface Made {
  readonly pictures: readonly PictureJson[];
  readonly withoutPicture: readonly WithoutPictureJson[];
  readonly failures: readonly FailureJson[];
}

/** What has no picture, and no fault in that. */
interface Without {
  readonly error: NoPicture;
  readonly subject: Subject;
}

/** What is done by now. */
interface Done {
  readonly pictures: PictureJson[];
  readonly without: Without[];
  readonly failures: FailureJson[];
  /** Keeps pictures back until one has the window that is asked for. */
  readonly hold: WindowHold;
  /** Whether a folder or an archive was among the inputs. */
  hasCollection: boolean;
}

/** A picture of each instance among the inputs, and of each series of the folders and archives among them. */
export async function makePictures(run: PictureRun): Promise<Made> {
  const { job, inputs, target, nested, wanted } = run;
  // Of the first, when it is open; of those behind it, before anything is written.
  if (target.path !== undefined) await refuseFolders(target.path, inputs.slice(1), nested);
  const names = inputs.length > 1 ? namesOfInputs(inputs) : [];
  const hold = createWindowHold(wanted.options);
  const done: Done = { pictures: [], without: [], failures: [], hold, hasCollection: false };
  for (const [k, input] of inputs.entries()) {
    const work = async (opened: OpenedInput): Promise<void> => {
      if (k === 0 && target.path !== undefined) await refuseMembers(target.path, opened);
      await picturesOf(run, opened, names[k], done);
    };
    try {
      await job.using(input, {}, work);
    } catch (error) {
      // What writes no picture writes none of the next input, and one input has none beside it.
      if (inputs.length === 1 || isFramedexError(error, 'CODEC_MISSING')) throw error;
      done.failures.push({ ...failureJson(await job.fail(error, input)), name: input });
    }
  }
  await hold.end();
  return sumUp(run, done);
}

/**
 * An object without a picture is no failure among others, but where pictures of objects themselves were
 * asked for, or one on standard output, there has to be one.
 */
async function sumUp({ job, target, wanted }: PictureRun, done: Done): Promise<Made> {
  const { pictures, without, failures, hasCollection } = done;
  const isNone = pictures.length === 0 && failures.length === 0;
  const isFailure = isNone && (!hasCollection || target.kind === 'stream');
  for (const [k, { error, subject }] of without.entries()) {
    if (k === 0 && isFailure) {
      failures.push({ ...failureJson(await job.fail(error, subject.name)), name: subject.name });
    } else await job.note(withoutText(error, subject, wanted));
  }
  const withoutPicture = without.map(({ error, subject: { name, dataset } }) =>
    withoutPictureJson(error, name, dataset?.get('SeriesInstanceUID') ?? ''),
  );
  return { pictures, withoutPicture, failures };
}

async function picturesOf(
  run: PictureRun,
  opened: OpenedInput,
  inputName: string | undefined,
  done: Done,
): Promise<void> {
  const { job, target, wanted } = run;
  const subjects: Subject[] = [];
  if (opened.kind === 'file') subjects.push(fileSubject(job, opened.file, opened.name));
  else {
    done.hasCollection = true;
    const { series, failures } = await seriesOf(job, opened.collection);
    done.failures.push(...failures);
    const isOne = target.kind === 'stream';
    const shown = isOne ? await picturable(series, wanted) : series;
    if (isOne && shown.length > 1) {
      throw usage(`-o - is for one picture, and there are ${shown.length} series`);
    }
    subjects.push(...shown.map((one) => seriesSubject(job, one)));
  }
  for (const [k, subject] of subjects.entries()) {
    job.progress(`${subject.name}: picture ${k + 1} of ${subjects.length}`);
    await makePicture(run, subject, { input: opened.name, inputName }, done);
  }
}

/** Those that have a picture, as far as can be told before it is made; where none has, the first. */
async function picturable(series: readonly Series[], { icon }: Wanted): Promise<readonly Series[]> {
  const images: Series[] = [];
  for (const one of series) {
    const hasFrames = one.instances.some(({ frameCount }) => frameCount > 0);
    if (hasFrames || (icon && (await hasIcon(one)))) images.push(one);
  }
  return images.length > 0 ? images : series.slice(0, 1);
}

/** An object may have an icon where its pixel data is elsewhere, or was taken out. */
async function hasIcon(series: Series): Promise<boolean> {
  try {
    return await withMiddleInstance(series, ({ dataset }) =>
      Promise.resolve(dataset.has('IconImageSequence')),
    );
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    // The picture fails by it too, and is named then.
    return true;
  }
}

/** Of which input a picture is. */
interface Origin {
  readonly input: string;
  /** In the names of pictures, where there are several inputs. */
  readonly inputName: string | undefined;
}

async function makePicture(
  run: PictureRun,
  subject: Subject,
  origin: Origin,
  done: Done,
): Promise<void> {
  const { job, target, wanted } = run;
  const { name } = subject;
  const made = await madeOf(run, subject, done);
  if (made === undefined) return;
  const { image } = made;
  // What cannot be written is no fault of the series: it ends the run.
  const bytes = await encoded(image, { format: target.format, quality: wanted.quality });
  await done.hold.write(made, async () => {
    await notePicture(job, name, image, unverifiedText(name));
    await noteUnmet(job, name, made, wanted.options);
    await writePicture(run, { subject, origin, image, bytes }, done);
  });
}

/** The picture; undefined where there is none, which is noted down. */
async function madeOf(
  { job, wanted }: PictureRun,
  subject: Subject,
  { without, failures }: Done,
): Promise<MadePicture<Image | Image16> | undefined> {
  const { name, frames } = subject;
  try {
    return await pictureOrUsual(wanted.options, (asked) =>
      subject.picture({ ...wanted, options: { ...wanted.options, ...asked } }),
    );
  } catch (error) {
    if (isWithoutPicture(error, wanted.icon)) {
      without.push({ error, subject });
      return undefined;
    }
    const failure = await job.fail(error, name);
    const isByRule = typeof wanted.options.frame !== 'number';
    if (frames > TRIED && !OF_ALL.test(failure.code) && isByRule) {
      await job.note(`${name}: another frame by --frame I, 0 to ${frames - 1}`);
    }
    failures.push({ ...failureJson(failure), name });
    return undefined;
  }
}

/** A frame by rule that is broken, and so many of its neighbours, were tried. */
const TRIED = 9;

/** What is so of every frame, so that no other one has a picture either. */
const OF_ALL = /^(?:UNSUPPORTED_.*|BAD_PIXEL_MODULE|CODEC_MISSING|NO_PIXEL_DATA)$/;

/** One picture as it is written. */
interface Written {
  readonly subject: Subject;
  readonly origin: Origin;
  readonly image: Image | Image16;
  readonly bytes: Uint8Array;
}

async function writePicture(
  { job, target, inputs, printed }: PictureRun,
  { subject: { name, dataset }, origin: { input, inputName }, image, bytes }: Written,
  { pictures, failures }: Done,
): Promise<void> {
  const facts = factsOf(dataset);
  const path = await writtenPath(job, target, bytes, pictureName({ ...facts, input: inputName }));
  if (typeof path !== 'string') {
    failures.push({ ...failureJson(path), name });
    return;
  }
  const { width, height } = image;
  const picture = { input, path, width, height, ...facts, ...appliedJson(image) };
  pictures.push(picture);
  if (printed && target.kind !== 'stream') await job.print(pictureLine(picture, inputs.length > 1));
}

async function writtenPath(
  job: Job,
  target: PictureTarget,
  bytes: Uint8Array,
  name: string,
): Promise<string | FramedexError> {
  try {
    return await target.write(bytes, name);
  } catch (error) {
    return job.fail(error);
  }
}

function withoutText(
  { details: { content, mediaType } }: NoPicture,
  { title }: Subject,
  { icon }: Wanted,
): string {
  return `no picture of ${title}: ${icon ? 'it has no icon' : contentWords(content, mediaType)}`;
}

function factsOf(
  dataset: Dataset | undefined,
): Pick<PictureJson, 'study' | 'series' | 'number' | 'modality' | 'description'> {
  return {
    study: dataset?.get('StudyInstanceUID') ?? '',
    series: dataset?.get('SeriesInstanceUID') ?? '',
    number: dataset?.get('SeriesNumber') ?? null,
    modality: dataset?.get('Modality') ?? '',
    description: dataset?.get('SeriesDescription') ?? '',
  };
}

function pictureLine(picture: PictureJson, isOneOfSeveral: boolean): string {
  const { input, path, width, height, number, modality, description } = picture;
  const series = [number === null ? '' : String(number), modality, description];
  const title = series.filter((part) => part !== '').join(' ');
  const end = isOneOfSeveral ? `\t${printable(input)}` : '';
  return `${printable(path)}\t${width}x${height}\t${printable(title)}${end}\n`;
}
