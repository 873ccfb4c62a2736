import { isFramedexError } from '../errors.ts';
import type { FramedexError } from '../errors.ts';
import type { Skipped } from '../collection/collection.ts';
import { systemErrorCode } from '../node/io-error.ts';
import { printable } from './terminal.ts';

/** A failure for programs: which, where, and the sentence for people. */
export interface FailureJson {
  readonly code: string;
  readonly message: string;
  readonly name?: string | undefined;
  readonly offset?: number | undefined;
  readonly tag?: number | undefined;
}

export function failureJson({ code, message, details }: FramedexError): FailureJson {
  const { name, offset, tag } = details;
  return { code, message, name, offset, tag };
}

/** The line that names a failure on standard error, and what it is about where it does not say. */
export function failureLine(error: unknown, about?: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const text = isFramedexError(error)
    ? message.replace(/^USAGE: /, '')
    : unforeseen(error, message);
  const named = about === undefined || text.includes(about) ? text : `${about}: ${text}`;
  return `framedex: ${printable(named)}\n`;
}

/** What the system refuses, such as a full disk behind standard output, is no fault of ours. */
function unforeseen(error: unknown, message: string): string {
  return systemErrorCode(error) === undefined ? `internal error: ${message}` : message;
}

/** The line that names a tolerated fault. */
export function warningLine(name: string, code: string, message: string, offset: number): string {
  return `framedex: ${printable(`${code}: ${name}: ${message} at byte ${offset}`)}\n`;
}

/** What such names promise is worth a failure when it is not there. */
const PROMISES_IMAGES = /\.(?:dcm|dicom|ima|zip)$/i;

/**
 * Whether something left out of a folder or an archive counts as "could not be read". A text, a
 * picture or a DICOMDIR among the images is no failure; a broken image, an archive inside an
 * archive, or an empty file, which is what a failed copy leaves, is.
 */
export function isFailure({ name, reason }: Skipped): boolean {
  if (reason.code === 'MEDIA_DIRECTORY') return false;
  return reason.code !== 'NOT_DICOM' || PROMISES_IMAGES.test(name);
}
