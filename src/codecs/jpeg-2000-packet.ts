/** The code-blocks of a precinct in one subband: columns and rows of them. */
export interface BlockGrid {
  readonly columns: number;
  readonly rows: number;
}

/** Bits of packet headers (T.800 B.10.1). Behind the end of the bytes, all are 0. */
export interface PacketBits {
  readonly bytes: Uint8Array;
  /** Of the next byte. */
  at: number;
  /** The byte whose bits are given, and how many of them are left. */
  current: number;
  left: number;
}

/** One layer is all there is: a tag tree is asked once for each of its leaves. */
interface TagTree {
  /** Columns of each level, from the leaves up. */
  readonly columns: readonly number[];
  /** Nodes of each level: what is known to be the least value, or the value plus {@link KNOWN}. */
  readonly nodes: readonly Uint16Array[];
}

const KNOWN = 0x8000;
/** No sample has so many bits. */
const MOST_BIT_PLANES = 128;
const MOST_LENGTH_BITS = 32;

/**
 * The length of the data of a packet whose header is read from `bits`, in a code stream of one layer
 * (T.800 B.10). Undefined where the header is none.
 *
 * @param grids - Of each subband of the resolution.
 * @param highThroughput - The code-blocks are those of part 15 (T.814 B.3).
 */
export function packetDataLength(
  bits: PacketBits,
  grids: readonly BlockGrid[],
  highThroughput: boolean,
): number | undefined {
  let length = 0;
  if (nextBit(bits) === 1) {
    for (const { columns, rows } of grids) {
      const inclusion = tagTree(columns, rows);
      const planes = tagTree(columns, rows);
      for (let block = 0; block < columns * rows; block++) {
        const [column, row] = [block % columns, Math.floor(block / columns)];
        if (!isBelow(bits, inclusion, column, row, 1)) continue;
        if (!isBelow(bits, planes, column, row, MOST_BIT_PLANES)) return undefined;
        const data = blockDataLength(bits, highThroughput);
        if (data === undefined) return undefined;
        length += data;
      }
    }
  }
  // A byte of FF at the end is followed by a bit of stuffing, in a byte of its own (B.10.1).
  if (bits.current === 0xff) bits.at++;
  bits.left = 0;
  bits.current = 0;
  return length;
}

/** The passes of one code-block, and the lengths of its segments (T.800 B.10.6, B.10.7; T.814 B.3). */
function blockDataLength(bits: PacketBits, highThroughput: boolean): number | undefined {
  const passes = passCount(bits);
  let lengthBits = 3;
  while (nextBit(bits) === 1) lengthBits++;
  if (!highThroughput) return lengthOf(bits, lengthBits + log2(passes));
  // The cleanup pass counts those that are left out before it; two passes refine it.
  const before = Math.floor((passes - 1) / 3) * 3;
  const refining = passes - before - 1;
  const cleanup = lengthOf(bits, lengthBits + log2(before + 1));
  const refinement = refining > 0 ? lengthOf(bits, lengthBits + log2(refining)) : 0;
  return cleanup === undefined || refinement === undefined ? undefined : cleanup + refinement;
}

function lengthOf(bits: PacketBits, count: number): number | undefined {
  return count > MOST_LENGTH_BITS ? undefined : takeBits(bits, count);
}

/** T.800 table B.4. */
function passCount(bits: PacketBits): number {
  if (nextBit(bits) === 0) return 1;
  if (nextBit(bits) === 0) return 2;
  const few = takeBits(bits, 2);
  if (few < 3) return 3 + few;
  const some = takeBits(bits, 5);
  return some < 31 ? 6 + some : 37 + takeBits(bits, 7);
}

function log2(value: number): number {
  return 31 - Math.clz32(value);
}

/** T.800 B.10.2. */
function tagTree(columns: number, rows: number): TagTree {
  const widths: number[] = [];
  const nodes: Uint16Array[] = [];
  let [width, height] = [columns, rows];
  while (width * height > 0) {
    widths.push(width);
    nodes.push(new Uint16Array(width * height));
    if (width * height === 1) break;
    width = Math.ceil(width / 2);
    height = Math.ceil(height / 2);
  }
  return { columns: widths, nodes };
}

/** Whether the value of a leaf is below `limit`: as few bits are read as tell. */
function isBelow(
  bits: PacketBits,
  { columns, nodes }: TagTree,
  column: number,
  row: number,
  limit: number,
): boolean {
  let least = 0;
  for (let level = nodes.length - 1; level >= 0; level--) {
    const values = nodes[level];
    const place = (row >> level) * (columns[level] ?? 0) + (column >> level);
    let value = values?.[place] ?? 0;
    if (value < least) value = least;
    while (value < limit) {
      if (nextBit(bits) === 1) value += KNOWN;
      else value++;
    }
    if (values !== undefined) values[place] = value;
    least = value % KNOWN;
  }
  return least < limit;
}

function takeBits(bits: PacketBits, count: number): number {
  let value = 0;
  for (let k = 0; k < count; k++) value = value * 2 + nextBit(bits);
  return value;
}

/** Behind a byte of FF, the first bit is stuffing. */
function nextBit(bits: PacketBits): number {
  if (bits.left === 0) {
    bits.left = bits.current === 0xff ? 7 : 8;
    bits.current = bits.bytes[bits.at++] ?? 0;
  }
  bits.left--;
  return (bits.current >> bits.left) & 1;
}
