import { contentOf } from '../dicom/content.ts';
import type { Content } from '../dicom/content.ts';
import { transferSyntax as knownSyntax } from '../dicom/transfer-syntax.ts';
import type { Image, Image16 } from '../display/image.ts';
import type { For16Bits } from '../display/render.ts';
import { FramedexError } from '../errors.ts';
import type { ErrorCode, Warning } from '../errors.ts';
import type { ThumbnailOptions } from '../file/dicom-file.ts';
import { checkChoice, firstSound, withoutPixels } from '../file/thumbnail.ts';
import type { Instance } from './instance.ts';

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
  'UNSUPPORTED_PHOTOMETRIC_INTERPRETATION',
  'NO_PIXEL_DATA',
  'FRAME_TRUNCATED',
  'FRAME_AMBIGUOUS',
  'INFLATE',
  'CODEC',
  'ZIP_SIZE_MISMATCH',
  'ZIP_CRC',
  'ZIP_LOCAL_MISMATCH',
]);

const NOTHING: Content = { kind: 'other', sopClass: '', sopClassName: '', hasPixels: false };

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
  const { frame, signal } = options;
  checkChoice(frame);
  signal?.throwIfAborted();
  const images = instances.filter((one) => isImage(one) || mayBeImage(one));
  // Of videos, what they are is said by the first.
  const shown = images.length > 0 ? images : instances.filter(hasFrames);
  if (shown.length === 0) throw withoutImages(instances);
  if (typeof frame === 'number' && shown.some(hasFrames)) {
    return numberedFrame(shown, frame, options);
  }
  return middleSlice(shown, strict, options);
}

function hasFrames({ frameCount }: Instance): boolean {
  return frameCount > 0;
}

function isImage(instance: Instance): boolean {
  return hasFrames(instance) && knownSyntax(instance.transferSyntax)?.video !== true;
}

/** A slice that was cut off in front of its pixel data is broken: it is not that there is none. */
function mayBeImage(instance: Instance): boolean {
  if (hasFrames(instance) || !instance.warnings.some(isHeaderCut)) return false;
  const { kind } = contentOfInstance(instance);
  return kind === 'image' || kind === 'other';
}

function isHeaderCut({ code }: Warning): boolean {
  return code === 'TRUNCATED_VALUE' || code === 'INFLATE';
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
function middleSlice(
  images: readonly Instance[],
  strict: boolean,
  options: ThumbnailOptions | For16Bits<ThumbnailOptions>,
): Promise<Image | Image16> {
  const at = (k: number): Instance => {
    const image = images[k];
    if (image === undefined) throw withoutImages(images);
    return image;
  };
  return firstSound(images.length, Math.floor(images.length / 2), {
    isDamage: ({ code }) => DAMAGE.has(code) && !strict,
    pictureOf: (k) => pictureOf(at(k), options),
    nameOf: (k) => at(k).name,
  });
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
