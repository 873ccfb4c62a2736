import { FramedexError, isFramedexError } from '../errors.ts';
import type { InflatedCache } from './inflated-cache.ts';
import type { Inflated, Inflater, InflateOptions } from './inflater.ts';
import { isSynchronous, readExactly, readExactlySync, type Source } from '../bytes/source.ts';

/** Compressed bytes of the first try: most headers end within what they inflate to. */
const FIRST_PREFIX = 4096;
/** So much comes of it at least, even of bytes that deflate could only store (RFC 1951 3.2.4). */
const FIRST_READ = FIRST_PREFIX - 64;
const GROWTH = 4;
/** Beyond this much of output, inflating all and keeping it is the better bet. */
const NEAR = 1024 * 1024;
/** A few bytes of deflate can stand for a thousand times as many: blank frames do. */
const PREFIX_LIMIT = 3 * 1024 * 1024;
/** Inflating this much takes less time than handing it to another thread. */
const SMALL = 65536;
const DEFAULT_LIMIT = 2 ** 31 - 1;

export interface InflatedSourceOptions {
  /** The deflated bytes and nothing else. It stays open; `inflatedSource` closes nothing of it. */
  readonly source: Source;
  /** Bytes when inflated, as the archive claims. Bytes that inflate to another size are refused. */
  readonly size: number;
  readonly name: string;
  readonly inflater: Inflater;
  readonly cache: InflatedCache;
  /** The most bytes that are ever inflated at once; by default just under 2 GiB. */
  readonly limit?: number | undefined;
  /** Looks at the whole before any byte of it is given out, and throws if it is wrong. */
  readonly verify?: ((bytes: Uint8Array) => void) | undefined;
}

/**
 * What a deflated member of an archive inflates to, as a source.
 *
 * Reads near the beginning inflate the first bytes only: 4 KiB of the input, four times as many when
 * that is not enough, from the start again (less than twice the work in all). A read beyond 1 MiB or
 * half of the member inflates all of it, checks it, and leaves it in the cache, so that further reads
 * are views of it. First bytes are not verified: only the whole has a checksum. They are enough for
 * headers, which are read by `readSync`, or in reads below 64 KiB where there is none; any other read
 * is of the whole, so that no pixel of a damaged member is given out.
 *
 * Reads throw `INFLATE` for broken data, `ZIP_SIZE_MISMATCH` when there is more or less of it than
 * claimed, `INFLATE_LIMIT` for a member beyond `limit`, what `verify` throws, and `CLOSED`.
 */
