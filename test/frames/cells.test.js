import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignBits, unpack12, unpackBits } from '../../src/frames/bits.js';
import { swapBytes } from '../../src/frames/byte-order.js';
import {
  extractStoredValues,
  interleave,
  typedCells,
  upsample422,
} from '../../src/frames/cells.js';
import { pixelOf } from '../support/pixel.js';
/** Bit `k` of a byte string, bit 0 the lowest of the first byte (PS3.5 8.1.1). */
function bitAt(bytes, k) {
  return Math.floor((bytes[Math.floor(k / 8)] ?? 0) / 2 ** (k % 8)) % 2;
}
/** An unsigned integer of `bits` bits that starts at bit `first`. */
function integerAt(bytes, first, bits) {
  let value = 0;
  for (let k = bits - 1; k >= 0; k--) value = value * 2 + bitAt(bytes, first + k);
  return value;
}
const someBytes = fc.uint8Array({ minLength: 6, maxLength: 40 });
/** Any run of bits, of any length: behind its last one there may be no byte, or many. */
const someBits = fc
  .record({
    offset: fc.integer({ min: 0, max: 23 }),
    count: fc.oneof(fc.nat(40), fc.nat(700)),
    behind: fc.nat(9),
    misplaced: fc.nat(8),
  })
  .chain(({ offset, count, behind, misplaced }) => {
    const length = Math.ceil((offset + count) / 8) + behind;
    return fc.record({
      ...{ offset: fc.constant(offset), count: fc.constant(count) },
      ...{ misplaced: fc.constant(misplaced) },
      bytes: fc.uint8Array({ minLength: length, maxLength: length, size: 'max' }),
    });
  });
