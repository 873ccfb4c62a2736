import { joinedStretches, missingOf } from './coalesce.ts';
import type { Stretch } from './coalesce.ts';
import { Announcement } from './remote-announced.ts';
import type { AnnouncedRun } from './remote-announced.ts';
import type { RemoteCache } from './remote-cache.ts';
import { RemoteFetches } from './remote-fetches.ts';
import type { Received, RemoteRequests } from './remote-requests.ts';
import { boundsOf } from './source.ts';
import type { ByteRange, ReadOptions } from './source.ts';

const KIBIBYTE = 1024;
/** Requests begin and end at multiples of it, unless something is there already. */
const GRANULE = 16 * KIBIBYTE;
/** So many bytes are rather fetched in vain than asked around. */
const NEAR = 64 * KIBIBYTE;
/** Short reads that follow each other, as those of a walk over items, bring twice as much each time. */
const LONGEST_STRIDE = 1024 * KIBIBYTE;
/** Bytes of a run; what is longer is read for its reader alone, past the cache. */
const LONGEST = 8 * 1024 * KIBIBYTE;
/** The run that is read, two ahead of it, and one that was read: reads follow the announced order about. */
const RUNS_IN_CACHE = 4;

/** A part of a read. */
interface Piece extends Stretch {
  /** Undefined where they were begun ahead, and failed. */
  readonly bytes: Uint8Array | Promise<Uint8Array | undefined>;
  /** Where in the source they begin. */
  readonly base: number;
}

/** Where one read begins and ends, and how it is done. */
interface Wanted extends Stretch, ReadOptions {}

/** Reads of one object: of what is here, of what is under way, and by requests for the rest. */
export class RemoteObject {
  readonly #requests: RemoteRequests;
  readonly #fetches: RemoteFetches;
  /** Of the cache. */
  readonly #maxBytes: number;
  /** Half of the cache at most: of what it cannot hold, a walk would bring one element at a time. */
  readonly #longestStride: number;
  readonly #announced = new Set<Announcement>();
  /** Where the last request for a read ends. */
  #reached: number;
  /** How much the next one brings at least, if it follows that. */
  #stride = GRANULE;

  constructor(requests: RemoteRequests, cache: RemoteCache, first: Received) {
    this.#requests = requests;
    this.#fetches = new RemoteFetches(requests, cache, first);
    this.#maxBytes = cache.maxBytes;
    const half = Math.floor(cache.maxBytes / 2 / GRANULE) * GRANULE;
    this.#longestStride = Math.min(LONGEST_STRIDE, Math.max(GRANULE, half));
    this.#reached = first.bytes.length;
  }

  atHand(offset: number): number {
    return this.#fetches.reach(offset);
  }

  async read(offset: number, length: number, options: ReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const { name, opened } = this.#requests;
    // Before anybody far away is asked for it.
    const wanted = { ...options, ...boundsOf({ name, size: opened.size }, offset, length) };
    for (;;) {
      this.#fetches.assertReadable(offset);
      const pieces = this.#piecesOf(wanted);
      const parts = await Promise.all(pieces.map(async ({ bytes }) => bytes));
      options.signal?.throwIfAborted();
      this.#fetches.assertReadable(offset);
      const read = gathered(wanted, pieces, parts);
      if (read !== undefined) {
        this.#bringNext(wanted);
        return read;
      }
    }
  }

