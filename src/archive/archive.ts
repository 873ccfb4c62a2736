import type { Source } from '../bytes/source.ts';
import type { Listing } from '../collection/listing.ts';
import type { ArchiveOptions } from './archive-options.ts';
import { openZip } from './zip.ts';

/** Kinds of archives that are read in place. */
export type ArchiveKind = 'zip' | 'tar' | 'gzip';

/**
 * Lists an archive of any kind. The listing takes the source over: closing it closes the source. When this
 * fails, the source is the caller's still.
 *
 * Throws `ZIP_FORMAT` for what is no archive, `ZIP_LIMIT`.
 */
export function openListing(source: Source, options: ArchiveOptions): Promise<Listing> {
  return openZip(source, options);
}
