/**
 * How raw deflate (RFC 1951) is undone. Injected, because the platform's own streams cost half as
 * much again as what Node has at hand; the Node entry point brings `zlib`. What is optional has a
 * portable substitute, which is slower.
 */
export interface Inflater {
  /**
   * Inflates a whole stream. Never holds more than `limit` bytes of output: beyond it,
   * `INFLATE_LIMIT`. Data that is broken or ends early: `INFLATE`. Bytes after the end of the
   * stream are left alone; `used` tells where it ended.
   */
  readonly inflate: (bytes: Uint8Array, options: InflateOptions) => Promise<Inflated>;
  /** The same at once, where the platform can. */
  readonly inflateSync?: (bytes: Uint8Array, options: InflateOptions) => Inflated;
  /** What the first bytes of a stream inflate to, as far as they go; no fault for the cut. */
  readonly inflatePrefixSync?: (bytes: Uint8Array, options: InflateOptions) => Uint8Array;
  /** Inflates piece by piece. */
  readonly stream?: (input: AsyncIterable<Uint8Array>, name: string) => InflateStream;
  /**
   * Goes on in the middle of a stream, at a block header, and gives `options.expected` bytes. `bytes` begin
   * with the byte in which the header's first bit is, `bit` 0 to 7 of it. Data that is broken or gives
   * fewer: `INFLATE`.
   */
  readonly resume?: (bytes: Uint8Array, options: ResumeOptions) => Promise<Uint8Array>;
  /** CRC-32 (ISO 3309, as zip and gzip have it) of bytes behind those that `previous` is of. */
  readonly crc32?: (bytes: Uint8Array, previous?: number) => number;
}

/** How far a stream is inflated. */
export interface InflateOptions {
  /** The most bytes of output. */
  readonly limit: number;
  /** Bytes of output to expect, so that they come in one piece; a wrong guess costs only time. */
  readonly expected?: number | undefined;
  /** For messages. */
  readonly name: string;
}

/** Where a stream is resumed. */
export interface ResumeOptions {
  readonly bit: number;
  /** What was inflated before, up to 32 KiB. */
  readonly window: Uint8Array;
  readonly expected: number;
  /** For messages. */
  readonly name: string;
}

/** What a stream inflated to. */
export interface Inflated {
  readonly bytes: Uint8Array;
  /** Bytes of input that the stream took. */
  readonly used: number;
}

/**
 * Pieces of what a stream inflates to, of some hundred KiB at most, made when they are asked for; input is
 * taken as it is needed. Throws `INFLATE`. Leaving the loop gives it up. Pieces are the caller's own.
 */
export interface InflateStream extends AsyncIterable<Uint8Array> {
  /** Bytes of input that the stream took, once it has ended, where that can be known. */
  readonly used: number | undefined;
}
