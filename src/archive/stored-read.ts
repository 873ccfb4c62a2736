/** A read of a stored member. */
export interface StoredRead {
  readonly at: number;
  /** Bytes that it gave. */
  readonly length: number;
  /** Bytes of the member. */
  readonly size: number;
  /** It may be one of those that look through a header, in steps that double. */
  readonly isOfHeader: boolean;
}

/** No header is begun with a longer read. */
const BEGINNING = 64 * 1024;
/** Bytes before a frame: a header of so many is read once more, whatever the length of the frame. */
const HEADER = 128 * 1024;
/** One of more, where it is little beside the frame. */
const LONG_HEADER = 1024 * 1024;
const SMALL_PART = 8;
/** Bytes behind a frame: the end of its fragments (PS3.5 A.4), padding, a signature. */
const TRAILER = 16 * 1024;

/**
 * Whether a read is of nearly all of a member, so that the rest of it costs little more. Pixels are
 * never at the start of an object (PS3.10 7.1), so what begins there is no frame: a header, or all. Reads
 * of a header double: none of them is twice what was read before it. They are not held against a checksum,
 * since of most headers that would take all the pixels.
 */
export function isNearlyWhole({ at, length, size, isOfHeader }: StoredRead): boolean {
  const behind = size - at - length;
  if (length === 0 || behind < 0) return false;
  if (at === 0) return behind === 0 && (!isOfHeader || length > BEGINNING);
  if (isOfHeader && length <= 2 * at) return false;
  return at <= Math.max(HEADER, Math.min(size / SMALL_PART, LONG_HEADER)) && behind <= TRAILER;
}
