import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import { transferSyntaxes } from '../../src/dicom/transfer-syntax.ts';
import { open } from '../support/platform.ts';
import { deflateRaw } from '../support/outside.ts';
import {
  dicom,
  element,
  encapsulated,
  encodeAll,
  imagePixel,
  sequence,
  SYNTAX,
} from '../support/build-dicom.ts';
import type { DicomParts, ElementLike } from '../support/build-dicom.ts';
import { concat } from '../support/build-value.ts';
import type { Value } from '../support/build-value.ts';
import { countingSource } from '../support/counting-source.ts';
import { faultOf, faultsAt, headerOf, outcomeOf, toleratedAt } from '../support/header-of.ts';

const REST: readonly ElementLike[] = [
  [0x00080020, 'DA', '20260102'],
  [0x00100010, 'PN', 'Doe^Jane'],
  sequence(0x00181234, [[[0x00081155, 'UI', '1.2.3']]]),
  [0x00280010, 'US', 2],
];
const REST_TAGS = [0x00080020, 0x00100010, 0x00181234, 0x00280010];
const REAL = [
  [SYNTAX.implicitLittle, { explicit: false, littleEndian: true }],
  [SYNTAX.explicitLittle, { explicit: true, littleEndian: true }],
  [SYNTAX.explicitBig, { explicit: true, littleEndian: false }],
] as const;
const TRANSFER_SYNTAX = 0x00020010;

/** A18: explicit that is implicit; A19: the reverse; A20: in the other byte order. */
function rowOf(said: string, real: string): string {
  if (said === SYNTAX.explicitBig || real === SYNTAX.explicitBig) return 'A20';
  return said === SYNTAX.explicitLittle ? 'A18' : 'A19';
}

const LIES = REAL.flatMap(([said]) =>
  REAL.filter(([real]) => real !== said).map(
    ([real, encoding]) => [rowOf(said, real), said, real, encoding] as const,
  ),
);

