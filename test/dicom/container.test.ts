import { describe, expect, it } from 'vitest';
import { dicom, element, encodeAll, raw, SYNTAX } from '../support/build-dicom.ts';
import type { DicomParts, ElementLike } from '../support/build-dicom.ts';
import { concat } from '../support/build-value.ts';
import { faultOf, headerOf, outcomeOf, tolerated } from '../support/header-of.ts';
import { noise } from '../support/noise.ts';

const ELEMENTS: readonly ElementLike[] = [
  [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
  [0x00100010, 'PN', 'Doe^Jane'],
  [0x00280010, 'US', 2],
];
const TAGS = [0x00080016, 0x00100010, 0x00280010];
const EXPLICIT = { explicit: true, littleEndian: true };

function bytesOf(parts: DicomParts): Uint8Array {
  return dicom({ elements: ELEMENTS, ...parts }).bytes;
}

/** The usual meta elements in another encoding, behind `DICM`, before an explicit data set. */
function withMeta(meta: readonly ElementLike[], encoding: typeof EXPLICIT): Uint8Array {
  return concat(
    new Uint8Array(128),
    new TextEncoder().encode('DICM'),
    encodeAll(meta, encoding),
    encodeAll(ELEMENTS, EXPLICIT),
  );
}

const META: readonly ElementLike[] = [
  [0x00020002, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
  [0x00020010, 'UI', SYNTAX.explicitLittle],
];

describe('the file container (PS3.10 7.1)', () => {
  it('A01 refuses a file without bytes', async () => {
    const error = await faultOf(new Uint8Array(0));
    expect([error.code, error.details.offset]).toEqual(['EMPTY', 0]);
  });

  it.each([132, 133, 139])('A02 says that %i bytes end behind the prefix', async (length) => {
    const error = await faultOf(bytesOf({ truncate: length }));
    expect([error.code, error.details.offset]).toEqual(['TRUNCATED', 132]);
  });

  it.each([1, 7, 131])('A02 says that %i zero bytes are no DICOM object', async (length) => {
    expect((await faultOf(new Uint8Array(length))).code).toBe('NOT_DICOM');
  });

  it('reads a sound file without a warning', async () => {
    const { tags, codes, transferSyntax } = await outcomeOf(bytesOf({}));
    expect({ tags, codes, transferSyntax }).toEqual({
      tags: TAGS,
      codes: [],
      transferSyntax: SYNTAX.explicitLittle,
    });
  });

  it('A03 reads a file that starts with the meta information', async () => {
    const bytes = bytesOf({ preamble: false });
    expect((await tolerated(bytes, ['NO_PREAMBLE'])).tags).toEqual(TAGS);
  });

  it.each([
    [SYNTAX.implicitLittle, { explicit: false, littleEndian: true }],
    [SYNTAX.explicitLittle, { explicit: true, littleEndian: true }],
    [SYNTAX.explicitBig, { explicit: true, littleEndian: false }],
  ])('A04 guesses %s of a bare data set', async (transferSyntax, encoding) => {
    const bytes = bytesOf({ preamble: false, meta: false, encoding });
    const outcome = await tolerated(bytes, ['NO_PREAMBLE', 'TRANSFER_SYNTAX_MISSING']);
    expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, transferSyntax]);
  });

  it.each([
    ['TIFF', 'II*\0'],
    ['a program', 'MZ'],
    ['a script', '#!/bin/sh'],
  ])('A05 A06 does not care that the preamble is that of %s', async (_, text) => {
    const preamble = new Uint8Array(128);
    preamble.set(new TextEncoder().encode(text));
    expect((await outcomeOf(bytesOf({ preamble }))).codes).toEqual([]);
  });

  it.each([
    ['JPEG', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1)],
    ['text', new TextEncoder().encode('Dear sir or madam, '.repeat(500))],
    ['noise', noise(2 ** 16)],
    ['zeros (N06)', new Uint8Array(2 ** 16)],
    ['0xFF (N06)', new Uint8Array(2 ** 16).fill(0xff)],
    ['items (N06)', concat(...Array.from({ length: 99 }, () => Uint8Array.of(254, 255, 0, 224)))],
    ['DICM (A09)', new TextEncoder().encode('DICM'.repeat(99))],
  ])('A08 refuses %s, behind a prefix and without', async (_, content) => {
    const prefix = concat(new Uint8Array(128), new TextEncoder().encode('DICM'));
    expect((await faultOf(concat(prefix, content))).code).toBe('NOT_DICOM');
    expect((await faultOf(content)).code).toBe('NOT_DICOM');
  });

  it('A08 names what a file is instead, and never its text', async () => {
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1);
    expect((await faultOf(jpeg)).details.found).toBe('a JPEG image');
    expect((await faultOf(new TextEncoder().encode('Doe^Jane, born'))).message).not.toMatch('Doe');
  });

  it('A09 takes DICM at the start for a prefix without a preamble', async () => {
    const bytes = bytesOf({}).slice(128);
    expect((await tolerated(bytes, ['NO_PREAMBLE'])).tags).toEqual(TAGS);
  });
});

