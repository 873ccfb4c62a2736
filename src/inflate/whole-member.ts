import type { Archived } from '../bytes/archived.ts';
import { isSynchronous, readExactly, readExactlySync, type Source } from '../bytes/source.ts';
import { isFramedexError } from '../errors.ts';
import { crc32 as portableCrc32 } from './crc32.ts';
import { type DeflatedMember, memberFault, wrongSize } from './deflated-member.ts';
import { FirstBytes, type SynchronousSource } from './first-bytes.ts';
import type { Inflated, Inflater } from './inflater.ts';
import type { Inflating } from './inflating.ts';
import { countInflation, createInflationMeter, inflationStats } from './inflation-stats.ts';
import { giveBackScratch, takeScratch } from './scratch.ts';
import { untilAborted } from './until-aborted.ts';

/** Inflating this much takes less time than handing it to another thread. */
const SMALL = 65536;

/**
 * What a deflated member of an archive inflates to, as a source, where all of it can be in memory.
 *
 * Reads near the beginning inflate the first bytes only. A read beyond 1 MiB or half of the member
 * inflates all of it, checks it, and leaves it in the cache, so that further reads are views of it. First
 * bytes are enough for headers, which are read by `readSync`, or in reads below 64 KiB where there is
 * none; any other read is of the whole, so that no pixel of a damaged member is given out. A failure is
 * not kept: the next read tries again.
 */
export class WholeMember {
  readonly source: Source;
  readonly #deflated: DeflatedMember;
  readonly #inflating: Inflating;
  readonly #meter;
  readonly #first: FirstBytes;
  #pending: Promise<Uint8Array> | undefined;
  /** Whether the whole was right once. */
  #isVerified = false;
  #isOpen = false;

  constructor(deflated: DeflatedMember, inflating: Inflating) {
    this.#deflated = deflated;
    this.#inflating = inflating;
    this.#meter = createInflationMeter(deflated.above);
    this.#first = new FirstBytes(deflated, inflating, {
      meter: this.#meter,
      isOpen: () => this.#isOpen,
    });
    this.source = this.#makeSource();
  }

  reopen(): void {
    this.#isOpen = true;
  }

  /** Nobody reads it now: gives up what was inflated. */
  release(): void {
    this.#isOpen = false;
    this.#first.drop();
    this.#inflating.cache.drop(this);
  }

  close(): void {
    this.release();
  }

  #makeSource(): Source {
    const { source, size, name } = this.#deflated;
    const { inflateSync } = this.#inflating.inflater;
    // Headers are read at once where that is possible: what is not, is read for its pixels.
    const atOnce = isSynchronous(source) && inflateSync !== undefined;
    const inflated: Source = {
      name,
      size,
      fresh: false,
      atHand: (offset) => this.#length() - offset,
      archived: this.#archived(atOnce),
      read: async (offset, length, options) => {
        options?.signal?.throwIfAborted();
        const end = Math.min(size, offset + length);
        const bytes = await this.#upTo(offset < end ? end : 0, atOnce || length >= SMALL);
        options?.signal?.throwIfAborted();
        return part(bytes, offset, end, options?.into);
      },
    };
    if (!isSynchronous(source) || inflateSync === undefined) return inflated;
    return {
      ...inflated,
      readSync: (offset, length, into) => {
        const end = Math.min(size, offset + length);
        const bytes = this.#upToSync(offset < end ? end : 0, source, inflateSync);
        return part(bytes, offset, end, into);
      },
    };
  }

  #archived(atOnce: boolean): Archived {
    const isVerified = (): boolean => atOnce || this.#isVerified;
    const stats = (): ReturnType<typeof inflationStats> => inflationStats(this.#meter);
    return {
      get verified() {
        return isVerified();
      },
      verify: async (options) => {
        options?.signal?.throwIfAborted();
        const { size } = this.#deflated;
        if (!this.#isVerified) await untilAborted(this.#upTo(size, true), options?.signal);
        options?.onProgress?.(size, size);
      },
      prepare: async (options) => {
        options?.signal?.throwIfAborted();
      },
      get inflation() {
        return stats();
      },
    };
  }

  /** So many are there, or come of the first read. */
  #length(): number {
    return this.#inflating.cache.whole(this)?.length ?? this.#first.length;
  }

  /** Inflated bytes from the beginning to `end` at least. */
  #upToSync(
    end: number,
    source: SynchronousSource,
    inflateSync: Required<Inflater>['inflateSync'],
  ): Uint8Array {
    if (end === 0) return new Uint8Array(0);
    const kept = this.#inflating.cache.whole(this) ?? this.#first.upToSync(end, source);
    return kept ?? this.#wholeSync(source, inflateSync);
  }

  /**
   * The same for sources that need a promise, and in another thread where that pays. With `verified`
   * the bytes are of the whole.
   */
  async #upTo(end: number, verified: boolean): Promise<Uint8Array> {
    if (end === 0) return new Uint8Array(0);
    const { source, size } = this.#deflated;
    const { cache, inflater } = this.#inflating;
    const kept = cache.whole(this) ?? (verified ? undefined : await this.#first.upTo(end));
    if (kept !== undefined) return kept;
    if (size <= SMALL && isSynchronous(source) && inflater.inflateSync !== undefined) {
      return this.#wholeSync(source, inflater.inflateSync);
    }
    this.#pending ??= this.#whole().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  #wholeSync(
    source: SynchronousSource,
    inflateSync: Required<Inflater>['inflateSync'],
  ): Uint8Array {
    const { size, name } = this.#deflated;
    this.#inflating.cache.makeRoom(size);
    const memory = takeScratch(source.size);
    try {
      const input = readExactlySync(source, 0, source.size, memory);
      return this.#checked(inflateSync(input, { name, limit: size, expected: size }));
    } catch (error) {
      throw this.#asMismatch(error);
    } finally {
      giveBackScratch(memory);
    }
  }

  async #whole(): Promise<Uint8Array> {
    const { source, size, name } = this.#deflated;
    const { cache, inflater } = this.#inflating;
    cache.makeRoom(size);
    const memory = takeScratch(source.size);
    try {
      const input = await readExactly(source, 0, source.size, { into: memory });
      const result = await inflater.inflate(input, { name, limit: size, expected: size });
      giveBackScratch(memory);
      return this.#checked(result);
    } catch (error) {
      throw this.#asMismatch(error);
    }
  }

  #checked({ bytes, used }: Inflated): Uint8Array {
    const { inflater, cache } = this.#inflating;
    const sum = inflater.crc32 ?? portableCrc32;
    const { length } = bytes;
    countInflation(this.#meter, 'wholes');
    countInflation(this.#meter, 'bytesInflated', length);
    const fault = memberFault(this.#deflated, { size: length, used, crc32: sum(bytes) });
    if (fault !== undefined) throw fault;
    this.#isVerified = true;
    this.#first.drop();
    if (this.#isOpen) cache.keepWhole(this, bytes);
    return bytes;
  }

  /** No member inflates to more than it claims. */
  #asMismatch(error: unknown): unknown {
    return isFramedexError(error, 'INFLATE_LIMIT')
      ? wrongSize(this.#deflated, 'more', error)
      : error;
  }
}

function part(
  bytes: Uint8Array,
  offset: number,
  end: number,
  into: Uint8Array | undefined,
): Uint8Array {
  const view = offset < end ? bytes.subarray(offset, end) : bytes.subarray(0, 0);
  if (into === undefined) return view;
  into.set(view);
  return into.subarray(0, view.length);
}
