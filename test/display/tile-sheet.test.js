import { describe, expect, it } from 'vitest';
import { createImage } from '../../src/display/image.js';
import { createTileSheet } from '../../src/display/tile-sheet.js';
import { isFramedexError } from '../../src/errors.js';
function picture(width, height, pixel) {
  const channels = pixel.length === 1 ? 1 : pixel.length === 3 ? 3 : 4;
  const data = Uint8ClampedArray.from({ length: width * height * channels }, (_, k) =>
    Number(pixel[k % channels]),
  );
  return createImage({ width, height, channels, bitDepth: 8, data });
}
function pixelOf({ width, channels, data }, x, y) {
  const at = (y * width + x) * channels;
  return Array.from(data.subarray(at, at + channels));
}
/** The rectangle of all pixels that are no background. */
function extentOf({ width, channels, data }, level) {
  const places = [];
  for (let at = 0; at < data.length; at += channels) {
    const pixel = at / channels;
    if (data[at] === level) places.push([pixel % width, Math.floor(pixel / width)]);
  }
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
function codeOf(action) {
  try {
    action();
  } catch (error) {
    return isFramedexError(error) ? error.code : error;
  }
  return 'no error';
}
describe('a sheet of tiles', () => {
  it('is grey where all pictures are, each in the middle of its place', () => {
    const sheet = createTileSheet(2, { size: 40, columns: 2, lines: 0 });
    sheet.draw(0, { picture: picture(20, 10, [77]), lines: [] });
    sheet.draw(1, { picture: picture(40, 40, [88]), lines: [] });
    const image = sheet.image();
    expect([image.channels, image.width, image.height]).toEqual([1, 10 + 2 * 50, 10 + 54]);
    expect(extentOf(image, 77)).toEqual([20, 25, 39, 34]);
    expect(extentOf(image, 88)).toEqual([60, 10, 99, 49]);
  });
  it('becomes RGB with the first picture in colour, and keeps what is on it', () => {
    const sheet = createTileSheet(3, { size: 8, columns: 3, lines: 0 });
    sheet.draw(0, { picture: picture(8, 8, [77]), lines: [] });
    sheet.draw(1, { picture: picture(8, 8, [1, 2, 3]), lines: [] });
    sheet.draw(2, { picture: picture(8, 8, [78]), lines: [] });
    const image = sheet.image();
    expect(image.channels).toBe(3);
    expect([14, 32, 50, 5].map((x) => pixelOf(image, x, 14))).toEqual([
      [77, 77, 77],
      [1, 2, 3],
      [78, 78, 78],
      [0, 0, 0],
    ]);
  });
  it('lays what is transparent over black', () => {
    const sheet = createTileSheet(1, { size: 8, lines: 0 });
    sheet.draw(0, { picture: picture(8, 8, [200, 100, 50, 51]), lines: [] });
    expect(pixelOf(sheet.image(), 12, 12)).toEqual([40, 20, 10]);
  });
  it('letters below a picture, the first line brighter, each cut to its place', () => {
    const layout = { size: 30, columns: 2, lines: 2 };
    const sheet = createTileSheet(2, layout);
    sheet.draw(0, { lines: ['WWWWWWWWWWWW', 'WWWWWWWWWWWW', 'not shown'] });
    const image = sheet.image();
    const [left = 0, top = 0, right = 0, bottom = 0] = extentOf(image, 230);
    expect([left >= 10, top > 40, right < 40, bottom < 40 + 4 + 14]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const [, second = 0, , end = 0] = extentOf(image, 150);
    expect(second).toBeGreaterThan(bottom);
    expect(end).toBeLessThan(40 + 4 + 28);
  });
  it('puts words in the place of a picture, in a frame', () => {
    const sheet = createTileSheet(1, { size: 100, lines: 0 });
    sheet.draw(0, { instead: 'report', lines: [] });
    const image = sheet.image();
    expect(extentOf(image, 45)).toEqual([10, 10, 109, 109]);
    const [left = 0, top = 0, right = 0, bottom = 0] = extentOf(image, 110);
    expect(Math.abs(left + right - 2 * 60)).toBeLessThan(6);
    expect(Math.abs(top + bottom - 2 * 60)).toBeLessThan(6);
  });
  it('has a title above', () => {
    const plain = createTileSheet(1, { size: 60, lines: 1 }).image();
    const titled = createTileSheet(1, { size: 60, lines: 1, title: 'six series' }).image();
    expect(titled.height).toBeGreaterThan(plain.height);
    const [left = 0, top = 0, , bottom = 0] = extentOf(titled, 230);
    expect([left >= 10, top >= 10, bottom < 34]).toEqual([true, true, true]);
  });
  it('is about as wide as high where no columns are given', () => {
    for (const tiles of [4, 9, 13, 100, 186]) {
      const { width, height } = createTileSheet(tiles, { size: 160, lines: 3 }).image();
      expect(Math.max(width, height) / Math.min(width, height), String(tiles)).toBeLessThan(1.4);
    }
  });
  it('is bounded, however many tiles there are', () => {
    const sheet = createTileSheet(1_000_000, { size: 160, lines: 3 });
    const { width, height } = sheet.image();
    expect(width * height).toBeLessThanOrEqual(2 ** 26);
    expect(sheet.places).toBe(1776);
    const narrow = createTileSheet(1_000_000, { size: 16, columns: 1, lines: 0 });
    expect(narrow.image().height).toBeLessThanOrEqual(16_384);
    expect(narrow.places).toBeLessThan(1000);
  });
  it('refuses what is no layout, and a picture larger than its place', () => {
    for (const size of [0, 1.5, 2049, Number.NaN]) {
      expect(codeOf(() => createTileSheet(1, { size, lines: 0 }))).toBe('USAGE');
    }
    for (const columns of [0, 1.5, 97, Number.NaN]) {
      expect(codeOf(() => createTileSheet(1, { size: 160, columns, lines: 0 }))).toBe('USAGE');
    }
    const sheet = createTileSheet(1, { size: 8, lines: 0 });
    expect(codeOf(() => sheet.draw(0, { picture: picture(9, 8, [1]), lines: [] }))).toBe('USAGE');
  });
});
