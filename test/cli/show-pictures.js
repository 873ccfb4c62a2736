import { createImage } from '../../src/display/image.js';
/** A picture of three channels, by its pixels. */
export function colourPicture(width, height, colourAt) {
  const data = new Uint8ClampedArray(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    data.set(colourAt(at % width, Math.floor(at / width)), 3 * at);
  }
  return createImage({ width, height, channels: 3, bitDepth: 8, data });
}
/** A picture of one channel. */
export function greyPicture(width, height, greyAt) {
  const data = new Uint8ClampedArray(width * height);
  for (let at = 0; at < data.length; at++) data[at] = greyAt(at % width, Math.floor(at / width));
  return createImage({ width, height, channels: 1, bitDepth: 8, data });
}
/** The colours of a picture, row by row. */
export function coloursOf({ width, height, channels, data }) {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const at = (y * width + x) * channels;
      const [first = -1, second = first, third = first] = data.subarray(at, at + channels);
      return [first, second, third];
    }),
  );
}
/**
 * A terminal that knows half blocks, spaces, colours and line ends, and nothing else: whatever else is
 * written, a line that is wider than it is, or a line that ends in colour, is an error.
 */
export function terminalShows(text, columns) {
  const pixels = [];
  let changes = 0;
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  for (const line of text.slice(0, -1).split('\n')) {
    const upper = [];
    const lower = [];
    let above;
    let below;
    for (const [token, sequence] of line.matchAll(/\x1b\[([\d;]*)m|[^]/gu)) {
      if (sequence !== undefined) {
        changes++;
        ({ above, below } = afterColours(sequence, { above, below }));
      } else if (token === '\u2580') {
        if (above === undefined) throw new Error('a block without a colour');
        upper.push(above);
        lower.push(below);
      } else if (token === ' ') {
        upper.push(below);
        lower.push(below);
      } else throw new Error(`what is ${JSON.stringify(token)}?`);
    }
    if (above !== undefined || below !== undefined) throw new Error('a line ends in colour');
    if (upper.length > columns) throw new Error(`${upper.length} columns`);
    pixels.push(upper, lower);
  }
  return { pixels, changes };
}
/** Select Graphic Rendition: 0, `38;2;R;G;B`, `48;2;R;G;B`, `38;5;N`, `48;5;N`. */
function afterColours(sequence, inks) {
  let { above, below } = inks;
  const numbers = sequence.split(';').map(Number);
  while (numbers.length > 0) {
    const code = numbers.shift();
    if (code === 0) {
      above = undefined;
      below = undefined;
      continue;
    }
    const kind = numbers.shift();
    const colour = kind === 2 ? numbers.splice(0, 3) : xterm(numbers.shift());
    if (code === 38) above = colour;
    else if (code === 48) below = colour;
    else throw new Error(`what is ${code}?`);
  }
  return { above, below };
}
/** As xterm's 256colres.pl makes them. */
function xterm(index = -1) {
  if (index >= 232 && index < 256) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  if (index < 16 || index > 255) throw new Error(`colour ${index} is the user's`);
  const level = (k) => (k === 0 ? 0 : 55 + 40 * k);
  const cube = index - 16;
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)];
}
