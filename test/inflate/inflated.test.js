import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInflatedCache } from '../../src/inflate/inflated-cache.js';
import { createInflatedMember } from '../../src/inflate/inflated-member.js';
import { memorySource } from '../../src/bytes/memory.js';
import { isSynchronous } from '../../src/bytes/source.js';
import { nodeInflater } from '../../src/node/inflater.js';
import { countingSource } from '../support/counting-source.js';
const MiB = 2 ** 20;
/** Header-like text, then noise: ten bytes of deflate for each sixteen at the end. */
function object(length) {
  let state = 1;
  return Uint8Array.from({ length }, (_, index) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return index < 3000 ? index % 60 : (state >>> 16) & 31;
  });
}
const plain = object(3 * MiB);
const deflated = new Uint8Array(deflateRawSync(plain));
function member(given = {}) {
  const source = memorySource(given.deflated ?? deflated, 'd');
  const cache = createInflatedCache(64 * MiB);
  const claims = { source, size: plain.length, crc32: crc32(plain), name: 'x', offset: 77 };
  const inflating = { inflater: nodeInflater, cache, wholeBytes: 512 * MiB };
  return createInflatedMember({ ...claims, ...given }, { ...inflating, ...given });
}
function inflated(given = {}) {
  return member(given).open();
}
/** An inflater that counts, and can be without the ways that only Node has. */
function countingInflater(portable = false) {
  const calls = { whole: 0, prefix: 0 };
  const { inflate, inflateSync, inflatePrefixSync } = nodeInflater;
  const inflater = {
    inflate: (...args) => {
      calls.whole += 1;
      return inflate(...args);
    },
    ...(portable
      ? {}
      : {
          inflateSync: (...args) => {
            calls.whole += 1;
            return inflateSync(...args);
          },
          inflatePrefixSync: (...args) => {
            calls.prefix += 1;
            return inflatePrefixSync(...args);
          },
        }),
  };
  return { calls, inflater };
}
function sameBytes(bytes, offset, length) {
  expect(Buffer.compare(bytes ?? new Uint8Array(1), plain.subarray(offset, offset + length))).toBe(
    0,
  );
}
describe('inflatedSource', () => {
  it('O23: any read, in any order, is the same part of the whole', async () => {
    const range = fc.tuple(
      fc.oneof(fc.nat(plain.length + 10), fc.nat(5000), fc.integer({ min: MiB - 9, max: MiB + 9 })),
      fc.oneof(fc.nat(200_000), fc.nat(500)),
    );
    const property = fc.asyncProperty(
      fc.array(range, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('sync', 'async', 'network', 'portable'),
      fc.constantFrom(0, MiB, 64 * MiB),
      async (ranges, way, maxBytes) => {
        const source = inflated({
          cache: createInflatedCache(maxBytes),
          source: countingSource(memorySource(deflated, 'd'), { asynchronous: way === 'network' }),
          inflater: countingInflater(way === 'portable').inflater,
        });
        for (const [offset, length] of ranges) {
          const into = length % 2 === 0 ? undefined : new Uint8Array(length);
          const bytes =
            way === 'sync'
              ? source.readSync?.(offset, length, into)
              : await source.read(offset, length, { into });
          sameBytes(bytes, offset, length);
          if (into !== undefined) expect(bytes?.buffer).toBe(into.buffer);
        }
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
  it('reads 4 KiB for a header, and nothing more for the rest of it', () => {
    const counting = countingSource(memorySource(deflated, 'd'));
    const source = inflated({ source: counting });
    for (const at of [0, 132, 1000, 3000, 4000]) sameBytes(source.readSync?.(at, 100), at, 100);
    expect(counting.reads).toEqual([[0, 4096]]);
  });
  it('says what is at hand: of the first read at least, then all that was inflated', async () => {
    const counting = countingSource(memorySource(deflated, 'd'));
    const source = inflated({ source: counting });
    const atHand = (offset) => source.atHand?.(offset) ?? Number.NaN;
    const first = atHand(0);
    // What deflate only stored is 5 bytes for each 65,535 longer (RFC 1951 3.2.4).
    expect(first).toBeLessThanOrEqual(4096 - 5);
    expect([first, atHand(100)]).toEqual([atHand(0), first - 100]);
    expect(counting.reads).toEqual([]);
    sameBytes(source.readSync?.(0, first), 0, first);
    const more = atHand(0);
    expect(more).toBeGreaterThan(first);
    expect(atHand(more - 10)).toBe(10);
    sameBytes(source.readSync?.(first, more - first), first, more - first);
    expect(counting.reads).toEqual([[0, 4096]]);
    source.readSync?.(more, 1);
    expect(atHand(0)).toBeGreaterThan(more);
    expect(counting.reads).toEqual([
      [0, 4096],
      [0, 16_384],
    ]);
    await source.read(2 * MiB, 10);
    expect(atHand(100)).toBe(plain.length - 100);
  });
  it('grows fourfold when more is wanted, less than twice the work in all', () => {
    const counting = countingSource(memorySource(deflated, 'd'));
    const source = inflated({ source: counting });
    for (let at = 0; at < MiB; at += 10_000) source.readSync?.(at, 10_000);
    const lengths = counting.reads.map(([, length]) => length);
    expect(lengths).toEqual([4096, 16_384, 65_536, 262_144, 1_048_576].slice(0, lengths.length));
    expect(counting.bytesRead).toBeLessThan(2 * MiB);
  });
  it('inflates the whole once for reads beyond, checks it, and gives views of it', async () => {
    const { calls, inflater } = countingInflater();
    let verified = 0;
    const sum = (bytes) => {
      verified += bytes.length;
      return crc32(bytes);
    };
    const source = inflated({ inflater: { ...inflater, crc32: sum } });
    for (const at of [2 * MiB, MiB + 5, 3 * MiB - 10, 0])
      sameBytes(await source.read(at, 10), at, 10);
    expect(calls).toEqual({ whole: 1, prefix: 0 });
    expect(verified).toBe(plain.length);
    const [one, two] = [await source.read(5, 10), source.readSync?.(5, 10)];
    expect(one.buffer).toBe(two?.buffer);
    expect(source.fresh ?? false).toBe(false);
  });
  it('P02: readers at the same time share one inflate', async () => {
    const { calls, inflater } = countingInflater();
    const source = inflated({ inflater });
    const reads = [2 * MiB, MiB + 5, 3 * MiB - 10, 2 * MiB].map((at) => source.read(at, 1000));
    sameBytes((await Promise.all(reads))[1], MiB + 5, 1000);
    expect(calls.whole).toBe(1);
  });
  it('O25, P05: one reader aborts, the others get their bytes; a failure is not kept', async () => {
    const { calls, inflater } = countingInflater();
    const source = inflated({ inflater });
    const controller = new AbortController();
    const reason = new Error('enough');
    const aborted = source.read(2 * MiB, 10, { signal: controller.signal });
    const other = source.read(2 * MiB, 10);
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    sameBytes(await other, 2 * MiB, 10);
    expect(calls.whole).toBe(1);
    let failures = 1;
    const inflate = nodeInflater.inflate;
    const flaky = inflated({
      inflater: {
        inflate: async (...args) => {
          failures -= 1;
          if (failures >= 0) throw new Error('not this time');
          return inflate(...args);
        },
      },
    });
    await expect(flaky.read(2 * MiB, 10)).rejects.toThrow('not this time');
    sameBytes(await flaky.read(2 * MiB, 10), 2 * MiB, 10);
  });
  it('P04, O25: close frees what is kept, also while the whole is being inflated', async () => {
    const cache = createInflatedCache(64 * MiB);
    const source = inflated({ cache });
    source.readSync?.(0, 100);
    await source.read(2 * MiB, 10);
    expect(cache.bytes).toBeGreaterThan(plain.length);
    await source.close?.();
    expect(cache.bytes).toBe(0);
    await expect(source.read(0, 1)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(() => source.readSync?.(0, 1)).toThrow('CLOSED');
    const other = inflated({ cache });
    const read = other.read(2 * MiB, 10);
    await other.close?.();
    sameBytes(await read, 2 * MiB, 10);
    expect(cache.bytes).toBe(0);
  });
  it('an empty read needs no inflating', async () => {
    const { calls, inflater } = countingInflater();
    const source = inflated({ inflater });
    expect((await source.read(plain.length, 10)).length).toBe(0);
    expect((await source.read(0, 0)).length).toBe(0);
    expect(source.readSync?.(plain.length + 5, 10).length).toBe(0);
    expect(calls).toEqual({ whole: 0, prefix: 0 });
  });
  it('N21: a header before a hundred MiB of nothing does not inflate them', () => {
    const blank = new Uint8Array(100 * MiB);
    blank.set(plain.subarray(0, 60_000));
    const source = memorySource(new Uint8Array(deflateRawSync(blank)), 'd');
    const { calls, inflater } = countingInflater();
    const cache = createInflatedCache(512 * MiB);
    const blanks = inflated({ source, size: blank.length, inflater, cache });
    for (const at of [0, 30_000, 59_000]) sameBytes(blanks.readSync?.(at, 1000), at, 1000);
    expect(calls.whole).toBe(0);
    expect(cache.bytes).toBeLessThan(8 * MiB);
  });
  it('is synchronous only where source and inflater are', () => {
    const network = countingSource(memorySource(deflated, 'd'), { asynchronous: true });
    expect(isSynchronous(inflated())).toBe(true);
    expect(isSynchronous(inflated({ source: network }))).toBe(false);
    expect(isSynchronous(inflated({ inflater: countingInflater(true).inflater }))).toBe(false);
  });
});
describe('members that lie', () => {
  const lies = [
    ['O21: more than claimed', { size: plain.length - 1 }, 'ZIP_SIZE_MISMATCH'],
    ['O21: less than claimed', { size: plain.length + 1 }, 'ZIP_SIZE_MISMATCH'],
    [
      'O21: bytes behind the stream',
      { deflated: new Uint8Array([...deflated, 1]) },
      'ZIP_SIZE_MISMATCH',
    ],
    ['a stream that is cut', { deflated: deflated.subarray(0, -10) }, 'INFLATE'],
    ['O22: another checksum', { crc32: 1 }, 'ZIP_CRC'],
  ];
  for (const [what, given, code] of lies) {
    it(`${what} is ${code}`, async () => {
      const source = inflated(given);
      await expect(source.read(2 * MiB, 10)).rejects.toMatchObject({
        code,
        details: { name: 'x' },
      });
      expect(() => source.readSync?.(2 * MiB, 10)).toThrow(code);
      // What the beginning says can be looked at all the same; what is read as pixels cannot.
      sameBytes(source.readSync?.(10, 100), 10, 100);
      await expect(source.read(10, 100)).rejects.toMatchObject({ code });
    });
  }
  it('a wrong check sum is met by every read of pixels, wherever they lie', async () => {
    const source = inflated({ crc32: 1 });
    sameBytes(source.readSync?.(0, 70_000), 0, 70_000);
    await expect(source.read(0, 10)).rejects.toMatchObject({ code: 'ZIP_CRC' });
    // Where nothing is read at once, headers are small reads.
    const { readSync, ...network } = memorySource(deflated, 'd');
    const far = inflated({ source: network, crc32: 1 });
    expect(readSync).toBeDefined();
    sameBytes(await far.read(0, 65_535), 0, 65_535);
    await expect(far.read(0, 65_536)).rejects.toMatchObject({ code: 'ZIP_CRC' });
  });
  it('O06: a source that ends early is TRUNCATED', async () => {
    const source = { ...memorySource(deflated.subarray(0, 50_000), 'd'), size: deflated.length };
    await expect(inflated({ source }).read(2 * MiB, 10)).rejects.toMatchObject({
      code: 'TRUNCATED',
    });
  });
});
describe('createInflatedCache', () => {
  it('P07: holds no more than its bound, the last used longest', async () => {
    const cache = createInflatedCache(7 * MiB);
    const { calls, inflater } = countingInflater();
    const sources = [1, 2, 3, 4].map(() => inflated({ cache, inflater }));
    for (const source of sources) await source.read(2 * MiB, 10);
    expect(cache.bytes).toBeLessThanOrEqual(7 * MiB);
    expect(cache.bytes).toBeGreaterThan(6 * MiB);
    await sources[3]?.read(2 * MiB, 10);
    expect(calls.whole).toBe(4);
    await sources[0]?.read(2 * MiB, 10);
    expect(calls.whole).toBe(5);
  });
  it('P07: a member bigger than the bound is kept alone until it closes or the next such comes', async () => {
    const cache = createInflatedCache(MiB);
    const { calls, inflater } = countingInflater();
    const [one, two] = [inflated({ cache, inflater }), inflated({ cache, inflater })];
    for (let at = MiB; at < 3 * MiB; at += 100_000) one.readSync?.(at, 8);
    expect(calls.whole).toBe(1);
    two.readSync?.(2 * MiB, 8);
    expect(cache.bytes).toBeLessThan(plain.length + 2 * MiB);
    one.readSync?.(2 * MiB, 8);
    expect(calls.whole).toBe(3);
    await two.close?.();
    expect(cache.bytes).toBeGreaterThan(plain.length);
    await one.close?.();
    expect(cache.bytes).toBe(0);
  });
  it('the first bytes of 2,000 open members stay within 8 MiB', () => {
    const cache = createInflatedCache(256 * MiB);
    const sources = Array.from({ length: 2000 }, () => inflated({ cache }));
    for (const source of sources) source.readSync?.(0, 132);
    expect(cache.bytes).toBeLessThanOrEqual(8 * MiB);
    sameBytes(sources[0]?.readSync?.(100, 32), 100, 32);
  });
  it('P07: no bound at all, and none kept, are both possible', async () => {
    for (const [maxBytes, wholes] of [
      [Infinity, 1],
      [0, 1],
    ]) {
      const { calls, inflater } = countingInflater();
      const source = inflated({ cache: createInflatedCache(maxBytes), inflater });
      await source.read(2 * MiB, 10);
      sameBytes(await source.read(MiB, 10), MiB, 10);
      expect(calls.whole).toBe(wholes);
    }
  });
});
