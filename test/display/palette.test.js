import { describe, expect, it } from 'vitest';
import { render } from '../../src/display/render.js';
import { frameOf } from './frame-of.js';
const PALETTE_COLOR = { photometricInterpretation: 'PALETTE COLOR' };
function table(bits, first, ...data) {
  return { bits, first, data: Uint16Array.from(data) };
}
/** Black, red, yellow and white. */
const PALETTE = {
  red: table(8, 0, 0, 255, 255, 255),
  green: table(8, 0, 0, 0, 255, 255),
  blue: table(8, 0, 0, 0, 0, 255),
};
describe('PALETTE COLOR (PS3.3 C.7.6.3.1.5)', () => {
  it('K10 is the colours of the stored values, clamped to the ends, of every type', () => {
    const values = [0, 1, 2, 3, 4, 100];
    const wanted = [0, 0, 0, 255, 0, 0, 255, 255, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255];
    const arrays = [
      Uint8Array.from(values),
      Uint16Array.from(values),
      Int16Array.from(values),
      Uint32Array.from(values),
    ];
    for (const data of arrays) {
      const image = render(frameOf(data, { palette: PALETTE }, PALETTE_COLOR));
      expect([image.channels, ...image.data]).toEqual([3, ...wanted]);
      expect(image.window).toBeUndefined();
    }
  });
  it('K10 has tables of different lengths, first values and bits', () => {
    const palette = {
      red: table(16, -2, 0, 65_535),
      green: table(8, 0, 7),
      blue: table(12, 1, 0, 2048, 4095),
    };
    const data = Int16Array.of(-3, -2, -1, 2, 9);
    expect([...render(frameOf(data, { palette }, PALETTE_COLOR)).data]).toEqual([
      ...[0, 7, 0, 0, 7, 0, 255, 7, 0, 255, 7, 128, 255, 7, 255],
    ]);
  });
  it('K10 keeps 16 bits apart in a picture of 16', () => {
    const palette = { red: table(16, 0, 300), green: table(16, 0, 301), blue: table(8, 0, 255) };
    const frame = frameOf(Uint8Array.of(0), { palette }, PALETTE_COLOR);
    expect([...render(frame, { bitDepth: 16 }).data]).toEqual([300, 301, 65_535]);
  });
  it('K10 mixes colours, never numbers', () => {
    // The mean of 1 and 3 would be 2, which is yellow.
    const frame = frameOf(Uint8Array.of(1, 3), { palette: PALETTE }, PALETTE_COLOR);
    expect([...render(frame, { size: 1 }).data]).toEqual([255, 128, 128]);
  });
  it('K10 stays as it is when greys are turned around', () => {
    const frame = frameOf(Uint8Array.of(0, 1, 2), { palette: PALETTE }, PALETTE_COLOR);
    expect(render(frame, { invert: true }).data).toEqual(render(frame).data);
  });
  it('K10 takes a table without entries for none', () => {
    const palette = { ...PALETTE, blue: table(8, 0) };
    expect(() => render(frameOf(Uint8Array.of(1), { palette }, PALETTE_COLOR))).toThrow(
      /^UNSUPPORTED_PHOTOMETRIC_INTERPRETATION: .*palette/,
    );
  });
});
describe('a supplemental palette (PS3.3 C.7.6.19)', () => {
  const palette = {
    red: table(8, 100, 255, 1),
    green: table(8, 100, 0, 2),
    blue: table(8, 100, 0, 3),
  };
  it('K13 has the values from its first on, grey the others, by their window', () => {
    const display = { palette, windows: [{ center: 50, width: 101 }] };
    const image = render(frameOf(Uint16Array.of(0, 50, 99, 100, 101, 500), display));
    // (0 - 49.5) / 100 + 0.5 = 0.005; (50 - 49.5) / 100 + 0.5 = 0.505; (99 - 49.5) / 100 + 0.5 = 0.995
    expect([...image.data]).toEqual([
      ...[1, 1, 1, 129, 129, 129, 254, 254, 254, 255, 0, 0, 1, 2, 3, 1, 2, 3],
    ]);
    expect(image.window).toMatchObject({ center: 50, from: 'file' });
  });
  it('K13 keeps the values in colour out of an automatic window, and turns greys around alone', () => {
    const frame = frameOf(Uint16Array.of(0, 10, 100), { palette });
    expect([...render(frame).data]).toEqual([0, 0, 0, 255, 255, 255, 255, 0, 0]);
    expect([...render(frame, { invert: true }).data]).toEqual([
      ...[255, 255, 255, 0, 0, 0, 255, 0, 0],
    ]);
  });
  it('K09 K13 leaves padding black when greys are turned around', () => {
    const display = { palette, padding: { low: 5, high: 5 } };
    const frame = frameOf(Uint16Array.of(0, 10, 5, 100), display);
    for (const [invert, low, high] of [
      [false, 0, 255],
      [true, 255, 0],
    ]) {
      expect([...render(frame, { invert }).data]).toEqual([
        ...[low, low, low, high, high, high, 0, 0, 0, 255, 0, 0],
      ]);
    }
  });
  it('K13 is shown without an ICC profile, which is said', () => {
    const iccProfile = { offset: 77, colourSpace: 'ADOBERGB' };
    const { warnings } = render(frameOf(Uint16Array.of(0, 100), { palette, iccProfile }));
    expect(warnings).toMatchObject([{ code: 'ICC_PROFILE', offset: 77 }]);
  });
  it('K10 of a frame made by hand without its bits is refused', () => {
    const none = { ...palette, red: { ...palette.red, bits: 0 } };
    expect(() => render(frameOf(Uint16Array.of(0, 100), { palette: none }))).toThrow(
      /^BAD_PIXEL_MODULE: /,
    );
  });
});
describe('segmentations (PS3.3 C.8.20)', () => {
  const segment = { number: 1, label: 'liver' };
  const binary = {
    type: 'BINARY',
    maximumFractionalValue: 1,
    segmentNumber: 1,
    segments: [segment],
  };
  it('are black and white without a recommended colour, though all values are equal', () => {
    for (const value of [0, 1]) {
      const data = Uint8Array.of(value, value);
      const image = render(frameOf(data, { segmentation: binary }, { bitsStored: 1 }));
      expect([image.channels, ...image.data]).toEqual([1, value * 255, value * 255]);
      expect(image.window?.from).toBe('depth');
    }
  });
  it('are as light as their maximum says', () => {
    const segmentation = { ...binary, type: 'FRACTIONAL', maximumFractionalValue: 200 };
    const image = render(frameOf(Uint8Array.of(0, 50, 100), { segmentation }));
    expect([...image.data]).toEqual([0, 64, 128]);
  });
  it('are in the recommended colour of their segment', () => {
    // L* of 0 is black, whatever the rest; of 65535 with neutral a* and b* it is white.
    const white = { ...segment, recommendedCIELab: [65_535, 32_896, 32_896] };
    const segmentation = { ...binary, segments: [white] };
    const image = render(frameOf(Uint8Array.of(0, 1), { segmentation }, { bitsStored: 1 }));
    expect(image.channels).toBe(3);
    expect([...image.data.subarray(0, 3)]).toEqual([0, 0, 0]);
    image.data.subarray(3).forEach((value) => expect(value).toBeGreaterThanOrEqual(253));
    // Colours have their meaning: they are not turned around, nor is the background.
    expect(render(frameOf(Uint8Array.of(0, 1), { segmentation }), { invert: true }).data).toEqual(
      image.data,
    );
  });
  it('K09 of labels have black padding, and the colour of segment 0', () => {
    const white = { number: 0, label: '', recommendedCIELab: [65_535, 32_896, 32_896] };
    const segmentation = { ...binary, type: 'LABELMAP', segments: [white] };
    const data = Uint16Array.of(0, 255, 300);
    const padding = { low: 255, high: 300 };
    const { data: shown } = render(frameOf(data, { segmentation, padding }));
    expect(shown[0]).toBeGreaterThanOrEqual(253);
    expect([...shown.subarray(3)]).toEqual([0, 0, 0, 0, 0, 0]);
    const unpadded = render(frameOf(data, { segmentation })).data;
    expect(Math.max(...unpadded.subarray(3, 6))).toBeGreaterThanOrEqual(200);
    const zero = render(frameOf(data, { segmentation, padding: { low: 0, high: 0 } })).data;
    expect([...zero.subarray(0, 3)]).toEqual([0, 0, 0]);
  });
});
