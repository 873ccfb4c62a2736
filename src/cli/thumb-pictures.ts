import { inSeriesOrder } from '../collection/contact-sheet.ts';
import type { Instance } from '../collection/instance.ts';
import type { Series } from '../collection/series.ts';
import type { Image, Image16 } from '../display/image.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type {
  Collection,
  Dataset,
  DicomFile,
  ImageFormat,
  ThumbnailOptions,
} from '../node/index.ts';
import { render } from '../node/index.ts';
import { usage } from './arguments.ts';
import { contentWords } from './content-words.ts';
import { failureJson } from './failures.ts';
import type { FailureJson } from './failures.ts';
import type { OpenedInput } from './inputs.ts';
import { failSkipped, unverifiedText, verifyFile } from './job.ts';
import type { Job } from './job.ts';
import { refuseMembers } from './output-file.ts';
import { appliedJson } from './picture-json.ts';
import type { PictureJson } from './picture-json.ts';
import { notePicture } from './picture-notes.ts';
import { namesOfInputs, pictureName } from './picture-target.ts';
import type { PictureTarget } from './picture-target.ts';
import { printable } from './terminal.ts';

/** How each picture is made. */
export interface Wanted {
  readonly options: ThumbnailOptions;
  readonly bits: 8 | 16;
  /** The icon of the object instead of a frame. */
  readonly icon: boolean;
  /** Whether members of archives are held against their checksums. */
  readonly verify: boolean;
  readonly quality: number | undefined;
}

/** Of what pictures are made, and where they go. */
export interface PictureRun {
  readonly job: Job;
  readonly inputs: readonly string[];
  readonly target: PictureTarget;
  readonly wanted: Wanted;
  /** Whether each picture is named on standard output. */
  readonly printed: boolean;
}

/** What came of it. */
export interface Made {
  readonly pictures: readonly PictureJson[];
  readonly failures: readonly FailureJson[];
}

/** One picture to make. */
interface Subject {
  /** Of the series or the instance. */
  readonly name: string;
  /** The same for people. */
  readonly title: string;
  readonly dataset: Dataset | undefined;
  /** Of a single object, where it is one of several in it. */
  readonly frames: number;
  readonly picture: (wanted: Wanted) => Promise<Image | Image16>;
}

/**
 * What came of one of them: `nothing` where there is none to be had, and no fault in that; `unmet` where it
 * has not what was asked for, a window of some name, and others may.
 */
type Outcome =
  | { readonly unmet: FramedexError; readonly name: string }
  | { readonly picture: PictureJson }
  | { readonly failure: FailureJson }
  | { readonly nothing: NoPicture; readonly name: string; readonly title: string };

/** A picture of each instance among the inputs, and of each series of the folders and archives among them. */
export async function makePictures(run: PictureRun): Promise<Made> {
  const { job, inputs, target } = run;
  const names = inputs.length > 1 ? namesOfInputs(inputs) : [];
  const outcomes: Outcome[] = [];
  for (const [k, input] of inputs.entries()) {
    const work = async (opened: OpenedInput): Promise<void> => {
      if (target.path !== undefined) await refuseMembers(target.path, opened);
      await picturesOf(run, opened, names[k], outcomes);
    };
    try {
      await job.using(input, {}, work);
    } catch (error) {
      // What writes no picture writes none of the next input, and one input has none beside it.
      if (inputs.length === 1 || isFramedexError(error, 'CODEC_MISSING')) throw error;
      outcomes.push({ failure: { ...failureJson(await job.fail(error, input)), name: input } });
    }
  }
  return sumUp(job, outcomes);
}

