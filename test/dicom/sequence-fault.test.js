import { describe, expect, it } from 'vitest';
import { dicom, element, item, raw, sequence, SYNTAX } from '../support/build-dicom.js';
import { concat } from '../support/build-value.js';
import { faultOf, faultsAt, headerOf, outcomeOf, toleratedAt } from '../support/header-of.js';
import {
  BIG,
  CLASS,
  END_OF_ITEM,
  END_OF_SEQUENCE,
  EXPECTED,
  FIRST_ITEM,
  INNER,
  ITEM,
  ITEMS,
  ITEM_END,
  LITTLE,
  NAME,
  NOTHING,
  ONLY_UID,
  OPEN,
  SEQUENCE,
  SEQUENCE_END,
  SOUND,
  START,
  SYNTAXES,
  UID,
  before,
  explicitBytes,
  withoutPixels,
} from '../support/sequence-parts.js';
describe('sequences that break PS3.5 7.5', () => {
  it('D03 reads 100,000 empty items without a delimiter in linear time', async () => {
    const items = new Uint8Array(800_000);
    for (let at = 0; at < items.length; at += 8) items.set([0xfe, 0xff, 0x00, 0xe0], at);
    const elements = [sequence(SEQUENCE, [raw(items)], { ...OPEN, delimiter: NOTHING })];
    const { bytes } = dicom({ elements });
    const { dataset, warnings } = await headerOf(bytes);
    expect(dataset.get('ReferencedImageSequence')).toHaveLength(100_000);
    expect(faultsAt({ warnings: warnings.list })).toEqual([['DELIMITER', bytes.length, SEQUENCE]]);
    const error = await faultOf(bytes, { limits: { maxElements: 50_000 } });
    expect([error.code, error.details]).toMatchObject(['ELEMENT_LIMIT', { limit: 50_000 }]);
    // The sequence is one of the 50,000, and the item behind them one too many.
    expect(error.details.offset).toBe(START + 12 + 49_999 * 8);
  });
  it('D04 does without the delimiter at the end of the file', async () => {
    for (const bounds of [{}, OPEN]) {
      const inside = item([UID], bounds);
      const elements = [NAME, sequence(0x00181234, [inside], { ...OPEN, delimiter: NOTHING })];
      const { bytes } = dicom({ elements });
      const outcome = await toleratedAt(bytes, [['DELIMITER', bytes.length, 0x00181234]]);
      expect(outcome.tags).toEqual([0x00100010, 0x00181234]);
      const [only] = (await headerOf(bytes)).dataset.element(0x00181234)?.items ?? [];
      expect(only?.get('ReferencedSOPInstanceUID')).toBe('1.2.3');
    }
  });
  it.each([
    ['known', {}],
    ['undefined', OPEN],
  ])(
    'D04 does without the delimiter before another element: items of %s length',
    async (_, inner) => {
      const items = ITEMS.map((elements) => item(elements, inner));
      const bytes = before(sequence(SEQUENCE, items, { ...OPEN, delimiter: NOTHING }));
      const end = inner === OPEN ? FIRST_ITEM + 36 + 8 + 22 + 8 : FIRST_ITEM + 36 + 22;
      const outcome = await toleratedAt(bytes, [['ITEM_EXPECTED', end, SEQUENCE]]);
      expect(outcome.tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual(EXPECTED);
    },
  );
  it('D04 does without the delimiter of a sequence in an item', async () => {
    const inner = sequence(INNER, [item([UID], OPEN)], { ...OPEN, delimiter: NOTHING });
    const bytes = before(sequence(SEQUENCE, [item([inner], OPEN), item([CLASS], OPEN)], OPEN));
    // Item 8, inner sequence 12, its item 8 + 14 + 8: the delimiter there is that of the outer item.
    const at = FIRST_ITEM + 8 + 12 + 30;
    const outcome = await toleratedAt(bytes, [['DELIMITER', at, ITEM_END]]);
    expect(outcome.tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual([
      [SEQUENCE, [[[INNER, [[[0x00081155, '1.2.3']]]]], [[0x00081150, '1.2.4']]]],
      ...EXPECTED.slice(1),
    ]);
  });
  it('D04 does without the delimiter of the innermost of three sequences', async () => {
    const third = sequence(0x00081250, [item([UID], OPEN)], { ...OPEN, delimiter: NOTHING });
    const second = sequence(INNER, [item([third], OPEN)], OPEN);
    const bytes = before(sequence(SEQUENCE, [item([second], OPEN)], OPEN));
    const outcome = await outcomeOf(bytes);
    expect(outcome.codes).toEqual(['DELIMITER']);
    expect(outcome.tags).toEqual(SOUND);
  });
  it('D07 an item delimiter too many is one where the sequence is not wanted, too', async () => {
    const one = item([UID], OPEN);
    const inner = sequence(0x00081250, [one, raw(END_OF_ITEM), one], OPEN);
    const wrong = [0x00100010, 'PN', 'WRONG'];
    const bytes = before(sequence(SEQUENCE, [item([inner, wrong], OPEN)], OPEN));
    for (const keep of [undefined, new Set([0x00100010])]) {
      const { dataset, warnings } = await headerOf(bytes, { keep });
      expect(dataset.get('PatientName')).toBe('Doe^Jane');
      expect(warnings.list.map(({ code }) => code)).toEqual(['DELIMITER']);
    }
  });
  it('D05 does without item delimiters', async () => {
    const bare = { ...OPEN, delimiter: NOTHING };
    const items = ITEMS.map((elements) => item(elements, bare));
    const bytes = before(sequence(SEQUENCE, items, OPEN));
    const outcome = await toleratedAt(bytes, [
      ['DELIMITER', FIRST_ITEM + 36, ITEM],
      ['DELIMITER', FIRST_ITEM + 36 + 22, SEQUENCE_END],
    ]);
    expect(outcome.tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(EXPECTED);
  });
  it('D06 takes a sequence delimiter for that of an item', async () => {
    const wrong = { ...OPEN, delimiter: Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0) };
    const items = ITEMS.map((elements) => item(elements, wrong));
    for (const delimiter of [undefined, NOTHING]) {
      const bytes = before(sequence(SEQUENCE, items, { ...OPEN, delimiter }));
      const outcome = await toleratedAt(bytes, [
        ['DELIMITER', FIRST_ITEM + 36, SEQUENCE_END],
        ['DELIMITER', FIRST_ITEM + 36 + 8 + 22, SEQUENCE_END],
      ]);
      expect(outcome.tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual(EXPECTED);
    }
  });
  it.each([
    ['known', {}, 58],
    ['undefined', OPEN, 74],
  ])(
    'D07 takes an item delimiter for that of a sequence: items of %s length',
    async (_, inner, length) => {
      const wrong = { ...OPEN, delimiter: Uint8Array.of(0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0) };
      const items = ITEMS.map((elements) => item(elements, inner));
      const bytes = before(sequence(SEQUENCE, items, wrong));
      const outcome = await toleratedAt(bytes, [['DELIMITER', FIRST_ITEM + length, ITEM_END]]);
      expect(outcome.tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual(EXPECTED);
    },
  );
  describe.each(SYNTAXES)('D07 in %s', (syntax) => {
    const encoding = {
      explicit: syntax !== SYNTAX.implicitLittle,
      littleEndian: syntax !== SYNTAX.explicitBig,
    };
    const header = encoding.explicit ? 12 : 8;
    const start = dicom({ transferSyntax: syntax }).bytes.length;
    /** Behind an item in the sequence of an item: both sequences have a header, both items too. */
    const behindInner = start + 2 * (header + 8) + 14 + 8;
    const stray = { encode: (around) => item([], OPEN).encode(around).slice(8) };
    const one = item([UID], OPEN);
    const nested = (...inside) => sequence(INNER, inside, OPEN);
    const twice = [[[0x00081155, '1.2.3']], [[0x00081155, '1.2.3']]];
    it.each([
      ['another item like the first', [one, stray, one], twice],
      ['the end of the sequence and of the item around it', [one, stray], [twice[0]]],
    ])('passes an item delimiter too many before %s', async (_, inside, expected) => {
      for (const behind of [[], [CLASS]]) {
        const last = behind.length === 0 ? [] : [item(behind, OPEN)];
        const bytes = before(
          sequence(SEQUENCE, [item([nested(...inside)], OPEN), ...last], OPEN),
          syntax,
        );
        const outcome = await toleratedAt(bytes, [['DELIMITER', behindInner, ITEM_END]]);
        expect(outcome.tags).toEqual(SOUND);
        const items = [[[INNER, expected]], ...last.map(() => [[0x00081150, '1.2.4']])];
        expect(await withoutPixels(bytes)).toEqual([[SEQUENCE, items], ...EXPECTED.slice(1)]);
      }
    });
    it('passes one too many before the item of a sequence in no item', async () => {
      const bytes = before(sequence(SEQUENCE, [one, stray, one], OPEN), syntax);
      const outcome = await toleratedAt(bytes, [
        ['DELIMITER', start + header + 8 + 14 + 8, ITEM_END],
      ]);
      expect(outcome.tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual([[SEQUENCE, twice], ...EXPECTED.slice(1)]);
    });
    it.each([
      ['an item that starts otherwise', [item([CLASS], OPEN)], [[[0x00081150, '1.2.4']]]],
      ['the end of the sequence around it', [], []],
    ])('D04 misses a sequence delimiter before %s', async (_, next, expected) => {
      const inner = sequence(INNER, [one], { ...OPEN, delimiter: NOTHING });
      const bytes = before(sequence(SEQUENCE, [item([inner], OPEN), ...next], OPEN), syntax);
      const outcome = await toleratedAt(bytes, [['DELIMITER', behindInner, ITEM_END]]);
      expect(outcome.tags).toEqual(SOUND);
      const items = [[[INNER, [twice[0]]]], ...expected];
      expect(await withoutPixels(bytes)).toEqual([[SEQUENCE, items], ...EXPECTED.slice(1)]);
    });
  });
  it.each(['04000000', 'ffffffff'])('D08 gives a delimiter no length: %s', async (length) => {
    const items = item([UID, raw(`fe ff 0d e0 ${length}`)], { ...OPEN, delimiter: NOTHING });
    const end = raw(`fe ff dd e0 ${length}`).encode(LITTLE);
    const bytes = before(sequence(SEQUENCE, [items], { ...OPEN, delimiter: end }));
    const outcome = await toleratedAt(bytes, [
      ['DELIMITER', FIRST_ITEM + 22, ITEM_END],
      ['DELIMITER', FIRST_ITEM + 30, SEQUENCE_END],
    ]);
    expect(outcome.tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(ONLY_UID);
  });
  it.each([23, 24, 5000, 0x7fffffff, 0xfffffff0])(
    'D09 clamps an item of %i bytes to its sequence',
    async (length) => {
      const bytes = before(sequence(SEQUENCE, [item([UID], { length })]));
      const outcome = await toleratedAt(bytes, [['ITEM_LENGTH', FIRST_ITEM, SEQUENCE]]);
      expect(outcome.tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual(ONLY_UID);
    },
  );
  it('D09 clamps an item to the file', async () => {
    const inside = item([UID], { length: 0xfffffff0 });
    const elements = [NAME, sequence(0x00181234, [inside], { ...OPEN, delimiter: NOTHING })];
    const { bytes, offsets } = dicom({ elements });
    const at = (offsets.get(0x00181234) ?? 0) + 12;
    const outcome = await toleratedAt(bytes, [
      ['ITEM_LENGTH', at, 0x00181234],
      ['DELIMITER', bytes.length, 0x00181234],
    ]);
    expect(outcome.tags).toEqual([0x00100010, 0x00181234]);
  });
  it.each([
    ['beyond the file', 0xfffffff0],
    ['up to an element behind it', 14 + 8 + 16],
    ['into an element behind it', 14 + 8 + 10],
  ])(
    'D09 ends an item that counts %s where the delimiter of its sequence is',
    async (_, length) => {
      const bytes = before(sequence(SEQUENCE, [item([UID], { length })], OPEN));
      const outcome = await outcomeOf(bytes);
      expect(outcome.codes).not.toEqual([]);
      expect((await faultOf(bytes, { strict: true })).details.offset).toBe(
        outcome.warnings[0]?.offset,
      );
      expect(outcome.tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual(ONLY_UID);
    },
  );
  it.each([
    ['sequence of known length', {}],
    ['sequence of undefined length', OPEN],
  ])('D10 reads an element that crosses the end of its item: %s', async (_, outer) => {
    const length = element(0x00081155, 'UI', '1.2.3').encode(LITTLE).length - 4;
    const items = [item([UID], { length }), [CLASS]];
    const bytes = before(sequence(SEQUENCE, items, outer));
    const outcome = await toleratedAt(bytes, [['ITEM_LENGTH', FIRST_ITEM + 16, 0x00081155]]);
    expect(outcome.tags).toEqual(SOUND);
    const { dataset } = await headerOf(bytes);
    const [first, second] = dataset.get('ReferencedImageSequence') ?? [];
    expect(first?.get('ReferencedSOPInstanceUID')).toBe('1.2.3');
    expect(second?.get('ReferencedSOPClassUID')).toBe('1.2.4');
  });
  it('D10 cuts a value that says more than its item has', async () => {
    const long = [0x00081155, 'UI', '1.2.3', { length: 100 }];
    const bytes = before(sequence(SEQUENCE, [[long], [CLASS]]));
    const outcome = await toleratedAt(bytes, [['ITEM_LENGTH', FIRST_ITEM + 16, 0x00081155]]);
    expect(outcome.tags).toEqual(SOUND);
    const [first, second] = (await headerOf(bytes)).dataset.get('ReferencedImageSequence') ?? [];
    expect(first?.get('ReferencedSOPInstanceUID')).toBe('1.2.3');
    expect(second?.get('ReferencedSOPClassUID')).toBe('1.2.4');
  });
  describe.each(SYNTAXES)('D11 in %s', (syntax) => {
    it.each([8, 4, 16, -8, -4, -2])(
      'finds the end of a sequence that is %i bytes off',
      async (off) => {
        const encoding = {
          explicit: syntax !== SYNTAX.implicitLittle,
          littleEndian: syntax !== SYNTAX.explicitBig,
        };
        const length = ITEMS.flatMap((one) => [...item(one).encode(encoding)]).length + off;
        const bytes = before(sequence(SEQUENCE, ITEMS, { length }), syntax);
        const { tags, warnings } = await outcomeOf(bytes);
        const header = encoding.explicit ? 12 : 8;
        // The fault shows where the sequence ends, or in the last of its items.
        const at = dicom({ transferSyntax: syntax }).bytes.length + header;
        expect(warnings[0]?.offset).toBeGreaterThanOrEqual(at + 36);
        expect(warnings[0]?.offset).toBeLessThanOrEqual(at + 58);
        const error = await faultOf(bytes, { strict: true });
        expect([error.code, error.details.offset]).toEqual([
          warnings[0]?.code,
          warnings[0]?.offset,
        ]);
        expect(tags).toEqual(SOUND);
        expect(await withoutPixels(bytes)).toEqual(EXPECTED);
      },
    );
  });
  it('D12 passes a delimiter behind an item of known length', async () => {
    const inside = ITEMS.flatMap((elements) => [item(elements), raw(END_OF_ITEM)]);
    for (const outer of [OPEN, {}]) {
      const bytes = before(sequence(SEQUENCE, inside, outer));
      const outcome = await toleratedAt(bytes, [
        ['DELIMITER', FIRST_ITEM + 36, ITEM_END],
        ['DELIMITER', FIRST_ITEM + 36 + 8 + 22, ITEM_END],
      ]);
      expect(outcome.tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual(EXPECTED);
    }
  });
  it('D12 passes a delimiter that an item or sequence of known length counts in', async () => {
    const inside = ITEMS.map((elements) => item([...elements, raw(END_OF_ITEM)]));
    const bytes = before(sequence(SEQUENCE, [...inside, raw(END_OF_SEQUENCE)]));
    const outcome = await toleratedAt(bytes, [
      ['DELIMITER', FIRST_ITEM + 36, ITEM_END],
      ['DELIMITER', FIRST_ITEM + 44 + 22, ITEM_END],
      ['DELIMITER', FIRST_ITEM + 44 + 30, SEQUENCE_END],
    ]);
    expect(outcome.tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(EXPECTED);
  });
  it('D13 leaves a sequence of known length in which something else stands', async () => {
    const bytes = before(sequence(SEQUENCE, [[UID], raw('01020304 05060708 090a0b0c')]));
    const outcome = await toleratedAt(bytes, [['ITEM_EXPECTED', FIRST_ITEM + 22, SEQUENCE]]);
    expect(outcome.tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(ONLY_UID);
  });
  it('D13 says where something else stands in a sequence of undefined length', async () => {
    const bytes = before(sequence(SEQUENCE, [[UID], raw('01020304 05060708 090a0b0c')], OPEN));
    const outcome = await outcomeOf(bytes);
    expect(faultsAt(outcome)[0]).toEqual(['ITEM_EXPECTED', FIRST_ITEM + 22, SEQUENCE]);
    expect((await faultOf(bytes, { strict: true })).details.offset).toBe(FIRST_ITEM + 22);
    const [only] = (await headerOf(bytes)).dataset.get('ReferencedImageSequence') ?? [];
    expect(only?.get('ReferencedSOPInstanceUID')).toBe('1.2.3');
  });
  it.each([
    ['known', {}, 0],
    ['undefined', OPEN, 8],
  ])(
    'D14 reads explicit VR in items of %s length of an implicit VR data set',
    async (_, bounds, delimiter) => {
      const items = ITEMS.map((one) => item([raw(explicitBytes(one))], bounds));
      const bytes = before(sequence(SEQUENCE, items, bounds), SYNTAX.implicitLittle);
      const at = START - 2 + 8 + 8;
      const outcome = await toleratedAt(bytes, [
        ['BAD_VR', at],
        ['BAD_VR', at + 36 + delimiter],
      ]);
      expect(outcome.tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual(EXPECTED);
    },
  );
  it('D15 reads items in the other byte order', async () => {
    const swapped = raw(concat(...ITEMS.map((one) => item(one).encode(BIG))));
    const delimiter = Uint8Array.of(0xff, 0xfe, 0xe0, 0xdd, 0, 0, 0, 0);
    for (const bounds of [{}, { ...OPEN, delimiter }]) {
      const bytes = before(sequence(SEQUENCE, [swapped], bounds));
      const outcome = await toleratedAt(bytes, [['ITEM_EXPECTED', FIRST_ITEM, SEQUENCE]]);
      expect(outcome.tags).toEqual(SOUND);
      expect(await withoutPixels(bytes)).toEqual(EXPECTED);
    }
  });
  it('D15 reads items of which the length alone is in the other byte order', async () => {
    const swapped = raw(concat(raw('feff00e0 0000000e').encode(LITTLE), explicitBytes([UID])));
    const bytes = before(sequence(SEQUENCE, [swapped]));
    const outcome = await toleratedAt(bytes, [['ITEM_LENGTH', FIRST_ITEM, SEQUENCE]]);
    expect(outcome.tags).toEqual(SOUND);
    expect(await withoutPixels(bytes)).toEqual(ONLY_UID);
  });
});
