import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imagePixel, SYNTAX } from '../support/build-dicom.js';
import {
  bytesOfFrames,
  isShared,
  naiveCells,
  naiveValues,
  nativePixels,
} from '../support/naive-pixels.js';
import { noise } from '../support/noise.js';
import { openBuilt } from '../support/open-built.js';
import { tolerated } from '../support/tolerated.js';
const PIXELS = 0x7fe00010;
const HIGH_BIT = 0x00280102;
/** Any pixels with bytes for them, which nothing but the length gives. */
const anyObject = nativePixels.chain((pixels) =>
  fc.record({
    pixels: fc.constant(pixels),
    value: fc.uint8Array({
      minLength: bytesOfFrames(pixels),
      maxLength: bytesOfFrames(pixels),
      size: 'max',
    }),
  }),
);
/** A file of these pixels; an odd offset of their bytes asks for no alignment of the file. */
function fileOf(pixels, value, odd = false) {
  const before = odd ? [[0x00091001, 'OB', new Uint8Array(3), { pad: false }]] : [];
  // The builder must not swap what already is as it is in the file.
  const bytes = [PIXELS, 'OB', value, { vr: pixels.vr }];
  return {
    transferSyntax: pixels.bigEndian ? SYNTAX.explicitBig : SYNTAX.explicitLittle,
    elements: [...before, ...imagePixel(pixels), bytes],
  };
}
/** The array that Bits Allocated and Pixel Representation ask for. */
function arrayName({ bitsAllocated, pixelRepresentation }) {
  const bits = { 1: 8, 12: 16 }[bitsAllocated] ?? bitsAllocated;
  const kind = pixelRepresentation === 1 ? 'Int' : 'Uint';
  return `${bits === 64 ? 'Big' : ''}${kind}${bits}Array`;
}
describe('stored values of native frames', () => {
  it('G01, G04, G05, G07 to G10: any pixels equal a reading bit by bit', async () => {
    await fc.assert(
      fc.asyncProperty(anyObject, fc.boolean(), async ({ pixels, value }, odd) => {
        const { file } = await openBuilt(fileOf(pixels, value, odd));
        const { rows, columns, samplesPerPixel, numberOfFrames } = pixels;
        expect(file.index.count).toBe(numberOfFrames);
        for (let i = 0; i < numberOfFrames; i++) {
          const frame = await file.frame(i);
          expect(frame.data.constructor.name).toBe(arrayName(pixels));
          expect(frame.data).toHaveLength(rows * columns * samplesPerPixel);
          expect(Array.from(frame.data, BigInt)).toEqual(naiveValues(value, pixels, i));
        }
      }),
      { numRuns: 300 },
    );
  });
  it('G10: raw cells equal a reading bit by bit', async () => {
    await fc.assert(
      fc.asyncProperty(anyObject, async ({ pixels, value }) => {
        const { file } = await openBuilt(fileOf(pixels, value));
        // Samples side by side and all their bits: where chrominance is shared, as it is stored.
        const { bitsAllocated } = pixels;
        const whole = { bitsStored: bitsAllocated, highBit: bitsAllocated - 1 };
        for (let i = 0; i < pixels.numberOfFrames; i++) {
          const expected = isShared(pixels)
            ? naiveCells(value, pixels, i)
            : naiveValues(value, { ...pixels, ...whole, pixelRepresentation: 0 }, i);
          const { data } = await file.frame(i, { cells: true });
          expect(data.constructor.name).toBe(arrayName(pixels));
          // Cells of 12 bits have 16 in memory: the sign is not extended into the others.
          const bits = 8 * data.BYTES_PER_ELEMENT;
          const cells = [...data];
          expect(cells.map((cell) => BigInt.asUintN(bits, BigInt(cell)))).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });
  it('G04: packed bits are the same, eight to the byte, and zeros behind them', async () => {
    const bits = nativePixels.filter(({ bitsAllocated }) => bitsAllocated === 1);
    await fc.assert(
      fc.asyncProperty(bits, async (pixels) => {
        const value = noise(bytesOfFrames(pixels));
        const { file } = await openBuilt(fileOf(pixels, value));
        for (let i = 0; i < pixels.numberOfFrames; i++) {
          const cells = naiveCells(value, pixels, i);
          const expected = new Uint8Array(Math.ceil(cells.length / 8));
          cells.forEach((bit, k) => {
            expected[k >> 3] = (expected[k >> 3] ?? 0) + Number(bit) * 2 ** (k % 8);
          });
          expect((await file.frame(i, { packed: true })).data).toEqual(expected);
        }
      }),
      { numRuns: 100 },
    );
  });
  it('G04: a large frame that starts at each bit of a byte', async () => {
    const shape = { rows: 61, columns: 67, numberOfFrames: 9, bitsAllocated: 1 };
    const value = noise(Math.ceil((61 * 67 * 9) / 16) * 2);
    const { file } = await openBuilt({ elements: [...imagePixel(shape), [PIXELS, 'OB', value]] });
    for (let i = 0; i < 9; i++) {
      expect((i * 61 * 67) % 8).toBe((i * 7) % 8);
      const first = i * 61 * 67;
      const expected = Uint8Array.from({ length: 61 * 67 }, (_, k) => {
        const at = first + k;
        return ((value[at >> 3] ?? 0) >> (at & 7)) & 1;
      });
      expect((await file.frame(i)).data).toEqual(expected);
    }
  });
  it('G02: floats and doubles as they are, of several frames, and of either byte order', async () => {
    const values = [1.5, -0, Infinity, 3.25, -1e-30, Number.NaN, 2 ** -126, 7];
    for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.explicitBig]) {
      const shape = { rows: 2, columns: 2, bitsAllocated: 32, numberOfFrames: 2 };
      const float = await openBuilt({
        transferSyntax,
        elements: [...imagePixel(shape), [0x7fe00008, 'OF', values]],
      });
      const double = await openBuilt({
        transferSyntax,
        elements: [...imagePixel({ ...shape, bitsAllocated: 64 }), [0x7fe00009, 'OD', values]],
      });
      for (const i of [0, 1]) {
        const expected = values.slice(4 * i, 4 * i + 4);
        expect((await float.file.frame(i)).data).toEqual(new Float32Array(expected));
        expect((await double.file.frame(i)).data).toEqual(new Float64Array(expected));
      }
    }
  });
  it('G10: overlay bits above High Bit and below the value never come through', async () => {
    const pixel = imagePixel({
      ...{ rows: 1, columns: 4, bitsAllocated: 16, bitsStored: 12, pixelRepresentation: 1 },
    });
    const { file } = await tolerated(
      { elements: [...pixel, [PIXELS, 'OW', [0xffff, 0xf7ff, 0x8800, 0x0801]]] },
      () => [],
    );
    expect(await file.frame(0)).toMatchObject({ bitsStored: 12 });
    expect([...(await file.frame(0)).data]).toEqual([-1, 2047, -2048, -2047]);
  });
  it('G11: High Bit that is not one less than Bits Stored is believed, and told of', async () => {
    const pixel = imagePixel({
      ...{ rows: 1, columns: 2, bitsAllocated: 16, bitsStored: 12, highBit: 15 },
    });
    const { file } = await tolerated(
      { elements: [...pixel, [PIXELS, 'OW', [0xabcf, 0x123f]]] },
      (offsets) => [{ code: 'PIXEL_MODULE', offset: offsets.get(HIGH_BIT) ?? 0, tag: HIGH_BIT }],
    );
    expect([...(await file.frame(0)).data]).toEqual([0xabc, 0x123]);
  });
  it('the array is of Bits Allocated, however few of them are stored', async () => {
    const pixel = imagePixel({ rows: 1, columns: 2, bitsAllocated: 32, bitsStored: 12 });
    const { file } = await openBuilt({ elements: [...pixel, [PIXELS, 'OL', [0xfffff123, 7]]] });
    expect((await file.frame(0)).data).toEqual(new Uint32Array([0x123, 7]));
  });
  it('G25: the order of the bytes is the machine’s, whatever the file’s', async () => {
    const pixel = imagePixel({ rows: 1, columns: 2 });
    for (const transferSyntax of [SYNTAX.explicitLittle, SYNTAX.explicitBig]) {
      const elements = [...pixel, [PIXELS, 'OW', [0x0102, 0xfffe]]];
      const { file } = await openBuilt({ transferSyntax, elements });
      expect((await file.frame(0)).data).toEqual(new Uint16Array([0x0102, 0xfffe]));
    }
  });
  it('G24: cells at an odd place of the file are copied to where they are aligned', async () => {
    for (const bitsAllocated of [16, 32, 64]) {
      const elements = [
        [0x00091001, 'OB', new Uint8Array(3), { pad: false }],
        ...imagePixel({ rows: 1, columns: 2, bitsAllocated }),
        [PIXELS, 'OB', Uint8Array.from({ length: bitsAllocated / 4 }, (_, k) => k)],
      ];
      const { file, built } = await openBuilt({ elements });
      expect((built.pixelOffset ?? 0) % 2).toBe(1);
      const { data } = await file.frame(0);
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      expect([...bytes]).toEqual(Array.from({ length: bitsAllocated / 4 }, (_, k) => k));
    }
  });
});
