import { describe, expect, it, vi } from 'vitest';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Source } from '../../src/bytes/source.ts';
import type { Codec } from '../../src/codecs/codec.ts';
import { concatenatedFrames } from '../../src/collection/concatenated-frames.ts';
import type { DicomFile } from '../../src/file/dicom-file.ts';
import { openSource } from '../../src/file/open.ts';
import type { Frame } from '../../src/frames/frame.ts';
import { inOrder } from '../../src/frames/ordered.ts';
import { createContext } from '../support/platform.ts';
import type { NodeContextOptions } from '../../src/node/context.ts';
import { ServingWorker } from '../codecs/pool-workers.ts';
import { dicom, encapsulated, imagePixel, SYNTAX } from '../support/build-dicom.ts';
import type { DicomParts } from '../support/build-dicom.ts';
import { controllableSource } from '../support/controllable-source.ts';
import type { Faults } from '../support/controllable-source.ts';
import { numberedJpeg, startsOf } from '../support/encapsulations.ts';
import { codeOf, openBuilt } from '../support/open-built.ts';
import { rlePixel } from '../support/rle-files.ts';

const COUNT = 8;
/** Frames of one pixel, which tells their number. */
const native: DicomParts = {
  elements: [
    ...imagePixel({ rows: 1, columns: 1, bitsAllocated: 16, numberOfFrames: COUNT }),
    [0x7fe00010, 'OW', Array.from({ length: COUNT }, (_, i) => i)],
  ],
};

function rleOf(i: number): Uint8Array {
  const bytes = rlePixel();
  // One literal byte (PS3.5 G.3.1).
  bytes.set([0, i], 64);
  return bytes;
}

function rle(broken?: number): DicomParts {
  const frames = Array.from({ length: COUNT }, (_, i) => rleOf(i));
  if (broken !== undefined) frames[broken]?.fill(128, 64);
  return {
    transferSyntax: SYNTAX.rle,
    elements: [
      ...imagePixel({ rows: 1, columns: 1, bitsAllocated: 8, numberOfFrames: COUNT }),
      encapsulated({ frames }),
    ],
  };
}

async function openHeld(parts: DicomParts, faults: Faults) {
  const built = memorySource(dicom(parts).bytes, 'held.dcm');
  const source = controllableSource(built, { asynchronous: true, ...faults });
  return {
    file: await openSource(source, { context: createContext(), options: {}, ownership: 'owned' }),
    source,
  };
}

/** A file whose frames are decoded by workers. */
async function openIsolated(parts: DicomParts, more: NodeContextOptions = {}) {
  const workers: ServingWorker[] = [];
  const worker = (): ServingWorker => {
    const started = new ServingWorker();
    workers.push(started);
    return started;
  };
  const context = createContext({ isolate: true, workers: 2, worker, ...more });
  const source = memorySource(dicom(parts).bytes, 'isolated.dcm');
  const file = await openSource(source, { context, options: {}, ownership: 'owned' });
  const requests = (): number => workers.reduce((sum, one) => sum + one.requests.length, 0);
  return { file, context, workers, requests };
}

async function values(frames: AsyncIterable<Frame>): Promise<number[]> {
  const seen: number[] = [];
  for await (const { index, data } of frames) {
    expect(Number(data[0])).toBe(index);
    seen.push(index);
  }
  return seen;
}

/** Runs until nothing moves any more. */
async function rest(): Promise<void> {
  for (let k = 0; k < 20; k++) await new Promise((resolve) => setTimeout(resolve, 0));
}

