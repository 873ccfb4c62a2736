import { beforeAll, describe, expect, it } from 'vitest';
import type { Decoder } from '../../src/codecs/codec.ts';
import { deflatedFrameCodec } from '../../src/codecs/default-codecs.ts';
import type { ImagePixel } from '../../src/dicom/image-pixel.ts';
import {
  codeStreamFixture,
  codeStreamOf,
  differenceFrom,
} from '../support/code-stream-fixtures.ts';
import { codecPlatform, decoderOf } from '../support/codec-platform.ts';
import { noise } from '../support/noise.ts';
import { codeOf } from '../support/open-built.ts';
import { pixelOf } from '../support/pixel.ts';
import { bitFlips, outcomesOf, truncations } from './damaged-streams.ts';
import { deflate, deflateRaw } from '../support/outside.ts';

let decoder: Decoder;
beforeAll(async () => {
  decoder = await decoderOf(deflatedFrameCodec);
});

const decode = async (bytes: Uint8Array, pixel: ImagePixel, lenient = false) =>
  decoder.decode(bytes, pixel, { lenient });
const deflated = (bytes: Uint8Array): Uint8Array => Uint8Array.from(deflateRaw(bytes));

const PIXEL = pixelOf({ rows: 5, columns: 7 });
const NATIVE = noise(70);

describe('deflatedFrameCodec', () => {
  it.each([
    ['32 bits', { bitsAllocated: 32 }, 140],
    ['64 bits', { bitsAllocated: 64 }, 280],
    ['1 bit, packed', { bitsAllocated: 1 }, 5],
    ['an odd number of bytes', { bitsAllocated: 8 }, 35],
    [
      'shared chrominance',
      {
        columns: 8,
        bitsAllocated: 8,
        samplesPerPixel: 3,
        photometricInterpretation: 'YBR_FULL_422',
      },
      80,
    ],
  ])('F07: the native bytes of a frame of %s', async (_, parts, length) => {
    const pixel = pixelOf({ ...PIXEL, highBit: 0, bitsStored: 1, ...parts });
    const native = noise(length);
    const decoded = await decode(deflated(native), pixel);
    expect(decoded.bytes).toEqual(native);
    expect(decoded.pixel).toBe(pixel);
    expect(decoded.notes ?? []).toEqual([]);
  });

  it('F07: planes stay planes', async () => {
    const fixture = codeStreamFixture('deflated-rgb8-planes');
    const decoded = await decode(codeStreamOf(fixture), fixture.pixel);
    expect(decoded.pixel.planarConfiguration).toBe(1);
    expect(differenceFrom(fixture, decoded)).toBeUndefined();
  });

  it('takes a byte of padding inside of the stream and behind it, and notes more behind it', async () => {
    const pixel = { ...PIXEL, bitsAllocated: 8 };
    const native = noise(35);
    const stream = deflated(Uint8Array.from([...native, 0]));
    for (const [padding, notes] of [
      [[], 0],
      [[0], 0],
      [[0, 0], 1],
    ] as const) {
      const decoded = await decode(Uint8Array.from([...stream, ...padding]), pixel);
      expect(decoded.bytes).toEqual(native);
      expect(decoded.notes ?? []).toHaveLength(notes);
    }
  });

  it.each([
    ['fewer bytes than the frame has', deflated(NATIVE.subarray(1))],
    ['more bytes than the frame has', deflated(noise(72))],
    ['a million bytes for a frame of 70', deflated(new Uint8Array(1e6))],
    ['a stream with the header of zlib', Uint8Array.from(deflate(NATIVE))],
    ['a stream that ends early', deflated(NATIVE).subarray(0, 40)],
    ['nothing', new Uint8Array(0)],
    ['no stream', Uint8Array.of(0xff, 0xff, 0xff, 0xff)],
  ])('refuses %s', async (_, stream) => {
    expect(await codeOf(decode(stream, PIXEL))).toBe('CODEC');
  });

  it('never inflates more than the frame has', async () => {
    let limit = 0;
    const { inflate } = codecPlatform.inflater;
    const platform = {
      ...codecPlatform,
      inflater: {
        inflate: (...[bytes, options]: Parameters<typeof inflate>) => {
          limit = Math.max(limit, options.limit);
          return inflate(bytes, options);
        },
      },
    };
    const watched = await deflatedFrameCodec.load(platform);
    const bomb = deflated(new Uint8Array(1e6));
    const decoded = Promise.resolve(watched.decode(bomb, { ...PIXEL, bitsAllocated: 8 }, {}));
    expect(await codeOf(decoded)).toBe('CODEC');
    expect(limit).toBe(36);
  });

  it('leniently: gives whole samples of a stream that was cut, and zeros', async () => {
    // Noise is stored, not compressed: five bytes, then the samples.
    const stream = Uint8Array.from(deflateRaw(NATIVE, { level: 0 }));
    const decoded = await decode(stream.subarray(0, 5 + 33), PIXEL, true);
    expect(decoded.partial).toBe(true);
    expect([...decoded.bytes]).toEqual([...NATIVE.subarray(0, 32), ...new Uint8Array(38)]);
  });

  it('leniently: refuses what is broken, or too long', async () => {
    expect(await codeOf(decode(Uint8Array.of(0xff, 0xff), PIXEL, true))).toBe('CODEC');
    expect(await codeOf(decode(deflated(noise(72)), PIXEL, true))).toBe('CODEC');
  });

  it('N: refuses every cut stream, and decodes the next one', async () => {
    const fixture = codeStreamFixture('deflated-s16');
    const stream = codeStreamOf(fixture);
    const cut = truncations(stream.subarray(0, -1), 500);
    const outcomes = await outcomesOf(decoder, fixture.pixel, stream, cut);
    expect(outcomes).toEqual({ refused: 500, decoded: 0, others: [], spoilt: 0 });
  });

  it('N: refuses streams with other bits, or gives a frame, and decodes the next one', async () => {
    const fixture = codeStreamFixture('deflated-u8');
    const stream = codeStreamOf(fixture);
    const outcomes = await outcomesOf(decoder, fixture.pixel, stream, bitFlips(stream, 500));
    expect(outcomes.others).toEqual([]);
    expect(outcomes.spoilt).toBe(0);
    expect(outcomes.refused + outcomes.decoded).toBe(500);
    // Other literals are other samples, and nothing tells.
    expect(outcomes.refused).toBeGreaterThan(100);
  });
});
