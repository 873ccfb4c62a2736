import { describe, expect, it } from 'vitest';
import { WarningLog } from '../../src/dicom/warnings.js';
import { displayReader } from '../../src/frames/display-reader.js';
import { imagePixel, sequence } from '../support/build-dicom.js';
import {
  PALETTE,
  frameType,
  frameVoi,
  lut,
  measures,
  perFrame,
  presentation,
  realWorld,
  shared,
  window,
} from '../support/display-elements.js';
import { codeOf, openBuilt } from '../support/open-built.js';
const PIXELS = [0x7fe00010, 'OW', [1, 2, 3, 4]];
/** What a reader of its own gives, and records. */
async function readings(elements, { strict = false, photometric = 'MONOCHROME2' } = {}) {
  const pixel = imagePixel({
    ...{ rows: 1, columns: 1, numberOfFrames: 4 },
    photometricInterpretation: photometric,
  });
  const { file, built } = await openBuilt({ elements: [...pixel, ...elements, PIXELS] });
  const warnings = new WarningLog('built.dcm', strict);
  const read = (offset, length) => Promise.resolve(built.bytes.subarray(offset, offset + length));
  const reader = displayReader(file.dataset, read, warnings);
  return {
    display: async (i) => (await reader(i)).attributes,
    told: async (i) => (await reader(i)).warnings,
    warnings,
  };
}
const allFrames = (display) => Promise.all([0, 1, 2, 3].map((i) => display(i)));
const BROKEN_TABLE = sequence(0x00283010, [lut([2, 0, 16], 'US', [])]);
describe('what is wrong with what shows frames', () => {
  const wrong = [
    { what: 'K07: a table without data', code: 'LOOK_UP_TABLE', elements: [BROKEN_TABLE] },
    {
      what: 'K03: more centres than widths',
      code: 'WINDOW',
      elements: [
        [0x00281050, 'DS', '40\\50'],
        [0x00281051, 'DS', '400'],
      ],
    },
    { what: 'K03: a width alone', code: 'WINDOW', elements: [[0x00281051, 'DS', '400']] },
    { what: 'K02: an unknown function', code: 'WINDOW', elements: [[0x00281056, 'CS', 'CUBIC']] },
    { what: 'K18: 0:0', code: 'PIXEL_ASPECT', elements: [[0x00280034, 'IS', '0\\0']] },
    { what: 'K18: negative', code: 'PIXEL_ASPECT', elements: [[0x00280034, 'IS', '-1\\1']] },
    { what: 'K18: both negative', code: 'PIXEL_ASPECT', elements: [[0x00280034, 'IS', '-1\\-1']] },
    { what: 'K18: huge', code: 'PIXEL_ASPECT', elements: [[0x00280030, 'DS', '1e9\\1']] },
    { what: 'K18: tiny', code: 'PIXEL_ASPECT', elements: [[0x00280030, 'DS', '1\\1e9']] },
    { what: 'K18: one number', code: 'PIXEL_ASPECT', elements: [[0x00280034, 'IS', '4']] },
    {
      what: 'K04, K18: the same of each frame',
      code: 'PIXEL_ASPECT',
      elements: [perFrame([measures('0\\1')], [measures('0\\2')], [], [measures('0\\3')])],
    },
    {
      what: 'K04, K07: the same of each frame',
      code: 'LOOK_UP_TABLE',
      elements: [perFrame([frameVoi(BROKEN_TABLE)], [frameVoi(BROKEN_TABLE)], [], [])],
    },
  ];
  for (const { what, code, elements } of wrong) {
    it(`${what} is recorded once for all frames, and thrown with strict`, async () => {
      const { display, told, warnings } = await readings(elements);
      await allFrames(display);
      await allFrames(display);
      expect(warnings.list.map((warning) => warning.code)).toEqual([code]);
      expect(warnings.list[0]?.offset).toBeGreaterThan(0);
      expect(await told(0)).toEqual(warnings.list);
      const strict = await readings(elements, { strict: true });
      for (const i of [0, 1, 0]) {
        const thrown = await codeOf(strict.display(i));
        expect(thrown).toBe(code);
      }
    });
  }
  it('K18: an impossible shape is a square, whatever else is said', async () => {
    const { display } = await readings([
      [0x00280030, 'DS', '2\\1'],
      [0x00280034, 'IS', '0\\0'],
    ]);
    expect((await display(0)).pixelAspect).toBe(1);
  });
  it('K18: the spacing of a scan or of the detector, where there is no other', async () => {
    const scanned = await readings([[0x00182010, 'DS', '3\\1']]);
    expect((await scanned.display(0)).pixelAspect).toBe(3);
    const both = await readings([
      [0x00181164, 'DS', '2\\1'],
      [0x00182010, 'DS', '3\\1'],
    ]);
    expect((await both.display(0)).pixelAspect).toBe(2);
  });
  it('K03: a centre left empty is no window, and the others keep their explanations', async () => {
    const { display, warnings } = await readings([
      [0x00281050, 'DS', '40\\\\600'],
      [0x00281051, 'DS', '400\\1\\1500'],
      [0x00281055, 'LO', 'SOFT\\NONE\\LUNG'],
    ]);
    expect((await display(0)).windows).toEqual([
      { number: 0, center: 40, width: 400, explanation: 'SOFT' },
      { number: 2, center: 600, width: 1500, explanation: 'LUNG' },
    ]);
    expect(warnings.list.map(({ code, tag }) => [code, tag])).toEqual([['WINDOW', 0x00281050]]);
  });
});
describe('what is read for pictures', () => {
  it('K04, K06: VOI tables of functional groups, the frame’s own before the shared ones', async () => {
    const table = (last) => sequence(0x00283010, [lut([2, 0, 16], 'US', [0, last])]);
    const { display, warnings } = await readings([
      shared(frameVoi(table(0x300))),
      perFrame([frameVoi(table(0x400))], [window('1', '2')], [], []),
    ]);
    const found = await allFrames(display);
    expect(found.map(({ voiLuts }) => voiLuts.map(({ data }) => data[1]))).toEqual([
      [0x400],
      [],
      [0x300],
      [0x300],
    ]);
    expect(found[2]?.voiLuts[0]?.data).toBe(found[3]?.voiLuts[0]?.data);
    expect(warnings.list).toEqual([]);
  });
  it('K09: padding of floating point pixels', async () => {
    const floats = await readings([
      [0x00280122, 'FL', [-1.5]],
      [0x00280124, 'FL', [-3]],
    ]);
    expect((await floats.display(0)).padding).toEqual({ low: -3, high: -1.5 });
    const doubles = await readings([[0x00280123, 'FD', [1e300]]]);
    expect((await doubles.display(0)).padding).toEqual({ low: 1e300, high: 1e300 });
  });
  it('K10: the palette of PALETTE COLOR; what is none is told', async () => {
    const palette = await readings(PALETTE, { photometric: 'PALETTE COLOR' });
    const [first, second] = await allFrames(palette.display);
    expect(first?.palette?.red).toEqual({ first: 4, bits: 16, data: Uint16Array.of(1, 0x900) });
    expect(second?.palette).toBe(first?.palette);
    const none = await readings([], { photometric: 'PALETTE COLOR' });
    expect((await none.display(0)).palette).toBeUndefined();
    expect(none.warnings.list.map(({ code }) => code)).toEqual(['LOOK_UP_TABLE']);
  });
  it('K13: a supplemental palette is of the frames that are presented in colour', async () => {
    const presented = async (...elements) => {
      const { display, warnings } = await readings(elements);
      const found = await allFrames(display);
      expect(warnings.list).toEqual([]);
      return found.map(({ palette }) => palette !== undefined);
    };
    expect(await presented(...PALETTE)).toEqual([false, false, false, false]);
    expect(await presented(presentation('COLOR'), ...PALETTE)).toEqual([true, true, true, true]);
    expect(await presented(presentation('MONOCHROME'), ...PALETTE)).toEqual(Array(4).fill(false));
    const mixed = [
      presentation('MIXED'),
      ...PALETTE,
      shared(frameType('MONOCHROME')),
      perFrame([], [frameType('COLOR')], [], []),
    ];
    expect(await presented(...mixed)).toEqual([false, true, false, false]);
  });
  it('K04: real world values of the frame, of all frames, of the object', async () => {
    const { display } = await readings([
      realWorld('ROOT'),
      shared(realWorld('SHARED')),
      perFrame([realWorld('OWN')], [], [], []),
    ]);
    const labels = (await allFrames(display)).map(
      ({ realWorldValues }) => realWorldValues?.[0]?.label,
    );
    expect(labels).toEqual(['OWN', 'SHARED', 'SHARED', 'SHARED']);
    const root = await readings([realWorld('ROOT')]);
    expect((await root.display(0)).realWorldValues?.[0]?.label).toBe('ROOT');
    const none = await readings([]);
    expect((await none.display(0)).realWorldValues).toBeUndefined();
  });
  it('names the segment of each frame', async () => {
    const identified = (number) => sequence(0x0062000a, [[[0x0062000b, 'US', number]]]);
    const { display } = await readings([
      [0x00620001, 'CS', 'BINARY'],
      sequence(0x00620002, [[[0x00620004, 'US', 1]]]),
      shared(identified(3)),
      perFrame([identified(1)], [identified(2)], [], []),
    ]);
    const found = await allFrames(display);
    expect(found.map(({ segmentation }) => segmentation?.segmentNumber)).toEqual([1, 2, 3, 3]);
    expect(found[1]?.segmentation?.segments).toHaveLength(1);
  });
  it('knows the segments of tiles by their order, where nothing else names them', async () => {
    const segments = (count) =>
      sequence(
        0x00620002,
        Array.from({ length: count }, (_, k) => [[0x00620004, 'US', 5 + k]]),
      );
    const numbers = async (type, count, tiling = 'TILED_FULL') => {
      const { display } = await readings([
        [0x00209311, 'CS', tiling],
        [0x00620001, 'CS', type],
        segments(count),
      ]);
      return (await allFrames(display)).map(({ segmentation }) => segmentation?.segmentNumber);
    };
    const unknown = Array(4).fill(undefined);
    expect(await numbers('BINARY', 2)).toEqual([5, 5, 6, 6]);
    expect(await numbers('FRACTIONAL', 4)).toEqual([5, 6, 7, 8]);
    expect(await numbers('BINARY', 3)).toEqual(unknown);
    expect(await numbers('BINARY', 2, 'TILED_SPARSE')).toEqual(unknown);
    expect(await numbers('LABELMAP', 2)).toEqual(unknown);
  });
  it('finds the ICC profile of the image, or of an optical path', async () => {
    const profile = [
      [0x00282000, 'OB', new Uint8Array(200_000)],
      [0x00282002, 'CS', 'SRGB'],
    ];
    const own = await readings(profile);
    const found = (await own.display(0)).iccProfile;
    expect(found).toMatchObject({ colourSpace: 'SRGB' });
    const path = await readings([sequence(0x00480105, [[], profile.slice(0, 1)])]);
    const other = (await path.display(0)).iccProfile;
    expect(other?.offset).toBeGreaterThan(found?.offset ?? Infinity);
    expect(other?.colourSpace).toBeUndefined();
  });
  it('K14: names the groups of overlays that have anything to draw, or should', async () => {
    const size = (group) => [
      [group * 0x10000 + 0x0010, 'US', 1],
      [group * 0x10000 + 0x0011, 'US', 1],
    ];
    const empty = [0x60043000, 'OW', []];
    const { display } = await readings([
      ...size(0x6000),
      [0x60000102, 'US', 15],
      ...size(0x6002),
      ...size(0x6004),
      empty,
      [0x60063000, 'OW', [1]],
      ...size(0x601e),
      [0x601e3000, 'OW', [1]],
      ...size(0x6020),
      [0x60203000, 'OW', [1]],
    ]);
    expect((await display(0)).overlayGroups).toEqual([0x6000, 0x6006, 0x601e]);
  });
});
