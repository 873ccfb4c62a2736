import type { Header } from '../dicom/header.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { cellBytes, isVr } from '../dicom/vr.ts';

/** Bytes of a word whose order the file has reversed; 1 where it has not. */
export type SwappedWord = 1 | 2 | 4 | 8;

/**
 * Bytes of the words that the pixel data has in big endian (PS3.5 7.3): of the cells, or of the 16-bit
 * words that OW packs smaller cells in; 1 where nothing is to be swapped.
 */
export function swappedWord(
  { littleEndian, transferSyntax, pixelData }: Header,
  { bitsAllocated }: ImagePixel,
): SwappedWord {
  const bigEndian = !littleEndian || transferSyntax.bigEndianPixels;
  if (!bigEndian) return 1;
  if (bitsAllocated === 16 || bitsAllocated === 32 || bitsAllocated === 64) {
    return bitsAllocated === 16 ? 2 : bitsAllocated === 32 ? 4 : 8;
  }
  return pixelData !== undefined && isVr(pixelData.vr) ? cellBytes(pixelData.vr) : 2;
}

/** Reverses the bytes of each unit of 2, 4 or 8, in place (PS3.5 7.3); a rest is left as it is. */
export function swapBytes(bytes: Uint8Array, unit: Exclude<SwappedWord, 1>): void {
  const { buffer, byteOffset, length } = bytes;
  const atOnce = byteOffset % 4 === 0 ? length - (length % Math.max(4, unit)) : 0;
  const words = atOnce === 0 ? undefined : new Uint32Array(buffer, byteOffset, atOnce / 4);
  if (words !== undefined) SWAPS[unit](words);
  for (let at = atOnce; at + unit <= length; at += unit) {
    for (let low = at, high = at + unit - 1; low < high; low++, high--) {
      const kept = bytes[low] ?? 0;
      bytes[low] = bytes[high] ?? 0;
      bytes[high] = kept;
    }
  }
}

const SWAPS = { 2: swapPairs, 4: swapWords, 8: swapLongs } as const;

/** Two words of 16 bits at once. */
function swapPairs(words: Uint32Array): void {
  for (let k = 0; k < words.length; k++) {
    const word = words[k] ?? 0;
    words[k] = ((word & 0x00ff00ff) << 8) | ((word >>> 8) & 0x00ff00ff);
  }
}

function swapWords(words: Uint32Array): void {
  for (let k = 0; k < words.length; k++) words[k] = reversed(words[k] ?? 0);
}

function swapLongs(words: Uint32Array): void {
  for (let k = 0; k + 1 < words.length; k += 2) {
    const low = words[k] ?? 0;
    words[k] = reversed(words[k + 1] ?? 0);
    words[k + 1] = reversed(low);
  }
}

function reversed(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
