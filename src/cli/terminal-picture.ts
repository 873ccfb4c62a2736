import type { Image } from '../node/index.ts';
import { greyCharacters } from './grey-characters.ts';
import { halfBlocks } from './half-blocks.ts';
import { sixelGraphics } from './sixel.ts';
import { itermImage, kittyGraphics } from './terminal-files.ts';
import type { Cells } from './terminal-files.ts';
import type { TerminalStyle } from './terminal-style.ts';

/** Where a picture goes. A cell is taken to be twice as high as wide. */
export interface Place {
  readonly columns: number;
  /** `Infinity` where it may be longer than a screen. */
  readonly rows: number;
  /** Longest edge in pixels, where that is asked for. */
  readonly size?: number | undefined;
}

/** Longest edge that a picture may have. */
const LARGEST_EDGE = 16_384;

/**
 * Pixels for each column. A terminal fits a file into its cells by itself, so there may be as many as cells
 * of a good screen have; sixels stay as large as they are, and cells are hardly ever smaller than this.
 */
const PIXELS: Readonly<Record<TerminalStyle, number>> = {
  blocks: 1,
  'blocks-256': 1,
  ascii: 1,
  kitty: 10,
  iterm: 10,
  sixel: 6,
};

/** Makes the picture with a longest edge of so many pixels, or a smaller one where it has no more. */
export type MakePicture = (size: number) => Promise<Image>;

/**
 * The largest picture that fits, as what a terminal understands. Of one that is wider than high, or the
 * other way round, the place is known when it was made once, and then it is made again.
 */
export async function terminalPicture(
  make: MakePicture,
  style: TerminalStyle,
  place: Place,
): Promise<{ readonly image: Image; readonly text: string }> {
  const pixels = PIXELS[style];
  const { columns, rows, size } = place;
  // Where a pixel is no part of a cell, any number of them fits.
  const room = pixels > 1 && size !== undefined ? Infinity : pixels;
  const longest = size ?? LARGEST_EDGE;
  const image = await fitted(make, { width: columns * room, height: rows * 2 * room, longest });
  return { image, text: await drawn(image, style, place) };
}

async function drawn(image: Image, style: TerminalStyle, place: Place): Promise<string> {
  switch (style) {
    case 'blocks':
      return halfBlocks(image, 'true');
    case 'blocks-256':
      return halfBlocks(image, '256');
    case 'ascii':
      return greyCharacters(image);
    case 'sixel':
      return sixelGraphics(image);
    case 'kitty':
      return kittyGraphics(await image.encode('png'), cellsOf(image, place));
    case 'iterm':
      return itermImage(await image.encode('png'), cellsOf(image, place));
  }
}

/** Of a picture, in pixels. */
interface Most {
  readonly width: number;
  readonly height: number;
  readonly longest: number;
}

async function fitted(make: MakePicture, { width, height, longest }: Most): Promise<Image> {
  const size = Math.min(width, height, longest);
  const first = await make(size);
  // The shorter edge was rounded, and must not be too long when it is larger.
  const scale = Math.min(
    width / Math.min(size, first.width + 0.5),
    height / Math.min(size, first.height + 0.5),
  );
  const larger = Math.min(longest, Math.floor(size * scale));
  const isSmaller = Math.max(first.width, first.height) < size;
  return isSmaller || larger <= size ? first : make(larger);
}

/** The cells that half blocks of no more pixels would take. */
function cellsOf({ width, height }: Image, place: Place): Cells {
  const [across, down] = [place.columns / width, (2 * place.rows) / height];
  const scale = Math.min(1, across, down);
  return {
    columns: Math.max(1, Math.round(width * scale)),
    rows: Math.max(1, Math.round((height * scale) / 2)),
    limit: across <= down ? 'columns' : 'rows',
  };
}
