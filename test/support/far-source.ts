import type { RangeReply, ReadRange, ReadRangeOptions } from '../../src/bytes/remote-source.ts';

/** One range as it was asked for. */
export interface AskedRange {
  readonly start: number;
  readonly end: number;
  readonly etag: string | undefined;
  readonly signal: AbortSignal;
  /** Whether memory came with it. */
  readonly into: boolean;
}

/** What a store does; all of it may be changed between two requests. */
export interface FarBehaviour {
  /** Other bytes from now on. */
  bytes: Uint8Array;
  etag: string | undefined;
  modified: number | undefined;
  /** Requests wait until {@link FarStore.release}. */
  held: boolean;
  /** Aborted requests are answered as if nobody had said anything. */
  deaf: boolean;
  /** What this request does in the place of answering; undefined answers. */
  instead: ((range: AskedRange) => unknown) | undefined;
}

/** An object far away. */
export interface FarStore extends FarBehaviour {
  readonly readRange: ReadRange;
  readonly asked: readonly AskedRange[];
  /** Bytes of replies that are not given yet. */
  readonly inFlight: number;
  /** Lets the oldest `count` held requests go on; all of them without a number. */
  release(count?: number): void;
}

/** Reads ranges of an array, and records what was asked for. */
export function farStore(bytes: Uint8Array, behaviour: Partial<FarBehaviour> = {}): FarStore {
  const asked: AskedRange[] = [];
  const waiting: (() => void)[] = [];
  let inFlight = 0;
  const answer = async (range: AskedRange, into?: Uint8Array): Promise<unknown> => {
    await new Promise<void>((go) => {
      if (store.held) waiting.push(go);
      else go();
    });
    if (range.signal.aborted && !store.deaf) throw range.signal.reason;
    const given = store.instead?.(range);
    if (given !== undefined) return given;
    const { etag, modified } = store;
    const part = store.bytes.slice(range.start, range.end);
    into?.set(part);
    const read = into?.subarray(0, part.length) ?? part;
    return { bytes: read, size: store.bytes.length, etag, modified };
  };
  const readRange = async (
    _: string,
    start: number,
    end: number,
    { signal, etag, into }: ReadRangeOptions,
  ): Promise<RangeReply> => {
    const range = { start, end, etag, signal, into: into !== undefined };
    asked.push(range);
    inFlight += end - start;
    try {
      return (await answer(range, into)) as RangeReply;
    } finally {
      inFlight -= end - start;
    }
  };
  const store: FarStore = {
    bytes,
    etag: '"one"',
    modified: undefined,
    held: false,
    deaf: false,
    instead: undefined,
    ...behaviour,
    readRange,
    asked,
    get inFlight() {
      return inFlight;
    },
    release(count = waiting.length) {
      for (const go of waiting.splice(0, count)) go();
    },
  };
  return store;
}

/** Until all that was begun at once has gone as far as it can. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Byte by byte, without the report that hundreds of thousands of them would make. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, k) => byte === b[k]);
}
