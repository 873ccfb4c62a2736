import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import type { ElementLike, ImagePixelParts } from '../support/build-dicom.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';

/** Bytes in which each has another value than its neighbours. */
function noise(length: number, seed: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    return state >>> 16;
  });
}

/** How native pixel data is read, cell by cell, from the standard alone. */
function storedValue(
  bytes: Uint8Array,
  bit: number,
  { bitsAllocated, bitsStored, highBit, signed }: Depth,
): bigint {
  let cell = 0n;
  for (let k = bitsAllocated - 1; k >= 0; k--) {
    const at = bit + k;
    cell = cell * 2n + BigInt(((bytes[Math.floor(at / 8)] ?? 0) >> (at % 8)) & 1);
  }
  const value = cell >> BigInt(highBit - bitsStored + 1);
  return signed ? BigInt.asIntN(bitsStored, value) : BigInt.asUintN(bitsStored, value);
}

interface Depth {
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
}

const depths = fc.constantFrom(1, 8, 12, 16, 32, 64).chain((bitsAllocated) =>
  fc.integer({ min: 1, max: bitsAllocated }).chain((bitsStored) =>
    fc.record({
      bitsAllocated: fc.constant(bitsAllocated),
      bitsStored: fc.constant(bitsStored),
      highBit: fc.integer({ min: bitsStored - 1, max: bitsAllocated - 1 }),
      signed: bitsAllocated === 1 ? fc.constant(false) : fc.boolean(),
    }),
  ),
);

const shapes = fc.record({
  rows: fc.integer({ min: 1, max: 4 }),
  columns: fc.integer({ min: 1, max: 5 }),
  samplesPerPixel: fc.constantFrom(1, 3),
  planarConfiguration: fc.constantFrom(0, 1),
  numberOfFrames: fc.integer({ min: 1, max: 3 }),
  seed: fc.integer(),
  depth: depths,
});

