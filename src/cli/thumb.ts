import type { Instance } from '../collection/instance.ts';
import type { Series } from '../collection/series.ts';
import { requireWritten } from '../display/image.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { Collection, Dataset, DicomFile, Image, ThumbnailOptions } from '../node/index.ts';
import { render } from '../node/index.ts';
import { EVERYWHERE, oneInput, parseArguments, usage, wholeNumber } from './arguments.ts';
import { failureJson } from './failures.ts';
import type { FailureJson } from './failures.ts';
import { memberPath } from './inputs.ts';
import { untilUnread } from './io.ts';
import type { Io } from './io.ts';
import { failSkipped, runJob, unverifiedText, verifyFile } from './job.ts';
import type { Job } from './job.ts';
import { refuseInput, refuseMembers } from './output-file.ts';
import { pictureTarget } from './picture-target.ts';
import type { PictureTarget } from './picture-target.ts';
import { jsonText, printable } from './terminal.ts';

export const HELP: string = `Usage: framedex thumb INPUT [--frame I|middle | --icon] [--size N] [--window C,W] [--lenient]
                            [--verify] -o OUT [--json] [--nested] [--stats]

A picture of an instance; of a folder or archive, one of each series: its middle slice. Of the pixel
data, the bytes of that frame are all that is read. Prints path, size and series of each picture.

  -o OUT        OUT.png; with -2, -3... added for further series. Or a folder, in which pictures
                are named by series number, modality and description. - is standard output, for
                one picture. OUT itself is overwritten, unless it is read; any other file never
                is: where a name is taken, the next number is
  --frame I     counted from 0, over all instances of a series in their order; middle by default
  --icon        the icon that the instance brings along, of a series its middle one, instead of a
                frame: no pixel data is read
  --size N      longest edge in pixels, 256 by default; a smaller frame stays as it is
  --lenient     of a frame that is broken, a picture of what can be decoded, black where that is
                nothing; said on standard error
  --verify      hold the member of an archive that the picture is of against its checksum first;
                without that, a stored or a big deflated one is pictured before, which is said
  --window C,W  centre and width, instead of what the file says: --window -600,1500
  --json        one document: { pictures: [{ path, width, height, study, series, modality,
                description }], failures: [{ name, code, message }] }
  --index FILE  open INPUT with what framedex index saved
  --nested      archives in archives too
  --stats       what it cost, on standard error

A series without images, such as a report, has no picture and is no failure. Pictures are PNG: JPEG
and WebP are not written yet.
`;

/** One written picture. */
interface Picture {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly study: string;
  readonly series: string;
  readonly number: number | null;
  readonly modality: string;
  readonly description: string;
}

/** One picture to make. */
interface Subject {
  /** Of the series or the instance. */
  readonly name: string;
  readonly dataset: Dataset | undefined;
  readonly picture: (wanted: Wanted) => Promise<Image>;
  /** The frame in the middle, where it is one of several. */
  readonly middle: MiddleFrame | undefined;
}

interface MiddleFrame {
  /** Of the slice that it is of. */
  readonly name: string;
  readonly frame: number;
  readonly count: number;
}

interface Wanted extends Omit<ThumbnailOptions, 'frame'> {
  readonly frame: number | 'middle' | 'icon';
  /** Done with a file before its picture is made. */
  readonly verify: (file: DicomFile) => Promise<void>;
}

export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    ...EVERYWHERE,
    frame: { type: 'string' },
    icon: { type: 'boolean' },
    size: { type: 'string' },
    window: { type: 'string' },
    lenient: { type: 'boolean' },
    verify: { type: 'boolean' },
    output: { type: 'string', short: 'o' },
    json: { type: 'boolean' },
  });
  const input = oneInput(positionals);
  const { frame, icon = false, size = '256', window, output, json = false, nested, stats } = values;
  const { lenient = false, verify = false } = values;
  if (output === undefined) throw usage('-o is missing: where does the picture go?');
  if (icon && frame !== undefined) throw usage('an icon is no frame: --icon or --frame');
  const wanted: Omit<Wanted, 'verify'> = {
    frame: icon ? 'icon' : frameOf(frame),
    size: edge(size),
    window: window === undefined ? undefined : windowOf(window),
    lenient,
    signal: io.signal,
  };
  if (json && output === '-') throw usage('--json and a picture cannot both go to standard output');
  const target = pictureTarget(output, io);
  if (target.kind === 'file') refuseInput(output, input);
  const ownIo = target.kind === 'stream' ? io : untilUnread(io);
  // A format that is not written is no fault of the input.
  const about = target.format === 'png' ? input : output;
  return runJob(ownIo, { stats, nested, json, input: about }, async (job) => {
    requireWritten(target.format);
    const verified: Wanted = {
      ...wanted,
      verify: (file) => (verify ? verifyFile(job, file) : Promise.resolve()),
    };
    const { pictures, failures } = await makePictures(job, input, target, verified, !json);
    if (json) await job.print(`${jsonText({ pictures, failures }, 2)}\n`);
  });
}

