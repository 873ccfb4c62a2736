import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawOverlays } from '../../src/display/overlays.js';
import { frameOf } from './frame-of.js';
function overlayOf(place, data, more = {}) {
  return { group: 0x6000, type: 'G', ...place, data: Uint8Array.from(data), ...more };
}
/** A frame of so many rows and columns; what is in it plays no part. */
function sized(rows, columns) {
  return frameOf(new Uint8Array(rows * columns), {}, { rows, columns });
}
function pictureOf(width, height, value, more = {}) {
  const data = new Uint8ClampedArray(width * height * (more.channels ?? 1)).fill(value);
  return { width, height, channels: 1, white: 255, data, ...more };
}
/** The share of a pixel of the picture that is covered: rectangle by rectangle, in floats. */
function naiveShare(overlays, frame, picture, [x, y]) {
  const [wide, high] = [frame.columns / picture.width, frame.rows / picture.height];
  const common = (a, b, from, to) => Math.max(0, Math.min(b, to) - Math.max(a, from));
  let area = 0;
  for (let row = 0; row < frame.rows; row++) {
    for (let column = 0; column < frame.columns; column++) {
      const isOn = overlays.some((one) => {
        const [r, c] = [row - one.row, column - one.column];
        const isInside = r >= 0 && r < one.rows && c >= 0 && c < one.columns;
        return isInside && one.data[r * one.columns + c] === 1;
      });
      if (!isOn) continue;
      area +=
        common(column, column + 1, x * wide, (x + 1) * wide) *
        common(row, row + 1, y * high, (y + 1) * high);
    }
  }
  return area / (wide * high);
}
describe('drawing overlays', () => {
  it('K14: white where the plane is, and the picture elsewhere', () => {
    const picture = pictureOf(3, 2, 7);
    const place = { rows: 2, columns: 3, row: 0, column: 0 };
    drawOverlays(picture, sized(2, 3), [overlayOf(place, [1, 0, 0, 0, 0, 1])]);
    expect([...picture.data]).toEqual([255, 7, 7, 7, 7, 255]);
  });
  it('K14: is cut at all edges', () => {
    const solid = new Uint8Array(36).fill(1);
    for (const [row, column, expected] of [
      [-5, -5, [255, 0, 0, 0, 0, 0]],
      [-5, 2, [0, 0, 255, 0, 0, 0]],
      [1, -4, [0, 0, 0, 255, 255, 0]],
      [1, 1, [0, 0, 0, 0, 255, 255]],
      [2, 0, [0, 0, 0, 0, 0, 0]],
      [-6, 0, [0, 0, 0, 0, 0, 0]],
      [0, 3, [0, 0, 0, 0, 0, 0]],
      [0, -6, [0, 0, 0, 0, 0, 0]],
      [-1e9, 1e9, [0, 0, 0, 0, 0, 0]],
      [-1, -1, [255, 255, 255, 255, 255, 255]],
    ]) {
      const picture = pictureOf(3, 2, 0);
      drawOverlays(picture, sized(2, 3), [overlayOf({ rows: 6, columns: 6, row, column }, solid)]);
      expect([...picture.data]).toEqual(expected);
    }
  });
  it('K14: colour and 16 bits; by shares where pixels are larger', () => {
    const place = { rows: 2, columns: 2, row: 0, column: 0 };
    const quarter = [overlayOf(place, [0, 0, 1, 0])];
    const colour = pictureOf(1, 1, 0, {
      channels: 3,
      data: Uint8ClampedArray.from([0, 100, 255]),
    });
    drawOverlays(colour, sized(2, 2), quarter);
    expect([...colour.data]).toEqual([64, 139, 255]);
    const deep = pictureOf(1, 1, 0, { white: 65535, data: Uint16Array.from([1000]) });
    drawOverlays(deep, sized(2, 2), quarter);
    expect([...deep.data]).toEqual([1000 + Math.round((65535 - 1000) / 4)]);
    const clear = pictureOf(1, 1, 0, { channels: 4, data: Uint8ClampedArray.from([0, 0, 0, 0]) });
    drawOverlays(clear, sized(2, 2), [overlayOf(place, [1, 1, 1, 1])]);
    expect([...clear.data]).toEqual([255, 255, 255, 255]);
  });
  it('K14: what several planes cover is covered once', () => {
    const place = { rows: 1, columns: 2, row: 0, column: 0 };
    const picture = pictureOf(1, 1, 0);
    const half = overlayOf(place, [1, 0]);
    drawOverlays(picture, sized(1, 2), [half, { ...half, group: 0x6002 }]);
    expect([...picture.data]).toEqual([128]);
  });
  it('K14: of a reduced frame, in the pixels of the whole one', () => {
    const reducedFrom = { rows: 4, columns: 8 };
    const place = { rows: 2, columns: 4, row: 2, column: 4 };
    const overlay = overlayOf(place, new Uint8Array(8).fill(1), { reducedFrom });
    const picture = pictureOf(4, 2, 0);
    drawOverlays(picture, sized(2, 4), [overlay]);
    expect([...picture.data]).toEqual([0, 0, 0, 0, 0, 0, 255, 255]);
  });
  it('K14: does nothing without planes', () => {
    const picture = pictureOf(3, 2, 9);
    drawOverlays(picture, sized(2, 3), []);
    expect([...picture.data]).toEqual([9, 9, 9, 9, 9, 9]);
  });
  it('K14: as areas of rectangles say, whatever the sizes and places', () => {
    const side = fc.integer({ min: 1, max: 9 });
    const place = fc.record({
      rows: side,
      columns: side,
      row: fc.integer({ min: -10, max: 10 }),
      column: fc.integer({ min: -10, max: 10 }),
    });
    const overlay = place.chain((one) => {
      const count = one.rows * one.columns;
      const bits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: count, maxLength: count });
      return bits.map((data) => overlayOf(one, data));
    });
    const overlays = fc.array(overlay, { minLength: 1, maxLength: 3 });
    const parts = fc.record({
      rows: side,
      columns: side,
      width: side,
      height: side,
      deep: fc.boolean(),
    });
    fc.assert(
      fc.property(overlays, parts, fc.nat(255), (planes, given, value) => {
        const { rows, columns, width, height, deep } = given;
        const white = deep ? 65535 : 255;
        const data = deep
          ? new Uint16Array(width * height).fill(value)
          : new Uint8ClampedArray(width * height).fill(value);
        const picture = { width, height, channels: 1, white, data };
        drawOverlays(picture, sized(rows, columns), planes);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const share = naiveShare(planes, { rows, columns }, picture, [x, y]);
            const expected = value + (white - value) * share;
            const off = Math.abs((data[y * width + x] ?? -1) - expected);
            expect(off).toBeLessThanOrEqual(0.5 + 1e-6);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
