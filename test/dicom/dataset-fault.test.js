import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { dicom, imagePixel, sequence, SYNTAX } from '../support/build-dicom.js';
import { headerOf } from '../support/header-of.js';
import { codeOf, openBuilt } from '../support/open-built.js';
import { SYNTAXES } from '../support/sequence-parts.js';
const NUMBER = 0x00200013;
const WRONG = [NUMBER, 'IS', '1.5 '];
const SOUND = [0x00280010, 'US', 512];
const IMAGES = 0x00081140;
/** All ways to a value of an element. */
const WAYS = {
  get: (dataset) => dataset.get('InstanceNumber'),
  'get by number': (dataset) => dataset.get(NUMBER),
  'element.value': (dataset) => dataset.element('InstanceNumber')?.value,
  'element.values': (dataset) => dataset.element('InstanceNumber')?.values,
  iteration: (dataset) => [...dataset].map(({ values }) => values),
  'the JSON model': (dataset) => JSON.stringify(dataset),
  'the naturalized form': (dataset) => dataset.toNaturalized(),
};
/** The same of the item of a sequence. */
const WAYS_IN = {
  'a path': (dataset) => dataset.get('ReferencedImageSequence.1.InstanceNumber'),
  'the element of a path': (dataset) =>
    dataset.element('ReferencedImageSequence.1.InstanceNumber')?.values,
  'the items': (dataset) => dataset.get('ReferencedImageSequence')?.[1]?.get('InstanceNumber'),
  'iteration of items': (dataset) =>
    [...dataset].map(({ items }) => items?.map((item) => [...item].map(({ values }) => values))),
  'the JSON model': (dataset) => JSON.stringify(dataset),
};
async function passed(elements, options = {}) {
  const built = dicom({ transferSyntax: options.transferSyntax, elements });
  return { ...(await headerOf(built.bytes, { strict: options.strict })), built };
}
function codeThrownBy(call) {
  try {
    call();
    return 'nothing';
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    return [error.code, error.details.tag];
  }
}
describe('a value at fault', () => {
  it.each(Object.entries(WAYS))('is one warning however often it is read: %s', async (_, way) => {
    const { dataset, warnings, built } = await passed([WRONG, SOUND]);
    expect(warnings.count).toBe(0);
    for (let k = 0; k < 3; k++) way(dataset);
    const message = 'the value is no integer string';
    const offset = (built.offsets.get(NUMBER) ?? 0) + 8;
    expect(warnings.list).toEqual([{ code: 'BAD_VALUE', message, offset, tag: NUMBER }]);
    expect(warnings.count).toBe(1);
  });
  it('is one warning whatever the ways it is read in', async () => {
    const { dataset, warnings } = await passed([WRONG, SOUND]);
    for (const way of Object.values(WAYS)) way(dataset);
    expect(warnings.count).toBe(1);
  });
  it.each(Object.entries(WAYS))('is thrown each time when strict: %s', async (_, way) => {
    const { dataset, warnings } = await passed([WRONG, SOUND], { strict: true });
    for (let k = 0; k < 3; k++) {
      expect(codeThrownBy(() => way(dataset))).toEqual(['BAD_VALUE', NUMBER]);
    }
    expect(dataset.get('Rows')).toBe(512);
    expect(dataset.element('InstanceNumber')?.bytes).toHaveLength(4);
    expect(warnings.count).toBe(0);
  });
  it.each(Object.entries(WAYS_IN))('in an item is one warning: %s', async (_, way) => {
    const items = sequence(IMAGES, [[SOUND], [WRONG, SOUND]]);
    const { dataset, warnings, built } = await passed([items, SOUND]);
    for (let k = 0; k < 3; k++) way(dataset);
    // Behind the sequence's 12 bytes, an item of 8 + 10 bytes, and the item's header and its own.
    const offset = (built.offsets.get(IMAGES) ?? 0) + 12 + (8 + 10) + 8 + 8;
    expect(warnings.list.map(({ code, tag, offset: at }) => [code, tag, at])).toEqual([
      ['BAD_VALUE', NUMBER, offset],
    ]);
    expect(warnings.count).toBe(1);
  });
  it('in an item is one warning whatever the ways it is read in', async () => {
    const { dataset, warnings } = await passed([sequence(IMAGES, [[SOUND], [WRONG]])]);
    for (const way of Object.values(WAYS_IN)) way(dataset);
    for (const way of Object.values(WAYS_IN).toReversed()) way(dataset);
    expect(warnings.count).toBe(1);
  });
  it.each(Object.entries(WAYS_IN))(
    'in an item is thrown each time when strict: %s',
    async (_, way) => {
      const elements = [sequence(IMAGES, [[SOUND], [WRONG, SOUND]])];
      const { dataset } = await passed(elements, { strict: true });
      for (let k = 0; k < 3; k++) {
        expect(codeThrownBy(() => way(dataset))).toEqual(['BAD_VALUE', NUMBER]);
      }
    },
  );
  it('of an item is not that of another', async () => {
    const { dataset, warnings } = await passed([sequence(IMAGES, [[WRONG], [WRONG], []]), WRONG]);
    for (let k = 0; k < 2; k++) JSON.stringify(dataset);
    expect(new Set(warnings.list.map(({ offset }) => offset)).size).toBe(3);
    expect(warnings.count).toBe(3);
  });
  it('of each of two with one tag is its own', async () => {
    const { dataset, warnings } = await passed([WRONG, WRONG]);
    for (let k = 0; k < 2; k++) for (const { value } of dataset) expect(value).toBeUndefined();
    const faults = warnings.list.filter(({ code }) => code === 'BAD_VALUE');
    expect(new Set(faults.map(({ offset }) => offset)).size).toBe(2);
    expect(faults).toHaveLength(2);
  });
  it('that file.value reads is one warning too, and thrown when strict', async () => {
    const parts = { elements: [[0x00104000, 'LT', `${'x'.repeat(300)}\x01`]] };
    const options = { limits: { maxRetainedValueBytes: 0 }, asynchronous: true };
    const { file } = await openBuilt(parts, options);
    for (let k = 0; k < 3; k++) await file.value(0x00104000);
    expect(file.warnings.map(({ code, tag }) => [code, tag])).toEqual([['BAD_VALUE', 0x00104000]]);
    const strict = await openBuilt(parts, { ...options, strict: true });
    for (let k = 0; k < 2; k++) {
      expect(await codeOf(strict.file.value(0x00104000))).toBe('BAD_VALUE');
    }
  });
});
describe('a character set at fault', () => {
  const elements = [
    [0x00080005, 'CS', 'ISO_IR 999'],
    [0x00100010, 'PN', 'Doe'],
    [0x00100020, 'LO', '1'],
  ];
  it('is one warning for all text of the data set', async () => {
    const { dataset, warnings, built } = await passed(elements);
    for (let k = 0; k < 3; k++) {
      expect([dataset.get('PatientName'), dataset.get('PatientID')]).toEqual(['Doe', '1']);
    }
    const offset = (built.offsets.get(0x00080005) ?? 0) + 8;
    expect(warnings.list).toMatchObject([{ code: 'CHARACTER_SET', offset, tag: 0x00080005 }]);
  });
  it('of an item is one warning however often the item is on the way of a path', async () => {
    const { dataset, warnings } = await passed([sequence(IMAGES, [elements])]);
    for (let k = 0; k < 3; k++) dataset.get('ReferencedImageSequence.0.PatientName');
    for (let k = 0; k < 3; k++) dataset.get('ReferencedImageSequence')?.[0]?.get('PatientID');
    expect(warnings.list.map(({ code }) => code)).toEqual(['CHARACTER_SET']);
  });
  it('is thrown each time when strict', async () => {
    const { dataset } = await passed(elements, { strict: true });
    for (let k = 0; k < 2; k++) {
      expect(codeThrownBy(() => dataset.get('PatientName'))).toEqual(['CHARACTER_SET', 0x00080005]);
    }
  });
});
describe('a VR that is not the one of the standard', () => {
  it.each([
    ['UL', 512],
    ['SS', 512],
    ['DS', '512'],
    ['IS', '512'],
    ['FD', 512],
  ])('B06 Rows as %s is one warning, at its value, and thrown when strict', async (vr, value) => {
    const elements = [[0x00280010, vr, value]];
    const { dataset, warnings, built } = await passed(elements);
    const ways = () => [
      ...[dataset.get('Rows'), dataset.get(0x00280010), dataset.element('Rows')?.value],
      ...[...dataset].map((element) => element.value),
    ];
    expect(ways()).toEqual([512, 512, 512, 512]);
    expect(ways()).toEqual([512, 512, 512, 512]);
    expect(warnings.list).toEqual([
      {
        code: 'BAD_VR',
        message: 'the VR is not the one of the standard',
        offset: (built.offsets.get(0x00280010) ?? 0) + 8,
        tag: 0x00280010,
      },
    ]);
    const strict = await passed(elements, { strict: true });
    for (let k = 0; k < 2; k++) {
      expect(codeThrownBy(() => strict.dataset.get('Rows'))).toEqual(['BAD_VR', 0x00280010]);
    }
    // What is written is still to be had.
    expect(strict.dataset.element('Rows')?.values).toEqual([512]);
  });
  it('B06 in an item is one warning too', async () => {
    const { dataset, warnings } = await passed([sequence(IMAGES, [[[0x00280010, 'UL', 7]]])]);
    for (let k = 0; k < 3; k++) {
      expect(dataset.get('ReferencedImageSequence.0.Rows')).toBe(7);
      expect(dataset.get('ReferencedImageSequence')?.[0]?.get('Rows')).toBe(7);
    }
    expect(warnings.list.map(({ code }) => code)).toEqual(['BAD_VR']);
  });
  it.each([
    ['text of one VR in another', 0x00081030, 'ST', 'study', 'study'],
    ['a date as text', 0x00080020, 'LO', '20260102', '20260102'],
    ['a number of text as another', 0x00200032, 'IS', ['1', '2', '3'], [1, 2, 3]],
    ['a tag as a number', 0x00280009, 'UL', 0x00181063, [0x00181063]],
  ])('B06 gives %s, with a warning', async (_, tag, vr, value, expected) => {
    const { dataset, warnings } = await passed([[tag, vr, value]]);
    expect(dataset.get(tag)).toEqual(expected);
    expect(warnings.list.map(({ code }) => code)).toEqual(['BAD_VR']);
  });
  it.each([
    ['a number as text', 0x00200013, 'LO', '7'],
    ['text as a number', 0x00081030, 'US', 7],
    ['bytes as text', 0x00281201, 'LT', 'ab'],
    ['a number as bytes', 0x00280010, 'OB', [1, 2]],
    ['a big number as a number', 0x7fe00003, 'UL', 7],
  ])('B06 does not give %s', async (_, tag, vr, value) => {
    const { dataset, warnings } = await passed([[tag, vr, value]]);
    for (let k = 0; k < 2; k++) expect(dataset.get(tag)).toBeUndefined();
    expect(warnings.list.map(({ code }) => code)).toEqual(['BAD_VALUE']);
    expect(dataset.element(tag)?.values).toHaveLength(1);
    const strict = await passed([[tag, vr, value]], { strict: true });
    expect(codeThrownBy(() => strict.dataset.get(tag))).toEqual(['BAD_VALUE', tag]);
  });
  it('B06 E05 is no fault in UN, which a writer gives what it does not know', async () => {
    const elements = [
      [0x00100010, 'UN', new TextEncoder().encode('Doe ')],
      [0x00280010, 'UN', Uint8Array.of(0, 2)],
      [0x00283006, 'UN', Uint8Array.of(1, 0, 2, 0)],
    ];
    const { dataset } = await passed(elements, { strict: true });
    const values = [...dataset].map(({ value }) => value);
    expect(values).toEqual(['Doe', 512, Uint16Array.of(1, 2)]);
  });
  it('B06 is no fault of an empty element, nor of private ones', async () => {
    const { dataset } = await passed(
      [
        [0x00190010, 'LO', 'SIEMENS MR HEADER'],
        [0x0019100c, 'US', 7],
        [0x00280010, 'DS', ''],
      ],
      { strict: true },
    );
    expect([...dataset].map(({ value }) => value)).toEqual(['SIEMENS MR HEADER', 7, undefined]);
  });
});
/** PS3.6 says "OB or OW", "US or SS", "US or OW" of these, and PS3.5 A which where. */
describe('a VR that the standard leaves open', () => {
  it.each([
    ['SmallestImagePixelValue', 0x00280106, ['US', 'SS'], 5, 5],
    ['PixelPaddingValue', 0x00280120, ['US', 'SS'], 5, 5],
    ['LUTDescriptor', 0x00283002, ['US', 'SS'], [2, 0, 16], [2, 0, 16]],
    ['RedPaletteColorLookupTableDescriptor', 0x00281101, ['US', 'SS'], [2, 0, 16], [2, 0, 16]],
    ['LUTData', 0x00283006, ['OW'], [1, 2], Uint16Array.of(1, 2)],
    ['OverlayData', 0x60003000, ['OB'], [1, 2], Uint8Array.of(1, 2)],
    ['OverlayData', 0x60023000, ['OW'], [1, 2], Uint16Array.of(1, 2)],
    ['WaveformData', 0x54001010, ['OB'], [1, 2], Uint8Array.of(1, 2)],
    ['WaveformData', 0x54001010, ['OW'], [1, 2], Uint16Array.of(1, 2)],
    ['PixelData', 0x7fe00010, ['OB'], [1, 2], Uint8Array.of(1, 2)],
    ['PixelData', 0x7fe00010, ['OW'], [1, 2], Uint16Array.of(1, 2)],
    ['the offset of a directory record', 0x00041400, ['UL'], 5, 5],
  ])('B06 B16 is no fault: %s as %j %j', async (_, tag, vrs, value, expected) => {
    for (const vr of vrs) {
      const syntaxes = vr === 'OB' ? [SYNTAX.explicitLittle] : SYNTAXES;
      for (const transferSyntax of syntaxes) {
        const { dataset } = await passed([[tag, vr, value]], { strict: true, transferSyntax });
        expect(dataset.get(tag)).toEqual(expected);
      }
    }
  });
  it.each(['US', 'SS'])(
    'B06 B16 is no fault: LUTData as %s, which implicit VR cannot say',
    async (vr) => {
      for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.explicitBig]) {
        const elements = [[0x00283006, vr, [1, 2]]];
        const { dataset } = await passed(elements, { strict: true, transferSyntax });
        expect(dataset.get('LUTData')).toEqual([1, 2]);
      }
    },
  );
  it('B06 B16 is a fault where it is none of them', async () => {
    const elements = [
      [0x00280120, 'UL', 5],
      [0x00283006, 'UL', 5],
      [0x60003000, 'UN', [1, 2]],
    ];
    const { dataset, warnings } = await passed(elements);
    expect([...dataset].slice(0, 2).map(({ value }) => value)).toEqual([5, [5]]);
    expect(warnings.list.map(({ code, tag }) => [code, tag])).toEqual([
      ['BAD_VR', 0x00280120],
      ['BAD_VR', 0x00283006],
    ]);
  });
  it('B16 is no fault of the elements that images have', async () => {
    const elements = imagePixel({ rows: 1, columns: 1, pixelRepresentation: 1 });
    for (const transferSyntax of Object.values(SYNTAX).slice(0, 4)) {
      const { dataset } = await passed(elements, { strict: true, transferSyntax });
      for (const { value } of dataset) expect(value).toBeDefined();
    }
  });
});
