import { describe, expect, it } from 'vitest';
import { dicom, encapsulated, item, sequence } from '../support/build-dicom.js';
import { headerOf, outcomeOf } from '../support/header-of.js';
import {
  CLASS,
  EXPECTED,
  ITEMS,
  LAST,
  LITTLE,
  NAME,
  OPEN,
  PIXELS,
  SEQUENCE,
  SOUND,
  SYNTAXES,
  UID,
  before,
  withoutPixels,
} from '../support/sequence-parts.js';
describe('sequences (PS3.5 7.5)', () => {
  const bounds = [
    ['defined', 'defined', {}, {}],
    ['defined', 'undefined', {}, OPEN],
    ['undefined', 'defined', OPEN, {}],
    ['undefined', 'undefined', OPEN, OPEN],
  ];
  describe.each(SYNTAXES)('in %s', (syntax) => {
    it.each(bounds)('D01 %s length with items of %s length', async (_, __, outer, inner) => {
      const piece = sequence(
        SEQUENCE,
        ITEMS.map((elements) => item(elements, inner)),
        outer,
      );
      expect((await outcomeOf(before(piece, syntax))).codes).toEqual([]);
      expect(await withoutPixels(before(piece, syntax))).toEqual(EXPECTED);
    });
    it.each(bounds)('D01 three deep: %s, items %s', async (_, __, outer, inner) => {
      const nest = (inside) => sequence(SEQUENCE, [item(inside, inner), item([], inner)], outer);
      const bytes = before(nest([nest([nest([UID])]), CLASS]), syntax);
      const { tags, codes, elements } = await outcomeOf(bytes);
      expect([tags, codes]).toEqual([SOUND, []]);
      expect(elements.some((line) => /^(00081140\[0\]\.){3}00081155 UI/.test(line))).toBe(true);
    });
  });
  it.each([
    ['length 0', sequence(SEQUENCE, []), 0],
    ['a delimiter alone', sequence(SEQUENCE, [], OPEN), 0],
    ['empty items', sequence(SEQUENCE, [[], item([], OPEN), []]), 3],
    ['empty items, undefined length', sequence(SEQUENCE, [[], item([], OPEN)], OPEN), 2],
  ])('D02 reads %s', async (_, piece, count) => {
    const { tags, codes } = await outcomeOf(before(piece));
    expect([tags, codes]).toEqual([SOUND, []]);
    const { dataset } = await headerOf(before(piece));
    expect(dataset.get('ReferencedImageSequence')).toHaveLength(count);
  });
  it('D17 gives items the character set around them, or their own', async () => {
    const latin = (value) => [0x00081030, 'LO', Uint8Array.of(value)];
    const own = [0x00080005, 'CS', 'ISO_IR 144'];
    const items = [[latin(0xe4)], [own, latin(0xe4)], [latin(0xe4)]];
    const elements = [
      [0x00080005, 'CS', 'ISO_IR 100'],
      sequence(SEQUENCE, items),
      [0x00104000, 'LT', Uint8Array.of(0xfc)],
    ];
    const { dataset } = await headerOf(dicom({ elements }).bytes);
    const texts = dataset.get('ReferencedImageSequence')?.map((one) => one.get('StudyDescription'));
    // 0xE4 is a with diaeresis in ISO 8859-1 and Cyrillic ef in ISO 8859-5.
    expect(texts).toEqual(['\u00e4', '\u0444', '\u00e4']);
    expect(dataset.get('PatientComments')).toBe('\u00fc');
  });
});
describe('pixel data inside items', () => {
  const icon = (inside) => sequence(0x00880200, [[NAME, inside]]);
  const jpeg = encapsulated({ frames: [Uint8Array.of(0xff, 0xd8, 1, 2, 3, 0xff, 0xd9)] });
  it.each([
    ['I01 native', PIXELS, {}],
    ['I02 in fragments', jpeg, {}],
    ['I02 in fragments, sequence of undefined length', jpeg, OPEN],
  ])('%s does not hide the main pixel data', async (_, inside, bounds) => {
    const elements = [LAST, sequence(0x00880200, [item([NAME, inside], bounds)], bounds), PIXELS];
    const { bytes, pixelOffset } = dicom({ elements });
    const outcome = await outcomeOf(bytes);
    expect([outcome.codes, outcome.pixelOffset]).toEqual([[], pixelOffset]);
  });
  it('I03 in an item that counts too few bytes', async () => {
    const whole = item([jpeg]).encode(LITTLE).length - 8;
    const short = sequence(0x00880200, [item([jpeg], { length: whole - 24 })]);
    const { bytes, pixelOffset } = dicom({ elements: [short, PIXELS] });
    expect((await outcomeOf(bytes)).pixelOffset).toBe(pixelOffset);
  });
  it('is not the main pixel data where there is no other', async () => {
    const outcome = await outcomeOf(dicom({ elements: [icon(PIXELS)] }).bytes);
    expect([outcome.codes, outcome.pixelOffset]).toEqual([[], undefined]);
  });
  it('is not kept in memory, native or in fragments', async () => {
    const big = new Uint8Array(60_000);
    for (const inside of [[0x7fe00010, 'OW', big], encapsulated({ frames: [big] })]) {
      const { bytes } = dicom({ elements: [icon(inside), PIXELS] });
      const { dataset } = await headerOf(bytes, { readAhead: 2 ** 20 });
      const [only] = dataset.get('IconImageSequence') ?? [];
      expect(only?.element('PixelData')?.deferred).toBe(true);
    }
  });
});
