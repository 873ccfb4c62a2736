import { LONGEST_NAME } from './zip-record.ts';

/** Stands between the name of an archive and that of its member. */
export const MEMBER_SEPARATOR = '!/';

/** `study.zip!/IM0001`: which archive a member is in, and which it is there. */
export function memberPath(archive: string, member: string): string {
  return `${archive}${MEMBER_SEPARATOR}${member}`;
}

/** Characters that are shown of a name that is a fault. */
const LONGEST_SHOWN = 255;

/** A name in an archive. */
export interface StoredName {
  /** Of one that is too long, the beginning. */
  readonly text: string;
  /** Longer than {@link LONGEST_NAME}. */
  readonly isTooLong: boolean;
}

/**
 * Makes the names of one listing unique: the second member of a name is called `name (2)`, the third
 * `name (3)`, unless another has that name.
 */
export function uniqueNames(): (name: string) => string {
  const seen = new Map<string, number>();
  return (name) => {
    let times = (seen.get(name) ?? 0) + 1;
    let unique = times === 1 ? name : `${name} (${times})`;
    while (times > 1 && seen.has(unique)) {
      times += 1;
      unique = `${name} (${times})`;
    }
    seen.set(name, times);
    if (times > 1) seen.set(unique, 1);
    return unique;
  };
}

/** Control characters could steer a terminal, and NUL ends a name for half of all programs. */
export function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, '\ufffd');
}

/** Of a name that is a fault, as much as a message has room for. */
export function shownName(name: string): string {
  return printable(name.slice(0, LONGEST_SHOWN));
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The name that bytes spell: formats that know no character set have UTF-8 today, and had any other
 * before. Those are taken for Latin-1, so that two of them never become one.
 */
export function nameOfBytes(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return latin1(bytes);
  }
}

/** {@link nameOfBytes}, however many there are: no more are looked at than a name may have. */
export function storedName(bytes: Uint8Array): StoredName {
  const isTooLong = bytes.length > LONGEST_NAME;
  let end = Math.min(bytes.length, LONGEST_NAME);
  // Not within a character of UTF-8.
  for (let k = 0; k < 3 && isTooLong && ((bytes[end] ?? 0) & 0xc0) === 0x80; k++) end -= 1;
  return { text: nameOfBytes(bytes.subarray(0, end)), isTooLong };
}

/** Each byte is the character of that number. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}
