import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dicom, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import type { DicomParts, ElementLike, ImagePixelParts } from '../support/build-dicom.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';

/** Native pixel data of so many bytes: 0, 1, 2... */
function native(
  pixel: ImagePixelParts,
  length: number,
  more: readonly ElementLike[] = [],
): DicomParts {
  const bytes = Uint8Array.from({ length }, (_, k) => k);
  return { elements: [...imagePixel(pixel), ...more, [0x7fe00010, 'OW', bytes]] };
}

const small = { rows: 2, columns: 2, bitsAllocated: 8 };

describe('the index of native pixel data', () => {
  it('G01: frames follow each other, of every depth and number of samples', async () => {
    const shapes = fc.record({
      rows: fc.integer({ min: 1, max: 5 }),
      columns: fc.integer({ min: 1, max: 5 }),
      bitsAllocated: fc.constantFrom(1, 8, 12, 16, 32, 64),
      samplesPerPixel: fc.constantFrom(1, 3),
      numberOfFrames: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const bits = shape.rows * shape.columns * shape.samplesPerPixel * shape.bitsAllocated;
        const total = Math.ceil((bits * shape.numberOfFrames) / 8);
        const { file, built } = await openBuilt(native(shape, total));
        expect(file.index).toMatchObject({
          ...{ count: shape.numberOfFrames, declaredCount: shape.numberOfFrames },
          ...{ strategy: 'native', confidence: 'exact' },
        });
        for (let i = 0; i < shape.numberOfFrames; i++) {
          const [range, ...others] = file.index.ranges(i);
          const first = i * bits;
          const byte = Math.floor(first / 8);
          expect(others).toEqual([]);
          expect(range?.offset).toBe((built.pixelOffset ?? 0) + byte);
          expect(range?.length).toBe(Math.ceil((first + bits) / 8) - byte);
          expect(range?.bitOffset ?? 0).toBe(first % 8);
          expect(range?.bitLength).toBe(bits % 8 === 0 ? undefined : bits);
        }
        expect(file.warnings).toEqual([]);
        await file.close();
      }),
      { numRuns: 60 },
    );
  });

  it('G06: one byte of padding behind an odd total is no fault', async () => {
    const { file } = await openBuilt(native({ ...small, rows: 1, columns: 3 }, 3));
    expect(file.warnings).toEqual([]);
    expect([...(await file.frame(0)).data]).toEqual([0, 1, 2]);
  });

  it.each([1, 2, 4, 1 << 20])('G12: %i bytes too many are left alone', async (excess) => {
    const { file } = await openBuilt(native(small, 4 + excess));
    expect(file.index.count).toBe(1);
    expect([...(await file.frame(0)).data]).toEqual([0, 1, 2, 3]);
    // One byte too many is the padding of an odd length, and its own padding.
    if (excess > 2) expect(file.warnings.map(({ code }) => code)).toEqual(['PIXEL_LENGTH']);
  });

  it('G13, G15: frames that are not there as a whole fail alone', async () => {
    const { file } = await openBuilt(native({ ...small, numberOfFrames: 10 }, 14));
    expect(file.warnings.map(({ code }) => code)).toEqual(['PIXEL_LENGTH']);
    expect(file.index.count).toBe(10);
    expect([...(await file.frame(2)).data]).toEqual([8, 9, 10, 11]);
    for (const i of [3, 4, 9]) {
      await expect(file.frame(i)).rejects.toMatchObject({
        code: 'FRAME_TRUNCATED',
        details: { frame: i, needed: 4, available: i === 3 ? 2 : 0 },
      });
      expect(await codeOf(file.encodedFrame(i))).toBe('FRAME_TRUNCATED');
    }
  });

  it('G13: a file cut at any byte of the pixel data gives exactly its whole frames', async () => {
    const whole = dicom(native({ ...small, numberOfFrames: 3 }, 12));
    const start = whole.pixelOffset ?? 0;
    for (let length = 1; length <= 12; length++) {
      const { file } = await openBuilt({
        ...native({ ...small, numberOfFrames: 3 }, 12),
        truncate: start + length,
      });
      for (let i = 0; i < 3; i++) {
        expect(await codeOf(file.frame(i))).toBe(
          length >= 4 * (i + 1) ? 'no error' : 'FRAME_TRUNCATED',
        );
      }
    }
  });

  it('I11: pixel data of no bytes is none, and says so', async () => {
    const { file } = await openBuilt(native(small, 0));
    expect(file.index.count).toBe(0);
    expect(await codeOf(file.frame(0))).toBe('NO_PIXEL_DATA');
  });

  it.each([
    ['absent', undefined, 1],
    ['0', 0, 1],
  ])('G14: Number of Frames %s is 1', async (_, value, count) => {
    const { file } = await openBuilt(native({ ...small, numberOfFrames: value }, 12));
    expect(file.index.count).toBe(count);
  });

  it.each(['-1', 'abc', '2.5'])('G14: Number of Frames %s is left to the length', async (text) => {
    const { file } = await openBuilt(native(small, 12, [[0x00280008, 'IS', text]]));
    expect(file.warnings.map(({ code }) => code)).toContain('FRAME_COUNT');
    expect(file.index.count).toBe(3);
    expect(file.index.confidence).toBe('inferred');
    expect([...(await file.frame(2)).data]).toEqual([8, 9, 10, 11]);
  });

  it('G17: the biggest geometry there is takes no memory', async () => {
    const huge = { rows: 0xffff, columns: 0xffff, numberOfFrames: 2 ** 31 - 1 };
    const { file } = await openBuilt(native(huge, 32));
    expect(file.index.count).toBe(2 ** 31 - 1);
    for (const i of [0, 1, 2 ** 31 - 2]) {
      expect(['FRAME_LIMIT', 'FRAME_TRUNCATED']).toContain(await codeOf(file.frame(i)));
    }
    expect(Number.isSafeInteger(file.index.ranges(1)[0]?.offset)).toBe(true);
  });

  it('A22: fragments under a native transfer syntax are indexed as fragments', async () => {
    const { file } = await openBuilt({
      transferSyntax: SYNTAX.explicitLittle,
      elements: [
        ...imagePixel(small),
        [0x7fe00010, 'OB', new Uint8Array(0), { length: 0xffffffff }],
      ],
      trailing: new Uint8Array([
        ...[0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0],
        ...[0xfe, 0xff, 0x00, 0xe0, 4, 0, 0, 0, 1, 2, 3, 4],
        ...[0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0],
      ]),
    });
    expect(file.warnings.map(({ code }) => code)).toEqual(['TRANSFER_SYNTAX_MISMATCH']);
    expect([...(await file.encodedFrame(0))]).toEqual([1, 2, 3, 4]);
  });

  it('A21: native pixel data under an encapsulated syntax counts only if its length is right', async () => {
    const right = { ...native(small, 4), transferSyntax: SYNTAX.rle };
    const { file } = await openBuilt(right);
    expect([...(await file.frame(0)).data]).toEqual([0, 1, 2, 3]);
    const wrong = await openBuilt({ ...native(small, 6), transferSyntax: SYNTAX.rle });
    expect(wrong.file.index.count).toBe(0);
    expect(await codeOf(wrong.file.frame(0))).toBe('BAD_LENGTH');
  });
});

