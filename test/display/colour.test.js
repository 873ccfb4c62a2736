import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/display/render.js';
import { frameOf } from './frame-of.js';
/** RGB to YBR_FULL, unrounded (PS3.3 C.7.6.3.1.2). */
function fullOf(r, g, b) {
  return [
    0.299 * r + 0.587 * g + 0.114 * b,
    -0.1687 * r - 0.3313 * g + 0.5 * b + 128,
    0.5 * r - 0.4187 * g - 0.0813 * b + 128,
  ];
}
/** RGB to YBR_PARTIAL_422, unrounded (PS3.3 C.7.6.3.1.2). */
function partialOf(r, g, b) {
  return [
    0.2568 * r + 0.5041 * g + 0.0979 * b + 16,
    -0.1482 * r - 0.291 * g + 0.4392 * b + 128,
    0.4392 * r - 0.3678 * g - 0.0714 * b + 128,
  ];
}
/** The standard's matrix undone by Cramer's rule, in floats, clipped. */
function undone(forward, ybr) {
  const zero = forward(0, 0, 0);
  const unit = [forward(1, 0, 0), forward(0, 1, 0), forward(0, 0, 1)];
  const column = (k) => {
    const [a = 0, b = 0, c = 0] = unit[k] ?? [];
    return [a - zero[0], b - zero[1], c - zero[2]];
  };
  const wanted = [ybr[0] - zero[0], ybr[1] - zero[1], ybr[2] - zero[2]];
  const columns = [column(0), column(1), column(2)];
  const whole = determinant(columns);
  return [0, 1, 2].map((k) => {
    const [a, b, c] = columns.map((old, i) => (i === k ? wanted : old));
    const part = a && b && c ? determinant([a, b, c]) : NaN;
    return Math.min(255, Math.max(0, part / whole));
  });
}
function determinant([a, b, c]) {
  return (
    a[0] * (b[1] * c[2] - b[2] * c[1]) -
    b[0] * (a[1] * c[2] - a[2] * c[1]) +
    c[0] * (a[1] * b[2] - a[2] * b[1])
  );
}
const colour = (photometricInterpretation, samples, of = 3) =>
  frameOf(
    Uint8Array.from(samples),
    {},
    { photometricInterpretation, samplesPerPixel: of, columns: samples.length / of },
  );