async function sumUp(job: Job, outcomes: readonly Outcome[]): Promise<Made> {
  const pictures = outcomes.flatMap((one) => ('picture' in one ? [one.picture] : []));
  const failures = outcomes.flatMap((one) => ('failure' in one ? [one.failure] : []));
  const unmet = outcomes.flatMap((one) => ('unmet' in one ? [one] : []));
  const [first] = unmet;
  // What none of them has is the command line's fault.
  if (first !== undefined && pictures.length === 0 && failures.length === 0) throw first.unmet;
  for (const { unmet: error, name } of unmet) {
    await job.failMany([`${name}: ${error.message.replace(/^USAGE: /, '')}`], 1);
    failures.push({ ...failureJson(error), name });
  }
  const [nothing] = outcomes.flatMap((one) => ('nothing' in one ? [one] : []));
  if (nothing !== undefined && pictures.length === 0 && failures.length === 0) {
    const failure = await job.fail(nothing.nothing, nothing.name);
    failures.push({ ...failureJson(failure), name: nothing.name });
  }
  return { pictures, failures };
}

async function picturesOf(
  run: PictureRun,
  opened: OpenedInput,
  inputName: string | undefined,
  outcomes: Outcome[],
): Promise<void> {
  const { job, target, wanted, inputs, printed } = run;
  const subjects: Subject[] = [];
  if (opened.kind === 'file') subjects.push(fileSubject(job, opened.file, opened.name));
  else {
    const { series, failed } = await seriesOf(job, opened.collection);
    outcomes.push(...failed.map((failure) => ({ failure })));
    const isOne = target.kind === 'stream';
    const shown = isOne ? await picturable(series, wanted) : series;
    if (isOne && shown.length > 1) {
      throw usage(`-o - is for one picture, and there are ${shown.length} series`);
    }
    subjects.push(...shown.map((one) => seriesSubject(job, one)));
  }
  for (const [k, subject] of subjects.entries()) {
    job.progress(`${subject.name}: picture ${k + 1} of ${subjects.length}`);
    const outcome = await writePicture(run, subject, opened.name, inputName);
    if ('picture' in outcome && printed && target.kind !== 'stream') {
      await job.print(pictureLine(outcome.picture, inputs.length > 1));
    }
    const isAlone = subjects.length === 1 && inputs.length === 1;
    if ('nothing' in outcome && !isAlone) await job.note(nothingText(outcome, wanted));
    outcomes.push(outcome);
  }
}

async function seriesOf(
  job: Job,
  collection: Collection,
): Promise<{ readonly series: readonly Series[]; readonly failed: readonly FailureJson[] }> {
  const { name } = collection;
  const series = await collection.series({
    signal: job.io.signal,
    onProgress: (done, total) => job.progress(`${name}: ${done} of ${total} headers`),
  });
  const names = series.flatMap(({ instances }) => instances.map(({ name: own }) => own));
  return {
    series: inSeriesOrder(series),
    failed: await failSkipped(job, collection, names),
  };
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
    const file = await middleInstance(series)?.open();
    const found = file?.dataset.has('IconImageSequence') === true;
    await file?.close();
    return found;
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    // The picture fails by it too, and is named then.
    return true;
  }
}

/** Of those that have frames; where none has, of all. */
function middleInstance({ instances }: Series): Instance | undefined {
  const images = instances.filter(({ frameCount }) => frameCount > 0);
  const shown = images.length > 0 ? images : instances;
  return shown[Math.floor(shown.length / 2)];
}

function fileSubject(job: Job, file: DicomFile, name: string): Subject {
  return {
    name,
    title: name,
    dataset: file.dataset,
    frames: file.index.count,
    picture: (wanted) => filePicture(job, file, wanted),
  };
}

function seriesSubject(job: Job, series: Series): Subject {
  const { modality, description, uid } = series;
  const title = [modality, description].filter((part) => part !== '').join(' ');
  return {
    name: title === '' ? uid : `${title} ${uid}`,
    title: title === '' ? 'a series' : title,
    dataset: series.instances[0]?.dataset,
    frames: 0,
    picture: (wanted) => seriesPicture(job, series, wanted),
  };
}

async function filePicture(job: Job, file: DicomFile, wanted: Wanted): Promise<Image | Image16> {
  if (wanted.verify) await verifyFile(job, file);
  const { options, bits, icon } = wanted;
  if (icon) return iconOf(file, wanted);
  return bits === 16 ? file.thumbnail({ ...options, bitDepth: 16 }) : file.thumbnail(options);
}

