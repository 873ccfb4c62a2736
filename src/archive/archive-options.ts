import type { Limits } from '../dicom/limits.ts';
import type { Warning } from '../errors.ts';
import type { Inflating } from '../inflate/inflating.ts';
import type { ReadDirectory } from './zip-record.ts';

/** How big an archive may be. What is in an archive inside it counts too. */
export interface ArchiveLimits {
  /** Files in one archive. */
  readonly members: number;
  /** Bytes of a zip's central directory; of a tar's long names and extended headers. */
  readonly directoryBytes: number;
  /** Bytes of one member once inflated. */
  readonly memberBytes: number;
  /** How many times its compressed bytes a member of more than 256 MiB may inflate to. */
  readonly ratio: number;
}

/** Those that a context, or who opens an archive, has set. */
export function archiveLimits(limits: Limits): ArchiveLimits {
  return {
    members: limits.maxArchiveMembers,
    directoryBytes: limits.maxArchiveDirectoryBytes,
    memberBytes: limits.maxArchiveMemberBytes,
    ratio: limits.maxArchiveRatio,
  };
}

/** What of these limits archives took that were opened together, and what was opened of them so far. */
export interface ArchiveUse {
  members: number;
  directoryBytes: number;
}

/** How an archive is opened. */
export interface ArchiveOptions {
  readonly inflating: Inflating;
  /** How the directory of a zip is read. */
  readonly readDirectory: ReadDirectory;
  readonly limits: ArchiveLimits;
  /** Counts this archive too; its limits are what it leaves of them. */
  readonly used?: ArchiveUse | undefined;
  /** Archives in the archive are opened too, but not those in them. */
  readonly nested?: boolean | undefined;
  /** Told of what is tolerated. What it throws ends the listing. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of an archive without a directory: bytes that were looked at, and all of them. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}