describe('frames() with readAhead', () => {
  it.each([0, 1, 3, 100])('gives all frames in their order (%i)', async (readAhead) => {
    const { file } = await openBuilt(native);
    expect(await values(file.frames({ readAhead }))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await values(file.frames({ start: 2, end: 5, readAhead }))).toEqual([2, 3, 4]);
    expect(await values(file.frames({ start: 6, end: 99, readAhead }))).toEqual([6, 7]);
    expect(await values(file.frames({ start: 8, readAhead }))).toEqual([]);
  });

  it('has no more under way than it was told, and none for who takes none', async () => {
    const { file, source } = await openBuilt(native, { asynchronous: true });
    source.forget();
    const frames = file.frames({ readAhead: 2 })[Symbol.asyncIterator]();
    await rest();
    expect(source.reads).toHaveLength(0);
    for (const [taken, reads] of [3, 4, 5].entries()) {
      expect((await frames.next()).value).toMatchObject({ index: taken });
      await rest();
      expect(source.reads).toHaveLength(reads);
    }
    await frames.return?.();
    await rest();
    expect(source.reads).toHaveLength(5);
  });

  it('asks for the next ones while the first is still on its way', async () => {
    const { file, source } = await openHeld(native, { delay: 20 });
    const before = source.reads;
    const frames = file.frames({ readAhead: 3 })[Symbol.asyncIterator]();
    const first = frames.next();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(source.reads - before).toBe(4);
    expect((await first).value).toMatchObject({ index: 0 });
    await frames.return?.();
  });

  it.each([-1, 1.5, Number.NaN])('is refused as %s', async (readAhead) => {
    const { file } = await openBuilt(native);
    expect(await codeOf(values(file.frames({ readAhead })))).toBe('USAGE');
    // Of a concatenation too, before any part of it is looked at.
    const none = concatenatedFrames({ parts: [], missing: [], frameCount: 0 });
    expect(await codeOf(values(none.frames({ readAhead })))).toBe('USAGE');
  });

  it('is not gone through again for each frame', async () => {
    let asked = 0;
    const has = (i: number): boolean => {
      asked++;
      return i < 500;
    };
    const seen: number[] = [];
    for await (const i of inOrder({ start: 0, ahead: 500, has, begin: async (k) => k })) {
      seen.push(i);
    }
    expect(seen).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(asked).toBeLessThan(4 * 500);
  });

  it('P05: adds one listener to a signal, however many frames there are and runs of them', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const { file } = await openBuilt(native);
    const runs = [1, 2, 3].map(() => file.frames({ readAhead: 100, signal }));
    const iterators = runs.map((run) => run[Symbol.asyncIterator]());
    for (const iterator of iterators) await iterator.next();
    expect(added).toHaveBeenCalledTimes(1);
    const waiting = [1, 2, 3].map((i) => file.frame(i, { signal }));
    await Promise.all(waiting);
    expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 0]);
    for (const iterator of iterators) await iterator.return?.();
    expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1]);
  });

  it('a broken frame throws at its own place, behind all those before it', async () => {
    for (const readAhead of [0, 2, 100]) {
      const { file } = await openBuilt(rle(3));
      const seen: number[] = [];
      const run = async (): Promise<void> => {
        for await (const { index } of file.frames({ readAhead })) {
          await rest();
          seen.push(index);
        }
      };
      expect(await codeOf(run())).toBe('CODEC');
      expect(seen).toEqual([0, 1, 2]);
    }
  });

  it('a read that fails does so at its own place, and only for who takes it', async () => {
    const opened = await openHeld(native, {});
    const failing = await openHeld(native, { failAt: opened.source.reads + 2 });
    const seen: number[] = [];
    for await (const { index } of failing.file.frames({ readAhead: 4 })) {
      await rest();
      seen.push(index);
      if (index === 1) break;
    }
    expect(seen).toEqual([0, 1]);
    const { file } = await openHeld(native, { failAt: opened.source.reads + 2 });
    expect(await codeOf(values(file.frames({ readAhead: 4 })))).toBe('EIO');
  });

  it('P09: leaving early aborts what is under way', async () => {
    for (const leave of ['break', 'throw'] as const) {
      const { file, source } = await openHeld(native, { delay: 5 });
      const seen = source.signals.length;
      const run = async (): Promise<void> => {
        for await (const { index } of file.frames({ readAhead: 3 })) {
          expect(index).toBe(0);
          if (leave === 'break') break;
          throw new Error('enough');
        }
      };
      await run().catch(() => undefined);
      const signals = source.signals.slice(seen);
      expect(signals).toHaveLength(4);
      expect(signals.every((signal) => signal?.aborted)).toBe(true);
      await file.close();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });

  it('P05: ends with the reason of its signal', async () => {
    const { file } = await openHeld(native, { delay: 1 });
    const controller = new AbortController();
    const seen: number[] = [];
    const run = async (): Promise<void> => {
      for await (const { index } of file.frames({ readAhead: 3, signal: controller.signal })) {
        seen.push(index);
        if (index === 1) controller.abort('enough');
      }
    };
    expect(await codeOf(run())).toBe('enough');
    expect(seen).toEqual([0, 1]);
  });

  it('of a file that is closed meanwhile ends with CLOSED', async () => {
    const { file } = await openBuilt(native);
    const run = async (): Promise<void> => {
      for await (const { index } of file.frames({ readAhead: 3 }))
        if (index === 1) await file.close();
    };
    expect(await codeOf(run())).toBe('CLOSED');
  });
});

