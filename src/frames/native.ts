import type { Header } from '../dicom/header.ts';
import type { PixelElement } from '../dicom/element.ts';
import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { emptyIndex, frameIndex } from './frame-index.ts';
import type { LaidOutIndex } from './frame-index.ts';
import type { DeclaredCount } from './frame-count.ts';

/**
 * The index of native pixel data (PS3.5 8.1.1, A.2): nothing is read for it. Lengths that disagree
 * with the geometry are recorded; which frames exist as a whole shows when they are asked for.
 */
export function indexNative(
  header: Header,
  element: PixelElement,
  pixel: ImagePixel,
  declared: DeclaredCount,
): LaidOutIndex {
  const { source, warnings } = header;
  const bits = frameBits(pixel);
  const end = Math.min(source.size, element.valueOffset + element.length);
  const present = end - element.valueOffset;
  if (present === 0) {
    return emptyIndex(
      new FramedexError('NO_PIXEL_DATA', 'the pixel data is empty', {
        name: header.name,
        offset: element.valueOffset,
        tag: element.tag,
      }),
      declared.count,
      pixel,
    );
  }
  const whole = Math.floor((present * 8) / bits);
  const count = declared.valid ? declared.count : Math.max(1, whole);
  const needed = Math.ceil((bits * count) / 8);
  const where = element.valueOffset;
  if (present < needed) {
    const message = `${count} frames need ${needed} bytes, there are ${present}`;
    warnings.report('PIXEL_LENGTH', message, where, element.tag);
  } else if (present > needed + (needed % 2)) {
    const message = `${present - needed} bytes behind the last frame`;
    warnings.report('PIXEL_LENGTH', message, where + needed, element.tag);
  }
  return frameIndex({
    count,
    declaredCount: declared.count,
    strategy: 'native',
    confidence: declared.valid ? 'exact' : 'inferred',
    pixel,
    layout: { kind: 'native', offset: element.valueOffset, frameBits: bits, end },
  });
}
