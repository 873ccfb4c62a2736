import { latin1, storedName } from './member-names.ts';
import type { StoredName } from './member-names.ts';
import { LONGEST_NAME } from './zip-record.ts';

/**
 * What is used of pax extended headers (POSIX.1-2024, pax, "pax Extended Header Keywords"). Empty is what
 * takes back what was said before, in a global header too.
 */
export interface PaxRecords {
  path: StoredName | undefined;
  size: string | undefined;
  sparseName: StoredName | undefined;
  /** Whether there is anything of GNU's about sparse files. */
  isSparse: boolean;
}

/** Bytes of a long name that are worth reading: behind a name there is a NUL. */
export const LONG_NAME_BYTES: number = LONGEST_NAME + 1;

/** Longer than any that is used. */
const LONGEST_KEYWORD = 16;
/** Longer than any number that is. */
const LONGEST_NUMBER = 20;
const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;

export function noRecords(): PaxRecords {
  return { path: undefined, size: undefined, sparseName: undefined, isSparse: false };
}

/** The name that is all of the bytes behind a header of GNU's type `L`. */
export function longName(bytes: Uint8Array): StoredName {
  const end = bytes.indexOf(0);
  return storedName(end < 0 ? bytes : bytes.subarray(0, end));
}

/**
 * Takes what is used of an extended header into `records`; all else is passed over.
 *
 * @returns False where its records are broken; those before are taken then.
 */
export function takePaxRecords(bytes: Uint8Array, records: PaxRecords): boolean {
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const space = bytes.indexOf(SPACE, at);
    const digits = bytes.subarray(at, Math.max(at, Math.min(space, at + LONGEST_NUMBER)));
    const length = wholeNumber(latin1(digits)) ?? Infinity;
    const end = at + length;
    const equals = bytes.indexOf(EQUALS, space + 1);
    if (equals < space + 2 || equals >= end - 1) return false;
    if (bytes[end - 1] !== NEWLINE) return false;
    const keyword = latin1(
      bytes.subarray(space + 1, Math.min(equals, space + 1 + LONGEST_KEYWORD)),
    );
    takeRecord(keyword, bytes.subarray(equals + 1, end - 1), records);
    at = end;
  }
  return true;
}

function takeRecord(keyword: string, value: Uint8Array, records: PaxRecords): void {
  if (keyword === 'path') records.path = storedName(value);
  if (keyword === 'size') records.size = latin1(value.subarray(0, LONGEST_NUMBER));
  if (keyword === 'GNU.sparse.name') records.sparseName = storedName(value);
  if (keyword.startsWith('GNU.sparse.')) records.isSparse = true;
}

/** Digits, and nothing else. */
export function wholeNumber(text: string): number | undefined {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}
