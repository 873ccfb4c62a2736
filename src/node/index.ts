/**
 * framedex in Node: the portable surface, and paths, folders and archives.
 *
 * @module
 */
import { render as renderPortable } from '../display/render.ts';
import type { RenderOptions } from '../display/render.ts';
import type { Image } from '../display/image.ts';
import type { Frame } from '../frames/frame.ts';
import { deflateFast } from './context.ts';

export {
  DEFAULT_LIMITS,
  FramedexError,
  STANDARD_EDITION,
  dateTimeToDate,
  defaultCodecs,
  dictionaryEntry,
  formatTag,
  interleavedPixel,
  isFramedexError,
  modalityValues,
  parseAge,
  parseDate,
  parseDateRange,
  parseDateTime,
  parseDateTimeRange,
  parsePersonName,
  parseTime,
  parseTimeRange,
  uidName,
} from '../index.ts';
export type * from '../index.ts';
export { createContext } from './context.ts';
export type { NodeContext, NodeContextOptions } from './context.ts';
export type { SpoolOptions } from './spool.ts';
export { open, openArchive, openFolder } from './open.ts';
export type { Input, NodeOpenOptions } from './open.ts';

/**
 * A frame as a picture: the portable `render`, with Node's own deflate for its PNG.
 *
 * @example
 * ```ts
 * const picture = render(await file.frame(0), { size: 256 });
 * await writeFile('slice.png', await picture.encode('png'));
 * ```
 */
export function render(frame: Frame, options?: RenderOptions): Image {
  return renderPortable(frame, { deflate: deflateFast, ...options });
}
