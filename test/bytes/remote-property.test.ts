import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRemoteCache } from '../../src/bytes/remote-cache.ts';
import { openRemote } from '../../src/bytes/remote-source.ts';
import { farStore, sameBytes, settled } from '../support/far-source.ts';
import { noise } from '../support/noise.ts';

const KIB = 1024;
const object = noise(700 * KIB + 77);
const offset = fc.oneof(
  fc.nat(object.length + 100),
  fc.nat(20).map((k) => k * 16 * KIB),
);
const length = fc.oneof(fc.nat(100), fc.nat(40 * KIB), fc.nat(300 * KIB));
const range = fc.record({ offset, length });

/** What may happen, in any order, before anything of it is waited for. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('read' as const), range, into: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('abort' as const), range }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('announce' as const),
      ranges: fc.array(range, { maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'end' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'evict' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'fail' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'wait' as const }) },
);

it('reads in any order, announced, aborted, failed or evicted, give the bytes of the object', async () => {
  const maxBytes = fc.constantFrom(0, 5000, 64 * KIB, 200 * KIB, 1024 * KIB);
  await fc.assert(
    fc.asyncProperty(maxBytes, fc.array(step, { maxLength: 40 }), async (most, steps) => {
      const store = farStore(object);
      const cache = createRemoteCache(most);
      const source = await openRemote('key', store.readRange, { cache });
      const ends: (() => void)[] = [];
      const reads: Promise<void>[] = [];
      let failing = 0;
      let failed = 0;
      store.instead = () => {
        if (failing === 0) return undefined;
        failing--;
        throw new Error('the line is down');
      };
      for (const each of steps) {
        if (each.kind === 'read') {
          const { offset: at, length: wanted } = each.range;
          const into = each.into ? new Uint8Array(wanted) : undefined;
          const check = (bytes: Uint8Array): void => {
            expect(sameBytes(bytes, object.subarray(at, at + wanted))).toBe(true);
            if (into !== undefined) expect(bytes.buffer).toBe(into.buffer);
          };
          const lost = (error: unknown): void => {
            expect(error).toMatchObject({ code: 'IO' });
            failed++;
          };
          reads.push(source.read(at, wanted, { into }).then(check, lost));
        } else if (each.kind === 'abort') {
          const giving = new AbortController();
          const { offset: at, length: wanted } = each.range;
          const read = source.read(at, wanted, { signal: giving.signal });
          giving.abort(new Error('given up'));
          reads.push(expect(read).rejects.toThrow('given up'));
        } else if (each.kind === 'announce')
          ends.push(source.willRead?.(each.ranges) ?? (() => undefined));
        else if (each.kind === 'end') ends.pop()?.();
        else if (each.kind === 'evict') cache.clear();
        else if (each.kind === 'fail') failing++;
        else await settled();
        expect(cache.bytes).toBeLessThanOrEqual(most);
      }
      await Promise.all(reads);
      if (steps.every(({ kind }) => kind !== 'fail')) expect(failed).toBe(0);
      await source.close?.();
      await settled();
      expect([cache.bytes, store.inFlight]).toEqual([0, 0]);
    }),
    { numRuns: 150 },
  );
});
