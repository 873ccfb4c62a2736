/**
 * framedex in Node: the portable surface, and paths.
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

// One by one: what browsers need beside them, Node does not load.
export { interleavedPixel } from '../codecs/codec.ts';
export { defaultCodecs } from '../codecs/default-codecs.ts';
export { labelVolume } from '../collection/labels.ts';
export { rankSeries } from '../collection/rank-series.ts';
export {
  dateTimeToDate,
  parseAge,
  parseDate,
  parseDateRange,
  parseDateTime,
  parseDateTimeRange,
  parseTime,
  parseTimeRange,
} from '../dicom/date-time.ts';
export { STANDARD_EDITION, dictionaryEntry } from '../dicom/dictionary.ts';
export { DEFAULT_LIMITS } from '../dicom/limits.ts';
export { parsePersonName } from '../dicom/person-name.ts';
export { formatTag } from '../dicom/tag.ts';
export { uidName } from '../dicom/uid.ts';
export { commonWindow } from '../display/common-window.ts';
export { modalityValues } from '../display/modality.ts';
export { realWorldValues } from '../display/real-world-values.ts';
export { FramedexError, isFramedexError } from '../errors.ts';
export { planeLayout } from '../series/anatomical-planes.ts';
export { encodeVolume } from '../series/encode-volume.ts';
export { rasAffine } from '../series/ras-affine.ts';
export { DEFAULT_TOLERANCES } from '../series/tolerances.ts';
export type * from '../index.ts';
export { createContext } from './context.ts';
export type { NodeContext, NodeContextOptions } from './context.ts';
export type { SpoolOptions } from './spool.ts';
export { open, openArchive, openFolder, openHttp, openRemote } from './open.ts';
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