function frameOf(text = 'middle'): number | 'middle' {
  return text === 'middle' ? text : wholeNumber(text, 'the number of a frame');
}

const LARGEST_EDGE = 16_384;

function edge(text: string): number {
  const size = wholeNumber(text, '--size', 1);
  if (size > LARGEST_EDGE) throw usage(`--size is at most ${LARGEST_EDGE}, not ${size}`);
  return size;
}

function windowOf(text: string): { readonly center: number; readonly width: number } {
  const [center = Number.NaN, width = Number.NaN, ...rest] = text
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (Number.isFinite(center) && width > 0 && Number.isFinite(width) && rest.length === 0) {
    return { center, width };
  }
  throw usage(`--window is centre and width, such as 40,400, not ${JSON.stringify(text)}`);
}

async function makePictures(
  job: Job,
  input: string,
  target: PictureTarget,
  wanted: Wanted,
  printed: boolean,
): Promise<{ readonly pictures: readonly Picture[]; readonly failures: readonly FailureJson[] }> {
  const pictures: Picture[] = [];
  const failures: FailureJson[] = [];
  await job.using(input, {}, async (opened) => {
    if (target.path !== undefined) await refuseMembers(target.path, opened);
    const subjects: Subject[] = [];
    const { name } = opened;
    if (opened.kind === 'file') {
      const { file } = opened;
      const { count } = file.index;
      const middle = { name, frame: Math.floor(count / 2), count };
      const picture = (one: Wanted): Promise<Image> => filePicture(file, one);
      subjects.push({ name, dataset: file.dataset, picture, middle });
    } else {
      const { series, failed } = await seriesOf(job, opened.collection, wanted);
      subjects.push(...series.map((one) => seriesSubject(one, name)));
      failures.push(...failed);
    }
    if (target.kind === 'stream' && subjects.length > 1) {
      throw usage(`-o - is for one picture, and there are ${subjects.length} series`);
    }
    for (const [k, subject] of subjects.entries()) {
      job.progress(`${subject.name}: picture ${k + 1} of ${subjects.length}`);
      const made = await writePicture(job, subject, target, wanted);
      if ('code' in made) {
        failures.push(made);
        continue;
      }
      pictures.push(made);
      if (printed && target.kind !== 'stream') await job.print(pictureLine(made));
    }
  });
  return { pictures, failures };
}

async function seriesOf(
  job: Job,
  collection: Collection,
  { frame }: Wanted,
): Promise<{ readonly series: readonly Series[]; readonly failed: readonly FailureJson[] }> {
  const { name } = collection;
  const series = await collection.series({
    signal: job.io.signal,
    onProgress: (done, total) => job.progress(`${name}: ${done} of ${total} headers`),
  });
  const names = series.flatMap(({ instances }) => instances.map(({ name: own }) => own));
  const failed = await failSkipped(job, collection, names);
  const studies = [...new Set(series.map(({ study }) => study))];
  series.sort(
    (a, b) =>
      studies.indexOf(a.study) - studies.indexOf(b.study) || seriesNumber(a) - seriesNumber(b) || 0,
  );
  const images: Series[] = [];
  const others: Series[] = [];
  for (const one of series) {
    const isShown = hasImages(one) || (frame === 'icon' && (await hasIcon(one)));
    (isShown ? images : others).push(one);
  }
  if (images.length === 0) return { series, failed };
  for (const { modality, description } of others) {
    const title = [modality, description].filter((part) => part !== '').join(' ');
    await job.note(`no picture of ${title === '' ? 'a series' : title}: it has no images`);
  }
  return { series: images, failed };
}

function hasImages({ instances }: Series): boolean {
  return instances.some(hasFrames);
}

function hasFrames({ frameCount }: Instance): boolean {
  return frameCount > 0;
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
  const images = instances.filter(hasFrames);
  const shown = images.length > 0 ? images : instances;
  return shown[Math.floor(shown.length / 2)];
}

function seriesNumber({ instances }: Series): number {
  return instances[0]?.dataset.get('SeriesNumber') ?? Infinity;
}

