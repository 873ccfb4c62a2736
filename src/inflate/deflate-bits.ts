/** Part of a deflate stream, and how far it is read. Bits of a byte come from the lowest on (RFC 1951 3.1.1). */
export interface DeflateBits {
  readonly bytes: Uint8Array;
  /** Of the same memory. */
  readonly view: DataView;
  /** The next bit. It may go beyond `end`, by {@link MOST_BITS_BEYOND}: then what was read is not there yet. */
  at: number;
  /** Behind the last bit that is there. */
  end: number;
}

/** More than a block's header and one symbol of it together (RFC 1951 3.2.7: 14 + 19 * 3 + 316 * 14 and 48). */
export const MOST_BITS_BEYOND: number = 8 * 640;

/** Room for so many bytes. */
export function deflateBits(length: number): DeflateBits {
  const bytes = new Uint8Array(length + MOST_BITS_BEYOND / 8);
  return { bytes, view: new DataView(bytes.buffer), at: 0, end: 0 };
}

/** The next 25 bits at least, the first of them lowest; those above may be any. */
export function bitsAhead({ view, at }: DeflateBits): number {
  return view.getInt32(at >>> 3, true) >>> (at & 7);
}

/** Reads up to 16 bits. */
export function takeBits(bits: DeflateBits, count: number): number {
  const value = bitsAhead(bits) & ((1 << count) - 1);
  bits.at += count;
  return value;
}
