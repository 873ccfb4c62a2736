import { FramedexError } from '../errors.ts';
import type { Stretch } from './coalesce.ts';
import { onAbort, untilAnyAborts } from './on-abort.ts';
import type { AnnouncedRun } from './remote-announced.ts';
import type { RemoteCache, RemoteSegment } from './remote-cache.ts';
import type { Received, RemoteRequests } from './remote-requests.ts';
import { RemoteSegments } from './remote-segments.ts';
import { SharedReads } from './shared-reads.ts';

/** A request under way, whose bytes are kept. */
export interface Fetch extends Stretch {
  readonly id: number;
  /** Begun before anybody asked for it. */
  readonly ahead: boolean;
  /** The run that it is for. */
  readonly run: AnnouncedRun | undefined;
}

/** Bytes of one object that are here, and those that are under way. */
export class RemoteFetches {
  readonly #requests: RemoteRequests;
  readonly #segments: RemoteSegments;
  readonly #shared = new SharedReads<Uint8Array>();
  readonly #underWay = new Set<Fetch>();
  readonly #closing = new AbortController();
  #whole: Uint8Array | undefined;
  #begun = 0;

  constructor(requests: RemoteRequests, cache: RemoteCache, first: Received) {
    this.#requests = requests;
    this.#segments = new RemoteSegments(cache);
    this.#keep({ start: 0, end: first.bytes.length }, first);
  }

  /** How many bytes from `offset` on are here. */
  reach(offset: number): number {
    if (this.#whole !== undefined) return Math.max(0, this.#whole.length - offset);
    return this.#segments.reach(offset);
  }

  /** Throws `CLOSED`, or `SOURCE_CHANGED`, where nothing may be read any more. */
  assertReadable(offset: number): void {
    if (this.#closing.signal.aborted) throw this.#closed(offset);
    this.#requests.assertUnchanged(offset);
  }

  /** What is here and has this byte. */
  held(offset: number): RemoteSegment | undefined {
    if (this.#whole === undefined) return this.#segments.at(offset);
    return { start: 0, end: this.#whole.length, bytes: this.#whole };
  }

  /** What is under way and brings this byte. */
  coming(offset: number): Fetch | undefined {
    for (const fetch of this.#underWay) {
      if (fetch.start <= offset && offset < fetch.end) return fetch;
    }
    return undefined;
  }

  /** What is here or under way of a stretch, in ascending order. */
  present(bounds: Stretch): Stretch[] {
    if (this.#whole !== undefined) return [bounds];
    const present: Stretch[] = this.#segments.within(bounds);
    for (const fetch of this.#underWay) {
      if (fetch.start < bounds.end && fetch.end > bounds.start) present.push(fetch);
    }
    return present.sort((a, b) => a.start - b.start);
  }

  /** A request that is made as soon as it is joined. */
  begin({ start, end }: Stretch, ahead: boolean, run: AnnouncedRun | undefined): Fetch {
    const fetch = { id: this.#begun++, start, end, ahead, run };
    this.#underWay.add(fetch);
    return fetch;
  }

  /**
   * Waits for what is under way. When all who wait have left, it is aborted. Undefined where it was begun ahead
   * and failed: whoever needs it asks again.
   */
  join(fetch: Fetch, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const joined = this.#shared
      .join(fetch.id, (lastHasLeft) => this.#bring(fetch, lastHasLeft), signal)
      .then(
        ({ result }) => result,
        (error: unknown) => {
          if (fetch.ahead && signal?.aborted !== true) return undefined;
          throw error;
        },
      );
    // Of several that a read waits for, the first that fails is enough; nobody looks at the others.
    joined.catch(() => undefined);
    return joined;
  }

  /** A stretch that is too long to be kept, for one reader alone: its bytes go where that reader wants them. */
  async receive(
    stretch: Stretch,
    signal: AbortSignal | undefined,
    into: Uint8Array | undefined,
  ): Promise<Uint8Array> {
    const signals = [this.#closing.signal, ...(signal ? [signal] : [])];
    const received = await untilAnyAborts(signals, (any) =>
      this.#requests.receive(stretch, any, into),
    );
    if (!received.whole) return received.bytes;
    return this.#keep(stretch, received);
  }

  /** Ends what is under way: who waits for it gets `CLOSED`. */
  close(): void {
    this.#closing.abort(this.#closed());
    this.#segments.clear();
    this.#whole = undefined;
  }

  async #bring(fetch: Fetch, lastHasLeft: AbortSignal): Promise<Uint8Array> {
    const over = (): void => {
      this.#underWay.delete(fetch);
    };
    // At once: whoever reads next must not find it.
    onAbort(lastHasLeft, over);
    try {
      const received = await untilAnyAborts([this.#closing.signal, lastHasLeft], (any) =>
        this.#requests.receive(fetch, any),
      );
      fetch.run?.brought.push(fetch);
      return this.#keep(fetch, received);
    } finally {
      over();
    }
  }

  #keep({ start, end }: Stretch, { bytes, whole }: Received): Uint8Array {
    if (whole) {
      this.#segments.clear();
      this.#whole = bytes;
      return bytes.subarray(start, end);
    }
    // A small view would keep all of a large buffer alive, which nobody counts.
    const kept = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
    if (kept.length > 0) this.#segments.add(start, kept);
    return kept;
  }

  #closed(offset?: number): FramedexError {
    const { name } = this.#requests;
    return new FramedexError('CLOSED', 'the source is closed', { name, offset });
  }
}
