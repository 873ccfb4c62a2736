import { describe, expect, it } from 'vitest';
import { dicom, element, item, raw, sequence, SYNTAX } from '../support/build-dicom.js';
import { faultsAt, headerOf, outcomeOf, toleratedAt } from '../support/header-of.js';
const FIRST = [0x00080060, 'CS', 'CT'];
const LAST = [0x00200013, 'IS', '7'];
const BETWEEN = 0x00081030;
/** Where the element between starts. */
const AT = dicom({ elements: [FIRST] }).bytes.length;
/** A file with something between two sound elements. */
function around(inside, transferSyntax = SYNTAX.explicitLittle) {
  return dicom({ transferSyntax, elements: [FIRST, ...inside, LAST] }).bytes;
}
async function valueAround(bytes, tag) {
  const { dataset } = await headerOf(bytes);
  expect(dataset.get('Modality')).toBe('CT');
  expect(dataset.get('InstanceNumber')).toBe(7);
  return dataset.get(tag);
}
const SHORT_VRS = [
  ['AE', 'STATION'],
  ['AS', '018M'],
  ['AT', 0x00280010],
  ['CS', 'AXIAL'],
  ['DA', '20260102'],
  ['DS', '1.5'],
  ['DT', '20260102101112'],
  ['FD', 0.5],
  ['FL', 0.5],
  ['IS', '12'],
  ['LO', 'text'],
  ['LT', 'text'],
  ['PN', 'Doe^Jane'],
  ['SH', 'text'],
  ['SL', -5],
  ['SS', -5],
  ['ST', 'text'],
  ['TM', '1011'],
  ['UI', '1.2.3'],
  ['UL', 5],
  ['US', 5],
];
const LONG_VRS = [
  ['OB', [1, 2]],
  ['OD', [0.5]],
  ['OF', [0.5]],
  ['OL', [1]],
  ['OV', [1n]],
  ['OW', [1, 2]],
  ['SV', -5n],
  ['UC', 'text'],
  ['UN', [1, 2]],
  ['UR', 'http://example.org'],
  ['UT', 'text'],
  ['UV', 5n],
];
const PRIVATE = 0x00091010;
const LITTLE = { explicit: true, littleEndian: true };
const IMPLICIT = { explicit: false, littleEndian: true };
const SYNTAXES = [SYNTAX.explicitLittle, SYNTAX.explicitBig];
describe('element headers in explicit VR (PS3.5 7.1.2)', () => {
  it.each(SHORT_VRS)('B01 reads %s, with a length of 2 bytes', async (vr, value) => {
    for (const syntax of SYNTAXES) {
      const { elements, codes } = await outcomeOf(around([[PRIVATE, vr, value]], syntax));
      expect([elements.length, codes]).toEqual([3, []]);
      expect(elements[1]).toMatch(new RegExp(`^00091010 ${vr} ${AT} ${AT + 8} `));
    }
  });
  it.each(LONG_VRS)('B02 reads %s, with a length of 4 bytes', async (vr, value) => {
    for (const syntax of SYNTAXES) {
      const { elements, codes } = await outcomeOf(around([[PRIVATE, vr, value]], syntax));
      expect([elements.length, codes]).toEqual([3, []]);
      expect(elements[1]).toMatch(new RegExp(`^00091010 ${vr} ${AT} ${AT + 12} `));
    }
  });
  it.each(SHORT_VRS)('B01 reads %s of no bytes, and of as many as its length holds', async (vr) => {
    for (const length of [0, 65534]) {
      const bytes = around([[PRIVATE, vr, new Uint8Array(length).fill(0x20)]]);
      const { elements, codes } = await outcomeOf(bytes);
      expect([elements[1], codes]).toEqual([`00091010 ${vr} ${AT} ${AT + 8} ${length}`, []]);
    }
  });
  it.each(LONG_VRS)('B02 reads %s of no bytes, and of more than 65,535', async (vr) => {
    for (const length of [0, 65536, 70_000]) {
      const bytes = around([[PRIVATE, vr, new Uint8Array(length).fill(0x20)]]);
      const { elements, codes } = await outcomeOf(bytes);
      expect([elements[1], codes]).toEqual([`00091010 ${vr} ${AT} ${AT + 12} ${length}`, []]);
    }
  });
  it.each(LONG_VRS)('B03 reads %s whose reserved bytes are not zero', async (vr, value) => {
    const bytes = around([[PRIVATE, vr, value, { reserved: 0x1234 }]]);
    const outcome = await toleratedAt(bytes, [['RESERVED_BYTES', AT, PRIVATE]]);
    expect(outcome.elements[1]).toMatch(new RegExp(`^00091010 ${vr} ${AT} ${AT + 12} `));
    const sound = await valueAround(around([[PRIVATE, vr, value]]), PRIVATE);
    expect(await valueAround(bytes, PRIVATE)).toEqual(sound);
  });
  it.each([
    ['long', true],
    ['short', false],
  ])('B04 reads an unknown VR in the %s form', async (_, longForm) => {
    for (const vr of ['ZZ', 'QQ', 'XX']) {
      const bytes = around([[PRIVATE, 'LO', 'abcd', { vr, longForm }]]);
      const outcome = await toleratedAt(bytes, [['BAD_VR', AT, PRIVATE]]);
      expect(outcome.tags).toEqual([0x00080060, PRIVATE, 0x00200013]);
      expect(await valueAround(bytes, PRIVATE)).toEqual(new TextEncoder().encode('abcd'));
    }
  });
  it.each([
    ['??', '??'],
    ['blanks', '  '],
    ['NUL NUL', Uint8Array.of(0, 0)],
    ['1 and 2', Uint8Array.of(1, 2)],
    ['RT of Siemens', 'RT'],
    ['lower case', 'lo'],
  ])('B05 reads a known element whose VR is %s by the dictionary', async (_, vr) => {
    for (const value of ['head', 'a longer description of it', '']) {
      const bytes = around([[BETWEEN, 'LO', value, { vr }]]);
      await toleratedAt(bytes, [['BAD_VR', AT, BETWEEN]]);
      expect(await valueAround(bytes, BETWEEN)).toBe(value === '' ? undefined : value);
    }
  });
  it.each(['UL', 'SS', 'DS', 'OB'])('B06 keeps the VR %s that is written', async (vr) => {
    const written = [0x00280010, vr, Uint8Array.of(2, 0, 0, 0)];
    const { bytes } = dicom({ elements: [FIRST, LAST, written] });
    const { elements, codes } = await outcomeOf(bytes);
    expect(elements[2]).toMatch(new RegExp(`^00280010 ${vr} `));
    expect(codes).toEqual([]);
  });
  it.each(['UT', 'UC', 'OB', 'UN', 'OW', 'UR', 'SV'])(
    'B07 reads %s with the short form',
    async (vr) => {
      const text = new TextEncoder().encode('some text!');
      const bytes = around([[PRIVATE, vr, text, { longForm: false }]]);
      const outcome = await toleratedAt(bytes, [['BAD_VR', AT, PRIVATE]]);
      expect(outcome.elements[1]).toBe(`00091010 ${vr} ${AT} ${AT + 8} 10`);
    },
  );
  it('B07 reads the short form also where the long one would fit the file', async () => {
    const padding = [0x00210010, 'OB', new Uint8Array(700_000)];
    const elements = [FIRST, [PRIVATE, 'UT', 'some text', { longForm: false }]];
    const { bytes } = dicom({ elements: [...elements, [0x00091011, 'LO', 'a'], LAST, padding] });
    const outcome = await toleratedAt(bytes, [['BAD_VR', AT, PRIVATE]]);
    expect(outcome.tags).toEqual([0x00080060, PRIVATE, 0x00091011, 0x00200013, 0x00210010]);
  });
  it.each([
    ['US', [1, 3]],
    ['FD', [7]],
    ['AT', [6]],
    ['SV', [4]],
  ])('B08 goes on behind %s of %j bytes', async (vr, lengths) => {
    for (const length of lengths) {
      const value = new Uint8Array(length).fill(1);
      const bytes = around([[PRIVATE, vr, value, { pad: false }]]);
      const header = vr === 'SV' ? 12 : 8;
      const odd = length % 2 === 1;
      const outcome = odd
        ? await toleratedAt(bytes, [['ODD_LENGTH', AT + header, PRIVATE]])
        : await outcomeOf(bytes);
      expect(outcome.tags).toEqual([0x00080060, PRIVATE, 0x00200013]);
      expect(outcome.elements[1]).toBe(`00091010 ${vr} ${AT} ${AT + header} ${length}`);
    }
  });
  it('B09 reads an element in implicit VR among explicit ones', async () => {
    const implicit = element(BETWEEN, 'LO', 'head').encode(IMPLICIT);
    const bytes = around([raw(implicit)]);
    await toleratedAt(bytes, [['BAD_VR', AT, BETWEEN]]);
    expect(await valueAround(bytes, BETWEEN)).toBe('head');
  });
  it('B09 reads an implicit sequence among explicit elements', async () => {
    const implicit = sequence(0x00081140, [[[0x00081150, 'UI', '1.2.3']]]);
    const bytes = around([raw(implicit.encode(IMPLICIT))]);
    const outcome = await outcomeOf(bytes);
    expect(faultsAt(outcome)[0]).toEqual(['BAD_VR', AT, 0x00081140]);
    expect([...new Set(outcome.codes)]).toEqual(['BAD_VR']);
    expect(outcome.tags).toEqual([0x00080060, 0x00081140, 0x00200013]);
    expect(outcome.elements[2]).toMatch(/^00081140\[0\]\.00081150 UI/);
  });
  it('B09 reads an element in explicit VR among implicit ones', async () => {
    const bytes = around(
      [raw(element(BETWEEN, 'LO', 'head').encode(LITTLE))],
      SYNTAX.implicitLittle,
    );
    const at = dicom({ elements: [FIRST], transferSyntax: SYNTAX.implicitLittle }).bytes.length;
    const outcome = await outcomeOf(bytes);
    expect(faultsAt(outcome)[0]?.[1]).toBeGreaterThanOrEqual(at);
    expect(outcome.codes).not.toEqual([]);
    // The bytes "LO" and a length of 4 are a length of 282,444 here, which the file does not have.
    expect(outcome.tags[0]).toBe(0x00080060);
    expect(outcome.tags).not.toContain(0x61656820);
  });
});
describe('order of elements (PS3.5 7.1)', () => {
  it('B10 keeps elements that are out of order', async () => {
    const { bytes, offsets } = dicom({ elements: [LAST, FIRST, [BETWEEN, 'LO', 'head']] });
    const outcome = await toleratedAt(bytes, [
      ['TAG_ORDER', offsets.get(0x00080060) ?? 0, 0x00080060],
      ['TAG_ORDER', offsets.get(BETWEEN) ?? 0, BETWEEN],
    ]);
    expect(outcome.tags).toEqual([0x00200013, 0x00080060, BETWEEN]);
    expect(await valueAround(bytes, BETWEEN)).toBe('head');
    expect(await valueAround(bytes, 0x00081031)).toBeUndefined();
  });
  it.each([
    ['side by side', [2, 3], []],
    ['side by side, the same', [2, 2], []],
    ['apart', [2], [3]],
  ])('B11 lets the first of two elements with one tag count: %s', async (_, before, behind) => {
    const rows = (value) => [0x00280010, 'US', value];
    const elements = [FIRST, ...before.map(rows), [0x00280011, 'US', 5]];
    const { bytes, offsets } = dicom({ elements: [...elements, ...behind.map(rows)] });
    const outcome = await toleratedAt(bytes, [
      ['DUPLICATE_TAG', offsets.get(0x00280010) ?? 0, 0x00280010],
    ]);
    expect(outcome.elements).toHaveLength(4);
    expect((await headerOf(bytes)).dataset.get('Rows')).toBe(2);
  });
  it('B11 lets the first of two count inside an item, too', async () => {
    const rows = (value) => [0x00280010, 'US', value];
    const elements = [sequence(0x00081140, [[rows(2), [0x00280011, 'US', 5], rows(3)]])];
    const { bytes } = dicom({ elements });
    const at = bytes.length - 10;
    await toleratedAt(bytes, [['DUPLICATE_TAG', at, 0x00280010]]);
    const [only] = (await headerOf(bytes)).dataset.get('ReferencedImageSequence') ?? [];
    expect(only?.get('Rows')).toBe(2);
  });
  // PS3.5 7.1 forbids these groups to private elements, too.
  it.each([0x00010001, 0x00030010, 0x00050010, 0x00070010, 0xffff0001])(
    'B12 E10 keeps an element of the group of %i, and says that there is no such group',
    async (tag) => {
      const { bytes, offsets } = dicom({ elements: [[tag, 'LO', 'text']] });
      const outcome = await toleratedAt(bytes, [['BAD_TAG', offsets.get(tag) ?? 0, tag]]);
      expect(outcome.tags).toEqual([tag]);
    },
  );
  it('B12 E10 keeps those elements where they stand', async () => {
    const elements = [
      [0x00010001, 'LO', 'text'],
      FIRST,
      [BETWEEN, 'LO', 'head'],
      LAST,
      [0xffff0001, 'LO', 'text'],
    ];
    const { bytes } = dicom({ elements });
    const tags = elements.map((one) => ('encode' in one ? 0 : one[0]));
    expect((await outcomeOf(bytes)).tags).toEqual(tags);
    expect(await valueAround(bytes, BETWEEN)).toBe('head');
  });
  it.each([0x00000000, 0xffffffff])('B12 takes tag %i for the padding of a medium', async (tag) => {
    const { bytes, offsets } = dicom({ elements: [FIRST, LAST, [tag, 'UL', 1]] });
    const outcome = await toleratedAt(bytes, [['TRAILING_BYTES', offsets.get(tag) ?? 0]]);
    expect(outcome.tags).toEqual([0x00080060, 0x00200013]);
  });
  it.each([
    ['B13', 0xfffee00d, 'fe ff 0d e0'],
    ['B13', 0xfffee0dd, 'fe ff dd e0'],
    ['B14', 0xfffee000, 'fe ff 00 e0'],
  ])('%s passes the delimiter %i that ends nothing', async (_, tag, bytes) => {
    for (const inside of ['00000000', '04000000', 'ffffffff']) {
      const outcome = await toleratedAt(around([raw(`${bytes} ${inside}`)]), [
        ['DELIMITER', AT, tag],
      ]);
      expect(outcome.tags).toEqual([0x00080060, 0x00200013]);
    }
  });
  it('B14 reads what is in an item that is in no sequence', async () => {
    const bytes = around([item([[BETWEEN, 'LO', 'head']])]);
    await toleratedAt(bytes, [['DELIMITER', AT, 0xfffee000]]);
    expect(await valueAround(bytes, BETWEEN)).toBe('head');
  });
  it.each([0, 4, 0x7fffffff, 0xffff0000, 0xffffffff])(
    'B15 never believes a group length: %i',
    async (length) => {
      for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.implicitLittle]) {
        const elements = [
          [0x00080000, 'UL', length],
          FIRST,
          [0x00090000, 'UL', length],
          [0x00200000, 'UL', length],
          LAST,
        ];
        const { tags, codes } = await outcomeOf(dicom({ transferSyntax, elements }).bytes);
        expect(tags).toEqual([0x00080000, 0x00080060, 0x00090000, 0x00200000, 0x00200013]);
        expect(codes).toEqual([]);
      }
    },
  );
  it.each([0x00, 0x02, 0x1e, 0xfe])(
    'B17 knows the elements of repeating groups in implicit VR: 50xx and 60xx of %i',
    async (repetition) => {
      const group = (base) => (base + repetition) * 0x10000;
      const elements = [
        [group(0x5000) + 0x0005, 'US', 2],
        [group(0x5000) + 0x0030, 'SH', 'mV'],
        [group(0x6000) + 0x0010, 'US', 4],
        [group(0x6000) + 0x0022, 'LO', 'text'],
      ];
      const { bytes } = dicom({ transferSyntax: SYNTAX.implicitLittle, elements });
      const { dataset } = await headerOf(bytes);
      expect([...dataset].map(({ vr }) => vr)).toEqual(['US', 'SH', 'US', 'LO']);
      expect([...dataset].flatMap(({ values }) => values)).toEqual([2, 'mV', 4, 'text']);
      expect((await outcomeOf(bytes, { strict: true })).codes).toEqual([]);
    },
  );
});
