import type { Dataset } from '../dicom/dataset.ts';
import { UNDEFINED_LENGTH } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import { frameBits, imagePixel } from '../dicom/image-pixel.ts';
import { isFramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { isCut } from '../series/slice.ts';

const NONE: readonly Warning[] = [];
/** Of each of a hundred thousand instances. */
const MOST_KEPT = 10;

/**
 * What was tolerated of an object, and whether its pixels can all be there, which native pixel data
 * shows without a look at them. Missing bytes come first. A second pass has met most faults of the first `again`.
 */
export function headerWarnings(
  header: Header,
  again: readonly Warning[] = NONE,
): readonly Warning[] {
  reportMissingPixels(header);
  const once = header.warnings.list;
  const isNew = ({ code, offset, tag }: Warning): boolean =>
    !once.some((known) => known.code === code && known.offset === offset && known.tag === tag);
  const list = again.length === 0 ? once : [...once, ...again.filter(isNew)];
  if (list.length === 0) return NONE;
  const others = list.filter((warning) => !isCut(warning));
  return [...list.filter(isCut), ...others].slice(0, MOST_KEPT);
}

/** Number of Frames, 1 where it is absent or no count. */
export function declaredFrames(dataset: Dataset): number {
  const value = dataset.get('NumberOfFrames');
  return value !== undefined && Number.isInteger(value) && value > 0 ? value : 1;
}

function reportMissingPixels({ pixelData, source, dataset, warnings }: Header): void {
  if (pixelData === undefined || pixelData.length === UNDEFINED_LENGTH) return;
  const { valueOffset, length, tag } = pixelData;
  const present = Math.max(0, Math.min(length, source.size - valueOffset));
  if (present < length) {
    const message = `the pixel data has ${length} bytes, the file ends after ${present}`;
    warnings.report('PIXEL_LENGTH', message, valueOffset, tag);
    return;
  }
  try {
    const frames = declaredFrames(dataset);
    const needed = Math.ceil((frameBits(imagePixel(dataset, tag, warnings)) * frames) / 8);
    if (present >= needed) return;
    const message = `${frames} frames need ${needed} bytes, there are ${present}`;
    warnings.report('PIXEL_LENGTH', message, valueOffset, tag);
  } catch (error) {
    // Where no pixel can be placed, opening the object says so.
    if (!isFramedexError(error, 'BAD_PIXEL_MODULE')) throw error;
  }
}
