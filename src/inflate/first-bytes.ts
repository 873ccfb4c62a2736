import { isSynchronous, type ReadOptions, type Source } from '../bytes/source.ts';
import { isFramedexError } from '../errors.ts';
import { type DeflatedMember, wrongSize } from './deflated-member.ts';
import type { Inflater } from './inflater.ts';
import type { Inflating } from './inflating.ts';
import { countInflation, type InflationMeter } from './inflation-stats.ts';

/** Compressed bytes of the first try: most headers end within what they inflate to. */
const FIRST_PREFIX = 4096;
/** So much comes of it at least, even of bytes that deflate could only store (RFC 1951 3.2.4). */
const FIRST_READ = FIRST_PREFIX - 64;
const GROWTH = 4;
/** Beyond this much of output, inflating from the start again is no bet any more. */
export const NEAR: number = 1024 * 1024;
/** A few bytes of deflate can stand for a thousand times as many: blank frames do. */
const PREFIX_LIMIT = 3 * 1024 * 1024;

/** A source that is read at once. */
export type SynchronousSource = Source & Required<Pick<Source, 'readSync'>>;

/** What is known only to the member: its count, and whether anybody has it open. */
export interface FirstBytesOwner {
  readonly meter: InflationMeter;
  readonly isOpen: () => boolean;
}

/**
 * The beginning of a member, as headers need it: 4 KiB of the input inflated, four times as many when
 * that is not enough, from the start again (less than twice the work in all). The bytes are the cache's,
 * with this as their owner. They are not verified: only the whole has a checksum.
 */
export class FirstBytes {
  readonly #member: DeflatedMember;
  readonly #inflating: Inflating;
  readonly #owner: FirstBytesOwner;
  /** Compressed bytes of the last prefix, so that one lost from the cache is not approached again. */
  #prefixLength = 0;

  constructor(member: DeflatedMember, inflating: Inflating, owner: FirstBytesOwner) {
    this.#member = member;
    this.#inflating = inflating;
    this.#owner = owner;
  }

  /** So many are there, or come of the first read. */
  get length(): number {
    return this.#inflating.cache.first(this)?.length ?? FIRST_READ;
  }

  /** Bytes from the beginning to `end` at least; undefined where the beginning is not the way to them. */
  async upTo(end: number, options?: ReadOptions): Promise<Uint8Array | undefined> {
    const { source } = this.#member;
    const prefixes = this.#prefixes(end);
    let step = prefixes.next();
    while (step.done !== true) {
      const bytes = isSynchronous(source)
        ? source.readSync(0, step.value)
        : await source.read(0, step.value, options);
      step = prefixes.next(bytes);
    }
    return step.value;
  }

  /** {@link FirstBytes.upTo} at once. */
  upToSync(end: number, source: SynchronousSource): Uint8Array | undefined {
    const prefixes = this.#prefixes(end);
    let step = prefixes.next();
    while (step.done !== true) step = prefixes.next(source.readSync(0, step.value));
    return step.value;
  }

  /** Takes over bytes from the beginning that were inflated otherwise. */
  keep(bytes: Uint8Array): void {
    if (this.#owner.isOpen()) this.#inflating.cache.keepFirst(this, bytes);
  }

  drop(): void {
    this.#inflating.cache.drop(this);
  }

  /** Yields how many compressed bytes it wants, from the start, and is sent them. */
  *#prefixes(end: number): Generator<number, Uint8Array | undefined, Uint8Array> {
    const { source, size } = this.#member;
    const { cache, inflater } = this.#inflating;
    const kept = cache.first(this);
    if (kept !== undefined && kept.length >= end) return kept;
    const { inflatePrefixSync } = inflater;
    if (inflatePrefixSync === undefined || end > NEAR || end * 2 > size) return undefined;
    const grown = this.#prefixLength * (kept === undefined ? 1 : GROWTH);
    let tooMany = source.size;
    for (let wanted = Math.max(FIRST_PREFIX, grown); wanted < tooMany;) {
      const input = yield wanted;
      const bytes = this.#inflate(input, inflatePrefixSync);
      if (bytes === undefined) tooMany = wanted;
      else this.#prefixLength = wanted;
      if (bytes !== undefined && bytes.length >= end) {
        this.keep(bytes);
        return bytes;
      }
      // Once there was too much, halfway: deflate has room for that, at 1032:1 at the most.
      const halfway = Math.ceil((this.#prefixLength + tooMany) / 2);
      wanted = tooMany < source.size ? halfway : wanted * GROWTH;
    }
    return undefined;
  }

  #inflate(
    input: Uint8Array,
    inflatePrefixSync: Required<Inflater>['inflatePrefixSync'],
  ): Uint8Array | undefined {
    const { name, size } = this.#member;
    const { meter } = this.#owner;
    countInflation(meter, 'prefixes');
    try {
      const bytes = inflatePrefixSync(input, { name, limit: Math.min(size, PREFIX_LIMIT) });
      countInflation(meter, 'bytesInflated', bytes.length);
      return bytes;
    } catch (error) {
      if (!isFramedexError(error, 'INFLATE_LIMIT')) throw error;
      if (size > PREFIX_LIMIT) return undefined;
      throw wrongSize(this.#member, 'more', error);
    }
  }
}
