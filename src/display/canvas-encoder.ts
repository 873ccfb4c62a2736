import { FramedexError } from '../errors.ts';
import type { BytePicture, LossyFormat } from './picture-encoders.ts';

/**
 * Writes JPEG and WebP by the browser's canvas, in windows and in workers. A canvas knows RGBA alone, so
 * that grey becomes three equal components.
 *
 * @throws FramedexError `CODEC_MISSING` where there is no canvas, or its browser does not write the format.
 */
export async function encodeByCanvas(
  picture: BytePicture,
  format: LossyFormat,
  quality: number,
): Promise<Uint8Array> {
  const name = format === 'jpeg' ? 'JPEG' : 'WebP';
  // Node has none, and older browsers neither.
  if (typeof OffscreenCanvas === 'undefined') throw missing(name, 'no OffscreenCanvas');
  const { width, height } = picture;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (context === null) throw missing(name, 'a canvas that is not drawn on');
  context.putImageData(new ImageData(rgbaOf(picture), width, height), 0, 0);
  const type = `image/${format}`;
  const blob = await canvas.convertToBlob({ type, quality: quality / 100 });
  // What a browser does not write becomes PNG, without a word (HTML 4.12.5.7).
  if (blob.type !== type) throw missing(name, blob.type);
  return new Uint8Array(await blob.arrayBuffer());
}

function rgbaOf({ width, height, channels, data }: BytePicture): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(width * height * 4);
  if (channels === 4) {
    rgba.set(data);
    return rgba;
  }
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0];
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    rgba[to] = data[from] ?? 0;
    rgba[to + 1] = data[from + green] ?? 0;
    rgba[to + 2] = data[from + blue] ?? 0;
    rgba[to + 3] = 255;
  }
  return rgba;
}

function missing(name: string, found: string): FramedexError {
  return new FramedexError('CODEC_MISSING', `nothing here writes ${name}`, {
    expected: `a browser that writes ${name}, or encoders`,
    found,
    advice: 'PNG is written everywhere.',
  });
}
