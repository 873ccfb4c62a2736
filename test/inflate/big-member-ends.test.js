import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.js';
import { nodeInflater } from '../../src/node/inflater.js';
import { bigMember, deflated, FRAME, MiB, sameRead, SIZE } from '../support/big-member.js';
import { controllableSource } from '../support/controllable-source.js';
import { countingSource } from '../support/counting-source.js';
import { countedIndexing, memorySpool } from '../support/fake-indexing.js';
/** All states in which somebody may wait. */
const states = {
  'first bytes': async () => {
    const { held, source, opened } = heldMember();
    return {
      ...{ source, others: opened, go: () => held.release() },
      wait: (signal) => source.read(10, 100, { signal }),
    };
  },
  cursor: async () => {
    const { held, source, opened } = heldMember();
    return {
      ...{ source, others: opened, go: () => held.release() },
      wait: (signal) => source.read(3 * MiB, FRAME, { signal }),
    };
  },
  verify: async () => {
    const { held, source, opened } = heldMember();
    return {
      ...{ source, others: opened, go: () => held.release() },
      wait: async (signal) => source.archived?.verify({ signal }),
    };
  },
  'run, its source': async () => {
    const { held, source, opened } = heldMember();
    return {
      ...{ source, others: opened, go: () => held.release() },
      wait: async (signal) => source.archived?.prepare({ signal }),
    };
  },
  'run, its thread': async () => {
    const indexing = countedIndexing(true);
    const opened = bigMember({ startIndexing: indexing.start });
    const source = opened.open();
    await sameRead(source, 2 * MiB, FRAME);
    await sameRead(source, 1000, FRAME);
    // Sooner at its end than any cursor.
    indexing.runs[0]?.reply({ kind: 'taken', position: SIZE });
    return {
      ...{ source, others: opened, go: () => indexing.runs[0]?.fail(new Error('late')) },
      wait: (signal) => source.read(MiB, FRAME, { signal }),
    };
  },
  'temporary file': async () => {
    const { held, source, opened } = heldMember({ spool: memorySpool() });
    return {
      ...{ source, others: opened, go: () => held.release() },
      wait: async (signal) => source.archived?.prepare({ signal }),
    };
  },
  stretch: async () => {
    const { held, source, opened } = heldMember();
    const prepared = bigMember().open();
    await prepared.archived?.prepare();
    const index = prepared.archived?.checkpoints?.();
    if (index !== undefined) source.archived?.useCheckpoints?.(index);
    return {
      ...{ source, others: opened, go: () => held.release() },
      wait: (signal) => source.read(MiB, FRAME, { signal }),
    };
  },
};
function heldMember(given = {}) {
  const held = controllableSource(memorySource(deflated, 'd'), { held: true, asynchronous: true });
  const opened = bigMember({ ...given, source: held });
  return { held, opened, source: opened.open() };
}
/** Several times, because reads follow each other. */
async function goOn(standing) {
  for (let turn = 0; turn < 5; turn++) {
    standing.go();
    await delay(2);
  }
}
describe('a big member, whatever it is at', () => {
  for (const [state, stand] of Object.entries(states)) {
    it(`O25, P05: one who aborts is told at once: ${state}`, async () => {
      const standing = await stand();
      const controller = new AbortController();
      const reason = new Error('enough');
      const waiting = standing.wait(controller.signal);
      await delay(1);
      controller.abort(reason);
      await expect(waiting).rejects.toBe(reason);
      await expect(standing.wait(controller.signal)).rejects.toBe(reason);
      await goOn(standing);
      standing.others.close();
    });
    it(`O25, P04: close ends what waits: ${state}`, async () => {
      for (const end of ['last source', 'member']) {
        const standing = await stand();
        const waiting = Promise.allSettled([standing.wait(), standing.wait()]);
        await delay(1);
        if (end === 'member') standing.others.close();
        else await standing.source.close?.();
        for (const outcome of await waiting) {
          expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CLOSED' } });
        }
        await goOn(standing);
        if (end === 'member') continue;
        // Opened again, it is as before.
        const again = standing.others.open();
        const read = again.read(10, 100);
        for (let turn = 0; turn < 9; turn++) await goOn(standing);
        if (state !== 'run, its thread') expect((await read).length).toBe(100);
        else await sameRead(again, 10, 100);
      }
    });
  }
  it('P05: of several who wait, the others get their bytes', async () => {
    const indexing = countedIndexing();
    for (const given of [{}, { startIndexing: indexing.start }, { spool: memorySpool() }]) {
      const source = bigMember(given).open();
      await sameRead(source, 2 * MiB, FRAME);
      const controller = new AbortController();
      const { signal } = controller;
      const waiting = [
        source.read(MiB, FRAME, { signal }),
        source.read(MiB, FRAME),
        source.read(2.5 * MiB, FRAME, { signal }),
        source.read(2.6 * MiB, FRAME),
      ];
      controller.abort(new Error('enough'));
      const outcomes = await Promise.allSettled(waiting);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'rejected',
        'fulfilled',
        'rejected',
        'fulfilled',
      ]);
      await sameRead(source, MiB, FRAME);
    }
  });
  it('a caller who aborted gets nothing written into its memory', async () => {
    const source = bigMember().open();
    const controller = new AbortController();
    const into = new Uint8Array(FRAME);
    const read = source.read(2 * MiB, FRAME, { into, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(read).rejects.toThrow('enough');
    await sameRead(source, 2.5 * MiB, FRAME);
    expect(into.every((byte) => byte === 0)).toBe(true);
  });
  it('a cursor runs only while somebody waits, and goes on where it was', async () => {
    const counting = countingSource(memorySource(deflated, 'd'), { asynchronous: true });
    const source = bigMember({ source: counting }).open();
    const controller = new AbortController();
    const read = source.read(SIZE - FRAME, FRAME, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(read).rejects.toThrow('enough');
    await delay(50);
    expect(counting.bytesRead).toBeLessThan(deflated.length);
    await sameRead(source, SIZE - FRAME, FRAME);
    expect(counting.bytesRead).toBe(deflated.length);
    expect(source.archived?.inflation?.cursors).toBe(1);
  });
  it('a run is held only while somebody waits, and given up with the last reader', async () => {
    const indexing = countedIndexing(true);
    const source = bigMember({ startIndexing: indexing.start }).open();
    await sameRead(source, MiB, FRAME);
    await sameRead(source, 1000, FRAME);
    // Its first frames came of a cursor.
    expect(indexing.runs[0]?.held).toEqual([false]);
    const controller = new AbortController();
    const waiting = [1, 2].map(() => source.archived?.prepare({ signal: controller.signal }));
    expect(indexing.runs[0]?.held).toEqual([false, true]);
    controller.abort(new Error('enough'));
    for (const wait of waiting) await expect(wait).rejects.toThrow('enough');
    expect(indexing.runs[0]?.held).toEqual([false, true, false]);
    expect(indexing.runs[0]?.isClosed).toBe(false);
    await source.close?.();
    expect(indexing.runs[0]?.isClosed).toBe(true);
    expect(indexing.runs.length).toBe(1);
  });
  it('portable: headers stay where they passed, without another run', async () => {
    const inflater = { inflate: nodeInflater.inflate };
    const source = bigMember({ inflater }).open();
    await sameRead(source, 0, 8192);
    await sameRead(source, MiB, FRAME);
    await sameRead(source, 0, 8192);
    expect(source.archived?.inflation).toMatchObject({ cursors: 1, indexings: 0 });
  });
});
