import { groupSeries } from '../collection/series.ts';
import type { Instance } from '../collection/instance.ts';
import type { Series } from '../collection/series.ts';
import type { Image, Image16 } from '../display/image.ts';
import { isFramedexError } from '../errors.ts';
import type { ErrorCode, FramedexError } from '../errors.ts';
import type { Dataset, DicomFile, ThumbnailOptions } from '../node/index.ts';
import { render } from '../node/index.ts';
import { verifyFile } from './job.ts';
import type { Job } from './job.ts';
import { iconOf, withInstance, withMiddleInstance } from './object-icon.ts';
import { seriesName } from './series-of-input.ts';

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

/** One picture to make. */
export interface Subject {
  /** Of the series or the instance. */
  readonly name: string;
  /** The same for people. */
  readonly title: string;
  readonly dataset: Dataset | undefined;
  /** Of a single object, where it is one of several in it. */
  readonly frames: number;
  readonly picture: (wanted: Wanted) => Promise<Image | Image16>;
}

export function fileSubject(job: Job, file: DicomFile, name: string): Subject {
  return {
    name,
    title: name,
    dataset: file.dataset,
    frames: file.index.count,
    picture: (wanted) => filePicture(job, file, wanted),
  };
}

export function seriesSubject(job: Job, series: Series): Subject {
  const title = [series.modality, series.description].filter((part) => part !== '').join(' ');
  return {
    name: seriesName(series),
    title: title === '' ? 'a series' : title,
    dataset: series.instances[0]?.dataset,
    frames: 0,
    picture: (wanted) => seriesPicture(job, series, wanted),
  };
}

async function filePicture(job: Job, file: DicomFile, wanted: Wanted): Promise<Image | Image16> {
  if (wanted.verify) await verifyFile(job, file);
  const { options, bits, icon } = wanted;
  if (icon) {
    const frame = await iconOf(file, options);
    return bits === 16 ? render(frame, { ...options, bitDepth: 16 }) : render(frame, options);
  }
  return bits === 16 ? file.thumbnail({ ...options, bitDepth: 16 }) : file.thumbnail(options);
}

async function seriesPicture(job: Job, series: Series, wanted: Wanted): Promise<Image | Image16> {
  if (wanted.icon) return withMiddleInstance(series, (file) => filePicture(job, file, wanted));
  return wanted.verify ? verifiedPicture(job, series, wanted) : plainPicture(series, wanted);
}

function plainPicture(series: Series, { options, bits }: Wanted): Promise<Image | Image16> {
  return bits === 16 ? series.thumbnail({ ...options, bitDepth: 16 }) : series.thumbnail(options);
}

/** So many neighbours of a slice that is damaged in its archive are tried, as reading does. */
const MOST_NEIGHBOURS = 8;

/** What a checksum shows: the slice is damaged, its neighbours may be sound. */
const DAMAGED: ReadonlySet<ErrorCode> = new Set([
  'ZIP_CRC',
  'ZIP_SIZE_MISMATCH',
  'ZIP_LOCAL_MISMATCH',
  'INFLATE',
]);

/** Held against the checksum; of a series without a slice that is damaged, its neighbour is the middle. */
async function verifiedPicture(job: Job, series: Series, wanted: Wanted): Promise<Image | Image16> {
  const damaged: { readonly name: string; readonly error: FramedexError }[] = [];
  const isOfOne = typeof wanted.options.frame === 'number';
  let rest = series.instances;
  for (;;) {
    const [first] = damaged;
    const [undamaged = series] = first === undefined ? [series] : groupSeries(rest);
    if (first !== undefined && rest.every(hasNoFrames)) throw first.error;
    const image = await plainPicture(undamaged, wanted);
    const shown = rest.find(({ name }) => name === image.shows?.name);
    if (shown === undefined) return image;
    try {
      await withInstance(shown, (file) => verifyFile(job, file));
      return besides(image, damaged);
    } catch (error) {
      if (!isFramedexError(error) || !DAMAGED.has(error.code)) throw error;
      if (isOfOne || damaged.length === MOST_NEIGHBOURS) throw first?.error ?? error;
      damaged.push({ name: shown.name, error });
      rest = rest.filter((one) => one !== shown);
    }
  }
}

function hasNoFrames({ frameCount }: Instance): boolean {
  return frameCount === 0;
}

/** The verified picture, and in place of which slices it is shown. */
function besides(
  image: Image | Image16,
  damaged: readonly { readonly name: string; readonly error: FramedexError }[],
): Image | Image16 {
  const verified = { ...image, unverified: undefined };
  if (damaged.length === 0) return verified;
  const names = damaged.map(({ name, error }) => `${name} (${error.code})`).join(', ');
  const message = `the middle is broken: ${names}; ${image.shows?.name ?? ''} is shown`;
  const warning = { code: 'NOT_THE_MIDDLE' as const, message, offset: 0 };
  return { ...verified, warnings: [...image.warnings, warning] };
}
