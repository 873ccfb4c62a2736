import { FramedexError } from '../errors.ts';

/** What zlib, or Node around it, has to say of a stream. */
export function isZlibFault(error: unknown): error is Error & { readonly code: string } {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return typeof error.code === 'string' && error.code.startsWith('Z_');
}

/** A fault of zlib as the error of this package. */
export function inflateFault(cause: unknown, name: string): FramedexError<'INFLATE'> {
  const isCut = isZlibFault(cause) && cause.code === 'Z_BUF_ERROR';
  const summary = isCut ? 'the deflate stream ends early' : 'the deflate stream is broken';
  const found = cause instanceof Error ? cause.message : undefined;
  return new FramedexError('INFLATE', summary, { name, found }, { cause });
}
