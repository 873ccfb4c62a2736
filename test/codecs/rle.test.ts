import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rleCodec } from '../../src/codecs/default-codecs.ts';
import { decodeRle } from '../../src/codecs/rle.ts';
import { isFramedexError } from '../../src/errors.ts';
import { hex } from '../support/build-value.ts';
import {
  codeStreamFixture,
  codeStreamOf,
  differenceFrom,
} from '../support/code-stream-fixtures.ts';
import { decoderOf } from '../support/codec-platform.ts';
import { pixelOf } from '../support/pixel.ts';
import { noise } from '../support/noise.ts';
import { rleEncode } from '../support/rle-encode.ts';
import { bitFlips, outcomesOf, truncations } from './damaged-streams.ts';
import { differsAt } from '../support/differs-at.ts';

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

/** What is noted of `columns` cells of 8 bits. */
function notesOf(frame: Uint8Array, columns: number): readonly string[] {
  const { notes = [] } = decodeRle(frame, pixelOf({ columns, bitsAllocated: 8 }));
  return notes.map(({ message }) => message);
}

/** The cells of 8 bits that can be decoded, or CODEC. */
function leniently(frame: Uint8Array, parts: Parameters<typeof pixelOf>[0]) {
  const { bytes, partial } = decodeRle(frame, pixelOf(parts), { lenient: true });
  return { bytes: [...bytes], partial: partial ?? false };
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

  it('H41: notes what a segment has too much, but for one byte that makes its length even', () => {
    const surplus = ['a segment of RLE goes on behind the last pixel'];
    expect(notesOf(frameOf([hex('02 01 02 03')]), 3)).toEqual([]);
    expect(notesOf(frameOf([hex('01 01 02 00')]), 2)).toEqual([]);
    expect(notesOf(frameOf([hex('02 01 02 03 00 00')]), 3)).toEqual(surplus);
    expect(notesOf(frameOf([hex('02 01 02 03 F0 09')]), 3)).toEqual(surplus);
    expect(notesOf(frameOf([hex('F0 09')]), 3)).toEqual(surplus);
    expect(notesOf(frameOf([hex('03 01 02 03 04')]), 3)).toEqual(surplus);
  });

  it('H41: leniently, gives 0 for what a short segment has not', () => {
    const parts = { columns: 4, bitsAllocated: 8 };
    expect(leniently(frameOf([hex('01 05 06')]), parts)).toEqual({
      bytes: [5, 6, 0, 0],
      partial: true,
    });
    expect(leniently(frameOf([hex('03 05 06 07')]), parts).bytes).toEqual([5, 6, 7, 0]);
    expect(leniently(frameOf([hex('FD 05')]), parts)).toEqual({
      bytes: [5, 5, 5, 5],
      partial: false,
    });
  });

  it('H41: leniently, gives 0 for a sample of which a byte is missing, and the other samples', () => {
    const high = hex('02 01 02 03');
    const short = frameOf([high, hex('00 11')]);
    expect(leniently(short, { columns: 3 }).bytes).toEqual([0x11, 1, 0, 0, 0, 0]);
    const rgb = frameOf([hex('01 05 06'), hex('00 07'), hex('01 08 09')]);
    const parts = { columns: 2, bitsAllocated: 8, samplesPerPixel: 3 };
    expect(leniently(rgb, parts).bytes).toEqual([5, 7, 8, 6, 0, 9]);
  });

  it('H41: leniently, leaves nothing of what was in the memory that it is given', () => {
    const into = new Uint8Array(6).fill(9);
    const frame = frameOf([hex('02 01 02 03'), hex('00 11')]);
    decodeRle(frame, pixelOf({ columns: 3 }), { into, lenient: true });
    expect([...into]).toEqual([0x11, 1, 0, 0, 0, 0]);
  });

  it('H40: leniently, takes segments behind the end of a cut frame for missing', () => {
    const frame = frameOf([hex('02 01 02 03'), hex('02 04 05 06')]);
    expect(leniently(frame.subarray(0, 67), { columns: 3 })).toEqual({
      bytes: [0, 0, 0, 0, 0, 0],
      partial: true,
    });
  });

  it('H40: refuses, leniently too, a header that tells no segments', () => {
    const segments = [hex('00 01'), hex('00 02')];
    for (const header of [{ count: 0 }, { count: 1 }, { count: 16 }, { offsets: [66, 64] }]) {
      const frame = frameOf(segments, header);
      expect(faultOf(() => leniently(frame, { columns: 1 }))).toBe('CODEC');
    }
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
    const { bytes } = decodeRle(frameOf([hex('02 01 02 03')]), pixel, { into: into.subarray(2) });
    expect([...into]).toEqual([9, 9, 1, 2, 3, 9, 9, 9]);
    expect(bytes.length).toBe(3);
  });

  it('undoes what an encoder does, of every cell size and one or three samples', () => {
    const shapes = fc.record({
      rows: fc.integer({ min: 1, max: 9 }),
      columns: fc.integer({ min: 1, max: 300 }),
      samplesPerPixel: fc.constantFrom(1, 3),
      bytesPerSample: fc.constantFrom(1, 2, 4, 5),
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
        const { bytes } = decodeRle(rleEncode(samples, shape), pixel);
        expect(differsAt(bytes, samples)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('H42: decodes cells of 64 bits, eight segments, and more pixels than it does at a time', () => {
    const shape = { rows: 180, columns: 190, samplesPerPixel: 1, bytesPerSample: 8 };
    const samples = noise(180 * 190 * 8).map((byte, k) => (k % 8 < 5 ? byte : 0));
    const pixel = pixelOf({ rows: 180, columns: 190, bitsAllocated: 64 });
    const decoded = decodeRle(rleEncode(samples, shape), pixel);
    expect(differsAt(decoded.bytes, samples)).toBeUndefined();
    expect(decoded.notes).toEqual([]);
  });

  it('N: refuses every cut frame, and gives it leniently as far as it goes', async () => {
    const fixture = codeStreamFixture('rle-rgb16');
    const { pixel } = fixture;
    const stream = codeStreamOf(fixture);
    const decoder = await decoderOf(rleCodec);
    const whole = decodeRle(stream, pixel);
    expect(differenceFrom(fixture, whole)).toBeUndefined();
    // Its last two bytes may be padding.
    const cut = truncations(stream.subarray(0, -2), 500);
    const outcomes = await outcomesOf(decoder, pixel, stream, cut);
    expect(outcomes).toEqual({ refused: 500, decoded: 0, others: [], spoilt: 0 });
    const right = new Uint16Array(whole.bytes.buffer);
    for (const part of cut.slice(20)) {
      const { bytes, partial } = decodeRle(part, pixel, { lenient: true });
      const samples = new Uint16Array(bytes.buffer);
      expect(partial).toBe(true);
      expect(samples.findIndex((value, k) => value !== 0 && value !== right[k])).toBe(-1);
    }
  });

  it('N: refuses frames with other bits, or gives a frame, and decodes the next one', async () => {
    const fixture = codeStreamFixture('rle-s16');
    const stream = codeStreamOf(fixture);
    const decoder = await decoderOf(rleCodec);
    const outcomes = await outcomesOf(decoder, fixture.pixel, stream, bitFlips(stream, 500));
    expect(outcomes.others).toEqual([]);
    expect(outcomes.spoilt).toBe(0);
    expect(outcomes.refused + outcomes.decoded).toBe(500);
    expect(outcomes.refused).toBeGreaterThan(0);
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
