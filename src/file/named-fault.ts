import { FramedexError, isFramedexError } from '../errors.ts';

/** The same fault with the name of the object, where it names none: what decodes and draws knows no names. */
export function namedFault(error: unknown, name: string): unknown {
  if (!isFramedexError(error) || error.details.name !== undefined) return error;
  const { code, summary, details } = error;
  return new FramedexError(code, summary, { ...details, name }, { cause: error });
}
