import { deflate } from 'node:zlib';
import type {
  BytePicture,
  EncodeLossy,
  LossyFormat,
  PictureEncoders,
} from '../display/picture-encoders.ts';
import { FramedexError } from '../errors.ts';

/** The version that this package is tested with. */
const VERSION = '0.35.5';

/** What is asked for where it cannot be had. */
const WANTED = {
  name: 'sharp',
  expected: `sharp ${VERSION}`,
  advice: `npm install sharp@${VERSION}`,
};

/** What is used of the package `sharp`: this package's types need none of its. */
export interface SharpModule {
  readonly default: (
    samples: BytePicture['data'],
    options: {
      readonly raw: Pick<BytePicture, 'width' | 'height' | 'channels'>;
      readonly limitInputPixels: false;
    },
  ) => SharpPicture;
}

/** A picture on its way through `sharp`. */
export interface SharpPicture {
  toColourspace(space: 'b-w'): SharpPicture;
  jpeg(options: { readonly quality: number; readonly chromaSubsampling: '4:4:4' }): SharpPicture;
  webp(options: { readonly quality: number }): SharpPicture;
  toBuffer(): Promise<Uint8Array>;
}

/**
 * Level 1: twice to ten times as fast as the usual 6, for pictures that are looked at once. Run lengths
 * alone would take half of its time for slices, and twelve times the bytes for lettering.
 */
function deflateFast(bytes: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    deflate(bytes, { level: 1 }, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    });
  });
}

/**
 * JPEG and WebP by the package `sharp`, which is loaded by the first picture that asks for it. Its
 * settings (threads, caches) are the application's own, and are left alone. `CODEC_MISSING` where it is
 * not installed, cannot be loaded, or does not do what is asked of it, as another version might; `USAGE` for a
 * picture that is larger than the format holds.
 *
 * @param load - Gives the package.
 */
export function sharpEncoder(load: () => Promise<SharpModule>): EncodeLossy {
  return async (picture, format, quality) => {
    const sharp = await load().catch((cause: unknown) => {
      throw missing(format, cause);
    });
    try {
      const bytes = await encoded(sharp, picture, format, quality);
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    } catch (cause) {
      throw refused(picture, format, cause);
    }
  };
}

function encoded(
  sharp: SharpModule,
  { width, height, channels, data }: BytePicture,
  format: LossyFormat,
  quality: number,
): Promise<Uint8Array> {
  // Its limit is for files that claim to be large; these pixels are there.
  const given = sharp.default(data, { raw: { width, height, channels }, limitInputPixels: false });
  // Otherwise grey becomes three equal components.
  const converted = channels === 1 ? given.toColourspace('b-w') : given;
  // A coloured mark of one pixel keeps its colour: chrominance is not halved.
  return format === 'jpeg'
    ? converted.jpeg({ quality, chromaSubsampling: '4:4:4' }).toBuffer()
    : converted.webp({ quality }).toBuffer();
}

/** What Node brings to write pictures. */
export const nodeEncoders: PictureEncoders = {
  deflate: deflateFast,
  lossy: sharpEncoder(() => import('sharp')),
};

/** Pixels of the longest edge that a format holds. */
const LONGEST_EDGE: Readonly<Record<LossyFormat, number>> = { jpeg: 65_535, webp: 16_383 };

/** What is too large for the format, no version of the package writes; all else is the package's. */
function refused(
  { width, height }: BytePicture,
  format: LossyFormat,
  cause: unknown,
): FramedexError {
  const longest = LONGEST_EDGE[format];
  if (Math.max(width, height) <= longest) return unusable(format, 'cannot be used here', cause);
  const summary = `the picture cannot be written as ${format}`;
  const details = {
    name: 'sharp',
    expected: `${longest} pixels across and down at most`,
    found: `${width} x ${height} pixels`,
  };
  return new FramedexError('USAGE', summary, details, { cause });
}

function missing(format: LossyFormat, cause: unknown): FramedexError {
  const isAbsent =
    cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
  if (!isAbsent) return unusable(format, 'cannot be loaded here', cause);
  const details = { ...WANTED, found: 'none' };
  const summary = `${packageOf(format)} is not installed`;
  return new FramedexError('CODEC_MISSING', summary, details, { cause });
}

function unusable(format: LossyFormat, what: string, cause: unknown): FramedexError {
  // Its message goes on for many lines, which tell of other installations; `cause` has them all.
  const [found] = String(cause).split('\n');
  const summary = `${packageOf(format)} ${what}`;
  return new FramedexError('CODEC_MISSING', summary, { ...WANTED, found }, { cause });
}

function packageOf(format: LossyFormat): string {
  return `the package that writes ${format === 'jpeg' ? 'JPEG' : 'WebP'}`;
}