  willRead(ranges: readonly ByteRange[]): () => void {
    const longest = Math.min(LONGEST, Math.floor(this.#maxBytes / RUNS_IN_CACHE));
    if (longest < GRANULE) return () => undefined;
    const { size } = this.#requests.opened;
    const announcement = new Announcement(ranges, { size, gap: NEAR, longest });
    this.#announced.add(announcement);
    return () => {
      this.#announced.delete(announcement);
      announcement.end();
    };
  }

  close(): void {
    this.#announced.clear();
    this.#fetches.close();
  }

  #piecesOf(wanted: Wanted): Piece[] {
    const pieces: Piece[] = [];
    for (let at = wanted.start; at < wanted.end; at = pieces.at(-1)?.end ?? wanted.end) {
      pieces.push(this.#pieceAt(at, wanted));
    }
    return pieces;
  }

  #pieceAt(start: number, wanted: Wanted): Piece {
    const held = this.#fetches.held(start);
    if (held !== undefined) {
      const end = Math.min(held.end, wanted.end);
      return { start, end, bytes: held.bytes, base: held.start };
    }
    const { signal, into } = wanted;
    let coming = this.#fetches.coming(start);
    if (coming === undefined) {
      const rest = { start, end: wanted.end };
      const [gap = rest] = missingOf(rest, this.#fetches.present(rest));
      if (gap.end - start > LONGEST) {
        const target = into?.subarray(start - wanted.start, gap.end - wanted.start);
        const bytes = this.#fetches.receive(gap, signal, target);
        // Something else of the read may fail before it.
        bytes.catch(() => undefined);
        return { ...gap, bytes, base: start };
      }
      const { stretch, run } = this.#widened(gap);
      coming = this.#fetches.begin(stretch, false, run);
    }
    const bytes = this.#fetches.join(coming, signal);
    return { start, end: Math.min(coming.end, wanted.end), bytes, base: coming.start };
  }

  /** What is asked for in one request with a gap: what misses of its run, else what its read calls for. */
  #widened(gap: Stretch): { readonly stretch: Stretch; readonly run?: AnnouncedRun | undefined } {
    const run = this.#runToBring(gap);
    const stretch =
      run === undefined
        ? this.#missingAround(gap, this.#granulesOf(gap), 0)
        : this.#missingAround(gap, hull(gap, run), NEAR);
    // What the cache would not keep is not asked for.
    const fits = stretch.end - stretch.start <= this.#maxBytes;
    const asked = fits ? stretch : gap;
    this.#reached = asked.end;
    if (run !== undefined && fits) run.begun = true;
    return { stretch: asked, run: fits ? run : undefined };
  }

  /** A run that had its turn, and had to make room since, is not brought once more for every read in it. */
  #runToBring(gap: Stretch): AnnouncedRun | undefined {
    for (const announcement of this.#announced) {
      const run = announcement.runOf(gap);
      const had = run?.brought.some(({ start, end }) => start <= gap.start && gap.start < end);
      if (had === false) return run;
    }
    return undefined;
  }

  #granulesOf({ start, end }: Stretch): Stretch {
    const follows = start >= this.#reached && start - this.#reached <= NEAR && end - start <= NEAR;
    this.#stride = follows ? Math.min(2 * this.#stride, this.#longestStride) : GRANULE;
    const first = Math.floor(start / GRANULE) * GRANULE;
    const reach = Math.max(first + this.#stride, Math.ceil(end / GRANULE) * GRANULE);
    return { start: first, end: Math.min(reach, this.#requests.opened.size) };
  }

  /** A gap and what misses on both sides of it, over what is there where that is short. */
  #missingAround(gap: Stretch, bounds: Stretch, over: number): Stretch {
    const missing = joinedStretches(missingOf(bounds, this.#fetches.present(bounds)), over);
    return missing.find(({ start, end }) => start <= gap.start && gap.start < end) ?? gap;
  }

  /** Begins what was announced behind what was just read. */
  #bringNext(read: Stretch): void {
    for (const announcement of this.#announced) {
      const run = announcement.next(read);
      if (run === undefined) continue;
      const missing = missingOf(run, this.#fetches.present(run));
      for (const stretch of joinedStretches(missing, NEAR)) {
        const fetch = this.#fetches.begin(stretch, true, run);
        void this.#fetches.join(fetch, announcement.signal);
      }
    }
  }
}

function hull(a: Stretch, b: Stretch): Stretch {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** The bytes of a read, without a copy where they lie in one piece; undefined where something did not come. */
function gathered(
  { start, end, into }: Wanted,
  pieces: readonly Piece[],
  parts: readonly (Uint8Array | undefined)[],
): Uint8Array | undefined {
  const views: Uint8Array[] = [];
  for (const [k, piece] of pieces.entries()) {
    const part = parts[k];
    if (part === undefined) return undefined;
    views.push(part.subarray(piece.start - piece.base, piece.end - piece.base));
  }
  const [first] = views;
  if (into === undefined && first !== undefined && views.length === 1) return first;
  const target =
    into?.subarray(0, Math.max(0, end - start)) ?? new Uint8Array(Math.max(0, end - start));
  let at = 0;
  for (const view of views) {
    // A long piece was put in its place as it came.
    const isThere = view.buffer === target.buffer && view.byteOffset === target.byteOffset + at;
    if (!isThere) target.set(view, at);
    at += view.length;
  }
  return target;
}
