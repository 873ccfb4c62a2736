import { close, openSync, read, unlinkSync, write } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Spool, SpoolFile } from '../inflate/spool.ts';
import { FramedexError } from '../errors.ts';
import { ioError } from './io-error.ts';

/** Where temporary files go, and how much of them there may be. */
export interface SpoolOptions {
  /** The most bytes of all temporary files of a context together: 8 GiB. */
  readonly maxBytes?: number | undefined;
  /** The folder that they are made in: the system's own for temporary files. */
  readonly folder?: string | undefined;
}

/** A spool with all its files. */
export interface FileSpool extends Spool {
  /** Bytes that are set aside now. */
  readonly bytes: number;
  /** Closes all files; none is opened any more. */
  close(): void;
}

const USUAL_BYTES = 8 * 2 ** 30;

/** A spool in the file system. Nothing is created before a file is opened. */
export function createSpool(options: SpoolOptions = {}): FileSpool {
  const { maxBytes = USUAL_BYTES, folder = tmpdir() } = options;
  const files = new Set<TemporaryFile>();
  let bytes = 0;
  let isClosed = false;
  return {
    get bytes() {
      return bytes;
    },
    open: (size) => {
      if (isClosed) throw closed(folder);
      if (bytes + size > maxBytes) return undefined;
      const file = new TemporaryFile(folder, size, () => {
        files.delete(file);
        bytes -= size;
      });
      files.add(file);
      bytes += size;
      return file;
    },
    close: () => {
      isClosed = true;
      for (const file of files) file.close();
    },
  };
}

/**
 * A file without a name. What the system already does with it is waited for before its descriptor is
 * closed, which might be another file's by then.
 */
class TemporaryFile implements SpoolFile {
  readonly #folder: string;
  readonly #size: number;
  readonly #onRelease: () => void;
  readonly #descriptor: number;
  /** Of a file that keeps its name as long as it is open: some systems ask for that. */
  readonly #path: string | undefined;
  #length = 0;
  #calls = 0;
  #isClosed = false;

  constructor(folder: string, size: number, onRelease: () => void) {
    this.#folder = folder;
    this.#size = size;
    this.#onRelease = onRelease;
    // The global one: who writes no temporary file does not load `node:crypto`.
    const path = join(folder, `framedex-${crypto.randomUUID()}`);
    try {
      // Exclusive: neither a file that is there nor a link somebody left there is opened.
      this.#descriptor = openSync(path, 'wx+', 0o600);
    } catch (error) {
      throw ioError(error, folder, 'create a temporary file');
    }
    this.#path = isUnlinked(path) ? undefined : path;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#assertOpen();
    const start = this.#length;
    const end = start + bytes.length;
    if (end > this.#size) {
      const details = { name: this.#folder, expected: `${this.#size} bytes`, found: 'more' };
      throw new FramedexError('IO', 'a temporary file has no room', details);
    }
    this.#length = end;
    await this.#call('write a temporary file', start, async () => {
      for (let done = 0; done < bytes.length;) {
        const left = bytes.length - done;
        done += await bytesMoved(write, this.#descriptor, bytes, done, left, start + done);
      }
    });
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    this.#assertOpen();
    const wanted = Math.max(0, Math.min(length, this.#length - offset));
    const bytes = new Uint8Array(wanted);
    await this.#call('read a temporary file', offset, async () => {
      for (let done = 0; done < wanted;) {
        const left = wanted - done;
        const count = await bytesMoved(read, this.#descriptor, bytes, done, left, offset + done);
        if (count === 0) throw new Error('it ends early');
        done += count;
      }
    });
    return bytes;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#calls === 0) this.#release();
  }

  async #call(action: string, offset: number, call: () => Promise<void>): Promise<void> {
    this.#calls++;
    try {
      await call();
    } catch (error) {
      throw ioError(error, this.#folder, action, offset);
    } finally {
      this.#calls--;
      if (this.#isClosed && this.#calls === 0) this.#release();
    }
    this.#assertOpen();
  }

  #assertOpen(): void {
    if (this.#isClosed) throw closed(this.#folder);
  }

  #release(): void {
    this.#onRelease();
    // Whatever is wrong with it, it is gone with the process.
    close(this.#descriptor, () => {
      if (this.#path !== undefined) isUnlinked(this.#path);
    });
  }
}

type Stretch = [descriptor: number, bytes: Uint8Array, from: number, length: number, at: number];
type Callback = (error: Error | null, count: number) => void;
type Move = (...parameters: [...Stretch, Callback]) => void;

/** Reads or writes, as much as the system does at a time. */
function bytesMoved(move: Move, ...stretch: Stretch): Promise<number> {
  return new Promise((resolve, reject) => {
    move(...stretch, (error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });
}

function isUnlinked(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

function closed(name: string): FramedexError {
  return new FramedexError('CLOSED', 'the temporary file is closed', { name });
}
