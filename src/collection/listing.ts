import type { InflationStats } from '../bytes/archived.ts';
import type { ByteRange, RemoteStats, Source } from '../bytes/source.ts';
import type { ErrorCode, FramedexError } from '../errors.ts';

/**
 * One thing in a folder or archive that may be a DICOM object. What it tells may be computed when it is
 * asked for, by its prototype: a copy by `{ ...member }` lacks that.
 */
export interface Member {
  /** Unique in its listing, and what `open(name)` takes: a path below the folder, a member's name. */
  readonly name: string;
  /** Bytes when read, that is, after decompression. */
  readonly size: number;
  /**
   * Its number in the directory of the archive, `zip#12`: opaque, and the same whenever these bytes are
   * listed, whatever they call it. The name where it is left out.
   */
  readonly id?: string | undefined;
  /** Bytes that it takes in the archive; undefined for what is in none. */
  readonly compressedSize?: number | undefined;
  /**
   * Where its bytes are in what {@link Listing.willRead} announces to, with all that is read before them, about;
   * undefined for what is in none.
   */
  readonly place?: ByteRange | undefined;
  /** Why it cannot be read, where the listing knows already (encrypted, a broken record...). */
  readonly fault?: FramedexError | undefined;
  /** The bytes. May throw a `FramedexError`; the caller closes what it opens. */
  open(): Source;
}

/**
 * What a folder or an archive holds. Names of directories are left out; all else is in, so that
 * nothing is lost without a reason.
 */
export interface Listing {
  readonly name: string;
  readonly members: readonly Member[];
  /** Takes note of reads of the places of its members, as `willRead` of a source does. */
  readonly willRead?: ((ranges: readonly ByteRange[]) => () => void) | undefined;
  /** What the archive was asked for over the network; undefined where it is not far away. */
  readonly remote?: RemoteStats | undefined;
  /** What inflating all its members did so far; undefined where nothing of it is deflated. */
  readonly inflation?: InflationStats | undefined;
  /** Gives up the archive; sources of its members fail with `CLOSED` from then on. */
  close(): Promise<void>;
}

const OF_THE_WAY: ReadonlySet<ErrorCode> = new Set([
  'HTTP',
  'HTTP_NO_RANGE',
  'SOURCE_CHANGED',
  'IO',
]);

/**
 * Whether an error says that bytes did not come from far away, and nothing of the member that they are of: to go on
 * without that one would make a hole in its series.
 */
export function isOfTheWay({ code }: FramedexError, { remote }: Pick<Listing, 'remote'>): boolean {
  return remote !== undefined && OF_THE_WAY.has(code);
}
