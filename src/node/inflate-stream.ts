import { pipeline, Readable } from 'node:stream';
import { constants, createInflateRaw } from 'node:zlib';
import type { InflateRaw } from 'node:zlib';
import { alignedInput } from '../inflate/deflate-alignment.ts';
import { GREATEST_RATIO } from '../inflate/deflate-bounds.ts';
import type { InflateStream, ResumeOptions } from '../inflate/inflater.ts';
import { inflateFault, isZlibFault } from './inflate-fault.ts';

/** Bytes of a piece, at most: with these it takes no more time than inflating all at once. */
const PIECE = 256 * 1024;
/** Below this, Buffer takes its memory out of a slab that it shares with strangers. */
const SMALLEST_PIECE = 4096;
const GREATEST_PIECE = 2 ** 31;
/** Beyond the bytes that are wanted, so that zlib need not begin another piece to find that there are no more. */
const ROOM = 64;

/**
 * Inflates piece by piece in the thread pool. While a piece is looked at, zlib makes the next one, and one
 * piece of input is fetched ahead.
 */
export function inflateStream(input: AsyncIterable<Uint8Array>, name: string): InflateStream {
  let used: number | undefined;
  return {
    get used() {
      return used;
    },
    async *[Symbol.asyncIterator]() {
      const zlib = createInflateRaw({ chunkSize: PIECE });
      // Whoever leaves the loop, or breaks the input, ends all of it: pipeline destroys both.
      pipeline(Readable.from(input, { highWaterMark: 1 }), zlib, () => undefined);
      try {
        for await (const piece of piecesOf(zlib)) yield piece;
      } catch (error) {
        throw isZlibFault(error) ? inflateFault(error, name) : error;
      }
      used = zlib.bytesWritten;
    },
  };
}

/** Goes on at a block header, by a stream of its own whose first blocks are empty. */
export async function resumeInflating(
  bytes: Uint8Array,
  { bit, window, expected, name }: ResumeOptions,
): Promise<Uint8Array> {
  if (expected === 0) return new Uint8Array(0);
  const possible = Math.min(expected, bytes.length * GREATEST_RATIO) + ROOM;
  const zlib = createInflateRaw({
    chunkSize: pieceOf(possible),
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(window.length > 0 ? { dictionary: window } : {}),
  });
  zlib.end(alignedInput(bytes, bit));
  try {
    return await firstBytes(zlib, expected);
  } catch (error) {
    throw inflateFault(error, name);
  }
}

/** Usually one piece, which is the result; beyond them zlib is stopped. */
async function firstBytes(zlib: InflateRaw, expected: number): Promise<Uint8Array> {
  let whole: Uint8Array | undefined;
  let length = 0;
  for await (const piece of piecesOf(zlib)) {
    if (piece.length >= expected && whole === undefined) return piece.subarray(0, expected);
    whole ??= new Uint8Array(expected);
    whole.set(piece.subarray(0, expected - length), length);
    length = Math.min(expected, length + piece.length);
    if (length === expected) return whole;
  }
  throw new Error(`${length} of ${expected} bytes`);
}

/** Leaving the loop destroys the stream. Views without Buffer's manners. */
async function* piecesOf(zlib: InflateRaw): AsyncGenerator<Uint8Array> {
  for await (const piece of zlib as AsyncIterable<Buffer>) {
    yield new Uint8Array(piece.buffer, piece.byteOffset, piece.length);
  }
}

/** How much zlib gives in one piece, where so much is expected. */
export function pieceOf(expected: number): number {
  return Math.min(Math.max(expected, SMALLEST_PIECE), GREATEST_PIECE);
}