describe('stored values of native frames', () => {
  it('G01, G04, G09, G10: equal a bit-by-bit reading, of every depth, sign, plane and frame', async () => {
    await fc.assert(
      fc.asyncProperty(shapes, async ({ depth, seed, ...shape }) => {
        const { rows, columns, samplesPerPixel, numberOfFrames } = shape;
        if (depth.bitsAllocated === 1 && samplesPerPixel > 1) return;
        const samples = rows * columns * samplesPerPixel;
        const bits = samples * depth.bitsAllocated;
        const bytes = noise(Math.ceil((bits * numberOfFrames) / 8), seed);
        const pixel = { ...shape, ...depth, pixelRepresentation: depth.signed ? 1 : 0 };
        const { file } = await openBuilt({
          elements: [...imagePixel(pixel), [0x7fe00010, 'OW', bytes]],
        });
        for (let i = 0; i < numberOfFrames; i++) {
          const expected = Array.from({ length: samples }, (_, k) => {
            const sample = k % samplesPerPixel;
            const place = Math.floor(k / samplesPerPixel);
            const cell = shape.planarConfiguration === 1 ? sample * rows * columns + place : k;
            return storedValue(bytes, i * bits + cell * depth.bitsAllocated, depth);
          });
          const { data } = await file.frame(i);
          expect(Array.from(data, BigInt)).toEqual(expected);
          const into = new Uint8Array(data.byteLength);
          const again = await file.frame(i, { into });
          expect(Array.from(again.data, BigInt)).toEqual(expected);
          expect(again.data.buffer).toBe(into.buffer);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('F06: big endian gives the same as little endian', async () => {
    const kinds = fc.constantFrom(['OW', 16, 2], ['OW', 32, 4], ['OW', 8, 2], ['OB', 8, 1], [
      'OW',
      1,
      2,
    ] as const);
    const sizes = fc.record({
      rows: fc.integer({ min: 1, max: 3 }),
      columns: fc.integer({ min: 1, max: 7 }),
      numberOfFrames: fc.integer({ min: 1, max: 4 }),
      seed: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(kinds, sizes, async ([vr, bitsAllocated, word], { seed, ...size }) => {
        const bits = size.rows * size.columns * bitsAllocated * size.numberOfFrames;
        const plain = noise(Math.ceil(bits / 8 / 4) * 4, seed);
        const swapped = plain.slice();
        for (let at = 0; at < plain.length; at += word) {
          swapped.subarray(at, at + word).reverse();
        }
        const pixel = imagePixel({ ...size, bitsAllocated });
        const little = await openBuilt({ elements: [...pixel, [0x7fe00010, vr, plain]] });
        const big = await openBuilt({
          transferSyntax: SYNTAX.explicitBig,
          elements: [...pixel, [0x7fe00010, vr, swapped]],
        });
        for (let i = 0; i < size.numberOfFrames; i++) {
          const { data } = await big.file.frame(i);
          expect(data).toEqual((await little.file.frame(i)).data);
          const into = new Uint8Array(data.byteLength);
          expect((await big.file.frame(i, { into })).data).toEqual(data);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('G02: floats and doubles as they are', async () => {
    const values = [1.5, -0, Infinity, 3.25];
    const shape = imagePixel({ rows: 2, columns: 2, bitsAllocated: 32 });
    const float = await openBuilt({ elements: [...shape, [0x7fe00008, 'OF', values]] });
    expect((await float.file.frame(0)).data).toEqual(new Float32Array(values));
    const double = await openBuilt({ elements: [...shape, [0x7fe00009, 'OD', values]] });
    expect((await double.file.frame(0)).data).toEqual(new Float64Array(values));
  });

  it('G10: cells without shift, mask and sign; stored values with them', async () => {
    const pixel = imagePixel({
      ...{ rows: 1, columns: 2, bitsAllocated: 16, bitsStored: 12 },
      ...{ highBit: 13, pixelRepresentation: 1 },
    });
    const { file } = await openBuilt({
      elements: [...pixel, [0x7fe00010, 'OW', [0xfffd, 0x1ffc]]],
    });
    expect([...(await file.frame(0)).data]).toEqual([-1, 0x7ff]);
    expect([...(await file.frame(0, { cells: true })).data]).toEqual([-3, 0x1ffc]);
  });

  it('G07: native YBR_FULL_422 has three samples a pixel, and its cells stay packed', async () => {
    const parts = {
      rows: 1,
      columns: 4,
      bitsAllocated: 8,
      samplesPerPixel: 3,
      planarConfiguration: 0,
    };
    const pixel = imagePixel({ ...parts, photometricInterpretation: 'YBR_FULL_422' });
    const bytes = new Uint8Array([1, 2, 50, 60, 3, 4, 51, 61]);
    const { file } = await openBuilt({ elements: [...pixel, [0x7fe00010, 'OB', bytes]] });
    const frame = await file.frame(0);
    expect([...frame.data]).toEqual([1, 50, 60, 2, 50, 60, 3, 51, 61, 4, 51, 61]);
    expect(frame.photometricInterpretation).toBe('YBR_FULL');
    const cells = await file.frame(0, { cells: true });
    expect(cells.data).toEqual(bytes);
    expect(cells.photometricInterpretation).toBe('YBR_FULL_422');
  });

  it('G04: packed bits of a frame that starts inside a byte', async () => {
    const pixel = imagePixel({ rows: 1, columns: 5, bitsAllocated: 1, numberOfFrames: 3 });
    const { file } = await openBuilt({ elements: [...pixel, [0x7fe00010, 'OB', [0xb3, 0x6d]]] });
    // 0xb3 0x6d from the lowest bit on: 1100 1101 1011 0110
    expect([...(await file.frame(1)).data]).toEqual([1, 0, 1, 1, 0]);
    expect([...(await file.frame(1, { packed: true })).data]).toEqual([0b01101]);
    const into = new Uint8Array(2);
    expect([...(await file.frame(2, { packed: true, into })).data]).toEqual([0b11011]);
  });

  it.each([24, 40, 20])('G09: %i bits allocated are refused by name', async (bitsAllocated) => {
    const pixel = imagePixel({ rows: 1, columns: 2, bitsAllocated });
    const { file } = await openBuilt({
      elements: [...pixel, [0x7fe00010, 'OB', new Uint8Array(16)]],
    });
    await expect(file.frame(0)).rejects.toMatchObject({
      code: 'BAD_PIXEL_MODULE',
      details: { tag: 0x00280100, found: String(bitsAllocated) },
    });
    expect((await file.encodedFrame(0)).length).toBe((2 * bitsAllocated) / 8);
  });

  it('refuses planes of 1-bit samples, which no rule places', async () => {
    const pixel = imagePixel({
      ...{ rows: 1, columns: 8, bitsAllocated: 1, samplesPerPixel: 3, planarConfiguration: 1 },
    });
    const { file } = await openBuilt({
      elements: [...pixel, [0x7fe00010, 'OB', new Uint8Array(4)]],
    });
    expect(await codeOf(file.frame(0))).toBe('BAD_PIXEL_MODULE');
  });
});

describe('into', () => {
  const pixel = imagePixel({ rows: 2, columns: 2 });
  const elements: ElementLike[] = [...pixel, [0x7fe00010, 'OW', [1, 2, 3, 4]]];

  it('takes a place that is longer, and leaves the rest of it alone', async () => {
    const { file } = await openBuilt({ elements });
    const into = new Uint8Array(20).fill(9);
    const { data } = await file.frame(0, { into: into.subarray(4) });
    expect(data).toEqual(new Uint16Array([1, 2, 3, 4]));
    expect([...into.subarray(0, 4), ...into.subarray(12)]).toEqual(Array(12).fill(9));
  });

  it.each([
    ['too short', 0, 7],
    ['not aligned to the cells', 1, 16],
  ])('refuses a place that is %s', async (_, from, length) => {
    const { file, source } = await openBuilt({ elements });
    source.forget();
    const into = new Uint8Array(32).subarray(from, from + length);
    expect(await codeOf(file.frame(0, { into }))).toBe('USAGE');
    expect(source.reads).toEqual([]);
  });

  it('G24: needs no alignment in the file', async () => {
    const odd = {
      ...{ elements: [[0x00091001, 'OB', new Uint8Array(3), { pad: false }], ...elements] },
    };
    const { file, built } = await openBuilt({ elements: odd.elements as ElementLike[] });
    expect((built.pixelOffset ?? 0) % 2).toBe(1);
    expect((await file.frame(0)).data).toEqual(new Uint16Array([1, 2, 3, 4]));
  });
});

describe('frames that are encapsulated without compression', () => {
  const uncompressed = '1.2.840.10008.1.2.1.98';
  const pixel = (parts: Partial<ImagePixelParts>): ElementLike[] =>
    imagePixel({ rows: 1, columns: 2, bitsAllocated: 8, ...parts });

  it('F08: are the bytes of their fragment, planes and all', async () => {
    const planes = new Uint8Array([1, 2, 11, 12, 21, 22]);
    const { file } = await openBuilt({
      transferSyntax: uncompressed,
      elements: [
        ...pixel({ samplesPerPixel: 3, planarConfiguration: 1 }),
        encapsulated({ frames: [planes] }),
      ],
    });
    expect([...(await file.frame(0)).data]).toEqual([1, 11, 21, 2, 12, 22]);
  });

  it('fail where the fragment is short', async () => {
    const frames = [new Uint8Array([1, 2]), new Uint8Array([3, 4, 5, 6])];
    const { file } = await openBuilt({
      transferSyntax: uncompressed,
      elements: [...pixel({ columns: 4, numberOfFrames: 2 }), encapsulated({ frames })],
    });
    expect(await codeOf(file.frame(0))).toBe('CODEC');
    expect([...(await file.frame(1)).data]).toEqual([3, 4, 5, 6]);
  });
});
