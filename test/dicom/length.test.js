import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { dicom, element, item, raw, sequence, SYNTAX } from '../support/build-dicom.js';
import { concat } from '../support/build-value.js';
import { countingSource } from '../support/counting-source.js';
import { headerOf, outcomeOf, toleratedAt } from '../support/header-of.js';
const FIRST = [0x00080060, 'CS', 'CT'];
const LAST = [0x00200013, 'IS', '7'];
const BETWEEN = 0x00081030;
const PRIVATE = 0x00091010;
const SEQUENCE = 0x00081140;
const SYNTAXES = [SYNTAX.explicitLittle, SYNTAX.explicitBig, SYNTAX.implicitLittle];
const ENCODINGS = {
  [SYNTAX.explicitLittle]: { explicit: true, littleEndian: true },
  [SYNTAX.explicitBig]: { explicit: true, littleEndian: false },
  [SYNTAX.implicitLittle]: { explicit: false, littleEndian: true },
};
const text = (value) => new TextEncoder().encode(value);
/** A file with something between two sound elements. */
function around(inside, transferSyntax) {
  return dicom({ transferSyntax, elements: [FIRST, ...inside, LAST] }).bytes;
}
/** Where the element between starts. */
function startOf(transferSyntax) {
  return dicom({ transferSyntax, elements: [FIRST] }).bytes.length;
}
async function valueAround(bytes, tag) {
  const { dataset } = await headerOf(bytes);
  expect(dataset.get('Modality')).toBe('CT');
  expect(dataset.get('InstanceNumber')).toBe(7);
  return dataset.get(tag);
}
describe.each(SYNTAXES)('odd lengths (PS3.5 7.1.1) in %s', (syntax) => {
  const odd = text('odd');
  it.each([
    ['C01 not padded', { pad: false }],
    ['C02 padded nevertheless', { length: 3 }],
  ])('%s: reads the value and the element behind it', async (_, lies) => {
    const bytes = around([[BETWEEN, 'LO', odd, lies]], syntax);
    const outcome = await toleratedAt(bytes, [['ODD_LENGTH', startOf(syntax) + 8, BETWEEN]]);
    expect(outcome.tags).toEqual([0x00080060, BETWEEN, 0x00200013]);
    expect(await valueAround(bytes, BETWEEN)).toBe('odd');
  });
  it.each([
    ['C01 not padded', { pad: false }],
    ['C02 padded nevertheless', { length: 3 }],
  ])('%s: reads the value at the end of the file', async (_, lies) => {
    const elements = [FIRST, [BETWEEN, 'LO', odd, lies]];
    const { bytes } = dicom({ transferSyntax: syntax, elements });
    await toleratedAt(bytes, [['ODD_LENGTH', startOf(syntax) + 8, BETWEEN]]);
    expect((await headerOf(bytes)).dataset.get(BETWEEN)).toBe('odd');
  });
  const lies = [
    ['C01 not padded', { pad: false }],
    ['C02 padded, which the item counts', { length: 3 }],
  ];
  const places = [
    ['before another element', [BETWEEN, 0x00081040]],
    ['last of its item', [BETWEEN]],
  ];
  it.each(lies.flatMap(([how, lie]) => places.map(([where, tags]) => [how, where, tags, lie])))(
    '%s: reads a value in an item, %s',
    async (_, __, tags, lie) => {
      const inside = tags.map((tag) =>
        tag === BETWEEN ? [tag, 'LO', odd, lie] : [tag, 'LO', 'next'],
      );
      for (const bounds of [{}, { undefinedLength: true }]) {
        const items = [item(inside, bounds), item([[BETWEEN, 'LO', 'sound!']], bounds)];
        const bytes = around([sequence(SEQUENCE, items, bounds)], syntax);
        const outcome = await outcomeOf(bytes);
        expect(outcome.codes).toEqual(['ODD_LENGTH']);
        const [first, second] =
          (await headerOf(bytes)).dataset.get('ReferencedImageSequence') ?? [];
        expect([...(first ?? [])].map(({ tag }) => tag)).toEqual(tags);
        expect([first?.get(BETWEEN), second?.get(BETWEEN)]).toEqual(['odd', 'sound!']);
        expect(await valueAround(bytes, 0x00080060)).toBe('CT');
      }
    },
  );
  it('C02 reads the last value of an item that does not count the padding', async () => {
    const encoding = ENCODINGS[syntax];
    if (encoding === undefined) throw new Error('no encoding');
    const inside = [BETWEEN, 'LO', odd, { pad: false }];
    const one = item([inside]).encode(encoding);
    const bytes = around(
      [sequence(SEQUENCE, [raw(concat(one, text(' '))), item([[BETWEEN, 'LO', 'sound!']])])],
      syntax,
    );
    const outcome = await outcomeOf(bytes);
    expect(outcome.codes[0]).toBe('ODD_LENGTH');
    expect(outcome.tags).toEqual([0x00080060, SEQUENCE, 0x00200013]);
    const items = (await headerOf(bytes)).dataset.get('ReferencedImageSequence');
    expect(items?.map((one) => one.get(BETWEEN))).toEqual(['odd', 'sound!']);
  });
  it.each([0, 1])('C01 C02 tells them apart behind a long value, padding of %i', async (pad) => {
    const value = new Uint8Array(100_001 + pad);
    const bytes = around([[PRIVATE, 'OB', value, { length: 100_001, pad: false }]], syntax);
    const header = syntax === SYNTAX.implicitLittle ? 8 : 12;
    const at = startOf(syntax) + header;
    const outcome = await toleratedAt(bytes, [['ODD_LENGTH', at, PRIVATE]]);
    expect(outcome.tags).toEqual([0x00080060, PRIVATE, 0x00200013]);
  });
});
describe('lengths beyond the file', () => {
  const LENGTHS = [6, 0x7ffffffe, 0x80000000, 0xfffffff0, 0xfffffff8, 0xfffffffe];
  it.each(LENGTHS)(
    'C03 C04 N10 keeps the tags and the part of a value of %i bytes',
    async (length) => {
      for (const transferSyntax of SYNTAXES) {
        const elements = [FIRST, [0x0040a160, 'UT', 'text', { length }]];
        const { bytes } = dicom({ transferSyntax, elements });
        const header = transferSyntax === SYNTAX.implicitLittle ? 8 : 12;
        const at = startOf(transferSyntax) + header;
        const outcome = await toleratedAt(bytes, [['TRUNCATED_VALUE', at, 0x0040a160]]);
        expect(outcome.tags).toEqual([0x00080060, 0x0040a160]);
        expect((await headerOf(bytes)).dataset.get(0x0040a160)).toBe('text');
      }
    },
  );
  it.each(['LO', 'OB', 'US', 'UN', 'UC', 'FD'])(
    'C03 keeps the part of a value of %s, and asks for no byte that is not there',
    async (vr) => {
      const value = text('12345678');
      const elements = [FIRST, [PRIVATE, vr, value, { length: 0xfff0 }]];
      const { bytes } = dicom({ elements });
      for (const asynchronous of [false, true]) {
        const source = countingSource(memorySource(bytes, 'test'), { asynchronous });
        const { dataset, warnings } = await headerOf(source);
        expect(warnings.list).toMatchObject([{ code: 'TRUNCATED_VALUE', tag: PRIVATE }]);
        expect(dataset.element(PRIVATE)?.length).toBe(0xfff0);
        const given = dataset.element(PRIVATE)?.values ?? [];
        expect(given).not.toEqual([]);
        for (const [at, size] of source.reads) expect(at + size).toBeLessThanOrEqual(bytes.length);
      }
    },
  );
  it.each(LENGTHS)('C04 keeps the items of a sequence of %i bytes', async (length) => {
    for (const transferSyntax of SYNTAXES) {
      const cut = sequence(SEQUENCE, [[LAST]], { length: Math.max(length, 100) });
      const { bytes } = dicom({ transferSyntax, elements: [FIRST, cut] });
      const header = transferSyntax === SYNTAX.implicitLittle ? 8 : 12;
      const at = startOf(transferSyntax) + header;
      const outcome = await toleratedAt(bytes, [['TRUNCATED_VALUE', at, SEQUENCE]]);
      expect(outcome.tags).toEqual([0x00080060, SEQUENCE]);
      const items = (await headerOf(bytes)).dataset.get('ReferencedImageSequence');
      expect(items?.map((one) => one.get('InstanceNumber'))).toEqual([7]);
    }
  });
  it.each(LENGTHS)('C04 places pixel data of %i bytes, and looks at none', async (length) => {
    for (const transferSyntax of SYNTAXES) {
      const elements = [FIRST, LAST, [0x7fe00010, 'OW', [1, 2], { length }]];
      const { bytes, pixelOffset } = dicom({ transferSyntax, elements });
      for (const behindPixelData of [false, true]) {
        const outcome = await outcomeOf(bytes, { behindPixelData });
        expect(outcome.tags).toEqual([0x00080060, 0x00200013, 0x7fe00010]);
        expect(outcome.pixelOffset).toBe(pixelOffset);
      }
    }
  });
});
describe('undefined lengths (PS3.5 7.1.1)', () => {
  it.each([
    ['C05 US', 0x00081197, 'US', SYNTAX.implicitLittle, 8],
    ['C05 LO', BETWEEN, 'LO', SYNTAX.implicitLittle, 8],
    ['C05 UI', 0x00081195, 'UI', SYNTAX.implicitLittle, 8],
    ['E09 a private element, where it means the longest', PRIVATE, 'LO', SYNTAX.implicitLittle, 8],
    ['C07 UT', PRIVATE, 'UT', SYNTAX.explicitLittle, 12],
    ['C07 UC', PRIVATE, 'UC', SYNTAX.explicitLittle, 12],
    ['C07 UR', PRIVATE, 'UR', SYNTAX.explicitLittle, 12],
    ['C07 OF', PRIVATE, 'OF', SYNTAX.explicitLittle, 12],
    ['C07 UT in big endian', PRIVATE, 'UT', SYNTAX.explicitBig, 12],
  ])('%s: stops, keeping the tags before', async (_, tag, vr, syntax, header) => {
    const bytes = around([[tag, vr, text('text'), { length: 0xffffffff }]], syntax);
    const outcome = await toleratedAt(bytes, [['BAD_LENGTH', startOf(syntax) + header, tag]]);
    expect(outcome.tags).toEqual([0x00080060]);
  });
  it('C06 reads OB of undefined length that is no pixel data as fragments', async () => {
    const inside = concat(
      item([raw('01020304')]).encode({ explicit: true, littleEndian: true }),
      Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0),
    );
    const bytes = around([[PRIVATE, 'OB', inside, { length: 0xffffffff }]], SYNTAX.explicitLittle);
    const { tags, codes } = await outcomeOf(bytes);
    expect([tags, codes]).toEqual([[0x00080060, PRIVATE, 0x00200013], []]);
  });
  it('C06 reads OB of undefined length as a sequence by its first item', async () => {
    const items = sequence(PRIVATE, [item([FIRST], { undefinedLength: true })], {
      undefinedLength: true,
      lies: { vr: 'OB' },
    });
    const bytes = around([items], SYNTAX.explicitLittle);
    const { dataset } = await headerOf(bytes);
    expect(dataset.element(PRIVATE)?.items?.[0]?.get('Modality')).toBe('CT');
    expect((await outcomeOf(bytes)).codes).toEqual([]);
  });
  it('D16 tells what was written: undefined, and from where', async () => {
    const piece = sequence(SEQUENCE, [item([LAST], { undefinedLength: true })], {
      undefinedLength: true,
    });
    for (const transferSyntax of SYNTAXES) {
      const { bytes, offsets } = dicom({ transferSyntax, elements: [FIRST, piece] });
      const offset = offsets.get(SEQUENCE) ?? 0;
      const header = transferSyntax === SYNTAX.implicitLittle ? 8 : 12;
      expect((await headerOf(bytes)).dataset.element(SEQUENCE)).toMatchObject({
        offset,
        valueOffset: offset + header,
        length: 0xffffffff,
      });
    }
  });
});
const EVERY_VR =
  'AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV';
