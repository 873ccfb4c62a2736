import type { Archived, RunOptions } from '../bytes/archived.ts';
import {
  isSynchronous,
  readExactly,
  readExactlySync,
  type ReadOptions,
  type Source,
} from '../bytes/source.ts';
import { whileOpen } from '../bytes/while-open.ts';
import type { FramedexError } from '../errors.ts';
import { wrongChecksum } from '../inflate/deflated-member.ts';
import { isNearlyWhole } from './stored-read.ts';
import { createStoredRun, type Checksum } from './stored-run.ts';

/** Comparing this much takes less than a millisecond; a hundred thousand of them are not remembered. */
const SHORT = 1024 * 1024;

/** What is known of a stored member. */
export interface StoredParts {
  /** Its bytes, wherever they are in the archive. */
  readonly source: Source;
  readonly name: string;
  /** As the directory of the archive has it. */
  readonly crc32: number;
  readonly checksum: Checksum;
  /** Whether the archive is. */
  readonly isOpen: () => boolean;
}

/**
 * Bytes of a stored member: a part of the archive, read at any place without a copy.
 *
 * The CRC-32 takes all of them. So a read of nearly all, as the one frame of a slice is, reads the little
 * that is missing too, once, and gives nothing that is wrong; a frame of many stays one read, and
 * `archived.verify` alone compares those. Once the sum was wrong, every read throws `ZIP_CRC`.
 */
export class StoredMember {
  readonly #parts: StoredParts;
  readonly #archived: Archived;
  #verified = false;
  #damage: FramedexError | undefined;

  constructor(parts: StoredParts) {
    this.#parts = parts;
    const { source, checksum, isOpen } = parts;
    const run = createStoredRun(whileOpen(source, isOpen), checksum);
    const isVerified = (): boolean => this.#verified;
    this.#archived = {
      get verified() {
        return isVerified();
      },
      verify: async (options: RunOptions = {}) => {
        options.signal?.throwIfAborted();
        this.#assertSound();
        if (this.#verified) options.onProgress?.(source.size, source.size);
        else this.#conclude(await run.join(options));
      },
      prepare: () => Promise.resolve(),
    };
  }

  /** Whether what is known of it is worth keeping: a short one is compared again in no time. */
  get lasting(): boolean {
    const isLong = this.#parts.source.size > SHORT;
    return this.#damage !== undefined || (this.#verified && isLong);
  }

  open(): Source {
    const { source, crc32 } = this.#parts;
    // Headers are read at once where that is possible: what is not, is read for its pixels.
    const isOfHeader = !isSynchronous(source);
    const stored: Source = {
      ...source,
      identity: { crc32 },
      archived: this.#archived,
      read: async (at, length, options) => {
        this.#assertSound();
        const bytes = await source.read(at, length, options);
        if (this.#isToCompare(at, bytes, isOfHeader)) await this.#compare(at, bytes, options);
        // It may have been found out meanwhile.
        this.#assertSound();
        return bytes;
      },
    };
    if (!isSynchronous(source)) return stored;
    return {
      ...stored,
      readSync: (at, length, into) => {
        this.#assertSound();
        const bytes = source.readSync(at, length, into);
        if (this.#isToCompare(at, bytes, true)) {
          const end = at + bytes.length;
          const before = readExactlySync(source, 0, at);
          this.#conclude(
            this.#sumOf([before, bytes, readExactlySync(source, end, source.size - end)]),
          );
        }
        return bytes;
      },
    };
  }

  close(): void {
    // It holds nothing.
  }

  #isToCompare(at: number, { length }: Uint8Array, isOfHeader: boolean): boolean {
    const { size } = this.#parts.source;
    return !this.#verified && isNearlyWhole({ at, length, size, isOfHeader });
  }

  async #compare(
    at: number,
    bytes: Uint8Array,
    { signal }: Pick<ReadOptions, 'signal'> = {},
  ): Promise<void> {
    const { source } = this.#parts;
    const end = at + bytes.length;
    const [before, behind] = await Promise.all([
      restOf(source, 0, at, signal),
      restOf(source, end, source.size, signal),
    ]);
    this.#conclude(this.#sumOf([before, bytes, behind]));
  }

  #sumOf(parts: readonly Uint8Array[]): number {
    const { checksum } = this.#parts;
    return parts.reduce((sum, part) => checksum(part, sum), 0);
  }

  #conclude(found: number): void {
    const { name, crc32 } = this.#parts;
    if (found !== crc32) this.#damage ??= wrongChecksum(name, crc32, found);
    this.#assertSound();
    this.#verified = true;
  }

  #assertSound(): void {
    if (this.#damage !== undefined) throw this.#damage;
  }
}

async function restOf(
  source: Source,
  from: number,
  to: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  return to > from ? readExactly(source, from, to - from, { signal }) : new Uint8Array(0);
}
