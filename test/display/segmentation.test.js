import { describe, expect, it } from 'vitest';
import { sRgbOfCIELab } from '../../src/display/cielab.js';
import { segmentationPalette } from '../../src/display/segmentation.js';
/** L*, a* and b* as PS3.3 C.10.7.1.1 writes them. */
function written([l, a, b]) {
  const of = (value, low, range) => Math.round(((value - low) / range) * 65535);
  return [of(l, 0, 100), of(a, -128, 255), of(b, -128, 255)];
}
function colourAt({ red, green, blue }, value) {
  return [red, green, blue].map(
    ({ data, first }) => data[Math.min(value - first, data.length - 1)] ?? -1,
  );
}
function segment(number, recommendedCIELab) {
  return { number, label: `segment ${number}`, recommendedCIELab };
}
function segmentationOf(parts) {
  return { type: 'BINARY', maximumFractionalValue: 255, segments: [], ...parts };
}
const RED = written([54.29, 80.81, 69.89]);
const WHITE = written([100, 0, 0]);
describe('colours of CIELab', () => {
  it('the primaries of sRGB, as they are published for D50', () => {
    const published = [
      [
        [54.29, 80.81, 69.89],
        [255, 0, 0],
      ],
      [
        [87.82, -79.27, 80.99],
        [0, 255, 0],
      ],
      [
        [29.57, 68.29, -112.03],
        [0, 0, 255],
      ],
      [
        [100, 0, 0],
        [255, 255, 255],
      ],
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      [
        [53.59, 0, 0],
        [128, 128, 128],
      ],
    ];
    for (const [lab, rgb] of published) {
      sRgbOfCIELab(written(lab)).forEach((value, k) => {
        expect(Math.abs(value - (rgb[k] ?? -1))).toBeLessThanOrEqual(1);
      });
    }
  });
  it('any, also those that sRGB does not have, as an independent computation has them', () => {
    // By NumPy from the chromaticities of sRGB, the white of ICC and Bradford's matrix.
    const computed = [
      [
        [34885, 53485, 50171],
        [250, 0, 7],
      ],
      [
        [33481, 46993, 3801],
        [72, 91, 255],
      ],
      [
        [61030, 32643, 6796],
        [0, 243, 255],
      ],
      [
        [20558, 14838, 48731],
        [0, 94, 0],
      ],
      [
        [61481, 32318, 49906],
        [255, 236, 103],
      ],
      [
        [28407, 53497, 36632],
        [213, 0, 84],
      ],
      [
        [23865, 51044, 20919],
        [160, 0, 163],
      ],
      [
        [696, 27453, 28243],
        [0, 19, 33],
      ],
      [
        [41110, 26068, 26840],
        [48, 166, 193],
      ],
    ];
    for (const [lab, rgb] of computed) {
      sRgbOfCIELab(lab).forEach((value, k) => {
        expect(Math.abs(value - (rgb[k] ?? -1))).toBeLessThanOrEqual(1);
      });
    }
  });
  it('greys stay grey', () => {
    for (let l = 0; l <= 65535; l += 257) {
      const [red, green, blue] = sRgbOfCIELab([l, 32896, 32896]);
      expect([green, blue]).toEqual([red, red]);
    }
  });
});
describe('palettes of segmentations', () => {
  it('BINARY: black, and the colour of the segment of the frame', () => {
    const segments = [segment(1, RED), segment(2, WHITE)];
    const palette = segmentationPalette(segmentationOf({ segments, segmentNumber: 2 }));
    const table = { first: 0, bits: 8, data: Uint16Array.of(0, 255) };
    expect(palette).toEqual({ red: table, green: table, blue: table });
  });
  it('BINARY: grey where there is no colour, or no telling which', () => {
    const one = segmentationOf({ segments: [segment(1, RED)] });
    expect(segmentationPalette(one)?.red.data).toEqual(Uint16Array.of(0, 255));
    const two = { segments: [segment(1, RED), segment(2)] };
    for (const segmentNumber of [undefined, 2, 3]) {
      expect(segmentationPalette(segmentationOf({ ...two, segmentNumber }))).toBeUndefined();
    }
    expect(segmentationPalette(segmentationOf({}))).toBeUndefined();
  });
  it('FRACTIONAL: equal steps from black to the colour', () => {
    const parts = { type: 'FRACTIONAL', segments: [segment(1, RED)] };
    const palette = segmentationPalette(segmentationOf({ ...parts, maximumFractionalValue: 100 }));
    if (palette === undefined) throw new Error('there is a colour');
    expect(palette.red.data).toHaveLength(101);
    expect(colourAt(palette, 0)).toEqual([0, 0, 0]);
    expect(colourAt(palette, 20)).toEqual([51, 0, 0]);
    expect(colourAt(palette, 100)).toEqual([255, 0, 0]);
    for (const most of [0, -3, Number.NaN, 1e9, Number.POSITIVE_INFINITY]) {
      const bounded = segmentationPalette(
        segmentationOf({ ...parts, maximumFractionalValue: most }),
      );
      expect(bounded?.red.data.length).toBeLessThanOrEqual(65_536);
      expect(bounded?.red.data.at(-1)).toBe(255);
    }
    expect(
      segmentationPalette(segmentationOf({ ...parts, segments: [segment(1)] })),
    ).toBeUndefined();
  });
  it('LABELMAP: a colour for each number, and black for 0', () => {
    const segments = [segment(0), segment(1, RED), segment(2), segment(7, WHITE)];
    const palette = segmentationPalette(segmentationOf({ type: 'LABELMAP', segments }));
    if (palette === undefined) throw new Error('labels always have colours');
    expect(palette.red.data).toHaveLength(256);
    expect(colourAt(palette, 0)).toEqual([0, 0, 0]);
    expect(colourAt(palette, 1)).toEqual([255, 0, 0]);
    expect(colourAt(palette, 7)).toEqual([255, 255, 255]);
    const colours = new Set(Array.from({ length: 256 }, (_, k) => colourAt(palette, k).join()));
    expect(colours.size).toBe(256);
    for (let number = 1; number < 256; number++) {
      expect(Math.max(...colourAt(palette, number))).toBeGreaterThanOrEqual(200);
    }
  });
  it('LABELMAP: 0 is in the colour of its segment, padding is black', () => {
    const segments = [segment(0, RED), segment(7, WHITE)];
    const labels = segmentationOf({ type: 'LABELMAP', segments });
    const at = (value, padding) => {
      const palette = segmentationPalette(labels, padding);
      if (palette === undefined) throw new Error('labels always have colours');
      return colourAt(palette, value);
    };
    expect(at(0)).toEqual([255, 0, 0]);
    expect(at(0, { low: 0, high: 0 })).toEqual([0, 0, 0]);
    expect(at(7, { low: 5, high: 9 })).toEqual([0, 0, 0]);
    expect(at(255, { low: 255, high: 255 })).toEqual([0, 0, 0]);
    expect(at(0, { low: 255, high: 255 })).toEqual([255, 0, 0]);
    // Padding of 16 bits does not take its colour from 255.
    expect(at(65_535, { low: 65_535, high: 65_535 })).toEqual([0, 0, 0]);
    expect(at(254, { low: 65_535, high: 65_535 })).toEqual(at(254));
  });
  it('LABELMAP: is made once for all frames, which share their segments', () => {
    const segments = [segment(60_000, WHITE)];
    const of = (segmentNumber) => segmentationOf({ type: 'LABELMAP', segments, segmentNumber });
    expect(segmentationPalette(of(1))).toBe(segmentationPalette(of(2)));
    const padding = { low: 0, high: 0 };
    expect(segmentationPalette(of(1), padding)).not.toBe(segmentationPalette(of(1)));
  });
  it('LABELMAP: a number without a colour has the same one in every segmentation', () => {
    const few = segmentationPalette(segmentationOf({ type: 'LABELMAP' }));
    const segments = [segment(1, RED), segment(60_000, WHITE)];
    const many = segmentationPalette(segmentationOf({ type: 'LABELMAP', segments }));
    if (few === undefined || many === undefined) throw new Error('labels always have colours');
    expect(many.red.data).toHaveLength(65_536);
    expect(colourAt(many, 60_000)).toEqual([255, 255, 255]);
    for (const number of [2, 3, 100, 255]) {
      expect(colourAt(many, number)).toEqual(colourAt(few, number));
    }
    // Neighbours are far apart.
    for (let number = 2; number < 255; number++) {
      const [one, next] = [colourAt(few, number), colourAt(few, number + 1)];
      const apart = one.reduce((sum, value, k) => sum + Math.abs(value - (next[k] ?? 0)), 0);
      expect(apart).toBeGreaterThan(100);
    }
  });
});