describe('a transfer syntax that is not that of the data set', () => {
  const FIRST: readonly (readonly [string, ElementLike])[] = [
    ['a character set', [0x00080005, 'CS', 'ISO_IR 100']],
    ['a group length', [0x00080000, 'UL', 100]],
    ['an empty element', [0x00080008, 'CS', '']],
    ['a long UID', [0x00080014, 'UI', '1.2.840.10008.123456789.123456789.123456789']],
    ['a sequence', sequence(0x00080006, [[[0x00080100, 'SH', 'CODE']]])],
    ['a sequence of undefined length', sequence(0x00080006, [], { undefinedLength: true })],
  ];

  describe.each(LIES)('%s: %s is said, %s written', (_, said, real, encoding) => {
    it.each(FIRST)('and %s comes first', async (__, first) => {
      const built = dicom({ transferSyntax: said, encoding, elements: [first, ...REST] });
      const at = dicom({ transferSyntax: said }).bytes.length;
      const outcome = await toleratedAt(built.bytes, [
        ['TRANSFER_SYNTAX_MISMATCH', at, TRANSFER_SYNTAX],
      ]);
      const firstTag = 'encode' in first ? first.tag : first[0];
      expect([outcome.tags, outcome.transferSyntax]).toEqual([[firstTag, ...REST_TAGS], real]);
      const { dataset } = await headerOf(built.bytes);
      expect([dataset.get('PatientName'), dataset.get('Rows')]).toEqual(['Doe^Jane', 2]);
    });
  });

  it.each(REAL)('A18 A20 finds the pixel data of fragments in %s', async (real, encoding) => {
    const parts: DicomParts = {
      transferSyntax: SYNTAX.jpegBaseline,
      encoding,
      elements: [...REST, encapsulated({ frames: [new Uint8Array(20)] })],
    };
    const { bytes, pixelOffset } = dicom(parts);
    const outcome = await outcomeOf(bytes);
    expect([outcome.tags, outcome.pixelOffset]).toEqual([[...REST_TAGS, 0x7fe00010], pixelOffset]);
    const sound = real === SYNTAX.explicitLittle;
    expect(outcome.codes).toEqual(sound ? [] : ['TRANSFER_SYNTAX_MISMATCH']);
  });

  it('A20 never gives elements of a data set of which nothing is known', async () => {
    const { bytes } = dicom({
      elements: [],
      trailing: Uint8Array.of(0xca, 0xfe, 1, 2, 3, 4, 5, 6),
    });
    const outcome = await outcomeOf(bytes);
    expect(outcome.warnings[0]?.offset).toBe(dicom().bytes.length);
    expect((await faultOf(bytes, { strict: true })).details.offset).toBe(dicom().bytes.length);
  });

  it('says so where a data set is not deflated that should be', async () => {
    const head = dicom({ transferSyntax: SYNTAX.deflated }).bytes.slice(0, -2);
    const bytes = concat(head, encodeAll(REST, { explicit: true, littleEndian: true }));
    const error = await faultOf(bytes);
    expect([error.code, error.details.offset]).toEqual(['INFLATE', head.length]);
  });

  it('gives no element of a deflated data set that should not be', async () => {
    const head = dicom({ transferSyntax: SYNTAX.explicitLittle }).bytes;
    const plain = encodeAll(REST, { explicit: true, littleEndian: true });
    const bytes = concat(head, deflateRaw(plain));
    const outcome = await outcomeOf(bytes);
    expect(outcome.warnings[0]?.offset).toBe(head.length);
    expect(outcome.tags.filter((tag) => REST_TAGS.includes(tag))).toEqual([]);
    expect((await faultOf(bytes, { strict: true })).details.offset).toBe(head.length);
  });

  const small = { rows: 2, columns: 2, bitsAllocated: 8 } as const;

  it.each([SYNTAX.jpegBaseline, SYNTAX.rle, SYNTAX.jpeg2000Lossless])(
    'A21 takes native pixel data under %s for what it is',
    async (transferSyntax) => {
      const elements: ElementLike[] = [...imagePixel(small), [0x7fe00010, 'OW', [0x0100, 0x0302]]];
      const { bytes, offsets } = dicom({ transferSyntax, elements });
      await using file = await open(bytes);
      expect(faultsAt(file)).toEqual([
        ['TRANSFER_SYNTAX_MISMATCH', offsets.get(0x7fe00010), 0x7fe00010],
      ]);
      expect([...(await file.frame(0)).data]).toEqual([0, 1, 2, 3]);
      await expect(open(bytes, { strict: true })).rejects.toMatchObject({
        code: 'TRANSFER_SYNTAX_MISMATCH',
        details: { offset: offsets.get(0x7fe00010) },
      });
    },
  );

  it.each([SYNTAX.explicitLittle, SYNTAX.implicitLittle])(
    'A22 takes fragments under %s for what they are',
    async (transferSyntax) => {
      const elements = [
        ...imagePixel(small),
        encapsulated({ frames: [Uint8Array.of(1, 2, 3, 4)] }),
      ];
      const { bytes, offsets } = dicom({ transferSyntax, elements });
      await using file = await open(bytes);
      expect(faultsAt(file)).toEqual([
        ['TRANSFER_SYNTAX_MISMATCH', offsets.get(0x7fe00010), 0x7fe00010],
      ]);
      expect([...(await file.encodedFrame(0))]).toEqual([1, 2, 3, 4]);
      await expect(open(bytes, { strict: true })).rejects.toMatchObject({
        code: 'TRANSFER_SYNTAX_MISMATCH',
        details: { offset: offsets.get(0x7fe00010) },
      });
    },
  );
});

/** A value of each VR whose bytes depend on their order, and of those whose do not (PS3.5 7.3). */
const VALUES: readonly (readonly [vr: string, value: Value, given: unknown])[] = [
  ['US', [1, 0x0203], [1, 0x0203]],
  ['SS', [-2, 0x0203], [-2, 0x0203]],
  ['UL', [1, 0x02030405], [1, 0x02030405]],
  ['SL', [-2, 0x02030405], [-2, 0x02030405]],
  ['FL', [1.5, -0.25], [1.5, -0.25]],
  ['FD', [1.5, -0.1], [1.5, -0.1]],
  ['AT', [0x00280010, 0x7fe00010], [0x00280010, 0x7fe00010]],
  ['UV', [1n, 2n ** 40n], [1n, 2n ** 40n]],
  ['SV', [-1n, 2n ** 40n], [-1n, 2n ** 40n]],
  ['OW', [1, 0x0203], [Uint16Array.of(1, 0x0203)]],
  ['OL', [1, 0x02030405], [Uint32Array.of(1, 0x02030405)]],
  ['OF', [1.5, -0.25], [Float32Array.of(1.5, -0.25)]],
  ['OD', [1.5, -0.1], [Float64Array.of(1.5, -0.1)]],
  ['OV', [1n, 2n ** 40n], [BigUint64Array.of(1n, 2n ** 40n)]],
  ['OB', [1, 2, 3, 4], [Uint8Array.of(1, 2, 3, 4)]],
  ['UN', [1, 2, 3, 4], [Uint8Array.of(1, 2, 3, 4)]],
  ['LO', 'text', ['text']],
];

