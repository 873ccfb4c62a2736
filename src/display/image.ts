import { FramedexError } from '../errors.ts';
import { encodePng } from './png.ts';
import type { Deflate } from './png.ts';
import type { AppliedWindow } from './voi.ts';

/** The files that a picture can become. */
export type ImageFormat = 'png' | 'jpeg' | 'webp';

/** How a picture becomes a file. */
export interface EncodeOptions {
  /** 1 to 100, for the formats that lose something; PNG loses nothing and ignores it. */
  readonly quality?: number | undefined;
}

/** A picture for a screen: 8 bits a sample, square pixels. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4;
  /** `width * height * channels` bytes, interleaved, row by row. */
  readonly data: Uint8ClampedArray;
  /** The window that was applied; absent in colour and where a VOI LUT was applied. */
  readonly window?: AppliedWindow | undefined;
  /** Of a frame that is broken: what could not be decoded of it is 0 there. */
  readonly partial?: boolean | undefined;
  /** Of a frame of an archive's member whose checksum was not compared by then. */
  readonly unverified?: true | undefined;
  /**
   * The picture as a file. PNG is the one format that is written yet.
   *
   * @throws FramedexError `CODEC_MISSING` for JPEG and WebP, `USAGE` for what is no format.
   */
  encode(format: ImageFormat, options?: EncodeOptions): Promise<Uint8Array>;
}

/**
 * Whether pictures are written in a format.
 *
 * @throws FramedexError `CODEC_MISSING` for JPEG and WebP, `USAGE` for what is no format.
 */
export function requireWritten(format: string): asserts format is 'png' {
  if (format === 'png') return;
  if (format === 'jpeg' || format === 'webp') {
    const name = format === 'jpeg' ? 'JPEG' : 'WebP';
    throw new FramedexError('CODEC_MISSING', `pictures are not written as ${name} yet`, {
      advice: 'PNG is written.',
    });
  }
  throw new FramedexError('USAGE', 'no format of pictures', {
    expected: 'png',
    found: format.slice(0, 100),
  });
}

/** What an {@link Image} is made of. */
export interface ImageParts {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8ClampedArray;
  readonly window?: AppliedWindow | undefined;
  readonly partial?: boolean | undefined;
  readonly unverified?: true | undefined;
  /** How PNG is compressed; the platform's own way where nothing is said. */
  readonly deflate?: Deflate | undefined;
}

/** Gives pixels the ability to become a file. `data` is kept, not copied. */
export function createImage(parts: ImageParts): Image {
  const { deflate, ...picture } = parts;
  return {
    ...picture,
    encode: async (format) => {
      requireWritten(format);
      return encodePng({ ...picture, bitDepth: 8 }, deflate);
    },
  };
}