describe('empty values, and headers that are cut', () => {
  it.each(EVERY_VR.split(' '))('C08 reads an empty %s', async (vr) => {
    for (const syntax of [SYNTAX.explicitLittle, SYNTAX.explicitBig]) {
      const empty = new Uint8Array(0);
      const bytes = around([[PRIVATE, vr, empty]], syntax);
      const { codes, json } = await outcomeOf(bytes, { strict: true });
      expect(codes).toEqual([]);
      expect(json).toMatchObject({ '00091010': { vr } });
      expect(await valueAround(bytes, PRIVATE)).toEqual(vr === 'SQ' ? [] : undefined);
    }
  });
  it('C08 reads an empty value in implicit VR', async () => {
    const bytes = around([[BETWEEN, 'LO', '']], SYNTAX.implicitLittle);
    expect((await outcomeOf(bytes, { strict: true })).tags).toEqual([
      0x00080060,
      BETWEEN,
      0x00200013,
    ]);
    expect(await valueAround(bytes, BETWEEN)).toBeUndefined();
  });
  it.each(SYNTAXES)('C09 reads an empty element at the very end: %s', async (transferSyntax) => {
    const elements = [FIRST, [BETWEEN, 'LO', '']];
    const { bytes } = dicom({ transferSyntax, elements });
    const { tags, codes } = await outcomeOf(bytes, { strict: true });
    expect([tags, codes]).toEqual([[0x00080060, BETWEEN], []]);
  });
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])(
    'C09 keeps the tags before a header that is cut after %i bytes',
    async (present) => {
      for (const syntax of SYNTAXES) {
        const encoding = ENCODINGS[syntax];
        if (encoding === undefined) throw new Error('no encoding');
        const header = element(PRIVATE, 'UT', '').encode(encoding);
        if (present >= header.length) continue;
        const elements = [FIRST, raw(header.slice(0, present))];
        const { bytes } = dicom({ transferSyntax: syntax, elements });
        const code = present < 8 ? 'TRAILING_BYTES' : 'TRUNCATED_VALUE';
        const outcome = await toleratedAt(bytes, [[code, startOf(syntax)]]);
        expect(outcome.tags).toEqual([0x00080060]);
      }
    },
  );
});
