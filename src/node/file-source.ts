import { constants as bufferLimits } from 'node:buffer';
import { fstatSync, read as readCallback, readSync as readOnce } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { boundsOf, type Source } from '../bytes/source.ts';
import { FramedexError } from '../errors.ts';
import { sourceChanged, type Descriptor, type DescriptorPool } from './descriptor-pool.ts';
import { ioError, systemErrorCode } from './io-error.ts';

/**
 * A frame of CT is half of this. Read at once it takes 30 microseconds, through the thread pool twice
 * to three times as long.
 */
const SMALL_READ = 1024 * 1024;

export interface FileSourceOptions {
  readonly pool: DescriptorPool;
  /** `async` never blocks on the disk: for network shares. Default `sync`. */
  readonly io?: 'sync' | 'async' | undefined;
  /** Reads up to this many bytes are done at once, which is faster than asking for them. */
  readonly smallRead?: number | undefined;
}

/** One call takes less than 2^31 bytes. */
const PIECE = 2 ** 30;
const RETRIES = 8;

/**
 * A file as a source. The file is opened now, to see that it is there and how long it is, and later
 * for each read only: between reads it is the pool's to close. Throws `IO` when it cannot be opened
 * or read, `CLOSED` after `close`, and `SOURCE_CHANGED` when it is no longer the same file, of the same
 * size and time of change: a file that is still being copied is read when it is there.
 */
export function openFileSource(path: string, options: FileSourceOptions): Source {
  const { pool, io = 'sync', smallRead = SMALL_READ } = options;
  const file = { name: path, path: isAbsolute(path) ? path : resolve(path), pool };
  const opened = pool.acquire(file.path);
  pool.release(opened);
  const { identity } = opened;
  const { size } = identity;
  let closed = false;

  const borrow = (offset: number, length: number, into: Uint8Array | undefined): Transfer => {
    if (closed) throw new FramedexError('CLOSED', 'the file is closed', { name: path, offset });
    // The system takes a place below 0 for the one where it stopped.
    const { start, end } = boundsOf({ name: path, size }, offset, length);
    const bytes = target(end - start, into, path);
    return { name: path, descriptor: pool.acquire(file.path, identity), bytes, offset: start };
  };
  const readSync = (offset: number, length: number, into?: Uint8Array): Uint8Array => {
    const transfer = borrow(offset, length, into);
    try {
      return complete(transfer, fillSync(transfer));
    } finally {
      pool.release(transfer.descriptor);
    }
  };
  const source: Source = {
    name: path,
    size,
    identity: { modified: identity.mtimeMs },
    fresh: true,
    read: async (offset, length, readOptions) => {
      readOptions?.signal?.throwIfAborted();
      const transfer = borrow(offset, length, readOptions?.into);
      try {
        const small = io === 'sync' && transfer.bytes.length <= smallRead;
        const count = small ? fillSync(transfer) : await fill(transfer);
        readOptions?.signal?.throwIfAborted();
        return complete(transfer, count);
      } finally {
        pool.release(transfer.descriptor);
      }
    },
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
  return io === 'async' ? source : { ...source, readSync };
}

/** One read under way. */
interface Transfer {
  readonly name: string;
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/**
 * New memory is never a part of the slab that Buffer shares among small buffers: one kept tag would
 * keep the slab alive, and a frame could not be handed to another thread.
 */
function target(length: number, into: Uint8Array | undefined, name: string): Uint8Array {
  if (into !== undefined) return into.subarray(0, length);
  try {
    return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  } catch (cause) {
    const details = { name, limit: bufferLimits.MAX_LENGTH, advice: 'Read it in parts' };
    const summary = `${length} bytes do not fit into one piece of memory`;
    throw new FramedexError('VALUE_LIMIT', summary, details, { cause });
  }
}

function fillSync({ name, descriptor, bytes, offset }: Transfer): number {
  let done = 0;
  let retries = 0;
  while (done < bytes.length) {
    try {
      const wanted = Math.min(PIECE, bytes.length - done);
      const count = readOnce(descriptor.fd, bytes, done, wanted, offset + done);
      if (count === 0) break;
      done += count;
    } catch (error) {
      retries += 1;
      if (!isPassing(error) || retries > RETRIES) throw ioError(error, name, 'read', offset + done);
    }
  }
  return done;
}

async function fill({ name, descriptor, bytes, offset }: Transfer): Promise<number> {
  let done = 0;
  let retries = 0;
  while (done < bytes.length) {
    try {
      const wanted = Math.min(PIECE, bytes.length - done);
      const count = await readPiece(descriptor.fd, bytes, done, wanted, offset + done);
      if (count === 0) break;
      done += count;
    } catch (error) {
      retries += 1;
      if (!isPassing(error) || retries > RETRIES) throw ioError(error, name, 'read', offset + done);
    }
  }
  return done;
}

function readPiece(
  fd: number,
  bytes: Uint8Array,
  at: number,
  length: number,
  position: number,
): Promise<number> {
  return new Promise((resolvePiece, reject) => {
    readCallback(fd, bytes, at, length, position, (error, count) => {
      if (error === null) resolvePiece(count);
      else reject(error);
    });
  });
}

/** Network and user-space file systems interrupt reads now and then; asking again is the answer. */
function isPassing(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'EINTR' || code === 'EAGAIN';
}

/**
 * Reads stay within the size found at opening. A file that is another than it was then is refused even
 * where it has only grown: a file that is written anew, longer, looks just like that.
 */
function complete({ name, descriptor, bytes, offset }: Transfer, count: number): Uint8Array {
  const { size, mtimeMs } = fstatSync(descriptor.fd);
  const { identity } = descriptor;
  if (size !== identity.size || mtimeMs !== identity.mtimeMs) throw sourceChanged(name, offset);
  return count === bytes.length ? bytes : bytes.subarray(0, count);
}
