import { uint32At } from './code-stream-bytes.ts';
import type { CodeStreamBytes, CodeStreamSteps } from './code-stream-bytes.ts';
import { jpeg2000End } from './jpeg-2000-markers.ts';

/** Box types, four characters as a number (T.800 table I.2, ISO/IEC 18181-2 table 1). */
const JP2_SIGNATURE = 0x6a502020;
const JXL_SIGNATURE = 0x4a584c20;
const JPEG_2000_CODE_STREAM = 0x6a703263;
const JPEG_XL_CODE_STREAM = 0x6a786c63;
const JPEG_XL_PART = 0x6a786c70;
/** In the number of a part: it is the last one. */
const LAST_PART = 0x80000000;

interface Box {
  readonly type: number;
  /** Where its contents start. */
  readonly contents: number;
  /** Undefined where the box is the last of the file and leaves its length open. */
  readonly end: number | undefined;
}

/**
 * The position behind the boxes of the JP2 or JPEG XL file at `start`, one of which holds a whole code
 * stream. Boxes are jumped by their lengths. 'unknown' where the last one leaves its length open (T.800
 * I.4) and holds no code stream that tells its own.
 */
export function* boxesEnd(
  stream: CodeStreamBytes,
  start: number,
): CodeStreamSteps<number | 'unknown' | undefined> {
  let complete = false;
  let at = start;
  for (;;) {
    const box = yield* boxAt(stream, at);
    const next = at > start && (box?.type === JP2_SIGNATURE || box?.type === JXL_SIGNATURE);
    // What is no box is padding, or another frame.
    if (box === undefined || next) return complete ? at : undefined;
    const { type, contents, end } = box;
    if (type === JPEG_2000_CODE_STREAM) {
      const inner = yield* jpeg2000End(stream, contents);
      if (inner === undefined || end === undefined) return inner;
      if (inner > end) return undefined;
      complete = true;
    } else if (type === JPEG_XL_CODE_STREAM) complete = true;
    else if (type === JPEG_XL_PART) {
      complete ||= ((yield* uint32At(stream, contents)) ?? 0) >= LAST_PART;
    }
    if (end === undefined) return complete ? 'unknown' : undefined;
    if (end > stream.size) return undefined;
    at = end;
  }
}

/** The box at `at`; undefined where there is none. */
function* boxAt(stream: CodeStreamBytes, at: number): CodeStreamSteps<Box | undefined> {
  const length = yield* uint32At(stream, at);
  const type = yield* uint32At(stream, at + 4);
  if (length === undefined || type === undefined || !isBoxType(type)) return undefined;
  const contents = at + 8;
  if (length === 0) return { type, contents, end: undefined };
  if (length >= 8) return { type, contents, end: at + length };
  if (length !== 1) return undefined;
  const high = yield* uint32At(stream, contents);
  const low = yield* uint32At(stream, contents + 4);
  if (high === undefined || low === undefined) return undefined;
  const long = high * 2 ** 32 + low;
  return long < 16 ? undefined : { type, contents: contents + 8, end: at + long };
}

/** Four printable characters. */
function isBoxType(type: number): boolean {
  for (const shift of [24, 16, 8, 0]) {
    const character = (type >>> shift) & 0xff;
    if (character < 0x20 || character > 0x7e) return false;
  }
  return true;
}
