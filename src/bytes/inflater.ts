/**
 * How raw deflate (RFC 1951) is undone. Injected, because the platform's own streams cost half as
 * much again as what Node has at hand; the Node entry point brings `zlib`.
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

/** What a stream inflated to. */
export interface Inflated {
  readonly bytes: Uint8Array;
  /** Bytes of input that the stream took. */
  readonly used: number;
}
