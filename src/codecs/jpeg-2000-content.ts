import type { FramedexError } from '../errors.ts';
import type { CodecNote } from './codec.ts';
import { jpeg2000Fault } from './jpeg-2000-fault.ts';
import { tileCount } from './jpeg-2000-geometry.ts';
import type { Jpeg2000Header } from './jpeg-2000-header.ts';
import { walkPackets } from './jpeg-2000-prefix.ts';
import type { PacketWalk } from './jpeg-2000-prefix.ts';
import { tileParts } from './jpeg-2000-tile-parts.ts';

/** Whether everything that a picture needs is there. */
export interface CodeStreamContent {
  /** What is missing. */
  readonly fault?: FramedexError | undefined;
  /** Bytes up to the end of the last tile-part, or as many as make sense to a decoder where there is a fault. */
  readonly length: number;
  readonly notes: readonly CodecNote[];
}

const EOC_BYTES = 2;

/**
 * Looks for what decoders leave out without a word: tiles, tile-parts, packets. All of it can be there
 * although EOC is not.
 *
 * @param end - Behind EOC; undefined where there is none behind the tile-parts.
 * @param levels - Resolution levels that are left out.
 * @param lenient - What comes before a fault is wanted.
 */
export function contentOf(
  bytes: Uint8Array,
  end: number | undefined,
  header: Jpeg2000Header,
  levels: number,
  lenient: boolean,
): CodeStreamContent {
  // What is wrong inside of packets, OpenJPEG finds itself, but gives nothing of it then; OpenJPH finds nothing.
  const isBelieved = header.highThroughput || lenient;
  const length = end === undefined ? tilePartsEnd(bytes, header) : end - EOC_BYTES;
  const there = bytes.subarray(0, length);
  const walk = walkPackets(there, header, levels);
  const isAll = levels === 0 && walk?.outcome === 'all';
  const surplus = isAll ? there.subarray(walk.end) : undefined;
  const fault =
    length === undefined
      ? jpeg2000Fault(bytes.length, 'a whole code stream, up to its EOC', 'one that is cut')
      : (tilePartsFault(there, header, isAll || end !== undefined) ??
        packetsFault(walk, there.length, isBelieved) ??
        surplusFault(surplus, there.length, isBelieved));
  if (fault !== undefined) {
    // OpenJPEG gives nothing where a packet is cut.
    const whole = header.highThroughput ? undefined : walk?.end;
    return { fault, length: whole ?? there.length, notes: [] };
  }
  const notes: CodecNote[] = [];
  if (end === undefined) notes.push({ message: 'no EOC behind the last tile-part' });
  if (walk?.outcome === 'broken') notes.push({ message: 'packets that cannot be followed' });
  if (surplus?.length) notes.push({ message: 'bytes between the last packet and EOC' });
  return { length: there.length, notes };
}

/** Where the last tile-part ends by its own word, with a byte of padding behind it at most. */
function tilePartsEnd(bytes: Uint8Array, header: Jpeg2000Header): number | undefined {
  let end: number | undefined;
  for (const { at, length } of tileParts(bytes, header.firstTilePart)) {
    end = length === 0 ? undefined : at + length;
  }
  return end === bytes.length || end === bytes.length - 1 ? end : undefined;
}

/**
 * Each tile has tile-parts, one after the other from the first on, and as many as they say (T.800
 * A.4.2).
 *
 * @param isCounted - Nothing is missing where they do not say how many there are.
 */
function tilePartsFault(
  bytes: Uint8Array,
  header: Jpeg2000Header,
  isCounted: boolean,
): FramedexError | undefined {
  const tiles = tileCount(header);
  const found = new Uint16Array(tiles);
  const said = new Uint8Array(tiles);
  for (const { at, tile, index, count } of tileParts(bytes, header.firstTilePart)) {
    const next = found[tile];
    if (next === undefined) return jpeg2000Fault(at, `tiles up to ${tiles - 1}`, `tile ${tile}`);
    if (index !== next) return jpeg2000Fault(at, `tile-part ${next}`, `tile-part ${index}`);
    found[tile] = next + 1;
    said[tile] = Math.max(count, said[tile] ?? 0);
  }
  const lost = found.findIndex((parts, tile) => {
    const count = said[tile] ?? 0;
    return parts < Math.max(1, count) || (count === 0 && !isCounted);
  });
  if (lost < 0) return undefined;
  const [parts, count] = [found[lost] ?? 0, said[lost] ?? 0];
  const expected = count === 0 ? 'all tile-parts' : `${count} tile-parts`;
  return jpeg2000Fault(bytes.length, `${expected} of tile ${lost}`, `${parts} of them`);
}

/**
 * Packets go on to the end of the last tile-part, as far as they can be followed.
 *
 * @param isBelieved - That they cannot is a fault.
 */
function packetsFault(
  walk: PacketWalk | undefined,
  length: number,
  isBelieved: boolean,
): FramedexError | undefined {
  if (walk === undefined || walk.outcome === 'all') return undefined;
  if (walk.outcome === 'broken' && !isBelieved) return undefined;
  const found = walk.outcome === 'more' ? `${length} bytes in all` : 'something else';
  return jpeg2000Fault(walk.end, 'another packet as a whole', found);
}

/** Packets that end before the tile-part does are those of another picture, unless zeros follow. */
function surplusFault(
  surplus: Uint8Array | undefined,
  length: number,
  isBelieved: boolean,
): FramedexError | undefined {
  if (surplus === undefined || !isBelieved) return undefined;
  if (surplus.every((byte) => byte === 0)) return undefined;
  const found = `${surplus.length} bytes behind the last one`;
  return jpeg2000Fault(length - surplus.length, 'packets up to the end of the tile-part', found);
}