describe('H11: an index that is repaired while frames are read ahead', () => {
  // The third entry is inside of frame 1, and frame 4's is missing: those behind are one too early.
  const streams = [0, 1, 2, 3, 4, 5].map(numberedJpeg);
  const [, one = 0, two = 0, three = 0, , five = 0] = startsOf(streams);
  const { bytes, pixelOffset = 0 } = dicom({
    transferSyntax: SYNTAX.jpegBaseline,
    elements: [
      ...imagePixel({ rows: 1, columns: 2, bitsAllocated: 8, numberOfFrames: 6 }),
      encapsulated({ frames: streams, offsetTable: [0, one, one + 10, two, three, five] }),
    ],
  });
  /** Gives the length of what it is given. */
  const codec: Codec = {
    name: 'own',
    transferSyntaxes: [SYNTAX.jpegBaseline],
    load: async () => ({
      decode: (encoded, pixel) => ({ bytes: Uint8Array.of(encoded.length, 0), pixel }),
    }),
  };

  /** Frames 1 and 2, which contradict the table, come late: those behind were read by its word then. */
  async function openLate(): Promise<DicomFile> {
    const base = memorySource(bytes, 'late.dcm');
    const items = pixelOffset + 8 + 4 * streams.length;
    const source: Source = {
      name: base.name,
      size: base.size,
      async read(offset, length, options) {
        const read = await base.read(offset, length, options);
        const isLate = offset >= items + one && offset < items + two;
        if (isLate) await new Promise((resolve) => setTimeout(resolve, 20));
        return read;
      },
    };
    return openSource(source, {
      context: createContext({ codecs: [codec] }),
      options: {},
      ownership: 'owned',
    });
  }

  it.each([0, 1, 3, 9])('gives no frame that is another’s (%i ahead)', async (readAhead) => {
    const file = await openLate();
    const seen: number[] = [];
    for await (const { index, data } of file.frames({ readAhead })) {
      expect([index, data[0]]).toEqual([index, streams[index]?.length]);
      seen.push(index);
    }
    expect([seen, file.index.strategy]).toEqual([[0, 1, 2, 3, 4, 5], 'repaired']);
  });
});

describe('frames() with workers', () => {
  it('gives what it gives without', async () => {
    const { file, context, workers, requests } = await openIsolated(rle());
    expect(await values(file.frames())).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    // Of so little work, one worker does all.
    expect([workers.length, requests()]).toEqual([1, COUNT]);
    await context.close();
    expect(workers.every(({ isTerminated }) => isTerminated)).toBe(true);
  });

  it('keeps all workers busy: twice as many frames as there are of them', async () => {
    const { file, context, requests } = await openIsolated(rle());
    const frames = file.frames()[Symbol.asyncIterator]();
    await frames.next();
    await rest();
    expect(requests()).toBe(1 + 4);
    await frames.return?.();
    await context.close();
  });

  it('P02: two readers of one frame cost one decoding', async () => {
    const { file, context, requests } = await openIsolated(rle());
    const [one, other] = await Promise.all([file.frame(5), file.frame(5)]);
    expect([one.data[0], other.data[0], one.data === other.data]).toEqual([5, 5, false]);
    expect(requests()).toBe(1);
    await context.close();
  });

  it('a broken frame is told with its number and its place in the file', async () => {
    const { file, context } = await openIsolated(rle(3));
    const error: unknown = await values(file.frames()).catch((reason: unknown) => reason);
    const { file: here } = await openBuilt(rle(3));
    const same: unknown = await here.frame(3).catch((reason: unknown) => reason);
    expect(same).toMatchObject({
      code: 'CODEC',
      details: { offset: expect.any(Number) as number },
    });
    expect((error as Error).message).toBe(
      (same as Error).message.replaceAll('built.dcm', 'isolated.dcm'),
    );
    await context.close();
  });

  it('bytes of the caller are never taken from him', async () => {
    const { bytes } = dicom(rle());
    const copy = bytes.slice();
    const context = createContext({ isolate: true, workers: 1, worker: () => new ServingWorker() });
    const file = await openSource(memorySource(bytes, 'mine.dcm'), {
      context,
      options: {},
      ownership: 'owned',
    });
    for (let round = 0; round < 2; round++) {
      expect(await values(file.frames())).toHaveLength(COUNT);
      expect(bytes).toEqual(copy);
    }
    await context.close();
  });
});
