/**
 * Entries of tables that are looked up with the next bits of a stream.
 *
 *     0-3    bits of the code
 *     4      a literal, which is in 8-15
 *     6-7    what else it is, when it is no literal, length or distance
 *     8-     of a length: 9 bits of the shortest, then the number of extra bits
 *            of a distance: 15 bits of the shortest, then the number of extra bits
 *            of a link: 16 bits of where the rest of a long code is looked up, then with how many bits
 */
export const CODE_BITS = 0x0f;
export const LITERAL = 0x10;
export const KIND = 0xc0;
export const END_OF_BLOCK = 0x40;
export const LINK = 0x80;
export const NO_SYMBOL = 0xc0;
export const VALUE = 8;
export const LENGTH = 0x1ff;
export const LENGTH_EXTRA = 17;
export const DISTANCE = 0x7fff;
export const DISTANCE_EXTRA = 23;
const LINK_START = 0xffff;
const LINK_BITS = 24;

/** Bits that are looked up at once. Two codes of literals and a length's extra bits are 25 bits at most. */
export const LITERAL_BITS = 10;
export const DISTANCE_BITS = 9;
export const LENGTH_CODE_BITS = 7;

const LONGEST_CODE = 15;

/** RFC 1951 3.2.5: symbols 257 to 285, 0 to 29. */
const LENGTHS = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
];

/** The entries of symbols, but for the bits of their codes. */
const LITERAL_SYMBOLS = literalSymbols();
const DISTANCE_SYMBOLS = distanceSymbols();
const LENGTH_CODE_SYMBOLS: Int32Array = Int32Array.from(
  { length: 19 },
  (_, symbol) => symbol << VALUE,
);

function literalSymbols(): Int32Array {
  const symbols = new Int32Array(288).fill(NO_SYMBOL);
  for (let byte = 0; byte < 256; byte++) symbols[byte] = (byte << VALUE) | LITERAL;
  symbols[256] = END_OF_BLOCK;
  LENGTHS.forEach((length, k) => {
    const extra = k < 8 || length === 258 ? 0 : (k - 4) >> 2;
    symbols[257 + k] = (length << VALUE) | (extra << LENGTH_EXTRA);
  });
  return symbols;
}

function distanceSymbols(): Int32Array {
  const symbols = new Int32Array(32).fill(NO_SYMBOL);
  let distance = 1;
  for (let symbol = 0; symbol < 30; symbol++) {
    const extra = symbol < 4 ? 0 : (symbol - 2) >> 1;
    symbols[symbol] = (distance << VALUE) | (extra << DISTANCE_EXTRA);
    distance += 1 << extra;
  }
  return symbols;
}

/** The tables of a block. */
export interface DeflateTables {
  readonly literals: Int32Array;
  readonly distances: Int32Array;
}

/** Room for the tables of any block: a link is shared by two long codes at least. */
export function deflateTables(): DeflateTables {
  return {
    literals: new Int32Array((1 << LITERAL_BITS) + (144 << (LONGEST_CODE - LITERAL_BITS))),
    distances: new Int32Array((1 << DISTANCE_BITS) + (16 << (LONGEST_CODE - DISTANCE_BITS))),
  };
}

/**
 * Fills the tables for code lengths of `literals` literals and lengths, then of distances.
 *
 * @returns False where no code has such lengths.
 */
export function fillTables(tables: DeflateTables, lengths: Uint8Array, literals: number): boolean {
  const ofLiterals = lengths.subarray(0, literals);
  const ofDistances = lengths.subarray(literals);
  return (
    fillTable(tables.literals, LITERAL_BITS, ofLiterals, LITERAL_SYMBOLS) &&
    fillTable(tables.distances, DISTANCE_BITS, ofDistances, DISTANCE_SYMBOLS)
  );
}

/** Fills the table of the code that code lengths are written in: one that must be complete. */
export function fillLengthTable(table: Int32Array, lengths: Uint8Array): boolean {
  const isCode = fillTable(table, LENGTH_CODE_BITS, lengths, LENGTH_CODE_SYMBOLS);
  return isCode && !table.includes(NO_SYMBOL | 1);
}

