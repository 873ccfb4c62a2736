import { describe, expect, it } from 'vitest';
import { greyCharacters } from '../../src/cli/grey-characters.js';
import { halfBlocks } from '../../src/cli/half-blocks.js';
import { nearestOf256 } from '../../src/cli/terminal-colours.js';
import { createImage } from '../../src/display/image.js';
import { colourPicture, coloursOf, greyPicture, terminalShows } from './show-pictures.js';
describe('half blocks', () => {
  it.each([
    [1, 1],
    [1, 2],
    [7, 5],
    [40, 30],
    [3, 31],
  ])('are the pixels of %i x %i in true colour', (width, height) => {
    const picture = colourPicture(width, height, (x, y) => [
      (x * 37) & 255,
      (y * 53) & 255,
      (x * y * 11) & 255,
    ]);
    const { pixels } = terminalShows(halfBlocks(picture, 'true'), width);
    // Below an odd last row, the terminal has its own ground.
    const below = height % 2 === 1 ? [Array.from({ length: width }, () => undefined)] : [];
    expect(pixels).toEqual([...coloursOf(picture), ...below]);
  });
  it('are the pixels of a grey picture', () => {
    const picture = greyPicture(64, 8, (x, y) => 4 * x + (y % 4));
    expect(terminalShows(halfBlocks(picture, 'true'), 64).pixels).toEqual(coloursOf(picture));
  });
  it('say a colour where it changes, and nowhere else', () => {
    const even = greyPicture(50, 4, () => 90);
    // On each of two lines, one colour and the end of it.
    expect(terminalShows(halfBlocks(even, 'true'), 50).changes).toBe(4);
    const halves = greyPicture(50, 2, (x, y) => (x < 25 ? 10 : 20) + y);
    expect(terminalShows(halfBlocks(halves, 'true'), 50).changes).toBe(3);
    // Dark, light, dark above the same ground: the ground is said once.
    const stripe = greyPicture(3, 2, (x, y) => (y === 1 ? 50 : x === 1 ? 200 : 100));
    expect(halfBlocks(stripe, 'true').match(/48;/g)).toHaveLength(1);
  });
  it('lie on black where they are transparent', () => {
    const data = new Uint8ClampedArray([200, 100, 50, 0, 200, 100, 50, 255, 200, 100, 50, 128]);
    const picture = createImage({ width: 3, height: 1, channels: 4, bitDepth: 8, data });
    expect(terminalShows(halfBlocks(picture, 'true'), 3).pixels[0]).toEqual([
      [0, 0, 0],
      [200, 100, 50],
      [100, 50, 25],
    ]);
  });
  it('are the nearest of 256 colours', () => {
    const picture = greyPicture(256, 2, (x) => x);
    const { pixels } = terminalShows(halfBlocks(picture, '256'), 256);
    // Of a cube's level and a grey there is always one within 5, but for those next to white.
    const off = pixels[0]?.map((colour, x) => Math.abs((colour?.[0] ?? NaN) - x)) ?? [];
    expect(Math.max(...off.slice(0, 238))).toBeLessThanOrEqual(5);
    expect(Math.max(...off)).toBeLessThanOrEqual(9);
    expect([pixels[0]?.[0], pixels[0]?.[255]]).toEqual([
      [0, 0, 0],
      [255, 255, 255],
    ]);
  });
});
describe('the nearest of 256 colours', () => {
  it('is no other one that is nearer', () => {
    const level = (k) => (k === 0 ? 0 : 55 + 40 * k);
    const table = Array.from({ length: 240 }, (_, k) =>
      k < 216
        ? [level(Math.floor(k / 36)), level(Math.floor(k / 6) % 6), level(k % 6)]
        : [8 + (k - 216) * 10, 8 + (k - 216) * 10, 8 + (k - 216) * 10],
    );
    const distance = (index, colour) =>
      (table[index - 16] ?? []).reduce((sum, part, k) => sum + (part - (colour[k] ?? 0)) ** 2, 0);
    for (let seed = 1; seed < 500; seed++) {
      const packed = (seed * 2654435761) & 0xffffff;
      const colour = [packed >> 16, (packed >> 8) & 255, packed & 255];
      const least = Math.min(...table.map((_, k) => distance(k + 16, colour)));
      expect(distance(nearestOf256(packed), colour)).toBe(least);
    }
  });
});
describe('grey characters', () => {
  it('are fuller the lighter the two pixels of a cell are', () => {
    const picture = greyPicture(10, 2, (x) => 25.6 * x + 13);
    expect(greyCharacters(picture)).toBe(' .:-=+*#%@\n');
    expect(greyCharacters(greyPicture(3, 2, (_, y) => (y === 0 ? 0 : 255)))).toBe('===\n');
  });
  it('have a last row of single pixels, and escape nothing', () => {
    expect(greyCharacters(greyPicture(2, 3, () => 255))).toBe('@@\n@@\n');
  });
  it('weigh colours as the eye does', () => {
    const parts = colourPicture(3, 1, (x) => [
      x === 0 ? 255 : 0,
      x === 1 ? 255 : 0,
      x === 2 ? 255 : 0,
    ]);
    expect(greyCharacters(parts)).toBe(':+.\n');
  });
});
