import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imagePixel, SYNTAX } from '../support/build-dicom.js';
import { codeOf, openBuilt } from '../support/open-built.js';
/** Native pixel data of so many bytes: 0, 1, 2... */
function native(pixel, length, more = []) {
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
      planarConfiguration: fc.constantFrom(0, 1),
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
    const parts = {
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
    const parts = (length) => ({
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
});
