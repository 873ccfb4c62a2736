import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { encodeByCanvas } from './canvas-encoder.ts';
import type { BytePicture, PictureEncoders } from './picture-encoders.ts';
import { encodePng } from './png.ts';
import type { AppliedVoiLut, AppliedWindow } from './voi.ts';

/** The files that a picture can become. */
export type ImageFormat = 'png' | 'jpeg' | 'webp';

/** How a picture becomes a file. */
export interface EncodeOptions {
  /** 1 to 100, 85 by default, for the formats that lose something; PNG loses nothing and ignores it. */
  readonly quality?: number | undefined;
}

/** What is said of a picture, whatever its depth. */
export interface ImageFacts {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4;
  /** The window that was applied, and where it is from; absent in colour and where a VOI LUT was applied. */
  readonly window?: AppliedWindow | undefined;
  /** The VOI LUT that was applied. */
  readonly voiLut?: AppliedVoiLut | undefined;
  /**
   * What was tolerated: first of the frame, as its own `warnings` have it, then to make the picture: an ICC
   * profile that was left out, a window that cannot be applied. Empty where there is nothing.
   */
  readonly warnings: readonly Warning[];
  /** Of a thumbnail, what it shows: which object, and the frame of it counted from 0. */
  readonly shows?: { readonly name: string; readonly frame: number } | undefined;
  /**
   * Of a thumbnail, how many resolution levels of its code stream were left out: its pixels are means of what a
   * wavelet keeps of those below them, near the means of the pixels themselves but for edges (see
   * `DicomFile.thumbnail`). Absent where all were decoded.
   */
  readonly reduced?: number | undefined;
  /** Of a frame that is broken: what could not be decoded of it is 0 there. */
  readonly partial?: boolean | undefined;
  /** Of a frame of an archive's member whose checksum was not compared by then. */
  readonly unverified?: true | undefined;
}

/** A picture for a screen: 8 bits a sample, square pixels. */
export interface Image extends ImageFacts {
  readonly bitDepth: 8;
  /** `width * height * channels` bytes, interleaved, row by row. */
  readonly data: Uint8ClampedArray;
  /**
   * The picture as a file. PNG is written by this package; JPEG and WebP, in Node, by the package `sharp`,
   * which is installed apart, and in browsers by the browser. Grey stays one component in PNG, and in JPEG by `sharp`.
   *
   * @throws FramedexError `CODEC_MISSING` for JPEG and WebP where nothing writes them, `USAGE` for what
   * is no format, a quality that is none, and RGBA as JPEG, which has no transparency.
   *
   * @example
   * ```ts
   * await writeFile('slice.jpg', await picture.encode('jpeg', { quality: 90 }));
   * ```
   */
  encode(format: ImageFormat, options?: EncodeOptions): Promise<Uint8Array>;
}

/** A picture of 16 bits a sample, square pixels: greys that 8 bits would merge stay apart. */
export interface Image16 extends ImageFacts {
  readonly bitDepth: 16;
  /** `width * height * channels` samples, interleaved, row by row. */
  readonly data: Uint16Array;
  /**
   * The picture as a file: PNG is the one format that holds it.
   *
   * @throws FramedexError `USAGE` for any other.
   */
  encode(format: ImageFormat): Promise<Uint8Array>;
}

/** What a picture is made of: all of it but the ability to become a file. */
export type ImageParts<I extends Image | Image16> = Omit<I, 'encode' | 'warnings'> & {
  /** Nothing was tolerated where nothing is said. */
  readonly warnings?: readonly Warning[] | undefined;
  /** What the platform brings to write it. */
  readonly encoders?: PictureEncoders | undefined;
};

/** Whether something is the name of a format that pictures can become. */
function isImageFormat(format: string): format is ImageFormat {
  return format === 'png' || format === 'jpeg' || format === 'webp';
}

const USUAL_QUALITY = 85;

/** Gives pixels the ability to become a file. `data` is kept, not copied. */
export function createImage(parts: ImageParts<Image>): Image {
  const { encoders, warnings = [], ...picture } = parts;
  return {
    ...picture,
    warnings,
    encode: async (format, options) => {
      checkFormat(format);
      if (format === 'png') return encodePng(picture, encoders?.deflate);
      const quality = qualityOf(options);
      if (format === 'jpeg') refuseTransparency(picture);
      const { lossy = encodeByCanvas } = encoders ?? {};
      return lossy(picture, format, quality);
    },
  };
}

/** The same for 16 bits a sample. */
export function createImage16(parts: ImageParts<Image16>): Image16 {
  const { encoders, warnings = [], ...picture } = parts;
  return {
    ...picture,
    warnings,
    encode: async (format) => {
      checkFormat(format);
      if (format === 'png') return encodePng(picture, encoders?.deflate);
      throw new FramedexError('USAGE', `${format} holds no samples of 16 bits`, {
        expected: 'png',
        found: format,
        advice: 'Make the picture with 8 bits a sample.',
      });
    },
  };
}

/** Callers that were not compiled may ask for anything. */
function checkFormat(format: string): void {
  if (isImageFormat(format)) return;
  throw new FramedexError('USAGE', 'no format of pictures', {
    expected: 'png, jpeg or webp',
    found: JSON.stringify(format),
  });
}

function qualityOf({ quality = USUAL_QUALITY }: EncodeOptions = {}): number {
  if (Number.isInteger(quality) && quality >= 1 && quality <= 100) return quality;
  throw new FramedexError('USAGE', '`quality` cannot be', {
    expected: 'a whole number, 1 to 100',
    found: String(quality),
  });
}

/** What lies behind the picture is the caller's to say. */
function refuseTransparency({ channels }: BytePicture): void {
  if (channels !== 4) return;
  throw new FramedexError('USAGE', 'jpeg has no transparency', {
    expected: '1 or 3 channels',
    found: '4',
    advice: 'png and webp have it.',
  });
}