async function iconOf(file: DicomFile, { options, bits }: Wanted): Promise<Image | Image16> {
  const { signal, lenient } = options;
  const icon = await file.icon({ signal, lenient });
  if (icon !== undefined) {
    return bits === 16 ? render(icon, { ...options, bitDepth: 16 }) : render(icon, options);
  }
  const advice = 'Without --icon the picture is of a frame.';
  const { kind: content, mediaType } = file.content;
  const details = { name: file.name, content, mediaType, advice };
  throw new FramedexError('NO_PIXEL_DATA', 'the object has no icon', details);
}

async function seriesPicture(job: Job, series: Series, wanted: Wanted): Promise<Image | Image16> {
  const { options, bits, icon, verify } = wanted;
  if (icon) {
    const middle = middleInstance(series);
    if (middle === undefined) throw new FramedexError('NO_PIXEL_DATA', 'an empty series', {});
    return withInstance(middle, (file) => filePicture(job, file, wanted));
  }
  const image = await (bits === 16
    ? series.thumbnail({ ...options, bitDepth: 16 })
    : series.thumbnail(options));
  const shown = series.instances.find(({ name }) => name === image.shows?.name);
  if (!verify || shown === undefined) return image;
  await withInstance(shown, (file) => verifyFile(job, file));
  return { ...image, unverified: undefined };
}

async function withInstance<T>(
  instance: Instance,
  action: (file: DicomFile) => Promise<T>,
): Promise<T> {
  const file = await instance.open();
  try {
    return await action(file);
  } finally {
    await file.close();
  }
}

async function writePicture(
  { job, target, wanted }: PictureRun,
  { name, title, dataset, frames, picture }: Subject,
  input: string,
  inputName: string | undefined,
): Promise<Outcome> {
  let image: Image | Image16;
  try {
    image = await picture(wanted);
  } catch (error) {
    if (isNothing(error)) return { nothing: error, name, title };
    if (isFramedexError(error, 'USAGE')) return { unmet: error, name };
    const failure = await job.fail(error, name);
    if (frames > 1 && !OF_ALL.test(failure.code) && typeof wanted.options.frame !== 'number') {
      await job.note(`${name}: another frame by --frame I, 0 to ${frames - 1}`);
    }
    return { failure: { ...failureJson(failure), name } };
  }
  await notePicture(job, name, image);
  if (image.unverified === true) await job.note(unverifiedText(name));
  // What cannot be written is no fault of the series: it ends the run.
  const bytes = await encoded(image, target.format, wanted.quality);
  const facts = factsOf(dataset);
  const path = await writtenPath(job, target, bytes, pictureName({ ...facts, input: inputName }));
  if (typeof path !== 'string') return { failure: { ...failureJson(path), name } };
  const { width, height } = image;
  return { picture: { input, path, width, height, ...facts, ...appliedJson(image) } };
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

/** What is so of every frame, so that no other one has a picture either. */
const OF_ALL = /^(?:UNSUPPORTED_.*|BAD_PIXEL_MODULE|CODEC_MISSING|NO_PIXEL_DATA)$/;

type NoPicture = FramedexError<'NO_PIXEL_DATA'> | FramedexError<'VIDEO'>;

function isNothing(error: unknown): error is NoPicture {
  return isFramedexError(error, 'NO_PIXEL_DATA') || isFramedexError(error, 'VIDEO');
}

function nothingText(
  { nothing, title }: Extract<Outcome, { nothing: unknown }>,
  { icon }: Wanted,
): string {
  const { content, mediaType } = nothing.details;
  return `no picture of ${title}: ${icon ? 'it has no icon' : contentWords(content, mediaType)}`;
}

/** Samples of 16 bits have one format, which loses nothing. */
function encoded(
  image: Image | Image16,
  format: ImageFormat,
  quality: number | undefined,
): Promise<Uint8Array> {
  return image.bitDepth === 16 ? image.encode(format) : image.encode(format, { quality });
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
