import { bitsAhead, takeBits, type DeflateBits } from './deflate-bits.ts';
import {
  CODE_BITS,
  fillLengthTable,
  fillTables,
  LENGTH_CODE_BITS,
  VALUE,
  type DeflateTables,
} from './deflate-tables.ts';

/** RFC 1951 3.2.7: in this order, the lengths of the codes that code lengths are written in. */
const LENGTH_CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END_OF_BLOCK_SYMBOL = 256;
/** Symbols that mean something (RFC 1951 3.2.6): codes for others can be written down, but zlib refuses them. */
const MOST_LITERALS = 286;
const MOST_DISTANCES = 30;

/**
 * Reads the length of a stored block (RFC 1951 3.2.4).
 *
 * @returns Undefined where it is not the same twice.
 */
export function readStoredLength(bits: DeflateBits): number | undefined {
  bits.at = (bits.at + 7) & ~7;
  const length = takeBits(bits, 16);
  return takeBits(bits, 16) === (length ^ 0xffff) ? length : undefined;
}

/**
 * Reads the codes of a block (RFC 1951 3.2.7) into `tables`.
 *
 * @returns False where they are none.
 */
export function readCodes(bits: DeflateBits, tables: DeflateTables): boolean {
  const literals = takeBits(bits, 5) + 257;
  const distances = takeBits(bits, 5) + 1;
  const count = takeBits(bits, 4) + 4;
  if (literals > MOST_LITERALS || distances > MOST_DISTANCES) return false;
  const ofLengths = new Uint8Array(LENGTH_CODE_ORDER.length);
  for (let k = 0; k < count; k++) ofLengths[LENGTH_CODE_ORDER[k] ?? 0] = takeBits(bits, 3);
  const table = new Int32Array(1 << LENGTH_CODE_BITS);
  if (!fillLengthTable(table, ofLengths)) return false;
  const lengths = new Uint8Array(literals + distances);
  return (
    readLengths(bits, table, lengths) &&
    lengths[END_OF_BLOCK_SYMBOL] !== 0 &&
    fillTables(tables, lengths, literals)
  );
}

function readLengths(bits: DeflateBits, table: Int32Array, lengths: Uint8Array): boolean {
  let at = 0;
  while (at < lengths.length) {
    const entry = table[bitsAhead(bits) & ((1 << LENGTH_CODE_BITS) - 1)] ?? 0;
    bits.at += entry & CODE_BITS;
    const symbol = entry >> VALUE;
    if (symbol < 16) {
      lengths[at++] = symbol;
      continue;
    }
    if (symbol === 16 && at === 0) return false;
    const length = symbol === 16 ? (lengths[at - 1] ?? 0) : 0;
    const repeats =
      symbol === 16
        ? 3 + takeBits(bits, 2)
        : symbol === 17
          ? 3 + takeBits(bits, 3)
          : 11 + takeBits(bits, 7);
    if (at + repeats > lengths.length) return false;
    lengths.fill(length, at, at + repeats);
    at += repeats;
  }
  return true;
}
