import {
  areaWithout,
  blockCount,
  blockSize,
  packetCount,
  partsOf,
  subbands,
  tileCount,
} from './jpeg-2000-geometry.ts';
import type { Jpeg2000Header } from './jpeg-2000-header.ts';
import { packetDataLength } from './jpeg-2000-packet.ts';
import type { BlockGrid, PacketBits } from './jpeg-2000-packet.ts';
import { tilePartAt, tilePartHeader } from './jpeg-2000-tile-parts.ts';

const SOP = 0xff91;
const SOD = 0xff93;
const SOP_BYTES = 6;
/** COD, COC, POC and PPT: in a tile-part's header, they change what the main header says. */
const CHANGES: readonly number[] = [0xff52, 0xff53, 0xff5f, 0xff61];
/** LRCP, RLCP, RPCL: with one layer, one resolution comes after the other (T.800 B.12). */
const RESOLUTIONS_IN_TURN = 2;
const RPCL = 2;
/** All code-blocks are of part 15 (T.814 table A.5). */
const HIGH_THROUGHPUT = 0x40;
/** Passes that bypass the arithmetic coder, or are ended one by one, have lengths of their own. */
const OWN_LENGTHS = 0x05;
/** Packets and code-blocks that take a fraction of a second. */
const MOST_WALKED = 1_000_000;

/** What became of a walk through packets. */
export interface PacketWalk {
  /**
   * 'all' were there as a whole; the bytes ended before ('more'); or what their headers say is not
   * what is there ('broken').
   */
  readonly outcome: 'all' | 'more' | 'broken';
  /** Behind the last packet that is there as a whole. */
  readonly end: number;
}

/** Where the walk is. */
interface Walk {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  at: number;
  /** Behind the tile-part; Infinity where it leaves its length open. */
  end: number;
}

type Step = 'passed' | 'more' | 'broken' | 'unknown';

/** The precincts of a resolution, row by row. */
interface Precincts {
  readonly count: number;
  /** The code-blocks of one of them, subband by subband. */
  grids(index: number): readonly BlockGrid[];
}

/**
 * Passes the packets that a picture without the largest `levels` resolution levels needs, which their
 * headers prove. Undefined where nothing proves it, as the packets are in another order, there are
 * several tiles, or too many of anything.
 *
 * @param bytes - From SOC on, not further than the last tile-part.
 * @param header - Held against the Image Pixel module.
 */
export function walkPackets(
  bytes: Uint8Array,
  header: Jpeg2000Header,
  levels: number,
): PacketWalk | undefined {
  const { coding, components } = header;
  if (!isWalkable(header)) return undefined;
  if (packetCount(header, levels) + blockCount(header, levels) > MOST_WALKED) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const walk: Walk = { view, bytes, at: header.firstTilePart, end: header.firstTilePart };
  for (let resolution = 0; resolution <= coding.levels - levels; resolution++) {
    const precincts = precinctsOf(header, resolution);
    const count = precincts.count * components.length;
    for (let packet = 0; packet < count; packet++) {
      // Component by component, but for the order that has the position before it.
      const place =
        coding.progression === RPCL
          ? Math.floor(packet / components.length)
          : packet % precincts.count;
      const end = walk.at;
      const outcome = passPacket(walk, precincts.grids(place), header);
      if (outcome === 'unknown') return undefined;
      if (outcome !== 'passed') return { outcome, end };
    }
  }
  // Tile-parts that follow have no packets.
  while (levels === 0 && walk.at === walk.end && enterTilePart(walk) === 'passed');
  return { outcome: 'all', end: walk.at };
}

function isWalkable(header: Jpeg2000Header): boolean {
  const { coding, components, image, rearranged, ownStyles } = header;
  const { blockStyle, eph, layers, precincts, progression } = coding;
  const known = blockStyle === HIGH_THROUGHPUT || (blockStyle & ~0x3f & 0xff) === 0;
  return (
    known &&
    (blockStyle & OWN_LENGTHS) === 0 &&
    layers === 1 &&
    // OpenJPEG misses them behind the end.
    !eph &&
    progression <= RESOLUTIONS_IN_TURN &&
    !rearranged &&
    !ownStyles &&
    tileCount(header) === 1 &&
    // Elsewhere, not every level can be left out.
    image.x0 === 0 &&
    image.y0 === 0 &&
    components.every(({ dx, dy }) => dx === 1 && dy === 1) &&
    precincts.every(([width, height], resolution) => resolution === 0 || (width > 0 && height > 0))
  );
}

/** Goes on behind the next packet. */
function passPacket(walk: Walk, grids: readonly BlockGrid[], { coding }: Jpeg2000Header): Step {
  const { view, bytes } = walk;
  while (walk.at === walk.end) {
    const outcome = enterTilePart(walk);
    if (outcome !== 'passed') return outcome;
  }
  if (coding.sop && walk.at + 2 <= view.byteLength && view.getUint16(walk.at) === SOP) {
    walk.at += SOP_BYTES;
  }
  const bits: PacketBits = { bytes, at: walk.at, current: 0, left: 0 };
  const length = packetDataLength(bits, grids, coding.blockStyle === HIGH_THROUGHPUT);
  if (bits.at > view.byteLength) return 'more';
  if (length === undefined) return 'broken';
  walk.at = bits.at + length;
  if (walk.at > walk.end) return 'broken';
  return walk.at > view.byteLength ? 'more' : 'passed';
}

/** To the first packet behind the SOT at `walk.at`. */
function enterTilePart(walk: Walk): Step {
  const { view, at: start } = walk;
  const part = tilePartAt(view, start);
  if (part === undefined) return start + 12 > view.byteLength ? 'more' : 'broken';
  walk.end = part.length === 0 ? Infinity : start + part.length;
  for (const { marker, end } of tilePartHeader(view, part)) {
    if (CHANGES.includes(marker)) return 'unknown';
    if (end > walk.end) return 'broken';
    if (marker !== SOD) continue;
    walk.at = end;
    return 'passed';
  }
  return 'more';
}

/** T.800 B.6, B.7. */
function precinctsOf({ image, coding }: Jpeg2000Header, resolution: number): Precincts {
  const [width, height] = coding.precincts[resolution] ?? [0, 0];
  const area = areaWithout(image, 1, 1, coding.levels - resolution);
  const across = partsOf(area.x0, area.x1, width);
  const down = partsOf(area.y0, area.y1, height);
  const halved = resolution > 0 ? 1 : 0;
  const block = blockSize(coding, resolution);
  const bands = subbands(coding.levels, resolution).map(({ x, y }) => ({
    x0: x(image.x0),
    x1: x(image.x1),
    y0: y(image.y0),
    y1: y(image.y1),
  }));
  return {
    count: across.length * down.length,
    grids(index) {
      const column = across.first + (index % across.length);
      const row = down.first + Math.floor(index / across.length);
      return bands.map(({ x0, y0, x1, y1 }) => ({
        columns: blocksAlong(x0, x1, column, width - halved, block.width),
        rows: blocksAlong(y0, y1, row, height - halved, block.height),
      }));
    },
  };
}

/** Code-blocks of a band in the `index`-th precinct, in one direction. */
function blocksAlong(
  from: number,
  to: number,
  index: number,
  precinct: number,
  block: number,
): number {
  const start = Math.max(from, index * 2 ** precinct);
  const end = Math.min(to, (index + 1) * 2 ** precinct);
  return partsOf(start, end, block).length;
}
