import { FramedexError } from '../errors.ts';

/** The error `CODEC` of a code stream that is not as T.81 has it. */
export function losslessFault(found: string, expected: string, offset: number): FramedexError {
  return new FramedexError('CODEC', 'broken JPEG Lossless', { offset, expected, found });
}
