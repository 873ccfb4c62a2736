import type { Image } from './image.ts';

/** A place on a sheet: a picture, or words where there is none, and a few lines below it. */
export interface Tile {
  /** At most as large as the places of the sheet are. */
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
  readonly columns: number;
  readonly title?: string | undefined;
}

/** Draws tiles in rows: grey where all of its pictures are, otherwise RGB. */
export type DrawTiles = (tiles: readonly Tile[], layout: SheetLayout) => Image;
