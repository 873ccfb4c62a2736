/**
 * framedex in Node: the portable surface, and paths, folders and archives.
 *
 * @module
 */
import { contactSheet as portableContactSheet } from '../collection/contact-sheet.ts';
import type { ContactSheet, ContactSheetOptions } from '../collection/contact-sheet.ts';
import type { Series } from '../collection/series.ts';
import { render as renderPortable } from '../display/render.ts';
import type { For16Bits, RenderOptions } from '../display/render.ts';
import type { Image, Image16 } from '../display/image.ts';
import type { Frame } from '../frames/frame.ts';
import { nodeEncoders } from './picture-encoder.ts';

export {
  DEFAULT_LIMITS,
  DEFAULT_TOLERANCES,
  FramedexError,
  STANDARD_EDITION,
  commonWindow,
  dateTimeToDate,
  defaultCodecs,
  dictionaryEntry,
  encodeVolume,
  formatTag,
  interleavedPixel,
  isFramedexError,
  labelVolume,
  modalityValues,
  parseAge,
  parseDate,
  parseDateRange,
  parseDateTime,
  parseDateTimeRange,
  parsePersonName,
  parseTime,
  parseTimeRange,
  planeLayout,
  rankSeries,
  rasAffine,
  realWorldValues,
  uidName,
} from '../index.ts';
export type * from '../index.ts';
export { createContext } from './context.ts';
export type { NodeContext, NodeContextOptions } from './context.ts';
export type { SpoolOptions } from './spool.ts';
export { open, openArchive, openFolder } from './open.ts';
export type { Input, NodeOpenOptions } from './open.ts';

/**
 * One picture of all series: the portable `contactSheet`, with Node's own deflate for its PNG, and `sharp`
 * for JPEG and WebP where that is installed.
 *
 * @example
 * ```ts
 * const { image } = await contactSheet(await collection.series(), { title: 'study.zip' });
 * await writeFile('sheet.png', await image.encode('png'));
 * ```
 */
export function contactSheet(
  series: readonly Series[],
  options?: ContactSheetOptions,
): Promise<ContactSheet> {
  return portableContactSheet(series, { encoders: nodeEncoders, ...options });
}

/**
 * A frame as a picture: the portable `render`, with Node's own deflate for its PNG, and `sharp` for JPEG
 * and WebP where that is installed.
 *
 * @example
 * ```ts
 * const picture = render(await file.frame(0), { size: 256 });
 * await writeFile('slice.png', await picture.encode('png'));
 * ```
 */
export function render(frame: Frame, options: For16Bits<RenderOptions>): Image16;
export function render(frame: Frame, options?: RenderOptions): Image;
export function render(
  frame: Frame,
  options: RenderOptions | For16Bits<RenderOptions> = {},
): Image | Image16 {
  const { encoders = nodeEncoders } = options;
  return options.bitDepth === 16
    ? renderPortable(frame, { ...options, encoders })
    : renderPortable(frame, { ...options, encoders });
}
