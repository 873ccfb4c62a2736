import { describe, expect, it } from 'vitest';
import { isFramedexError } from '../../src/errors.js';
import { dicom, sequence } from '../support/build-dicom.js';
import { headerOf } from '../support/header-of.js';
async function passed(elements, strict = false) {
  return headerOf(dicom({ elements }).bytes, { strict });
}
function faultsIn({ warnings }) {
  return warnings.list.map(({ code, tag }) => [code, tag]);
}
function codeThrownBy(call) {
  try {
    return call();
  } catch (error) {
    return isFramedexError(error) ? [error.code, error.details.tag] : error;
  }
}
/** What `get` gives is one value where PS3.6 has VM 1: the types say so. */
describe('more values than the standard has', () => {
  it.each([
    ['UI', 0x00080018, ['1.2.3', '1.2.4'], '1.2.3'],
    ['US', 0x00280010, [512, 7, 8], 512],
    ['DS', 0x00281053, ['2.5', '3'], 2.5],
    ['SS', 0x00280120, [-5, 6], -5],
    ['PN', 0x00100010, ['Doe^Jane', 'Roe'], 'Doe^Jane'],
  ])('of %s give the first and one warning', async (vr, tag, value, first) => {
    const elements = [[tag, vr, value]];
    const header = await passed(elements);
    for (let k = 0; k < 3; k++) {
      expect(header.dataset.get(tag)).toBe(first);
      expect(header.dataset.element(tag)?.value).toBe(first);
    }
    expect(header.dataset.element(tag)?.values).toHaveLength(value.length);
    expect(header.warnings.list).toMatchObject([{ code: 'BAD_VALUE', tag }]);
    expect(header.warnings.count).toBe(1);
    const { dataset } = await passed(elements, true);
    for (let k = 0; k < 2; k++) {
      expect(codeThrownBy(() => dataset.get(tag))).toEqual(['BAD_VALUE', tag]);
    }
    expect(dataset.element(tag)?.values).toHaveLength(value.length);
  });
  it('are no fault where it has several, nor in private elements', async () => {
    const elements = [
      [0x00080008, 'CS', ['ORIGINAL', 'PRIMARY']],
      [0x00190010, 'LO', 'CREATOR'],
      [0x00191001, 'US', [1, 2]],
      [0x00281050, 'DS', ['40', '50']],
    ];
    const { dataset } = await passed(elements, true);
    expect([...dataset].map(({ value }) => value)).toEqual([
      ['ORIGINAL', 'PRIMARY'],
      'CREATOR',
      [1, 2],
      [40, 50],
    ]);
  });
});
/** PS3.5 6.4: a value may be empty; there is no number to give for it. */
describe('a number left empty among several', () => {
  it.each([
    ['DS', 0x00281050, '40\\', [40, null], ['40', '']],
    ['DS', 0x00281051, '\\400 ', [null, 400], ['', '400']],
    ['DS', 0x00200032, '1\\\\3', [1, null, 3], ['1', '', '3']],
    ['IS', 0x00280303, '1\\\\3', [1, null, 3], ['1', '', '3']],
  ])('%s %s %j is no fault, and no list', async (vr, tag, text, values, written) => {
    for (const strict of [false, true]) {
      const header = await passed([[tag, vr, text]], strict);
      const element = header.dataset.element(tag);
      expect([header.dataset.get(tag), element?.value]).toEqual([undefined, undefined]);
      expect(element?.values).toEqual(values);
      expect(element?.written).toEqual(written);
      expect(header.warnings.list).toEqual([]);
    }
  });
  it('is one where another value is no number', async () => {
    const header = await passed([[0x00281050, 'DS', 'x\\']]);
    expect(header.dataset.get('WindowCenter')).toBeUndefined();
    expect(faultsIn(header)).toEqual([['BAD_VALUE', 0x00281050]]);
  });
});
/** PS3.5 6.2.2: UN of an element that the dictionary knows; PS3.5 A.1 decides what it leaves open. */
describe('UN where the standard leaves the VR open', () => {
  const LOWEST = [0x00280120, 'UN', Uint8Array.of(0x00, 0x80)];
  it.each([
    [1, -32768, 'SS'],
    [0, 32768, 'US'],
  ])('B16 E05: Pixel Representation %d makes 00 80 %d', async (signed, value, vr) => {
    const elements = [[0x00280103, 'US', signed], LOWEST];
    const { dataset } = await passed(elements, true);
    expect(dataset.get('PixelPaddingValue')).toBe(value);
    expect(dataset.element('PixelPaddingValue')?.vr).toBe(vr);
  });
  it('B16 E05: Pixel Representation around an item counts, and the item’s own before it', async () => {
    const own = [[0x00280103, 'US', 0], LOWEST];
    const elements = [sequence(0x00081140, [[LOWEST], own]), [0x00280103, 'US', 1]];
    const { dataset } = await passed(elements, true);
    expect(dataset.get('ReferencedImageSequence.0.PixelPaddingValue')).toBe(-32768);
    expect(dataset.get('ReferencedImageSequence.1.PixelPaddingValue')).toBe(32768);
  });
  it.each([
    ['LUTData', 0x00283006, 'OW'],
    ['OverlayData', 0x60003000, 'OW'],
  ])('B16 E05: %s is words', async (_, tag, vr) => {
    const { dataset } = await passed([[tag, 'UN', Uint8Array.of(1, 0, 2, 1)]], true);
    expect(dataset.get(tag)).toEqual(Uint16Array.of(1, 0x0102));
    expect(dataset.element(tag)?.vr).toBe(vr);
  });
});
/** A typed array of another class would be other numbers to whoever believes the types. */
describe('the typed arrays that the types promise', () => {
  it.each([
    ['OB', 0x00282000, 'OW', [1, 2], Uint16Array.of(1, 2)],
    ['OW', 0x00281201, 'OB', [1, 2], Uint8Array.of(1, 2)],
    ['OF', 0x00640009, 'OD', [1.5], Float64Array.of(1.5)],
    ['OD', 0x00720073, 'OF', [1.5, 2], Float32Array.of(1.5, 2)],
    ['OL', 0x00660129, 'OF', [1.5], Float32Array.of(1.5)],
    ['OV', 0x7fe00001, 'OL', [1, 2], Uint32Array.of(1, 2)],
    ['OB or OW', 0x60003000, 'OF', [1.5], Float32Array.of(1.5)],
    ['US or OW', 0x00283006, 'OB', [1, 2], Uint8Array.of(1, 2)],
  ])('B06: %s (%d) written as %s is left to values', async (_, tag, vr, value, array) => {
    const elements = [[tag, vr, value]];
    const header = await passed(elements);
    for (let k = 0; k < 2; k++) expect(header.dataset.get(tag)).toBeUndefined();
    expect(header.dataset.element(tag)?.value).toBeUndefined();
    expect(header.dataset.element(tag)?.values).toEqual([array]);
    expect(faultsIn(header)).toEqual([['BAD_VALUE', tag]]);
    const { dataset } = await passed(elements, true);
    expect(codeThrownBy(() => dataset.get(tag))).toEqual(['BAD_VALUE', tag]);
    expect(dataset.element(tag)?.values).toEqual([array]);
  });
  it.each([
    ['OB', 0x00282000, [1, 2], Uint8Array.of(1, 2)],
    ['OW', 0x00281201, [1, 2], Uint16Array.of(1, 2)],
    ['OF', 0x00640009, [1.5], Float32Array.of(1.5)],
    ['OD', 0x00720073, [1.5], Float64Array.of(1.5)],
    ['OL', 0x00660129, [1, 2], Uint32Array.of(1, 2)],
    ['OV', 0x7fe00001, [1, 2], BigUint64Array.of(1n, 2n)],
  ])('B06: %s is given as it is', async (vr, tag, value, array) => {
    const { dataset } = await passed([[tag, vr, value]], true);
    expect(dataset.get(tag)).toEqual(array);
  });
});
