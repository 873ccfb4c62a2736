import type { Image } from '../display/image.ts';
import type { ThumbnailOptions } from '../file/dicom-file.ts';
import type { FramedexError } from '../errors.ts';
import type { Series } from './series.ts';

/** How a contact sheet is laid out. */
export interface ContactSheetOptions extends Omit<ThumbnailOptions, 'size' | 'frame' | 'bitDepth'> {
  /** Longest edge of each picture: 160 by default. */
  readonly size?: number | undefined;
  /** Pictures in a row: as many as make the sheet about as wide as high, by default. */
  readonly columns?: number | undefined;
  /** A line above the pictures. */
  readonly title?: string | undefined;
  /** After each picture. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** One picture of several series. */
export interface ContactSheet {
  readonly image: Image;
  /** The series that there is no picture of, and why: also those of objects without pixels. */
  readonly failures: readonly { readonly series: Series; readonly reason: FramedexError }[];
}

/**
 * One picture of all series, in their order: of each its thumbnail, with modality, description and counts
 * below it. Of one without a picture, its place says what it is instead, or what is wrong.
 *
 * @example
 * ```ts
 * const { image } = await contactSheet(await collection.series(), { title: 'study.zip' });
 * await writeFile('sheet.png', await image.encode('png'));
 * ```
 */
export type MakeContactSheet = (
  series: readonly Series[],
  options?: ContactSheetOptions,
) => Promise<ContactSheet>;