function seriesSubject(series: Series, collection: string): Subject {
  const title = [series.modality, series.description, series.uid].filter((part) => part !== '');
  return {
    name: title.join(' '),
    dataset: series.instances[0]?.dataset,
    picture: (wanted) => seriesPicture(series, wanted),
    middle: middleOf(series, collection),
  };
}

function middleOf(series: Series, collection: string): MiddleFrame | undefined {
  const instance = middleInstance(series);
  if (instance === undefined) return undefined;
  const before = series.instances.slice(0, series.instances.indexOf(instance));
  const framesOf = (list: readonly Instance[]): number =>
    list.reduce((sum, { frameCount }) => sum + frameCount, 0);
  return {
    name: memberPath(collection, instance.name),
    frame: framesOf(before) + Math.floor(instance.frameCount / 2),
    count: framesOf(series.instances),
  };
}

async function filePicture(file: DicomFile, { frame, verify, ...options }: Wanted): Promise<Image> {
  await verify(file);
  if (frame !== 'icon') return file.thumbnail({ ...options, frame });
  const { signal, lenient, ...rendering } = options;
  const icon = await file.icon({ signal, lenient });
  if (icon !== undefined) return render(icon, rendering);
  const advice = 'Without --icon the picture is of a frame.';
  throw new FramedexError('NO_PIXEL_DATA', 'the object has no icon', { name: file.name, advice });
}

/** Frame `i` of a series counts over its instances in their order. */
async function seriesPicture(series: Series, wanted: Wanted): Promise<Image> {
  const { frame } = wanted;
  if (frame === 'middle' || frame === 'icon') {
    const middle = middleInstance(series);
    if (middle !== undefined) return instancePicture(middle, wanted);
    throw new FramedexError('NO_PIXEL_DATA', 'the series has no instances', {});
  }
  let before = 0;
  for (const instance of series.instances) {
    if (frame < before + instance.frameCount) {
      return instancePicture(instance, { ...wanted, frame: frame - before });
    }
    before += instance.frameCount;
  }
  throw new FramedexError('FRAME_RANGE', `there is no frame ${frame}`, {
    frame,
    count: before,
    expected: before === 0 ? 'a series with images' : `0 to ${before - 1}`,
  });
}

async function instancePicture(instance: Instance, wanted: Wanted): Promise<Image> {
  const file = await instance.open();
  try {
    return await filePicture(file, wanted);
  } finally {
    await file.close();
  }
}

async function writePicture(
  job: Job,
  { name, dataset, picture, middle }: Subject,
  target: PictureTarget,
  wanted: Wanted,
): Promise<Picture | FailureJson> {
  // What cannot be written is no fault of the series.
  let about: string | undefined = name;
  try {
    const image = await picture(wanted);
    if (image.partial === true) {
      await job.note(`${name}: the frame is broken: what could not be decoded is black`);
    }
    if (image.unverified === true) await job.note(unverifiedText(name));
    const bytes = await image.encode(target.format);
    about = undefined;
    const facts = factsOf(dataset);
    const path = await target.write(bytes, facts);
    return { path, width: image.width, height: image.height, ...facts };
  } catch (error) {
    const failure = await job.fail(error, about);
    if (about !== undefined && wanted.frame === 'middle') await suggestOther(job, failure, middle);
    return { ...failureJson(failure), name };
  }
}

/** What is so of every frame, so that no other one has a picture either. */
const OF_ALL = /^(?:UNSUPPORTED_.*|BAD_PIXEL_MODULE|CODEC_MISSING|NO_PIXEL_DATA)$/;

async function suggestOther(
  job: Job,
  { code }: FramedexError,
  middle: MiddleFrame | undefined,
): Promise<void> {
  if (middle === undefined || middle.count < 2 || OF_ALL.test(code)) return;
  const { name, frame, count } = middle;
  const range = `--frame I, 0 to ${count - 1}`;
  await job.note(`that is frame ${frame}, in the middle, of ${name}: another one by ${range}`);
}

function factsOf(dataset: Dataset | undefined): Omit<Picture, 'path' | 'width' | 'height'> {
  return {
    study: dataset?.get('StudyInstanceUID') ?? '',
    series: dataset?.get('SeriesInstanceUID') ?? '',
    number: dataset?.get('SeriesNumber') ?? null,
    modality: dataset?.get('Modality') ?? '',
    description: dataset?.get('SeriesDescription') ?? '',
  };
}

function pictureLine({ path, width, height, number, modality, description }: Picture): string {
  const series = [number === null ? '' : String(number), modality, description];
  const title = series.filter((part) => part !== '').join(' ');
  return `${printable(path)}\t${width}x${height}\t${printable(title)}\n`;
}
