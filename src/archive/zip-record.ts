import type { Source } from '../bytes/source.ts';

/**
 * Bytes of a name, and characters of it: as much as systems have for a path. Longer ones are faults, and
 * are not decoded, since a directory of nothing else would take seconds.
 */
export const LONGEST_NAME = 4096;

/** One file of an archive, as the central directory describes it. */
export interface ZipRecord {
  readonly name: string;
  /** Position of the local header in the source; below 0 in what is missing of it. */
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

/**
 * The records of a directory, in its order: one row each. In columns, because archives hold 100,000:
 * 39 bytes a file, where an object takes 136.
 */
export interface ZipRecords {
  readonly offsets: Float64Array;
  readonly compressedSizes: Float64Array;
  readonly sizes: Float64Array;
  readonly checksums: Uint32Array;
  readonly nameChecksums: Uint32Array;
  readonly nameLengths: Uint16Array;
  readonly methods: Uint16Array;
  readonly flags: Uint16Array;
  readonly symbolicLinks: Uint8Array;
}

/** Where the central directory lies, in positions of the source. */
export interface DirectoryExtent {
  readonly start: number;
  readonly end: number;
  /** Files that the end record promises, modulo {@link modulo}. */
  readonly count: number;
  /** 65,536 where the number of files has 16 bits, which archivers write of more too; else Infinity. */
  readonly modulo: number;
  /**
   * Where position 0 of the archive is: bytes before it are a self-extractor's, or a mail's. Below 0 where
   * so many bytes of the archive are missing at its beginning.
   */
  readonly base: number;
}

/** A record of the directory that cannot be made sense of, or all from there on. */
export interface BrokenRecord {
  readonly what: 'strong encryption' | 'record' | 'rest';
  /** Where it is in the source. */
  readonly offset: number;
}

/** What the central directory says. */
export interface ZipDirectory extends DirectoryExtent {
  readonly records: ZipRecords;
  /**
   * As they are stored, row by row; one more when what follows the last record is broken. Of one longer
   * than {@link LONGEST_NAME} only the beginning.
   */
  readonly names: readonly string[];
  /** Rows that could not be made sense of: all but their name is 0. */
  readonly broken: ReadonlyMap<number, BrokenRecord>;
}

/** How big a directory may be. */
export interface DirectoryLimits {
  /** The most files that an archive may hold. */
  readonly entries: number;
  /** The most bytes that their names, sizes and places may take. */
  readonly directoryBytes: number;
}

/** Reads the central directory of a zip archive. Throws `ZIP_FORMAT`, `ZIP_LIMIT`. */
export type ReadDirectory = (
  source: Source,
  limits: DirectoryLimits,
  signal?: AbortSignal,
) => Promise<ZipDirectory>;

/** Room for so many records. */
export function createRecords(rows: number): ZipRecords {
  return {
    offsets: new Float64Array(rows),
    compressedSizes: new Float64Array(rows),
    sizes: new Float64Array(rows),
    checksums: new Uint32Array(rows),
    nameChecksums: new Uint32Array(rows),
    nameLengths: new Uint16Array(rows),
    methods: new Uint16Array(rows),
    flags: new Uint16Array(rows),
    symbolicLinks: new Uint8Array(rows),
  };
}

/** The record of a row, under the name given. */
export function recordAt(records: ZipRecords, row: number, name: string): ZipRecord {
  return {
    name,
    offset: records.offsets[row] ?? 0,
    compressedSize: records.compressedSizes[row] ?? 0,
    size: records.sizes[row] ?? 0,
    method: records.methods[row] ?? 0,
    flags: records.flags[row] ?? 0,
    crc32: records.checksums[row] ?? 0,
    nameLength: records.nameLengths[row] ?? 0,
    nameCrc32: records.nameChecksums[row] ?? 0,
    symbolicLink: records.symbolicLinks[row] === 1,
  };
}
