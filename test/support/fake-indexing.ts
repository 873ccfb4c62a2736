import { createIndexingHere } from '../../src/inflate/indexing-here.ts';
import type {
  IndexingPort,
  IndexingReply,
  StartIndexing,
} from '../../src/inflate/indexing-protocol.ts';
import { nextTurn } from '../../src/inflate/next-turn.ts';
import type { Spool, SpoolFile } from '../../src/inflate/spool.ts';
import { FramedexError } from '../../src/errors.ts';
import { inflater } from './platform.ts';

/** Runs that are counted, and can be made to fail from outside. */
export interface CountedIndexing {
  readonly start: StartIndexing;
  readonly runs: {
    /** How often it was said whether somebody waits. */
    readonly held: readonly boolean[];
    readonly isClosed: boolean;
    fail(error: unknown): void;
    reply(reply: IndexingReply): void;
  }[];
}

/** Runs in this thread, unless `isSilent`: then nothing ever comes of them. */
export function countedIndexing(isSilent = false): CountedIndexing {
  const runs: CountedIndexing['runs'] = [];
  const start = (): IndexingPort => {
    const port = createIndexingHere(inflater);
    const held: boolean[] = [];
    const run = { held, isClosed: false, fail: ignore, reply: ignore };
    runs.push(run);
    return {
      post: (request, transfer) => {
        if (!isSilent) port.post(request, transfer);
      },
      listen: (reply, failed) => {
        Object.assign(run, { fail: failed, reply });
        port.listen(reply, failed);
      },
      hold: (isAwaited) => {
        held.push(isAwaited);
        port.hold(isAwaited);
      },
      close: () => {
        run.isClosed = true;
        port.close();
      },
    };
  };
  return { start, runs };
}

function ignore(): void {}

/** Files in memory, and how many of them are open. */
export interface MemorySpool extends Spool {
  readonly open: (size: number) => SpoolFile | undefined;
  readonly openFiles: () => number;
}

/** A spool of files in memory; from `fullAt` bytes on the disk is full. */
export function memorySpool(maxBytes: number = Infinity, fullAt: number = Infinity): MemorySpool {
  const files = new Set<SpoolFile>();
  return {
    openFiles: () => files.size,
    open: (size) => {
      if (size > maxBytes) return undefined;
      const bytes = new Uint8Array(size);
      let written = 0;
      const file: SpoolFile = {
        write: async (piece) => {
          if (written + piece.length > fullAt)
            throw new FramedexError('IO', 'the disk is full', {});
          bytes.set(piece, written);
          written += piece.length;
        },
        read: async (offset, length) => {
          if (!files.has(file)) throw new FramedexError('CLOSED', 'the file is closed', {});
          await nextTurn();
          return bytes.slice(offset, Math.min(offset + length, written));
        },
        close: () => {
          files.delete(file);
        },
      };
      files.add(file);
      return file;
    },
  };
}
