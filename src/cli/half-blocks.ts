import type { Image } from '../node/index.ts';
import { nearestOf256, packedColours } from './terminal-colours.ts';

/** Its upper half has the colour of the text, its lower half that of the ground. */
const UPPER_HALF = '\u2580';

/** No colour was set yet, or there is no pixel: what the terminal has itself. */
const NONE = -1;

/** Colours as a terminal is told them, by what tells them apart: `0xRRGGBB`, or a number of 256. */
interface Ink {
  /** What the terminal makes of a colour. */
  readonly of: (colour: number) => number;
  /** Behind `38;` for the text and `48;` for the ground (ECMA-48 8.3.117, ISO 8613-6 13.1.8). */
  readonly code: (ink: number) => string;
}

/**
 * A picture as text, two pixels a cell. A line ends without colours, so that whatever ends the picture
 * early leaves none behind; they are told where they change.
 */
export function halfBlocks(image: Image, colours: 'true' | '256'): string {
  const { width, height } = image;
  const ink = colours === 'true' ? trueColour() : colourOf256();
  const pixels = packedColours(image);
  let text = '';
  for (let y = 0; y < height; y += 2) {
    let above = NONE;
    let below = NONE;
    for (let x = 0; x < width; x++) {
      const upper = ink.of(pixels[y * width + x] ?? 0);
      const lower = y + 1 < height ? ink.of(pixels[(y + 1) * width + x] ?? 0) : NONE;
      // A cell of one colour is all ground, whatever the text's colour is.
      const isEven = upper === lower;
      const isTextNew = !isEven && upper !== above;
      const isGroundNew = lower !== below;
      if (isTextNew || isGroundNew) {
        const first = isTextNew ? `38;${ink.code(upper)}` : '';
        const second = isGroundNew ? `48;${ink.code(lower)}` : '';
        text += `\x1b[${first}${isTextNew && isGroundNew ? ';' : ''}${second}m`;
        if (isTextNew) above = upper;
        below = lower;
      }
      text += isEven ? ' ' : UPPER_HALF;
    }
    text += '\x1b[0m\n';
  }
  return text;
}

function trueColour(): Ink {
  return {
    of: (colour) => colour,
    code: (colour) => `2;${colour >> 16};${(colour >> 8) & 255};${colour & 255}`,
  };
}

function colourOf256(): Ink {
  // A picture has few colours for its pixels, and the nearest of each takes longer to find than to keep.
  const known = new Map<number, number>();
  return {
    of(colour) {
      let index = known.get(colour);
      if (index === undefined) known.set(colour, (index = nearestOf256(colour)));
      return index;
    },
    code: (index) => `5;${index}`,
  };
}