describe('file meta information (PS3.10 7.1)', () => {
  it.each([
    ['A10 missing', 'none' as const],
    ['A11 too small', 4],
    ['A12 too large', 5000],
    ['A12 zero', 0],
    ['A12 undefined', 0xffffffff],
    ['A12 odd', 133],
  ])('%s group length: the next group ends it', async (_, metaGroupLength) => {
    const outcome = await tolerated(bytesOf({ metaGroupLength }), ['META_GROUP']);
    expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, SYNTAX.explicitLittle]);
  });

  it.each([
    ['UN', Uint8Array.of(1, 2, 3, 4)],
    ['OB', Uint8Array.of(1, 2, 3, 4)],
    ['US', Uint8Array.of(9, 0)],
  ])('A13 reads a group length of VR %s', async (vr, value) => {
    const bytes = bytesOf({
      metaGroupLength: 'none',
      meta: [[0x00020000, vr, value], ...META],
    });
    expect((await tolerated(bytes, ['META_GROUP'])).tags).toEqual(TAGS);
  });

  it.each([
    ['A14 implicit VR', { explicit: false, littleEndian: true }],
    ['big endian', { explicit: true, littleEndian: false }],
  ])('reads it in %s', async (_, encoding) => {
    const length = encodeAll(META, encoding).length;
    const bytes = withMeta([[0x00020000, 'UL', length], ...META], encoding);
    const outcome = await tolerated(bytes, ['META_GROUP']);
    expect([outcome.tags, outcome.codes]).toEqual([TAGS, ['META_GROUP']]);
    const { meta } = await headerOf(bytes);
    expect(meta.get('TransferSyntaxUID')).toBe(SYNTAX.explicitLittle);
    expect(meta.get(0x00020000)).toBe(length);
  });

  it.each([
    [SYNTAX.implicitLittle, { explicit: false, littleEndian: true }],
    [SYNTAX.explicitLittle, { explicit: true, littleEndian: true }],
    [SYNTAX.explicitBig, { explicit: true, littleEndian: false }],
  ])('A15 finds %s where none is named', async (transferSyntax, encoding) => {
    const bytes = bytesOf({ meta: [[0x00020002, 'UI', '1.2']], encoding });
    const outcome = await tolerated(bytes, ['TRANSFER_SYNTAX_MISSING']);
    expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, transferSyntax]);
  });

  it.each([' ', '\0\0', '\0 ', ' \0 ', '\0abc', 'rubbish'])(
    'A16 finds the transfer syntax before %j',
    async (behind) => {
      const text = SYNTAX.implicitLittle + behind;
      const bytes = bytesOf({
        meta: [[0x00020010, 'UI', text]],
        encoding: { explicit: false, littleEndian: true },
      });
      const outcome = await tolerated(bytes, ['BAD_VALUE']);
      expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, SYNTAX.implicitLittle]);
    },
  );

  it('A17 reads an unknown transfer syntax as explicit VR little endian', async () => {
    const bytes = bytesOf({ transferSyntax: '1.2.3.4' });
    const outcome = await tolerated(bytes, ['TRANSFER_SYNTAX_UNKNOWN']);
    expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, '1.2.3.4']);
  });

  it.each([
    ['A18', SYNTAX.explicitLittle, SYNTAX.implicitLittle, false, true],
    ['A19', SYNTAX.implicitLittle, SYNTAX.explicitLittle, true, true],
    ['A20', SYNTAX.explicitLittle, SYNTAX.explicitBig, true, false],
    ['A20', SYNTAX.explicitBig, SYNTAX.explicitLittle, true, true],
  ])('%s %s written as %s', async (_, said, real, explicit, littleEndian) => {
    const bytes = bytesOf({ transferSyntax: said, encoding: { explicit, littleEndian } });
    const outcome = await tolerated(bytes, ['TRANSFER_SYNTAX_MISMATCH']);
    expect([outcome.tags, outcome.transferSyntax]).toEqual([TAGS, real]);
  });

  it('A23 reads meta information alone', async () => {
    const { tags, codes } = await outcomeOf(dicom().bytes);
    expect([tags, codes]).toEqual([[], []]);
  });

  it('A23 reads a command set, with and without a preamble (PS3.7 6.3.1)', async () => {
    const command: ElementLike[] = [
      [0x00000000, 'UL', 10],
      [0x00000100, 'US', 0x8001],
    ];
    const encoding = { explicit: false, littleEndian: true };
    const bytes = dicom({ meta: false, elements: command, encoding }).bytes;
    const missing = 'TRANSFER_SYNTAX_MISSING';
    const outcome = await tolerated(bytes, ['META_GROUP', missing]);
    expect(outcome.tags).toEqual([0x00000000, 0x00000100]);
    expect((await tolerated(bytes.slice(132), ['NO_PREAMBLE', missing])).tags).toEqual(
      outcome.tags,
    );
  });

  it('A24 keeps a second group 0002 that stands in the data set', async () => {
    const bytes = bytesOf({ elements: [...ELEMENTS, [0x00020010, 'UI', '1.2']] });
    const outcome = await tolerated(bytes, ['TAG_ORDER']);
    expect(outcome.tags).toEqual([...TAGS, 0x00020010]);
  });

  it('finds the transfer syntax before private information longer than any window', async () => {
    const meta: ElementLike[] = [
      ...META,
      [0x00020100, 'UI', '1.2'],
      [0x00020102, 'OB', new Uint8Array(200_000)],
    ];
    const { tags, codes, transferSyntax } = await outcomeOf(bytesOf({ meta }));
    expect([tags, codes, transferSyntax]).toEqual([TAGS, [], SYNTAX.explicitLittle]);
  });
});

