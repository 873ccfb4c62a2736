import { lastStartingBy } from './coalesce.ts';
import type { Stretch } from './coalesce.ts';
import type { RemoteCache, RemoteSegment } from './remote-cache.ts';

/** What the cache holds of one source: segments that do not overlap, in ascending order. */
export class RemoteSegments {
  readonly #cache: RemoteCache;
  readonly #sorted: RemoteSegment[] = [];

  constructor(cache: RemoteCache) {
    this.#cache = cache;
  }

  /** The segment that has this byte. */
  at(offset: number): RemoteSegment | undefined {
    const segment = this.#sorted[lastStartingBy(this.#sorted, offset)];
    if (segment === undefined || segment.end <= offset) return undefined;
    this.#cache.use(segment);
    return segment;
  }

  /** Segments of which something is in the stretch. */
  within({ start, end }: Stretch): RemoteSegment[] {
    const before = lastStartingBy(this.#sorted, start);
    const from = (this.#sorted[before]?.end ?? 0) > start ? before : before + 1;
    return this.#sorted.slice(from, lastStartingBy(this.#sorted, end - 1) + 1);
  }

  /** How many bytes from `offset` on are held without a gap. */
  reach(offset: number): number {
    let at = offset;
    for (let k = lastStartingBy(this.#sorted, offset); k < this.#sorted.length; k++) {
      const segment = this.#sorted[k];
      if (segment === undefined || segment.start > at || segment.end <= at) break;
      at = segment.end;
    }
    return at - offset;
  }

  /** Holds what came, in the place of what it overlaps: that was fetched once more to spare a request. */
  add(start: number, bytes: Uint8Array): void {
    const segment = { start, end: start + bytes.length, bytes };
    const overlapped = this.within(segment);
    if (overlapped.some((held) => held.start <= start && held.end >= segment.end)) return;
    for (const held of overlapped) this.#cache.drop(held);
    const place = lastStartingBy(this.#sorted, start) + 1;
    this.#sorted.splice(place, 0, segment);
    if (!this.#cache.keep(segment, this.#forget)) this.#forget(segment);
  }

  clear(): void {
    for (const segment of [...this.#sorted]) this.#cache.drop(segment);
  }

  readonly #forget = (segment: RemoteSegment): void => {
    const place = lastStartingBy(this.#sorted, segment.start);
    if (this.#sorted[place] === segment) this.#sorted.splice(place, 1);
  };
}
