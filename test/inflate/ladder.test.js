import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { FramedexError } from '../../src/errors.js';
import { createInflatedCache } from '../../src/inflate/inflated-cache.js';
import { createInflationMeter } from '../../src/inflate/inflation-stats.js';
import { nodeInflater } from '../../src/node/inflater.js';
import {
  bigMember,
  deflated,
  FRAME,
  MiB,
  sameBytes,
  sameRead,
  SIZE,
} from '../support/big-member.js';
import { countingSource } from '../support/counting-source.js';
import { countedIndexing, memorySpool } from '../support/fake-indexing.js';
describe('reads of a big deflated member', () => {
  it('O23: any reads in any order and way are the same parts of the whole', async () => {
    const range = fc.tuple(
      fc.oneof(fc.nat(SIZE + 10), fc.nat(5000), fc.integer({ min: MiB - 9, max: MiB + 9 })),
      fc.oneof(fc.nat(2 * MiB), fc.nat(500), fc.constant(FRAME)),
      fc.boolean(),
    );
    const property = fc.asyncProperty(
      fc.array(range, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('one by one', 'at once', 'network', 'portable'),
      fc.constantFrom(0, MiB, 64 * MiB),
      fc.boolean(),
      async (ranges, way, maxBytes, isSpooled) => {
        const opened = bigMember({
          cache: createInflatedCache(maxBytes),
          source: countingSource(memorySource(deflated, 'd'), { asynchronous: way === 'network' }),
          inflater: way === 'portable' ? { inflate: nodeInflater.inflate } : nodeInflater,
          ...(isSpooled ? { spool: memorySpool() } : {}),
        });
        const source = opened.open();
        const read = async ([offset, length, isInto]) => {
          const into = isInto ? new Uint8Array(length + 3) : undefined;
          const bytes = await source.read(offset, length, { into });
          sameBytes(bytes, offset, length);
          if (into !== undefined && bytes.length > 0) expect(bytes.buffer).toBe(into.buffer);
        };
        if (way === 'at once') await Promise.all(ranges.map(read));
        else for (const each of ranges) await read(each);
        opened.close();
      },
    );
    await fc.assert(property, { numRuns: 25 });
  }, 120_000);
  it('O23: at every checkpoint, and a byte before and behind it', async () => {
    const source = bigMember().open();
    await source.archived?.prepare();
    const starts = [...(source.archived?.checkpoints?.()?.starts ?? []), SIZE];
    expect(starts.length).toBeGreaterThan(4);
    for (const start of starts) {
      for (const from of [start - 1, start, start + 1]) {
        if (from >= 0) await sameRead(source, from, 70_000);
        if (from > 70_000) await sameRead(source, from - 70_000, 70_000);
      }
    }
  });
  it('headers take the first bytes, and no promise less', async () => {
    const counting = countingSource(memorySource(deflated, 'd'));
    const source = bigMember({ source: counting }).open();
    expect(source.readSync).toBeUndefined();
    for (const at of [0, 132, 1000, 4000]) await sameRead(source, at, 100);
    expect(counting.reads).toEqual([[0, 4096]]);
    const first = source.atHand?.(0) ?? 0;
    expect(first).toBeGreaterThan(4000);
    expect(source.archived?.inflation).toMatchObject({
      prefixes: 1,
      cursors: 0,
      bytesInflated: first,
    });
    expect(source.archived?.verified).toBe(false);
  });
  it('frames in ascending order take one run, also several at a time and far apart', async () => {
    const counting = countingSource(memorySource(deflated, 'd'));
    const source = bigMember({ source: counting }).open();
    const frames = Array.from({ length: Math.floor(SIZE / FRAME) }, (_, frame) => frame * FRAME);
    for (let at = 0; at < 9; at += 3) {
      await Promise.all(frames.slice(at, at + 3).map((from) => sameRead(source, from, FRAME)));
    }
    expect(counting.bytesRead).toBeLessThan(deflated.length);
    await sameRead(source, 20 * FRAME, FRAME);
    expect(source.archived?.verified).toBe(false);
    // The last one is given when the end was seen.
    await sameRead(source, SIZE - FRAME, FRAME);
    expect(source.archived?.verified).toBe(true);
    expect(counting.bytesRead).toBe(deflated.length);
    expect(source.archived?.inflation).toMatchObject({
      ...{ prefixes: 0, cursors: 1, indexings: 0, bytesInflated: SIZE },
    });
  });
  it('all frames in order take one run, whatever their size; so do those that were asked for at once', async () => {
    for (const length of [70_000, 256 * 1024, 512 * 1024, 2.5 * MiB]) {
      const source = bigMember().open();
      for (let at = 0; at < SIZE; at += length) await sameRead(source, at, length);
      expect(source.archived?.verified).toBe(true);
      expect(source.archived?.inflation).toMatchObject({ cursors: 1, bytesInflated: SIZE });
      const other = bigMember().open();
      const starts = Array.from({ length: Math.ceil(SIZE / length) }, (_, frame) => frame * length);
      await Promise.all(starts.reverse().map((at) => sameRead(other, at, length)));
      expect(other.archived?.inflation).toMatchObject({ cursors: 1, bytesInflated: SIZE });
    }
  });
  it('the first read begins there wherever it is; one behind it begins the checkpoints', async () => {
    const indexing = countedIndexing();
    const source = bigMember({ startIndexing: indexing.start }).open();
    await sameRead(source, 3 * MiB, FRAME);
    expect(indexing.runs.length).toBe(0);
    await Promise.all([sameRead(source, 2 * MiB, FRAME), sameRead(source, MiB, FRAME)]);
    expect(indexing.runs.length).toBe(1);
    await sameRead(source, 4 * MiB, FRAME);
    await source.archived?.prepare();
    expect(source.archived?.verified).toBe(true);
    await sameRead(source, 2 * MiB, FRAME);
    // Both behind the first came of another one, which the run did not have to be waited for.
    expect(source.archived?.inflation).toMatchObject({ cursors: 2, indexings: 1 });
    expect(source.archived?.inflation?.restarts).toBeGreaterThan(0);
    expect(indexing.runs[0]?.isClosed).toBe(true);
    expect(indexing.runs[0]?.held.at(-1)).toBe(true);
  });
  it('from checkpoints a frame costs the stretches that it lies in, once', async () => {
    const counting = countingSource(memorySource(deflated, 'd'));
    const source = bigMember({ source: counting }).open();
    await source.archived?.prepare();
    counting.forget();
    await Promise.all([
      sameRead(source, 3 * MiB, FRAME),
      sameRead(source, 3 * MiB + FRAME, FRAME),
      sameRead(source, 3 * MiB, FRAME),
    ]);
    await sameRead(source, 3 * MiB + 5, FRAME);
    expect(counting.bytesRead).toBeLessThan(2.5 * MiB);
    expect(source.archived?.inflation?.restarts).toBeLessThanOrEqual(2);
    expect(counting.reads.length).toBe(source.archived?.inflation?.restarts);
  });
  it('P07: without a cache, the stretch that a read ended in is kept and no other', async () => {
    const cache = createInflatedCache(0);
    const source = bigMember({ cache }).open();
    await source.archived?.prepare();
    const stretches = source.archived?.checkpoints?.()?.starts.length ?? 0;
    // Small frames in ascending order inflate each stretch once.
    for (let at = 0; at + 10_000 <= SIZE; at += 10_000) await sameRead(source, at, 10_000);
    expect(cache.bytes).toBe(0);
    expect(source.archived?.inflation?.restarts).toBe(stretches);
    await sameRead(source, 3 * MiB, 10);
    await sameRead(source, SIZE - 10, 10);
    expect(source.archived?.inflation?.restarts).toBe(stretches + 2);
  });
  it('P07: however much is asked for at once, few stretches are inflated at a time', async () => {
    let most = 0;
    let now = 0;
    const resume = async (bytes, options) => {
      most = Math.max(most, ++now);
      const inflated = await nodeInflater.resume(bytes, options);
      now--;
      return inflated;
    };
    const cache = createInflatedCache(0);
    const source = bigMember({ cache, inflater: { ...nodeInflater, resume } }).open();
    await source.archived?.prepare();
    const frames = Array.from({ length: 40 }, (_, at) => (at * 150_000 * 7) % (SIZE - 100_000));
    await Promise.all(frames.map((at) => sameRead(source, at, 100_000)));
    await Promise.all([sameRead(source, 0, SIZE), sameRead(source, 5, SIZE - 5)]);
    expect(most).toBe(4);
  });
  it('P02, P04: several readers share everything; checkpoints outlive the last of them', async () => {
    const cache = createInflatedCache(64 * MiB);
    const opened = bigMember({ cache });
    const [one, two] = [opened.open(), opened.open()];
    await Promise.all([one.archived?.prepare(), two.archived?.prepare()]);
    await sameRead(one, 100, FRAME);
    await sameRead(two, 100, FRAME);
    expect(one.archived?.inflation).toMatchObject({ indexings: 1, restarts: 1 });
    await one.close?.();
    await one.close?.();
    await expect(one.read(0, 1)).rejects.toMatchObject({ code: 'CLOSED' });
    await sameRead(two, 100, FRAME);
    await two.close?.();
    expect(cache.bytes).toBe(0);
    const three = opened.open();
    await sameRead(three, 100, FRAME);
    expect(three.archived?.inflation).toMatchObject({ indexings: 1, cursors: 0, restarts: 2 });
    opened.close();
    await expect(three.read(100, FRAME)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(three.archived?.inflation?.checkpointBytes).toBe(0);
  });
  it('counts for the archive too', async () => {
    const above = createInflationMeter();
    const [one, two] = [bigMember({ above }).open(), bigMember({ above, wholeBytes: SIZE }).open()];
    await sameRead(one, 0, FRAME);
    await two.read(0, FRAME);
    await one.archived?.prepare();
    expect(above).toMatchObject({ cursors: 1, wholes: 1, indexings: 1 });
    expect(above.checkpointBytes).toBe(one.archived?.inflation?.checkpointBytes);
    expect(above.checkpointBytes).toBeGreaterThan(3 * 32_768);
  });
});
describe('verify and prepare', () => {
  it('verify runs on to the end, and tells how far it is', async () => {
    const source = bigMember().open();
    await sameRead(source, 0, FRAME);
    const told = [];
    await source.archived?.verify({
      onProgress: (done, total) => {
        told.push(done);
        expect(total).toBe(SIZE);
      },
    });
    expect(told.at(-1)).toBe(SIZE);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(source.archived).toMatchObject({ verified: true });
    expect(source.archived?.inflation).toMatchObject({ cursors: 1, bytesInflated: SIZE });
    await source.archived?.verify();
    expect(source.archived?.inflation?.bytesInflated).toBe(SIZE);
  });
  it('prepare makes a run, once; what it gives is verified', async () => {
    const source = bigMember().open();
    const told = [];
    await source.archived?.prepare({ onProgress: (done) => told.push(done) });
    await source.archived?.prepare();
    await source.archived?.verify();
    expect(told.at(-1)).toBe(SIZE);
    expect(source.archived?.verified).toBe(true);
    expect(source.archived?.inflation).toMatchObject({ indexings: 1, cursors: 0 });
  });
  it('small members have nothing to prepare, and are verified by being read', async () => {
    const source = bigMember({ wholeBytes: SIZE }).open();
    await source.archived?.prepare();
    expect(source.archived).toMatchObject({ verified: true });
    expect(source.archived?.inflation?.wholes).toBe(0);
    await source.archived?.verify();
    await source.archived?.verify();
    expect(source.archived?.inflation?.wholes).toBe(1);
    const damaged = bigMember({ wholeBytes: SIZE, crc32: 1 }).open();
    await expect(damaged.archived?.verify()).rejects.toMatchObject({ code: 'ZIP_CRC' });
    // Where nothing is read at once, short reads are of first bytes.
    const network = countingSource(memorySource(deflated, 'd'), { asynchronous: true });
    const far = bigMember({ wholeBytes: SIZE, source: network }).open();
    await far.read(0, 100);
    expect(far.archived?.verified).toBe(false);
    await far.read(0, FRAME);
    expect(far.archived?.verified).toBe(true);
  });
  it('what a listener throws ends its own wait alone', async () => {
    for (const verb of ['verify', 'prepare']) {
      const source = bigMember().open();
      const refuse = () => {
        throw new Error('not so often');
      };
      await expect(source.archived?.[verb]({ onProgress: refuse })).rejects.toThrow('not so often');
      await sameRead(source, 3 * MiB, FRAME);
      await source.archived?.[verb]();
    }
  });
});
describe('a temporary file', () => {
  it('takes what has passed, and gives it from then on', async () => {
    const spool = memorySpool();
    const counting = countingSource(memorySource(deflated, 'd'));
    const opened = bigMember({ spool, source: counting });
    const source = opened.open();
    await sameRead(source, 3 * MiB, FRAME);
    expect(spool.openFiles()).toBe(0);
    await sameRead(source, 2 * MiB, FRAME);
    await sameRead(source, MiB, FRAME);
    expect(source.archived?.verified).toBe(false);
    await source.archived?.prepare();
    expect(source.archived?.verified).toBe(true);
    counting.forget();
    for (const at of [5, 1, 3, 0]) await sameRead(source, at * MiB, FRAME);
    expect(counting.reads).toEqual([]);
    expect(source.archived?.inflation).toMatchObject({
      ...{ spools: 1, spooledBytes: SIZE, indexings: 0, checkpointBytes: 0 },
    });
    // It outlives the last reader, but not the member.
    await source.close?.();
    expect(spool.openFiles()).toBe(1);
    const again = opened.open();
    await sameRead(again, 2 * MiB, FRAME);
    expect(counting.reads).toEqual([]);
    opened.close();
    expect([spool.openFiles(), again.archived?.inflation?.spooledBytes]).toEqual([0, 0]);
  });
  it('one that is not whole ends with the last reader; without room there are checkpoints', async () => {
    const spool = memorySpool();
    const source = bigMember({ spool }).open();
    await sameRead(source, 3 * MiB, FRAME);
    await sameRead(source, 2 * MiB, FRAME);
    expect(spool.openFiles()).toBe(1);
    await source.close?.();
    expect(spool.openFiles()).toBe(0);
    const full = bigMember({ spool: memorySpool(SIZE - 1) }).open();
    await full.archived?.prepare();
    expect(full.archived?.inflation).toMatchObject({ spools: 0, indexings: 1 });
  });
  it('a disk that is full, or no folder for it, leaves checkpoints to make, for all who wait', async () => {
    const nowhere = {
      open: () => {
        throw new FramedexError('IO', 'no such folder', {});
      },
    };
    for (const spool of [memorySpool(Infinity, 2 * MiB), nowhere]) {
      const source = bigMember({ spool }).open();
      await sameRead(source, 4 * MiB, FRAME);
      await Promise.all([sameRead(source, MiB, FRAME), sameRead(source, 3 * MiB, FRAME)]);
      await source.archived?.prepare();
      await sameRead(source, 2 * MiB, FRAME);
      const tries = spool === nowhere ? 0 : 1;
      expect(source.archived?.inflation).toMatchObject({ spools: tries, indexings: 1 });
      expect(source.archived?.inflation?.spooledBytes).toBe(0);
      expect(source.archived?.verified).toBe(true);
      const other = bigMember({ spool: spool === nowhere ? nowhere : memorySpool(Infinity, MiB) });
      const verified = other.open();
      await verified.archived?.prepare();
      await verified.archived?.verify();
      expect(verified.archived?.checkpoints?.()).toBeDefined();
      expect('openFiles' in spool ? spool.openFiles() : 0).toBe(0);
    }
  });
});
