import { describe, expect, it } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { InflationStats } from '../../src/bytes/archived.ts';
import type { Source } from '../../src/bytes/source.ts';
import {
  bigMember,
  deflated,
  FRAME,
  MiB,
  plain,
  sameBytes,
  sameRead,
  SIZE,
} from '../support/big-member.ts';
import { countingSource } from '../support/counting-source.ts';
import { countedIndexing, memorySpool } from '../support/fake-indexing.ts';
import { delay } from '../support/delay.ts';

/** A member whose runs do what a test says, and otherwise nothing. */
function standingMember() {
  const indexing = countedIndexing(true);
  const counting = countingSource(memorySource(deflated, 'd'));
  const opened = bigMember({ startIndexing: indexing.start, source: counting });
  return { runs: indexing.runs, opened, source: opened.open(), counting };
}

function inflation({ archived }: Source): InflationStats | undefined {
  return archived?.inflation;
}

/** Whether nothing comes of it, though everything that does not wait for the run had its time. */
async function waits(read: Promise<unknown>): Promise<boolean> {
  const first = await Promise.race([read, delay(100).then(() => 'nothing')]);
  return first === 'nothing';
}

describe('reads while a run that makes checkpoints is under way', () => {
  it('O23: frames a little behind come of another cursor, and those after them too', async () => {
    const { source, runs } = standingMember();
    const frame = (number: number): Promise<void> => sameRead(source, number * FRAME, FRAME);
    for (const number of [0, 1, 2, 3, 4]) await frame(number);
    expect(inflation(source)).toMatchObject({ cursors: 1, indexings: 0 });
    for (const number of [3, 2, 10, 11, 5, 6]) await frame(number);
    // Back at 3, 2 and 5; nothing was ever given by the run, which holds no process.
    expect(runs[0]?.held).toEqual([false]);
    expect(inflation(source)).toMatchObject({ cursors: 4, indexings: 1 });
    expect(runs[0]?.isClosed).toBe(false);
    const again = (4 + 12 + 7) * FRAME;
    expect(inflation(source)?.bytesInflated).toBeLessThan(5 * FRAME + again + 4 * 300_000);
  });

  it('O23: cursors that begin again inflate no more than the member has; then the run is waited for', async () => {
    const { source, runs } = standingMember();
    await sameRead(source, 2 * MiB, FRAME);
    const frames = [MiB, 1000];
    let read: Promise<Uint8Array> | undefined;
    let served = 0;
    for (; served < 100; served++) {
      const from = frames[served % 2] ?? 0;
      read = source.read(from, FRAME);
      if (await waits(read)) break;
      sameBytes(await read, from, FRAME);
    }
    // Every other one was behind the one before.
    expect(served).toBeGreaterThan(5);
    expect(inflation(source)).toMatchObject({ cursors: 2 + (served >> 1), indexings: 1 });
    expect(inflation(source)?.bytesInflated).toBeLessThan(3 * MiB + SIZE + served * 300_000);
    runs[0]?.fail(new Error('enough'));
    await expect(read).rejects.toThrow('enough');
    // With the next run, there may be as many again.
    await sameRead(source, 1000, FRAME);
    await sameRead(source, 1000, FRAME);
    expect(runs.length).toBe(2);
  });

  it('O23: a run that comes by sooner gives what lies far from the cursor', async () => {
    const { source, runs } = standingMember();
    await sameRead(source, MiB, FRAME);
    await sameRead(source, 0, FRAME);
    runs[0]?.reply({ kind: 'taken', position: 3 * MiB });
    const before = inflation(source)?.bytesInflated;
    const ahead = source.read(3.5 * MiB, FRAME);
    expect(await waits(ahead)).toBe(true);
    expect(inflation(source)?.bytesInflated).toBe(before);
    runs[0]?.reply({ kind: 'given', id: 0, bytes: plain.slice(3.5 * MiB, 3.5 * MiB + FRAME) });
    sameBytes(await ahead, 3.5 * MiB, FRAME);
    // Nearer to the cursor.
    await sameRead(source, 1.5 * MiB, FRAME);
    expect(inflation(source)).toMatchObject({ cursors: 2, indexings: 1 });
  });

  it('O23: one that has passed since it told where it is gives nothing, and nobody waits for its end', async () => {
    const { source, runs } = standingMember();
    await sameRead(source, MiB, FRAME);
    await sameRead(source, 0, FRAME);
    runs[0]?.reply({ kind: 'taken', position: 2 * MiB });
    const read = source.read(2.25 * MiB, FRAME);
    expect(await waits(read)).toBe(true);
    runs[0]?.reply({ kind: 'passed', id: 0 });
    sameBytes(await read, 2.25 * MiB, FRAME);
    expect(inflation(source)).toMatchObject({ cursors: 2, indexings: 1, restarts: 0 });
  });

  it('O23: near its end, the run is sooner than any cursor', async () => {
    const { source, runs } = standingMember();
    await sameRead(source, 4 * MiB, FRAME);
    await sameRead(source, 0, FRAME);
    runs[0]?.reply({ kind: 'taken', position: SIZE - 100_000 });
    const cursors = inflation(source)?.cursors;
    const read = source.read(3 * MiB, FRAME);
    expect(await waits(read)).toBe(true);
    runs[0]?.reply({ kind: 'passed', id: 0 });
    expect(await waits(read)).toBe(true);
    const ready = bigMember().open();
    await ready.archived?.prepare();
    const index = ready.archived?.checkpoints?.();
    if (index !== undefined) runs[0]?.reply({ kind: 'done', index });
    sameBytes(await read, 3 * MiB, FRAME);
    expect(inflation(source)).toMatchObject({ cursors, indexings: 1 });
    expect(inflation(source)?.restarts).toBeGreaterThan(0);
  });

  it('P05: what waits for a cursor gets its bytes, though another one begins', async () => {
    const { source } = standingMember();
    await sameRead(source, MiB, FRAME);
    const far = [4 * MiB, 4.5 * MiB].map((at) => sameRead(source, at, FRAME));
    await Promise.all([sameRead(source, 1000, FRAME), sameRead(source, 2 * MiB, FRAME), ...far]);
    expect(inflation(source)?.indexings).toBe(1);
  });

  it('P04: all cursors end with the last reader, also those that were replaced', async () => {
    const { source, counting } = standingMember();
    await sameRead(source, 5000, FRAME);
    const far = Promise.allSettled([sameRead(source, 4 * MiB, FRAME), sameRead(source, 0, FRAME)]);
    await source.close?.();
    expect((await far).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await delay(20);
    const { bytesRead } = counting;
    await delay(50);
    expect(counting.bytesRead).toBe(bytesRead);
  });

  it('O23: cursors are given up when there are checkpoints', async () => {
    const source = bigMember().open();
    await sameRead(source, MiB, FRAME);
    await sameRead(source, 1000, FRAME);
    await source.archived?.prepare();
    const before = inflation(source);
    await sameRead(source, 3 * MiB, FRAME);
    expect(inflation(source)).toMatchObject({ cursors: before?.cursors, indexings: 1 });
    expect(inflation(source)?.restarts).toBeGreaterThan(0);
  });
});

describe('a listener that throws at its first word', () => {
  it('does not wait, and holds nothing', async () => {
    const { source, runs } = standingMember();
    await sameRead(source, MiB, FRAME);
    await sameRead(source, 1000, FRAME);
    const onProgress = (): never => {
      throw new Error('not so often');
    };
    await expect(source.archived?.prepare({ onProgress })).rejects.toThrow('not so often');
    // The process may end: nobody waits for the run.
    expect(runs[0]?.held.at(-1)).toBe(false);
  });
});

describe('prepare that is aborted', () => {
  async function aborted(source: Source): Promise<void> {
    const controller = new AbortController();
    const prepared = source.archived?.prepare({ signal: controller.signal });
    await delay(1);
    controller.abort(new Error('enough'));
    await expect(prepared).rejects.toThrow('enough');
    // Whoever is not told of it has its turn.
    await delay(1);
  }

  it('P05: gives up the run that it began, and reads go on by a cursor', async () => {
    const { source, runs } = standingMember();
    await aborted(source);
    expect(runs.map(({ isClosed }) => isClosed)).toEqual([true]);
    for (const at of [3, 4, 5]) await sameRead(source, at * FRAME, FRAME);
    expect(inflation(source)).toMatchObject({ cursors: 1, indexings: 1 });
    expect(runs.length).toBe(1);
  });

  it('P05: leaves the run to others who wait for it, and to reads that it makes quick', async () => {
    const { source, runs } = standingMember();
    const other = new AbortController();
    const verified = source.archived?.verify();
    const waiting = source.archived?.prepare({ signal: other.signal });
    await aborted(source);
    expect(runs[0]?.isClosed).toBe(false);
    other.abort(new Error('me too'));
    await expect(waiting).rejects.toThrow('me too');
    await verified;
    expect(runs[0]?.isClosed).toBe(true);

    const [second] = [standingMember()];
    await sameRead(second.source, MiB, FRAME);
    await sameRead(second.source, 1000, FRAME);
    await aborted(second.source);
    expect(second.runs.map(({ isClosed }) => isClosed)).toEqual([false]);
  });

  it('P05: a frame that was given meanwhile does not keep it; one behind that does', async () => {
    for (const [at, isClosed] of [
      [2 * MiB, true],
      [1000, false],
    ] as const) {
      const { source, runs } = standingMember();
      await sameRead(source, MiB, FRAME);
      const controller = new AbortController();
      const prepared = source.archived?.prepare({ signal: controller.signal });
      await sameRead(source, at, FRAME);
      controller.abort(new Error('enough'));
      await expect(prepared).rejects.toThrow('enough');
      await delay(1);
      expect(runs.map((run) => run.isClosed)).toEqual([isClosed]);
    }
  });

  it('P05: a temporary file stays, as far as it is written', async () => {
    const spool = memorySpool();
    const source = bigMember({ spool }).open();
    await aborted(source);
    expect(spool.openFiles()).toBe(1);
    await sameRead(source, 3 * FRAME, FRAME);
    expect(inflation(source)).toMatchObject({ indexings: 0, spools: 1 });
  });
});
