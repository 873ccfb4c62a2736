import { describe, expect, it } from 'vitest';
import { dicom, element, item, raw, sequence, SYNTAX } from '../support/build-dicom.js';
import { concat } from '../support/build-value.js';
import { faultsAt, headerOf, outcomeOf, toleratedAt } from '../support/header-of.js';
import {
  END_OF_SEQUENCE,
  EXPECTED,
  FIRST_ITEM,
  IMPLICIT,
  INNER,
  ITEMS,
  LITTLE,
  NAME,
  OPEN,
  SEQUENCE,
  SOUND,
  UID,
  before,
  withoutPixels,
} from '../support/sequence-parts.js';
describe('UN, and private elements (PS3.5 6.2.2, 7.8)', () => {
  const hidden = sequence(SEQUENCE, ITEMS).encode(IMPLICIT).slice(8);
  const closed = raw(END_OF_SEQUENCE).encode(LITTLE);
  it.each([SYNTAX.explicitLittle, SYNTAX.explicitBig])(
    'E01 E06 reads UN of undefined length as implicit VR little endian: %s',
    async (syntax) => {
      const value = concat(hidden, closed);
      const piece = element(SEQUENCE, 'UN', value, { length: 0xffffffff });
      expect((await outcomeOf(before(piece, syntax))).codes).toEqual([]);
      expect(await withoutPixels(before(piece, syntax))).toEqual(EXPECTED);
    },
  );
  it('E01 reads UN of known length that the dictionary knows as a sequence', async () => {
    const bytes = before(element(SEQUENCE, 'UN', hidden));
    expect((await outcomeOf(bytes)).codes).toEqual([]);
    expect(await withoutPixels(bytes)).toEqual(EXPECTED);
    const { dataset } = await headerOf(bytes);
    expect(dataset.toJSON()['00081140']).toMatchObject({ vr: 'SQ' });
  });
  it('E02 reads UN of undefined length with explicit VR inside', async () => {
    const items = sequence(SEQUENCE, ITEMS).encode(LITTLE).slice(12);
    const piece = element(SEQUENCE, 'UN', concat(items, closed), { length: 0xffffffff });
    const bytes = before(piece);
    const at = FIRST_ITEM + 8;
    const outcome = await toleratedAt(bytes, [
      ['BAD_VR', at],
      ['BAD_VR', at + 36],
    ]);
    expect(outcome.tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(EXPECTED);
  });
  it('E02 reads UN of known length that is a sequence, with explicit VR inside', async () => {
    const bytes = before(
      element(SEQUENCE, 'UN', sequence(SEQUENCE, ITEMS).encode(LITTLE).slice(12)),
    );
    const outcome = await outcomeOf(bytes);
    expect(faultsAt(outcome)[0]).toEqual(['BAD_VR', FIRST_ITEM + 8, undefined]);
    expect(outcome.tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(EXPECTED);
  });
  it('E01 reads UN of undefined length in an item, and goes on in the VR around it', async () => {
    const value = concat(hidden, closed);
    const unknown = element(INNER, 'UN', value, { length: 0xffffffff });
    for (const bounds of [{}, OPEN]) {
      const bytes = before(sequence(SEQUENCE, [item([unknown, NAME], bounds), [UID]], bounds));
      expect((await outcomeOf(bytes, { strict: true })).tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual([
        [SEQUENCE, [[[INNER, EXPECTED[0]?.[1]], EXPECTED[1]], [[0x00081155, '1.2.3']]]],
        ...EXPECTED.slice(1),
      ]);
    }
  });
  it('E01 reads private UN of undefined length', async () => {
    const unknown = element(0x00091010, 'UN', concat(hidden, closed), {
      length: 0xffffffff,
    });
    const { bytes } = dicom({ elements: [[0x00090010, 'LO', 'VENDOR'], unknown, NAME] });
    expect((await outcomeOf(bytes, { strict: true })).tags).toEqual([
      0x00090010, 0x00091010, 0x00100010,
    ]);
    const { dataset } = await headerOf(bytes);
    const items = dataset.element(0x00091010)?.items;
    expect(items?.map((one) => one.get('ReferencedSOPInstanceUID'))).toEqual(['1.2.3', '1.2.3']);
    expect(dataset.get('PatientName')).toBe('Doe^Jane');
  });
  it('E03 reads UN of undefined length inside the same', async () => {
    const outer = sequence(0x00091010, [[sequence(0x00091010, ITEMS, OPEN)]], OPEN).encode(
      IMPLICIT,
    );
    const piece = element(SEQUENCE, 'UN', outer.slice(8), { length: 0xffffffff });
    const { tags, codes, elements } = await outcomeOf(before(piece));
    expect([tags, codes]).toEqual([SOUND, []]);
    expect(elements.filter((line) => line.includes('00081155 UI'))).toHaveLength(2);
  });
  it('E04 leaves private UN of known length as bytes, whatever they look like', async () => {
    const bytes = dicom({ elements: [[0x00091010, 'UN', hidden], NAME] }).bytes;
    const { dataset } = await headerOf(bytes);
    expect(dataset.get(0x00091010)).toEqual(hidden);
    expect((await outcomeOf(bytes)).codes).toEqual([]);
  });
  it.each([SYNTAX.explicitLittle, SYNTAX.explicitBig])(
    'E05 E06 reads UN of a known element by the dictionary, little endian: %s',
    async (transferSyntax) => {
      const elements = [[0x00280010, 'UN', Uint8Array.of(2, 1)]];
      const { dataset } = await headerOf(dicom({ transferSyntax, elements }).bytes);
      expect(dataset.get('Rows')).toBe(0x0102);
    },
  );
  it('E07 keeps private blocks and those without a creator', async () => {
    const elements = [
      [0x00090010, 'LO', 'ONE'],
      [0x00090011, 'LO', 'TWO'],
      [0x00091001, 'SH', 'a'],
      [0x00091101, 'US', 2],
      [0x0009120f, 'LO', 'nobody'],
    ];
    for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.implicitLittle]) {
      const { tags, codes } = await outcomeOf(dicom({ transferSyntax, elements }).bytes);
      expect([tags, codes]).toEqual([elements.map((one) => ('encode' in one ? 0 : one[0])), []]);
    }
  });
  it('E08 knows an implicit private sequence by its undefined length and first item', async () => {
    const inner = sequence(0x00091011, ITEMS, OPEN);
    const elements = [sequence(0x00091010, [[inner]], OPEN), NAME];
    const { bytes } = dicom({ transferSyntax: SYNTAX.implicitLittle, elements });
    const { dataset } = await headerOf(bytes);
    const nested = dataset.element(0x00091010)?.items?.[0]?.element(0x00091011)?.items;
    expect(nested?.map((one) => one.get('ReferencedSOPInstanceUID'))).toEqual(['1.2.3', '1.2.3']);
    expect((await outcomeOf(bytes)).codes).toEqual([]);
  });
});
