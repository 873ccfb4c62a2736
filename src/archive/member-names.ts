/** Stands between the name of an archive and that of its member. */
export const MEMBER_SEPARATOR = '!/';

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

/** Each byte is the character of that number. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
