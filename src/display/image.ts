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
  /**
   * The picture as a file. PNG needs nothing else.
   *
   * @throws FramedexError `CODEC_MISSING` for a format that needs a package which is not there.
   */
  encode(format: ImageFormat, options?: EncodeOptions): Promise<Uint8Array>;
}

/** What an {@link Image} is made of. */
export interface ImageParts {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8ClampedArray;
  readonly window?: AppliedWindow | undefined;
  /** How PNG is compressed; the platform's own way where nothing is said. */
  readonly deflate?: Deflate | undefined;
}

/** Gives pixels the ability to become a file. `data` is kept, not copied. */
export function createImage(parts: ImageParts): Image {
  const { deflate, ...picture } = parts;
  return {
    ...picture,
    encode: async (format) => {
      if (format === 'png') return encodePng({ ...picture, bitDepth: 8 }, deflate);
      throw new FramedexError('CODEC_MISSING', `cannot write a picture as ${format}`, {
        expected: 'the optional package sharp',
        advice: 'Install it (npm install sharp), or encode as png',
      });
    },
  };
}
