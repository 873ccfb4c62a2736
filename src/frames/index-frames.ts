import type { ReadOptions } from '../bytes/source.ts';
import { UNDEFINED_LENGTH } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import { frameBits, imagePixel } from '../dicom/image-pixel.ts';
import type { Limits } from '../dicom/limits.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { indexEncapsulated } from './encapsulated.ts';
import { declaredCount } from './frame-count.ts';
import { emptyIndex } from './frame-index.ts';
import type { LaidOutIndex } from './frame-index.ts';
import { indexNative } from './native.ts';

/** Faults of what is read from, not of what is in it: they may be gone the next time. */
const SOURCE_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'IO',
  'CLOSED',
  'SOURCE_CHANGED',
  'HTTP',
  'HTTP_NO_RANGE',
  'ZIP_CRC',
  'ZIP_SIZE_MISMATCH',
  'INFLATE',
  'INFLATE_LIMIT',
]);

/**
 * Finds the frames of an object. Never throws for what is wrong with its pixels, unless `strict`:
 * tags stay readable, and the index says why there are no frames.
 */
export async function indexFrames(
  header: Header,
  limits: Limits,
  options?: ReadOptions,
): Promise<LaidOutIndex> {
  const { pixelData: element, dataset, warnings, transferSyntax } = header;
  if (element === undefined) {
    return emptyIndex(
      new FramedexError('NO_PIXEL_DATA', 'the object has no pixel data', {
        name: header.name,
        advice: 'Only its tags can be read.',
      }),
    );
  }
  const declared = declaredCount(header);
  try {
    const pixel = imagePixel(dataset, element.tag, warnings);
    if (element.length === UNDEFINED_LENGTH) {
      if (!transferSyntax.encapsulated) {
        const message = 'pixel data in fragments under a native transfer syntax';
        warnings.report('TRANSFER_SYNTAX_MISMATCH', message, element.offset, element.tag);
      }
      return await indexEncapsulated({ header, element, pixel, declared, limits }, options);
    }
    if (transferSyntax.encapsulated) {
      const message = 'native pixel data under an encapsulated transfer syntax';
      warnings.report('TRANSFER_SYNTAX_MISMATCH', message, element.offset, element.tag);
      // Only where it is exactly as long as native frames are is it taken for them.
      const needed = Math.ceil((frameBits(pixel) * declared.count) / 8);
      if (element.length !== needed + (needed % 2)) {
        return emptyIndex(neither(header, element.length, needed), declared.count, pixel);
      }
    }
    return indexNative(header, element, pixel, declared);
  } catch (error) {
    if (!isFramedexError(error) || header.warnings.strict || SOURCE_FAULTS.has(error.code))
      throw error;
    return emptyIndex(error, declared.count);
  }
}

function neither(header: Header, length: number, needed: number): FramedexError {
  return new FramedexError('BAD_LENGTH', 'pixel data that is neither fragments nor native frames', {
    name: header.name,
    offset: header.pixelData?.valueOffset,
    expected: `fragments, or ${needed} bytes`,
    found: `${length} bytes`,
  });
}
