import type { Header } from '../dicom/header.ts';
import type { PixelElement } from '../dicom/element.ts';
import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { swappedWord } from './byte-order.ts';
import { emptyIndex, frameIndex } from './frame-index.ts';
import type { LaidOutIndex } from './frame-index.ts';
import type { DeclaredCount } from './frame-count.ts';

/**
 * The index of native pixel data (PS3.5 8.1.1, A.2): nothing is read for it. Frames are as many as are
 * declared, or, where no count is, as many as the length comes to; those that begin behind the end are
 * left out. Lengths that disagree with the geometry are recorded.
 */
export function indexNative(
  header: Header,
  element: PixelElement,
  pixel: ImagePixel,
  declared: DeclaredCount,
): LaidOutIndex {
  const bits = frameBits(pixel);
  const where = element.valueOffset;
  const end = Math.min(header.source.size, where + element.length);
  const present = Math.max(0, end - where);
  if (present === 0) return emptyIndex(nothing(header, element), declared.count, pixel);
  const word = swappedWord(header, pixel);
  // Of a swapped word that is cut, the byte that is missing is the one that comes first.
  const whole = Math.floor(((present - (present % word)) * 8) / bits);
  const expected = declared.valid ? declared.count : Math.max(1, whole);
  const needed = Math.ceil((bits * expected) / 8);
  const excess = present - needed;
  const isPadded = excess === 0 || (excess === 1 && needed % 2 === 1);
  if (!isPadded) reportLength(header, element, { expected, needed, present, whole });
  const count = Math.min(expected, Math.ceil((present * 8) / bits));
  return frameIndex({
    count,
    declaredCount: declared.count,
    counts: {
      declared: declared.written,
      found: Math.min(count, whole),
      // Padding to even length is no frame, however small frames are (PS3.5 8.1.1).
      byBytes: isPadded ? expected : whole,
      fragments: undefined,
    },
    strategy: 'native',
    confidence: declared.valid ? 'exact' : 'inferred',
    pixel,
    layout: { kind: 'native', offset: where, frameBits: bits, end },
  });
}

/** Bytes that are missing are told of at the start of the pixels, others where they begin. */
function reportLength(
  { warnings }: Header,
  { valueOffset, tag }: PixelElement,
  lengths: { expected: number; needed: number; present: number; whole: number },
): void {
  const { expected, needed, present, whole } = lengths;
  const need = `${frames(expected)} need${expected === 1 ? 's' : ''} ${needed} bytes`;
  const message = `${need}, there are ${present}: ${frames(whole)} as a whole`;
  const offset = present < needed ? valueOffset : valueOffset + needed;
  warnings.report('PIXEL_LENGTH', message, offset, tag);
}

function frames(count: number): string {
  return `${count} frame${count === 1 ? '' : 's'}`;
}

function nothing({ name }: Header, { valueOffset, tag }: PixelElement): FramedexError {
  const details = { name, offset: valueOffset, tag };
  return new FramedexError('NO_PIXEL_DATA', 'the pixel data is empty', details);
}
