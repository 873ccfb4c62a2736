import { REPLACEMENT } from './platform-text.ts';
import { ASCII, invokedAt, LATIN_1 } from './repertoire.ts';
import type { Repertoire } from './repertoire.ts';

/**
 * Characters at which the sets of value 1 of Specific Character Set are in force again, besides
 * control characters: none in one long text, a backslash between values, `^` and `=` in person names.
 */
export type Delimiters = '' | '\\' | '\\^=';

/** Code extension by escape sequences (PS3.5 6.1.2.5, ISO/IEC 2022). */
export interface CodeExtension {
  /** What the lower half means at the start and after each delimiter. */
  readonly g0: Repertoire;
  /** The same of the upper half; without it codes there mean nothing yet (PS3.5 6.1.2.5.4). */
  readonly g1: Repertoire | undefined;
  /** All that may be invoked. */
  readonly declared: readonly Repertoire[];
}

/** What is wrong with a text, in words that tell nothing of it; undefined where nobody asks. */
export type Faults = Set<string> | undefined;

const ESCAPE = 0x1b;

/** What is in force at one place of the text. */
interface State {
  g0: Repertoire;
  g1: Repertoire | undefined;
  /** How codes of the upper half are read while nothing gives them a meaning. */
  assumed: Repertoire;
}

/**
 * Text with escape sequences. Every backslash in the result is one: a code 5C that is half of a
 * character is not, nor a yen sign. Sequences of sets that were not declared are followed all the
 * same, since the registry gives them one meaning only; unknown ones stay as they are.
 */
export function decodeCodeExtension(
  bytes: Uint8Array,
  extension: CodeExtension,
  delimiters: Delimiters,
  faults: Faults,
): string {
  const state: State = { g0: extension.g0, g1: extension.g1, assumed: assumedOf(extension) };
  // Without an escape sequence one table is in force from end to end.
  const { withAscii } = state.g1 ?? state.assumed;
  if (withAscii && state.g0 === ASCII && !bytes.includes(ESCAPE)) {
    return upperText(bytes, state, faults);
  }
  let text = '';
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const { g0 } = state;
    if (byte === ESCAPE) {
      const length = invoke(bytes, at, state, extension, faults);
      if (length === 0) text += String.fromCharCode(byte);
      at += Math.max(length, 1);
    } else if (byte >= 0x80) {
      const end = endOfRun(bytes, at, 0x80, 0xff);
      text += upperText(bytes.subarray(at, end), state, faults);
      at = end;
    } else if (g0.doubleByte && byte > 0x20 && byte < 0x7f) {
      const end = endOfPairs(bytes, at, delimiters);
      text += checked(g0, bytes.subarray(at, end), faults);
      at = end;
      if (resetsAt(bytes, at, delimiters))
        text += reset(bytes[at++] ?? 0, state, extension, faults);
    } else if (resetsAt(bytes, at, delimiters)) {
      text += reset(byte, state, extension, faults);
      at++;
    } else {
      const end = g0.doubleByte ? at + 1 : endOfPlain(bytes, at + 1, delimiters);
      text += (g0.doubleByte ? ASCII : g0).decode(bytes.subarray(at, end));
      at = end;
    }
  }
  return text;
}

/** Of several sets the first declared that has an upper half: writers leave the first sequence out. */
function assumedOf({ declared }: CodeExtension): Repertoire {
  return declared.find(({ half }) => half === 'G1') ?? LATIN_1;
}

/** Follows the escape sequence at `at`, and gives its length, 0 if it is none. */
function invoke(
  bytes: Uint8Array,
  at: number,
  state: State,
  { declared }: CodeExtension,
  faults: Faults,
): number {
  const invoked = invokedAt(bytes, at + 1);
  if (invoked === undefined) {
    faults?.add('an escape sequence of no set that DICOM knows, left in the text');
    return 0;
  }
  if (!declared.includes(invoked)) {
    faults?.add(`an escape sequence of ISO-IR ${invoked.isoIr}, which is not declared, followed`);
  }
  if (invoked.half === 'G0') state.g0 = invoked;
  else state.g1 = state.assumed = invoked;
  return 1 + invoked.escape.length;
}

function upperText(bytes: Uint8Array, { g1, assumed }: State, faults: Faults): string {
  if (g1 === undefined) {
    faults?.add(
      `codes above 7F where no set is in force for them, read as ISO-IR ${assumed.isoIr}`,
    );
  }
  return checked(g1 ?? assumed, bytes, faults);
}

/** The text of codes in one set. */
function checked(set: Repertoire, bytes: Uint8Array, faults: Faults): string {
  const text = set.decode(bytes);
  if (faults !== undefined && text.includes(REPLACEMENT)) {
    faults.add(`bytes that are no text in ISO-IR ${set.isoIr}`);
  }
  return text;
}

/** PS3.5 6.1.2.5.3: value 1 has to be in force before these, and what follows starts with it. */
function reset(code: number, state: State, { g0, g1 }: CodeExtension, faults: Faults): string {
  if (state.g0.doubleByte) {
    faults?.add(
      `ISO-IR ${state.g0.isoIr} is in force up to a delimiter, and is taken to end there`,
    );
  }
  state.g0 = g0;
  state.g1 = g1;
  return String.fromCharCode(code);
}

/** Ends of lines and pages, tabs, and what separates values and name components. */
function resetsAt(bytes: Uint8Array, at: number, delimiters: Delimiters): boolean {
  const byte = bytes[at] ?? ESCAPE;
  if (byte < 0x20) return byte !== ESCAPE;
  return delimiters !== '' && delimiters.includes(String.fromCharCode(byte));
}

/** A delimiter that would be half of a character at the very end of a run is what it looks like. */
function endOfPairs(bytes: Uint8Array, start: number, delimiters: Delimiters): number {
  const end = endOfRun(bytes, start, 0x21, 0x7e);
  return (end - start) % 2 === 1 && resetsAt(bytes, end - 1, delimiters) ? end - 1 : end;
}

function endOfPlain(bytes: Uint8Array, start: number, delimiters: Delimiters): number {
  let end = start;
  while (
    (bytes[end] ?? 0x80) < 0x80 &&
    bytes[end] !== ESCAPE &&
    !resetsAt(bytes, end, delimiters)
  ) {
    end++;
  }
  return end;
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
