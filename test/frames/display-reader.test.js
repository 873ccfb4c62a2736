import { describe, expect, it } from 'vitest';
import { imagePixel, sequence } from '../support/build-dicom.js';
import {
  PALETTE,
  lut,
  measures,
  perFrame,
  realWorld,
  shared,
  transformation,
  window,
} from '../support/display-elements.js';
import { openBuilt } from '../support/open-built.js';
const PIXELS = [0x7fe00010, 'OW', [1, 2, 3, 4]];
async function displays(elements, options = {}) {
  const pixelRepresentation = options.signed === true ? 1 : 0;
  const pixel = imagePixel({ rows: 1, columns: 1, numberOfFrames: 4, pixelRepresentation });
  const all = [...pixel, ...elements, PIXELS];
  const { file } = await openBuilt({ elements: all }, options);
  return Promise.all([0, 1, 2, 3].map(async (i) => (await file.frame(i)).display));
}
describe('what shows a frame', () => {
  it('says nothing but the neutral where the file says nothing', async () => {
    const [first, second] = await displays([]);
    expect(first).toEqual({
      ...{ rescale: { slope: 1, intercept: 0 }, windows: [], voiFunction: 'LINEAR', voiLuts: [] },
      ...{ padding: undefined, modalityLut: undefined, pixelAspect: 1, inverse: false },
    });
    expect(second).toBe(first);
  });
  it('K03: pairs centres and widths, as many as both have', async () => {
    const [display] = await displays([
      [0x00281050, 'DS', '40\\600\\9'],
      [0x00281051, 'DS', '400\\1500'],
      [0x00281055, 'LO', 'SOFT\\LUNG'],
      [0x00281056, 'CS', 'SIGMOID'],
    ]);
    expect(display?.windows).toEqual([
      { number: 0, center: 40, width: 400, explanation: 'SOFT' },
      { number: 1, center: 600, width: 1500, explanation: 'LUNG' },
    ]);
    expect(display?.voiFunction).toBe('SIGMOID');
  });
  it('takes unknown functions and broken numbers for what the standard implies', async () => {
    const [display] = await displays([
      [0x00281050, 'DS', 'wide'],
      [0x00281052, 'DS', ''],
      [0x00281053, 'DS', 'one'],
      [0x00281056, 'CS', 'CUBIC'],
    ]);
    expect(display).toMatchObject({
      ...{ windows: [], voiFunction: 'LINEAR', rescale: { slope: 1, intercept: 0 } },
    });
  });
  it('K04: the frame’s own groups win over the shared ones, and those over the data set', async () => {
    const found = await displays([
      [0x00281050, 'DS', '1'],
      [0x00281051, 'DS', '2'],
      [0x00281052, 'DS', '-7'],
      [0x00281053, 'DS', '7'],
      shared(transformation('3', '-3'), window('30', '300'), measures('2\\1')),
      perFrame([transformation('4', '-4')], [window('50', '500')], []),
    ]);
    expect(found.map(({ rescale }) => rescale.slope)).toEqual([4, 3, 3, 3]);
    expect(found.map(({ rescale }) => rescale.intercept)).toEqual([-4, -3, -3, -3]);
    expect(found.map(({ windows }) => windows[0]?.center)).toEqual([30, 50, 30, 30]);
    expect(found.map(({ pixelAspect }) => pixelAspect)).toEqual([2, 2, 2, 2]);
    const [rooted] = await displays([[0x00281053, 'DS', '7'], shared(window('30', '300'))]);
    expect(rooted?.rescale.slope).toBe(7);
  });
  it('K09: padding is a range, in either order, signed as the pixels are', async () => {
    const [one] = await displays([[0x00280120, 'US', 63536]]);
    expect(one?.padding).toEqual({ low: 63536, high: 63536 });
    const range = [
      [0x00280120, 'SS', -1000],
      [0x00280121, 'SS', -2000],
    ];
    const [two] = await displays(range, { signed: true });
    expect(two?.padding).toEqual({ low: -2000, high: -1000 });
  });
  it('K18: the aspect ratio before the spacing; broken ones are 1', async () => {
    const aspect = async (...elements) => (await displays(elements))[0]?.pixelAspect;
    expect(await aspect([0x00280034, 'IS', '4\\3'], [0x00280030, 'DS', '1\\1'])).toBe(4 / 3);
    expect(await aspect([0x00280030, 'DS', '0.5\\0.25'])).toBe(2);
    expect(await aspect([0x00280034, 'IS', '0\\0'])).toBe(1);
    expect(await aspect([0x00280034, 'IS', '4'])).toBe(1);
  });
  it('K06: tables of US and of OW, 65536 entries written as 0, negative first values', async () => {
    const entries = Array.from({ length: 65_536 }, (_, k) => 65_535 - k);
    for (const asynchronous of [false, true]) {
      const found = await displays(
        [
          sequence(0x00283000, [lut([0, 0, 16], 'OW', entries)]),
          sequence(0x00283010, [
            lut([3, -2, 12], 'US', [1, 2, 0x300], 'SS'),
            lut([3, 0, 16], 'US', []),
            lut([2, 5, 16], 'OW', [7, 0x800]),
          ]),
        ],
        { asynchronous },
      );
      const [display] = found;
      expect(display?.modalityLut?.data).toEqual(Uint16Array.from(entries));
      // The second is empty, and left out.
      expect(display?.voiLuts).toEqual([
        { number: 0, first: -2, bits: 12, data: Uint16Array.of(1, 2, 0x300), explanation: 'table' },
        { number: 2, first: 5, bits: 16, data: new Uint16Array([7, 0x800]), explanation: 'table' },
      ]);
      expect(found[3]).toBe(display);
    }
  });
  it('K06: counts above 32767 in a signed descriptor; 8-bit entries two to the word', async () => {
    const entries = Array.from({ length: 40_000 }, (_, k) => k);
    const descriptor = new Uint8Array([0x40, 0x9c, 0xfe, 0xff, 16, 0]);
    const elements = [
      [0x00283002, 'SS', descriptor],
      [0x00283006, 'OW', entries],
    ];
    const [signed] = await displays([sequence(0x00283000, [elements])]);
    expect(signed?.modalityLut?.data.length).toBe(40_000);
    expect(signed?.modalityLut?.first).toBe(-2);
    const packed = lut([4, 0, 8], 'OW', new Uint8Array([1, 2, 3, 4]));
    const [eight] = await displays([sequence(0x00283000, [packed])]);
    expect([...(eight?.modalityLut?.data ?? [])]).toEqual([1, 2, 3, 4]);
  });
  it('K08: Presentation LUT Shape INVERSE', async () => {
    const [display] = await displays([[0x20500020, 'CS', 'INVERSE']]);
    expect(display?.inverse).toBe(true);
  });
});
describe('values that are written unsigned where pixels are signed', () => {
  it('K06, K09: 63536 is -2000, for padding and for tables', async () => {
    const elements = [
      [0x00280120, 'US', 63536],
      [0x00280121, 'US', 65535],
      sequence(0x00283000, [lut([2, 63536, 16], 'US', [5, 6])]),
      sequence(0x00283010, [lut([2, 63536, 16], 'US', [7, 0x800])]),
    ];
    const [signed] = await displays(elements, { signed: true });
    expect(signed?.padding).toEqual({ low: -2000, high: -1 });
    expect(signed?.modalityLut?.first).toBe(-2000);
    // Behind a modality table, values are unsigned (PS3.3 C.11.2.1.1).
    expect(signed?.voiLuts[0]?.first).toBe(63536);
    const [unsigned] = await displays(elements);
    expect(unsigned?.padding).toEqual({ low: 63536, high: 65535 });
    expect(unsigned?.modalityLut?.first).toBe(63536);
    const [voi] = await displays(elements.slice(3), { signed: true });
    expect(voi?.voiLuts[0]?.first).toBe(-2000);
    const [positive] = await displays([[0x00280120, 'US', 2000]], { signed: true });
    expect(positive?.padding).toEqual({ low: 2000, high: 2000 });
  });
});
describe('with `tags`', () => {
  it('B18, K04: a frame is shown as it is without', async () => {
    const elements = [
      [0x00280004, 'CS', 'MONOCHROME2'],
      [0x00089205, 'CS', 'COLOR'],
      [0x00280030, 'DS', '2\\1'],
      [0x00280120, 'US', 7],
      [0x00280121, 'US', 9],
      [0x00281050, 'DS', '40'],
      [0x00281051, 'DS', '400'],
      [0x00281052, 'DS', '-1024'],
      [0x00281053, 'DS', '2'],
      [0x00281055, 'LO', 'LUNG'],
      [0x00281056, 'CS', 'SIGMOID'],
      ...PALETTE,
      [0x00282000, 'OB', [1, 2]],
      [0x00282002, 'CS', 'SRGB'],
      sequence(0x00283000, [lut([2, 1, 16], 'US', [5, 6])]),
      sequence(0x00283010, [lut([2, 1, 16], 'US', [7, 0x800])]),
      realWorld('MAP'),
      [0x00620001, 'CS', 'FRACTIONAL'],
      sequence(0x00620002, [[[0x00620004, 'US', 1]]]),
      [0x0062000e, 'US', 9],
      [0x20500020, 'CS', 'INVERSE'],
    ];
    const groups = [
      shared(transformation('3', '-7')),
      perFrame([window('1', '2')], [window('3', '4')], [measures('3\\1')], []),
    ];
    const pixel = imagePixel({ rows: 1, columns: 1, numberOfFrames: 4 }).slice(2);
    for (const more of [[], groups]) {
      const parts = {
        elements: [...elements.slice(0, 1), ...pixel, ...elements.slice(1), ...more, PIXELS],
      };
      const { file: all } = await openBuilt(parts);
      const { file: few } = await openBuilt(parts, { tags: ['PatientName'] });
      for (const i of [0, 1, 2, 3]) {
        expect((await few.frame(i)).display).toEqual((await all.frame(i)).display);
      }
      expect((await all.frame(0)).display).toMatchObject({
        ...{ inverse: true, palette: { red: { first: 4 } }, iccProfile: { colourSpace: 'SRGB' } },
        ...{ realWorldValues: [{ label: 'MAP' }], segmentation: { maximumFractionalValue: 9 } },
      });
      expect((await few.frame(0)).display.rescale.slope).toBe(more.length === 0 ? 2 : 3);
    }
  });
});
