import { describe, expect, expectTypeOf, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { dicom, encapsulated, sequence, SYNTAX } from '../support/build-dicom.js';
import { headerOf } from '../support/header-of.js';
async function datasetOf(elements, transferSyntax) {
  return (await headerOf(dicom({ transferSyntax, elements }).bytes)).dataset;
}
const CODE = (value) => [[0x00080100, 'SH', value]];
describe('get', () => {
  it('takes a tag in any form', async () => {
    const dataset = await datasetOf([[0x00100010, 'PN', 'Doe^Jane']]);
    const forms = ['PatientName', 0x00100010, '00100010', '(0010,0010)', 'x00100010'];
    expect(forms.map((form) => dataset.get(form))).toEqual(forms.map(() => 'Doe^Jane'));
    expect(forms.map((form) => dataset.has(form))).toEqual(forms.map(() => true));
  });
  it('gives one value where the multiplicity is 1, an array elsewhere, undefined where none is', async () => {
    const dataset = await datasetOf([
      [0x00080008, 'CS', 'ORIGINAL'],
      [0x00200013, 'IS', '7'],
      [0x00200032, 'DS', ['1', '2', '3']],
      [0x00201041, 'DS', ''],
    ]);
    expectTypeOf(dataset.get('InstanceNumber')).toEqualTypeOf();
    expect(dataset.get('ImageType')).toEqual(['ORIGINAL']);
    expect(dataset.get('InstanceNumber')).toBe(7);
    expect(dataset.get('ImagePositionPatient')).toEqual([1, 2, 3]);
    expect(dataset.get('SliceLocation')).toBeUndefined();
    expect(dataset.get('Rows')).toBeUndefined();
  });
  it('gives data sets for a sequence, the same ones each time', async () => {
    const dataset = await datasetOf([sequence(0x0040a043, [CODE('A'), CODE('B')])]);
    const items = dataset.get('ConceptNameCodeSequence');
    expect(items?.map((item) => item.get('CodeValue'))).toEqual(['A', 'B']);
    expect(dataset.get('ConceptNameCodeSequence')).toBe(items);
    expect(dataset.element('ConceptNameCodeSequence')?.items).toBe(items);
  });
  it('B06 records a value of another type than the standard gives, and does not give it', async () => {
    const { dataset, warnings } = await headerOf(
      dicom({
        elements: [
          [0x00280010, 'LO', 'many'],
          sequence(0x00280011, [CODE('A')]),
          [0x0040a043, 'LO', 'none'],
        ],
      }).bytes,
    );
    expect(dataset.get('Rows')).toBeUndefined();
    expect(dataset.get('Columns')).toBeUndefined();
    expect(dataset.get('ConceptNameCodeSequence')).toBeUndefined();
    expect(warnings.list.map(({ code, tag }) => [code, tag])).toEqual([
      ['BAD_VALUE', 0x00280010],
      ['BAD_VALUE', 0x00280011],
      ['BAD_VALUE', 0x0040a043],
    ]);
    expect(dataset.element('Rows')?.values).toEqual(['many']);
  });
  it.each(['UL', 'SS', 'DS', 'IS', 'SL', 'FD'])('B06 gives Rows written as %s', async (vr) => {
    const value = vr === 'DS' || vr === 'IS' ? '512' : 512;
    expect((await datasetOf([[0x00280010, vr, value]])).get('Rows')).toBe(512);
  });
  it('says that pixel data in fragments is no single value', async () => {
    const dataset = await datasetOf([encapsulated({ frames: [Uint8Array.of(1, 2)] })]);
    const get = () => dataset.get('PixelData');
    expect(get).toThrow('frame by frame');
  });
  it('refuses what is no tag, with the nearest keyword', async () => {
    const dataset = await datasetOf([]);
    expect(() => dataset.get('PatientNam')).toThrow('Did you mean PatientName');
  });
});
describe('ambiguous VRs (PS3.5 annex A)', () => {
  const PADDING = [0x00280120, 'US', 0xfffe];
  const implicit = SYNTAX.implicitLittle;
  it.each([
    ['before', 0x00280103, 1, -2],
    ['unsigned', 0x00280103, 0, 0xfffe],
  ])('B16 follows Pixel Representation %s', async (_, tag, value, expected) => {
    const dataset = await datasetOf([[tag, 'US', value], PADDING], implicit);
    expect(dataset.get('PixelPaddingValue')).toBe(expected);
  });
  it('B16 takes it for unsigned without Pixel Representation', async () => {
    expect((await datasetOf([PADDING], implicit)).get('PixelPaddingValue')).toBe(0xfffe);
  });
  it('B16 follows Pixel Representation of the data set around an item, behind it or not', async () => {
    const inner = (representation) => [
      ...(representation === undefined ? [] : [[0x00280103, 'US', representation]]),
      PADDING,
    ];
    const dataset = await datasetOf(
      [sequence(0x00081140, [inner(undefined), inner(0)]), [0x00280103, 'US', 1]],
      implicit,
    );
    const items = dataset.get('ReferencedImageSequence') ?? [];
    expect(items.map((item) => item.get('PixelPaddingValue'))).toEqual([-2, 0xfffe]);
  });
  it('B16 keeps a VR that is written', async () => {
    const dataset = await datasetOf([
      [0x00280103, 'US', 0],
      [0x00280120, 'SS', -2],
    ]);
    expect(dataset.get('PixelPaddingValue')).toBe(-2);
  });
});
describe('elements', () => {
  it('iterates all, with what is known of them', async () => {
    const built = dicom({
      elements: [
        [0x00080060, 'CS', 'CT'],
        [0x00091001, 'LO', 'private'],
        sequence(0x0040a043, [CODE('A')]),
      ],
    });
    const { dataset } = await headerOf(built.bytes);
    const found = [...dataset].map(({ tag, vr, keyword, offset, deferred }) => ({
      tag,
      vr,
      keyword,
      offset,
      deferred,
    }));
    const at = (tag) => built.offsets.get(tag) ?? -1;
    expect(dataset.size).toBe(3);
    expect(found).toEqual([
      { tag: 0x00080060, vr: 'CS', keyword: 'Modality', offset: at(0x00080060), deferred: false },
      { tag: 0x00091001, vr: 'LO', keyword: '', offset: at(0x00091001), deferred: false },
      {
        tag: 0x0040a043,
        vr: 'SQ',
        keyword: 'ConceptNameCodeSequence',
        offset: at(0x0040a043),
        deferred: false,
      },
    ]);
  });
  it('gives each of two sequences with one tag its own items', async () => {
    const twice = [sequence(0x0040a043, [CODE('A')]), sequence(0x0040a043, [CODE('B')])];
    const dataset = await datasetOf(twice);
    const values = [...dataset].map(({ items }) => items?.[0]?.get('CodeValue'));
    expect(values).toEqual(['A', 'B']);
    expect(dataset.get('ConceptNameCodeSequence')?.[0]?.get('CodeValue')).toBe('A');
  });
  it('finds any of many elements, in order and out of it', async () => {
    const elements = Array.from({ length: 500 }, (_, k) => [0x00091000 + k, 'US', k]);
    for (const order of [elements, elements.toReversed()]) {
      const dataset = await datasetOf(order);
      for (let k = 0; k < 500; k++) expect(dataset.get(0x00091000 + k)).toBe(k);
      expect(dataset.get(0x00091000 + 500)).toBeUndefined();
      expect(dataset.has(0x00080060)).toBe(false);
    }
  });
  it('reads text although the character set element is none', async () => {
    const charset = sequence(0x00080005, [CODE('A')], { undefinedLength: true });
    const dataset = await datasetOf([charset, [0x00100010, 'PN', 'Doe']]);
    expect(dataset.get('PatientName')).toBe('Doe');
    const huge = [0x00080005, 'UT', 'x'.repeat(100_000)];
    expect((await datasetOf([huge, [0x00100010, 'PN', 'Doe']])).get('PatientName')).toBe('Doe');
  });
  it('throws nothing but FramedexError for values that are still in the file', async () => {
    const limits = { maxValueBytes: 10, maxRetainedValueBytes: 10 };
    const { bytes } = dicom({ elements: [[0x00281201, 'OW', new Uint8Array(130)]] });
    const { dataset } = await headerOf(bytes, { limits });
    try {
      dataset.get(0x00281201);
      expect.unreachable();
    } catch (error) {
      expect(isFramedexError(error, 'VALUE_LIMIT')).toBe(true);
    }
  });
});
