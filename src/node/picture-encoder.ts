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

/** What is used of the package `sharp`: this package's types need none of its. */
export interface SharpModule {
  readonly default: (
    samples: BytePicture['data'],
    options: { readonly raw: Pick<BytePicture, 'width' | 'height' | 'channels'> },
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
 * not installed, or cannot be loaded.
 *
 * @param load - Gives the package.
 */
export function sharpEncoder(load: () => Promise<SharpModule>): EncodeLossy {
  return async (picture, format, quality) => {
    const sharp = await load().catch((cause: unknown) => {
      throw missing(format, cause);
    });
    const { width, height, channels, data } = picture;
    const given = sharp.default(data, { raw: { width, height, channels } });
    // Otherwise grey becomes three equal components.
    const converted = channels === 1 ? given.toColourspace('b-w') : given;
    // A coloured mark of one pixel keeps its colour: chrominance is not halved.
    const encoded =
      format === 'jpeg'
        ? converted.jpeg({ quality, chromaSubsampling: '4:4:4' })
        : converted.webp({ quality });
    const bytes = await encoded.toBuffer().catch((cause: unknown) => {
      throw refused(picture, format, cause);
    });
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  };
}

/** What Node brings to write pictures. */
export const nodeEncoders: PictureEncoders = {
  deflate: deflateFast,
  lossy: sharpEncoder(() => import('sharp')),
};

/** No picture of WebP is longer than 16383 pixels, none of JPEG than 65535. */
function refused({ width, height }: BytePicture, format: LossyFormat, cause: unknown) {
  const found = `${width} x ${height} pixels`;
  const summary = `the picture cannot be written as ${format}`;
  return new FramedexError('USAGE', summary, { name: 'sharp', found }, { cause });
}

function missing(format: LossyFormat, cause: unknown): FramedexError {
  const isAbsent =
    cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
  const what = `the package that writes ${format === 'jpeg' ? 'JPEG' : 'WebP'}`;
  // Its message goes on for many lines, which tell of other installations; `cause` has them all.
  const [found] = String(cause).split('\n');
  const details = {
    name: 'sharp',
    expected: `sharp ${VERSION}`,
    found: isAbsent ? 'none' : found,
    advice: `npm install sharp@${VERSION}`,
  };
  const summary = isAbsent ? `${what} is not installed` : `${what} cannot be loaded here`;
  return new FramedexError('CODEC_MISSING', summary, details, { cause });
}
