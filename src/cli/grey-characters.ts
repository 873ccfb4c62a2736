import type { Image } from '../node/index.ts';
import { packedColours } from './terminal-colours.ts';

/** From dark to light, as on a dark screen. */
const RAMP = ' .:-=+*#%@';

/** A picture as characters that cover more of their cell the lighter they stand for, two pixels a cell. */
export function greyCharacters(image: Image): string {
  const { width, height } = image;
  const pixels = packedColours(image);
  let text = '';
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x++) {
      const upper = luminance(pixels[y * width + x] ?? 0);
      const lower = y + 1 < height ? luminance(pixels[(y + 1) * width + x] ?? 0) : upper;
      const step = Math.floor(((upper + lower) / 2 / 256) * RAMP.length);
      text += RAMP[step] ?? '';
    }
    text += '\n';
  }
  return text;
}

/** 0 to 255 (ITU-R BT.601-7 2.5.1). */
function luminance(colour: number): number {
  return 0.299 * (colour >> 16) + 0.587 * ((colour >> 8) & 255) + 0.114 * (colour & 255);
}
