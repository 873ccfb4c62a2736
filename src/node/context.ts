import { opendirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createPlatformContext, wholeNumber } from '../file/context.ts';
import type { Context, ContextOptions } from '../file/context.ts';
import { createDescriptorPool } from './descriptor-pool.ts';
import type { DescriptorPool } from './descriptor-pool.ts';
import { createIndexingThreads } from './indexing.ts';
import { nodeInflater } from './inflater.ts';
import { ioError } from './io-error.ts';
import { nodeEncoders } from './picture-encoder.ts';
import { createSpool } from './spool.ts';
import type { FileSpool, SpoolOptions } from './spool.ts';
import { wasmOfPackage } from './wasm.ts';
import { startCodecWorker } from './workers.ts';

/** A timer of Node that is longer fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** Threads that look for where big members can be resumed, however many cores there are. */
const MOST_RUNS = 8;

/** What files share in Node: beside caches and codecs, the open descriptors. */
export interface NodeContextOptions extends ContextOptions {
  /** Descriptors kept open beyond those that are being read: 64. */
  readonly maxOpenFiles?: number | undefined;
  /** A descriptor that nobody used for so many milliseconds is closed: 30,000. */
  readonly idleMilliseconds?: number | undefined;
  /**
   * `sync` (the default) makes small reads at once, which is many times faster on local disks.
   * `async` never blocks on a disk: for network shares.
   */
  readonly io?: 'sync' | 'async' | undefined;
  /**
   * Big deflated members of archives that are read here and there are written to a temporary file, instead
   * of being indexed: `true`, or how much of the disk that may take. The file is for this user alone and
   * has no name from the start, so that nothing is left of it when the process ends, however it ends; only
   * where a system keeps the names of open files, it has one as long as the archive is open. A member that
   * has no room, or finds the disk full, is indexed.
   *
   * @example
   * ```ts
   * createContext({ spool: { maxBytes: 20 * 2 ** 30, folder: '/var/scratch' } });
   * ```
   */
  readonly spool?: SpoolOptions | true | undefined;
}

/** A context with descriptors. */
export interface NodeContext extends Context {
  readonly descriptors: DescriptorPool;
  readonly io: 'sync' | 'async';
}

/**
 * Creates the resources that files share. Files opened without one share a default context, which
 * holds nothing until it is used and keeps no process alive.
 *
 * @throws FramedexError `USAGE` for a bound that is no whole number, 0 or more; `IO` for a folder for
 * temporary files that cannot be opened.
 *
 * @example
 * ```ts
 * const context = createContext({ maxOpenFiles: 8, frameCacheBytes: 64 * 2 ** 20 });
 * const file = await open('ct.dcm', { context });
 * ```
 */
export function createContext(options: NodeContextOptions = {}): NodeContext {
  const { maxOpenFiles = 64, idleMilliseconds = 30_000 } = options;
  const descriptors = createDescriptorPool({
    max: wholeNumber('maxOpenFiles', maxOpenFiles),
    idleMs: Math.min(wholeNumber('idleMilliseconds', idleMilliseconds), LONGEST_TIMER),
  });
  const cores = availableParallelism();
  const threads = wholeNumber('workers', options.workers ?? Math.min(MOST_RUNS, cores));
  const indexing = threads === 0 ? undefined : createIndexingThreads({ threads });
  const spool = spoolOf(options.spool);
  const context = createPlatformContext(
    {
      inflater: nodeInflater,
      encoders: nodeEncoders,
      wasm: wasmOfPackage,
      worker: startCodecWorker,
      cores,
      startIndexing: indexing?.start,
      spool,
    },
    options,
  );
  const close = async (): Promise<void> => {
    indexing?.close();
    spool?.close();
    descriptors.close();
    await context.close();
  };
  return {
    ...context,
    descriptors,
    io: options.io ?? 'sync',
    close,
    [Symbol.asyncDispose]: close,
  };
}

function spoolOf(option: SpoolOptions | true | undefined): FileSpool | undefined {
  if (option === undefined) return undefined;
  const { maxBytes, folder } = option === true ? {} : option;
  if (folder !== undefined) assertFolder(folder);
  if (maxBytes === undefined || maxBytes === Infinity) return createSpool({ maxBytes, folder });
  return createSpool({ maxBytes: wholeNumber('spool.maxBytes', maxBytes), folder });
}

/** A member that finds no folder is indexed, so that nobody would be told of a wrong one later. */
function assertFolder(folder: string): void {
  try {
    opendirSync(folder).closeSync();
  } catch (error) {
    throw ioError(error, folder, 'open the folder for temporary files');
  }
}

let shared: NodeContext | undefined;

/** The one that is used where none is given. */
export function sharedContext(): NodeContext {
  return (shared ??= createContext());
}
