import { losslessFault } from './jpeg-lossless-fault.ts';
import type { CodedBits } from './jpeg-scan-bits.ts';

/**
 * Bits that are looked up at once. An entry is a difference and the number of bits of its code and
 * itself, or, with {@link MORE}, the category of a difference that has more bits than these, and the
 * number of bits of its code: none where the code alone has more.
 */
const LOOKUP_BITS = 12;
const LENGTH = 0x1f;
const MORE = 0x20;
const VALUE = 6;
const LONGEST_CODE = 16;
/** Of this category is one difference, 32768, without bits of its own (T.81 H.1.2.2). */
const LAST_CATEGORY = 16;

/** What a code stream says of a table: the number of codes of each length, and what they mean. */
export interface HuffmanSpecification {
  readonly counts: Uint8Array;
  readonly categories: Uint8Array;
  /** Position in the code stream. */
  readonly offset: number;
}

/** A Huffman table for differences of samples (T.81 annex C, H.1.2.2). */
export interface HuffmanTable {
  readonly lookup: Int32Array;
  /** By length: what codes of this length, and 16 bits with whatever follows, are less than. */
  readonly limits: Int32Array;
  /** By length: added to a code, the place of its category. */
  readonly places: Int32Array;
  readonly categories: Uint8Array;
}

/**
 * Reads a DHT segment (T.81 B.2.4.2) into `tables`, by destination. Those for AC coefficients, which
 * lossless has none of, are passed over.
 *
 * @throws FramedexError `CODEC` for a segment that has anything else.
 */
export function readHuffmanSpecifications(
  bytes: Uint8Array,
  start: number,
  end: number,
  tables: (HuffmanSpecification | undefined)[],
): void {
  let at = start;
  while (at < end) {
    const counts = bytes.subarray(at + 1, at + 17);
    const next = at + 17 + counts.reduce((sum, count) => sum + count, 0);
    const [tableClass, destination] = [(bytes[at] ?? 0) >> 4, (bytes[at] ?? 0) & 15];
    if (next > end || tableClass > 1 || destination > 3) {
      throw losslessFault('another length, class or destination', 'Huffman tables', at);
    }
    const categories = bytes.subarray(at + 17, next);
    if (tableClass === 0) tables[destination] = { counts, categories, offset: at };
    at = next;
  }
}

/**
 * The table, to decode with: made for a scan, as a code stream may specify more than it uses.
 *
 * @throws FramedexError `CODEC` for codes that no table can have, or that mean no difference.
 */
export function huffmanTable(specification: HuffmanSpecification): HuffmanTable {
  const { counts, categories, offset } = specification;
  const lookup = new Int32Array(1 << LOOKUP_BITS).fill(MORE);
  const limits = new Int32Array(LONGEST_CODE + 1);
  const places = new Int32Array(LONGEST_CODE + 1);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    places[length] = place - code;
    const next = code + (counts[length - 1] ?? 0);
    if (next > 1 << length) {
      throw losslessFault(`too many codes of ${length} bits`, 'a Huffman table', offset);
    }
    for (; code < next; code++) {
      const category = categories[place++] ?? 0;
      if (category > LAST_CATEGORY) {
        throw losslessFault(`category ${category}`, 'categories 0 to 16', offset);
      }
      if (length <= LOOKUP_BITS) enter(lookup, code, length, category);
    }
    limits[length] = code << (LONGEST_CODE - length);
    code <<= 1;
  }
  return { lookup, limits, places, categories };
}

/** Enters a code, with all the bits that may follow it. */
function enter(lookup: Int32Array, code: number, length: number, category: number): void {
  const rest = LOOKUP_BITS - length;
  const first = code << rest;
  const own = category === LAST_CATEGORY ? 0 : category;
  if (own > rest) {
    lookup.fill((category << VALUE) | MORE | length, first, first + (1 << rest));
    return;
  }
  const repeats = 1 << (rest - own);
  for (let bits = 0; bits < 1 << own; bits++) {
    const difference = category === LAST_CATEGORY ? 32768 : extended(bits << (32 - own), own);
    const at = first + bits * repeats;
    lookup.fill((difference << VALUE) | (length + own), at, at + repeats);
  }
}

/**
 * The difference whose `category` bits are the highest of 32: with a 0 first, it is negative (T.81
 * F.2.2.1). Without a branch, as no processor foresees signs.
 */
function extended(bits: number, category: number): number {
  if (category === 0) return 0;
  return (bits >>> (32 - category)) + (~(bits >> 31) & (1 - (1 << category)));
}

/** The lookup entry of a code that is longer than those; without {@link LENGTH} where it is none. */
function longCode({ limits, places, categories }: HuffmanTable, bits: number): number {
  const code = bits >>> 16;
  for (let length = LOOKUP_BITS + 1; length <= LONGEST_CODE; length++) {
    if (code < (limits[length] ?? 0)) {
      const place = (code >>> (LONGEST_CODE - length)) + (places[length] ?? 0);
      return ((categories[place] ?? 0) << VALUE) | length;
    }
  }
  return 0;
}

/** The lookups of the components of a scan, one behind the other. */
export function joinedLookups(tables: readonly HuffmanTable[]): Int32Array {
  const lookups = new Int32Array(tables.length << LOOKUP_BITS);
  tables.forEach(({ lookup }, k) => {
    lookups.set(lookup, k << LOOKUP_BITS);
  });
  return lookups;
}

/**
 * Decodes a row of differences (T.81 H.2.2), modulo 65536, of as many components as there are tables.
 * It may go on beyond the end of the bits, by 31 for each of them: `bits.at` tells.
 *
 * @returns False where there is a code that is none; `bits.at` is there.
 */
export function decodeDifferences(
  bits: CodedBits,
  tables: readonly HuffmanTable[],
  lookups: Int32Array,
  row: Uint16Array,
): boolean {
  const { view } = bits;
  const base = Math.floor(bits.at / 8);
  // Counted from the row's first byte, so that it stays a small integer.
  let at = bits.at % 8;
  let table = 0;
  for (let x = 0; x < row.length; x++) {
    // 25 bits at least, of which a code and its look-up need 16.
    const ahead = view.getInt32(base + (at >>> 3)) << (at & 7);
    let entry = lookups[table + (ahead >>> (32 - LOOKUP_BITS))] ?? 0;
    if ((entry & MORE) !== 0) {
      const long = tables[table >> LOOKUP_BITS];
      if ((entry & LENGTH) === 0 && long !== undefined) entry = longCode(long, ahead);
      const length = entry & LENGTH;
      if (length === 0) {
        bits.at = base * 8 + at;
        return false;
      }
      at += length;
      const category = entry >> VALUE;
      if (category === LAST_CATEGORY) row[x] = 32768;
      else {
        row[x] = extended(view.getInt32(base + (at >>> 3)) << (at & 7), category);
        at += category;
      }
    } else {
      at += entry & LENGTH;
      row[x] = entry >> VALUE;
    }
    table += 1 << LOOKUP_BITS;
    if (table === lookups.length) table = 0;
  }
  bits.at = base * 8 + at;
  return true;
}
