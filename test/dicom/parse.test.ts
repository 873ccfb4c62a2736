import { describe, expect, it } from 'vitest';
import { dicom, element, item, raw, sequence, SYNTAX } from '../support/build-dicom.ts';
import type { ElementLike } from '../support/build-dicom.ts';
import { concat } from '../support/build-value.ts';
import type { Value } from '../support/build-value.ts';
import { headerOf, outcomeOf, tolerated } from '../support/header-of.ts';

const FIRST: ElementLike = [0x00080060, 'CS', 'CT'];
const LAST: ElementLike = [0x00200013, 'IS', '7'];
const BETWEEN = 0x00081030;
/** Where the element between starts. */
const AT = dicom({ elements: [FIRST] }).bytes.length;

/** A file with something between two sound elements. */
function around(
  inside: readonly ElementLike[],
  transferSyntax: string = SYNTAX.explicitLittle,
): Uint8Array {
  return dicom({ transferSyntax, elements: [FIRST, ...inside, LAST] }).bytes;
}

async function valueAround(bytes: Uint8Array, tag: number): Promise<unknown> {
  const { dataset } = await headerOf(bytes);
  expect(dataset.get('Modality')).toBe('CT');
  expect(dataset.get('InstanceNumber')).toBe(7);
  return dataset.get(tag);
}

