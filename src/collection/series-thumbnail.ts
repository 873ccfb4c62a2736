import { contentOf } from '../dicom/content.ts';
import type { Content } from '../dicom/content.ts';
import { transferSyntax as knownSyntax } from '../dicom/transfer-syntax.ts';
import type { Image, Image16 } from '../display/image.ts';
import type { For16Bits } from '../display/render.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { ErrorCode, Warning } from '../errors.ts';
import type { ThumbnailOptions } from '../file/dicom-file.ts';
import { withoutPixels } from '../file/thumbnail.ts';
import type { Instance } from './instance.ts';

/** So many neighbours of a middle slice that is broken are tried. */
const MOST_NEIGHBOURS = 8;

/** What is wrong with one slice: its neighbours may be sound. */
const DAMAGE: ReadonlySet<ErrorCode> = new Set([
  'EMPTY',
  'NOT_DICOM',
  'TRUNCATED',
  'BAD_TAG',
  'BAD_VR',
  'BAD_LENGTH',
  'BAD_VALUE',
  'ITEM_EXPECTED',
  'BAD_PIXEL_MODULE',
  'NO_PIXEL_DATA',
  'FRAME_TRUNCATED',
  'FRAME_AMBIGUOUS',
  'INFLATE',
  'CODEC',
  'ZIP_SIZE_MISMATCH',
  'ZIP_CRC',
  'ZIP_LOCAL_MISMATCH',
]);

const NOTHING: Content = { kind: 'other', sopClass: '', sopClassName: '' };

/** What an instance is, by the attributes that are kept of it. */
export function contentOfInstance({ dataset, transferSyntax, frameCount }: Instance): Content {
  return contentOf(dataset, { transferSyntax, hasPixelData: frameCount > 0 });
}

/** What the instances of a series are: its images where it has some, else the first. */
export function contentOfSeries(instances: readonly Instance[]): Content {
  const [first] = instances;
  const shown = instances.find(isImage) ?? instances.find(hasFrames) ?? first;
  return shown === undefined ? NOTHING : contentOfInstance(shown);
}

/** A picture of the series, as `Series.thumbnail` gives it. */
export async function seriesThumbnail(
  instances: readonly Instance[],
  strict: boolean,
  options: ThumbnailOptions | For16Bits<ThumbnailOptions>,
): Promise<Image | Image16> {
  options.signal?.throwIfAborted();
  const images = instances.filter(isImage);
  // Of videos, what they are is said by the first.
  const shown = images.length > 0 ? images : instances.filter(hasFrames);
  if (shown.length === 0) throw withoutImages(instances);
  const { frame } = options;
  if (typeof frame === 'number') return numberedFrame(shown, frame, options);
  return middleSlice(shown, strict, options);
}

function hasFrames({ frameCount }: Instance): boolean {
  return frameCount > 0;
}

function isImage(instance: Instance): boolean {
  return hasFrames(instance) && knownSyntax(instance.transferSyntax)?.video !== true;
}

function withoutImages(instances: readonly Instance[]): FramedexError {
  return withoutPixels(contentOfSeries(instances), { name: instances[0]?.name });
}

/** A frame of the series, counted over all its images. */
async function numberedFrame(
  images: readonly Instance[],
  number: number,
  options: ThumbnailOptions | For16Bits<ThumbnailOptions>,
): Promise<Image | Image16> {
  let from = 0;
  for (const image of images) {
    const frame = number - from;
    if (frame < image.frameCount && Number.isInteger(frame) && frame >= 0) {
      return pictureOf(image, { ...options, frame });
    }
    from += image.frameCount;
  }
  throw new FramedexError('FRAME_RANGE', `the series has no frame ${number}`, {
    frame: number,
    count: from,
    expected: `0 to ${from - 1}`,
    found: String(number),
  });
}

/** The middle one, or the nearest that is sound. */
async function middleSlice(
  images: readonly Instance[],
  strict: boolean,
  options: ThumbnailOptions | For16Bits<ThumbnailOptions>,
): Promise<Image | Image16> {
  const broken: BrokenSlice[] = [];
  for (const image of fromTheMiddle(images)) {
    try {
      const picture = await pictureOf(image, options);
      return broken.length === 0 ? picture : withWarning(picture, image, broken);
    } catch (error) {
      if (!isFramedexError(error) || !DAMAGE.has(error.code) || strict) throw error;
      broken.push({ name: image.name, error });
    }
  }
  throw broken[0]?.error ?? withoutImages(images);
}

/** A slice that there is no picture of. */
interface BrokenSlice {
  readonly name: string;
  readonly error: FramedexError;
}

function* fromTheMiddle(images: readonly Instance[]): Generator<Instance> {
  const middle = Math.floor(images.length / 2);
  for (let k = 0; k <= MOST_NEIGHBOURS; k++) {
    // One behind, one before, two behind...
    const image = images[middle + Math.ceil(k / 2) * (k % 2 === 1 ? 1 : -1)];
    if (image !== undefined) yield image;
  }
}

function withWarning<I extends Image | Image16>(
  picture: I,
  shown: Instance,
  broken: readonly BrokenSlice[],
): I {
  const names = broken.map(({ name, error }) => `${name} (${error.code})`).join(', ');
  const warning: Warning = {
    code: 'NOT_THE_MIDDLE',
    message: `the middle is broken: ${names}; ${shown.name} is shown`,
    offset: broken[0]?.error.details.offset ?? 0,
  };
  return { ...picture, warnings: [...(picture.warnings ?? []), warning] };
}

async function pictureOf(
  instance: Instance,
  options: ThumbnailOptions | For16Bits<ThumbnailOptions>,
): Promise<Image | Image16> {
  const file = await instance.open();
  try {
    return await (options.bitDepth === 16 ? file.thumbnail(options) : file.thumbnail(options));
  } finally {
    await file.close();
  }
}
