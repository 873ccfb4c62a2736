import type { CheckpointIndex } from '../bytes/archived.ts';
import { readExactly } from '../bytes/source.ts';
import { type DeflatedMember, wrongChecksum } from './deflated-member.ts';
import { crc32 as portableCrc32 } from './crc32.ts';
import { resume as portableResume } from './deflate-resume.ts';
import type { Inflating } from './inflating.ts';
import { countInflation, type InflationMeter } from './inflation-stats.ts';
import { assertWanted, type Reading } from './reading.ts';

/** Stretches of a member that are inflated at a time. */
const AT_A_TIME = 4;
/** A block of deflate may be as long as it likes; a stretch that is longer is not held in memory. */
const LONGEST_STRETCH = 64 * 1024 * 1024;

/** Whether all stretches of an index can be held in memory. */
export function isServing(index: CheckpointIndex): boolean {
  return index.starts.every((_, stretch) => isShort(index, stretch));
}

function isShort({ starts, size }: CheckpointIndex, stretch: number): boolean {
  return (starts[stretch + 1] ?? size) - (starts[stretch] ?? 0) <= LONGEST_STRETCH;
}

/**
 * Reads of a member between whose checkpoints it is inflated. A stretch is inflated as a whole, held
 * against its own checksum, and kept in the cache; readers of one stretch at one time share it. The one
 * that a read ended in is kept without a cache too: the next read begins there, mostly.
 */
export class IndexedReads {
  readonly index: CheckpointIndex;
  readonly #deflated: DeflatedMember;
  readonly #inflating: Inflating;
  readonly #meter: InflationMeter;
  /** What the cache knows each stretch by. */
  readonly #owners: readonly object[];
  readonly #pending = new Map<number, Promise<Uint8Array>>();
  #kept: { readonly stretch: number; readonly bytes: Uint8Array } | undefined;
  /** Those at work, and those in line. */
  #working = 0;
  readonly #line: (() => void)[] = [];

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
  async read(from: number, to: number, reading: Reading): Promise<Uint8Array> {
    const { into, signal, closing } = reading;
    let target = into;
    const last = this.#stretchOf(to - 1);
    let next = this.#stretchOf(from);
    let hasFailed = false;
    const isWanted = (): boolean => !hasFailed && signal?.aborted !== true && !closing.aborted;
    const give = async (): Promise<void> => {
      if (next > last || !isWanted()) return;
      const stretch = next++;
      const bytes = await this.#inflated(stretch, closing);
      if (!isWanted()) return;
      if (stretch === last) this.#kept = { stretch, bytes };
      const start = this.index.starts[stretch] ?? 0;
      const at = Math.max(from, start);
      target ??= new Uint8Array(to - from);
      target.set(bytes.subarray(at - start, to - start), at - from);
    };
    const count = last - next + 1;
    const tellOthers = (error: unknown): never => {
      hasFailed = true;
      throw error;
    };
    await Promise.all(Array.from({ length: count }, () => this.#inLine(give).catch(tellOthers)));
    assertWanted(reading);
    return target ?? new Uint8Array(0);
  }

  /** Whether all bytes of a read lie in stretches that can be held in memory. */
  serves(from: number, to: number): boolean {
    const last = this.#stretchOf(to - 1);
    for (let stretch = this.#stretchOf(from); stretch <= last; stretch++) {
      if (!isShort(this.index, stretch)) return false;
    }
    return true;
  }

  /** Gives up what was inflated, not the index. */
  drop(): void {
    this.#kept = undefined;
    this.#pending.clear();
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

  /** Whatever asks for it, no more than a few stretches are in memory at a time. */
  async #inLine(work: () => Promise<void>): Promise<void> {
    if (this.#working < AT_A_TIME) this.#working++;
    else await new Promise<void>((resolve) => this.#line.push(resolve));
    try {
      await work();
    } finally {
      // Whoever is next takes the place.
      const next = this.#line.shift();
      if (next === undefined) this.#working--;
      else next();
    }
  }

  #inflated(stretch: number, closing: AbortSignal): Promise<Uint8Array> {
    if (this.#kept?.stretch === stretch) return Promise.resolve(this.#kept.bytes);
    const { cache } = this.#inflating;
    const owner = this.#owners[stretch];
    const kept = owner === undefined ? undefined : cache.whole(owner);
    if (kept !== undefined) return Promise.resolve(kept);
    const pending = this.#pending.get(stretch);
    if (pending !== undefined) return pending;
    const inflated = this.#inflate(stretch, closing).finally(() => {
      if (this.#pending.get(stretch) === inflated) this.#pending.delete(stretch);
    });
    this.#pending.set(stretch, inflated);
    return inflated;
  }

  async #inflate(stretch: number, closing: AbortSignal): Promise<Uint8Array> {
    const { bits, starts, checksums, windows, size } = this.index;
    const { source, name } = this.#deflated;
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
    if (found !== expected) throw wrongChecksum(name, expected, found);
    const owner = this.#owners[stretch];
    if (owner !== undefined && !closing.aborted) cache.keepPart(owner, inflated);
    return inflated;
  }
}
