import type { Image } from '../node/index.ts';

/** The pixels of a picture as they are on black: `0xRRGGBB` each, row by row. */
export function packedColours({ width, height, channels, data }: Image): Uint32Array {
  const colours = new Uint32Array(width * height);
  for (let pixel = 0, at = 0; pixel < colours.length; pixel++, at += channels) {
    const first = data[at] ?? 0;
    if (channels === 1) {
      colours[pixel] = first * 0x010101;
      continue;
    }
    const colour = (first << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    colours[pixel] = channels === 3 ? colour : onBlack(colour, data[at + 3] ?? 0);
  }
  return colours;
}

function onBlack(colour: number, alpha: number): number {
  const part = (shift: number): number =>
    Math.round((((colour >> shift) & 255) * alpha) / 255) << shift;
  return part(16) | part(8) | part(0);
}

/** The levels of a colour in the cube of 6 x 6 x 6 that terminals of 256 colours have from 16 on. */
const CUBE = [0, 95, 135, 175, 215, 255] as const;

/** Greys 8, 18... 238 are from 232 on. */
const FIRST_GREY = 232;
const GREYS = 24;

/** The nearest of a terminal's 256 colours; the first 16 are the user's, and mean nothing certain. */
export function nearestOf256(colour: number): number {
  const parts = [colour >> 16, (colour >> 8) & 255, colour & 255];
  const inCube = parts.map(nearestLevel);
  const mean = parts.reduce((sum, part) => sum + part, 0) / 3;
  const grey = Math.min(GREYS - 1, Math.max(0, Math.round((mean - 8) / 10)));
  const distance = (of: (k: number) => number): number =>
    parts.reduce((sum, part, k) => sum + (part - of(k)) ** 2, 0);
  if (distance(() => 8 + 10 * grey) < distance((k) => CUBE[inCube[k] ?? 0] ?? 0)) {
    return FIRST_GREY + grey;
  }
  return inCube.reduce((index, level) => 6 * index + level, 0) + 16;
}

function nearestLevel(part: number): number {
  return CUBE.findIndex((level, k) => part <= (level + (CUBE[k + 1] ?? Infinity)) / 2);
}
