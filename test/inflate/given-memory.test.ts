import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import { FramedexError } from '../../src/errors.ts';
import type { InflatedMember } from '../../src/inflate/inflated-member.ts';
import {
  bigMember,
  type BigMemberGiven,
  deflated,
  FRAME,
  MiB,
  plain,
  sameRead,
} from '../support/big-member.ts';
import { controllableSource } from '../support/controllable-source.ts';
import { countedIndexing, memorySpool } from '../support/fake-indexing.ts';
import { differsAt } from '../support/differs-at.ts';
import { delay } from '../support/delay.ts';

/** What a source is brought to before, and the read that somebody gives memory for. */
interface Rung {
  readonly given?: BigMemberGiven;
  readonly before?: (source: Source) => Promise<unknown>;
  readonly at: number;
  readonly length?: number;
}

const checkpoints = (async () => {
  const source = bigMember().open();
  await source.archived?.prepare();
  const index = source.archived?.checkpoints?.();
  if (index === undefined) throw new Error('no checkpoints');
  return index;
})();

const rungs: Record<string, () => Rung> = {
  'first bytes': () => ({ at: 10, length: 1000 }),
  'the cursor': () => ({ at: 3 * MiB }),
  'a cursor that begins again': () => ({
    before: (source) => sameRead(source, 2 * MiB, FRAME),
    at: MiB,
  }),
  'the run': () => {
    const indexing = countedIndexing(true);
    const at = 4 * MiB;
    return {
      given: { startIndexing: indexing.start },
      before: async (source) => {
        await sameRead(source, MiB, 1000);
        await sameRead(source, 0, FRAME);
        indexing.runs[0]?.reply({ kind: 'taken', position: at });
        const bytes = plain.slice(at, at + FRAME);
        setTimeout(() => indexing.runs[0]?.reply({ kind: 'given', id: 0, bytes }), 2);
      },
      at,
    };
  },
  'a temporary file': () => ({
    given: { spool: memorySpool() },
    before: (source) => source.archived?.prepare() ?? Promise.resolve(),
    at: 3 * MiB,
  }),
  'a temporary file that is being written': () => ({
    given: { spool: memorySpool() },
    before: (source) => sameRead(source, 2 * MiB, FRAME),
    at: MiB,
  }),
  checkpoints: () => ({
    before: async (source) => source.archived?.useCheckpoints?.(await checkpoints),
    at: 2.5 * MiB,
    length: 2 * MiB,
  }),
};

const ends: Record<string, (source: Source, opened: InflatedMember, abort: () => void) => unknown> =
  {
    aborted: (_source, _opened, abort) => abort(),
    closed: (source) => source.close?.(),
    'closed and opened again': (source, opened) => {
      void source.close?.();
      return opened.open();
    },
    'closed with the archive': (_source, opened) => opened.close(),
  };

describe('memory that a caller gave', () => {
  for (const [rung, stand] of Object.entries(rungs)) {
    it.each(Object.keys(ends))(
      `P05: is left alone once its read is %s: ${rung}`,
      async (end) => {
        let rejected = 0;
        // Each time later, so that it ends in the midst of everything that happens on the way.
        for (let turns = 0; turns < 32; turns += 2) {
          const { given, before, at, length = FRAME } = stand();
          const bytes = memorySource(deflated, 'd');
          const opened = bigMember({
            source: controllableSource(bytes, { asynchronous: true, delay: 1 }),
            ...given,
          });
          const source = opened.open();
          await before?.(source);
          const controller = new AbortController();
          const into = new Uint8Array(length);
          let isRejected = false;
          const read = source.read(at, length, { into, signal: controller.signal }).catch(() => {
            isRejected = true;
            // Its caller uses it for something else.
            into.fill(255);
          });
          for (let turn = 0; turn < turns; turn++) await (turn % 4 === 3 ? delay(0) : undefined);
          await ends[end]?.(source, opened, () => controller.abort(new Error('enough')));
          await read;
          if (isRejected) rejected++;
          await delay(1);
          const expected = isRejected ? into.map(() => 255) : plain.subarray(at, at + length);
          expect(differsAt(into, expected)).toBeUndefined();
          opened.close();
        }
        expect(rejected).toBeGreaterThan(0);
      },
      60_000,
    );
  }
});

describe('memory given to a read that fails', () => {
  it('is not written to afterwards: a stretch that cannot be read stops the others', async () => {
    const index = await checkpoints;
    let failing = false;
    const bad = Math.floor((index.bits[1] ?? 0) / 8) + 10;
    const whole = memorySource(deflated, 'd');
    const source: Source = {
      name: 'd',
      size: deflated.length,
      read: async (offset, length, options) => {
        const holdsBad = offset <= bad && bad < offset + length;
        if (failing && holdsBad) throw new FramedexError('IO', 'the disk fails', { name: 'd' });
        await delay(holdsBad ? 0 : 3);
        return whole.read(offset, length, options);
      },
    };
    const member = bigMember({ source }).open();
    member.archived?.useCheckpoints?.(index);
    failing = true;
    const into = new Uint8Array(plain.length - MiB);
    await expect(member.read(100, into.length, { into })).rejects.toMatchObject({ code: 'IO' });
    into.fill(0xee);
    await delay(150);
    expect(into.every((byte) => byte === 0xee)).toBe(true);
  });
});
