import { closeSync, constants, fstatSync, openSync, statSync, type Stats } from 'node:fs';
import { LRUCache } from 'lru-cache';
import { FramedexError } from '../errors.ts';
import { ioError, systemErrorCode } from './io-error.ts';

/** What tells one state of a file from another. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}

/** An open file, borrowed from a {@link DescriptorPool}. The last four fields are the pool's. */
export interface Descriptor {
  readonly fd: number;
  /** The file as it was when the descriptor was opened. */
  readonly identity: FileIdentity;
  readers: number;
  evicted: boolean;
  used: boolean;
}

export interface DescriptorPoolOptions {
  /** Descriptors kept open beyond those that are being read. */
  readonly max?: number | undefined;
  /** A descriptor that nobody used for this long is closed (at the latest after twice as long). */
  readonly idleMs?: number | undefined;
}

export interface DescriptorPoolStats {
  /** Open now. */
  readonly open: number;
  readonly opened: number;
  readonly closed: number;
}

// On Windows the last one does not exist; undefined in a bitwise or is 0.
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/** A pool of open files, at most `max` (64) of them idle. */
export function createDescriptorPool(options?: DescriptorPoolOptions): DescriptorPool {
  return new DescriptorPool(Math.max(1, options?.max ?? 64), options?.idleMs ?? 30_000);
}

/**
 * Open files by path, least recently used first out. A descriptor is borrowed for one read only; one
 * that is evicted while it is being read is closed by its last reader. Without that count a read
 * meets EBADF, or worse, another file that got the same number.
 */
export class DescriptorPool {
  readonly #idle: LRUCache<string, Descriptor>;
  readonly #idleMs: number;
  #timer: NodeJS.Timeout | undefined;
  #shut = false;
  #opened = 0;
  #closed = 0;

  constructor(max: number, idleMs: number) {
    this.#idleMs = idleMs;
    this.#idle = new LRUCache({
      max,
      dispose: (descriptor) => {
        descriptor.evicted = true;
        if (descriptor.readers === 0) this.#closeDescriptor(descriptor);
      },
    });
  }

  /**
   * The open file; give it back with {@link release}. With `identity` it is the file as it was then,
   * or `SOURCE_CHANGED`; without, it is what the path leads to now. Throws `IO` when the file cannot
   * be opened or is not a regular file, `CLOSED` when the pool is.
   */
  acquire(path: string, identity?: FileIdentity): Descriptor {
    let descriptor = this.#idle.get(path);
    if (descriptor === undefined || !isCurrent(descriptor, path, identity)) {
      descriptor = this.#reopen(path, identity);
    }
    descriptor.readers += 1;
    descriptor.used = true;
    return descriptor;
  }

  release(descriptor: Descriptor): void {
    if (descriptor.readers === 0) return;
    descriptor.readers -= 1;
    if (descriptor.readers === 0 && descriptor.evicted) this.#closeDescriptor(descriptor);
  }

  stats(): DescriptorPoolStats {
    return { open: this.#opened - this.#closed, opened: this.#opened, closed: this.#closed };
  }

  /** Closes all; those that are being read, when their reader is done. */
  close(): void {
    this.#shut = true;
    clearTimeout(this.#timer);
    this.#idle.clear();
  }

  #reopen(path: string, identity: FileIdentity | undefined): Descriptor {
    if (this.#shut)
      throw new FramedexError('CLOSED', 'the descriptor pool is closed', { name: path });
    this.#idle.delete(path);
    const fd = this.#openFile(path);
    this.#opened += 1;
    let descriptor: Descriptor;
    try {
      const found = regularFile(fstatSync(fd), path);
      if (identity !== undefined && !isSameFile(found, identity)) throw sourceChanged(path);
      descriptor = { fd, identity: identity ?? found, readers: 0, evicted: false, used: true };
    } catch (error) {
      this.#closeFile(fd);
      throw error;
    }
    this.#idle.set(path, descriptor);
    this.#timer ??= setTimeout(() => this.#closeIdle(), this.#idleMs).unref();
    return descriptor;
  }

  /** When the system has no more descriptors, ours that nobody reads make room, once. */
  #openFile(path: string): number {
    try {
      return openSync(path, FLAGS);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code !== 'EMFILE' && code !== 'ENFILE') throw ioError(error, path, 'open the file');
    }
    this.#evict((descriptor) => descriptor.readers === 0);
    try {
      return openSync(path, FLAGS);
    } catch (error) {
      throw ioError(error, path, 'open the file');
    }
  }

  /** The clock is not asked at every read: a mark since the last round says as much. */
  #closeIdle(): void {
    this.#timer = undefined;
    this.#evict((descriptor) => descriptor.readers === 0 && !descriptor.used);
    for (const descriptor of this.#idle.values()) descriptor.used = false;
    if (this.#idle.size > 0) {
      this.#timer = setTimeout(() => this.#closeIdle(), this.#idleMs).unref();
    }
  }

  #evict(condition: (descriptor: Descriptor) => boolean): void {
    for (const [path, descriptor] of [...this.#idle.entries()]) {
      if (condition(descriptor)) this.#idle.delete(path);
    }
  }

  #closeDescriptor(descriptor: Descriptor): void {
    this.#closeFile(descriptor.fd);
  }

  #closeFile(fd: number): void {
    this.#closed += 1;
    try {
      closeSync(fd);
    } catch {
      // A descriptor that was only read from has nothing to lose, and is gone after close fails too.
    }
  }
}

/** The error for a file that is not what it was when it was opened. */
export function sourceChanged(name: string, offset?: number): FramedexError<'SOURCE_CHANGED'> {
  return new FramedexError('SOURCE_CHANGED', 'the file has changed since it was opened', {
    name,
    offset,
    advice: 'Open it again: offsets found before do not hold any more',
  });
}

function isCurrent(
  descriptor: Descriptor,
  path: string,
  identity: FileIdentity | undefined,
): boolean {
  if (identity !== undefined) {
    return descriptor.identity === identity || isSameFile(descriptor.identity, identity);
  }
  try {
    return isSameFile(descriptor.identity, statSync(path));
  } catch {
    // Opening it again says why.
    return false;
  }
}

function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs && a.dev === b.dev;
}

/** A FIFO would hang, a device may never end, a folder cannot be read: none is opened. */
function regularFile(stats: Stats, name: string): FileIdentity {
  if (stats.isFile()) {
    return { dev: stats.dev, ino: stats.ino, size: stats.size, mtimeMs: stats.mtimeMs };
  }
  throw new FramedexError('IO', 'not a regular file', {
    name,
    found: stats.isDirectory() ? 'a folder' : 'a device, pipe or socket',
    advice: stats.isDirectory() ? 'Open it with openFolder' : 'Copy its bytes to a file first',
  });
}
