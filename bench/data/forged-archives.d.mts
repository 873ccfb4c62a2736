import type { Listing } from '../../src/collection/listing.ts';
import type { Warning } from '../../src/errors.ts';
import type { buildZip } from '../../test/support/build-zip.ts';

export type BuildZip = typeof buildZip;

/** An archive that is not what it says, or one that only looks so. */
export interface Forged {
  readonly name: string;
  /** The first error that a reader meets, or `read`. */
  readonly code: string;
  /** What is listed, where anything is. */
  readonly members?: number;
  /** The member that is read; the first where it is left out. */
  readonly member?: string;
  /** Codes of what is tolerated. */
  readonly warnings?: readonly string[];
  /** Only its first bytes are read. */
  readonly header?: boolean;
  build(): Uint8Array;
}

/** An archive that was listed. */
export interface Opened {
  readonly listing: Listing;
  readonly warnings: readonly Warning[];
}

export declare function forgedArchives(buildZip: BuildZip): Forged[];

export declare function outcomeOf(
  forged: Forged,
  open: (bytes: Uint8Array) => Promise<Opened>,
): Promise<{ readonly code: string; readonly opened: Opened | undefined }>;
