import type { ReadOptions, Source } from '../../src/bytes/source.ts';
import { delay } from './delay.ts';

/** What a source does wrong. Everything is deterministic: reads are counted from 0. */
export interface Faults {
  /** No read gives more than so many bytes. */
  readonly shortReads?: number | undefined;
  /** This read, and only this one, fails with EIO. */
  readonly failAt?: number | undefined;
  /** From this read on, nothing comes: as if the file had been cut after it was opened. */
  readonly emptyFrom?: number | undefined;
  /** Asynchronous reads answer after so many milliseconds. */
  readonly delay?: number | undefined;
  /** Asynchronous reads wait until {@link ControllableSource.release}. */
  readonly held?: boolean | undefined;
  /** No `readSync`, as of a network. */
  readonly asynchronous?: boolean | undefined;
}

/** A source with faults. */
export interface ControllableSource extends Source {
  /** Reads begun so far. */
  readonly reads: number;
  /** Signals that came with the reads, in order. */
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Lets the oldest `count` held reads go on; all of them without a number. */
  release(count?: number): void;
}

/** Wraps a source with faults. */
export function controllableSource(source: Source, faults: Faults): ControllableSource {
  const signals: (AbortSignal | undefined)[] = [];
  const held: (() => void)[] = [];
  let reads = 0;

  const allowed = (length: number): number => {
    const read = reads;
    reads += 1;
    if (read === faults.failAt) throw inputOutputError();
    if (read >= (faults.emptyFrom ?? Infinity)) return 0;
    return Math.min(length, faults.shortReads ?? length);
  };

  const { readSync } = source;
  return {
    name: source.name,
    size: source.size,
    fresh: source.fresh ?? false,
    signals,
    get reads() {
      return reads;
    },
    release(count = held.length) {
      for (const go of held.splice(0, count)) go();
    },
    async read(offset: number, length: number, options?: ReadOptions) {
      signals.push(options?.signal);
      const short = allowed(length);
      if (faults.held === true) await new Promise<void>((resolve) => held.push(resolve));
      if (faults.delay !== undefined) await delay(faults.delay);
      options?.signal?.throwIfAborted();
      return source.read(offset, short, options);
    },
    ...(readSync !== undefined && faults.asynchronous !== true
      ? {
          readSync: (offset: number, length: number, into?: Uint8Array) =>
            readSync.call(source, offset, allowed(length), into),
        }
      : {}),
    close: async () => source.close?.(),
  };
}

/** What Node gives for a disk that fails. */
function inputOutputError(): Error {
  return Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
}
