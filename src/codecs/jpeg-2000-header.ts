import { tilePartHeader, tileParts } from './jpeg-2000-tile-parts.ts';

/**
 * What the main header of a JPEG 2000 or HTJ2K code stream says (T.800 A.3). Positions count from the
 * first byte that was given, be it that of the code stream or of the boxes around it.
 */
export interface Jpeg2000Header {
  /** Part 15: the block coder is the fast one (T.814 A.2). */
  readonly highThroughput: boolean;
  /** Part 2: extensions that a decoder of part 1 does not know (T.800 table A.10). */
  readonly extended: boolean;
  /** Position of the SIZ marker. */
  readonly siz: number;
  /** Position of the first SOT marker. */
  readonly firstTilePart: number;
  /** Where the picture is on the reference grid (T.800 B.2). */
  readonly image: GridArea;
  /** Where the first tile is, which need not be all inside the picture (T.800 B.3). */
  readonly tile: GridArea;
  readonly components: readonly Jpeg2000Component[];
  readonly coding: CodingStyle;
  /** Components have coding styles of their own (COC). */
  readonly ownStyles: boolean;
  /** The fewest decompositions of a component, as the main header has it. */
  readonly fewestLevels: number;
  /** Packets change their order (POC), or have their headers elsewhere (PPM). */
  readonly rearranged: boolean;
}

/** Columns `x0` to `x1` and rows `y0` to `y1`, the latter ones not included. */
export interface GridArea {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** One component (T.800 A.5.1). */
export interface Jpeg2000Component {
  /** Bits of a sample. */
  readonly precision: number;
  readonly signed: boolean;
  /** Columns and rows of the reference grid that a sample stands for. */
  readonly dx: number;
  readonly dy: number;
}

/** Of COD (T.800 A.6.1). */
export interface CodingStyle {
  /** 0: LRCP, 1: RLCP, 2: RPCL, 3: PCRL, 4: CPRL. */
  readonly progression: number;
  readonly layers: number;
  /** The first three components are transformed together: RCT or ICT. */
  readonly colourTransform: boolean;
  /** Decompositions: resolution levels that can be left out. */
  readonly levels: number;
  /** Exponents of the sizes of code-blocks. */
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** T.800 table A.19; 40 where all code-blocks are of part 15. */
  readonly blockStyle: number;
  /** Without loss but for the quantization: the 5-3 wavelet. */
  readonly reversible: boolean;
  /** Exponents of the sizes of precincts, for each resolution from the smallest: width, height. */
  readonly precincts: readonly (readonly [number, number])[];
  /** Packets may start with SOP; their headers end with EPH. */
  readonly sop: boolean;
  readonly eph: boolean;
}

const CAP = 0xff50;
const COD = 0xff52;
const COC = 0xff53;
const POC = 0xff5f;
const PPM = 0xff60;
const SOT = 0xff90;
/** In Rsiz (T.800 table A.10). */
const RSIZ_PART_2 = 0x8000;
const RSIZ_CAPABILITIES = 0x4000;
/** In Pcap: bit 15, counted from the most significant one, is that of part 15. */
const PCAP_PART_15 = 0x00020000;
const SIZ_BYTES = 38;
const MOST_LEVELS = 32;
/** The box `jp2c` (T.800 I.5.4). */
const CODE_STREAM_BOX = 0x6a703263;

type Siz = Pick<Jpeg2000Header, 'image' | 'tile' | 'components'> & { readonly rsiz: number };

/**
 * Undefined where the bytes are no JPEG 2000 code stream, bare or in the boxes of a JP2 file, or its
 * main header is not there as a whole.
 */
export function readJpeg2000Header(bytes: Uint8Array): Jpeg2000Header | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = codeStreamPosition(bytes);
  if (start + 4 > view.byteLength) return undefined;
  const siz = start + 2;
  if (view.getUint32(start) !== 0xff4fff51) return undefined;
  const size = readSiz(view, siz);
  if (size === undefined) return undefined;
  let coding: CodingStyle | undefined;
  let fewestLevels = MOST_LEVELS;
  let ownStyles = false;
  let rearranged = false;
  let part15 = false;
  const { rsiz, ...placed } = size;
  // Every segment is two bytes long at least.
  for (let at = siz; at + 4 <= view.byteLength;) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (marker === SOT) {
      if (coding === undefined) return undefined;
      const highThroughput = (rsiz & RSIZ_CAPABILITIES) !== 0 && part15;
      const extended = (rsiz & RSIZ_PART_2) !== 0;
      const levels = Math.min(fewestLevels, coding.levels);
      const header = { highThroughput, extended, siz, firstTilePart: at, ...placed };
      return { ...header, coding, ownStyles, fewestLevels: levels, rearranged };
    }
    const end = at + 2 + length;
    if (marker < 0xff00 || length < 2 || end > view.byteLength) return undefined;
    if (marker === COD) coding ??= readCod(view, at, end);
    else if (marker === COC) {
      ownStyles = true;
      fewestLevels = Math.min(fewestLevels, componentLevels(view, at, end, placed.components));
    } else if (marker === CAP && length >= 6)
      part15 = (view.getUint32(at + 4) & PCAP_PART_15) !== 0;
    else if (marker === POC || marker === PPM) rearranged = true;
    at = end;
  }
  return undefined;
}

