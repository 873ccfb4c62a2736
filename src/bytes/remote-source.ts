import { isStrong } from './object-state.ts';
import { untilAnyAborts } from './on-abort.ts';
import type { RemoteCache } from './remote-cache.ts';
import { RemoteObject } from './remote-object.ts';
import { RemoteRequests } from './remote-requests.ts';
import type { Source } from './source.ts';

/** How one range is read. */
export interface ReadRangeOptions {
  /** Aborts when nobody waits for the range any more. */
  readonly signal: AbortSignal;
  /** The entity tag of what was opened: what is read must be of the same. Undefined for the first read. */
  readonly etag: string | undefined;
  /** Where the bytes may be put, so that long ones are in memory once; as long as the range. */
  readonly into?: Uint8Array | undefined;
  /** To be called with each request as it is made, so that those are counted too whose range fails in the end. */
  readonly onRequest?: (() => void) | undefined;
}

/** What reading a range gave. */
export interface RangeReply {
  /**
   * From `start` on; fewer than asked for only where the object ends. All of the object, from its first byte,
   * where it could only be had as a whole: it is kept then. They are given away: nobody writes to them later.
   */
  readonly bytes: Uint8Array;
  /**
   * The store gives no parts of the object, and these are all of it: they are held until the source is closed.
   * May be left out where they are more than was asked for.
   */
  readonly whole?: boolean | undefined;
  /** Bytes of the whole object. */
  readonly size: number;
  /** As the server writes it, with its quotation marks: what has another one is not what was opened. */
  readonly etag?: string | undefined;
  /** When it was last changed, in milliseconds since 1970. */
  readonly modified?: number | undefined;
  /** Requests that it took, 1 where it is left out; not looked at where `onRequest` was called. */
  readonly requests?: number | undefined;
}

/**
 * Reads `[start, end)` of the object `key` of a store: yours, over whatever client it takes. `end` may lie behind
 * the end of the object. What it throws becomes the cause of an `IO` error, unless it is a `FramedexError`.
 */
export type ReadRange = (
  key: string,
  start: number,
  end: number,
  options: ReadRangeOptions,
) => Promise<RangeReply>;

/** How an object that is far away is opened. */
export interface RemoteOptions {
  /** For messages; `key` where it is left out. */
  readonly name?: string | undefined;
  readonly cache: RemoteCache;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of the first read: most headers are shorter, and so is the end record of most archives. */
const FIRST_READ = 64 * 1024;

/**
 * An object of a store as a source. Its size is that of the first read, which brings its first bytes: 64 KiB,
 * in which most headers end. What came is kept in `cache`; reads of the same bytes share a request.
 *
 * @throws FramedexError what `readRange` throws, `IO` for anything else that it throws and for a reply of the
 * wrong length, `USAGE` for one without bytes or size. Reads throw these too; `SOURCE_CHANGED` from the first
 * reply on that is of another object (RFC 9110 8.8), and `CLOSED`.
 */
export async function openRemote(
  key: string,
  readRange: ReadRange,
  { name = key, cache, signal }: RemoteOptions,
): Promise<Source> {
  const requests = new RemoteRequests(
    async ({ start, end }, options) => readRange(key, start, end, options),
    name,
  );
  const first = await untilAnyAborts(signal === undefined ? [] : [signal], (either) =>
    requests.receive({ start: 0, end: FIRST_READ }, either),
  );
  const object = new RemoteObject(requests, cache, first);
  const { size, etag, modified } = requests.opened;
  return {
    name,
    size,
    // A weak tag does not tell one state from another byte by byte (RFC 9110 8.8.3).
    identity: { modified, etag: etag !== undefined && isStrong(etag) ? etag : undefined },
    fresh: false,
    remote: requests.stats,
    // Without a cache nothing is, and a header would be asked for element by element.
    atHand: cache.maxBytes < FIRST_READ ? undefined : (offset) => object.atHand(offset),
    willRead: (ranges) => object.willRead(ranges),
    read: (offset, length, options) => object.read(offset, length, options),
    close: async () => {
      object.close();
    },
  };
}
