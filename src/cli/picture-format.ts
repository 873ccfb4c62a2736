import type { Image, Image16, ImageFormat } from '../node/index.ts';
import { usage, wholeNumber } from './arguments.ts';

/** `--format`, `--quality` and `--bits`. */
export const FORMAT_OPTIONS = {
  format: { type: 'string' },
  quality: { type: 'string' },
  bits: { type: 'string' },
} as const;

/** How pictures are written. */
export interface PictureFormat {
  readonly format: ImageFormat;
  readonly quality: number | undefined;
  readonly bits: 8 | 16;
}

/** @throws FramedexError `USAGE` for what does not go together. */
export function pictureFormat(values: {
  readonly format?: string | undefined;
  readonly quality?: string | undefined;
  readonly bits?: string | undefined;
}): PictureFormat {
  const format = formatOf(values.format) ?? 'png';
  return { format, quality: qualityOf(values.quality, format), bits: bitsOf(values.bits, format) };
}

/** Samples of 16 bits have one format, which loses nothing. */
export function encoded(
  image: Image | Image16,
  { format, quality }: Pick<PictureFormat, 'format' | 'quality'>,
): Promise<Uint8Array> {
  return image.bitDepth === 16 ? image.encode(format) : image.encode(format, { quality });
}

/** @throws FramedexError `USAGE`. */
export function formatOf(text: string | undefined): ImageFormat | undefined {
  if (text === undefined || text === 'png' || text === 'jpeg' || text === 'webp') return text;
  throw usage(`--format is png, jpeg or webp, not ${JSON.stringify(text)}`);
}

/** @throws FramedexError `USAGE`. */
export function qualityOf(text: string | undefined, format: ImageFormat): number | undefined {
  if (text === undefined) return undefined;
  if (format === 'png') throw usage('--quality is of JPEG and WebP: PNG loses nothing');
  const quality = wholeNumber(text, '--quality', 1);
  if (quality > 100) throw usage(`--quality is at most 100, not ${quality}`);
  return quality;
}

/** @throws FramedexError `USAGE`. */
export function bitsOf(text: string | undefined, format: ImageFormat): 8 | 16 {
  if (text === undefined || text === '8') return 8;
  if (text !== '16') throw usage(`--bits is 8 or 16, not ${JSON.stringify(text)}`);
  if (format !== 'png') throw usage('--bits 16 is for PNG: JPEG and WebP hold 8');
  return 16;
}
