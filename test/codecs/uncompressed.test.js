import { beforeAll, describe, expect, it } from 'vitest';
import { uncompressedCodec } from '../../src/codecs/default-codecs.js';
import { decoderOf } from '../support/codec-platform.js';
import { noise } from '../support/noise.js';
import { codeOf } from '../support/open-built.js';
import { pixelOf } from '../support/pixel.js';
import { outcomesOf, truncations } from './damaged-streams.js';
let decoder;
beforeAll(async () => {
  decoder = await decoderOf(uncompressedCodec);
});
const decode = async (bytes, pixel, lenient = false) => decoder.decode(bytes, pixel, { lenient });
describe('uncompressedCodec', () => {
  it.each([
    ['8 bits, a length that is odd', { bitsAllocated: 8 }, 35],
    ['16 bits', {}, 70],
    ['64 bits', { bitsAllocated: 64 }, 280],
    ['1 bit, packed', { bitsAllocated: 1 }, 5],
    ['planes', { bitsAllocated: 8, samplesPerPixel: 3, planarConfiguration: 1 }, 105],
  ])('F08: the bytes are the cells: %s', async (_, parts, length) => {
    const pixel = pixelOf({ rows: 5, columns: 7, ...parts });
    const bytes = noise(length + (length % 2));
    const decoded = await decode(bytes, pixel);
    expect([...decoded.bytes]).toEqual([...bytes.subarray(0, length)]);
    expect(decoded.bytes.buffer).toBe(bytes.buffer);
    expect(decoded.pixel).toBe(pixel);
    expect(decoded.notes).toEqual([]);
  });
  it('F08: notes bytes behind the frame that are no padding', async () => {
    const pixel = pixelOf({ columns: 3, bitsAllocated: 8 });
    expect((await decode(noise(4), pixel)).notes).toEqual([]);
    expect((await decode(noise(5), pixel)).notes).toHaveLength(1);
    expect((await decode(noise(3), pixelOf({ bitsAllocated: 16 }))).notes).toHaveLength(1);
  });
  it('F08: refuses fewer bytes, and gives them leniently, whole samples and zeros', async () => {
    const pixel = pixelOf({ columns: 4 });
    const bytes = Uint8Array.of(1, 2, 3, 4, 5);
    expect(await codeOf(decode(bytes, pixel))).toBe('CODEC');
    const { partial, bytes: cells } = await decode(bytes, pixel, true);
    expect(partial).toBe(true);
    expect([...cells]).toEqual([1, 2, 3, 4, 0, 0, 0, 0]);
    const bits = await decode(
      Uint8Array.of(0xff),
      pixelOf({ columns: 12, bitsAllocated: 1 }),
      true,
    );
    expect([...bits.bytes]).toEqual([0xff, 0]);
  });
  it('N: refuses every cut frame, and decodes the next one', async () => {
    const pixel = pixelOf({ rows: 30, columns: 20 });
    const bytes = noise(1200);
    const outcomes = await outcomesOf(decoder, pixel, bytes, truncations(bytes, 500));
    expect(outcomes).toEqual({ refused: 500, decoded: 0, others: [], spoilt: 0 });
  });
});
