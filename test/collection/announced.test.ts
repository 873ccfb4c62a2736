import { describe, expect, it } from 'vitest';
import type { ByteRange, Source } from '../../src/bytes/source.ts';
import { createCollection } from '../../src/collection/collection.ts';
import type { Collection } from '../../src/collection/collection.ts';
import type { Listing } from '../../src/collection/listing.ts';
import { FramedexError } from '../../src/errors.ts';
import { createContext } from '../support/platform.ts';
import { delay } from '../support/delay.ts';
import { listingOf, sliceParts } from '../support/slices.ts';

const LENGTH = 3000;
const LONG = 2 ** 21;

interface Announced {
  readonly ranges: readonly ByteRange[];
  ended: boolean;
}

interface FarOptions {
  /** Milliseconds that the reads of a member take. */
  readonly wait?: ((name: string) => number) | undefined;
  readonly placeLength?: number | undefined;
  /** What a read of a member throws. */
  readonly fault?: ((name: string) => Error | undefined) | undefined;
}

/** Members one behind the other, in what takes time. */
function far(objects: Parameters<typeof listingOf>[0], options: FarOptions = {}) {
  const { wait = () => 0, placeLength = LENGTH, fault = () => undefined } = options;
  const announced: Announced[] = [];
  const inner = listingOf(objects);
  const open = { now: 0, most: 0 };
  const opening = (source: Source): Source => {
    open.most = Math.max(open.most, ++open.now);
    return {
      name: source.name,
      size: source.size,
      read: async (offset, length, how) => {
        await delay(wait(source.name));
        const error = fault(source.name);
        if (error !== undefined) throw error;
        return source.read(offset, length, how);
      },
      close: async () => {
        open.now--;
        await source.close?.();
      },
    };
  };
  const listing: Listing = {
    name: 'far',
    members: inner.members.map((member, k) => ({
      ...member,
      place: { offset: k * placeLength, length: placeLength },
      open: () => opening(member.open()),
    })),
    remote: { requests: 5, bytesReceived: 6 },
    willRead: (ranges) => {
      const one = { ranges, ended: false };
      announced.push(one);
      return () => (one.ended = true);
    },
    close: () => inner.close(),
  };
  const collection = createCollection({ listing, context: createContext(), options: {} });
  return { collection, announced, open, members: inner.members.length };
}

async function closeAll(collection: Collection): Promise<void> {
  for await (const file of collection) await file.close();
}

const COUNT = 20;
const slices = Object.fromEntries(
  Array.from({ length: COUNT }, (_, k) => [`IM${k}`, sliceParts({ z: k })]),
);
const text = new TextEncoder().encode('no DICOM at all, but words '.repeat(20));
const placeOf = (k: number, length = LENGTH): ByteRange => ({ offset: k * LENGTH, length });
const all = (announced: readonly Announced[]): ByteRange[] =>
  announced.flatMap(({ ranges }) => [...ranges]);

describe('the header pass of what is far away', () => {
  it('reads sixteen members at a time, and keeps their order', async () => {
    const { collection, open } = far(slices, { wait: (name) => (name.endsWith('3') ? 6 : 1) });
    const progress: (readonly [number, number])[] = [];
    const [series] = await collection.series({ onProgress: (...at) => progress.push(at) });
    expect(series?.instances.map(({ name }) => name)).toEqual(Object.keys(slices));
    expect(open.most).toBe(16);
    expect(open.now).toBe(0);
    expect(progress).toEqual(Array.from({ length: COUNT }, (_, k) => [k + 1, COUNT]));
  });

  it('names what it left out in the order of the listing, whichever was known first', async () => {
    const { collection } = far(
      { first: sliceParts(), slow: text, quick: new Uint8Array(0), other: text },
      { wait: (name) => (name === 'slow' ? 20 : 0) },
    );
    await collection.series();
    expect(collection.skipped.map(({ name }) => name)).toEqual(['slow', 'quick', 'other']);
  });

  it.each(['HTTP', 'SOURCE_CHANGED', 'IO'] as const)(
    'fails by %s of the way, where a series would have holes, and can be asked again',
    async (code) => {
      let isDown = true;
      const error = new FramedexError(code, 'the server is gone', {});
      const fault = (name: string) => (isDown && name === 'IM12' ? error : undefined);
      const { collection, open } = far(slices, { fault });
      await expect(collection.series()).rejects.toBe(error);
      await expect(closeAll(collection)).rejects.toBe(error);
      expect(collection.skipped).toEqual([]);
      await delay(5);
      expect(open.now).toBe(0);
      isDown = false;
      const [series] = await collection.series();
      expect(series?.instances).toHaveLength(COUNT);
    },
  );

  it('announces the beginnings of members, and ends that', async () => {
    const { collection, announced } = far(slices);
    await collection.series();
    expect(all(announced)).toEqual(Array.from({ length: COUNT }, (_, k) => placeOf(k)));
    expect(announced.every(({ ended }) => ended)).toBe(true);
    const long = far(slices, { placeLength: LONG });
    await long.collection.series();
    expect(all(long.announced).every(({ length }) => length === 16384)).toBe(true);
  });

  it('stops where the signal aborts, with its reason', async () => {
    const { collection, open, announced } = far(slices, { wait: () => 1 });
    const stopping = new AbortController();
    const passing = collection.series({
      signal: stopping.signal,
      onProgress: (done) => {
        if (done === 3) stopping.abort(new Error('enough'));
      },
    });
    await expect(passing).rejects.toThrow('enough');
    await delay(20);
    expect(open.now).toBe(0);
    expect(announced.every(({ ended }) => ended)).toBe(true);
  });

  it('of what can be read at once, goes one by one', async () => {
    const listing = listingOf(slices);
    const open = { now: 0, most: 0 };
    const members = listing.members.map((member) => ({
      ...member,
      open: () => {
        const source = member.open();
        open.most = Math.max(open.most, ++open.now);
        const close = async (): Promise<void> => {
          open.now--;
          await source.close?.();
        };
        return { ...source, close };
      },
    }));
    const parts = { listing: { ...listing, members }, context: createContext(), options: {} };
    await createCollection(parts).series();
    expect(open.most).toBe(1);
  });
});

