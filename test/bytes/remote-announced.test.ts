import { describe, expect, it } from 'vitest';
import { createRemoteCache } from '../../src/bytes/remote-cache.ts';
import { openRemote } from '../../src/bytes/remote-source.ts';
import type { ByteRange, Source } from '../../src/bytes/source.ts';
import { farStore, settled } from '../support/far-source.ts';
import type { FarStore } from '../support/far-source.ts';
import { noise } from '../support/noise.ts';

const KIB = 1024;
const MIB = KIB * KIB;
const object = noise(2 * MIB);

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

/** Parts of `length` bytes, one behind the other. */
function parts(size: number, length: number): ByteRange[] {
  return Array.from({ length: Math.floor(size / length) }, (_, k) => ({
    offset: k * length,
    length,
  }));
}

/** Another order, the same every time. */
function shuffled<T>(list: readonly T[]): T[] {
  const order = noise(list.length);
  return list
    .map((item, k) => ({ item, by: (order[k] ?? 0) * 1000 + k }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item);
}

async function readAll({ source }: Opened, ranges: readonly ByteRange[]): Promise<void> {
  for (const { offset, length } of ranges) {
    const read = await source.read(offset, length);
    expect(read).toHaveLength(length);
  }
}

describe('announced reads of an object that is far away', () => {
  const slices = parts(52_000_000, 230_000);

  it('52 MB in pieces of 230 KB take as many requests as there are runs of 8 MiB', async () => {
    const it = await opened(new Uint8Array(52_000_000));
    const end = it.source.willRead?.(slices);
    expect(it.store.asked).toHaveLength(1);
    await readAll(it, slices);
    end?.();
    expect(it.store.asked.length).toBeLessThanOrEqual(8);
    expect(it.source.remote?.bytesReceived).toBeLessThanOrEqual(52_000_000);
  });

  it('take no more requests in another order, as long as the cache holds them', async () => {
    const it = await opened(new Uint8Array(52_000_000));
    const ranges = shuffled(slices);
    it.source.willRead?.(ranges);
    await readAll(it, ranges);
    expect(it.store.asked.length).toBeLessThanOrEqual(8);
  });

  it('are not brought as a whole again and again where the cache cannot hold them', async () => {
    const it = await opened(new Uint8Array(52_000_000), 8 * MIB);
    const ranges = shuffled(slices);
    it.source.willRead?.(ranges);
    await readAll(it, ranges);
    // All of it by runs, and once more by pieces, with the granules about them.
    expect(it.source.remote?.bytesReceived).toBeLessThan(2 * 52_000_000 + slices.length * 32 * KIB);
  });

  it('begin the next run before it is asked for, two ahead at most', async () => {
    // Such a cache makes runs of 256 KiB.
    const it = await opened(object, MIB);
    it.source.willRead?.(parts(2 * MIB, 64 * KIB));
    const runs = (from: number, to: number): [number, number][] =>
      parts(2 * MIB, 256 * KIB)
        .slice(from, to)
        .map(({ offset, length }) => [Math.max(offset, 64 * KIB), offset + length]);
    await it.source.read(64 * KIB, 10);
    expect(askedOf(it)).toEqual(runs(0, 2));
    await it.source.read(100 * KIB, 10);
    expect(askedOf(it)).toEqual(runs(0, 3));
    await it.source.read(200 * KIB, 10);
    expect(askedOf(it)).toEqual(runs(0, 3));
    await it.source.read(300 * KIB, 10);
    expect(askedOf(it)).toEqual(runs(0, 4));
  });

  it('bring header and frame of a member in one request', async () => {
    const it = await opened();
    const end = it.source.willRead?.([{ offset: MIB + 5, length: 200_000 }]);
    await it.source.read(MIB + 5, 30);
    await it.source.read(MIB + 35, 8 * KIB);
    await it.source.read(MIB + 9000, 190_000);
    end?.();
    expect(askedOf(it)).toEqual([[MIB + 5, MIB + 200_005]]);
  });

  it('bring what lies near each other together, over what is there already', async () => {
    const it = await opened();
    await it.source.read(MIB, 10);
    it.source.willRead?.(parts(2 * MIB, 128 * KIB).slice(6, 10));
    await it.source.read(768 * KIB, 10);
    expect(askedOf(it)).toEqual([
      [MIB, MIB + 16 * KIB],
      [768 * KIB, 1280 * KIB],
    ]);
  });

  it('are forgotten when they are ended: what nobody else waits for is aborted', async () => {
    const it = await opened(object, MIB);
    const end = it.source.willRead?.(parts(MIB, 64 * KIB));
    await it.source.read(64 * KIB, 10);
    await settled();
    it.store.held = true;
    await it.source.read(100 * KIB, 10);
    const ahead = it.store.asked.at(-1);
    expect(ahead).toMatchObject({ start: 512 * KIB });
    const waits = it.source.read(520 * KIB, 10);
    end?.();
    expect(ahead?.signal.aborted).toBe(false);
    it.store.release();
    expect(await waits).toEqual(object.subarray(520 * KIB, 520 * KIB + 10));

    const endOther = it.source.willRead?.(parts(2 * MIB, 64 * KIB).slice(8));
    await it.source.read(520 * KIB, 10);
    const other = it.store.asked.at(-1);
    expect(other).toMatchObject({ start: 768 * KIB });
    endOther?.();
    expect(other?.signal.aborted).toBe(true);
  });

  it('that fail are silent: the read that needs them asks again', async () => {
    const it = await opened(object, MIB);
    it.source.willRead?.(parts(MIB, 64 * KIB));
    let failed = 0;
    it.store.instead = ({ start }) => {
      if (start !== 256 * KIB || failed++ > 0) return undefined;
      throw new Error('the line is down');
    };
    await it.source.read(64 * KIB, 10);
    // It waits for what is under way, and fails.
    expect(await it.source.read(256 * KIB, 10)).toEqual(object.subarray(256 * KIB, 256 * KIB + 10));
    expect(failed).toBe(2);
    await settled();
    expect(it.source.remote?.requests).toBe(it.store.asked.length);
  });

  it('of what is no part of the object ask for nothing', async () => {
    const it = await opened();
    it.source.willRead?.([
      { offset: -100, length: 50 },
      { offset: NaN, length: 1 },
    ]);
    it.source.willRead?.([{ offset: 5 * MIB, length: 50 }]);
    await it.source.read(0, 64 * KIB);
    expect(it.store.asked).toHaveLength(1);
  });
});
