import { bitsAhead, type DeflateBits } from './deflate-bits.ts';
import {
  CODE_BITS,
  DISTANCE,
  DISTANCE_BITS,
  DISTANCE_EXTRA,
  END_OF_BLOCK,
  KIND,
  LENGTH,
  LENGTH_EXTRA,
  LINK,
  linkedEntry,
  LITERAL,
  LITERAL_BITS,
  VALUE,
  type DeflateTables,
} from './deflate-tables.ts';

/** What was inflated last. */
export interface DeflateOutput {
  readonly bytes: Uint8Array;
  /** Of the same memory. */
  readonly view: DataView;
  /** Where the next byte goes. */
  at: number;
}

/** The most that one step writes: a literal, the longest length, and what eight bytes at once write beyond. */
export const MOST_BYTES_OF_STEP: number = 1 + 258 + 8;

/** Bits of one step at most: a literal of a short code, then a length and a distance (RFC 1951 3.2.5). */
export const MOST_BITS_OF_STEP: number = LITERAL_BITS + 15 + 5 + 15 + 13;

/** How decoding of symbols stopped: where the caller said, at the end of the block, at what is no symbol. */
export type Stop = 'limit' | 'end' | 'broken';

/**
 * Decodes symbols of a block (RFC 1951 3.2.3), until `bits.at` is `bitLimit`, or the output `byteLimit`, or
 * more: by one step at most.
 */
export function decodeSymbols(
  bits: DeflateBits,
  output: DeflateOutput,
  { literals, distances }: DeflateTables,
  bitLimit: number,
  byteLimit: number,
): Stop {
  const { view } = bits;
  const { bytes, view: copies } = output;
  let at = bits.at;
  let to = output.at;
  let stop: Stop = 'limit';
  while (at < bitLimit && to < byteLimit) {
    // 25 bits at least, wherever this is done: more often than these need it, but without a branch.
    let ahead = view.getInt32(at >>> 3, true) >>> (at & 7);
    let entry = literals[ahead & ((1 << LITERAL_BITS) - 1)] ?? 0;
    if ((entry & LITERAL) !== 0) {
      bytes[to++] = entry >> VALUE;
      at += entry & CODE_BITS;
      ahead >>>= entry & CODE_BITS;
      entry = literals[ahead & ((1 << LITERAL_BITS) - 1)] ?? 0;
    }
    if ((entry & KIND) === LINK) {
      ahead = view.getInt32(at >>> 3, true) >>> (at & 7);
      entry = linkedEntry(literals, entry, ahead >>> LITERAL_BITS);
    }
    at += entry & CODE_BITS;
    if ((entry & LITERAL) !== 0) {
      bytes[to++] = entry >> VALUE;
      continue;
    }
    if ((entry & KIND) !== 0) {
      stop = (entry & KIND) === END_OF_BLOCK ? 'end' : 'broken';
      break;
    }
    const lengthExtra = entry >>> LENGTH_EXTRA;
    const length =
      ((entry >>> VALUE) & LENGTH) + ((ahead >>> (entry & CODE_BITS)) & ((1 << lengthExtra) - 1));
    at += lengthExtra;
    ahead = view.getInt32(at >>> 3, true) >>> (at & 7);
    entry = distances[ahead & ((1 << DISTANCE_BITS) - 1)] ?? 0;
    if ((entry & KIND) === LINK) entry = linkedEntry(distances, entry, ahead >>> DISTANCE_BITS);
    at += entry & CODE_BITS;
    const extra = entry >>> DISTANCE_EXTRA;
    ahead = view.getInt32(at >>> 3, true) >>> (at & 7);
    const distance = ((entry >>> VALUE) & DISTANCE) + (ahead & ((1 << extra) - 1));
    at += extra;
    if ((entry & KIND) !== 0 || distance > to) {
      stop = 'broken';
      break;
    }
    repeat(copies, to, distance, length);
    to += length;
  }
  bits.at = at;
  output.at = to;
  return stop;
}

/** Decodes the literal of a step whose rest is not there yet, where it begins with one that is. */
export function takeLiteral(
  bits: DeflateBits,
  output: DeflateOutput,
  { literals }: DeflateTables,
): void {
  const entry = literals[bitsAhead(bits) & ((1 << LITERAL_BITS) - 1)] ?? 0;
  if ((entry & LITERAL) === 0 || bits.at + (entry & CODE_BITS) > bits.end) return;
  output.bytes[output.at++] = entry >> VALUE;
  bits.at += entry & CODE_BITS;
}

/** Repeats what was given `distance` bytes before. What it writes beyond `length`, the next bytes write over. */
function repeat(out: DataView, at: number, distance: number, length: number): void {
  if (distance < 4) {
    repeatFew(out, at, distance, at + length);
    return;
  }
  // Most are no longer than eight bytes: without a loop, their lengths need not be foreseen.
  const shift = at - distance;
  out.setInt32(at, out.getInt32(shift, true), true);
  out.setInt32(at + 4, out.getInt32(shift + 4, true), true);
  for (let done = 8; done < length; done += 4) {
    out.setInt32(at + done, out.getInt32(shift + done, true), true);
  }
}

/** Of one to three bytes: those that four bytes at once are made of. */
function repeatFew(out: DataView, at: number, distance: number, end: number): void {
  if (distance === 3) {
    for (let to = at; to < end; to++) out.setUint8(to, out.getUint8(to - 3));
    return;
  }
  const last = out.getUint8(at - 1);
  const two = (last << 8) | out.getUint8(at - distance);
  for (let to = at; to < end; to += 4) out.setInt32(to, (two << 16) | two, true);
}
