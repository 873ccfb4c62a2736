import { FramedexError } from '../errors.ts';
import { GREATEST_RATIO, INPUT_AT_ONCE } from './deflate-bounds.ts';
import { DeflateDecoder } from './deflate-decoder.ts';
import { deflateError } from './deflate-error.ts';
import type { ResumeOptions } from './inflater.ts';
import { turns } from './next-turn.ts';

const UNLIMITED = { limit: Number.POSITIVE_INFINITY };

/**
 * Goes on in the middle of a deflate stream: what the platform's own inflaters, which want whole streams, are
 * not able to do. Gives `expected` bytes.
 *
 * @throws FramedexError `INFLATE` where the stream is broken, or gives fewer.
 */
export async function resume(bytes: Uint8Array, options: ResumeOptions): Promise<Uint8Array> {
  const { bit, window, expected, name } = options;
  const inflated = new Uint8Array(Math.min(expected, bytes.length * GREATEST_RATIO));
  const decoder = new DeflateDecoder({
    ...UNLIMITED,
    output: (part, at) => {
      const room = inflated.length - at;
      if (room > 0) inflated.set(part.subarray(0, room), at);
    },
    start: { bit, window },
  });
  const turn = turns();
  try {
    for (let at = 0; decoder.position < expected && at < bytes.length; at += INPUT_AT_ONCE) {
      await turn();
      decoder.push(bytes.subarray(at, at + INPUT_AT_ONCE), false);
    }
  } catch (cause) {
    throw deflateError(cause, { ...UNLIMITED, name });
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
