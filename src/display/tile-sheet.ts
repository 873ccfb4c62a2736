import { FramedexError } from '../errors.ts';
import { createImage } from './image.ts';
import type { Image } from './image.ts';
import { LINE_HEIGHT, cutText, drawText, widthOf, wrapText } from './lettering.ts';
import type { Canvas } from './lettering.ts';
import type { PictureEncoders } from './picture-encoders.ts';

/** A place on a sheet: a picture, or words where there is none, and a few lines below it. */
export interface Tile {
  /** Of 8 bits, and at most as large as the places of the sheet are. */
  readonly picture?: Image | undefined;
  /** Shown in the place of a picture that is not there. */
  readonly instead?: string | undefined;
  /** Each is cut where it does not fit. */
  readonly lines: readonly string[];
}

/** How tiles are laid out. */
export interface SheetLayout {
  /** Width and height of a picture's place, in pixels. */
  readonly size: number;
  /** Places in a row: as many as make the sheet about as wide as high, where nothing is said. */
  readonly columns?: number | undefined;
  /** Lines below each picture. */
  readonly lines: number;
  readonly title?: string | undefined;
  readonly encoders?: PictureEncoders | undefined;
}

/** A sheet under way: no picture is kept once it is drawn. */
export interface TileSheet {
  /** How many tiles there are places for: those that were asked for, or fewer, where they are too many. */
  readonly places: number;
  /** Draws the tile of a place, counted from 0 along the rows, in any order. */
  draw(place: number, tile: Tile): void;
  /** Grey where all of its pictures are, otherwise RGB. */
  image(): Image;
}

/** Longest edge of a sheet in pixels, and the most pixels of one. */
const LARGEST_EDGE = 16_384;
const MOST_PIXELS = 2 ** 26;
/** Longest edge of a picture's place: of the largest, a sheet has a few. */
const LARGEST_PLACE = 2048;

const MARGIN = 10;
const FIRST_LINE = 230;
const OTHER_LINES = 150;
const INSTEAD = 110;
const FRAME = 45;

/**
 * A black sheet with places for so many tiles, as far as they fit on one: it has no edge longer than
 * 16,384 pixels, and no more than 67,108,864 of them.
 *
 * @throws FramedexError `USAGE` for a `size` or `columns` that no sheet can have.
 */
export function createTileSheet(tiles: number, layout: SheetLayout): TileSheet {
  const { size, lines } = layout;
  const grid = gridOf(tiles, layout);
  const { columns, rows, width, height, top, tileHeight } = grid;
  let canvas: Canvas = { width, height, channels: 1, data: new Uint8ClampedArray(width * height) };
  const { title } = layout;
  if (title !== undefined) {
    drawText(canvas, cutText(title, width - 2 * MARGIN), MARGIN, MARGIN, FIRST_LINE);
  }
  return {
    places: Math.min(tiles, columns * rows),
    draw(place, { picture, instead, lines: texts }) {
      const x = MARGIN + (place % columns) * (size + MARGIN);
      const y = top + Math.floor(place / columns) * (tileHeight + MARGIN);
      if (picture !== undefined && picture.channels > 1) canvas = inColour(canvas);
      if (picture === undefined) drawInstead(canvas, instead ?? '', x, y, size);
      else drawPicture(canvas, picture, x, y, size);
      for (const [k, text] of texts.slice(0, lines).entries()) {
        const level = k === 0 ? FIRST_LINE : OTHER_LINES;
        drawText(canvas, cutText(text, size), x, y + size + 4 + k * LINE_HEIGHT, level);
      }
    },
    image: () => createImage({ ...canvas, bitDepth: 8, encoders: layout.encoders }),
  };
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
  /** Of the first row. */
  readonly top: number;
  readonly tileHeight: number;
}