describe('native pixel data that is not what the header says', () => {
  it('G13: of swapped words that are cut, the pad byte is no pixel', async () => {
    const parts: DicomParts = {
      transferSyntax: SYNTAX.explicitBig,
      elements: [
        ...imagePixel({ rows: 3, columns: 3, bitsAllocated: 8 }),
        [0x7fe00010, 'OW', [0x0201, 0x0403, 0x0605, 0x0807, 0xee09]],
      ],
    };
    const whole = await openBuilt(parts);
    expect([...(await whole.file.frame(0)).data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const cut = await openBuilt({ ...parts, truncate: -1 });
    expect(await codeOf(cut.file.frame(0))).toBe('FRAME_TRUNCATED');
  });

  it('G05: 1-bit frames that start in the second byte of a swapped word, packed', async () => {
    const bits = Array.from({ length: 48 }, (_, k) => Number((k * 5) % 7 < 3));
    const words = [0, 1, 2].map((w) =>
      bits.slice(16 * w, 16 * w + 16).reduce((word, bit, k) => word | (bit << k), 0),
    );
    const { file } = await openBuilt({
      transferSyntax: SYNTAX.explicitBig,
      elements: [
        ...imagePixel({ rows: 2, columns: 5, bitsAllocated: 1, numberOfFrames: 4 }),
        [0x7fe00010, 'OW', words],
      ],
    });
    for (let i = 0; i < 4; i++) {
      const expected = bits.slice(10 * i, 10 * i + 10);
      expect([...(await file.frame(i)).data]).toEqual(expected);
      const { data } = await file.frame(i, { packed: true });
      const low = expected.reduce((sum, bit, k) => sum + bit * 2 ** k, 0);
      expect([...data]).toEqual([low & 255, low >> 8]);
    }
  });

  it('F09: an unknown transfer syntax is native where the length says so, and nowhere else', async () => {
    const parts = (length: number): DicomParts => ({
      ...{ transferSyntax: '1.2.3.4.5.6', encoding: { explicit: true, littleEndian: true } },
      elements: [
        ...imagePixel(small),
        [0x7fe00010, 'OB', Uint8Array.from({ length }, (_, k) => k)],
      ],
    });
    const { file } = await openBuilt(parts(4));
    expect([...(await file.frame(0)).data]).toEqual([0, 1, 2, 3]);
    for (const length of [2, 6, 8]) {
      const other = await openBuilt(parts(length));
      expect(await codeOf(other.file.frame(0))).toBe('UNSUPPORTED_TRANSFER_SYNTAX');
      expect(other.file.index.count).toBe(0);
    }
  });

  it('G07: YBR_FULL_422 as long as three samples a pixel is YBR_FULL', async () => {
    const shape = { ...small, samplesPerPixel: 3, planarConfiguration: 0, numberOfFrames: 2 };
    const label = { photometricInterpretation: 'YBR_FULL_422' };
    const { file } = await openBuilt(native({ ...shape, ...label }, 24));
    const frame = await file.frame(1);
    expect([...frame.data]).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
    expect(frame.photometricInterpretation).toBe('YBR_FULL');
    expect(file.warnings.map(({ code }) => code)).toEqual(['PIXEL_MODULE']);
    const packed = await openBuilt(native({ ...shape, ...label }, 16));
    expect([...(await packed.file.frame(0)).data]).toEqual([0, 2, 3, 1, 2, 3, 4, 6, 7, 5, 6, 7]);
    expect(packed.file.warnings).toEqual([]);
  });
});
