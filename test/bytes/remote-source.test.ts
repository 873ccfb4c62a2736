import { describe, expect, it } from 'vitest';
import { createRemoteCache } from '../../src/bytes/remote-cache.ts';
import { openRemote } from '../../src/bytes/remote-source.ts';
import { isSynchronous } from '../../src/bytes/source.ts';
import type { Source } from '../../src/bytes/source.ts';
import { Window } from '../../src/bytes/window.ts';
import { farStore, sameBytes, settled } from '../support/far-source.ts';
import type { FarStore } from '../support/far-source.ts';
import { noise } from '../support/noise.ts';

const KIB = 1024;
const MIB = KIB * KIB;
const object = noise(3 * MIB + 123);

function isPart(bytes: Uint8Array, start: number, end: number): boolean {
  return sameBytes(bytes, object.subarray(start, end));
}

interface Opened {
  readonly store: FarStore;
  readonly source: Source;
}

async function opened(bytes: Uint8Array = object, maxBytes: number = 64 * MIB): Promise<Opened> {
  const store = farStore(bytes);
  const source = await openRemote('key', store.readRange, { cache: createRemoteCache(maxBytes) });
  return { store, source };
}

/** What was asked for behind the first read. */
function askedOf({ store }: Opened): (readonly [number, number])[] {
  return store.asked.slice(1).map(({ start, end }) => [start, end]);
}

