import { FramedexError } from '../errors.ts';
import { DeflateDecoder } from './deflate-decoder.ts';
import { DeflateFault } from './deflate-fault.ts';
import type { ResumeOptions } from './inflater.ts';

/** Input that is decoded at once: more than what is asked for comes of that at most. */
const PIECE = 16384;

/**
 * Goes on in the middle of a deflate stream: what the platform's own inflaters, which want whole streams, are
 * not able to do. Gives `expected` bytes.
 *
 * @throws FramedexError `INFLATE` where the stream is broken, or gives fewer.
 */
export async function resume(bytes: Uint8Array, options: ResumeOptions): Promise<Uint8Array> {
  const { bit, window, expected, name } = options;
  const inflated = new Uint8Array(expected);
  const decoder = new DeflateDecoder({
    output: (part, at) => {
      if (at < expected) inflated.set(part.subarray(0, expected - at), at);
    },
    limit: Number.POSITIVE_INFINITY,
    start: { bit, window },
  });
  try {
    for (let at = 0; decoder.position < expected && at < bytes.length; at += PIECE) {
      decoder.push(bytes.subarray(at, at + PIECE), false);
    }
  } catch (cause) {
    if (!(cause instanceof DeflateFault)) throw cause;
    throw new FramedexError('INFLATE', 'the deflate stream is broken', { name }, { cause });
  }
  if (decoder.position < expected) {
    throw new FramedexError('INFLATE', 'the deflate stream ends early', {
      name,
      expected: `${expected} bytes`,
      found: `${decoder.position}`,
    });
  }
  return inflated;
}
