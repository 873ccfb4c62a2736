import { FramedexError } from '../errors.ts';
import { DeflateFault } from './deflate-fault.ts';
import type { InflateOptions } from './inflater.ts';

/** What a decoder throws, as the error of this package: `INFLATE`, or `INFLATE_LIMIT`. */
export function deflateError(
  cause: unknown,
  { name, limit }: Pick<InflateOptions, 'name' | 'limit'>,
): unknown {
  if (!(cause instanceof DeflateFault)) return cause;
  if (cause.reason === 'too-long') {
    const summary = 'the deflate stream goes on beyond its limit';
    const details = { name, limit, expected: `at most ${limit} bytes` };
    return new FramedexError('INFLATE_LIMIT', summary, details, { cause });
  }
  const summary =
    cause.reason === 'cut' ? 'the deflate stream ends early' : 'the deflate stream is broken';
  return new FramedexError('INFLATE', summary, { name, found: cause.message }, { cause });
}