describe('an object that is far away', () => {
  it('tells its size by the first read, which is kept', async () => {
    const { store, source } = await opened();
    expect(source).toMatchObject({ name: 'key', size: object.length, fresh: false });
    expect(source.identity).toEqual({ etag: '"one"', modified: undefined });
    expect(isSynchronous(source)).toBe(false);
    expect(isPart(await source.read(100, 60 * KIB), 100, 100 + 60 * KIB)).toBe(true);
    expect(store.asked).toMatchObject([{ start: 0, end: 64 * KIB, etag: undefined }]);
    expect(source.remote).toEqual({ requests: 1, bytesReceived: 64 * KIB });
    expect([source.atHand?.(100), source.atHand?.(64 * KIB)]).toEqual([64 * KIB - 100, 0]);
  });

  it('gives the header pass of a typical file with one request', async () => {
    const { store, source } = await opened();
    const window = new Window(source);
    for (const end of [4, 9, 17, 40, 63]) await window.fill({ offset: 0, length: end * KIB });
    expect(isPart(window.bytes.subarray(0, 63 * KIB), 0, 63 * KIB)).toBe(true);
    expect(store.asked).toHaveLength(1);
  });

  it('gives a frame with one request more, rounded to granules of 16 KiB', async () => {
    const it = await opened();
    const frame = await it.source.read(1_000_000, 500_000);
    expect(isPart(frame, 1_000_000, 1_500_000)).toBe(true);
    const [start, end] = [Math.floor(1e6 / 16384) * 16384, Math.ceil(1.5e6 / 16384) * 16384];
    expect(askedOf(it)).toEqual([[start, end]]);
    expect(it.store.asked[1]?.etag).toBe('"one"');
    // The same again, and what lies about it, is here.
    await it.source.read(start, end - start);
    expect(askedOf(it)).toHaveLength(1);
  });

  it('is asked for what misses alone where a read begins in what is here', async () => {
    const it = await opened();
    const into = new Uint8Array(200 * KIB);
    const read = await it.source.read(40 * KIB, 150_000, { into });
    expect(isPart(read, 40 * KIB, 40 * KIB + 150_000)).toBe(true);
    expect(read.buffer).toBe(into.buffer);
    expect(askedOf(it)).toEqual([[64 * KIB, 192 * KIB]]);
  });

  it('gives views of what it keeps, without a copy, where a read lies in one piece', async () => {
    const { source } = await opened();
    const [one, other] = [await source.read(0, 100), await source.read(50, 100)];
    expect(other.buffer).toBe(one.buffer);
  });

  it('gives what there is at its end, and nothing behind it', async () => {
    const it = await opened();
    const { length } = object;
    expect(await it.source.read(length - 10, 100)).toEqual(object.subarray(length - 10));
    expect(await it.source.read(length, 100)).toHaveLength(0);
    expect(await it.source.read(length + 1e9, 100)).toHaveLength(0);
    expect(await it.source.read(5, 0, { into: new Uint8Array(3) })).toHaveLength(0);
    expect(askedOf(it)).toHaveLength(1);
    for (const [offset, count] of [
      [-1, 5],
      [NaN, 5],
      [0.5, 5],
      [0, -1],
      [0, NaN],
    ] as const) {
      await expect(it.source.read(offset, count)).rejects.toMatchObject({ code: 'USAGE' });
    }
    expect(askedOf(it)).toHaveLength(1);
  });

  it('may be empty, or shorter than the first read', async () => {
    const empty = await opened(new Uint8Array(0));
    expect(empty.source.size).toBe(0);
    expect(await empty.source.read(0, 10)).toHaveLength(0);
    const short = await opened(object.slice(0, 300));
    expect(short.source.size).toBe(300);
    expect(await short.source.read(0, 1000)).toEqual(object.subarray(0, 300));
    expect([askedOf(empty), askedOf(short)]).toEqual([[], []]);
  });

  it('brings more and more to short reads that follow each other', async () => {
    const it = await opened();
    // 10 KB fragments: 8 bytes of each, as a walk over items reads them.
    for (let at = 0; at + 8 <= object.length; at += 10_000) {
      expect(await it.source.read(at, 8)).toEqual(object.subarray(at, at + 8));
    }
    const lengths = askedOf(it).map(([start, end]) => end - start);
    expect(lengths.slice(0, 6)).toEqual([32, 64, 128, 256, 512, 1024].map((each) => each * KIB));
    expect(lengths).toHaveLength(7);
  });

  it('brings no more to them than the cache holds beside, and never one at a time', async () => {
    const it = await opened(object, 200_000);
    for (let at = 0; at + 8 <= object.length; at += 10_000) {
      expect(await it.source.read(at, 8)).toEqual(object.subarray(at, at + 8));
    }
    // 96 KiB are the granules in half of it.
    expect(Math.max(...askedOf(it).map(([start, end]) => end - start))).toBe(96 * KIB);
    expect(askedOf(it).length).toBeLessThan(40);
  });

  it('brings one granule to short reads that are far from each other', async () => {
    const it = await opened();
    for (let at = 200_000; at + 8 <= object.length; at += 200_000) await it.source.read(at, 8);
    for (const [start, end] of askedOf(it)) expect(end - start).toBeLessThanOrEqual(32 * KIB);
  });

  it('reads what is longer than 8 MiB once, into the memory of its reader, and keeps none of it', async () => {
    const bytes = new Uint8Array(10 * MIB);
    for (let at = 0; at < bytes.length; at += 99_991) bytes[at] = 1 + (at % 250);
    const it = await opened(bytes);
    const into = new Uint8Array(9 * MIB);
    const read = await it.source.read(60 * KIB, 9 * MIB, { into });
    expect(read.buffer).toBe(into.buffer);
    expect(sameBytes(read, bytes.subarray(60 * KIB, 60 * KIB + 9 * MIB))).toBe(true);
    expect(it.store.asked[1]).toMatchObject({
      start: 64 * KIB,
      end: 60 * KIB + 9 * MIB,
      into: true,
    });
    expect(it.source.atHand?.(64 * KIB)).toBe(0);
    const own = await it.source.read(1, 10 * MIB);
    expect(sameBytes(own, bytes.subarray(1))).toBe(true);
    expect(askedOf(it)).toHaveLength(2);
  });

  it('asks for no more than was wanted where nothing is kept', async () => {
    const it = await opened(object, 0);
    expect(await it.source.read(10, 20)).toEqual(object.subarray(10, 30));
    it.source.willRead?.([{ offset: 0, length: MIB }]);
    await it.source.read(MIB, 20);
    expect(askedOf(it)).toEqual([
      [10, 30],
      [MIB, MIB + 20],
    ]);
  });

  it('that comes as a whole is kept as such', async () => {
    const store = farStore(object);
    store.instead = () => ({ bytes: object, size: object.length, requests: 3 });
    const cache = createRemoteCache(MIB);
    const source = await openRemote('key', store.readRange, { cache });
    expect(source.atHand?.(100)).toBe(object.length - 100);
    source.willRead?.([
      { offset: 2 * MIB, length: 10 },
      { offset: 0, length: MIB },
    ]);
    expect(await source.read(2 * MIB, 500)).toEqual(object.subarray(2 * MIB, 2 * MIB + 500));
    expect(source.remote).toEqual({ requests: 3, bytesReceived: object.length });
    expect([store.asked.length, cache.bytes]).toEqual([1, 0]);
    await source.close?.();
    await expect(source.read(0, 1)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('a small object', () => {
  it('whose store gives no parts is held until it is closed, whatever the cache holds', async () => {
    const small = object.slice(0, 300);
    const store = farStore(small);
    store.instead = () => ({ bytes: small, size: 300, whole: true });
    const source = await openRemote('key', store.readRange, { cache: createRemoteCache(0) });
    expect(await source.read(100, 50)).toEqual(small.subarray(100, 150));
    expect(store.asked).toHaveLength(1);
    await source.close?.();
    await expect(source.read(100, 50)).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('whose store gives parts is not', async () => {
    const it = await opened(object.slice(0, 300), 0);
    await it.source.read(100, 50);
    expect(askedOf(it)).toEqual([[100, 150]]);
  });
});

describe('reads at the same time', () => {
  it('share the request for what they have in common', async () => {
    const it = await opened();
    it.store.held = true;
    const all = [0, 100, 5000].map((more) => it.source.read(MIB + more, 10_000));
    it.store.held = false;
    it.store.release();
    const read = await Promise.all(all);
    for (const [k, more] of [0, 100, 5000].entries()) {
      expect(isPart(read[k] ?? object, MIB + more, MIB + more + 10_000)).toBe(true);
    }
    expect(askedOf(it)).toEqual([[MIB, MIB + 16 * KIB]]);
  });

  it('leave it to the others when one gives up, and abort it when all have', async () => {
    const it = await opened();
    it.store.held = true;
    const [one, other] = [new AbortController(), new AbortController()];
    const given = new Error('given up');
    const first = it.source.read(MIB, 10, { signal: one.signal });
    const second = it.source.read(MIB, 20, { signal: other.signal });
    one.abort(given);
    await expect(first).rejects.toBe(given);
    expect(it.store.asked[1]?.signal.aborted).toBe(false);
    other.abort(given);
    // Whoever comes now must not join what is being aborted.
    const third = it.source.read(MIB, 30);
    await expect(second).rejects.toBe(given);
    expect(it.store.asked[1]?.signal.aborted).toBe(true);
    const fourth = it.source.read(MIB, 40);
    it.store.release();
    expect(await fourth).toEqual(object.subarray(MIB, MIB + 40));
    expect(await third).toEqual(object.subarray(MIB, MIB + 30));
    expect(askedOf(it)).toHaveLength(2);
  });

  it('end at once when one gives up, whatever the store makes of it', async () => {
    const it = await opened();
    Object.assign(it.store, { held: true, deaf: true });
    const giving = new AbortController();
    const given = new Error('given up');
    const short = it.source.read(MIB, 10, { signal: giving.signal });
    giving.abort(given);
    await expect(short).rejects.toBe(given);
    it.store.release();
    await settled();
    // What came too late is nobody's.
    expect(it.source.atHand?.(MIB)).toBe(0);
  });

  it('are not begun for one who has given up already', async () => {
    const it = await opened();
    const given = new Error('given up');
    const signal = AbortSignal.abort(given);
    await expect(it.source.read(0, 10, { signal })).rejects.toBe(given);
    const { readRange, asked } = farStore(object);
    const cache = createRemoteCache(MIB);
    await expect(openRemote('key', readRange, { cache, signal })).rejects.toBe(given);
    expect(asked).toEqual([]);
  });
});
