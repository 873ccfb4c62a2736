/**
 * What inflating did so far, rung by rung of a ladder that the size of a member and the order of its
 * reads choose: so that a program can see why a frame was quick or slow.
 */
export interface InflationStats {
  /** Times that first bytes were inflated, as headers need them. */
  readonly prefixes: number;
  /** Members that were inflated as a whole. */
  readonly wholes: number;
  /** Runs from the start that gave frames in ascending order. */
  readonly cursors: number;
  /** Runs over all of a member that noted where it can be resumed. */
  readonly indexings: number;
  /** Stretches between two checkpoints that were inflated. */
  readonly restarts: number;
  /** Members that were written to a temporary file. */
  readonly spools: number;
  /** Bytes that all of this gave. */
  readonly bytesInflated: number;
  /** Bytes of memory that checkpoints take now. */
  readonly checkpointBytes: number;
  /** Bytes of temporary files now. */
  readonly spooledBytes: number;
}

/** How far a long run over a member has come. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the member that were looked at, and all of them. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What a source has that is a member of an archive, or deflated. */
export interface Archived {
  /** Whether all that reads give now was held against the checksum that the archive has of it. */
  readonly verified: boolean;
  /**
   * Holds the whole against its checksum: reads all of it once, unless that was done.
   *
   * Throws `ZIP_CRC`, `ZIP_SIZE_MISMATCH`, `INFLATE`; after that, reads throw the same.
   */
  readonly verify: (options?: RunOptions) => Promise<void>;
  /**
   * Makes every later read cost milliseconds, wherever it is: one run over a big deflated member; nothing
   * where that is so already. What the run gives is verified.
   */
  readonly prepare: (options?: RunOptions) => Promise<void>;
  /** Of a deflated member. */
  readonly inflation?: InflationStats | undefined;
  /** Where a deflated member can be resumed, once that is known and verified. */
  readonly checkpoints?: () => CheckpointIndex | undefined;
  /** Takes over what was known about it before; it must be of these very bytes. */
  readonly useCheckpoints?: (index: CheckpointIndex) => void;
}

/**
 * Where a deflate stream can be resumed: at block headers, given the up to 32 KiB that came before
 * (RFC 1951 2). Point 0 is the start of the stream. Arrays of numbers have one entry for each point.
 */
export interface CheckpointIndex {
  /** Bytes that the stream inflates to. */
  readonly size: number;
  /** Bytes of the stream. */
  readonly compressedSize: number;
  /** CRC-32 of all that it inflates to. */
  readonly crc32: number;
  /** Bits from the start of the stream to the block header. */
  readonly bits: Float64Array;
  /** Bytes that were inflated before it. */
  readonly starts: Float64Array;
  /** CRC-32 of what is between it and the next point, or the end. */
  readonly checksums: Uint32Array;
  /** The last bytes before it, 32 KiB unless there are fewer. */
  readonly windows: readonly Uint8Array[];
}