describe('what is behind the data set', () => {
  it('A25 jumps over trailing padding (PS3.10 7.2)', async () => {
    const padding = element(0xfffcfffc, 'OB', new Uint8Array(2 * 1024 * 1024));
    const { tags, codes } = await outcomeOf(bytesOf({ elements: [...ELEMENTS, padding] }));
    expect([tags, codes]).toEqual([[...TAGS, 0xfffcfffc], []]);
  });

  it.each([
    ['10 zeros', new Uint8Array(10)],
    ['10,000 zeros', new Uint8Array(10_000)],
    ['1 zero', new Uint8Array(1)],
    ['7 bytes of 0xFF', new Uint8Array(7).fill(0xff)],
    ['1,000 bytes of 0xFF', new Uint8Array(1000).fill(0xff)],
  ])('A26 keeps the tags before %s', async (_, trailing) => {
    const bytes = bytesOf({ trailing });
    const outcome = await tolerated(bytes, ['TRAILING_BYTES']);
    expect(outcome.tags).toEqual(TAGS);
    expect(outcome.warnings[0]?.offset).toBe(bytes.length - trailing.length);
  });

  it.each([50, 100, 131])('A02 takes %i bytes of a preamble for no data set', async (length) => {
    // A preamble may hold anything (PS3.10 7.1): here 4-byte numbers, as some writers leave them.
    const preamble = Uint8Array.from({ length }, (_, k) =>
      k % 4 === 0 ? 0x5c : k % 4 === 1 ? 1 : 0,
    );
    expect((await faultOf(preamble)).code).toBe('NOT_DICOM');
  });

  it('A03 reads a file without preamble whose text has DICM at byte 128', async () => {
    const text = `${'x'.repeat(120)}DICMA1`;
    const bytes = encodeAll([[0x00080008, 'CS', text], ...ELEMENTS.slice(1)], EXPLICIT);
    expect(new TextDecoder().decode(bytes.subarray(128, 132))).toBe('DICM');
    const { tags } = await outcomeOf(bytes);
    expect(tags).toEqual([0x00080008, 0x00100010, 0x00280010]);
  });

  it('A26 keeps the tags before noise', async () => {
    const { tags, codes } = await outcomeOf(bytesOf({ elements: [...ELEMENTS, raw(noise(999))] }));
    expect(tags.slice(0, 3)).toEqual(TAGS);
    expect(codes).not.toEqual([]);
  });
});
