import { describe, expect, it } from 'vitest';
import { render } from '../../src/display/render.js';
import { encapsulated, imagePixel, sequence, SYNTAX } from '../support/build-dicom.js';
import { codeStreamFixture, codeStreamOf } from '../support/code-stream-fixtures.js';
import { jpeg2000 } from '../support/code-streams.js';
import { openBuilt } from '../support/open-built.js';
describe('resolution levels that a thumbnail does without', () => {
  /** CT's, in the file. */
  const WINDOW = [
    [0x00281050, 'DS', '40'],
    [0x00281051, 'DS', '400'],
  ];
  const NO_WIDTH = [0x00281051, 'DS', '0'];
  async function levels(given) {
    return (await reduced(given)).levels;
  }
  async function reduced(given) {
    const { rows = 256, columns = 256, aspect, photometricInterpretation, more = WINDOW } = given;
    const { codec, asked } = reducing();
    const elements = [
      ...imagePixel({
        ...{ rows, columns, bitsAllocated: 8, photometricInterpretation },
        samplesPerPixel: /^(?:RGB|YBR)/.test(photometricInterpretation ?? '') ? 3 : 1,
      }),
      ...(aspect === undefined ? [] : [[0x00280034, 'IS', aspect]]),
      ...more,
      encapsulated({ frames: [jpeg2000()] }),
    ];
    const object = { transferSyntax: '1.2.840.10008.1.2.4.90', elements };
    const { file } = await openBuilt(object, { codecs: [codec], workers: 0 });
    const {
      width,
      height,
      reduced: said,
    } = await file.thumbnail({
      ...given.rendering,
      size: given.size,
    });
    expect(said ?? 0).toBe(asked[0] ?? 0);
    return { levels: asked[0] ?? 0, width, height };
  }
  it.each([
    [{ size: undefined }, 0],
    [{ size: 256 }, 0],
    [{ size: 129 }, 0],
    [{ size: 128 }, 0],
    [{ size: 65 }, 0],
    [{ size: 64 }, 1],
    [{ size: 33 }, 1],
    [{ size: 32 }, 2],
    [{ size: 1 }, 7],
    [{ rows: 100, columns: 1000, size: 250 }, 1],
    [{ rows: 335, columns: 1000, size: 250 }, 1],
    [{ rows: 1000, columns: 1000, size: 251 }, 0],
  ])('%o: %i', async (given, expected) => {
    expect(await levels(given)).toBe(expected);
  });
  it('the picture is of the size that it has of the whole frame', async () => {
    for (const [rows, columns, size] of [
      [540, 960, 100],
      [961, 1009, 33],
      [300, 257, 17],
    ]) {
      const { width, height, levels: left } = await reduced({ rows, columns, size });
      expect(left).toBeGreaterThan(0);
      const scale = size / Math.max(rows, columns);
      expect([width, height]).toEqual([Math.round(columns * scale), Math.round(rows * scale)]);
    }
  });
  it('K18: of pixels that are not square, the stretched axis decides', async () => {
    // Pixels four times as high as wide: 64 rows are as long as 256 columns.
    const high = { rows: 64, columns: 128, aspect: '4\\1' };
    expect(await levels({ ...high, size: 128 })).toBe(0);
    expect(await levels({ ...high, size: 32 })).toBe(0);
    expect(await levels({ ...high, size: 16 })).toBe(1);
    const wide = { rows: 128, columns: 64, aspect: '1\\4' };
    expect(await levels({ ...wide, size: 32 })).toBe(0);
    expect(await levels({ ...wide, size: 16 })).toBe(1);
  });
  it('K13: none where the window is found among the values of the frame', async () => {
    const size = 64;
    const explicit = { center: 40, width: 400 };
    for (const [rendering, more, expected] of [
      [{}, WINDOW, 1],
      [{ window: 0 }, WINDOW, 1],
      [{ voi: 'window' }, WINDOW, 1],
      [{ voi: 'percentile' }, WINDOW, 0],
      [{ voi: 'full' }, WINDOW, 0],
      [{}, [], 0],
      [{ window: explicit }, [], 1],
      [{ window: { ...explicit, function: 'SIGMOID' } }, [], 1],
      // A window of no width is none.
      [{}, [...WINDOW.slice(0, 1), NO_WIDTH], 0],
    ]) {
      const what = JSON.stringify(rendering);
      expect(await levels({ size, rendering, more }), what).toBe(expected);
    }
  });
  it('K09: none where padding is not at the black end of the window', async () => {
    const size = 64;
    const padded = (value) => [
      [0x00280120, 'US', [value]],
      [0x00281050, 'DS', '100'],
      [0x00281051, 'DS', '101'],
    ];
    const invert = { rendering: { invert: true } };
    const dark = { photometricInterpretation: 'MONOCHROME1' };
    // 49.5 is black and 149.5 is white.
    for (const [value, low, high] of [
      [0, 1, 0],
      [49, 1, 0],
      [50, 0, 0],
      [149, 0, 0],
      [150, 0, 1],
      [255, 0, 1],
    ]) {
      const more = padded(value);
      expect(await levels({ size, more }), String(value)).toBe(low);
      expect(await levels({ size, more, ...invert }), String(value)).toBe(high);
      expect(await levels({ size, more, ...dark }), String(value)).toBe(high);
      expect(await levels({ size, more, ...dark, ...invert }), String(value)).toBe(low);
    }
    const rescaled = [...padded(255), [0x00281052, 'DS', '300'], [0x00281053, 'DS', '-1']];
    expect(await levels({ size, more: rescaled })).toBe(1);
  });
  it('K06, K07: of tables, those that rise or fall all the way are good for it', async () => {
    const size = 64;
    const rising = [0, 10, 20, 255];
    const falling = [255, 200, 200, 0];
    const both = [0, 255, 0, 255];
    const table = (entries, explanation) => [
      [0x00283002, 'US', [4, 0, 8]],
      [0x00283003, 'LO', explanation],
      [0x00283006, 'US', entries],
    ];
    for (const [entries, expected] of [
      [rising, 1],
      [falling, 1],
      [both, 0],
    ]) {
      const voi = sequence(0x00283010, [table(rising, 'FIRST'), table(entries, 'SECOND')]);
      const rendering = { voiLut: 1 };
      expect(await levels({ size, more: [voi], rendering })).toBe(expected);
      const modality = sequence(0x00283000, [[...table(entries, 'M'), [0x00283004, 'LO', 'US']]]);
      expect(await levels({ size, more: [...WINDOW, modality] })).toBe(expected);
    }
  });
  it('colours have no window, real world values have one of their own', async () => {
    const realWorldValues = sequence(0x00409096, [
      [
        [0x00409216, 'US', [0]],
        [0x00409211, 'US', [255]],
        [0x00409224, 'FD', [0]],
        [0x00409225, 'FD', [1]],
      ],
    ]);
    const more = [...WINDOW, realWorldValues];
    const rendering = { realWorldValues: 0, window: { center: 9, width: 9 } };
    expect(await levels({ size: 64, more })).toBe(1);
    expect(await levels({ size: 64, more, rendering })).toBe(0);
    for (const photometricInterpretation of ['RGB', 'YBR_RCT', 'YBR_ICT']) {
      const colour = { size: 64, more: [], photometricInterpretation };
      expect(await levels(colour)).toBe(1);
    }
  });
  it('the mean of two numbers of a palette, or of two segments, is no number of either', async () => {
    const labels = [
      [0x00620001, 'CS', 'LABELMAP'],
      sequence(0x00620002, [[[0x00620004, 'US', [1]]]]),
    ];
    expect(await levels({ size: 64 })).toBe(1);
    expect(await levels({ size: 64, more: [...WINDOW, ...labels] })).toBe(0);
    const table = (tag) => [tag, 'OW', new Uint8Array(512)];
    const palette = [0x00281101, 0x00281102, 0x00281103].map((tag) => [tag, 'US', [256, 0, 16]]);
    const colours = [...palette, ...[0x00281201, 0x00281202, 0x00281203].map(table)];
    const photometricInterpretation = 'PALETTE COLOR';
    expect(await levels({ size: 64, photometricInterpretation, more: colours })).toBe(0);
  });
});
describe.each(['jpeg-2000-u12-256', 'htj2k-rpcl-256'])('%s against the whole frame', (name) => {
  /** All that 12 bits can be, black to white. */
  const FULL = [
    [0x00281050, 'DS', '2048'],
    [0x00281051, 'DS', '4096'],
  ];
  /** How far the thumbnail is from the picture of the whole frame, and the levels that were left out. */
  async function compared(more, options) {
    const fixture = codeStreamFixture(name);
    const elements = [
      ...imagePixel(fixture.pixel),
      ...more,
      encapsulated({ frames: [codeStreamOf(fixture)] }),
    ];
    const { file } = await openBuilt({ transferSyntax: fixture.transferSyntax, elements });
    const { data, window, reduced } = await file.thumbnail(options);
    const whole = render(await file.frame(0), options);
    expect(window).toEqual(whole.window);
    expect(data).toHaveLength(whole.data.length);
    expect(new Set(whole.data).size).toBeGreaterThan(40);
    const apart = Array.from(data, (grey, k) => Math.abs(grey - (whole.data[k] ?? -999)));
    const mean = apart.reduce((sum, one) => sum + one, 0) / apart.length;
    return { reduced, mean, most: apart.reduce((so, one) => Math.max(so, one), 0) };
  }
  it('by a window, is near it where levels are left out', async () => {
    for (const [size, levels, bound] of [
      [64, 1, 1],
      [32, 2, 3],
      [16, 3, 6],
    ]) {
      const { reduced, mean } = await compared(FULL, { size });
      expect(reduced).toBe(levels);
      expect(mean).toBeGreaterThan(0);
      expect(mean).toBeLessThan(bound);
    }
  });
  it.each([
    ['with no window', [], {}],
    ['with percentiles', FULL, { voi: 'percentile' }],
    ['with all values', FULL, { voi: 'full' }],
    ['with padding that is white', [[0x00280120, 'US', [4095]], ...FULL], {}],
    ['with black padding, inverted', [[0x00280120, 'US', [0]], ...FULL], { invert: true }],
    ['with a VOI LUT that rises and falls', [voiLut([0, 4000, 0, 4000])], {}],
  ])('%s, is the same in each pixel', async (_, more, options) => {
    for (const size of [64, 32]) {
      expect(await compared(more, { ...options, size })).toEqual({ mean: 0, most: 0 });
    }
  });
  it('K09: with black padding, is near it', async () => {
    const { reduced, mean } = await compared([[0x00280120, 'US', [0]], ...FULL], { size: 64 });
    expect(reduced).toBe(1);
    expect(mean).toBeLessThan(1);
  });
  it('K07: with a VOI LUT that rises, is near it', async () => {
    const rising = voiLut([0, 1000, 3000, 4095]);
    const { reduced, mean } = await compared([rising], { size: 64 });
    expect(reduced).toBe(1);
    expect(mean).toBeLessThan(1);
  });
});
/** A VOI LUT for 12 bits: each of these entries for as many values. */
function voiLut(entries) {
  const each = 4096 / entries.length;
  const data = Array.from({ length: 4096 }, (_, k) => {
    const at = Math.floor(k / each);
    const from = entries[at] ?? 0;
    return Math.round(from + (((entries[at + 1] ?? from) - from) * (k % each)) / each);
  });
  return sequence(0x00283010, [
    [
      [0x00283002, 'US', [4096, 0, 12]],
      [0x00283006, 'OW', data],
    ],
  ]);
}
/** A codec of JPEG 2000 that gives grey of the right size, and how many levels it was to leave out. */
function reducing() {
  const asked = [];
  const codec = {
    ...{ name: 'reducing', transferSyntaxes: [SYNTAX.jpeg2000Lossless] },
    load: () =>
      Promise.resolve({
        decode: (_, pixel, { reduce = 0 }) => {
          asked.push(reduce);
          const rows = Math.ceil(pixel.rows / 2 ** reduce);
          const columns = Math.ceil(pixel.columns / 2 ** reduce);
          const bytes = new Uint8Array(rows * columns * pixel.samplesPerPixel);
          const photometricInterpretation =
            pixel.samplesPerPixel === 3 ? 'RGB' : pixel.photometricInterpretation;
          return { bytes, pixel: { ...pixel, rows, columns, photometricInterpretation } };
        },
      }),
  };
  return { codec, asked };
}