describe('YBR', () => {
  it.each([
    ['YBR_FULL', fullOf],
    ['YBR_FULL_422', fullOf],
    ['YBR_PARTIAL', partialOf],
    ['YBR_PARTIAL_422', partialOf],
    ['YBR_PARTIAL_420', partialOf],
  ])('K15 %s is the RGB of PS3.3 C.7.6.3.1.2, within one level', (label, forward) => {
    const component = fc.nat(255);
    fc.assert(
      fc.property(fc.tuple(component, component, component), (ybr) => {
        const found = [...render(colour(label, ybr)).data];
        const wanted = undone(forward, ybr);
        // The standard writes its matrix with four digits: that is half a level at the ends.
        found.forEach((value, k) => {
          if (Math.abs(value - (wanted[k] ?? NaN)) > 1)
            throw new Error(`${ybr.join()}: ${found.join()}, not ${wanted.join()}`);
        });
      }),
      { numRuns: 500 },
    );
  });
  it('K15 leaves grey as it is, and clips what is no colour', () => {
    const samples = [0, 128, 128, 77, 128, 128, 255, 128, 128, 0, 0, 0, 255, 255, 255];
    // The last two by hand: 0.344136 * 128 + 0.714136 * 128 = 135.5; 255 - 1.058272 * 127 = 120.6.
    expect([...render(colour('YBR_FULL', samples)).data]).toEqual([
      ...[0, 0, 0, 77, 77, 77, 255, 255, 255, 0, 135, 0, 255, 121, 255],
    ]);
    const partial = [16, 128, 128, 235, 128, 128, 0, 128, 128];
    expect([...render(colour('YBR_PARTIAL_422', partial)).data]).toEqual([
      ...[0, 0, 0, 255, 255, 255, 0, 0, 0],
    ]);
  });
  it('K15 of more bits has its neutral in the middle of them', () => {
    const twelve = { samplesPerPixel: 3, columns: 2, bitsStored: 12 };
    const data = Uint16Array.of(0, 2048, 2048, 4095, 2048, 2048);
    const frame = frameOf(data, {}, { ...twelve, photometricInterpretation: 'YBR_FULL' });
    expect([...render(frame).data]).toEqual([0, 0, 0, 255, 255, 255]);
    expect([...render(frame, { bitDepth: 16 }).data]).toEqual([0, 0, 0, 65_535, 65_535, 65_535]);
  });
  it('is mixed as RGB, and turned around as RGB', () => {
    const red = fullOf(255, 0, 0).map(Math.round);
    const white = fullOf(255, 255, 255).map(Math.round);
    const frame = colour('YBR_FULL', [...red, ...white]);
    const [r = 0, g = 0, b = 0, ...rest] = [...render(frame).data];
    const mixed = [...render(frame, { size: 1 }).data];
    [r, g, b].forEach((value, k) => {
      expect(Math.abs((mixed[k] ?? NaN) - (value + (rest[k] ?? NaN)) / 2)).toBeLessThanOrEqual(0.5);
    });
    const inverted = [...render(frame, { invert: true }).data];
    expect(inverted).toEqual([...render(frame).data].map((value) => 255 - value));
  });
  it('needs three samples a pixel', () => {
    const one = frameOf(Uint8Array.of(1), {}, { photometricInterpretation: 'YBR_FULL' });
    expect(() => render(one)).toThrow('BAD_PIXEL_MODULE: Samples per Pixel is wrong');
  });
});
describe('retired colours (PS3.3 of 1998)', () => {
  it('CMYK takes light away', () => {
    const samples = [0, 0, 0, 0, 255, 0, 0, 0, 0, 100, 200, 55, 9, 9, 9, 255];
    expect([...render(colour('CMYK', samples, 4)).data]).toEqual([
      ...[255, 255, 255, 0, 255, 255, 200, 100, 0, 0, 0, 0],
    ]);
  });
  it('HSV goes round from red over green and blue', () => {
    // A third of 256 is 85.33: a little before green, and so on.
    const hues = [0, 43, 85, 128, 171, 213];
    const found = hues.map((hue) => [...render(colour('HSV', [hue, 255, 255])).data]);
    const wanted = [
      ...[
        [255, 0, 0],
        [253, 255, 0],
        [2, 255, 0],
        [0, 255, 255],
        [2, 0, 255],
        [253, 0, 255],
      ],
    ];
    found.forEach((rgb, k) => {
      rgb.forEach((value, c) => {
        expect(Math.abs(value - (wanted[k]?.[c] ?? NaN))).toBeLessThanOrEqual(1);
      });
    });
    expect([...render(colour('HSV', [77, 0, 200])).data]).toEqual([200, 200, 200]);
    expect([...render(colour('HSV', [0, 128, 255])).data]).toEqual([255, 127, 127]);
  });
  it('ARGB has a palette where alpha is more than 0', () => {
    const table = (...data) => ({ first: 0, bits: 8, data: Uint16Array.from(data) });
    const palette = { red: table(0, 11), green: table(0, 22), blue: table(0, 33) };
    const frame = colour('ARGB', [0, 1, 2, 3, 1, 4, 5, 6], 4);
    expect([...render(frame).data]).toEqual([1, 2, 3, 4, 5, 6]);
    const display = { ...frame.display, palette };
    expect([...render({ ...frame, display }).data]).toEqual([1, 2, 3, 11, 22, 33]);
  });
});
describe('colour', () => {
  it('is never signed', () => {
    const signed = { photometricInterpretation: 'RGB', samplesPerPixel: 3, columns: 1 };
    for (const data of [Int8Array.of(1, 2, 3), Int16Array.of(1, 2, 3), Float32Array.of(1, 2, 3)]) {
      expect(() => render(frameOf(data, {}, signed))).toThrow(
        'BAD_PIXEL_MODULE: colour is unsigned',
      );
    }
  });
  it('of 32 and 64 bits is scaled by Bits Stored', () => {
    const rgb = { photometricInterpretation: 'RGB', samplesPerPixel: 3, columns: 1 };
    const wide = frameOf(Uint32Array.of(0, 2 ** 31, 2 ** 32 - 1), {}, rgb);
    expect([...render(wide).data]).toEqual([0, 128, 255]);
    const wider = frameOf(BigUint64Array.of(0n, 128n, 255n), {}, { ...rgb, bitsStored: 8 });
    expect([...render(wider).data]).toEqual([0, 128, 255]);
  });
  it('says that its ICC profile was not applied, unless that is sRGB', () => {
    const frame = colour('RGB', [1, 2, 3]);
    const withProfile = (colourSpace) => ({
      ...frame,
      display: { ...frame.display, iccProfile: { offset: 1234, colourSpace } },
    });
    expect(render(withProfile('ADOBERGB')).warnings).toMatchObject([
      { code: 'ICC_PROFILE', offset: 1234, tag: 0x00282000 },
    ]);
    expect(render(withProfile()).warnings).toHaveLength(1);
    expect(render(withProfile('SRGB')).warnings).toEqual([]);
    const grey = frameOf(Uint8Array.of(1), { iccProfile: { offset: 1234 } });
    expect(render(grey).warnings).toEqual([]);
  });
});
