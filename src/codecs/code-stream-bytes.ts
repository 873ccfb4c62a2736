import type { Need } from '../bytes/window.ts';

/** Steps that ask for bytes and are given just those; they are looked at until the next step. */
export type CodeStreamSteps<T> = Generator<Need, T, Uint8Array>;

/** What a walk through a code stream has in sight: `bytes[0]` is at `start`. */
export interface CodeStreamBytes {
  /** Nothing from here on is looked at. */
  readonly size: number;
  start: number;
  bytes: Uint8Array;
  /** Bytes of the next read. */
  ahead: number;
}

/** Tables and headers of most code streams are shorter than this. */
const FIRST_READ = 1024;
const LONGEST_READ = 64 * 1024;

/** Nothing is in sight yet. */
export function codeStreamBytes(size: number): CodeStreamBytes {
  return { size, start: 0, bytes: new Uint8Array(0), ahead: FIRST_READ };
}

/**
 * Where in `stream.bytes` the byte at `at` is, with `length` bytes from there on in sight; undefined
 * where the stream ends before. Reads double as long as they go on where the last one ended, and are
 * short again after a jump.
 */
export function* inSight(
  stream: CodeStreamBytes,
  at: number,
  length: number,
): CodeStreamSteps<number | undefined> {
  const { size, start, bytes } = stream;
  const end = start + bytes.length;
  if (at >= start && at + length <= end) return at - start;
  if (at + length > size) return undefined;
  if (at < start || at > end) stream.ahead = FIRST_READ;
  const wanted = Math.min(Math.max(length, stream.ahead), size - at);
  stream.ahead = Math.min(stream.ahead * 2, LONGEST_READ);
  stream.bytes = yield { offset: at, length: wanted };
  stream.start = at;
  return 0;
}

/** An unsigned number of 16 bits, most significant byte first; undefined where the stream ends before. */
export function* uint16At(
  stream: CodeStreamBytes,
  at: number,
): CodeStreamSteps<number | undefined> {
  const place = yield* inSight(stream, at, 2);
  if (place === undefined) return undefined;
  return (stream.bytes[place] ?? 0) * 0x100 + (stream.bytes[place + 1] ?? 0);
}

/** An unsigned number of 32 bits, most significant byte first; undefined where the stream ends before. */
export function* uint32At(
  stream: CodeStreamBytes,
  at: number,
): CodeStreamSteps<number | undefined> {
  const high = yield* uint16At(stream, at);
  const low = yield* uint16At(stream, at + 2);
  return high === undefined || low === undefined ? undefined : high * 0x10000 + low;
}

/**
 * Behind the marker segment at `at`: its length is counted from behind the marker on (T.81 B.1.1.4,
 * T.800 A.1). Undefined where that is too short, or not there.
 */
export function* segmentEnd(
  stream: CodeStreamBytes,
  at: number,
): CodeStreamSteps<number | undefined> {
  const length = yield* uint16At(stream, at + 2);
  return length === undefined || length < 2 ? undefined : at + 2 + length;
}

/**
 * Where a marker ends coded data: the position of its FF. A byte behind FF is data, or a marker in
 * the midst of data, where `data` has a 1 for it; further FFs before it are fill bytes (T.81
 * B.1.1.2). Undefined where the stream ends before.
 */
export function* codedDataEnd(
  stream: CodeStreamBytes,
  start: number,
  data: Uint8Array,
): CodeStreamSteps<number | undefined> {
  let at = start;
  for (;;) {
    const place = yield* inSight(stream, at, 2);
    if (place === undefined) return undefined;
    const { bytes } = stream;
    const found = markerIn(bytes, place, data);
    at = stream.start + found;
    if (found + 1 < bytes.length) return at;
  }
}

/** The place of the FF of the first marker. Of an FF at the very end, nothing is known yet. */
function markerIn(bytes: Uint8Array, from: number, data: Uint8Array): number {
  const last = bytes.length - 1;
  let place = bytes.indexOf(0xff, from);
  while (place >= 0 && place < last) {
    const code = bytes[place + 1] ?? 0;
    if (data[code] === 1) place += 2;
    else if (code === 0xff) place += 1;
    else return place;
    // Of many FFs in a row, each call would find the next byte.
    if (bytes[place] !== 0xff) place = bytes.indexOf(0xff, place);
  }
  return place < 0 ? bytes.length : place;
}

/** For {@link codedDataEnd}: the codes `from` to `to`, both included, and those of `others`. */
export function dataCodes(from: number, to: number, others?: Uint8Array): Uint8Array {
  const codes = others?.slice() ?? new Uint8Array(256);
  return codes.fill(1, from, to + 1);
}
