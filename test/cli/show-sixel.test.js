import { spawnSync } from 'node:child_process';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sixelGraphics } from '../../src/cli/sixel.js';
import { colourPicture, coloursOf, greyPicture } from './show-pictures.js';
/** Of libsixel, which decodes as terminals do. */
const hasDecoder = spawnSync('sixel2png', ['--version']).error === undefined;
/** What a sixel terminal draws (DEC STD 070, 7.5): throws on whatever is not in the format. */
function decodeSixel(text) {
  const [, size = '', body = ''] = /^\x1bP0;1;0q"1;1;(\d+;\d+)([^\x1b]*)\x1b\\\n$/.exec(text) ?? [];
  const [width = 0, height = 0] = size.split(';').map(Number);
  const registers = new Map();
  const pixels = Array.from({ length: height }, () => []);
  let [colour, x, top] = [undefined, 0, 0];
  const tokens = /#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)([?-~])|([?-~])|([$-])|([^])/g;
  for (const token of body.matchAll(tokens)) {
    const [, defined, red, green, blue, chosen, count = '1', repeated, single, control, other] =
      token;
    if (other !== undefined) throw new Error(`what is ${JSON.stringify(other)}?`);
    if (defined !== undefined) {
      const parts = [red, green, blue].map((part) => Math.round((Number(part) * 255) / 100));
      registers.set(Number(defined), [parts[0] ?? -1, parts[1] ?? -1, parts[2] ?? -1]);
    } else if (chosen !== undefined) {
      colour = registers.get(Number(chosen));
      if (colour === undefined) throw new Error(`no register ${chosen}`);
    } else if (control !== undefined) {
      x = 0;
      if (control === '-') top += 6;
    } else {
      const bits = (repeated ?? single ?? '?').charCodeAt(0) - 0x3f;
      for (let end = x + Number(count); x < end; x++) {
        if (x >= width) throw new Error(`column ${x}`);
        for (let row = 0; row < 6; row++) {
          if ((bits & (1 << row)) === 0) continue;
          const line = pixels[top + row];
          if (line === undefined || colour === undefined) throw new Error(`row ${top + row}`);
          if (line[x] !== undefined) throw new Error('drawn twice');
          line[x] = colour;
        }
      }
    }
  }
  if (registers.size > 256) throw new Error(`${registers.size} registers`);
  return { size, pixels };
}
function farthest(image, pixels) {
  let most = 0;
  for (const [y, row] of coloursOf(image).entries()) {
    for (const [x, colour] of row.entries()) {
      for (const [k, part] of colour.entries()) {
        const off = Math.abs(part - (pixels[y]?.[x]?.[k] ?? NaN));
        // A pixel that is missing is as wrong as can be.
        most = Math.max(most, Number.isNaN(off) ? 255 : off);
      }
    }
  }
  return most;
}
/** The samples of a PNG file of 8-bit RGB (PNG 9.2). */
function samplesOf(png) {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  expect([...png.subarray(24, 29)]).toEqual([8, 2, 0, 0, 0]);
  const at = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  const stride = 3 * width;
  const samples = [];
  for (let k = 0; k < height * stride; k++) {
    const [x, y] = [k % stride, Math.floor(k / stride)];
    const left = x < 3 ? 0 : (samples[k - 3] ?? 0);
    const above = samples[k - stride] ?? 0;
    const corner = x < 3 ? 0 : (samples[k - stride - 3] ?? 0);
    const guess = left + above - corner;
    const paeth = [left, above, corner].reduce((a, b) =>
      Math.abs(guess - b) < Math.abs(guess - a) ? b : a,
    );
    const filter = rows[y * (stride + 1)] ?? -1;
    const from = [0, left, above, Math.floor((left + above) / 2), paeth][filter] ?? NaN;
    samples.push(((rows[y * (stride + 1) + 1 + x] ?? NaN) + from) & 255);
  }
  return samples;
}
const gradient = greyPicture(256, 13, (x, y) => (x + y) & 255);
const parts = colourPicture(20, 9, (x, y) => [x * 12, y * 28, 128]);
const many = colourPicture(90, 61, (x, y) => [(x * 2.8) & 255, (y * 4) & 255, (x * y) & 255]);
describe('sixel graphics', () => {
  it.each([
    ['one pixel', greyPicture(1, 1, () => 77)],
    ['all greys', gradient],
    ['a few colours', parts],
    ['runs', greyPicture(100, 7, (x, y) => (x < 50 ? 0 : 255) - (y === 6 ? 0 : x % 2))],
  ])('are the pixels of %s, as exactly as percentages are', (_, picture) => {
    const { size, pixels } = decodeSixel(sixelGraphics(picture));
    expect(size).toBe(`${picture.width};${picture.height}`);
    // Half a step of a hundred, and rounding.
    expect(farthest(picture, pixels)).toBeLessThanOrEqual(2);
  });
  it('have 256 registers for more colours than that, each near those that it stands for', () => {
    const { pixels } = decodeSixel(sixelGraphics(many));
    const all = coloursOf(many).flat();
    const off = all.map((colour, k) => {
      const shown = pixels[Math.floor(k / many.width)]?.[k % many.width];
      return colour.reduce((sum, part, at) => sum + Math.abs(part - (shown?.[at] ?? NaN)), 0) / 3;
    });
    const mean = off.reduce((sum, one) => sum + one, 0) / off.length;
    expect(new Set(pixels.flat().map(String)).size).toBeGreaterThan(200);
    // 256 colours of the whole cube are a grid of 6.3 levels, 40 apart: 10 off in the mean.
    expect(mean).toBeLessThan(10);
  });
  it('keep the few colours among the many greys of an ultrasound picture', () => {
    const doppler = colourPicture(120, 60, (x, y) => {
      const grey = (x * 5 + y * 3) & 255;
      return x > 100 && y > 40 ? [250, (x * 7 + y * 13) & 63, 0] : [grey, grey, grey];
    });
    const { pixels } = decodeSixel(sixelGraphics(doppler));
    expect(farthest(doppler, pixels)).toBeLessThanOrEqual(16);
  });
  it('write a run by its length', () => {
    expect(sixelGraphics(greyPicture(200, 6, () => 255))).toBe(
      '\x1bP0;1;0q"1;1;200;6#0;2;100;100;100#0!200~-\x1b\\\n',
    );
  });
  it.runIf(hasDecoder)('are what sixel2png decodes', () => {
    for (const picture of [gradient, parts, many]) {
      const text = sixelGraphics(picture);
      const { stdout, status } = spawnSync('sixel2png', [], { input: text, maxBuffer: 1e8 });
      expect(status).toBe(0);
      expect(samplesOf(stdout)).toEqual(decodeSixel(text).pixels.flat(2));
    }
  });
});