describe('1-bit cells', () => {
  it('G04: unpacks any count from any bit, to any place', () => {
    fc.assert(
      fc.property(someBits, ({ bytes, offset, count, misplaced }) => {
        const expected = Array.from({ length: count }, (_, k) => bitAt(bytes, offset + k));
        expect([...unpackBits(bytes, offset, count)]).toEqual(expected);
        // Neither the bytes nor their place are where the machine would have them.
        const moved = new Uint8Array(bytes.length + misplaced);
        moved.set(bytes, misplaced);
        const into = new Uint8Array(misplaced + count + 3).fill(7);
        unpackBits(moved.subarray(misplaced), offset, count, into.subarray(misplaced));
        const sevens = Array(misplaced).fill(7);
        expect([...into]).toEqual([...sevens, ...expected, 7, 7, 7]);
      }),
      { numRuns: 1000 },
    );
  });
  it('G04: moves any bit to the front, and clears what is behind the last', () => {
    fc.assert(
      fc.property(someBits, ({ bytes, offset, count, misplaced }) => {
        const expected = new Uint8Array(Math.ceil(count / 8));
        for (let k = 0; k < count; k++) {
          expected[k >> 3] = (expected[k >> 3] ?? 0) + bitAt(bytes, offset + k) * 2 ** (k % 8);
        }
        expect(alignBits(bytes, offset, count)).toEqual(expected);
        const into = new Uint8Array(misplaced + expected.length + 1).fill(7);
        alignBits(bytes, offset, count, into.subarray(misplaced));
        const sevens = Array(misplaced).fill(7);
        expect([...into]).toEqual([...sevens, ...expected, 7]);
      }),
      { numRuns: 1000 },
    );
  });
  it('unpacks into the place it is given and touches nothing beside it', () => {
    const into = new Uint8Array(12).fill(7);
    unpackBits(new Uint8Array([0b1010_0110]), 1, 6, into.subarray(2));
    expect([...into]).toEqual([7, 7, 1, 1, 0, 0, 1, 0, 7, 7, 7, 7]);
  });
});
describe('12-bit cells', () => {
  it('G09: unpacks two cells of three bytes, from either half of a byte', () => {
    fc.assert(
      fc.property(
        someBytes,
        fc.constantFrom(0, 4),
        fc.integer({ min: 0, max: 3 }),
        (bytes, offset, count) => {
          const out = new Uint16Array(unpack12(bytes, offset, count).buffer);
          const expected = Array.from({ length: count }, (_, k) =>
            integerAt(bytes, offset + 12 * k, 12),
          );
          expect([...out]).toEqual(expected);
        },
      ),
    );
  });
});
describe('swapBytes', () => {
  it('F06: reverses units of 2, 4 and 8, wherever they are, and leaves a rest alone', () => {
    for (const unit of [2, 4, 8]) {
      for (let length = 0; length < 30; length++) {
        for (let place = 0; place < 5; place++) {
          const memory = Uint8Array.from({ length: place + length + 1 }, (_, k) => k);
          const before = [...memory];
          swapBytes(memory.subarray(place, place + length), unit);
          const whole = length - (length % unit);
          const swapped = before.slice(place, place + whole).map((_, k) => {
            const start = k - (k % unit);
            return place + start + unit - 1 - (k % unit);
          });
          expect([...memory]).toEqual([
            ...before.slice(0, place),
            ...swapped,
            ...before.slice(place + whole),
          ]);
        }
      }
    }
  });
});
describe('interleave', () => {
  it('G01: puts the samples of a pixel side by side, of any cell size', () => {
    const shape = fc.record({
      pixels: fc.integer({ min: 1, max: 9 }),
      samples: fc.integer({ min: 2, max: 4 }),
      cellBytes: fc.constantFrom(1, 2, 4, 8),
    });
    fc.assert(
      fc.property(shape, ({ pixels, samples, cellBytes }) => {
        const bytes = Uint8Array.from({ length: pixels * samples * cellBytes }, (_, k) => k);
        const into = new Uint8Array(bytes.length + 2).fill(7);
        const out = interleave(bytes, samples, cellBytes);
        interleave(bytes, samples, cellBytes, into.subarray(1));
        expect([...into]).toEqual([7, ...out, 7]);
        for (let pixel = 0; pixel < pixels; pixel++) {
          for (let sample = 0; sample < samples; sample++) {
            const to = (pixel * samples + sample) * cellBytes;
            const from = (sample * pixels + pixel) * cellBytes;
            expect(out.slice(to, to + cellBytes)).toEqual(bytes.slice(from, from + cellBytes));
          }
        }
      }),
    );
  });
});
describe('upsample422', () => {
  it('G07: gives both pixels of a pair their chrominance', () => {
    // Y1 Y2 Cb Cr (PS3.3 C.7.6.3.1.2)
    const row = [10, 11, 50, 60, 12, 13, 51, 61];
    expect([...upsample422(new Uint8Array(row), 1, 4, 1)]).toEqual([
      ...[10, 50, 60, 11, 50, 60],
      ...[12, 51, 61, 13, 51, 61],
    ]);
  });
  it('G08: a row of odd length has one luminance more than pixels', () => {
    const rows = [10, 11, 50, 60, 12, 99, 51, 61, 20, 21, 52, 62, 22, 99, 53, 63];
    expect([...upsample422(new Uint8Array(rows), 2, 3, 1)]).toEqual([
      ...[10, 50, 60, 11, 50, 60, 12, 51, 61],
      ...[20, 52, 62, 21, 52, 62, 22, 53, 63],
    ]);
  });
});
describe('typedCells', () => {
  it.each([
    [1, 0, Uint8Array],
    [8, 0, Uint8Array],
    [8, 1, Int8Array],
    [12, 1, Int16Array],
    [16, 0, Uint16Array],
    [16, 1, Int16Array],
    [32, 0, Uint32Array],
    [32, 1, Int32Array],
    [64, 0, BigUint64Array],
    [64, 1, BigInt64Array],
  ])('G01: %i bits, pixel representation %i', (bitsAllocated, pixelRepresentation, type) => {
    const cells = typedCells(new Uint8Array(16), pixelOf({ bitsAllocated, pixelRepresentation }));
    expect(cells).toBeInstanceOf(type);
    expect(cells.byteLength).toBe(16);
  });
  it('G02: floats', () => {
    const bytes = new Uint8Array(16);
    expect(typedCells(bytes, pixelOf({ cells: 'float' }))).toBeInstanceOf(Float32Array);
    expect(typedCells(bytes, pixelOf({ cells: 'double' }))).toBeInstanceOf(Float64Array);
  });
  it('G09: names the bits allocated that are not read', () => {
    expect(() => typedCells(new Uint8Array(3), pixelOf({ bitsAllocated: 24 }))).toThrow(
      /BAD_PIXEL_MODULE.*found 24/,
    );
  });
});
describe('extractStoredValues', () => {
  it('G10: takes the bits from High Bit down and extends the sign, of any depth', () => {
    const depth = fc.constantFrom(8, 16, 32, 64).chain((bitsAllocated) =>
      fc.record({
        bitsAllocated: fc.constant(bitsAllocated),
        bitsStored: fc.integer({ min: 1, max: bitsAllocated }),
        spare: fc.nat(63),
        pixelRepresentation: fc.constantFrom(0, 1),
      }),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        depth,
        (bytes, { bitsAllocated, bitsStored, spare, pixelRepresentation }) => {
          const right = spare % (bitsAllocated - bitsStored + 1);
          const highBit = bitsStored - 1 + right;
          const pixel = pixelOf({ bitsAllocated, bitsStored, highBit, pixelRepresentation });
          const expected = [];
          for (let at = 0; at < 16; at += bitsAllocated / 8) {
            let cell = 0n;
            for (let k = bitsAllocated / 8 - 1; k >= 0; k--) {
              cell = cell * 256n + BigInt(bytes[at + k] ?? 0);
            }
            const value = cell >> BigInt(right);
            expected.push(
              pixelRepresentation === 1
                ? BigInt.asIntN(bitsStored, value)
                : BigInt.asUintN(bitsStored, value),
            );
          }
          const data = typedCells(bytes.slice(), pixel);
          extractStoredValues(data, pixel);
          expect(Array.from(data, BigInt)).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
