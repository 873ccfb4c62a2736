import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/display/render.js';
import { resize as resizeInto } from '../../src/display/resize.js';
import { frameOf } from './frame-of.js';
function sourceOf(width, height, channels, bytes) {
  const stride = width * channels;
  return {
    width,
    height,
    channels,
    readRow: (y, into) => into.set(bytes.subarray(y * stride, (y + 1) * stride)),
  };
}
function resize(source, width, height) {
  const result = new Uint8ClampedArray(width * height * source.channels);
  resizeInto(source, width, height, result);
  return result;
}
/** Mean over the covered area, pixel by pixel in floats, with nothing clever about it. */
function naiveMean(bytes, [w, h, channels], [outW, outH], [x, y, c]) {
  const [left, right] = [(x * w) / outW, ((x + 1) * w) / outW];
  const [top, bottom] = [(y * h) / outH, ((y + 1) * h) / outH];
  let sum = 0;
  let area = 0;
  for (let row = 0; row < h; row++) {
    const tall = Math.min(bottom, row + 1) - Math.max(top, row);
    for (let column = 0; column < w && tall > 0; column++) {
      const wide = Math.min(right, column + 1) - Math.max(left, column);
      if (wide <= 0) continue;
      sum += tall * wide * (bytes[(row * w + column) * channels + c] ?? 0);
      area += tall * wide;
    }
  }
  return sum / area;
}
describe('resize', () => {
  it('equals a naive area mean for any sizes, smaller and larger', () => {
    const edge = fc.integer({ min: 1, max: 24 });
    const channel = fc.constantFrom(1, 3);
    fc.assert(
      fc.property(
        edge,
        edge,
        edge,
        edge,
        channel,
        fc.infiniteStream(fc.nat(255)),
        (w, h, outW, outH, channels, stream) => {
          const bytes = Uint8Array.from([...stream.take(w * h * channels)]);
          const result = resize(sourceOf(w, h, channels, bytes), outW, outH);
          expect(result.length).toBe(outW * outH * channels);
          for (let i = 0; i < result.length; i++) {
            const at = [
              Math.floor(i / channels) % outW,
              Math.floor(i / channels / outW),
              i % channels,
            ];
            const mean = naiveMean(bytes, [w, h, channels], [outW, outH], at);
            if (Math.abs((result[i] ?? 0) - mean) > 0.5 + 1e-6)
              throw new Error(`${at.join()}: ${result[i]}, not ${mean}`);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
  it('halves by means of four', () => {
    const bytes = Uint8Array.of(0, 10, 255, 255, 20, 30, 255, 0);
    expect([...resize(sourceOf(4, 2, 1, bytes), 2, 1)]).toEqual([15, 191]);
  });
  it('gives an odd pixel its share: 3 to 2', () => {
    // (2 * 30 + 90) / 3 = 50, (90 + 2 * 240) / 3 = 190
    expect([...resize(sourceOf(3, 1, 1, Uint8Array.of(30, 90, 240)), 2, 1)]).toEqual([50, 190]);
  });
  it('enlarges to rectangles', () => {
    expect([...resize(sourceOf(2, 1, 1, Uint8Array.of(5, 250)), 4, 2)]).toEqual([
      5, 5, 250, 250, 5, 5, 250, 250,
    ]);
  });
  it('leaves an all-equal picture equal at any size', () => {
    const source = sourceOf(97, 61, 1, new Uint8Array(97 * 61).fill(201));
    for (const [w, h] of [
      [1, 1],
      [13, 7],
      [96, 60],
      [98, 62],
      [131, 200],
    ]) {
      expect(resize(source, w, h).every((byte) => byte === 201)).toBe(true);
    }
  });
  it('reads each row once, in order, when shrinking', () => {
    const asked = [];
    const source = sourceOf(50, 75, 1, new Uint8Array(50 * 75));
    resize({ ...source, readRow: (y) => void asked.push(y) }, 20, 31);
    expect(asked).toEqual(Array.from({ length: 75 }, (_, y) => y));
  });
  it('keeps greys of 16 bits apart', () => {
    const row = Uint16Array.of(65_535, 65_535, 1, 2);
    const result = new Uint16Array(2);
    const source = { width: 4, height: 1, channels: 1 };
    resizeInto({ ...source, readRow: (_y, into) => into.set(row) }, 2, 1, result);
    expect([...result]).toEqual([65_535, 2]);
  });
  it('works on grey, not on stored values: a speck of metal does not bleed', () => {
    const data = Int16Array.of(0, 30_000, 0, 0);
    const frame = frameOf(data, { windows: [{ center: 50, width: 100 }] }, { rows: 2, columns: 2 });
    expect([...render(frame, { size: 1 }).data]).toEqual([64]);
  });
  it('is the same from rows that are read and from rows that are added', () => {
    const edge = fc.integer({ min: 1, max: 24 });
    fc.assert(
      fc.property(edge, edge, edge, edge, fc.infiniteStream(fc.nat(255)), (w, h, outW, outH, s) => {
        const bytes = Uint8Array.from([...s.take(w * h)]);
        const read = sourceOf(w, h, 1, bytes);
        const addRow = (y, units, sums) =>
          sums.forEach((sum, x) => (sums[x] = sum + units * (bytes[y * w + x] ?? 0)));
        expect(resize({ ...read, addRow }, outW, outH)).toEqual(resize(read, outW, outH));
      }),
    );
  });
  it('adds up columns whose sum is of more than 32 bits', () => {
    // A prime number of rows, so that each counts twice.
    const source = {
      ...{ width: 1, height: 65_539, channels: 1 },
      readRow: (_, into) => into.fill(65_535),
    };
    const result = new Uint16Array(2);
    resizeInto(source, 1, 2, result);
    expect([...result]).toEqual([65_535, 65_535]);
  });
});
