import { dictionaryEntry } from '../dicom/dictionary.ts';
import { formatTag } from '../dicom/tag.ts';
import { isFramedexError } from '../errors.ts';
import type { ErrorCode, FramedexError, Warning } from '../errors.ts';
import type { Skipped } from '../collection/collection.ts';
import { systemErrorCode } from '../node/io-error.ts';
import { faultWords } from './fault-words.ts';
import { printable } from './terminal.ts';

/** A failure for programs: which, where, and the sentence for people. */
export interface FailureJson {
  readonly code: string;
  readonly message: string;
  readonly name?: string | undefined;
  readonly offset?: number | undefined;
  readonly tag?: number | undefined;
}

export function failureJson(error: FramedexError): FailureJson {
  const { code, details } = error;
  const { name, offset, tag } = details;
  return { code, message: adapted(error), name, offset, tag };
}

/** Functions that the library's advice names, and what the command line has for them. */
const INSTEAD: readonly (readonly [RegExp, string])[] = [
  [/\(http\.headers\)/, '(--header)'],
  [/, or with more http\.retries/, ''],
  [
    /http\.wholeBytes is how many bytes may be read as a whole instead/,
    '--whole MIB takes the whole instead, where it has no more than so many MiB',
  ],
  [
    /\bencodedFrame\(0\) gives the whole stream, encodedStream\(0\) its pieces/,
    'framedex frame FILE 0 --encoded gives the stream',
  ],
  [/\bencodedStream\(0\)/, 'framedex frame FILE 0 --encoded'],
  [/\bicon\(\)/, '--icon'],
  [/`fillGaps`/g, '--fill-gaps'],
  [/`resample`/g, '--resample'],
  [/`asIs`/g, '--as-is'],
  [/`part`/g, '--part'],
  [/`overlap`/g, '--overlap'],
  [/`segments`/g, '--segments'],
  [/`threshold`/g, '--threshold'],
  [/`on`/g, '--on'],
  [/`fill`/g, '--fill'],
];

/** The message, its advice for who types commands. */
function adapted({ message, details: { advice } }: FramedexError): string {
  if (advice === undefined || !message.endsWith(advice)) return message;
  const own = INSTEAD.reduce((text, [call, option]) => text.replace(call, option), advice);
  return `${message.slice(0, -advice.length)}${own}`;
}

/**
 * The line that names a failure on standard error, and what it is about where it does not say. A
 * name that the message has from inside an archive or folder, `IM0001`, becomes that of `about`,
 * `study.zip!/IM0001`.
 */
export function failureLine(error: unknown, about?: string): string {
  const text = isFramedexError(error)
    ? adapted(error).replace(/^USAGE: /, '')
    : unforeseen(error, error instanceof Error ? error.message : String(error));
  return `framedex: ${printable(about === undefined ? text : named(text, error, about))}\n`;
}

function named(text: string, error: unknown, about: string): string {
  const name = isFramedexError(error) ? error.details.name : undefined;
  if (name !== undefined && name !== '' && isFramedexError(error) && about.endsWith(name)) {
    const prefix = `${error.code}: ${name}: `;
    if (text.startsWith(prefix)) return `${error.code}: ${about}: ${text.slice(prefix.length)}`;
  }
  return text.includes(about) ? text : `${about}: ${text}`;
}

/** What the system refuses, such as a full disk behind standard output, is no fault of ours. */
function unforeseen(error: unknown, message: string): string {
  const code = systemErrorCode(error);
  if (code === 'ENOSPC') return 'IO: standard output: the disk is full';
  return code === undefined ? `internal error: ${message}` : message;
}

/** The sentence that names a tolerated fault, and how often there was one like it. */
export function warningText(name: string, warning: Warning, times = 1): string {
  const { code, message, offset, tag } = warning;
  const element = tag === undefined ? '' : ` in ${tagAndKeyword(tag)}`;
  const place = times === 1 ? `at byte ${offset}` : `${times} times, first at byte ${offset}`;
  return `${code}: ${name}: ${message}${element} ${place}`;
}

/** `(0010,0010) PatientName`. */
export function tagAndKeyword(tag: number): string {
  const keyword = dictionaryEntry(tag)?.keyword ?? '';
  return [formatTag(tag).toLowerCase(), keyword].filter((part) => part !== '').join(' ');
}

/** What such names promise is worth a failure when it is not there. */
const PROMISES_IMAGES = /\.(?:dcm|dicom|ima|zip)$/i;

/** `IM0001`, `SE2/IM_1`: letters and a number, and the folder that they are in. */
const NUMBERED = /^(.*[/\\])?([a-z]+[-_]?)\d+$/i;

/**
 * What of a folder or an archive counts as "could not be read". A text, a picture or a DICOMDIR
 * among the images is no failure; a broken image, an archive inside an archive, or an empty file,
 * which is what a failed copy leaves, is. So is `IM2` beside an image `IM1`.
 *
 * @param instances names of what could be read
 */
export function failuresOf(
  skipped: readonly Skipped[],
  instances: Iterable<string>,
): readonly Skipped[] {
  if (skipped.length === 0) return [];
  const patterns = new Set(Array.from(instances, patternOf));
  return skipped.filter(({ name, reason }) => {
    if (reason.code === 'MEDIA_DIRECTORY') return false;
    if (reason.code !== 'NOT_DICOM' || PROMISES_IMAGES.test(name)) return true;
    const pattern = patternOf(name);
    return pattern !== undefined && patterns.has(pattern);
  });
}

/** So many names stand for all of a code. */
const NAMED = 3;

/** Lines that say how many could not be read, one for each code, the most frequent first. */
export function failureSummary(name: string, failures: readonly Skipped[]): string[] {
  const codes = new Map<ErrorCode, string[]>();
  for (const { name: member, reason } of failures) {
    const names = codes.get(reason.code);
    if (names === undefined) codes.set(reason.code, [member]);
    else names.push(member);
  }
  const sorted = [...codes].sort(([, a], [, b]) => b.length - a.length);
  return sorted.map(([code, names]) => {
    const { meaning } = faultWords(code);
    const rest = names.length - NAMED;
    const more = rest > 0 ? ` and ${rest} more` : '';
    const which = `${names.slice(0, NAMED).join(', ')}${more}`;
    return `${code}: ${name}: ${names.length} cannot be read: ${meaning} (${which})`;
  });
}

function patternOf(name: string): string | undefined {
  const match = NUMBERED.exec(name);
  return match === null ? undefined : `${match[1] ?? ''}${(match[2] ?? '').toLowerCase()}`;
}
