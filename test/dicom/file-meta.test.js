import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { dicom, encodeAll, SYNTAX } from '../support/build-dicom.js';
import { concat } from '../support/build-value.js';
import { countingSource } from '../support/counting-source.js';
import { faultsAt, headerOf, outcomeOf, toleratedAt } from '../support/header-of.js';
const ELEMENTS = [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
  [0x00100010, 'PN', 'Doe^Jane'],
  [0x00280010, 'US', 2],
];
const TAGS = [0x00080016, 0x00100010, 0x00280010];
const EXPLICIT = { explicit: true, littleEndian: true };
const IMPLICIT = { explicit: false, littleEndian: true };
/** Where meta information starts, and its Transfer Syntax UID where that is its only element. */
const START = 132;
const GROUP_LENGTH = 0x00020000;
const TRANSFER_SYNTAX = 0x00020010;
const META = [
  [0x00020002, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
  [TRANSFER_SYNTAX, 'UI', SYNTAX.explicitLittle],
];
function bytesOf(parts) {
  return dicom({ elements: ELEMENTS, ...parts }).bytes;
}
/** The usual meta elements in another encoding, behind `DICM`, before an explicit data set. */
function withMeta(meta, encoding) {
  return concat(
    new Uint8Array(128),
    new TextEncoder().encode('DICM'),
    encodeAll(meta, encoding),
    encodeAll(ELEMENTS, EXPLICIT),
  );
}
const groupFault = ['META_GROUP', START, GROUP_LENGTH];
describe('file meta information (PS3.10 7.1)', () => {
  const whole = encodeAll(META, EXPLICIT).length;
  it.each([
    ['A10 missing', 'none'],
    ['A11 too small', 4],
    ['A11 too small, ending inside the transfer syntax', whole - 10],
    [
      'A11 too small, ending before the transfer syntax',
      encodeAll(META.slice(0, 1), EXPLICIT).length,
    ],
    ['A12 running into the data set', whole + 20],
    ['A12 ending between elements of the data set', whole + 8 + 26],
    ['A12 running beyond the file', 5000],
    ['A12 zero', 0],
    ['A12 the largest', 0xfffffffe],
    ['A12 undefined', 0xffffffff],
    ['A12 negative if it had a sign', 0x80000000],
    ['A12 odd', whole + 1],
  ])('%s group length: the next group ends it', async (_, metaGroupLength) => {
    const bytes = bytesOf({ meta: META, metaGroupLength });
    const outcome = await toleratedAt(bytes, [groupFault]);
    expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, SYNTAX.explicitLittle]);
    const source = countingSource(memorySource(bytes, 'test'));
    const { meta } = await headerOf(source);
    expect(meta.get('TransferSyntaxUID')).toBe(SYNTAX.explicitLittle);
    for (const [at, length] of source.reads) expect(at + length).toBeLessThanOrEqual(bytes.length);
  });
  const right = Uint8Array.of(whole, 0, 0, 0);
  it.each([
    ['UN', Uint8Array.of(1, 2, 3, 4)],
    ['OB', Uint8Array.of(1, 2, 3, 4)],
    ['US', Uint8Array.of(9, 0)],
    ['UN and the right value', right, 'UN'],
    ['OB and the right value', right, 'OB'],
  ])('A13 reads a group length of VR %s', async (name, value, vr = name) => {
    const meta = [[GROUP_LENGTH, vr, value], ...META];
    const bytes = bytesOf({ metaGroupLength: 'none', meta });
    const outcome = await toleratedAt(bytes, [groupFault]);
    expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, SYNTAX.explicitLittle]);
  });
  it.each([
    ['A14 implicit VR', IMPLICIT],
    ['A20 big endian', { explicit: true, littleEndian: false }],
  ])('%s: reads it', async (_, encoding) => {
    const length = encodeAll(META, encoding).length;
    const bytes = withMeta([[GROUP_LENGTH, 'UL', length], ...META], encoding);
    const outcome = await toleratedAt(bytes, [['META_GROUP', START]]);
    expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, SYNTAX.explicitLittle]);
    const { meta } = await headerOf(bytes);
    expect(meta.get('TransferSyntaxUID')).toBe(SYNTAX.explicitLittle);
    expect(meta.get(GROUP_LENGTH)).toBe(length);
  });
  it('A14 reads it in implicit VR without its group length', async () => {
    const outcome = await toleratedAt(withMeta(META, IMPLICIT), [
      ['META_GROUP', START],
      groupFault,
    ]);
    expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, SYNTAX.explicitLittle]);
  });
  it('A24 lets the first of two groups count', async () => {
    const again = [
      [GROUP_LENGTH, 'UL', 26],
      [TRANSFER_SYNTAX, 'UI', SYNTAX.implicitLittle],
    ];
    const bytes = bytesOf({ meta: [...META, ...again], metaGroupLength: whole });
    const at = START + 12 + whole;
    const outcome = await toleratedAt(bytes, [
      ['DUPLICATE_TAG', at, GROUP_LENGTH],
      ['DUPLICATE_TAG', at + 12, TRANSFER_SYNTAX],
      groupFault,
    ]);
    expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, SYNTAX.explicitLittle]);
    expect((await headerOf(bytes)).meta.get('TransferSyntaxUID')).toBe(SYNTAX.explicitLittle);
  });
  it('A24 keeps a second group 0002 that stands in the data set', async () => {
    const built = dicom({
      elements: [...ELEMENTS, [TRANSFER_SYNTAX, 'UI', SYNTAX.implicitLittle]],
    });
    const at = built.offsets.get(TRANSFER_SYNTAX) ?? 0;
    const outcome = await toleratedAt(built.bytes, [['TAG_ORDER', at, TRANSFER_SYNTAX]]);
    expect(outcome.tags).toEqual([...TAGS, TRANSFER_SYNTAX]);
    expect(outcome.transferSyntax).toBe(SYNTAX.explicitLittle);
  });
  it('reads private information longer than any window, in memory or not', async () => {
    const meta = [...META, [0x00020100, 'UI', '1.2'], [0x00020102, 'OB', new Uint8Array(200_000)]];
    const { tags, codes, transferSyntax } = await outcomeOf(bytesOf({ meta }), { strict: true });
    expect([tags, codes, transferSyntax]).toEqual([TAGS, [], SYNTAX.explicitLittle]);
  });
  it.each([1000, 0x7ffffffe, 0x80000000, 0xfffffff0, 0xfffffffe])(
    'C04 keeps the meta information before a value of %i bytes that the file does not have',
    async (length) => {
      const meta = [...META, [0x00020102, 'OB', [], { length }]];
      const bytes = bytesOf({ meta });
      const outcome = await toleratedAt(bytes, [
        ['TRUNCATED_VALUE', START + 12 + whole + 12, 0x00020102],
        groupFault,
      ]);
      expect([outcome.tags, outcome.transferSyntax]).toEqual([[], SYNTAX.explicitLittle]);
    },
  );
});
describe('the transfer syntax that is named (PS3.10 7.1)', () => {
  it.each([
    [SYNTAX.implicitLittle, IMPLICIT],
    [SYNTAX.explicitLittle, EXPLICIT],
    [SYNTAX.explicitBig, { explicit: true, littleEndian: false }],
  ])('A15 finds %s where none is named', async (transferSyntax, encoding) => {
    const bytes = bytesOf({ meta: [[0x00020002, 'UI', '1.2']], encoding });
    const outcome = await toleratedAt(bytes, [['TRANSFER_SYNTAX_MISSING', START, TRANSFER_SYNTAX]]);
    expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, transferSyntax]);
  });
  it.each([
    ['explicit', EXPLICIT],
    ['implicit', IMPLICIT],
  ])('A15 finds it where the first element is private: %s VR', async (_, encoding) => {
    const first = [0x00090010, 'LO', 'VENDOR OF THIS'];
    const elements = [first, ...ELEMENTS.slice(1)];
    const bytes = bytesOf({ meta: [[0x00020002, 'UI', '1.2']], encoding, elements });
    const outcome = await outcomeOf(bytes).catch((error) => error);
    // Right, or refused; elements that are none would be wrong.
    if (outcome instanceof Error) {
      expect(outcome).toMatchObject({ code: 'UNSUPPORTED_TRANSFER_SYNTAX' });
    } else {
      expect(outcome).toMatchObject({ tags: [0x00090010, 0x00100010, 0x00280010] });
      expect((await headerOf(bytes)).dataset.get('Rows')).toBe(2);
    }
  });
  it.each([' ', '\0\0', '\0 ', ' \0 ', '\0abc', 'rubbish', ' \0\0\0'])(
    'A16 finds the transfer syntax before %j',
    async (behind) => {
      const text = SYNTAX.implicitLittle + behind;
      const bytes = bytesOf({ meta: [[TRANSFER_SYNTAX, 'UI', text]], encoding: IMPLICIT });
      // Behind the group length (12 bytes) and its own header (8).
      const outcome = await toleratedAt(bytes, [['BAD_VALUE', START + 20, TRANSFER_SYNTAX]]);
      expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, SYNTAX.implicitLittle]);
    },
  );
  it('A16 takes one NUL that makes the length even for what it is', async () => {
    expect(SYNTAX.implicitLittle.length % 2).toBe(1);
    const bytes = bytesOf({ transferSyntax: SYNTAX.implicitLittle });
    expect((await outcomeOf(bytes, { strict: true })).codes).toEqual([]);
  });
  it.each(['1.2.3.4', '1.2.840.10008.1.2.4.999', '1.2.840.113619.99.1'])(
    'A17 reads %s, which it does not know, as explicit VR little endian',
    async (transferSyntax) => {
      const meta = [[TRANSFER_SYNTAX, 'UI', transferSyntax]];
      const outcome = await outcomeOf(bytesOf({ meta }));
      expect(outcome.codes).toEqual(['TRANSFER_SYNTAX_UNKNOWN']);
      expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, transferSyntax]);
    },
  );
  it('A17 blames the bytes that name it', async () => {
    const meta = [
      [0x00020002, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
      [TRANSFER_SYNTAX, 'UI', '1.2.3.4'],
    ];
    const outcome = await outcomeOf(bytesOf({ meta }));
    const first = encodeAll(meta.slice(0, 1), EXPLICIT).length;
    expect(faultsAt(outcome)).toEqual([
      ['TRANSFER_SYNTAX_UNKNOWN', START + 12 + first + 8, TRANSFER_SYNTAX],
    ]);
  });
});