describe('members of what is far away', () => {
  it('that are short are announced while they are open', async () => {
    const { collection, announced } = far(slices);
    const file = await collection.open('IM7');
    expect(announced).toEqual([{ ranges: [placeOf(7)], ended: false }]);
    await file.close();
    expect(announced).toEqual([{ ranges: [placeOf(7)], ended: true }]);
    await expect(far({ text }).collection.open('text')).rejects.toThrow('NOT_DICOM');
  });

  it('that are no DICOM, are so no longer', async () => {
    const { collection, announced } = far({ text });
    await expect(collection.open('text')).rejects.toMatchObject({ code: 'NOT_DICOM' });
    expect(announced.map(({ ended }) => ended)).toEqual([true]);
  });

  it('that are long are not', async () => {
    const { collection, announced } = far(slices, { placeLength: LONG });
    await using file = await collection.open('IM7');
    expect([file.name, announced]).toEqual(['IM7', []]);
  });

  it('that are opened one after the other are announced before', async () => {
    const { collection, announced } = far(slices);
    for await (const file of collection) {
      expect(announced[0]?.ranges).toHaveLength(COUNT);
      await file.close();
    }
    expect(announced.every(({ ended }) => ended)).toBe(true);
  });
});

describe('slices of what is far away', () => {
  const reversed = Object.fromEntries(Object.entries(slices).reverse());

  it('are announced for a volume, and read as they lie there', async () => {
    const order: string[] = [];
    const { collection, announced } = far(reversed, {
      wait: (name) => {
        if (order.at(-1) !== name) order.push(name);
        return 0;
      },
    });
    const [series] = await collection.series();
    announced.length = 0;
    order.length = 0;
    const volume = await series?.volume();
    expect(Array.from({ length: COUNT }, (_, z) => volume?.data[6 * z])).toEqual(
      Array.from({ length: COUNT }, (_, z) => z),
    );
    expect(announced[0]?.ranges).toHaveLength(COUNT);
    expect(announced.every(({ ended }) => ended)).toBe(true);
    const first = (name: string): number => order.indexOf(name);
    // They lie there from the last to the first, and the middle one was read already.
    expect(order[0]).toBe('IM10');
    expect(first('IM8')).toBeLessThan(first('IM0'));
    expect(first('IM0')).toBeLessThan(first('IM15'));
    expect(first('IM19')).toBeLessThan(first('IM12'));
  });

  it('are announced for planes: those that are needed', async () => {
    const { collection, announced } = far(slices);
    const [series] = await collection.series();
    announced.length = 0;
    const planes = series?.planes('axial', { start: 2, end: 4 }) ?? [];
    for await (const plane of planes) expect(plane.index).toBeGreaterThanOrEqual(2);
    expect(announced[0]?.ranges).toHaveLength(3);
    expect(announced.every(({ ended }) => ended)).toBe(true);
  });

  it('their statistics have what was asked for over the network', () => {
    expect(far(slices).collection.stats().remote).toEqual({ requests: 5, bytesReceived: 6 });
  });
});
