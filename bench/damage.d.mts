/** Gives the cells of one code stream, which is the decoder's to write to. */
export type Decode = (bytes: Uint8Array) => Promise<Uint8Array>;

/** What became of damaged code streams. */
export interface Counts {
  /** A typed error was thrown. */
  error: number;
  /** Decoded as if whole: what was damaged does not matter. */
  exact: number;
  /** Decoded to other samples of the same picture. */
  changed: number;
  /** Decoded to another number of bytes. */
  resized: number;
  /** Something else than a `FramedexError` was thrown. */
  untyped: number;
  /** The whole code stream was no longer decoded right just after. */
  poisoned: number;
  /** Milliseconds. */
  slowest: number;
}

/** Fixtures of which codecs are tried, by what they are called in the table. */
export declare const DAMAGED: Readonly<Record<string, string>>;

/** So many cut at random places; between any two the whole one is decoded. */
export declare function cutCounts(
  decode: Decode,
  whole: Uint8Array,
  count: number,
  progress?: () => void,
): Promise<Counts>;

/** So many with one to four bits flipped, a third of them in the header. */
export declare function flipCounts(
  decode: Decode,
  whole: Uint8Array,
  count: number,
  progress?: () => void,
): Promise<Counts>;