const SHORT_VRS: readonly (readonly [string, Value])[] = [
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
const LONG_VRS: readonly (readonly [string, Value])[] = [
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

describe('element headers in explicit VR (PS3.5 7.1.2)', () => {
  it.each(SHORT_VRS)('B01 reads %s, with a length of 2 bytes', async (vr, value) => {
    const bytes = around([[PRIVATE, vr, value]]);
    const { elements, codes } = await outcomeOf(bytes);
    expect([elements.length, codes]).toEqual([3, []]);
    expect(elements[1]).toMatch(new RegExp(`^00091010 ${vr} ${AT} ${AT + 8} `));
  });

  it.each(LONG_VRS)('B02 reads %s, with a length of 4 bytes', async (vr, value) => {
    const { elements, codes } = await outcomeOf(around([[PRIVATE, vr, value]]));
    expect([elements.length, codes]).toEqual([3, []]);
    expect(elements[1]).toMatch(new RegExp(`^00091010 ${vr} ${AT} ${AT + 12} `));
  });

  it.each([0, 2, 65534])('B01 reads a short form of %i bytes', async (length) => {
    const { elements, codes } = await outcomeOf(around([[PRIVATE, 'LO', 'x'.repeat(length)]]));
    expect([elements[1], codes]).toEqual([`00091010 LO ${AT} ${AT + 8} ${length}`, []]);
  });

  it('B03 reads a long form whose reserved bytes are not zero', async () => {
    const bytes = around([[PRIVATE, 'OB', [1, 2], { reserved: 0x1234 }]]);
    const outcome = await tolerated(bytes, ['RESERVED_BYTES']);
    expect(outcome.elements[1]).toBe(`00091010 OB ${AT} ${AT + 12} 2`);
    expect(await valueAround(bytes, PRIVATE)).toEqual(Uint8Array.of(1, 2));
  });

  it.each([
    ['long', true],
    ['short', false],
  ])('B04 reads an unknown VR in the %s form', async (_, longForm) => {
    const bytes = around([[PRIVATE, 'LO', 'abcd', { vr: 'ZZ', longForm }]]);
    const outcome = await tolerated(bytes, ['BAD_VR']);
    expect(outcome.tags).toEqual([0x00080060, PRIVATE, 0x00200013]);
    expect(await valueAround(bytes, PRIVATE)).toEqual(new TextEncoder().encode('abcd'));
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
      await tolerated(bytes, ['BAD_VR']);
      expect(await valueAround(bytes, BETWEEN)).toBe(value === '' ? undefined : value);
    }
  });

  it.each(['UT', 'UC', 'OB', 'UN'])('B07 reads %s with the short form', async (vr) => {
    const bytes = around([[PRIVATE, vr, 'some text', { longForm: false }]]);
    const outcome = await tolerated(bytes, ['BAD_VR']);
    expect(outcome.elements[1]).toBe(`00091010 ${vr} ${AT} ${AT + 8} 10`);
  });

  it('B07 reads the short form also where the long one would fit the file', async () => {
    const padding: ElementLike = [0x00210010, 'OB', new Uint8Array(700_000)];
    const elements: ElementLike[] = [FIRST, [PRIVATE, 'UT', 'some text', { longForm: false }]];
    const { bytes } = dicom({ elements: [...elements, [0x00091011, 'LO', 'a'], LAST, padding] });
    const outcome = await tolerated(bytes, ['BAD_VR']);
    expect(outcome.tags).toEqual([0x00080060, PRIVATE, 0x00091011, 0x00200013, 0x00210010]);
  });

  it('B09 reads an element in implicit VR among explicit ones', async () => {
    const implicit = element(BETWEEN, 'LO', 'head').encode({ explicit: false, littleEndian: true });
    const bytes = around([raw(implicit)]);
    await tolerated(bytes, ['BAD_VR']);
    expect(await valueAround(bytes, BETWEEN)).toBe('head');
  });

  it('B09 reads an implicit sequence among explicit elements', async () => {
    const implicit = sequence(0x00081140, [[[0x00081150, 'UI', '1.2.3']]]);
    const bytes = around([raw(implicit.encode({ explicit: false, littleEndian: true }))]);
    const outcome = await tolerated(bytes, ['BAD_VR']);
    expect(outcome.tags).toEqual([0x00080060, 0x00081140, 0x00200013]);
    expect(outcome.elements[2]).toMatch(/^00081140\[0\]\.00081150 UI/);
  });
});

describe('order of elements (PS3.5 7.1)', () => {
  it('B10 keeps elements that are out of order', async () => {
    const bytes = dicom({ elements: [LAST, FIRST] }).bytes;
    expect((await tolerated(bytes, ['TAG_ORDER'])).tags).toEqual([0x00200013, 0x00080060]);
    expect(await valueAround(bytes, BETWEEN)).toBeUndefined();
  });

  it.each([
    ['side by side', [2, 3], []],
    ['apart', [2], [3]],
  ])('B11 lets the first of two elements with one tag count: %s', async (_, before, behind) => {
    const rows = (value: number): ElementLike => [0x00280010, 'US', value];
    const elements = [FIRST, ...before.map(rows), [0x00280011, 'US', 5] as const];
    const bytes = dicom({ elements: [...elements, ...behind.map(rows)] }).bytes;
    const outcome = await tolerated(bytes, ['DUPLICATE_TAG']);
    expect(outcome.elements).toHaveLength(4);
    expect((await headerOf(bytes)).dataset.get('Rows')).toBe(2);
  });

  it.each([0x00010001, 0x00030010, 0x00050010, 0x00070010, 0xffff0001])(
    'B12 E10 keeps an element of the odd group of %i',
    async (tag) => {
      const { bytes } = dicom({ elements: [[tag, 'LO', 'text']] });
      expect((await outcomeOf(bytes)).tags).toEqual([tag]);
    },
  );

  it.each(['fe ff 0d e0', 'fe ff dd e0', 'fe ff 00 e0'])(
    'B13 B14 passes the delimiter %s that ends nothing',
    async (tag) => {
      const outcome = await tolerated(around([raw(`${tag} 00000000`)]), ['DELIMITER']);
      expect(outcome.tags).toEqual([0x00080060, 0x00200013]);
    },
  );

  it('B15 never believes a group length', async () => {
    const elements: ElementLike[] = [[0x00080000, 'UL', 0xffff0000], FIRST, LAST];
    const { tags, codes } = await outcomeOf(dicom({ elements }).bytes);
    expect([tags, codes]).toEqual([[0x00080000, 0x00080060, 0x00200013], []]);
  });

  it('B17 knows the elements of repeating groups in implicit VR', async () => {
    const elements: ElementLike[] = [
      [0x60020010, 'US', 4],
      [0x60020022, 'LO', 'text'],
    ];
    const { bytes } = dicom({ transferSyntax: SYNTAX.implicitLittle, elements });
    const { dataset } = await headerOf(bytes);
    expect([dataset.get(0x60020010), dataset.get(0x60020022)]).toEqual([4, 'text']);
  });
});

describe('lengths of values (PS3.5 7.1.1)', () => {
  const odd = Uint8Array.from('odd', (character) => character.charCodeAt(0));

  it.each([SYNTAX.explicitLittle, SYNTAX.explicitBig, SYNTAX.implicitLittle])(
    'C01 reads a value of odd length, the next element behind it: %s',
    async (syntax) => {
      const bytes = around([[BETWEEN, 'LO', odd, { pad: false }]], syntax);
      await tolerated(bytes, ['ODD_LENGTH']);
      expect(await valueAround(bytes, BETWEEN)).toBe('odd');
    },
  );

  it.each([SYNTAX.explicitLittle, SYNTAX.explicitBig, SYNTAX.implicitLittle])(
    'C02 reads a value of odd length that is padded nevertheless: %s',
    async (syntax) => {
      const bytes = around([[BETWEEN, 'LO', odd, { length: 3 }]], syntax);
      await tolerated(bytes, ['ODD_LENGTH']);
      expect(await valueAround(bytes, BETWEEN)).toBe('odd');
    },
  );

  it.each([0, 1])('C01 C02 tells them apart behind a long value, padding of %i', async (pad) => {
    const value = new Uint8Array(100_001 + pad);
    const bytes = around([[PRIVATE, 'OB', value, { length: 100_001, pad: false }]]);
    const outcome = await tolerated(bytes, ['ODD_LENGTH']);
    expect(outcome.tags).toEqual([0x00080060, PRIVATE, 0x00200013]);
  });

  it.each([2, 0x7ffffffe, 0x80000000, 0xfffffffe, 0xfffffff0])(
    'C03 C04 N10 keeps the tags and the part of a value that is %i bytes too long',
    async (excess) => {
      const length = Math.min(4 + excess, 0xfffffffe);
      const elements: ElementLike[] = [FIRST, [0x00091010, 'UT', 'text', { length }]];
      const bytes = dicom({ elements }).bytes;
      const outcome = await tolerated(bytes, ['TRUNCATED_VALUE']);
      expect(outcome.tags).toEqual([0x00080060, 0x00091010]);
      expect((await headerOf(bytes)).dataset.get(0x00091010)).toBe('text');
    },
  );

  it.each([
    ['US', 0x00081197, SYNTAX.implicitLittle, 8],
    ['LO', BETWEEN, SYNTAX.implicitLittle, 8],
    ['UI', 0x00081195, SYNTAX.implicitLittle, 8],
    ['a private element (E09)', PRIVATE, SYNTAX.implicitLittle, 8],
    ['UT', PRIVATE, SYNTAX.explicitLittle, 12],
    ['UC', PRIVATE, SYNTAX.explicitLittle, 12],
  ])(
    'C05 C07 stops at an undefined length of %s, keeping the tags before',
    async (vr, tag, syntax, header) => {
      const bytes = around([[tag, vr, 'text', { length: 0xffffffff }]], syntax);
      const outcome = await tolerated(bytes, ['BAD_LENGTH']);
      expect(outcome.tags).toEqual([0x00080060]);
      const at = dicom({ elements: [FIRST], transferSyntax: syntax }).bytes.length;
      expect(outcome.warnings).toMatchObject([{ offset: at + header, tag }]);
    },
  );

  it('C06 reads OB of undefined length that is no pixel data as fragments', async () => {
    const inside = concat(
      item([raw('01020304')]).encode({ explicit: true, littleEndian: true }),
      Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0),
    );
    const bytes = around([[PRIVATE, 'OB', inside, { length: 0xffffffff }]]);
    const { tags, codes } = await outcomeOf(bytes);
    expect([tags, codes]).toEqual([[0x00080060, PRIVATE, 0x00200013], []]);
  });

  it('C06 reads OB of undefined length as a sequence by its first item', async () => {
    const items = sequence(PRIVATE, [item([FIRST], { undefinedLength: true })], {
      undefinedLength: true,
      lies: { vr: 'OB' },
    });
    const bytes = around([items]);
    const { dataset } = await headerOf(bytes);
    expect(dataset.element(PRIVATE)?.items?.[0]?.get('Modality')).toBe('CT');
    expect((await outcomeOf(bytes)).codes).toEqual([]);
  });

  it.each([...SHORT_VRS, ...LONG_VRS])('C08 reads an empty %s', async (vr) => {
    const bytes = around([[PRIVATE, vr, new Uint8Array(0)]]);
    expect((await outcomeOf(bytes)).codes).toEqual([]);
    expect(await valueAround(bytes, PRIVATE)).toBeUndefined();
  });

  it('C09 reads an empty element at the very end', async () => {
    const { tags, codes } = await outcomeOf(
      dicom({ elements: [FIRST, [BETWEEN, 'LO', '']] }).bytes,
    );
    expect([tags, codes]).toEqual([[0x00080060, BETWEEN], []]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])(
    'C09 keeps the tags before a header that is cut after %i bytes',
    async (present) => {
      const long = element(PRIVATE, 'UT', '').encode({ explicit: true, littleEndian: true });
      const bytes = dicom({ elements: [FIRST, raw(long.slice(0, present))] }).bytes;
      const code = present < 8 ? 'TRAILING_BYTES' : 'TRUNCATED_VALUE';
      const outcome = await tolerated(bytes, [code]);
      expect(outcome.tags).toEqual([0x00080060]);
      expect(outcome.warnings[0]?.offset).toBe(bytes.length - present);
    },
  );
});
