import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.js';
import { codeOf, openBuilt } from '../support/open-built.js';
/** Bytes in which each has another value than its neighbours. */
function noise(length, seed) {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) | 0;
    return state >>> 16;
  });
}
describe('stored values of native frames', () => {
  it('F06: big endian gives the same as little endian', async () => {
    const kinds = fc.constantFrom(
      ['OW', 16, 2],
      ['OW', 32, 4],
      ['OW', 8, 2],
      ['OB', 8, 1],
      ['OW', 1, 2],
    );
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
});
describe('frames that are encapsulated without compression', () => {
  const uncompressed = '1.2.840.10008.1.2.1.98';
  const pixel = (parts) => imagePixel({ rows: 1, columns: 2, bitsAllocated: 8, ...parts });
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