describe('one data set in all encodings (PS3.5 annex A)', () => {
  it.each(VALUES)('F06 reads %s alike in either byte order', async (vr, value, given) => {
    for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.explicitBig, SYNTAX.deflated]) {
      const elements: ElementLike[] = [
        [0x00091001, vr, value],
        sequence(0x00181234, [[[0x00091001, vr, value]]]),
      ];
      const { dataset, warnings } = await headerOf(dicom({ transferSyntax, elements }).bytes);
      expect(dataset.element(0x00091001)?.values).toEqual(given);
      const [only] = dataset.element(0x00181234)?.items ?? [];
      expect(only?.element(0x00091001)?.values).toEqual(given);
      expect(warnings.list).toEqual([]);
    }
  });

  it.each([
    ['8 bits', { rows: 2, columns: 3, bitsAllocated: 8 }, 'OW', [0x0100, 0x0302, 0x0504]],
    ['16 bits', { rows: 1, columns: 3 }, 'OW', [1, 0x0203, 0xffff]],
  ] as const)('F01 F06 gives the same frames of %s', async (_, parts, vr, pixels) => {
    const frames: unknown[] = [];
    for (const transferSyntax of [...REAL.map(([uid]) => uid), SYNTAX.deflated]) {
      const elements: ElementLike[] = [...imagePixel(parts), [0x7fe00010, vr, pixels]];
      await using file = await open(dicom({ transferSyntax, elements }).bytes);
      frames.push([...(await file.frame(0)).data]);
    }
    expect(frames).toEqual(frames.map(() => frames[0]));
    const expected = parts.columns === 3 && 'bitsAllocated' in parts ? [0, 1, 2, 3, 4, 5] : pixels;
    expect(frames[0]).toEqual(expected);
  });

  const uids = [...transferSyntaxes()].filter(({ deflated }) => !deflated).map(({ uid }) => uid);

  it.each(uids)('F07 to F11: reads tags under %s, and finds the pixel data', async (uid) => {
    const implicit = [SYNTAX.implicitLittle, '1.2.840.10008.1.20', '1.2.840.113619.5.2'];
    const encoding = {
      explicit: !implicit.includes(uid),
      littleEndian: uid !== SYNTAX.explicitBig,
    };
    const elements = [...REST, [0x7fe00010, 'OB', [1, 2]] as ElementLike];
    const { bytes, pixelOffset } = dicom({ transferSyntax: uid, encoding, elements });
    const outcome = await outcomeOf(bytes, { strict: true });
    expect([outcome.tags, outcome.codes]).toEqual([[...REST_TAGS, 0x7fe00010], []]);
    expect([outcome.transferSyntax, outcome.pixelOffset]).toEqual([uid, pixelOffset]);
  });

  it('F11 reads tags little endian where pixels are big endian (GE)', async () => {
    const elements: ElementLike[] = [
      ...imagePixel({ rows: 1, columns: 2 }),
      [0x7fe00010, 'OW', Uint8Array.of(1, 2, 3, 4)],
    ];
    const encoding = { explicit: false, littleEndian: true };
    const { bytes } = dicom({ transferSyntax: '1.2.840.113619.5.2', encoding, elements });
    await using file = await open(bytes, { strict: true });
    expect(file.dataset.get('Columns')).toBe(2);
    expect([...(await file.frame(0)).data]).toEqual([0x0102, 0x0304]);
  });

  it.each(['1.2.840.10008.1.2.4.94', '1.2.840.10008.1.2.4.204'])(
    'F12 says that the pixels of %s are elsewhere, and fetches nothing',
    async (transferSyntax) => {
      const url = 'http://example.org/jpip?target=1';
      const elements: ElementLike[] = [
        ...imagePixel({ rows: 2, columns: 2 }),
        [0x00287fe0, 'UR', url],
      ];
      const source = countingSource(
        memorySource(dicom({ transferSyntax, elements }).bytes, 'test'),
      );
      await using file = await open(source);
      expect(file.dataset.get('PixelDataProviderURL')).toBe(url);
      await expect(file.frame(0)).rejects.toMatchObject({ code: 'NO_PIXEL_DATA' });
      const reason: unknown = await file.frame(0).catch((error: unknown) => error);
      // Whoever wants the frames must learn where they are.
      expect(JSON.stringify(reason)).toContain('PixelDataProviderURL');
    },
  );
});

describe('a value of VR UN in a big endian data set (PS3.5 6.2.2)', () => {
  it('E06 stays little endian, inside a sequence too', async () => {
    const unknown: ElementLike = element(0x00280010, 'UN', Uint8Array.of(2, 1));
    const elements = [sequence(0x00181234, [[unknown]]), unknown];
    const { dataset } = await headerOf(
      dicom({ transferSyntax: SYNTAX.explicitBig, elements }).bytes,
    );
    expect(dataset.get('Rows')).toBe(0x0102);
    expect(dataset.element(0x00181234)?.items?.[0]?.get('Rows')).toBe(0x0102);
  });
});