/** RFC 1951 3.2.6. */
export function fixedTables(): DeflateTables {
  const lengths = new Uint8Array(288 + 32).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280);
  lengths.fill(8, 280, 288).fill(5, 288);
  const tables = deflateTables();
  fillTables(tables, lengths, 288);
  return tables;
}

/** A code by the lengths of its codes. */
interface Code {
  /** Codes of each length. */
  readonly counts: Int32Array;
  readonly longest: number;
  /** Symbols in the order of their codes. */
  readonly sorted: Uint16Array;
}

/**
 * Codes are given by their lengths alone, and in the order of these and of their symbols (RFC 1951 3.2.2).
 * Incomplete ones are refused, as zlib does, but for a single code of one bit, or none.
 */
function fillTable(
  table: Int32Array,
  bits: number,
  lengths: Uint8Array,
  symbols: Int32Array,
): boolean {
  const codes = sortByLength(lengths);
  if (codes === undefined) return false;
  const { counts, longest, sorted } = codes;
  if (longest < 2 && counts[1] !== 2) {
    table.fill(NO_SYMBOL | 1, 0, 1 << bits);
    if (longest === 0) return true;
    const only = (symbols[sorted[0] ?? 0] ?? 0) | 1;
    for (let at = 0; at < 1 << bits; at += 2) table[at] = only;
    return true;
  }
  let code = 0;
  let place = 0;
  for (let length = 1; length <= bits; length++) {
    const half = 1 << (length - 1);
    table.copyWithin(half, 0, half);
    for (let left = counts[length] ?? 0; left > 0; left--) {
      table[code] = (symbols[sorted[place++] ?? 0] ?? 0) | length;
      code = nextCode(code, length);
    }
  }
  if (longest > bits) fillLinked(table, bits, symbols, codes, code, place);
  return true;
}

/** The codes that are longer than `bits`, from `code` on. Those with the same first bits follow each other. */
function fillLinked(
  table: Int32Array,
  bits: number,
  symbols: Int32Array,
  { counts, longest, sorted }: Code,
  firstCode: number,
  firstPlace: number,
): void {
  const more = longest - bits;
  let code = firstCode;
  let place = firstPlace;
  let linked = -1;
  let start = (1 << bits) - (1 << more);
  for (let length = bits + 1; length <= longest; length++) {
    for (let left = counts[length] ?? 0; left > 0; left--) {
      const first = code & ((1 << bits) - 1);
      if (first !== linked) {
        linked = first;
        start += 1 << more;
        table[first] = (start << VALUE) | (more << LINK_BITS) | LINK;
      }
      const entry = (symbols[sorted[place++] ?? 0] ?? 0) | length;
      const step = 1 << (length - bits);
      for (let at = code >>> bits; at < 1 << more; at += step) table[start + at] = entry;
      code = nextCode(code, length);
    }
  }
}

/** The next code of the same length. Codes are packed from their highest bit on (RFC 1951 3.1.1): so they count. */
function nextCode(code: number, length: number): number {
  let bit = 1 << (length - 1);
  while ((code & bit) !== 0) bit >>= 1;
  return bit === 0 ? 0 : (code & (bit - 1)) | bit;
}

/** Sorts symbols by the lengths of their codes. Undefined where no code has such lengths. */
function sortByLength(lengths: Uint8Array): Code | undefined {
  const counts = new Int32Array(LONGEST_CODE + 1);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] ?? 0;
    counts[length] = (counts[length] ?? 0) + 1;
  }
  counts[0] = 0;
  const places = new Int32Array(LONGEST_CODE + 1);
  let free = 1;
  let longest = 0;
  let place = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    const count = counts[length] ?? 0;
    free = free * 2 - count;
    if (free < 0) return undefined;
    if (count > 0) longest = length;
    places[length] = place;
    place += count;
  }
  if (free > 0 && longest > 1) return undefined;
  const sorted = new Uint16Array(place);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] ?? 0;
    if (length === 0) continue;
    const at = places[length] ?? 0;
    sorted[at] = symbol;
    places[length] = at + 1;
  }
  return { counts, longest, sorted };
}

/** The entry of a code that is longer than a table's index; `rest` begins with its bits behind that. */
export function linkedEntry(table: Int32Array, link: number, rest: number): number {
  const start = (link >>> VALUE) & LINK_START;
  return table[start + (rest & ((1 << (link >>> LINK_BITS)) - 1))] ?? 0;
}
