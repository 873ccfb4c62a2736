import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Encapsulated, FrameGroups } from './frame-groups.ts';
import type { ItemWalk } from './item-walk.ts';

/** Fragments have even lengths (PS3.5 A.4), so a native frame of odd length is padded. */
export function isFrameLength(length: number, pixel: ImagePixel): boolean {
  const needed = Math.ceil(frameBits(pixel) / 8);
  return length === needed || length === needed + (needed % 2);
}

/** Native frames in fragments, by their length, which is known (PS3.5 A.4.11). */
export function byLength(
  { declared, pixel }: Encapsulated,
  { lengths, ending, missing }: ItemWalk,
): FrameGroups | undefined {
  const needed = Math.ceil(frameBits(pixel) / 8);
  const firsts: number[] = [];
  let whole = 0;
  let total = 0;
  for (const [k, length] of lengths.entries()) {
    if (total === 0 && length > 0) firsts.push(k);
    total += length;
    if (isFrameLength(total, pixel)) {
      whole++;
      total = 0;
    } else if (total > needed) return undefined;
  }
  if (missing > 0 && whole === firsts.length) whole--;
  if (ending === 'delimiter' && whole < firsts.length) return undefined;
  const agrees = declared.valid && firsts.length === declared.count;
  return {
    strategy: 'frame-length',
    confidence: agrees ? 'verified' : 'inferred',
    firsts,
    whole,
  };
}
