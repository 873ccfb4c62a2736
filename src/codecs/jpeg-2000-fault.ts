import { FramedexError } from '../errors.ts';

/** A code stream that is not decoded. */
export function jpeg2000Fault(offset: number, expected: string, found: string): FramedexError {
  return new FramedexError('CODEC', 'broken JPEG 2000, or none that is decoded', {
    offset,
    expected,
    found,
  });
}
