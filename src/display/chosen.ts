import { FramedexError } from '../errors.ts';

/** What the caller may choose from: windows, tables or maps of a frame. */
export interface Choosable<T extends { readonly number: number }> {
  /** What one of them is called. */
  readonly what: string;
  readonly list: readonly T[];
  /** How many the file has, where some are broken and not in the list. */
  readonly written: number | undefined;
  readonly nameOf: (one: T) => string | undefined;
}

/**
 * The one with this number, its place in the file, or this name, upper or lower case.
 *
 * @throws FramedexError `USAGE` where there is none. Names are text of the file, and not in the message.
 */
export function chosen<T extends { readonly number: number }>(
  asked: number | string,
  { what, list, written = list.length, nameOf }: Choosable<T>,
): T {
  const name = typeof asked === 'string' ? asked.trim().toLowerCase() : undefined;
  const one = list.find((candidate) =>
    name === undefined
      ? candidate.number === asked
      : nameOf(candidate)?.trim().toLowerCase() === name,
  );
  if (one !== undefined) return one;
  const isBroken = Number.isInteger(asked) && Number(asked) >= 0 && Number(asked) < written;
  const summary = isBroken
    ? `this ${what} of the frame is broken`
    : `the frame has no such ${what}`;
  const missing = written - list.length;
  throw new FramedexError('USAGE', summary, {
    expected: written === 0 ? 'a frame that has one' : `a number below ${written}, or a name`,
    found: String(asked),
    ...(missing > 0 && {
      advice: `${missing} of ${written} cannot be used: see the warnings of the frame.`,
    }),
  });
}
