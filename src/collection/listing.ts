import type { Source } from '../bytes/source.ts';
import type { FramedexError } from '../errors.ts';

/** One thing in a folder or archive that may be a DICOM object. */
export interface Member {
  /** Unique in its listing, and what `open(name)` takes: a path below the folder, a member's name. */
  readonly name: string;
  /** Bytes when read, that is, after decompression. */
  readonly size: number;
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
  /** Gives up the archive; sources of its members fail with `CLOSED` from then on. */
  close(): Promise<void>;
}
