import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRle } from '../../src/codecs/rle.ts';
import { isFramedexError } from '../../src/errors.ts';
import { hex } from '../support/build-value.ts';
import { pixelOf } from '../support/pixel.ts';
import { rleEncode } from '../support/rle-encode.ts';

/** An RLE frame by hand: the header of PS3.5 G.5 and the segments as they are given. */
function frameOf(
  segments: readonly Uint8Array[],
  header: { readonly count?: number; readonly offsets?: readonly number[] } = {},
): Uint8Array {
  const length = segments.reduce((sum, segment) => sum + segment.length, 64);
  const frame = new Uint8Array(length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, header.count ?? segments.length, true);
  let at = 64;
  segments.forEach((segment, k) => {
    view.setUint32(4 + 4 * k, at, true);
    frame.set(segment, at);
    at += segment.length;
  });
  header.offsets?.forEach((offset, k) => {
    view.setUint32(4 + 4 * k, offset, true);
  });
  return frame;
}

/** Decodes `rows` x 1 cells of 8 bits, unless told otherwise. */
function decode(frame: Uint8Array, count: number, parts: Parameters<typeof pixelOf>[0] = {}) {
  const pixel = pixelOf({ rows: 1, columns: count, bitsAllocated: 8, ...parts });
  return [...decodeRle(frame, pixel).bytes];
}

function faultOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return isFramedexError(error) ? error.code : error;
  }
  return 'no fault';
}

