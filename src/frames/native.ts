import type { Header } from '../dicom/header.ts';
import type { PixelElement } from '../dicom/element.ts';
import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { swappedWord } from './byte-order.ts';
import type { SwappedWord } from './byte-order.ts';
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
  if (element.length === 0) return emptyIndex(nothing(header, element), { declared, pixel });
  const word = swappedWord(header, pixel);
  reportElement(header, element, word);
  // Of a swapped word that is cut, the byte that is missing is the one that comes first.
  const whole = Math.floor(((present - (present % word)) * 8) / bits);
  const expected = declared.valid ? declared.count : Math.max(1, whole);
  const needed = Math.ceil((bits * expected) / 8);
  const excess = present - needed;
  const isPadded = present % word === 0 && (excess === 0 || (excess === 1 && needed % 2 === 1));
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
    name: header.name,
    layout: { kind: 'native', offset: where, frameBits: bits, end },
  });
}

/** What is odd about the element itself, whatever is in it. */
function reportElement(
  { warnings }: Header,
  { length, offset, tag, vr }: PixelElement,
  word: SwappedWord,
): void {
  if (length % 2 === 1) {
    warnings.report('ODD_LENGTH', `the pixel data has an odd length, ${length}`, offset, tag);
  }
  if (vr === 'OW' && word > 2) {
    // OW is a string of 16-bit words (PS3.5 6.2); writers swap the whole cell, as OL and OV would.
    const message = `OW of ${8 * word}-bit cells in big endian: read as cells of ${word} bytes, swapped as a whole`;
    warnings.report('PIXEL_MODULE', message, offset, tag);
  }
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
