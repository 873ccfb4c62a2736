import { codeStreamBytes, inSight } from './code-stream-bytes.ts';
import type { CodeStreamSteps } from './code-stream-bytes.ts';
import { CODE_STREAM_START, codeStreamFamily } from './code-stream-start.ts';
import { boxesEnd } from './iso-boxes.ts';
import { jpeg2000End } from './jpeg-2000-markers.ts';
import { jpegEnd } from './jpeg-markers.ts';

/**
 * The position just behind a code stream; 'unknown' where nothing in it tells: bare JPEG XL, RLE (see
 * {@link rleEnd}), a last box of open length. Undefined where it is not there as a whole, is broken, or
 * is none.
 */
export type CodeStreamEnd = number | 'unknown' | undefined;

/**
 * Where the code stream that starts at `start` ends: its markers, lengths and boxes are followed,
 * bytes are never searched. Steps ask for the bytes that they want to see, all of them before `size`
 * and 64 KiB at most, ever further on; they may be those of fragments, counted as if they were joined.
 * Tile-parts, application data and boxes are jumped; the coded data of JPEG is all looked at.
 */
export function* codeStreamEnd(start: number, size: number): CodeStreamSteps<CodeStreamEnd> {
  const stream = codeStreamBytes(size);
  const length = Math.min(CODE_STREAM_START, size - start);
  const place = length > 0 ? yield* inSight(stream, start, length) : undefined;
  if (place === undefined) return undefined;
  const head = stream.bytes.subarray(place, place + length);
  const boxed = head[0] === 0;
  switch (codeStreamFamily(head)) {
    case 'jpeg':
      return yield* jpegEnd(stream, start);
    case 'jpeg-2000':
      return yield* boxed ? boxesEnd(stream, start) : jpeg2000End(stream, start);
    case 'jpeg-xl':
      return boxed ? yield* boxesEnd(stream, start) : 'unknown';
    case 'rle':
      return 'unknown';
    case undefined:
      return undefined;
  }
}

/**
 * {@link codeStreamEnd} of bytes in memory, the first of which starts a code stream. Nothing is
 * copied. Behind the end, a frame has padding at most: a byte of zero, as its length is even
 * (PS3.5 A.4), or what else its writer left there.
 */
export function codeStreamEndOf(bytes: Uint8Array): CodeStreamEnd {
  const steps = codeStreamEnd(0, bytes.length);
  let step = steps.next();
  while (step.done !== true) {
    const { offset, length } = step.value;
    step = steps.next(bytes.subarray(offset, offset + length));
  }
  return step.value;
}