function gridOf(tiles: number, { size, lines, title, columns: given }: SheetLayout): Grid {
  if (!(Number.isInteger(size) && size >= 1 && size <= LARGEST_PLACE)) {
    throw new FramedexError('USAGE', 'size is no size of pictures on a sheet', {
      expected: `whole pixels, 1 to ${LARGEST_PLACE}`,
      found: String(size),
    });
  }
  const tileHeight = size + 4 + lines * LINE_HEIGHT;
  const top = MARGIN + (title === undefined ? 0 : LINE_HEIGHT + MARGIN);
  const most = Math.floor((LARGEST_EDGE - MARGIN) / (size + MARGIN));
  if (given !== undefined && !(Number.isInteger(given) && given >= 1 && given <= most)) {
    throw new FramedexError('USAGE', 'columns are no number of pictures in a row', {
      expected: `a whole number, 1 to ${most} for pictures of ${size} pixels`,
      found: String(given),
    });
  }
  const square = Math.round(Math.sqrt((tiles * (tileHeight + MARGIN)) / (size + MARGIN)));
  const mostSquare = Math.floor((Math.sqrt(MOST_PIXELS) - MARGIN) / (size + MARGIN));
  const columns = Math.max(1, Math.min(given ?? Math.min(square, mostSquare), tiles, most));
  const width = MARGIN + columns * (size + MARGIN);
  const highest = Math.min(LARGEST_EDGE, Math.floor(MOST_PIXELS / width));
  const fitting = Math.max(1, Math.floor((highest - top) / (tileHeight + MARGIN)));
  const rows = Math.max(1, Math.min(Math.ceil(tiles / columns), fitting));
  return { columns, rows, width, height: top + rows * (tileHeight + MARGIN), top, tileHeight };
}

function inColour(canvas: Canvas): Canvas {
  if (canvas.channels === 3) return canvas;
  const { data, ...size } = canvas;
  const colours = new Uint8ClampedArray(data.length * 3);
  for (let from = 0, to = 0; from < data.length; from++) {
    const level = data[from] ?? 0;
    colours[to++] = level;
    colours[to++] = level;
    colours[to++] = level;
  }
  return { ...size, channels: 3, data: colours };
}

function drawPicture(canvas: Canvas, picture: Image, x: number, y: number, size: number): void {
  const { width, height, channels } = picture;
  if (width > size || height > size) {
    throw new FramedexError('USAGE', 'a picture is larger than its place on the sheet', {
      expected: `${size} x ${size} pixels at most`,
      found: `${width} x ${height}`,
    });
  }
  const left = x + ((size - width) >> 1);
  const top = y + ((size - height) >> 1);
  for (let row = 0; row < height; row++) {
    const from = row * width * channels;
    const to = ((top + row) * canvas.width + left) * canvas.channels;
    const samples = picture.data.subarray(from, from + width * channels);
    if (channels === canvas.channels) canvas.data.set(samples, to);
    else drawRow(canvas.data, to, samples, channels);
  }
}

/** Grey, or colours over black, in a row of a sheet in colour. */
function drawRow(
  into: Uint8ClampedArray,
  start: number,
  samples: Uint8ClampedArray,
  channels: 1 | 3 | 4,
): void {
  for (let from = 0, to = start; from < samples.length; from += channels) {
    const opacity = channels === 4 ? (samples[from + 3] ?? 0) / 255 : 1;
    for (let k = 0; k < 3; k++) {
      into[to++] = (samples[channels === 1 ? from : from + k] ?? 0) * opacity;
    }
  }
}

function drawInstead(canvas: Canvas, words: string, x: number, y: number, size: number): void {
  drawFrame(canvas, x, y, size);
  const room = size - 2 * MARGIN;
  const most = Math.floor(room / LINE_HEIGHT);
  if (most < 1) return;
  const lines = wrapText(words, room, most);
  const top = y + ((size - lines.length * LINE_HEIGHT) >> 1);
  for (const [k, line] of lines.entries()) {
    const left = x + ((size - widthOf(line)) >> 1);
    drawText(canvas, line, left, top + k * LINE_HEIGHT, INSTEAD);
  }
}

function drawFrame(canvas: Canvas, x: number, y: number, size: number): void {
  const { width, channels, data } = canvas;
  const stride = width * channels;
  const [left, right] = [x * channels, (x + size) * channels];
  for (let row = y; row < y + size; row++) {
    const start = row * stride;
    const isEdge = row === y || row === y + size - 1;
    if (isEdge) data.fill(FRAME, start + left, start + right);
    data.fill(FRAME, start + left, start + left + channels);
    data.fill(FRAME, start + right - channels, start + right);
  }
}
