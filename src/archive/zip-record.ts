import type { Source } from '../bytes/source.ts';
import type { FramedexError } from '../errors.ts';

/** One file of an archive, as the central directory describes it. Slim: archives hold 100,000. */
export interface ZipRecord {
  readonly name: string;
  /** Position of the local header in the source. */
  readonly offset: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly method: number;
  readonly flags: number;
  readonly crc32: number;
  /** Bytes of the name as stored, and their CRC-32: the local header must have the same. */
  readonly nameLength: number;
  readonly nameCrc32: number;
  readonly symbolicLink: boolean;
}

/** Records that could not be made sense of. */
export interface BrokenRecord {
  readonly name: string;
  readonly error: FramedexError;
}

/** Where the central directory lies, in positions of the source. */
export interface DirectoryExtent {
  readonly start: number;
  readonly end: number;
  /** Files that the end record promises. */
  readonly count: number;
  /** Where position 0 of the archive is: bytes before it are a self-extractor's, or a mail's. */
  readonly base: number;
}

/** What the central directory says. */
export interface ZipDirectory extends DirectoryExtent {
  readonly records: readonly ZipRecord[];
  readonly broken: readonly BrokenRecord[];
}

/** How big a directory may be. */
export interface DirectoryLimits {
  /** The most files that an archive may hold. */
  readonly entries: number;
  /** The most bytes that their names, sizes and places may take. */
  readonly directoryBytes: number;
}

/** Reads the central directory of a zip archive. Throws `ZIP_FORMAT`, `ZIP_LIMIT`. */
export type ReadDirectory = (source: Source, limits: DirectoryLimits) => Promise<ZipDirectory>;
