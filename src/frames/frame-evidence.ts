import { codeStreamEndOf } from '../codecs/code-stream-end.ts';
import type { CodeStreamEnd } from '../codecs/code-stream-end.ts';
import {
  codeStreamFamily,
  endsCodeStream,
  isRleHeader,
  RLE_HEADER,
} from '../codecs/code-stream-start.ts';
import type { CodeStreamFamily } from '../codecs/code-stream-start.ts';
import { rleEnd } from '../codecs/rle-end.ts';
import { ITEM, SEQUENCE_DELIMITATION } from '../dicom/element.ts';
import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import {
  DEFLATED_IMAGE_FRAME,
  ENCAPSULATED_UNCOMPRESSED,
  RLE_LOSSLESS,
  transferSyntax,
} from '../dicom/transfer-syntax.ts';
import type { TransferSyntax } from '../dicom/transfer-syntax.ts';
import { isFrameLength } from './frame-length.ts';
import { ITEM_HEADER, itemHeader } from './item-walk.ts';

/** The end of a code stream and what it is padded with. */
export const FRAME_TAIL = 16;

/** Whether the bytes can tell where a frame starts. */
export function hasKnownStarts({ uid }: TransferSyntax): boolean {
  return uid !== DEFLATED_IMAGE_FRAME && transferSyntax(uid) !== undefined;
}

/** What a frame of this object starts with, by its first bytes. */
export function frameFamily(
  { uid }: TransferSyntax,
  { samplesPerPixel, bitsAllocated }: ImagePixel,
  bytes: Uint8Array,
): CodeStreamFamily | undefined {
  const family = codeStreamFamily(bytes);
  if (uid !== RLE_LOSSLESS) return family;
  const segments = samplesPerPixel * Math.ceil(bitsAllocated / 8);
  if (isRleHeader(bytes.subarray(0, RLE_HEADER), segments)) return 'rle';
  return family === 'rle' ? undefined : family;
}

/**
 * Whether a frame may start with these bytes, the first ones of its first fragment; where nothing is
 * known of how frames start, any may.
 */
export function startsFrame(bytes: Uint8Array, pixel: ImagePixel, syntax: TransferSyntax): boolean {
  if (!hasKnownStarts(syntax) || syntax.uid === ENCAPSULATED_UNCOMPRESSED) return true;
  return frameFamily(syntax, pixel, bytes) !== undefined;
}

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
  if (quickly && family !== 'rle' && endsCodeStream(bytes.subarray(-FRAME_TAIL), family)) {
    return true;
  }
  const end = frameEnd(family, bytes, pixel);
  return end !== undefined && (end === 'unknown' || !isItem(bytes, end + (end % 2)));
}

/** Whether the frame ends in its last `last` bytes, those of its last fragment, as far as it can be known. */
export function endsWithin(
  bytes: Uint8Array,
  last: number,
  pixel: ImagePixel,
  syntax: TransferSyntax,
): boolean {
  if (syntax.uid === ENCAPSULATED_UNCOMPRESSED) return isFrameLength(bytes.length, pixel);
  const family = hasKnownStarts(syntax) ? frameFamily(syntax, pixel, bytes) : undefined;
  const end = family === undefined ? undefined : frameEnd(family, bytes, pixel);
  return typeof end === 'number' && end > bytes.length - last;
}

/** Just behind the code stream that these bytes start with. */
export function frameEnd(
  family: CodeStreamFamily,
  bytes: Uint8Array,
  { rows, columns, ...pixel }: ImagePixel,
): CodeStreamEnd {
  if (family !== 'rle') return codeStreamEndOf(bytes);
  // One segment comes to a byte of each pixel, or of eight where a pixel is a bit (PS3.5 G.2).
  const bitmap = pixel.bitsAllocated === 1 && pixel.samplesPerPixel === 1;
  return rleEnd(
    bytes,
    bitmap ? Math.ceil(frameBits({ rows, columns, ...pixel }) / 8) : rows * columns,
  );
}

/** Behind its end, a frame is padded; where an item is there, its length swallowed the next one. */
export function isItem(bytes: Uint8Array, at: number): boolean {
  if (at + ITEM_HEADER > bytes.length) return false;
  const { tag } = itemHeader(bytes, at, true);
  return tag === ITEM || tag === SEQUENCE_DELIMITATION;
}