describe('decodeRle', () => {
  it('H42: decodes the example that describes PackBits (Apple TN1023)', () => {
    const packed = hex('FE AA 02 80 00 2A FD AA 03 80 00 2A 22 F7 AA');
    const plain = 'AA AA AA 80 00 2A AA AA AA AA 80 00 2A 22 AA AA AA AA AA AA AA AA AA AA';
    expect(decode(frameOf([packed]), 24)).toEqual([...hex(plain)]);
  });

  it('H42: skips the no-operation byte -128, at the start, between runs and at the end', () => {
    expect(decode(frameOf([hex('80 01 0A 0B 80 80 FF 0C 80')]), 4)).toEqual([10, 11, 12, 12]);
  });

  it('H42: takes the longest run and the longest literal, 128 bytes each', () => {
    const literals = Uint8Array.from({ length: 128 }, (_, k) => k);
    const segment = new Uint8Array([0x81, 7, 127, ...literals]);
    expect(decode(frameOf([segment]), 256)).toEqual([...Array<number>(128).fill(7), ...literals]);
  });

  it('puts the most significant byte, which comes first, where little endian has it (G.2)', () => {
    const high = hex('01 12 AB');
    const low = hex('01 34 CD');
    expect(decode(frameOf([high, low]), 2, { bitsAllocated: 16 })).toEqual([
      0x34, 0x12, 0xcd, 0xab,
    ]);
  });

  it('puts the planes of a colour image side by side, and says so', () => {
    const planes = [hex('01 01 02'), hex('01 11 12'), hex('01 21 22')];
    const parts = { samplesPerPixel: 3, planarConfiguration: 1 } as const;
    expect(decode(frameOf(planes), 2, parts)).toEqual([1, 0x11, 0x21, 2, 0x12, 0x22]);
    const pixel = pixelOf({ columns: 2, bitsAllocated: 8, ...parts });
    expect(decodeRle(frameOf(planes), pixel).pixel.planarConfiguration).toBe(0);
  });

  it('gives each pixel its own chrominance, whatever the header says, and says so', () => {
    const planes = [hex('01 01 02'), hex('01 11 12'), hex('01 21 22')];
    const pixel = pixelOf({
      ...{ columns: 2, bitsAllocated: 8, samplesPerPixel: 3 },
      photometricInterpretation: 'YBR_FULL_422',
    });
    expect(decodeRle(frameOf(planes), pixel).pixel.photometricInterpretation).toBe('YBR_FULL');
  });

  it('H41: cuts what a segment has too much, an odd pad as well as a whole run', () => {
    expect(decode(frameOf([hex('02 01 02 03 00')]), 3)).toEqual([1, 2, 3]);
    expect(decode(frameOf([hex('02 01 02 03 F0 09')]), 3)).toEqual([1, 2, 3]);
    expect(decode(frameOf([hex('F0 09')]), 3)).toEqual([9, 9, 9]);
  });

  it.each([
    ['H41: a segment that ends early', frameOf([hex('01 01 02')]), 3, {}],
    ['H41: a literal cut by the end of the segment', frameOf([hex('02 01 02')]), 3, {}],
    ['H41: a run without its byte', frameOf([hex('FE')]), 3, {}],
    ['H42: nothing but no-operations', frameOf([hex('80 80 80 80')]), 3, {}],
    ['H42: an empty segment', frameOf([new Uint8Array(0)]), 1, {}],
    ['H40: no segments', frameOf([hex('00 01')], { count: 0 }), 1, {}],
    ['H40: 16 segments', frameOf([hex('00 01')], { count: 16 }), 1, {}],
    ['H40: 2^32 - 1 segments', frameOf([hex('00 01')], { count: 0xffffffff }), 1, {}],
    ['H43: one segment for 16 bits', frameOf([hex('00 01')]), 1, { bitsAllocated: 16 }],
    ['H43: two segments for 8 bits', frameOf([hex('00 01'), hex('00 01')]), 1, {}],
    ['H43: one segment for three samples', frameOf([hex('00 01')]), 1, { samplesPerPixel: 3 }],
    ['H40: a segment behind the frame', frameOf([hex('00 01')], { offsets: [67] }), 1, {}],
    ['H40: a segment in the header', frameOf([hex('00 01')], { offsets: [63] }), 1, {}],
    ['a frame of 63 bytes', frameOf([]).subarray(1), 1, {}],
    ['cells of 12 bits', frameOf([hex('00 01')]), 1, { bitsAllocated: 12 }],
    [
      'three samples of 1 bit',
      frameOf([hex('00 01')]),
      8,
      { bitsAllocated: 1, samplesPerPixel: 3 },
    ],
  ])('refuses %s', (_, frame, count, parts) => {
    expect(faultOf(() => decode(frame, count, parts))).toBe('CODEC');
  });

  it('H40: refuses offsets that go down', () => {
    const segments = [hex('00 01'), hex('00 02')];
    const frame = frameOf(segments, { offsets: [66, 64] });
    expect(faultOf(() => decode(frame, 1, { bitsAllocated: 16 }))).toBe('CODEC');
  });

  it('G17, N15: takes no memory for a frame that so few bytes cannot be', () => {
    const frame = frameOf(Array.from({ length: 4 }, () => hex('00 01')));
    const huge = { rows: 0xffff, bitsAllocated: 32 };
    expect(faultOf(() => decode(frame, 0xffff, huge))).toBe('CODEC');
  });

  it('decodes packed bits: eight pixels to the byte', () => {
    const pixel = pixelOf({ rows: 3, columns: 5, bitsAllocated: 1 });
    expect([...decodeRle(frameOf([hex('01 A5 7F')]), pixel).bytes]).toEqual([0xa5, 0x7f]);
  });

  it('decodes into the place it is given', () => {
    const into = new Uint8Array(8).fill(9);
    const pixel = pixelOf({ columns: 3, bitsAllocated: 8 });
    const { bytes } = decodeRle(frameOf([hex('02 01 02 03')]), pixel, into.subarray(2));
    expect([...into]).toEqual([9, 9, 1, 2, 3, 9, 9, 9]);
    expect(bytes.length).toBe(3);
  });

  it('undoes what an encoder does, of every cell size and one or three samples', () => {
    const shapes = fc.record({
      rows: fc.integer({ min: 1, max: 9 }),
      columns: fc.integer({ min: 1, max: 300 }),
      samplesPerPixel: fc.constantFrom(1, 3),
      bytesPerSample: fc.constantFrom(1, 2, 4),
      seed: fc.integer(),
      levels: fc.constantFrom(1, 2, 256),
    });
    fc.assert(
      fc.property(shapes, ({ seed, levels, ...shape }) => {
        const { rows, columns, samplesPerPixel, bytesPerSample } = shape;
        let state = seed;
        const samples = new Uint8Array(rows * columns * samplesPerPixel * bytesPerSample);
        for (let k = 0; k < samples.length; k++) {
          state = (Math.imul(state, 1103515245) + 12345) | 0;
          samples[k] = (state >>> 16) % levels;
        }
        const pixel = pixelOf({
          rows,
          columns,
          samplesPerPixel,
          bitsAllocated: 8 * bytesPerSample,
        });
        expect(decodeRle(rleEncode(samples, shape), pixel).bytes).toEqual(samples);
      }),
      { numRuns: 200 },
    );
  });

  it('N: gives pixels or CODEC for any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 200 }), (bytes) => {
        bytes.set([1, 0, 0, 0, 64, 0, 0, 0]);
        const fault = faultOf(() => decode(bytes, 50));
        expect(['no fault', 'CODEC']).toContain(fault);
      }),
    );
  });
});