/**
 * The fewest decompositions of any component of any tile: those that the headers of tile-parts give
 * their own coding styles count too (T.800 A.6.1, A.6.2).
 */
export function fewestLevels(bytes: Uint8Array, header: Jpeg2000Header): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let fewest = header.fewestLevels;
  for (const part of tileParts(bytes, header.firstTilePart)) {
    for (const { marker, at, end } of tilePartHeader(view, part)) {
      if (marker === COD) fewest = Math.min(fewest, readCod(view, at, end)?.levels ?? 0);
      if (marker === COC) {
        fewest = Math.min(fewest, componentLevels(view, at, end, header.components));
      }
    }
  }
  return fewest;
}

/**
 * Where the code stream starts in a JP2 or JPH file: what the other boxes say is not DICOM's (PS3.5
 * A.4.4). 0 where there are no boxes, or none has a code stream.
 */
export function codeStreamPosition(bytes: Uint8Array): number {
  if (bytes[0] === 0xff) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Every step goes on by eight bytes at least.
  for (let at = 0; at + 16 <= view.byteLength;) {
    const short = view.getUint32(at);
    const header = short === 1 ? 16 : 8;
    if (view.getUint32(at + 4) === CODE_STREAM_BOX) return at + header;
    const length = short === 1 ? Number(view.getBigUint64(at + 8)) : short;
    if (length < header) break;
    at += length;
  }
  return 0;
}

/** T.800 A.5.1. */
function readSiz(view: DataView, at: number): Siz | undefined {
  if (at + 2 + SIZ_BYTES > view.byteLength) return undefined;
  const end = at + 2 + view.getUint16(at + 2);
  const count = view.getUint16(at + 38);
  if (count === 0 || end > view.byteLength || end < at + 40 + 3 * count) return undefined;
  const [x1, y1, x0, y0] = [6, 10, 14, 18].map((k) => view.getUint32(at + k));
  const [width, height, tx, ty] = [22, 26, 30, 34].map((k) => view.getUint32(at + k));
  if (x1 === undefined || y1 === undefined || x0 === undefined || y0 === undefined)
    return undefined;
  if (!width || !height || tx === undefined || ty === undefined) return undefined;
  // The first tile has a part of the picture (T.800 B.3).
  const placed = x1 > x0 && y1 > y0 && tx <= x0 && ty <= y0 && tx + width > x0 && ty + height > y0;
  if (!placed) return undefined;
  const components = Array.from({ length: count }, (_, k) => {
    const depth = view.getUint8(at + 40 + 3 * k);
    const [dx, dy] = [view.getUint8(at + 41 + 3 * k), view.getUint8(at + 42 + 3 * k)];
    return { precision: (depth & 0x7f) + 1, signed: depth >= 0x80, dx, dy };
  });
  if (components.some(({ dx, dy }) => dx === 0 || dy === 0)) return undefined;
  const tile = { x0: tx, y0: ty, x1: tx + width, y1: ty + height };
  return { rsiz: view.getUint16(at + 4), image: { x0, y0, x1, y1 }, tile, components };
}

/** T.800 A.6.1. */
function readCod(view: DataView, at: number, end: number): CodingStyle | undefined {
  if (at + 14 > end) return undefined;
  const style = view.getUint8(at + 4);
  const levels = view.getUint8(at + 9);
  if (levels > MOST_LEVELS || ((style & 1) !== 0 && at + 15 + levels > end)) return undefined;
  const precincts = Array.from({ length: levels + 1 }, (_, r): readonly [number, number] => {
    if ((style & 1) === 0) return [15, 15];
    const sizes = view.getUint8(at + 14 + r);
    return [sizes & 15, sizes >> 4];
  });
  return {
    progression: view.getUint8(at + 5),
    layers: view.getUint16(at + 6),
    colourTransform: view.getUint8(at + 8) === 1,
    levels,
    blockWidth: (view.getUint8(at + 10) & 15) + 2,
    blockHeight: (view.getUint8(at + 11) & 15) + 2,
    blockStyle: view.getUint8(at + 12),
    reversible: view.getUint8(at + 13) === 1,
    precincts,
    sop: (style & 2) !== 0,
    eph: (style & 4) !== 0,
  };
}

/** Of COC (T.800 A.6.2), whose first number is of one byte where there are less than 257 components. */
function componentLevels(
  view: DataView,
  at: number,
  end: number,
  components: readonly Jpeg2000Component[],
): number {
  const place = at + 4 + (components.length < 257 ? 1 : 2) + 1;
  return place < end ? view.getUint8(place) : 0;
}
