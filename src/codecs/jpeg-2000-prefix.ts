import { areaWithout, partsOf, tileCount } from './jpeg-2000-geometry.ts';
import type { GridArea, Jpeg2000Header } from './jpeg-2000-header.ts';
import { packetDataLength } from './jpeg-2000-packet.ts';
import type { BlockGrid, PacketBits } from './jpeg-2000-packet.ts';

const SOT = 0xff90;
const SOP = 0xff91;
const SOD = 0xff93;
const SOT_BYTES = 12;
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

/** Where the walk through the packets is. */
interface Walk {
  readonly view: DataView;
  readonly bytes: Uint8Array;
  at: number;
  /** Behind the tile-part; Infinity where it leaves its length open. */
  end: number;
}

/**
 * The end of the last packet that a picture without the largest `levels` resolution levels needs, which
 * the headers of the packets prove: 'more' where these first bytes of the code stream do not reach so
 * far; undefined where nothing proves it, as the packets are in another order, or there are several
 * tiles.
 *
 * @param bytes - From SOC on, or as many as there are.
 */
export function resolutionEnd(
  bytes: Uint8Array,
  header: Jpeg2000Header,
  levels: number,
): number | 'more' | undefined {
  const { coding, components } = header;
  if (!isWalkable(header)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const walk: Walk = { view, bytes, at: header.firstTilePart, end: header.firstTilePart };
  for (let resolution = 0; resolution <= coding.levels - levels; resolution++) {
    const precincts = precinctsOf(header, resolution);
    if (precincts === undefined) return undefined;
    const count = precincts.length * components.length;
    for (let packet = 0; packet < count; packet++) {
      // Component by component, but for the order that has the position before it.
      const place =
        coding.progression === RPCL
          ? Math.floor(packet / components.length)
          : packet % precincts.length;
      const outcome = passPacket(walk, precincts[place] ?? [], header);
      if (outcome !== 'passed') return outcome;
    }
  }
  return walk.at;
}

function isWalkable(header: Jpeg2000Header): boolean {
  const { coding, components, image, rearranged, ownStyles } = header;
  const { blockStyle, eph, layers, progression } = coding;
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
    components.every(({ dx, dy }) => dx === 1 && dy === 1)
  );
}

/** Goes on behind the next packet. */
function passPacket(
  walk: Walk,
  grids: readonly BlockGrid[],
  { coding }: Jpeg2000Header,
): 'passed' | 'more' | undefined {
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
  if (length === undefined) return undefined;
  walk.at = bits.at + length;
  if (walk.at > walk.end) return undefined;
  return walk.at > view.byteLength ? 'more' : 'passed';
}

/** To the first packet behind the SOT at `walk.at`. */
function enterTilePart(walk: Walk): 'passed' | 'more' | undefined {
  const { view } = walk;
  const start = walk.at;
  if (start + SOT_BYTES > view.byteLength) return 'more';
  if (view.getUint16(start) !== SOT) return undefined;
  const length = view.getUint32(start + 6);
  walk.end = length === 0 ? Infinity : start + length;
  for (let at = start + SOT_BYTES; at + 4 <= view.byteLength;) {
    const marker = view.getUint16(at);
    if (marker === SOD) {
      walk.at = at + 2;
      return walk.at <= walk.end ? 'passed' : undefined;
    }
    const end = at + 2 + view.getUint16(at + 2);
    if (marker < 0xff00 || CHANGES.includes(marker) || end < at + 4 || end > walk.end) {
      return undefined;
    }
    at = end;
  }
  return 'more';
}

/** The subbands of each precinct of a resolution, row by row (T.800 B.6, B.7). */
function precinctsOf(
  { image, coding }: Jpeg2000Header,
  resolution: number,
): BlockGrid[][] | undefined {
  const [width, height] = coding.precincts[resolution] ?? [0, 0];
  const area = areaWithout(image, 1, 1, coding.levels - resolution);
  const across = partsOf(area.x0, area.x1, width);
  const down = partsOf(area.y0, area.y1, height);
  const halved = resolution > 0 ? 1 : 0;
  if (width < halved || height < halved) return undefined;
  const [bandWidth, bandHeight] = [width - halved, height - halved];
  const blockWidth = Math.min(coding.blockWidth, bandWidth);
  const blockHeight = Math.min(coding.blockHeight, bandHeight);
  const bands = bandsOf(image, coding.levels, resolution);
  const precincts: BlockGrid[][] = [];
  for (let row = down.first; row < down.first + down.length; row++) {
    for (let column = across.first; column < across.first + across.length; column++) {
      precincts.push(
        bands.map(({ x0, y0, x1, y1 }) => ({
          columns: blocksAlong(x0, x1, column, bandWidth, blockWidth),
          rows: blocksAlong(y0, y1, row, bandHeight, blockHeight),
        })),
      );
    }
  }
  return precincts;
}

/** LL of the smallest resolution; HL, LH and HH of the others (T.800 B.5). */
function bandsOf(image: GridArea, levels: number, resolution: number): GridArea[] {
  if (resolution === 0) return [areaWithout(image, 1, 1, levels)];
  const size = 2 ** (levels - resolution + 1);
  const place = (value: number, high: number): number =>
    Math.ceil((value - (high * size) / 2) / size);
  return [
    [1, 0],
    [0, 1],
    [1, 1],
  ].map(([x = 0, y = 0]) => ({
    x0: place(image.x0, x),
    x1: place(image.x1, x),
    y0: place(image.y0, y),
    y1: place(image.y1, y),
  }));
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
