import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/dicom/dataset.ts';
import {
  dicom,
  element,
  encapsulated,
  item,
  raw,
  sequence,
  SYNTAX,
} from '../support/build-dicom.ts';
import type { ElementLike, Piece } from '../support/build-dicom.ts';
import { concat } from '../support/build-value.ts';
import { faultOf, headerOf, outcomeOf, tolerated } from '../support/header-of.ts';

const LITTLE = { explicit: true, littleEndian: true };
const BIG = { explicit: true, littleEndian: false };
const IMPLICIT = { explicit: false, littleEndian: true };
const OPEN = { undefinedLength: true };
const NOTHING = new Uint8Array(0);
const END_OF_ITEM = 'fe ff 0d e0 00000000';
const END_OF_SEQUENCE = 'fe ff dd e0 00000000';

const SEQUENCE = 0x00081140;
const UID: ElementLike = [0x00081155, 'UI', '1.2.3'];
const CLASS: ElementLike = [0x00081150, 'UI', '1.2.4'];
const NAME: ElementLike = [0x00100010, 'PN', 'Doe^Jane'];
const LAST: ElementLike = [0x00200013, 'IS', '7'];
const PIXELS: ElementLike = [0x7fe00010, 'OW', [1, 2, 3, 4]];
const SOUND = [SEQUENCE, 0x00100010, 0x00200013, 0x7fe00010];

/** A sequence before sound elements and pixel data. */
function before(sequencePiece: Piece, transferSyntax: string = SYNTAX.explicitLittle): Uint8Array {
  return dicom({ transferSyntax, elements: [sequencePiece, NAME, LAST, PIXELS] }).bytes;
}

/** Values by tag, sequences as arrays: where a thing lies does not show. */
function treeOf(dataset: Dataset): unknown {
  return [...dataset].map(({ tag, items, value }) => [tag, items?.map(treeOf) ?? value]);
}

async function treesOf(bytes: Uint8Array): Promise<unknown> {
  return treeOf((await headerOf(bytes)).dataset);
}

const ITEMS = [[CLASS, UID], [UID]];
const EXPECTED = [
  [
    SEQUENCE,
    [
      [
        [0x00081150, '1.2.4'],
        [0x00081155, '1.2.3'],
      ],
      [[0x00081155, '1.2.3']],
    ],
  ],
  [0x00100010, 'Doe^Jane'],
  [0x00200013, 7],
];

/** The tree without the pixel data, which has no place in these tests. */
async function withoutPixels(bytes: Uint8Array): Promise<unknown> {
  const tree = await treesOf(bytes);
  return Array.isArray(tree) ? tree.slice(0, -1) : tree;
}

