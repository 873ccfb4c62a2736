import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alignedInput } from '../../src/inflate/deflate-alignment.js';
import { DeflateDecoder } from '../../src/inflate/deflate-decoder.js';
import { DeflateFault } from '../../src/inflate/deflate-fault.js';
import { resume } from '../../src/inflate/deflate-resume.js';
import { asOurs, decode, expectBytes, expectSame } from '../support/decode-deflate.js';
import { DATA_KINDS, packBits } from '../support/deflate-streams.js';
const kinds = Object.keys(DATA_KINDS);
const STRATEGIES = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FILTERED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
  constants.Z_FIXED,
];
const LEVELS = [0, 1, 3, 6, 9];
const ways = fc.record({
  kind: fc.constantFrom(...kinds),
  length: fc.oneof(fc.nat(40), fc.nat(300_000)),
  level: fc.constantFrom(...LEVELS),
  strategy: fc.constantFrom(...STRATEGIES),
  memLevel: fc.constantFrom(1, 8, 9),
});
function deflated({ kind, length, ...options }) {
  const plain = DATA_KINDS[kind](length);
  return { plain, stream: new Uint8Array(deflateRawSync(plain, options)) };
}
/** Goes on at a block in both ways. */
async function expectResumed(stream, { bit, at, window }, plain) {
  const bytes = stream.subarray(Math.floor(bit / 8));
  const rest = plain.subarray(at);
  const options = { finishFlush: constants.Z_SYNC_FLUSH, dictionary: window };
  const input = alignedInput(bytes, bit % 8);
  expectBytes(inflateRawSync(input, window.length === 0 ? {} : options), rest);
  const expected = rest.length;
  expectBytes(await resume(bytes, { bit: bit % 8, window, expected, name: 'x' }), rest);
}
describe('DeflateDecoder', () => {
  it('O23: gives what was deflated, whatever the data, its deflater and the pieces it comes in', () => {
    const pieces = fc.array(
      fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 90_000 })),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    const property = fc.property(ways, pieces, (of, split) => {
      const { plain, stream } = deflated(of);
      const { bytes, used, longest } = decode(stream, { split });
      expectBytes(bytes, plain);
      expect(used).toBe(stream.length);
      expect(longest).toBeLessThanOrEqual(2 ** 19);
    });
    fc.assert(property, { numRuns: 120 });
  });
  it.each(kinds.flatMap((kind) => LEVELS.map((level) => [kind, level])))(
    'O23: %s of level %i, byte by byte, with other bytes behind it',
    (kind, level) => {
      for (const strategy of STRATEGIES) {
        const plain = DATA_KINDS[kind](9000);
        const stream = deflateRawSync(plain, { level, strategy });
        const { bytes, used } = decode(Buffer.concat([stream, Buffer.alloc(9, 0x55)]), {
          split: [1],
        });
        expectBytes(bytes, plain);
        expect(used).toBe(stream.length);
      }
    },
  );
  it('O23: can be gone on with at each block, by zlib and by itself', async () => {
    const alignments = new Set();
    const property = fc.asyncProperty(ways, async (of) => {
      const { plain, stream } = deflated(of);
      const { blocks } = decode(stream, { split: [4096, 77] });
      expect(blocks[0]).toMatchObject({ bit: 0, at: 0 });
      for (const block of blocks.filter((_, k) => k % Math.ceil(blocks.length / 12) === 0)) {
        alignments.add(block.bit % 8);
        expectBytes(block.window, plain.subarray(Math.max(0, block.at - 32768), block.at));
        await expectResumed(stream, block, plain);
      }
    });
    await fc.assert(property, { numRuns: 60 });
    expect(alignments.size).toBe(8);
  });
  it('O23: counts from where it starts', () => {
    const plain = DATA_KINDS.text(400_000);
    const stream = new Uint8Array(deflateRawSync(plain, { memLevel: 1 }));
    const block = decode(stream).blocks[3];
    if (block === undefined) throw new Error('too few blocks');
    const { bit, at, window } = block;
    const start = { bit: bit % 8, window };
    const rest = decode(stream.subarray(Math.floor(bit / 8)), { start, split: [999] });
    expectBytes(rest.bytes, plain.subarray(at));
    expect(rest.blocks[0]).toEqual({ bit: bit % 8, at: 0, window });
    expect(rest.used).toBe(stream.length - Math.floor(bit / 8));
  });
  it('O23: refuses what zlib refuses, and gives what zlib gives, of 2,000 damaged streams', () => {
    const verdicts = { right: 0, broken: 0, cut: 0 };
    let state = 1;
    const random = (below) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let k = 0; k < 2000; k++) {
      const plain = DATA_KINDS[kinds[k % kinds.length] ?? 'text'](200 + random(6000));
      const options = { level: LEVELS[random(5)] ?? 6, strategy: STRATEGIES[random(5)] ?? 0 };
      const stream = new Uint8Array(deflateRawSync(plain, { ...options, memLevel: 1 + random(9) }));
      const at = random(k % 2 === 0 ? stream.length : Math.min(stream.length, 60));
      stream[at] = (stream[at] ?? 0) ^ (1 << random(8));
      const damaged = k % 5 === 0 ? stream.subarray(0, random(stream.length)) : stream;
      const verdict = expectSame(damaged, {
        split: k % 3 === 0 ? [1 + random(50)] : [stream.length],
      });
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    }
    expect(Math.min(...Object.values(verdicts))).toBeGreaterThan(100);
  });
  it('O23: stops at once where a stream goes on beyond the limit', () => {
    const MB = 1_000_000;
    const stream = new Uint8Array(deflateRawSync(new Uint8Array(100 * MB)));
    let given = 0;
    const decoder = new DeflateDecoder({ output: ({ length }) => (given += length), limit: MB });
    expect(() => decoder.push(stream, true)).toThrow(
      expect.objectContaining({ name: 'DeflateFault', reason: 'too-long' }),
    );
    expect(given).toBeLessThanOrEqual(MB);
    expect(decoder.position).toBeLessThan(2 * MB);
    expect(() => decoder.push(stream, true)).toThrow(DeflateFault);
  });
  it('O23: gives as many bytes as the limit, and not one more', () => {
    const stream = new Uint8Array(deflateRawSync(new Uint8Array(400_000)));
    expect(decode(stream, { limit: 400_000 }).bytes.length).toBe(400_000);
    expect(asOurs(stream, { limit: 399_999 })).toBe('too-long');
  });
  it('O23: gives what comes before a fault, and says where that is', () => {
    const plain = DATA_KINDS.samples(70_000);
    const stream = new Uint8Array(
      deflateRawSync(plain, { level: 0, finishFlush: constants.Z_SYNC_FLUSH }),
    );
    const broken = Uint8Array.from([...stream, 0x07]);
    let given = 0;
    const decoder = new DeflateDecoder({ output: ({ length }) => (given += length), limit: 1e9 });
    expect(() => decoder.push(broken, true)).toThrow(
      expect.objectContaining({ reason: 'broken', at: stream.length }),
    );
    expect(given).toBe(plain.length);
  });
  it('O23: counts bits beyond 2^31', () => {
    const stored = new Uint8Array(5 + 65535).fill(0xff, 1, 3);
    const blocks = [];
    const decoder = new DeflateDecoder({
      output: () => undefined,
      blockStart: (bit, at) => blocks.push(bit, at),
      limit: 2 ** 40,
    });
    const count = Math.ceil(2 ** 31 / 8 / stored.length) + 2;
    for (let k = 0; k < count; k++) decoder.push(stored, false);
    expect(blocks.slice(-2)).toEqual([(count - 1) * 65540 * 8, (count - 1) * 65535]);
    decoder.push(packBits(`1 10 ${'0'.repeat(7)}`), true);
    expect(blocks.slice(-2)).toEqual([count * 65540 * 8, count * 65535]);
    expect([decoder.used, decoder.position]).toEqual([count * 65540 + 2, count * 65535]);
  });
  it('O23: an empty input is a stream that is cut', () => {
    expect(asOurs(new Uint8Array())).toBe('cut');
  });
});
