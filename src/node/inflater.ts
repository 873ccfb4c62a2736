import { constants as bufferLimits } from 'node:buffer';
import { availableParallelism } from 'node:os';
import { constants, crc32, inflateRaw, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { GREATEST_RATIO } from '../inflate/deflate-bounds.ts';
import type { Inflated, InflateOptions, Inflater } from '../inflate/inflater.ts';
import { FramedexError } from '../errors.ts';
import { inflateFault } from './inflate-fault.ts';
import { inflateStream, pieceOf, resumeInflating } from './inflate-stream.ts';

const CHUNK = 32768;

/** What zlib gives with `info: true`; Node's types do not know that option's effect. */
interface InflatedWithEngine {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** Raw deflate by `node:zlib`, at once or in the thread pool. */
export const nodeInflater: Required<Inflater> = {
  inflate,
  inflateSync,
  inflatePrefixSync,
  stream: inflateStream,
  resume: resumeInflating,
  // Of nothing that has no memory, zlib's is 0, whatever came before.
  crc32: (bytes, previous = 0) => (bytes.length === 0 ? previous : crc32(bytes, previous)),
};

/** Where only one thread runs at a time, handing work to another is all loss. */
const isAlone = availableParallelism() === 1;
/** So much takes some milliseconds: longer than that, no other work of the process should wait. */
const MOST_AT_ONCE = 2 * 1024 * 1024;

function inflate(bytes: Uint8Array, options: InflateOptions): Promise<Inflated> {
  return new Promise((resolve, reject) => {
    if (isAlone && (options.expected ?? Infinity) <= MOST_AT_ONCE) {
      resolve(inflateSync(bytes, options));
      return;
    }
    inflateRaw(bytes, wholeStream(bytes, options), (error, result) => {
      try {
        if (error !== null) throw error;
        resolve(inflated(result));
      } catch (cause) {
        reject(inflateError(cause, options));
      }
    });
  });
}

function inflateSync(bytes: Uint8Array, options: InflateOptions): Inflated {
  try {
    return inflated(inflateRawSync(bytes, wholeStream(bytes, options)));
  } catch (cause) {
    throw inflateError(cause, options);
  }
}

function inflatePrefixSync(bytes: Uint8Array, options: InflateOptions): Uint8Array {
  const settings = { ...outputBounds(bytes, options), finishFlush: constants.Z_SYNC_FLUSH };
  try {
    return plain(inflateRawSync(bytes, settings));
  } catch (cause) {
    throw inflateError(cause, options);
  }
}

function wholeStream(bytes: Uint8Array, options: InflateOptions): ZlibOptions {
  return { ...outputBounds(bytes, options), info: true };
}

/**
 * One chunk that takes all the output saves the joining, which costs nearly half of the time. The
 * guess comes from a header that may lie, so no more is set aside than the input can inflate to.
 */
function outputBounds(bytes: Uint8Array, options: InflateOptions): ZlibOptions {
  const possible = bytes.length * GREATEST_RATIO + CHUNK;
  const guess = Math.min(options.expected ?? CHUNK, options.limit, possible) + 64;
  return {
    chunkSize: pieceOf(guess),
    maxOutputLength: Math.min(Math.max(options.limit, 1), bufferLimits.MAX_LENGTH),
  };
}

function inflated(result: unknown): Inflated {
  const { buffer, engine } = result as InflatedWithEngine;
  return { bytes: plain(buffer), used: engine.bytesWritten };
}

/** A view without Buffer's manners; a copy where most of the memory behind it would lie idle. */
function plain(buffer: Buffer): Uint8Array {
  if (buffer.length * 4 < buffer.buffer.byteLength) return new Uint8Array(buffer);
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

function inflateError(cause: unknown, { name, limit }: InflateOptions): FramedexError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code !== 'ERR_BUFFER_TOO_LARGE') return inflateFault(cause, name);
  const summary = 'the deflate stream goes on beyond its limit';
  const details = { name, limit, expected: `at most ${limit} bytes` };
  return new FramedexError('INFLATE_LIMIT', summary, details, { cause });
}
