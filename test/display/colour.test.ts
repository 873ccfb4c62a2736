import { describe, expect, it } from 'vitest';
import { ybrToRgb } from '../../src/display/colour.ts';
import { render } from '../../src/display/render.ts';
import { frameOf } from './frame-of.ts';

/** RGB to YBR_FULL, unrounded (PS3.3 C.7.6.3.1.2). */
function ybrOf(r: number, g: number, b: number): readonly [number, number, number] {
  return [
    0.299 * r + 0.587 * g + 0.114 * b,
    -0.1687 * r - 0.3313 * g + 0.5 * b + 128,
    0.5 * r - 0.4187 * g - 0.0813 * b + 128,
  ];
}

const YBR = { photometricInterpretation: 'YBR_FULL', samplesPerPixel: 3, bitsStored: 8 } as const;

describe('ybrToRgb', () => {
  it('undoes what PS3.3 C.7.6.3.1.2 gives, within the rounding of it', () => {
    let worst = 0;
    for (let r = 0; r < 256; r += 15) {
      for (let g = 0; g < 256; g += 15) {
        for (let b = 0; b < 256; b += 15) {
          const bytes = Uint8ClampedArray.from(ybrOf(r, g, b));
          ybrToRgb(bytes, false);
          [r, g, b].forEach((value, k) => {
            worst = Math.max(worst, Math.abs(value - (bytes[k] ?? 0)));
          });
        }
      }
    }
    expect(worst).toBeLessThanOrEqual(2);
  });

  it('leaves grey as it is, and clips what is no colour', () => {
    const bytes = Uint8ClampedArray.of(
      0,
      128,
      128,
      77,
      128,
      128,
      255,
      128,
      128,
      0,
      0,
      0,
      255,
      255,
      255,
    );
    ybrToRgb(bytes, false);
    // The last two by hand: 0.344136 * 128 + 0.714136 * 128 = 135.5.
    expect([...bytes]).toEqual([0, 0, 0, 77, 77, 77, 255, 255, 255, 0, 135, 0, 255, 121, 255]);
  });

  it('turns RGB around, not luminance and chrominance', () => {
    const red = Uint8ClampedArray.from(ybrOf(255, 0, 0));
    ybrToRgb(red, true);
    expect([...red]).toEqual([1, 255, 255]);
  });
});

describe('render of YBR_FULL', () => {
  // Four primary colours, two to the row.
  const colours = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ] as const;
  const data = new Uint8Array(
    Uint8ClampedArray.from(colours.flatMap(([r, g, b]) => ybrOf(r, g, b))),
  );
  const frame = frameOf(data, {}, { ...YBR, rows: 2, columns: 2 });

  it('is a picture of RGB', () => {
    const { channels, data: picture, width, height } = render(frame);
    expect([channels, width, height]).toEqual([3, 2, 2]);
    colours.flat().forEach((value, k) => {
      expect(Math.abs(value - (picture[k] ?? 0))).toBeLessThanOrEqual(2);
    });
  });

  it('mixes the pixels of a smaller one, and inverts when asked to', () => {
    // The mean of the four colours.
    const small = [...render(frame, { size: 1 }).data];
    small.forEach((value) => {
      expect(Math.abs(value - 127.5)).toBeLessThanOrEqual(2);
    });
    const inverted = [...render(frame, { invert: true }).data];
    expect(inverted).toEqual([...render(frame).data].map((value) => 255 - value));
  });

  it('needs three samples a pixel', () => {
    const one = frameOf(data, {}, { ...YBR, samplesPerPixel: 1 });
    expect(() => render(one)).toThrow('BAD_PIXEL_MODULE: Samples per Pixel is wrong');
  });
});
