import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { nearest } from '../dicom/spelling.ts';
import { FramedexError } from '../errors.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** What every verb takes. `--help` is answered before a verb runs. */
export const EVERYWHERE = {
  nested: { type: 'boolean' },
  stats: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The arguments of a verb, by Node's own parser. */
export type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
>;

/**
 * Reads the arguments of a verb.
 *
 * @throws FramedexError `USAGE`.
 */
export function parseArguments<T extends Options>(args: readonly string[], options: T): Parsed<T> {
  try {
    return parseArgs({
      args: withNegativeValues(args, options),
      options,
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const [sentence = ''] = error.message.split(/\.\s/);
    throw usage(
      `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}${meant(sentence, options)}`,
    );
  }
}

/** Options that verbs never see. */
const TAKEN_BEFORE = ['index', 'header', 'whole'];

/** Which option was meant instead of one that there is not. */
function meant(sentence: string, options: Options): string {
  const unknown = /^Unknown option '--([^']+)'/.exec(sentence)?.[1];
  const known = [...Object.keys(options), ...TAKEN_BEFORE];
  const near = unknown === undefined ? undefined : nearest(unknown, known);
  return near === undefined ? '' : `. Did you mean --${near}?`;
}

/** The one input of a verb that takes no more, and so many arguments behind it. */
export function oneInput(positionals: readonly string[], more = 0): string {
  const [input] = positionals;
  if (input === undefined) throw usage('no INPUT is given');
  const extra = positionals[1 + more];
  if (extra !== undefined) throw usage(`one INPUT at a time: what is ${JSON.stringify(extra)}?`);
  return input;
}

/** A whole number from 0 on. */
export function wholeNumber(text: string, what: string, least = 0): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw usage(`${what} is a whole number from ${least} on, not ${JSON.stringify(text)}`);
}

const OPTION = '--index';

/**
 * Takes `--index FILE` out of the arguments of a verb, whose own they are not: inputs are opened with it.
 *
 * @throws FramedexError `USAGE`.
 */
export function takeIndexOption(args: readonly string[]): {
  readonly path: string | undefined;
  readonly rest: readonly string[];
} {
  const end = args.indexOf('--');
  const at = args.findIndex(
    (arg, k) => (end < 0 || k < end) && (arg === OPTION || arg.startsWith(`${OPTION}=`)),
  );
  const option = args[at];
  if (option === undefined) return { path: undefined, rest: args };
  const joined = option === OPTION ? undefined : option.slice(OPTION.length + 1);
  const path = joined ?? args[at + 1];
  if (path === undefined || path === '') throw usage('--index names no file');
  const rest = [...args.slice(0, at), ...args.slice(at + (joined === undefined ? 2 : 1))];
  if (takeIndexOption(rest).path !== undefined) throw usage('--index is given twice');
  return { path, rest };
}

export function usage(message: string): FramedexError<'USAGE'> {
  return new FramedexError('USAGE', message, {});
}

/** `--window -600,1500` means what it looks like: no option starts with a digit. */
function withNegativeValues(args: readonly string[], options: Options): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined[joined.length - 1] ?? '';
    const takesValue = before.startsWith('--') && options[before.slice(2)]?.type === 'string';
    if (takesValue && /^-[\d.]/.test(arg)) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}
