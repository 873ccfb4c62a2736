import { describe, expect, it } from 'vitest';
import { createRemoteCache } from '../../src/bytes/remote-cache.ts';
import { openRemote, type ReadRange } from '../../src/bytes/remote-source.ts';
import type { Source } from '../../src/bytes/source.ts';
import { FramedexError } from '../../src/errors.ts';
import { farStore, settled } from '../support/far-source.ts';
import type { FarBehaviour, FarStore } from '../support/far-source.ts';
import { noise } from '../support/noise.ts';

const object = noise(500_000);
const MIB = 1024 * 1024;

function open({ readRange }: FarStore, cache = createRemoteCache(MIB)): Promise<Source> {
  return openRemote('key?token=secret', readRange, { cache, name: 'far' });
}

describe('O30 an object that is not what was opened any more', () => {
  const changes: [string, Partial<FarBehaviour>, Partial<FarBehaviour>][] = [
    ['its size', {}, { bytes: noise(500_001) }],
    ['its entity tag', {}, { etag: '"two"' }],
    ['when it was changed', { etag: undefined, modified: 5 }, { modified: 6 }],
    ['when it was changed, its tag being gone', { modified: 5 }, { etag: undefined, modified: 6 }],
    ['when it was changed, its tag being weak', { etag: 'W/"1"', modified: 5 }, { modified: 6 }],
    [
      'when it was changed, its tag being weak now',
      { modified: 5 },
      { etag: 'W/"one"', modified: 6 },
    ],
  ];
  it.each(changes)('is refused by %s, from then on', async (_, before, after) => {
    const store = farStore(object, before);
    const source = await open(store);
    Object.assign(store, after);
    const changed = { code: 'SOURCE_CHANGED', details: { name: 'far', offset: 196_608 } };
    await expect(source.read(200_000, 10)).rejects.toMatchObject(changed);
    Object.assign(store, { bytes: object, etag: '"one"' }, before);
    // Not even what was there before: it would not fit what comes behind it.
    await expect(source.read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    expect(store.asked).toHaveLength(2);
  });

  it('is so from then on, too, where who reads it finds it out', async () => {
    const store = farStore(object);
    const source = await open(store);
    store.instead = () => {
      throw new FramedexError('SOURCE_CHANGED', 'another', { expected: '"one"', found: '"two"' });
    };
    await expect(source.read(200_000, 10)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    store.instead = undefined;
    const details = { name: 'far', offset: 0, expected: '"one"', found: '"two"' };
    await expect(source.read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_CHANGED', details });
  });

  it('stays so when what was asked for before comes of what was opened', async () => {
    const store = farStore(object);
    const source = await open(store);
    store.held = true;
    const reads = [source.read(200_000, 10), source.read(400_000, 10)];
    store.instead = ({ start, end }) =>
      start > 300_000 ? undefined : { bytes: object.slice(start, end), size: 1 };
    store.release();
    for (const read of reads) await expect(read).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    await expect(source.read(0, 10)).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  });

  it('is the same where a tag is weak, or left out, and the time of a change is none or the same', async () => {
    const store = farStore(object, { etag: 'W/"one"', modified: 5 });
    const source = await open(store);
    expect(source.identity).toEqual({ etag: undefined, modified: 5 });
    const same = [
      ['"one"', 5],
      [undefined, 5],
      ['W/"one"', undefined],
    ] as const;
    for (const [k, [etag, modified]] of same.entries()) {
      Object.assign(store, { etag, modified });
      await source.read(100_000 * (k + 1), 10);
    }
    expect(store.asked.map(({ etag }) => etag)).toEqual([
      undefined,
      'W/"one"',
      'W/"one"',
      'W/"one"',
    ]);
  });
});

describe('O30 a strong tag', () => {
  it('that is the same settles it, whatever time of change stands beside it', async () => {
    const store = farStore(object, { modified: 5 });
    const source = await open(store);
    store.modified = 6;
    expect(await source.read(200_000, 10)).toEqual(object.subarray(200_000, 200_010));
  });
});

describe('O30 a reply', () => {
  const whole = { size: object.length, etag: '"one"' };
  const faults: [string, unknown, string][] = [
    ['that is shorter than what was asked for', { ...whole, bytes: object.slice(0, 9) }, 'IO'],
    ['that is longer, and not all of it', { ...whole, bytes: object.slice(0, 99_999) }, 'IO'],
    ['without bytes', { ...whole }, 'USAGE'],
    ['of text', { ...whole, bytes: 'DICM' }, 'USAGE'],
    ['of nothing', null, 'USAGE'],
    ['without the size of the whole', { bytes: object }, 'USAGE'],
    ['with a size that is no whole number', { bytes: object, size: 0.5 }, 'USAGE'],
  ];
  it.each(faults)('%s is refused, and nothing of it is kept', async (_, reply, code) => {
    const store = farStore(object);
    const cache = createRemoteCache(MIB);
    const source = await open(store, cache);
    const before = cache.bytes;
    store.instead = () => reply;
    await expect(source.read(200_000, 10)).rejects.toMatchObject({ code });
    expect(cache.bytes).toBe(before);
    store.instead = undefined;
    expect(await source.read(200_000, 10)).toEqual(object.subarray(200_000, 200_010));
    expect(source.remote?.requests).toBe(3);
  });

  it.each(faults.filter(([, , code]) => code === 'USAGE'))('%s opens nothing', async (_, reply) => {
    const store = farStore(object, { instead: () => reply });
    await expect(open(store)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('that is a view of a larger buffer does not keep that alive', async () => {
    const large = noise(MIB);
    const store = farStore(object);
    store.instead = ({ start, end }) => ({
      bytes: large.subarray(start, end),
      size: object.length,
      requests: -1,
    });
    const cache = createRemoteCache(MIB);
    const source = await open(store, cache);
    expect(cache.bytes).toBe(64 * 1024);
    expect((await source.read(0, 10)).buffer.byteLength).toBe(64 * 1024);
    expect(source.remote?.requests).toBe(1);
  });
});

describe('a store that fails', () => {
  it('is named with its cause, and asked again by the next read', async () => {
    const store = farStore(object);
    const source = await open(store);
    const cause = new Error('no route');
    store.instead = () => {
      throw cause;
    };
    const both = [source.read(200_000, 10), source.read(200_100, 10)];
    for (const read of both) {
      const details = { name: 'far', offset: 196_608 };
      await expect(read).rejects.toMatchObject({ code: 'IO', details, cause });
      await expect(read).rejects.not.toThrow('secret');
    }
    expect(store.asked).toHaveLength(2);
    store.instead = undefined;
    expect(await source.read(200_000, 10)).toEqual(object.subarray(200_000, 200_010));
    expect(source.remote?.requests).toBe(3);
  });

  it('gives errors of ours as they are', async () => {
    const given = new FramedexError('HTTP', 'not found', { name: 'far' });
    const store = farStore(object, {
      instead: () => {
        throw given;
      },
    });
    await expect(open(store)).rejects.toBe(given);
  });

  it('may throw at once, as a function without promises', async () => {
    const readRange = (): never => {
      throw new TypeError('not a client');
    };
    const opening = openRemote('key', readRange, { cache: createRemoteCache(MIB) });
    await expect(opening).rejects.toMatchObject({ code: 'IO', cause: { name: 'TypeError' } });
  });
});

describe('requests', () => {
  it('are counted as they are made, those of a range that fails as well', async () => {
    const counts: (number | undefined)[] = [];
    let fails = false;
    const readRange: ReadRange = async (_, start, end, { onRequest }) => {
      for (let k = 0; k < 3; k++) {
        onRequest?.();
        if (fails) counts.push(source.remote?.requests);
      }
      if (fails) throw new Error('three times');
      return Promise.resolve({ bytes: object.slice(start, end), size: object.length, requests: 9 });
    };
    const source: Source = await openRemote('key', readRange, { cache: createRemoteCache(MIB) });
    expect(source.remote?.requests).toBe(3);
    fails = true;
    await expect(source.read(200_000, 10)).rejects.toMatchObject({ code: 'IO' });
    expect(counts).toEqual([4, 5, 6]);
    expect(source.remote?.requests).toBe(6);
  });
});

describe('an object that is closed', () => {
  it('ends what is under way, and leaves nothing in the store', async () => {
    const store = farStore(object);
    const cache = createRemoteCache(MIB);
    const source = await open(store, cache);
    const other = await open(farStore(object), cache);
    source.willRead?.([{ offset: 0, length: 400_000 }]);
    Object.assign(store, { held: true, deaf: true });
    const reads = [
      source.read(200_000, 10),
      source.read(200_000, 10, { signal: new AbortController().signal }),
      source.read(0, 300_000),
    ];
    await source.close?.();
    for (const read of reads) await expect(read).rejects.toMatchObject({ code: 'CLOSED' });
    expect(store.asked.slice(1).every(({ signal }) => signal.aborted)).toBe(true);
    store.release();
    await settled();
    expect(cache.bytes).toBe(64 * 1024);
    await expect(source.read(0, 1)).rejects.toMatchObject({
      code: 'CLOSED',
      details: { name: 'far', offset: 0 },
    });
    expect(source.willRead?.([{ offset: 0, length: 10 }])()).toBeUndefined();
    expect(await other.read(0, 10)).toEqual(object.subarray(0, 10));
  });

  it("aborts a long read too, which is nobody else's", async () => {
    const store = farStore(new Uint8Array(9 * MIB));
    const source = await open(store);
    store.held = true;
    const read = source.read(0, 9 * MIB);
    await source.close?.();
    await expect(read).rejects.toMatchObject({ code: 'CLOSED' });
    expect(store.asked[1]?.signal.aborted).toBe(true);
  });
});
