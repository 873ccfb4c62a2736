import { afterEach, describe, expect, it, vi } from 'vitest';
import type { InflateOptions } from '../../src/inflate/inflater.ts';
import { nextTurn } from '../../src/inflate/next-turn.ts';
import { portableInflater } from '../../src/inflate/portable-inflater.ts';
import { DATA_KINDS, type DataKind, packBits } from '../support/deflate-streams.ts';
import { crc32, deflateRaw, inflateRaw, sha256 } from '../support/outside.ts';
import { inflater as platformInflater } from '../support/platform.ts';

const name = 'x';
const kinds = Object.keys(DATA_KINDS) as DataKind[];
const plain = DATA_KINDS.samples(300_000);
const digest = sha256(plain);
const deflated = deflateRaw(plain);
const SYNC_FLUSH = 2;
const HUFFMAN_ONLY = 2;

function required<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the inflater has no such part');
  return part;
}

/** Bytes with others behind them. */
function followed(bytes: Uint8Array, by: readonly number[]): Uint8Array {
  return Uint8Array.from([...bytes, ...by]);
}

async function* pieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) {
    await Promise.resolve();
    yield bytes.slice(at, at + length);
  }
}

async function joined(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  let whole = new Uint8Array();
  for await (const part of parts) whole = followed(whole, [...part]) as typeof whole;
  return whole;
}

// The same for what every platform has and for what this one brings.
describe.each([
  ['portableInflater', portableInflater],
  ['the inflater of this platform', platformInflater],
] as const)('%s', (_, inflater) => {
  const ways = [
    ['inflate', inflater.inflate],
    [
      'inflateSync',
      async (bytes: Uint8Array, options: InflateOptions) =>
        required(inflater.inflateSync)(bytes, options),
    ],
  ] as const;

  describe.each(ways)('%s', (_way, run) => {
    it('gives the bytes whatever size is expected', async () => {
      for (const expected of [undefined, 0, 1, 1000, plain.length, 2 ** 40]) {
        const { bytes, used } = await run(deflated, { limit: 2 ** 31, expected, name });
        expect(sha256(bytes)).toBe(digest);
        expect(used).toBe(deflated.length);
      }
    });

    it('gives the bytes where more is expected than any memory has', async () => {
      // So much could be in it: only what is behind the stream makes it that long.
      const bytes = new Uint8Array(9_000_000);
      bytes.set(deflated);
      const limit = 2 ** 34;
      const { bytes: whole, used } = await run(bytes, { limit, expected: 9.2e9, name });
      expect([sha256(whole), used]).toEqual([digest, deflated.length]);
    });

    it.each(kinds)('gives %s, of little and of nothing', async (kind) => {
      for (const length of [0, 1, 4096, 200_000]) {
        const of = DATA_KINDS[kind](length);
        const stream = deflateRaw(of);
        const { bytes, used } = await run(stream, { limit: length, name });
        expect([sha256(bytes), used]).toEqual([sha256(of), stream.length]);
      }
    });

    it('PS3.5 A.5: leaves alone what follows the stream, the NUL that makes its length even too', async () => {
      for (const behind of [[0], [1, 2, 3, 4, 5], new Array<number>(70_000).fill(0xaa)]) {
        const { bytes, used } = await run(followed(deflated, behind), {
          limit: plain.length,
          name,
        });
        expect([sha256(bytes), used]).toEqual([digest, deflated.length]);
      }
    });

    it('N21: stops at the limit, at exactly as many bytes', async () => {
      const { bytes } = await run(deflated, { limit: plain.length, name });
      expect(bytes.length).toBe(plain.length);
      await expect(run(deflated, { limit: plain.length - 1, name })).rejects.toMatchObject({
        code: 'INFLATE_LIMIT',
        details: { limit: plain.length - 1, name },
      });
    });

    it('N20: refuses a stream that is cut, at each byte, and one that is broken', async () => {
      const short = deflateRaw(DATA_KINDS.text(500));
      for (let length = 0; length < short.length; length++) {
        const cut = run(short.subarray(0, length), { limit: 1e6, name });
        await expect(cut).rejects.toMatchObject({
          code: 'INFLATE',
          message: expect.stringContaining('ends early') as string,
          details: { name },
        });
      }
      const broken = run(Uint8Array.of(7, 1, 2), { limit: 1e6, name });
      await expect(broken).rejects.toMatchObject({
        code: 'INFLATE',
        message: expect.stringContaining('is broken') as string,
      });
    });

    it('gives memory that nothing else shares', async () => {
      const small = deflateRaw(new Uint8Array(8));
      const [a, b] = [await run(small, { limit: 100, name }), await run(small, { limit: 9, name })];
      expect(a.bytes.buffer).not.toBe(b.bytes.buffer);
      expect(a.bytes.buffer.byteLength).toBeLessThan(100_000);
    });
  });

  it('inflates the first bytes of a stream as far as they go', () => {
    const prefix = required(inflater.inflatePrefixSync);
    for (const kind of kinds) {
      for (const strategy of [0, HUFFMAN_ONLY]) {
        const stream = deflateRaw(DATA_KINDS[kind](3000), { strategy });
        for (let length = 0; length <= stream.length; length += 1 + (length >> 4)) {
          const first = stream.subarray(0, length);
          const bytes = prefix(first, { limit: 1e6, name });
          expect(bytes).toEqual(inflateRaw(first, { finishFlush: SYNC_FLUSH }));
        }
      }
    }
    expect(sha256(prefix(followed(deflated, [1, 2]), { limit: 1e6, name }))).toBe(digest);
  });

  it('inflates no first bytes of what is broken, nor more than the limit', () => {
    const prefix = required(inflater.inflatePrefixSync);
    expect(() => prefix(Uint8Array.of(7, 1, 2), { limit: 100, name })).toThrow('INFLATE:');
    expect(() => prefix(deflated, { limit: plain.length - 1, name })).toThrow('INFLATE_LIMIT');
  });

  it('O23: goes on at a block header behind a window, and gives as many bytes as are wanted', async () => {
    const resume = required(inflater.resume);
    const start = { bit: 0, window: new Uint8Array(), name };
    for (const expected of [0, 1, 4096, plain.length]) {
      const bytes = await resume(deflated, { ...start, expected });
      expect(bytes).toEqual(plain.subarray(0, expected));
    }
    // A block with the fixed codes, from bit 3 on: three bytes from seven before, then the end of it.
    const block = packBits(`000 1 10 0000001 00101 0 0000000`);
    const window = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const options = { bit: 3, window, expected: 3, name };
    expect(await resume(block, options)).toEqual(Uint8Array.of(2, 3, 4));
  });

  it('O23: refuses to give fewer bytes than are wanted, however many', async () => {
    const resume = required(inflater.resume);
    const start = { bit: 0, window: new Uint8Array(), name };
    for (const expected of [plain.length + 1, 2 ** 40]) {
      const ends = resume(deflated, { ...start, expected });
      await expect(ends).rejects.toMatchObject({ code: 'INFLATE', details: { name } });
      const broken = resume(Uint8Array.of(7, 1, 2), { ...start, expected });
      await expect(broken).rejects.toMatchObject({ code: 'INFLATE' });
    }
  });

  it('tells how much of its input a stream of pieces took, once it has ended', async () => {
    const stream = required(inflater.stream)(pieces(followed(deflated, [0, 0]), 50_000), name);
    expect(stream.used).toBeUndefined();
    expect(sha256(await joined(stream))).toBe(digest);
    expect(stream.used).toBe(deflated.length);
  });

  it('sums as zlib does', () => {
    const sum = required(inflater.crc32);
    expect(sum(plain)).toBe(crc32(plain));
    expect(sum(plain.subarray(7), sum(plain.subarray(0, 7)))).toBe(crc32(plain));
    expect([sum(new Uint8Array(), 5), sum(new Uint8Array())]).toEqual([5, 0]);
  });
});

