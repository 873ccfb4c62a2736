/** Pixels of 1 bit, one to the byte: those of each byte of eight, from the lowest bit on. */
let unpackedBytes: Float64Array | undefined;

/**
 * Eight pixels as one number, which are stored at once. No such number is NaN, the only one that may
 * change when it is copied: its highest byte is 0 or 1.
 */
function unpackTable(): Float64Array {
  if (unpackedBytes === undefined) {
    const pixels = Uint8Array.from({ length: 256 * 8 }, (_, k) => ((k >> 3) >> (k & 7)) & 1);
    unpackedBytes = new Float64Array(pixels.buffer);
  }
  return unpackedBytes;
}

/**
 * One byte of 0 or 1 for each of `count` bits, starting at bit `bitOffset`. Bit 0 is the least
 * significant one of the first byte, bit 8 that of the second (PS3.5 8.1.1).
 */
export function unpackBits(
  bytes: Uint8Array,
  bitOffset: number,
  count: number,
  into?: Uint8Array,
): Uint8Array {
  const out = into?.subarray(0, count) ?? new Uint8Array(count);
  const head = Math.min(count, (8 - (out.byteOffset % 8)) % 8);
  unpackEach(bytes, bitOffset, out, 0, head);
  const words = Math.floor((count - head) / 32);
  const unpacked = words === 0 ? 0 : unpackWords(bytes, bitOffset + head, out, head, words);
  const done = head + 32 * unpacked;
  unpackEach(bytes, bitOffset, out, done, count);
  return out;
}

/** Bits of 32 pixels each; `to` is where memory is aligned. Gives how many of the words it unpacked. */
function unpackWords(
  bytes: Uint8Array,
  bitOffset: number,
  out: Uint8Array,
  to: number,
  words: number,
): number {
  const first = Math.floor(bitOffset / 8);
  const shift = bitOffset % 8;
  // A word that starts inside a byte ends in a fifth.
  const whole = Math.max(0, Math.min(words, Math.floor((bytes.length - first - 1) / 4)));
  const table = unpackTable();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const eights = new Float64Array(out.buffer, out.byteOffset + to, 4 * whole);
  for (let from = first, at = 0; at < eights.length; from += 4, at += 4) {
    const word = bits32(view, from, shift);
    eights[at] = table[word & 255] ?? 0;
    eights[at + 1] = table[(word >>> 8) & 255] ?? 0;
    eights[at + 2] = table[(word >>> 16) & 255] ?? 0;
    eights[at + 3] = table[word >>> 24] ?? 0;
  }
  return whole;
}

/** 32 bits from bit `shift` (0 to 7) of byte `from` on; five bytes are looked at. */
function bits32(view: DataView, from: number, shift: number): number {
  // Shifts by 32 are none: two of them, so that a shift of 0 brings nothing of the fifth byte.
  return (view.getUint32(from, true) >>> shift) | ((view.getUint8(from + 4) << (24 - shift)) << 8);
}

function unpackEach(
  bytes: Uint8Array,
  bitOffset: number,
  out: Uint8Array,
  from: number,
  end: number,
): void {
  for (let k = from, bit = bitOffset + from; k < end; k++, bit++) {
    out[k] = ((bytes[Math.floor(bit / 8)] ?? 0) >> (bit % 8)) & 1;
  }
}

/**
 * Moves bits to the front: what starts at bit `bitOffset` starts at bit 0. Bits behind the last one are
 * cleared.
 */
export function alignBits(
  bytes: Uint8Array,
  bitOffset: number,
  bitLength: number,
  into?: Uint8Array,
): Uint8Array {
  const length = Math.ceil(bitLength / 8);
  const out = into?.subarray(0, length) ?? new Uint8Array(length);
  const first = Math.floor(bitOffset / 8);
  const shift = bitOffset % 8;
  if (shift === 0) out.set(bytes.subarray(first, first + length));
  else {
    const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const to = new DataView(out.buffer, out.byteOffset, length);
    const words = Math.floor(Math.min(length, Math.max(0, bytes.length - first - 1)) / 4);
    for (let at = 0; at < 4 * words; at += 4)
      to.setUint32(at, bits32(from, first + at, shift), true);
    for (let at = 4 * words; at < length; at++) {
      const low = bytes[first + at] ?? 0;
      out[at] = (low | ((bytes[first + at + 1] ?? 0) << 8)) >>> shift;
    }
  }
  const rest = bitLength % 8;
  if (rest > 0) out[length - 1] = (out[length - 1] ?? 0) & ((1 << rest) - 1);
  return out;
}

/**
 * Two 12-bit cells in three bytes, the first in the low bits (ACR-NEMA and PS3.5 before 2006), from
 * the start of a byte on or from its middle.
 */
export function unpack12(bytes: Uint8Array, bitOffset: number, count: number): Uint8Array {
  const out = new Uint16Array(count);
  let at = Math.floor(bitOffset / 8);
  let shift = bitOffset % 8;
  for (let k = 0; k < count; k++) {
    out[k] = (((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) >> shift) & 0xfff;
    at += 1 + (shift >> 2);
    shift ^= 4;
  }
  return new Uint8Array(out.buffer);
}
