/** What the SIZ and COD marker segments of a JPEG 2000 or HTJ2K code stream say (T.800 A.5.1, A.6.1). */
export interface Jpeg2000Header {
  /** Part 15: the block coder is the fast one (T.814 A.2). */
  readonly highThroughput: boolean;
}

/** Undefined where the bytes are no JPEG 2000 code stream, bare or in the boxes of a JP2 file. */
export function readJpeg2000Header(bytes: Uint8Array): Jpeg2000Header | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0x4f) return undefined;
  return { highThroughput: ((bytes[6] ?? 0) & 0x40) !== 0 };
}
