/** What a file may make us do. Each is finite, and named in the error that it causes. */
export interface Limits {
  /** Nested sequences (64, as DCMTK has it). */
  readonly maxDepth: number;
  /** Data elements and items of one header. */
  readonly maxElements: number;
  /**
   * Longer values stay in the file until they are asked for, in bytes. Those of up to 128 bytes never do:
   * the others are read by them.
   */
  readonly maxRetainedValueBytes: number;
  /** The longest value that is read at all, in bytes. */
  readonly maxValueBytes: number;
  /** The longest deflated data set once inflated, in bytes. */
  readonly maxInflatedBytes: number;
  /** The longest frame once decoded, in bytes. */
  readonly maxFrameBytes: number;
  /** Fragments of one encapsulated Pixel Data. */
  readonly maxFragments: number;
  /** Members of one archive. */
  readonly maxArchiveMembers: number;
  /** The longest member of an archive once inflated, in bytes. */
  readonly maxArchiveMemberBytes: number;
  /** How many times its compressed bytes a member of more than 256 MiB may inflate to. */
  readonly maxArchiveRatio: number;
  /** What the directory of an archive takes, in bytes. */
  readonly maxArchiveDirectoryBytes: number;
}

/** Some of them; one that is undefined is not given. */
export type GivenLimits = { readonly [K in keyof Limits]?: Limits[K] | undefined };

/** What holds where nothing else is asked for: generous for real files, and finite. */
export const DEFAULT_LIMITS: Limits = {
  maxDepth: 64,
  maxElements: 10_000_000,
  maxRetainedValueBytes: 64 * 1024,
  maxValueBytes: 64 * 1024 * 1024,
  maxInflatedBytes: 1024 * 1024 * 1024,
  maxFrameBytes: 2 ** 31 - 1,
  maxFragments: 10_000_000,
  maxArchiveMembers: 100_000,
  maxArchiveMemberBytes: 16 * 1024 * 1024 * 1024,
  maxArchiveRatio: 250,
  maxArchiveDirectoryBytes: 64 * 1024 * 1024,
};

/** Specific Character Set and private creators say how other values are read. */
const LEAST_RETAINED = 128;

/** The longest value that the header pass keeps. */
export function longestRetained({ maxRetainedValueBytes }: Limits): number {
  return Math.max(LEAST_RETAINED, maxRetainedValueBytes);
}
