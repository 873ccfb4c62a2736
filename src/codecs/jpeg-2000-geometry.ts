import type { GridArea, Jpeg2000Header } from './jpeg-2000-header.ts';

/** Rows and columns of a picture. */
export interface PictureSize {
  readonly rows: number;
  readonly columns: number;
}

/** From `from` up to `to`, the latter not included: in one direction. */
type Span = readonly [from: number, to: number];

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

/** How many packets there are of all tiles, by the coding style of the main header (T.800 B.9). */
export function packetCount(header: Jpeg2000Header): number {
  const { components, coding, image, tile } = header;
  const across = tileSpans(image.x0, image.x1, tile.x0, tile.x1);
  const down = tileSpans(image.y0, image.y1, tile.y0, tile.y1);
  const [{ dx, dy } = { dx: 1, dy: 1 }] = components;
  let precincts = 0;
  coding.precincts.forEach(([width, height], resolution) => {
    const out = coding.levels - resolution;
    precincts += precinctsAlong(across, dx, out, width) * precinctsAlong(down, dy, out, height);
  });
  return precincts * components.length * coding.layers;
}

/** The part of each tile that is in the picture, in one direction. */
function tileSpans(from: number, to: number, first: number, second: number): Span[] {
  const spans: Span[] = [];
  for (let at = first; at < to; at += second - first) {
    spans.push([Math.max(at, from), Math.min(at + second - first, to)]);
  }
  return spans;
}

function precinctsAlong(
  tiles: readonly Span[],
  step: number,
  levels: number,
  exponent: number,
): number {
  return tiles.reduce((sum, [from, to]) => {
    const [start, end] = span(from, to, step, levels);
    return sum + partsOf(start, end, exponent).length;
  }, 0);
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
