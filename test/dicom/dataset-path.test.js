import { describe, expect, expectTypeOf, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { dicom, encapsulated, item, sequence, SYNTAX } from '../support/build-dicom.js';
import { headerOf } from '../support/header-of.js';
import { OPEN, SYNTAXES } from '../support/sequence-parts.js';
const SERIES = 0x00081115;
const INSTANCES = 0x00081199;
const instance = (uid) => [[0x00081155, 'UI', uid]];
const ELEMENTS = [
  [0x00080060, 'CS', 'SR'],
  sequence(
    SERIES,
    [
      [sequence(INSTANCES, [instance('1.2.1'), instance('1.2.2')]), [0x0020000e, 'UI', '1.2']],
      item([sequence(INSTANCES, [item(instance('1.3.1'), OPEN)], OPEN)], OPEN),
      [],
    ],
    OPEN,
  ),
  [0x00200013, 'IS', '7'],
  encapsulated({ frames: [Uint8Array.of(1, 2)] }),
];
async function datasetOf(elements = ELEMENTS, transferSyntax) {
  return (await headerOf(dicom({ transferSyntax, elements }).bytes)).dataset;
}
/** What a call says when it is no name. */
function usageOf(call) {
  try {
    return `no error: ${String(call())}`;
  } catch (error) {
    return isFramedexError(error, 'USAGE') ? error.message : `another: ${String(error)}`;
  }
}
/** All that a data set says of one name. */
function said(dataset, like) {
  const element = dataset.element(like);
  return [dataset.get(like), dataset.has(like), element?.value, element?.tag];
}
const ABSENT = [undefined, false, undefined, undefined];
describe('names of elements', () => {
  it.each([
    ...['InstanceNumber', 0x00200013, '00200013', '(0020,0013)', '0020,0013'],
    ...['0x00200013', 'x00200013', 'X00200013'],
  ])('%s is one of many forms', async (like) => {
    expect(said(await datasetOf(), like)).toEqual([7, true, 7, 0x00200013]);
  });
  it('in hexadecimal may be in either case', async () => {
    const dataset = await datasetOf([[0x0040a30a, 'DS', '1.5']]);
    for (const like of ['0040A30A', '0040a30a', '(0040,A30a)', '0x0040a30A', 'NumericValue']) {
      expect(said(dataset, like)).toEqual([[1.5], true, [1.5], 0x0040a30a]);
    }
  });
  it('that are right and absent give nothing', async () => {
    const dataset = await datasetOf();
    for (const like of ['Rows', 0x00280010, 'ReferencedSeriesSequence.0.Rows', 0xffffffff, 0]) {
      expect(said(dataset, like)).toEqual(ABSENT);
    }
  });
  it.each([
    ['Rovs', 'Did you mean Rows?'],
    ['rows', 'Did you mean Rows?'],
    ['', 'found ""'],
    ['0028001', 'found "0028001"'],
    [' Rows', 'Did you mean Rows?'],
    [-1, 'expected a whole number from 0 to 0xFFFFFFFF'],
    [1.5, 'expected a whole number from 0 to 0xFFFFFFFF'],
    [2 ** 32, 'expected a whole number from 0 to 0xFFFFFFFF'],
    [Number.NaN, 'expected a whole number from 0 to 0xFFFFFFFF'],
    ['ReferencedSeriesSequence.0.Rovs', 'Did you mean Rows?'],
    ['ReferencedSeriesSequence.0', 'expected names and items such as'],
    ['ReferencedSeriesSequence.-1.Rows', 'expected names and items such as'],
    ['ReferencedSeriesSequence[0].Rows', 'a path with a name that is no keyword or tag'],
    ['(0018,xx10,SIEMENS)', 'expected an odd group, an element in its block and a creator'],
  ])('%s is none, whoever is asked', async (like, message) => {
    for (const dataset of [await datasetOf(), await datasetOf([])]) {
      expect(usageOf(() => dataset.get(like))).toContain(message);
      expect(usageOf(() => dataset.has(like))).toContain(message);
      expect(usageOf(() => dataset.element(like))).toContain(message);
    }
  });
  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'])(
    'N28 %s is none, nor one in a path',
    async (name) => {
      const dataset = await datasetOf();
      const forms = [name, `${name}.0.Rows`, `ReferencedSeriesSequence.0.${name}`];
      for (const like of forms) {
        // The second time as well: what was looked up before is remembered.
        for (let k = 0; k < 2; k++) {
          expect(usageOf(() => dataset.get(like))).toContain('no ');
          expect(usageOf(() => dataset.get(like))).toContain(JSON.stringify(name));
          expect(usageOf(() => dataset.has(like))).toContain(JSON.stringify(name));
        }
      }
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
    },
  );
  it.each(['__proto__', 'constructor'])('N28 %s may be a creator', async (creator) => {
    const elements = [
      [0x00290010, 'LO', creator],
      [0x00291001, 'SH', 'mine'],
    ];
    const dataset = await datasetOf(elements);
    expect(dataset.get(`(0029,xx01,${creator})`)).toBe('mine');
    expect(dataset.element(0x00291001)?.creator).toBe(creator);
    expect(Object.keys(dataset.toJSON())).toEqual(['00290010', '00291001']);
    expect((await datasetOf([])).get(`(0029,xx01,${creator})`)).toBeUndefined();
  });
});
describe.each(SYNTAXES)('paths to elements in %s', (transferSyntax) => {
  it.each([
    ['ReferencedSeriesSequence.0.SeriesInstanceUID', '1.2', 0x0020000e],
    ['(0008,1115).0.(0020,000e)', '1.2', 0x0020000e],
    ['00081115.0.0x0020000E', '1.2', 0x0020000e],
    ['ReferencedSeriesSequence.0.0008,1199.1.ReferencedSOPInstanceUID', '1.2.2', 0x00081155],
    ['ReferencedSeriesSequence.01.x00081199.000.00081155', '1.3.1', 0x00081155],
  ])('%s', async (path, value, tag) => {
    const dataset = await datasetOf(ELEMENTS, transferSyntax);
    expect(said(dataset, path)).toEqual([value, true, value, tag]);
  });
  it('give what the way through the items gives', async () => {
    const dataset = await datasetOf(ELEMENTS, transferSyntax);
    const path = 'ReferencedSeriesSequence.1.ReferencedSOPSequence';
    const [, second] = dataset.get('ReferencedSeriesSequence') ?? [];
    const element = dataset.element(path);
    const direct = second?.element('ReferencedSOPSequence');
    expect(element?.offset).toBe(direct?.offset);
    expect(element?.length).toBe(direct?.length);
    expect(dataset.get(path)).toHaveLength(1);
    expect(JSON.stringify(dataset.get(path))).toBe(JSON.stringify(direct?.items));
    expect(dataset.get(`${path}.0.ReferencedSOPInstanceUID`)).toBe('1.3.1');
  });
  it.each([
    ['an item behind the last', 'ReferencedSeriesSequence.3.SeriesInstanceUID'],
    ['an item far behind', 'ReferencedSeriesSequence.9999999999.SeriesInstanceUID'],
    ['an inner item', 'ReferencedSeriesSequence.0.ReferencedSOPSequence.2.00081155'],
    ['an empty item', 'ReferencedSeriesSequence.2.SeriesInstanceUID'],
    ['a sequence that is absent', 'ReferencedImageSequence.0.ReferencedSOPInstanceUID'],
    ['what is no sequence', 'InstanceNumber.0.InstanceNumber'],
    ['a value in an item', 'ReferencedSeriesSequence.0.SeriesInstanceUID.0.Rows'],
    ['pixel data in fragments', 'PixelData.0.Rows'],
    ['an element of the data set around', 'ReferencedSeriesSequence.0.Modality'],
  ])('lead nowhere through %s', async (_, path) => {
    expect(said(await datasetOf(ELEMENTS, transferSyntax), path)).toEqual(ABSENT);
  });
});
describe('paths', () => {
  it('go through as many sequences as an object has', async () => {
    const depth = 40;
    let inside = [[0x0040a160, 'UT', 'at the bottom']];
    for (let k = 0; k < depth; k++) inside = [sequence(0x0040a730, [[], inside])];
    const dataset = await datasetOf(inside);
    const way = 'ContentSequence.1.'.repeat(depth);
    expect(dataset.get(`${way}TextValue`)).toBe('at the bottom');
    expect(dataset.has(`${way}ContentSequence.1.TextValue`)).toBe(false);
  });
  it('start in items too', async () => {
    const [first] = (await datasetOf()).get('ReferencedSeriesSequence') ?? [];
    const uid = first?.get('ReferencedSOPSequence.1.ReferencedSOPInstanceUID');
    expectTypeOf(uid).toEqualTypeOf();
    expect(uid).toBe('1.2.2');
  });
  it('take the first of two sequences with one tag', async () => {
    const dataset = await datasetOf([
      sequence(SERIES, [[[0x0020000e, 'UI', '1.2']]]),
      sequence(SERIES, [[[0x0020000e, 'UI', '1.3']], [[0x0020000e, 'UI', '1.4']]]),
    ]);
    expect(dataset.get('ReferencedSeriesSequence.0.SeriesInstanceUID')).toBe('1.2');
    expect(dataset.get('ReferencedSeriesSequence.1.SeriesInstanceUID')).toBeUndefined();
  });
  it('find items in VR UN, and their elements little endian', async () => {
    // 0008,1140 with one item of implicit VR little endian: Rows 0x0102.
    const inside = 'fe ff 00 e0 0a 00 00 00 28 00 10 00 02 00 00 00 02 01';
    const bytes = Uint8Array.from(inside.split(' '), (byte) => Number.parseInt(byte, 16));
    const elements = [[0x00081140, 'UN', bytes]];
    for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.explicitBig]) {
      const dataset = await datasetOf(elements, transferSyntax);
      expect(dataset.get('ReferencedImageSequence.0.Rows')).toBe(0x0102);
    }
  });
  it('find text in the character set of the nearest data set around it', async () => {
    // 0xA3 is a pound sign in Latin 1, and an L with stroke in Latin 2.
    const name = [0x00100010, 'PN', Uint8Array.of(0xa3, 0xe4)];
    const latin2 = [0x00080005, 'CS', 'ISO_IR 101'];
    const dataset = await datasetOf([
      [0x00080005, 'CS', 'ISO_IR 100'],
      sequence(SERIES, [[sequence(0x00081199, [[name], [latin2, name]])]]),
    ]);
    const path = 'ReferencedSeriesSequence.0.ReferencedSOPSequence';
    expect(dataset.get(`${path}.0.PatientName`)).toBe('\u00a3\u00e4');
    expect(dataset.get(`${path}.1.PatientName`)).toBe('\u0141\u00e4');
  });
  it('are typed by the keyword at their end', async () => {
    const dataset = await datasetOf();
    const uid = dataset.get('ReferencedSeriesSequence.0.SeriesInstanceUID');
    const rows = dataset.get('ReferencedSeriesSequence.0.ReferencedSOPSequence.12.Rows');
    const spacing = dataset.get('ReferencedSeriesSequence.0.PixelSpacing');
    const items = dataset.get('(0008,1115).0.ReferencedSOPSequence');
    const byTag = dataset.get('ReferencedSeriesSequence.0.(0020,000E)');
    const byCreator = dataset.get('(0029,xx10,PAPYRUS 3.0)');
    expectTypeOf(uid).toEqualTypeOf();
    expectTypeOf(rows).toEqualTypeOf();
    expectTypeOf(spacing).toEqualTypeOf();
    expectTypeOf(items).toEqualTypeOf();
    expectTypeOf(byTag).toEqualTypeOf();
    expectTypeOf(byCreator).toEqualTypeOf();
    expect([uid, byTag, items?.length]).toEqual(['1.2', '1.2', 2]);
    expect([rows, spacing, byCreator]).toEqual([undefined, undefined, undefined]);
  });
});
