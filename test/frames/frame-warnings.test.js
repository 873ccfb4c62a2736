import { describe, expect, it } from 'vitest';
import { SYNTAX, encapsulated, imagePixel, sequence } from '../support/build-dicom.js';
import { codeStreamFixture, codeStreamOf } from '../support/code-stream-fixtures.js';
import {
  PALETTE,
  frameVoi,
  lut,
  measures,
  perFrame,
  presentation,
  realWorld,
  shared,
  transformation,
  window,
} from '../support/display-elements.js';
import { codeOf, openBuilt } from '../support/open-built.js';
import { DATA, withPlanes } from '../support/overlay-planes.js';
const PIXELS = [0x7fe00010, 'OW', [1, 2, 3]];
function objectOf(elements) {
  const pixel = imagePixel({ rows: 1, columns: 1, numberOfFrames: 3 });
  return { elements: [...pixel, ...elements, PIXELS] };
}
async function warningsOf(...elements) {
  const { file } = await openBuilt(objectOf(elements));
  return Promise.all([0, 1, 2].map(async (i) => (await file.frame(i)).warnings ?? []));
}
const codes = (warnings) => warnings.map(({ code }) => code);
const NO_DATA = sequence(0x00283010, [lut([2, 0, 16], 'US', [])]);
describe('what was tolerated of a frame', () => {
  it('is not there where there is nothing', async () => {
    const { file } = await openBuilt(objectOf(PALETTE));
    expect(await file.frame(0)).not.toHaveProperty('warnings');
    expect(await file.frame(0)).not.toHaveProperty('cells');
  });
  it('H31: is said of each frame, of those in the cache and of copies too, and once of the file', async () => {
    const fixture = codeStreamFixture('jpeg-ls-s16');
    const stream = codeStreamOf(fixture);
    const { file } = await openBuilt({
      transferSyntax: SYNTAX.jpegLosslessFirstOrder,
      elements: [
        ...imagePixel({ ...fixture.pixel, numberOfFrames: 2 }),
        encapsulated({ frames: [stream, stream] }),
      ],
    });
    for (const i of [0, 1, 0, 1]) {
      const { warnings } = await file.frame(i);
      const offset = file.index.ranges(i)[0]?.offset;
      expect(warnings).toMatchObject([{ code: 'CODE_STREAM', offset }]);
    }
    expect(file.stats().cacheHits).toBe(2);
    const into = new Int16Array(fixture.pixel.rows * fixture.pixel.columns);
    expect(codes((await file.frame(0, { into })).warnings ?? [])).toEqual(['CODE_STREAM']);
    expect(codes(file.warnings)).toEqual(['CODE_STREAM']);
  });
  it('K14: says which overlays were left out, where they were asked for', async () => {
    const elements = withPlanes([
      { rows: 2, columns: 9, data: DATA },
      { rows: 0, columns: 3, group: 0x6002, data: DATA },
    ]);
    const { file } = await openBuilt({ elements });
    for (let time = 0; time < 2; time++) {
      const { warnings, overlays } = await file.frame(0, { overlays: true });
      expect(overlays).toEqual([]);
      expect(warnings).toMatchObject([
        { code: 'OVERLAY', tag: 0x60020010 },
        { code: 'OVERLAY', tag: 0x60003000 },
      ]);
    }
    expect(codes(file.warnings)).toEqual(['OVERLAY', 'OVERLAY']);
    expect((await file.frame(0)).warnings).toBeUndefined();
  });
  it('K01: a modality table that is left out', async () => {
    const broken = sequence(0x00283000, [lut([2, 0, 16], 'US', [])]);
    expect((await warningsOf(broken)).map(codes)).toEqual(Array(3).fill(['LOOK_UP_TABLE']));
  });
  it('K01: a rescale that is written and cannot be used, and where', async () => {
    const wrong = [
      ['-7', 'abc', { slope: 1, intercept: -7 }],
      ['-7', '0', { slope: 1, intercept: -7 }],
      ['NaN', '3', { slope: 3, intercept: 0 }],
    ];
    for (const [intercept, slope, taken] of wrong) {
      const elements = [
        [0x00281052, 'DS', intercept],
        [0x00281053, 'DS', slope],
      ];
      const { file } = await openBuilt(objectOf(elements));
      const { warnings = [], display } = await file.frame(0);
      expect(display.rescale).toEqual(taken);
      expect(codes(warnings)).toEqual(['PIXEL_MODULE']);
      const [{ tag = 0, offset } = { offset: 0 }] = warnings;
      expect(file.dataset.element(tag)?.offset).toBe(offset);
      const strict = await openBuilt(objectOf(elements), { strict: true });
      expect(await codeOf(strict.file.frame(0))).toMatch(/PIXEL_MODULE|BAD_VALUE/);
    }
    // What is empty says nothing, and beside a modality table it has no say.
    expect((await warningsOf([0x00281053, 'DS', ''])).map(codes)).toEqual([[], [], []]);
    const table = sequence(0x00283000, [lut([2, 0, 16], 'US', [1, 300])]);
    expect((await warningsOf([0x00281053, 'DS', '0'], table)).map(codes)).toEqual([[], [], []]);
  });
  it('K03: a window that its function does not allow, and strict throws', async () => {
    const wrong = [
      ['0', 'LINEAR'],
      ['0.5', 'LINEAR'],
      ['-1', 'SIGMOID'],
      ['0', 'LINEAR_EXACT'],
    ];
    for (const [width, name] of wrong) {
      const elements = [
        [0x00281050, 'DS', '40\\50'],
        [0x00281051, 'DS', `400\\${width}`],
        [0x00281056, 'CS', name],
      ];
      const { file } = await openBuilt(objectOf(elements));
      const { warnings, display } = await file.frame(0);
      const offset = file.dataset.element(0x00281050)?.offset;
      expect(warnings).toMatchObject([{ code: 'WINDOW', offset, tag: 0x00281050 }]);
      expect(warnings?.[0]?.message).toContain('window 1 ');
      expect(display.windows).toHaveLength(2);
      const strict = await openBuilt(objectOf(elements), { strict: true });
      expect(await codeOf(strict.file.frame(0))).toBe('WINDOW');
      expect(await codeOf(strict.file.frame(0))).toBe('WINDOW');
    }
    const right = await warningsOf(window('5', '0.5'), [0x00281056, 'CS', 'LINEAR_EXACT']);
    expect(right).toEqual([[], [], []]);
  });
  it('K04: is that of the groups by which the frame is shown', async () => {
    const found = await warningsOf(
      shared(transformation('0', '0'), frameVoi(NO_DATA), measures('0\\1')),
      perFrame([], [transformation('1', '0'), window('1', '9')], [measures('1\\1')]),
    );
    expect(found.map(codes)).toEqual([
      ['PIXEL_MODULE', 'LOOK_UP_TABLE', 'PIXEL_ASPECT'],
      ['PIXEL_ASPECT'],
      ['PIXEL_MODULE', 'LOOK_UP_TABLE'],
    ]);
  });
  it('K13: a supplemental palette that is left out, of the frames that are in colour', async () => {
    const found = await warningsOf(presentation('COLOR'), ...PALETTE.slice(0, -1));
    expect(found.map(codes)).toEqual(Array(3).fill(['LOOK_UP_TABLE']));
    expect((await warningsOf(...PALETTE.slice(0, -1))).map(codes)).toEqual([[], [], []]);
  });
  it('says how many windows, tables and maps there are, where some are left out', async () => {
    const noRange = sequence(0x00409096, [[[0x00409225, 'FD', [1]]]]);
    const counts = async (...elements) => {
      const { file } = await openBuilt(objectOf(elements));
      return (await file.frame(0)).display.written;
    };
    expect(await counts(noRange)).toEqual({ windows: 0, voiLuts: 0, realWorldValues: 1 });
    expect(await counts(NO_DATA)).toEqual({ windows: 0, voiLuts: 1, realWorldValues: 0 });
    const width = [0x00281051, 'DS', '400\\100\\20'];
    expect(await counts([0x00281050, 'DS', '\\100\\250'], width)).toMatchObject({ windows: 3 });
    expect(await counts(realWorld('MAP'))).toBeUndefined();
  });
});
describe('frames of cells', () => {
  it('say that they are no stored values', async () => {
    const { file } = await openBuilt(objectOf([]));
    expect((await file.frame(0, { cells: true })).cells).toBe(true);
    expect(await file.frame(0, { packed: true })).not.toHaveProperty('cells');
    const bits = imagePixel({ rows: 1, columns: 9, bitsAllocated: 1 });
    const one = await openBuilt({ elements: [...bits, [0x7fe00010, 'OW', [0x1ff]]] });
    expect((await one.file.frame(0, { packed: true })).cells).toBe(true);
    expect(await one.file.frame(0)).not.toHaveProperty('cells');
  });
});
