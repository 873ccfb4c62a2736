import type { RunOptions } from '../bytes/archived.ts';
import { readExactly, type Source } from '../bytes/source.ts';
import { untilAborted } from '../inflate/until-aborted.ts';

/** CRC-32 of bytes behind those that `previous` is of. */
export type Checksum = (bytes: Uint8Array, previous?: number) => number;

/** Read at once. */
const PIECE = 1024 * 1024;

/** One run over all bytes, and who waits for it. */
interface Run {
  readonly sum: Promise<number>;
  readonly controller: AbortController;
  readonly waiting: Set<RunOptions>;
}

/** A run over all bytes of a source, for whoever wants their checksum. */
export interface StoredRun {
  /** The checksum: of the run that is under way, or a new one. Rejects with the reason of the signal. */
  join(options: RunOptions): Promise<number>;
}

/**
 * Those who ask for a checksum at the same time share one run. It ends early when the last of them has
 * left; what it came to is not kept.
 */
export function createStoredRun(source: Source, checksum: Checksum): StoredRun {
  let run: Run | undefined;
  const begin = (): Run => {
    const controller = new AbortController();
    const waiting = new Set<RunOptions>();
    const onProgress = (done: number, total: number): void => {
      for (const one of waiting) one.onProgress?.(done, total);
    };
    const { signal } = controller;
    // The first to wait is there before the first bytes are.
    const sum = Promise.resolve().then(() => sumOf(source, checksum, { signal, onProgress }));
    return { sum, controller, waiting };
  };
  return {
    join: async (options) => {
      const joined = (run ??= begin());
      const waiter = { ...options };
      joined.waiting.add(waiter);
      try {
        return await untilAborted(joined.sum, options.signal);
      } finally {
        joined.waiting.delete(waiter);
        if (joined.waiting.size === 0) {
          joined.controller.abort();
          if (run === joined) run = undefined;
        }
      }
    },
  };
}

async function sumOf(
  source: Source,
  checksum: Checksum,
  { signal, onProgress }: RunOptions,
): Promise<number> {
  const { size } = source;
  const piece = new Uint8Array(Math.min(PIECE, size));
  let sum = 0;
  for (let at = 0; at < size; at += PIECE) {
    signal?.throwIfAborted();
    const length = Math.min(PIECE, size - at);
    sum = checksum(await readExactly(source, at, length, { into: piece, signal }), sum);
    onProgress?.(at + length, size);
  }
  return sum;
}
