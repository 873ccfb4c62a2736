import { ASCII } from './repertoire.ts';
import type { Repertoire } from './repertoire.ts';

/**
 * Characters at which the sets of value 1 of Specific Character Set are in force again, besides
 * control characters: none in one long text, a backslash between values, `^` and `=` in person names.
 */
export type Delimiters = '' | '\\' | '\\^=';

/** Code extension by escape sequences (PS3.5 6.1.2.5, ISO/IEC 2022). */
export interface CodeExtension {
  /** What the two halves mean at the start and after each delimiter. */
  readonly g0: Repertoire;
  readonly g1: Repertoire;
  /** All that may be invoked. */
  readonly declared: readonly Repertoire[];
}

const ESCAPE = 0x1b;

/**
 * Text with escape sequences. Every backslash in the result is one: a code 5C that is half of a
 * character is not, nor a yen sign. Escape sequences that were not declared stay as they are.
 */
export function decodeCodeExtension(
  bytes: Uint8Array,
  extension: CodeExtension,
  delimiters: Delimiters,
): string {
  let { g0, g1 } = extension;
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const invoked = byte === ESCAPE ? invokedAt(bytes, at + 1, extension.declared) : undefined;
    if (invoked !== undefined) {
      if (invoked.half === 'G0') g0 = invoked;
      else g1 = invoked;
      at += 1 + invoked.escape.length;
      continue;
    }
    if (byte >= 0x80) {
      const end = endOfRun(bytes, at, 0x80, 0xff);
      text += g1.decode(bytes.subarray(at, end));
      at = end;
      continue;
    }
    if (g0.doubleByte && byte > 0x20 && byte < 0x7f) {
      const end = endOfRun(bytes, at, 0x21, 0x7e);
      text += g0.decode(bytes.subarray(at, end));
      at = end;
      continue;
    }
    if (resets(byte, delimiters)) {
      ({ g0, g1 } = extension);
      text += String.fromCharCode(byte);
      at++;
      continue;
    }
    let end = at + 1;
    while (!g0.doubleByte && end < bytes.length && isPlain(bytes[end] ?? 0, delimiters)) end++;
    text += (g0.doubleByte ? ASCII : g0).decode(bytes.subarray(at, end));
    at = end;
  }
  return text;
}

/** PS3.5 6.1.2.5.3: ends of lines and pages, tabs, and what separates values and name components. */
function resets(byte: number, delimiters: Delimiters): boolean {
  if (byte < 0x20) return byte !== ESCAPE;
  return delimiters !== '' && delimiters.includes(String.fromCharCode(byte));
}

function isPlain(byte: number, delimiters: Delimiters): boolean {
  return byte >= 0x20 && byte < 0x80 && !resets(byte, delimiters);
}

function invokedAt(
  bytes: Uint8Array,
  at: number,
  declared: readonly Repertoire[],
): Repertoire | undefined {
  return declared.find(({ escape }) => {
    for (let i = 0; i < escape.length; i++) {
      if (bytes[at + i] !== escape.charCodeAt(i)) return false;
    }
    return true;
  });
}

function endOfRun(bytes: Uint8Array, start: number, lowest: number, highest: number): number {
  let end = start;
  while (end < bytes.length) {
    const byte = bytes[end] ?? 0;
    if (byte < lowest || byte > highest) break;
    end++;
  }
  return end;
}
