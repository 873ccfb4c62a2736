import type { CodingStyle, GridArea, Jpeg2000Header } from './jpeg-2000-header.ts';

/** Rows and columns of a picture. */
export interface PictureSize {
  readonly rows: number;
  readonly columns: number;
}

/** From `from` up to `to`, the latter not included: in one direction. */
type Span = readonly [from: number, to: number];

/** The position in a subband of a position in the samples of a component. */
type Placing = (value: number) => number;

/** Columns and rows of a subband. */
export interface Subband {
  readonly x: Placing;
  readonly y: Placing;
}

/**
 * The size of a component with so many resolution levels left out (T.800 B.5): of the first one, as all
 * are of one size here.
 */
export function sizeWithout(header: Jpeg2000Header, levels: number): PictureSize {
  const { image, components } = header;
  const [{ dx, dy } = { dx: 1, dy: 1 }] = components;
  const [left, right] = span(image.x0, image.x1, dx, levels);
  const [top, bottom] = span(image.y0, image.y1, dy, levels);
  return { rows: bottom - top, columns: right - left };
}

/** How many tiles there are (T.800 B.3). */
export function tileCount({ image, tile }: Jpeg2000Header): number {
  return (
    Math.ceil((image.x1 - tile.x0) / (tile.x1 - tile.x0)) *
    Math.ceil((image.y1 - tile.y0) / (tile.y1 - tile.y0))
  );
}

/**
 * How many packets there are of all tiles without the largest `levels` resolution levels, by the coding
 * style of the main header (T.800 B.9).
 */
export function packetCount(header: Jpeg2000Header, levels: number): number {
  const { components, coding } = header;
  const [across, down] = tileSpans(header);
  let precincts = 0;
  for (let resolution = 0; resolution <= coding.levels - levels; resolution++) {
    const [width, height] = coding.precincts[resolution] ?? [0, 0];
    const out = coding.levels - resolution;
    const parts = (tiles: readonly Span[], exponent: number): number =>
      partsAlong(tiles, (value) => up(value, 2 ** out), exponent);
    precincts += parts(across, width) * parts(down, height);
  }
  return precincts * components.length * coding.layers;
}

/** How many code-blocks there are, likewise (T.800 B.7). */
export function blockCount(header: Jpeg2000Header, levels: number): number {
  const { components, coding } = header;
  const [across, down] = tileSpans(header);
  let blocks = 0;
  for (let resolution = 0; resolution <= coding.levels - levels; resolution++) {
    const { width, height } = blockSize(coding, resolution);
    for (const { x, y } of subbands(coding.levels, resolution)) {
      // Precincts end where code-blocks do.
      blocks += partsAlong(across, x, width) * partsAlong(down, y, height);
    }
  }
  return blocks * components.length;
}

/** The part of each tile that is in the picture, in columns and in rows of the samples. */
function tileSpans({ image, tile, components }: Jpeg2000Header): [across: Span[], down: Span[]] {
  const [{ dx, dy } = { dx: 1, dy: 1 }] = components;
  return [
    spansAlong(image.x0, image.x1, tile.x0, tile.x1, dx),
    spansAlong(image.y0, image.y1, tile.y0, tile.y1, dy),
  ];
}

function spansAlong(from: number, to: number, first: number, second: number, step: number): Span[] {
  const spans: Span[] = [];
  for (let at = first; at < to; at += second - first) {
    const end = Math.min(at + second - first, to);
    spans.push([up(Math.max(at, from), step), up(end, step)]);
  }
  return spans;
}

function partsAlong(tiles: readonly Span[], place: Placing, exponent: number): number {
  return tiles.reduce(
    (sum, [from, to]) => sum + partsOf(place(from), place(to), exponent).length,
    0,
  );
}

/** Exponents of the sizes of code-blocks, which are no larger than precincts are (T.800 B.7). */
export function blockSize(
  { blockWidth, blockHeight, precincts }: CodingStyle,
  resolution: number,
): { readonly width: number; readonly height: number } {
  const [width, height] = precincts[resolution] ?? [0, 0];
  const halved = resolution > 0 ? 1 : 0;
  return {
    width: Math.min(blockWidth, width - halved),
    height: Math.min(blockHeight, height - halved),
  };
}

/** LL of the smallest resolution; HL, LH and HH of the others: where samples are in them (T.800 B.5). */
export function subbands(levels: number, resolution: number): readonly Subband[] {
  const size = 2 ** (resolution === 0 ? levels : levels - resolution + 1);
  const low: Placing = (value) => Math.ceil(value / size);
  const high: Placing = (value) => Math.ceil((value - size / 2) / size);
  if (resolution === 0) return [{ x: low, y: low }];
  return [
    { x: high, y: low },
    { x: low, y: high },
    { x: high, y: high },
  ];
}

/** An area of the reference grid as samples of a resolution, so many levels below the largest. */
export function areaWithout(
  { x0, y0, x1, y1 }: GridArea,
  dx: number,
  dy: number,
  levels: number,
): GridArea {
  const [left, right] = span(x0, x1, dx, levels);
  const [top, bottom] = span(y0, y1, dy, levels);
  return { x0: left, x1: right, y0: top, y1: bottom };
}

/** The parts of a grid of 2^exponent, counted from 0, that a span has a share in. */
export function partsOf(
  from: number,
  to: number,
  exponent: number,
): { first: number; length: number } {
  if (to <= from) return { first: 0, length: 0 };
  const first = Math.floor(from / 2 ** exponent);
  return { first, length: Math.ceil(to / 2 ** exponent) - first };
}

function span(from: number, to: number, step: number, levels: number): Span {
  return [up(up(from, step), 2 ** levels), up(up(to, step), 2 ** levels)];
}

function up(value: number, step: number): number {
  return Math.ceil(value / step);
}
