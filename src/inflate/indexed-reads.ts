import type { CheckpointIndex } from '../bytes/archived.ts';
import { readExactly, type ReadOptions } from '../bytes/source.ts';
import { type DeflatedMember, wrongChecksum } from './deflated-member.ts';
import { crc32 as portableCrc32 } from './crc32.ts';
import { resume as portableResume } from './deflate-resume.ts';
import type { Inflating } from './inflating.ts';
import { countInflation, type InflationMeter } from './inflation-stats.ts';

/** Stretches of one read that are inflated at a time. */
const AT_A_TIME = 4;
/** A block of deflate may be as long as it likes; a stretch that is longer is not held in memory. */
const LONGEST_STRETCH = 64 * 1024 * 1024;

/** Whether all stretches of an index can be held in memory. */
export function isServing({ starts, size }: CheckpointIndex): boolean {
  return starts.every((start, at) => (starts[at + 1] ?? size) - start <= LONGEST_STRETCH);
}

/**
 * Reads of a member between whose checkpoints it is inflated. A stretch is inflated as a whole, held
 * against its own checksum, and kept in the cache; readers of one stretch at one time share it.
 */
export class IndexedReads {
  readonly index: CheckpointIndex;
  readonly #deflated: DeflatedMember;
  readonly #inflating: Inflating;
  readonly #meter: InflationMeter;
  /** What the cache knows each stretch by. */
  readonly #owners: readonly object[];
  readonly #pending = new Map<number, Promise<Uint8Array>>();

  constructor(
    index: CheckpointIndex,
    deflated: DeflatedMember,
    inflating: Inflating,
    meter: InflationMeter,
  ) {
    this.index = index;
    this.#deflated = deflated;
    this.#inflating = inflating;
    this.#meter = meter;
    this.#owners = Array.from(index.windows, () => ({}));
  }

  /** The bytes `[from, to)`. `closing` ends reads of the source, which others may share. */
  async read(
    from: number,
    to: number,
    { into, signal }: ReadOptions,
    closing: AbortSignal,
  ): Promise<Uint8Array> {
    const target = into ?? new Uint8Array(to - from);
    const last = this.#stretchOf(to - 1);
    let next = this.#stretchOf(from);
    const isWanted = (): boolean => signal?.aborted !== true;
    const inTurn = async (): Promise<void> => {
      while (next <= last && isWanted()) {
        const stretch = next++;
        const bytes = await this.#inflated(stretch, closing);
        if (!isWanted()) return;
        const start = this.index.starts[stretch] ?? 0;
        const at = Math.max(from, start);
        target.set(bytes.subarray(at - start, to - start), at - from);
      }
    };
    const count = Math.min(AT_A_TIME, last - next + 1);
    await Promise.all(Array.from({ length: count }, inTurn));
    signal?.throwIfAborted();
    return target;
  }

  /** Gives up what was inflated, not the index. */
  drop(): void {
    for (const owner of this.#owners) this.#inflating.cache.drop(owner);
  }

  /** The last stretch that begins at `offset` or before. */
  #stretchOf(offset: number): number {
    const { starts } = this.index;
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  #inflated(stretch: number, closing: AbortSignal): Promise<Uint8Array> {
    const { cache } = this.#inflating;
    const owner = this.#owners[stretch];
    const kept = owner === undefined ? undefined : cache.whole(owner);
    if (kept !== undefined) return Promise.resolve(kept);
    const pending = this.#pending.get(stretch);
    if (pending !== undefined) return pending;
    const inflated = this.#inflate(stretch, closing).finally(() => {
      this.#pending.delete(stretch);
    });
    this.#pending.set(stretch, inflated);
    return inflated;
  }

  async #inflate(stretch: number, closing: AbortSignal): Promise<Uint8Array> {
    const { bits, starts, checksums, windows, size } = this.index;
    const { source, name, offset } = this.#deflated;
    const { inflater, cache } = this.#inflating;
    const bit = bits[stretch] ?? 0;
    // Bits beyond 2^31, that is 256 MiB, are no matter for shifts.
    const start = Math.floor(bit / 8);
    const end = Math.ceil((bits[stretch + 1] ?? source.size * 8) / 8);
    const bytes = await readExactly(source, start, end - start, { signal: closing });
    const resume = inflater.resume ?? portableResume;
    const inflated = await resume(bytes, {
      bit: bit % 8,
      window: windows[stretch] ?? new Uint8Array(0),
      expected: (starts[stretch + 1] ?? size) - (starts[stretch] ?? 0),
      name,
    });
    countInflation(this.#meter, 'restarts');
    countInflation(this.#meter, 'bytesInflated', inflated.length);
    const found = (inflater.crc32 ?? portableCrc32)(inflated);
    const expected = checksums[stretch] ?? 0;
    if (found !== expected) throw wrongChecksum(name, offset, expected, found);
    const owner = this.#owners[stretch];
    if (owner !== undefined && !closing.aborted) cache.keepPart(owner, inflated);
    return inflated;
  }
}