export function inflatedSource(options: InflatedSourceOptions): Source {
  const { source, inflater, name, size } = options;
  const member = new InflatedMember(options);
  const { inflateSync } = inflater;
  // Headers are read at once where that is possible: what is not, is read for its pixels.
  const atOnce = isSynchronous(source) && inflateSync !== undefined;
  const inflated: Source = {
    name,
    size,
    fresh: false,
    atHand: (offset) => member.inflatedBytes() - offset,
    read: async (offset, length, readOptions) => {
      readOptions?.signal?.throwIfAborted();
      const end = Math.min(size, offset + length);
      const bytes = await member.upTo(offset < end ? end : 0, atOnce || length >= SMALL);
      readOptions?.signal?.throwIfAborted();
      return part(bytes, offset, end, readOptions?.into);
    },
    close: () => {
      member.close();
      return Promise.resolve();
    },
  };
  if (!isSynchronous(source) || inflateSync === undefined) return inflated;
  return {
    ...inflated,
    readSync: (offset, length, into) => {
      const end = Math.min(size, offset + length);
      const bytes = member.upToSync(offset < end ? end : 0, source, inflateSync);
      return part(bytes, offset, end, into);
    },
  };
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

type SynchronousSource = Source & Required<Pick<Source, 'readSync'>>;
type InflateSync = Required<Inflater>['inflateSync'];

/** Holds no bytes itself: they are the cache's, with this as their owner. */
class InflatedMember {
  readonly #options: InflatedSourceOptions;
  /** Compressed bytes of the last prefix, so that one lost from the cache is not approached again. */
  #prefixLength = 0;
  #pending: Promise<Uint8Array> | undefined;
  #closed = false;

  constructor(options: InflatedSourceOptions) {
    this.#options = options;
  }

  /** Inflated bytes from the beginning to `end` at least. */
  upToSync(end: number, source: SynchronousSource, inflateSync: InflateSync): Uint8Array {
    const kept = this.#kept(end);
    if (kept !== undefined) return kept;
    const prefixes = this.#prefixes(end);
    let step = prefixes.next();
    while (step.done !== true) step = prefixes.next(source.readSync(0, step.value));
    return step.value ?? this.#wholeSync(source, inflateSync);
  }

  /**
   * The same for sources that need a promise, and in another thread where that pays. With `verified`
   * the bytes are of the whole.
   */
  async upTo(end: number, verified: boolean): Promise<Uint8Array> {
    const { source, size, inflater } = this.#options;
    const kept = this.#kept(end, verified);
    if (kept !== undefined) return kept;
    const prefixes = this.#prefixes(verified ? size : end);
    let step = prefixes.next();
    while (step.done !== true) {
      const bytes = isSynchronous(source)
        ? source.readSync(0, step.value)
        : await source.read(0, step.value);
      step = prefixes.next(bytes);
    }
    if (step.value !== undefined) return step.value;
    if (size <= SMALL && isSynchronous(source) && inflater.inflateSync !== undefined) {
      return this.#wholeSync(source, inflater.inflateSync);
    }
    this.#pending ??= this.#whole().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /** So many are there, or come of the first read. */
  inflatedBytes(): number {
    const { cache } = this.#options;
    return (cache.whole(this) ?? cache.first(this))?.length ?? FIRST_READ;
  }

  close(): void {
    this.#closed = true;
    this.#options.cache.drop(this);
  }

  #kept(end: number, verified = false): Uint8Array | undefined {
    const { cache, name } = this.#options;
    if (this.#closed) throw new FramedexError('CLOSED', 'the archive member is closed', { name });
    if (end === 0) return new Uint8Array(0);
    const whole = cache.whole(this);
    if (whole !== undefined || verified) return whole;
    const first = cache.first(this);
    return first !== undefined && first.length >= end ? first : undefined;
  }

  /**
   * Yields how many compressed bytes it wants, from the start, and is sent them; ends with inflated
   * bytes up to `end`, or with nothing when the whole member is the better way.
   */
  *#prefixes(end: number): Generator<number, Uint8Array | undefined, Uint8Array> {
    const { source, size, cache, inflater } = this.#options;
    const { inflatePrefixSync } = inflater;
    if (inflatePrefixSync === undefined || end > NEAR || end * 2 > size) return undefined;
    const grown = this.#prefixLength * (cache.first(this) === undefined ? 1 : GROWTH);
    let tooMany = source.size;
    for (let wanted = Math.max(FIRST_PREFIX, grown); wanted < tooMany;) {
      const input = yield wanted;
      const bytes = this.#inflatePrefix(input, inflatePrefixSync);
      if (bytes === undefined) tooMany = wanted;
      else this.#prefixLength = wanted;
      if (bytes !== undefined && bytes.length >= end) {
        if (!this.#closed) cache.keepFirst(this, bytes);
        return bytes;
      }
      // Once there was too much, halfway: deflate has room for that, at 1032:1 at the most.
      const halfway = Math.ceil((this.#prefixLength + tooMany) / 2);
      wanted = tooMany < source.size ? halfway : wanted * GROWTH;
    }
    return undefined;
  }

  #inflatePrefix(
    input: Uint8Array,
    inflatePrefixSync: Required<Inflater>['inflatePrefixSync'],
  ): Uint8Array | undefined {
    const { name, size } = this.#options;
    try {
      return inflatePrefixSync(input, { name, limit: Math.min(size, PREFIX_LIMIT) });
    } catch (error) {
      if (!isFramedexError(error, 'INFLATE_LIMIT')) throw error;
      if (size > PREFIX_LIMIT) return undefined;
      throw this.#sizeMismatch('more', error);
    }
  }

  #wholeSync(source: SynchronousSource, inflateSync: InflateSync): Uint8Array {
    const options = this.#wholeOptions();
    const input = readExactlySync(source, 0, source.size);
    try {
      return this.#checked(inflateSync(input, options));
    } catch (error) {
      throw this.#asMismatch(error);
    }
  }

  async #whole(): Promise<Uint8Array> {
    const { source, inflater } = this.#options;
    const options = this.#wholeOptions();
    const input = await readExactly(source, 0, source.size);
    try {
      return this.#checked(await inflater.inflate(input, options));
    } catch (error) {
      throw this.#asMismatch(error);
    }
  }

  #wholeOptions(): InflateOptions {
    const { name, size, cache, limit = DEFAULT_LIMIT } = this.#options;
    if (size > limit) {
      throw new FramedexError('INFLATE_LIMIT', 'the member is too big to inflate', {
        name,
        limit,
        expected: `at most ${limit} bytes`,
        found: `${size}`,
        advice: 'Unpack the archive and open the file',
      });
    }
    cache.makeRoom(size);
    return { name, limit: size, expected: size };
  }

  #checked({ bytes, used }: Inflated): Uint8Array {
    const { source, size, cache, verify } = this.#options;
    if (bytes.length !== size) throw this.#sizeMismatch(`${bytes.length}`);
    if (used !== source.size) throw this.#sizeMismatch(`${size} from ${used} of ${source.size}`);
    verify?.(bytes);
    if (!this.#closed) cache.keepWhole(this, bytes);
    return bytes;
  }

  #asMismatch(error: unknown): unknown {
    return isFramedexError(error, 'INFLATE_LIMIT') ? this.#sizeMismatch('more', error) : error;
  }

  #sizeMismatch(found: string, cause?: unknown): FramedexError {
    const { name, size } = this.#options;
    const summary = 'the member does not inflate to the size that the archive claims';
    const details = { name, expected: `${size} bytes`, found };
    return new FramedexError('ZIP_SIZE_MISMATCH', summary, details, { cause });
  }
}
