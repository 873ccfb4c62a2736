import { describe, expect, it } from 'vitest';
import { pictureSize } from '../../src/display/picture-size.js';
import { render } from '../../src/display/render.js';
import { frameOf } from './frame-of.js';
describe('size', () => {
  const sizeOf = (rows, columns, pixelAspect, options) => {
    const data = new Uint8Array(rows * columns);
    const image = render(frameOf(data, { pixelAspect }, { rows, columns }), options);
    expect(image.data.length).toBe(image.width * image.height);
    return `${image.width}x${image.height}`;
  };
  it('is that of the frame, or its longest edge', () => {
    expect(sizeOf(512, 512, 1)).toBe('512x512');
    expect(sizeOf(512, 512, 1, { size: 256 })).toBe('256x256');
    expect(sizeOf(100, 300, 1, { size: 150 })).toBe('150x50');
    expect(sizeOf(300, 100, 1, { size: 150 })).toBe('50x150');
    expect(sizeOf(1, 1000, 1, { size: 10 })).toBe('10x1');
  });
  it('grows only when asked to', () => {
    expect(sizeOf(10, 20, 1, { size: 40 })).toBe('20x10');
    expect(sizeOf(10, 20, 1, { size: 40, enlarge: true })).toBe('40x20');
    expect(sizeOf(1, 1, 1, { size: 3, enlarge: true })).toBe('3x3');
  });
  it('K18 makes pixels square without loss', () => {
    expect(sizeOf(30, 40, 4 / 3)).toBe('40x40');
    expect(sizeOf(30, 40, 0.5)).toBe('80x30');
    expect(sizeOf(512, 512, 2, { size: 256 })).toBe('128x256');
  });
  it('K18 takes an aspect that cannot be for 1', () => {
    for (const aspect of [0, -1, NaN, Infinity, 1e9, 1e-9])
      expect(sizeOf(3, 4, aspect)).toBe('4x3');
    expect(sizeOf(1000, 10, 100)).toBe('2x16384');
  });
  it('K18 is bounded where an aspect that may be would fill the memory', () => {
    const { width, height } = pictureSize(
      frameOf(new Uint8Array(1), { pixelAspect: 100 }, { rows: 164, columns: 16_384 }),
      {},
      [],
    );
    expect(width * height).toBeLessThanOrEqual(4.01 * 164 * 16_384);
    expect(width * height).toBeGreaterThan(3.9 * 164 * 16_384);
    expect(Math.abs(width / height - 16_384 / 16_400)).toBeLessThan(0.01);
    // Small ones are whole, and so are those that the caller asks to be enlarged.
    expect(sizeOf(10, 20, 50)).toBe('20x500');
    const asked = pictureSize(
      frameOf(new Uint8Array(1), { pixelAspect: 100 }, { rows: 164, columns: 16_384 }),
      { size: 16_000, enlarge: true },
      [],
    );
    expect(Math.max(asked.width, asked.height)).toBe(16_000);
  });
});
