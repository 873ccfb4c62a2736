import { FramedexError } from '../errors.ts';
import type { Archived } from './archived.ts';

/** How one read is done. */
export interface ReadOptions {
  /** Rejects with `signal.reason`; a read that the system already does cannot be called back. */
  readonly signal?: AbortSignal | undefined;
  /** Where the bytes go; at least as long as the read. */
  readonly into?: Uint8Array | undefined;
}

/**
 * What tells one state of a source from another without reading it, as far as there is such a thing:
 * bytes in memory and most sources of your own have none.
 */
export interface SourceIdentity {
  /** When a file was last written, in milliseconds since 1970. */
  readonly modified?: number | undefined;
  /** A strong entity tag (RFC 9110 8.8.3). */
  readonly etag?: string | undefined;
  /** CRC-32 of all bytes, as the directory of an archive has it. */
  readonly crc32?: number | undefined;
}

/** A stretch of a source. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** What a source that is far away was asked for so far. */
export interface RemoteStats {
  /** Requests, with those that failed and were made again. */
  readonly requests: number;
  /** Bytes that came of them. */
  readonly bytesReceived: number;
}

/**
 * Anything with random access: a file, a Blob, a zip member, a URL, or yours.
 *
 * `read` gives the bytes from `offset` on, at most `length` of them, fewer only where the source
 * ends. With `into` they are put there and a view of it is the result. Without `into` the result may
 * be a view of memory that the source keeps, so it is read-only, unless the source is `fresh`.
 */
export interface Source {
  /** For messages; never used as a path. */
  readonly name: string;
  /** Bytes in all. */
  readonly size: number;
  /** Compared when a saved index is used; where it is left out, the first bytes are. */
  readonly identity?: SourceIdentity | undefined;
  /** Every read without `into` is new memory that nobody else holds: a frame can be that memory. */
  readonly fresh?: boolean;
  /**
   * How many bytes from `offset` on cost next to nothing, where others cost much: what an archive
   * member was inflated to so far. Whoever reads ahead leaves it at these.
   */
  readonly atHand?: ((offset: number) => number) | undefined;
  /**
   * Takes note of reads that will follow, in about this order, until what it gives is called: a source that is
   * far away then brings what lies near each other in one request, and the next of it before it is asked for.
   * Nothing is read for it now, and none of these reads has to follow.
   */
  readonly willRead?: ((ranges: readonly ByteRange[]) => () => void) | undefined;
  /** Of what is far away; its numbers go on growing. */
  readonly remote?: RemoteStats | undefined;
  /** Of a member of an archive: whether its checksum was compared, and how it is inflated. */
  readonly archived?: Archived | undefined;
  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array>;
  /** Present where reading at once is cheaper than a promise: memory, local files. */
  readSync?(offset: number, length: number, into?: Uint8Array): Uint8Array;
  /** Gives up what the source holds; reads fail with `CLOSED` from then on. */
  close?(): Promise<void>;
}

/**
 * Where a read begins and ends, as far as the source goes.
 *
 * @throws FramedexError `USAGE`, for what is no part of a source: platforms take it for something else.
 */
export function boundsOf(
  { name, size }: Pick<Source, 'name' | 'size'>,
  offset: number,
  length: number,
): { readonly start: number; readonly end: number } {
  if (Number.isSafeInteger(offset) && offset >= 0 && length >= 0)
    return { start: Math.min(offset, size), end: Math.min(Math.floor(offset + length), size) };
  throw new FramedexError('USAGE', 'this is no part of a source', {
    name,
    expected: 'an offset and a length, both 0 or more',
    found: `${offset} and ${length}`,
  });
}

/**
 * Reads exactly `length` bytes, or throws `TRUNCATED`: a short read never becomes zeros.
 */
export async function readExactly(
  source: Source,
  offset: number,
  length: number,
  options?: ReadOptions,
): Promise<Uint8Array> {
  return wholeRead(source, offset, length, await source.read(offset, length, options));
}

/** {@link readExactly} for sources that can read at once. */
export function readExactlySync(
  source: Source & Required<Pick<Source, 'readSync'>>,
  offset: number,
  length: number,
  into?: Uint8Array,
): Uint8Array {
  return wholeRead(source, offset, length, source.readSync(offset, length, into));
}

/** Whether the source can be read without a promise. */
export function isSynchronous(
  source: Source,
): source is Source & Required<Pick<Source, 'readSync'>> {
  return source.readSync !== undefined;
}

function wholeRead(source: Source, offset: number, length: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length === length) return bytes;
  throw new FramedexError('TRUNCATED', 'the source ends inside the bytes asked for', {
    name: source.name,
    offset,
    needed: length,
    available: bytes.length,
    expected: `${length} bytes`,
    found: `${bytes.length}`,
  });
}

/**
 * The part `[offset, offset + length)` of a source as a source of its own: a stored member of an
 * archive is exactly this. Closing it leaves the source open.
 */
export function slice(source: Source, offset: number, length: number, name: string): Source {
  // A place before the part is one in the source, of somebody else.
  const within = (at: number, wanted: number): ByteRange => {
    const { start, end } = boundsOf({ name, size: length }, at, wanted);
    return { offset: offset + start, length: end - start };
  };
  const { willRead } = source;
  const part: Source = {
    name,
    size: length,
    remote: source.remote,
    willRead: willRead && ((ranges) => willRead(shifted(ranges, offset))),
    fresh: source.fresh ?? false,
    archived: source.archived,
    read: async (at, wanted, options) => {
      const range = within(at, wanted);
      return source.read(range.offset, range.length, options);
    },
  };
  if (!isSynchronous(source)) return part;
  return {
    ...part,
    readSync: (at, wanted, into) => {
      const range = within(at, wanted);
      return source.readSync(range.offset, range.length, into);
    },
  };
}

/** The same stretches, of a source in which they begin `by` bytes later. */
export function shifted(ranges: readonly ByteRange[], by: number): ByteRange[] {
  return ranges.map(({ offset, length }) => ({ offset: offset + by, length }));
}