describe('sequences (PS3.5 7.5)', () => {
  const syntaxes = [SYNTAX.explicitLittle, SYNTAX.implicitLittle, SYNTAX.explicitBig];
  const bounds = [
    ['defined', 'defined', {}, {}],
    ['defined', 'undefined', {}, OPEN],
    ['undefined', 'defined', OPEN, {}],
    ['undefined', 'undefined', OPEN, OPEN],
  ] as const;

  describe.each(syntaxes)('in %s', (syntax) => {
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
      const nest = (inside: readonly ElementLike[]): Piece =>
        sequence(SEQUENCE, [item(inside, inner), item([], inner)], outer);
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

  it('D03 reads 100,000 empty items without a delimiter in linear time', async () => {
    const items = new Uint8Array(800_000);
    for (let at = 0; at < items.length; at += 8) items.set([0xfe, 0xff, 0x00, 0xe0], at);
    const elements = [sequence(SEQUENCE, [raw(items)], { ...OPEN, delimiter: NOTHING })];
    const { bytes } = dicom({ elements });
    const { dataset, warnings } = await headerOf(bytes);
    expect(dataset.get('ReferencedImageSequence')).toHaveLength(100_000);
    expect(warnings.list.map(({ code }) => code)).toEqual(['DELIMITER']);
    const error = await faultOf(bytes, { limits: { maxElements: 50_000 } });
    expect([error.code, error.details]).toMatchObject(['ELEMENT_LIMIT', { limit: 50_000 }]);
  });

  it('D04 does without the delimiter at the end of the file', async () => {
    const elements = [NAME, sequence(0x00181234, [[UID]], { ...OPEN, delimiter: NOTHING })];
    const outcome = await tolerated(dicom({ elements }).bytes, ['DELIMITER']);
    expect(outcome.tags).toEqual([0x00100010, 0x00181234]);
  });

  it('D04 does without the delimiter before another element', async () => {
    const piece = sequence(SEQUENCE, [[UID]], { ...OPEN, delimiter: NOTHING });
    const outcome = await tolerated(before(piece), ['ITEM_EXPECTED']);
    expect(outcome.tags).toEqual(SOUND);
  });

  it('D05 does without item delimiters', async () => {
    const bare = { ...OPEN, delimiter: NOTHING };
    const items = ITEMS.map((elements) => item(elements, bare));
    const bytes = before(sequence(SEQUENCE, items, OPEN));
    expect((await tolerated(bytes, ['DELIMITER'])).tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(EXPECTED);
  });

  it('D06 takes a sequence delimiter for that of an item', async () => {
    const wrong = { ...OPEN, delimiter: Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0) };
    const items = ITEMS.map((elements) => item(elements, wrong));
    const bytes = before(sequence(SEQUENCE, items, OPEN));
    expect((await tolerated(bytes, ['DELIMITER'])).tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(EXPECTED);
  });

  it('D07 takes an item delimiter for that of a sequence', async () => {
    const wrong = { ...OPEN, delimiter: Uint8Array.of(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0) };
    const bytes = before(sequence(SEQUENCE, ITEMS, wrong));
    expect((await tolerated(bytes, ['DELIMITER'])).tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(EXPECTED);
  });

  it.each(['04000000', 'ffffffff'])('D08 gives a delimiter no length: %s', async (length) => {
    const items = item([UID, raw(`fe ff 0d e0 ${length}`)], { ...OPEN, delimiter: NOTHING });
    const end = raw(`fe ff dd e0 ${length}`).encode(LITTLE);
    const bytes = before(sequence(SEQUENCE, [items], { ...OPEN, delimiter: end }));
    expect((await tolerated(bytes, ['DELIMITER'])).tags).toEqual(SOUND);
  });

  it('D09 clamps an item to its sequence', async () => {
    const inside = item([UID], { length: 5000 });
    const outcome = await tolerated(before(sequence(SEQUENCE, [inside])), ['ITEM_LENGTH']);
    expect(outcome.tags).toEqual(SOUND);
  });

  it('D09 clamps an item to the file', async () => {
    const inside = item([UID], { length: 0xfffffff0 });
    const { bytes } = dicom({ elements: [NAME, sequence(0x00181234, [inside], OPEN)] });
    const { tags, codes } = await outcomeOf(bytes);
    expect([tags, codes[0]]).toEqual([[0x00100010, 0x00181234], 'ITEM_LENGTH']);
  });

  it.each([
    ['sequence of known length', {}],
    ['sequence of undefined length', OPEN],
  ])('D10 reads an element that crosses the end of its item: %s', async (_, outer) => {
    const length = element(0x00081155, 'UI', '1.2.3').encode(LITTLE).length - 4;
    const items = [item([UID], { length }), [CLASS]];
    const bytes = before(sequence(SEQUENCE, items, outer));
    const outcome = await tolerated(bytes, ['ITEM_LENGTH']);
    expect(outcome.tags).toEqual(SOUND);
    const { dataset } = await headerOf(bytes);
    const [first, second] = dataset.get('ReferencedImageSequence') ?? [];
    expect(first?.get('ReferencedSOPInstanceUID')).toBe('1.2.3');
    expect(second?.get('ReferencedSOPClassUID')).toBe('1.2.4');
  });

  it('D10 cuts a value that says more than its item has', async () => {
    const long: ElementLike = [0x00081155, 'UI', '1.2.3', { length: 100 }];
    const bytes = before(sequence(SEQUENCE, [[long], [CLASS]]));
    const outcome = await tolerated(bytes, ['ITEM_LENGTH']);
    expect(outcome.tags).toEqual(SOUND);
  });

  it.each([8, -8, 4, -4])('D11 finds the end of a sequence that is %i bytes off', async (off) => {
    for (const syntax of syntaxes) {
      const encoding = { explicit: syntax !== SYNTAX.implicitLittle, littleEndian: true };
      const length = ITEMS.flatMap((one) => [...item(one).encode(encoding)]).length + off;
      const bytes = before(sequence(SEQUENCE, ITEMS, { length }), syntax);
      const { tags, codes } = await outcomeOf(bytes);
      expect(codes).not.toEqual([]);
      expect(tags).toEqual(SOUND);
    }
  });

  it('D12 passes a delimiter behind an item of known length', async () => {
    const inside = ITEMS.flatMap((elements) => [item(elements), raw(END_OF_ITEM)]);
    for (const outer of [OPEN, {}]) {
      const bytes = before(sequence(SEQUENCE, inside, outer));
      expect((await tolerated(bytes, ['DELIMITER'])).tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual(EXPECTED);
    }
  });

  it('D12 passes a delimiter that an item or sequence of known length counts in', async () => {
    const inside = ITEMS.map((elements) => item([...elements, raw(END_OF_ITEM)]));
    const bytes = before(sequence(SEQUENCE, [...inside, raw(END_OF_SEQUENCE)]));
    expect((await tolerated(bytes, ['DELIMITER'])).tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(EXPECTED);
  });

  it('D13 leaves a sequence in which something else stands', async () => {
    const bytes = before(sequence(SEQUENCE, [[UID], raw('01020304 05060708 090a0b0c')]));
    const outcome = await tolerated(bytes, ['ITEM_EXPECTED']);
    expect(outcome.tags).toEqual(SOUND);
  });

  it('D14 reads explicit VR in an item of an implicit VR data set', async () => {
    const items = ITEMS.map((one) => item([raw(explicitBytes(one))]));
    const bytes = before(sequence(SEQUENCE, items), SYNTAX.implicitLittle);
    expect((await tolerated(bytes, ['BAD_VR'])).tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(EXPECTED);
  });

  it('D15 reads items in the other byte order', async () => {
    const swapped = raw(concat(...ITEMS.map((one) => item(one).encode(BIG))));
    const delimiter = Uint8Array.of(0xff, 0xfe, 0xe0, 0xdd, 0, 0, 0, 0);
    for (const bounds of [{}, { ...OPEN, delimiter }]) {
      const bytes = before(sequence(SEQUENCE, [swapped], bounds));
      expect((await tolerated(bytes, ['ITEM_EXPECTED'])).tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual(EXPECTED);
    }
  });

  it('D17 gives items the character set around them, or their own', async () => {
    const latin = (value: number): ElementLike => [0x00081030, 'LO', Uint8Array.of(value)];
    const own: ElementLike = [0x00080005, 'CS', 'ISO_IR 144'];
    const items = [[latin(0xe4)], [own, latin(0xe4)], [latin(0xe4)]];
    const elements: ElementLike[] = [
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

function explicitBytes(elements: readonly ElementLike[]): Uint8Array {
  const pieces = elements.map((one) => ('encode' in one ? one : element(...one)));
  return concat(...pieces.map((piece) => piece.encode(LITTLE)));
}

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
    expect((await tolerated(bytes, ['BAD_VR'])).tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(EXPECTED);
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
      const elements: ElementLike[] = [[0x00280010, 'UN', Uint8Array.of(2, 1)]];
      const { dataset } = await headerOf(dicom({ transferSyntax, elements }).bytes);
      expect(dataset.get('Rows')).toBe(0x0102);
    },
  );

  it('E07 keeps private blocks and those without a creator', async () => {
    const elements: ElementLike[] = [
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

describe('pixel data inside items', () => {
  const icon = (inside: ElementLike): Piece => sequence(0x00880200, [[NAME, inside]]);
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
    for (const inside of [[0x7fe00010, 'OW', big] as const, encapsulated({ frames: [big] })]) {
      const { bytes } = dicom({ elements: [icon(inside), PIXELS] });
      const { dataset } = await headerOf(bytes, { readAhead: 2 ** 20 });
      const [only] = dataset.get('IconImageSequence') ?? [];
      expect(only?.element('PixelData')?.deferred).toBe(true);
    }
  });
});