describe('portableInflater', () => {
  it('N21: a bomb dies at its limit, whatever it claims, without the memory that it asks for', async () => {
    const bomb = deflateRaw(new Uint8Array(2 ** 25));
    const { inflate, inflateSync, inflatePrefixSync } = portableInflater;
    const options = { limit: 4096, expected: 2 ** 40, name };
    const asked: number[] = [];
    await heardAllocations(asked, async () => {
      await expect(inflate(bomb, options)).rejects.toThrow('INFLATE_LIMIT');
      expect(() => inflateSync(bomb, options)).toThrow('INFLATE_LIMIT');
      expect(() => inflatePrefixSync(bomb, options)).toThrow('INFLATE_LIMIT');
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(Math.max(...asked)).toBeLessThan(2 ** 19);
  });

  it('sets aside no more than its input can inflate to', async () => {
    const tiny = deflateRaw(new Uint8Array(10));
    const options = { limit: 2 ** 40, expected: 2 ** 40, name };
    const asked: number[] = [];
    await heardAllocations(asked, async () => {
      expect((await portableInflater.inflate(tiny, options)).bytes.length).toBe(10);
      const start = { bit: 0, window: new Uint8Array(), name };
      await portableInflater.resume(tiny, { ...start, expected: 2 ** 40 }).catch(() => undefined);
    });
    expect(Math.max(...asked)).toBeLessThan(2 ** 19);
  });

  it('other work has its turns while much is inflated', async () => {
    const stream = deflateRaw(DATA_KINDS.samples(2 ** 24), { level: 1 });
    let others = 0;
    let isDone = false;
    const other = async (): Promise<void> => {
      while (!isDone) {
        await nextTurn();
        others++;
      }
    };
    const running = other();
    await portableInflater.inflate(stream, { limit: 2 ** 24, expected: 2 ** 24, name });
    isDone = true;
    await running;
    expect(others).toBeGreaterThan(1);
  });
});

/** Notes how long the memory is that comes to be asked for. */
async function heardAllocations(asked: number[], work: () => Promise<void>): Promise<void> {
  const Own = globalThis.Uint8Array;
  globalThis.Uint8Array = new Proxy(Own, {
    construct(target, parameters: unknown[], maker) {
      if (typeof parameters[0] === 'number') asked.push(parameters[0]);
      return Reflect.construct(target, parameters, maker === Own ? Own : target) as object;
    },
  });
  try {
    await work();
  } finally {
    globalThis.Uint8Array = Own;
  }
}

describe('memory that there is none of', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('N21: is INFLATE_LIMIT, where it is set aside and where it grows', async () => {
    const most = 1_000_000;
    const long = deflateRaw(DATA_KINDS.samples(2 * most));
    const Scarce = new Proxy(Uint8Array, {
      construct: (target, given: unknown[]) => {
        if (Number(given[0]) > most) throw new RangeError('Array buffer allocation failed');
        return Reflect.construct(target, given) as object;
      },
    });
    for (const expected of [2 * most, most]) {
      vi.stubGlobal('Uint8Array', Scarce);
      const inflating = portableInflater.inflate(long, { limit: 2 ** 31, expected, name });
      const fault: unknown = await inflating.catch((error: unknown) => error);
      vi.unstubAllGlobals();
      expect(fault).toMatchObject({ code: 'INFLATE_LIMIT', details: { name, limit: 2 ** 31 } });
    }
  });
});
