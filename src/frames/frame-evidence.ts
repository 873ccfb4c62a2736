import { ITEM, SEQUENCE_DELIMITATION } from '../dicom/element.ts';
import { ITEM_HEADER, itemHeader } from './item-walk.ts';
import { codeStreamEndOf } from '../codecs/code-stream-end.ts';
import { endsCodeStream } from '../codecs/code-stream-start.ts';
import { rleEnd } from '../codecs/rle-end.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { TransferSyntax } from '../dicom/transfer-syntax.ts';
import { ENCAPSULATED_UNCOMPRESSED } from '../dicom/transfer-syntax.ts';
import { frameFamily, hasKnownStarts, rleSegmentBytes } from './code-stream-groups.ts';
import { isFrameLength } from './frame-length.ts';

/** The end of a code stream and what it is padded with. */
const TAIL = 16;

/**
 * Whether these bytes are one frame, as far as they tell. `quickly` looks at both ends only, which is
 * enough where nothing speaks against it; otherwise the code stream is followed to its end.
 */
export function isWholeFrame(
  bytes: Uint8Array,
  pixel: ImagePixel,
  syntax: TransferSyntax,
  quickly: boolean,
): boolean {
  if (!hasKnownStarts(syntax)) return true;
  if (syntax.uid === ENCAPSULATED_UNCOMPRESSED) return isFrameLength(bytes.length, pixel);
  const family = frameFamily(syntax, pixel, bytes);
  if (family === undefined) return false;
  if (quickly && family !== 'rle' && endsCodeStream(bytes.subarray(-TAIL), family)) return true;
  const end = family === 'rle' ? rleEnd(bytes, rleSegmentBytes(pixel)) : codeStreamEndOf(bytes);
  return end !== undefined && (end === 'unknown' || !isItem(bytes, end + (end % 2)));
}

/** Behind its end, a frame is padded; where an item is there, its length swallowed the next one. */
function isItem(bytes: Uint8Array, at: number): boolean {
  if (at + ITEM_HEADER > bytes.length) return false;
  const { tag } = itemHeader(bytes, at, true);
  return tag === ITEM || tag === SEQUENCE_DELIMITATION;
}

/**
 * Whether a frame may start with these bytes, the first ones of its first fragment; where nothing is
 * known of how frames start, any may.
 */
export function startsFrame(bytes: Uint8Array, pixel: ImagePixel, syntax: TransferSyntax): boolean {
  if (!hasKnownStarts(syntax) || syntax.uid === ENCAPSULATED_UNCOMPRESSED) return true;
  return frameFamily(syntax, pixel, bytes) !== undefined;
}

/** Whether the frame ends in its last `last` bytes, as far as it can be known: those of its last fragment. */
export function endsWithin(
  bytes: Uint8Array,
  last: number,
  pixel: ImagePixel,
  syntax: TransferSyntax,
): boolean {
  if (syntax.uid === ENCAPSULATED_UNCOMPRESSED) return isFrameLength(bytes.length, pixel);
  const family = hasKnownStarts(syntax) ? frameFamily(syntax, pixel, bytes) : undefined;
  if (family === undefined) return false;
  const end = family === 'rle' ? rleEnd(bytes, rleSegmentBytes(pixel)) : codeStreamEndOf(bytes);
  return typeof end === 'number' && end > bytes.length - last;
}
