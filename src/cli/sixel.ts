import type { Image } from '../node/index.ts';
import { colourRegisters } from './colour-registers.ts';
import { packedColours } from './terminal-colours.ts';

/** Rows that are drawn together: a character is a column of them. */
const BAND = 6;

/** The character of a column without any pixel. */
const EMPTY = 0x3f;

/** A run this short is not longer as it is than with its length in front. */
const SHORT = 3;

/**
 * A picture as sixel graphics (DEC STD 070, 7.5): square pixels, in at most 256 colours of the hundred
 * steps that the format has for each part.
 */
export function sixelGraphics(image: Image): string {
  const { width, height } = image;
  const { registers, indexes } = colourRegisters(packedColours(image));
  const columns = new Uint8Array(registers.length * width);
  // What is not drawn is left as it is: below the picture, the last band has rows of nothing.
  let text = `\x1bP0;1;0q"1;1;${width};${height}`;
  for (const [k, parts] of registers.entries()) text += `#${k};2;${parts.join(';')}`;
  for (let top = 0; top < height; top += BAND) {
    columns.fill(0);
    const used = new Set<number>();
    const rows = Math.min(BAND, height - top);
    for (let row = 0; row < rows; row++) {
      for (let x = 0; x < width; x++) {
        const register = indexes[(top + row) * width + x] ?? 0;
        const at = register * width + x;
        columns[at] = (columns[at] ?? 0) | (1 << row);
        used.add(register);
      }
    }
    const drawn = [...used].map((register) => {
      const own = columns.subarray(register * width, (register + 1) * width);
      return `#${register}${runs(own)}`;
    });
    text += `${drawn.join('$')}-`;
  }
  return `${text}\x1b\\\n`;
}

/** The columns of one colour, up to the last that has it. */
function runs(columns: Uint8Array): string {
  let text = '';
  let from = 0;
  while (from < columns.length) {
    const bits = columns[from] ?? 0;
    let to = from + 1;
    while (to < columns.length && columns[to] === bits) to++;
    if (bits === 0 && to === columns.length) break;
    const character = String.fromCharCode(EMPTY + bits);
    const length = to - from;
    text += length > SHORT ? `!${length}${character}` : character.repeat(length);
    from = to;
  }
  return text;
}
