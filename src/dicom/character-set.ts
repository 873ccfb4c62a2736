import { characterSetTerm, DEFAULT_TERM } from './character-set-term.ts';
import type { CharacterSetTerm } from './character-set-term.ts';
import { decodeCodeExtension } from './code-extension.ts';
import type { CodeExtension, Delimiters, Faults } from './code-extension.ts';
import { isJisX0201, shiftJisText } from './double-byte.ts';
import {
  asciiText,
  isPlatformText,
  platformText,
  REPLACEMENT,
  shortAsciiText,
} from './platform-text.ts';
import type { PlatformEncoding } from './platform-text.ts';
import { ASCII, extensionOf, KATAKANA, ROMAJI } from './repertoire.ts';

export type { Delimiters };

/** What the bytes of text mean: the values of Specific Character Set (0008,0005), put to work. */
export interface CharacterSet {
  /** As written. */
  readonly terms: readonly string[];
  /**
   * The text of `bytes`, as long as a whole value or several. With delimiters that have a backslash
   * it separates values wherever it stands in the result, and may be split there: half of a
   * character of two bytes never looks like one. Bytes that are no text become U+FFFD. What is
   * wrong with the text goes to `fault`, once, in words that tell nothing of the text itself.
   */
  decode(bytes: Uint8Array, delimiters?: Delimiters, fault?: (message: string) => void): string;
}

/** A character set and what was wrong with its name, if anything. */
export interface NamedCharacterSet {
  readonly characterSet: CharacterSet;
  readonly fault?: string | undefined;
}

type DecodePlain = (bytes: Uint8Array, delimiters: Delimiters) => string | undefined;
type DecodeRare = (bytes: Uint8Array, delimiters: Delimiters, faults: Faults) => string;

const ESCAPE = 0x1b;

/** PS3.3 table C.12-4 has 4 and C.12-3 has 14 terms: more is not a list of character sets. */
const MOST_TERMS = 32;

/** Data sets of a series name the same sets over and over; hostile ones name a new one each time. */
const MOST_KNOWN = 64;
const known = new Map<string, NamedCharacterSet>();

/**
 * The character set that the values of Specific Character Set name (PS3.3 C.12.1.1.2). Misspellings
 * that leave no doubt are taken for what they mean, anything else for the default repertoire; `fault`
 * says so. No terms at all is the default repertoire. Bytes above 7F in it are read as Latin 1.
 */
export function characterSet(terms: readonly string[]): NamedCharacterSet {
  const key = terms.join('\\');
  const before = known.get(key);
  if (before !== undefined) return before;
  const named = nameCharacterSet(terms);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, named);
  return named;
}

function nameCharacterSet(terms: readonly string[]): NamedCharacterSet {
  const faults: string[] = [];
  if (terms.length > MOST_TERMS) faults.push(`${terms.length} character sets`);
  // What stands there in a damaged file may be anybody's text: no message repeats it.
  const read = terms.slice(0, MOST_TERMS).map((written, k) => {
    const term = characterSetTerm(written);
    if (term === undefined) faults.push(`value ${k + 1} is no character set`);
    else if (term.canonical !== written.trim()) {
      faults.push(`value ${k + 1} is taken for ${term.canonical}`);
    }
    return term ?? DEFAULT_TERM;
  });
  const decode = decodeOf(decodePlainOf(read[0] ?? DEFAULT_TERM), decodeRareOf(read, faults));
  const fault = faults.length === 0 ? undefined : faults.join('; ');
  return { characterSet: { terms, decode }, fault };
}

/** Most text is nothing but ASCII, which is the same in every set but romaji. */
function decodeOf(decodePlain: DecodePlain, decodeRare: DecodeRare): CharacterSet['decode'] {
  return (bytes, delimiters = '', fault) => {
    const plain = decodePlain(bytes, delimiters);
    if (plain !== undefined) return plain;
    if (fault === undefined) return decodeRare(bytes, delimiters, undefined);
    const faults = new Set<string>();
    const text = decodeRare(bytes, delimiters, faults);
    if (faults.size > 0) fault([...faults].join('; '));
    return text;
  };
}

function decodePlainOf({ set }: CharacterSetTerm): DecodePlain {
  if (set === 'utf-8') return shortAsciiText;
  return set === 13 ? plainRomajiText : asciiText;
}

/** ASCII without the two codes that are other characters in JIS X 0201. */
function plainRomajiText(bytes: Uint8Array, delimiters: Delimiters): string | undefined {
  const text = asciiText(bytes);
  if (text === undefined || text.includes('~')) return undefined;
  return delimiters === '' && text.includes('\\') ? undefined : text;
}

function decodeRareOf(terms: readonly CharacterSetTerm[], faults: string[]): DecodeRare {
  const [first = DEFAULT_TERM, ...others] = terms;
  // Where value 1 adds nothing to ASCII, a set that has to stand alone contains all that is declared.
  const alone = first.set === 6 && others.length === 1 ? (others[0] ?? first) : first;
  const { set } = alone;
  if (typeof set === 'string') {
    if (terms.length > 1) faults.push(`${alone.canonical} allows no other character set beside it`);
    return (bytes, _delimiters, textFaults) => textAlone(bytes, set, alone.canonical, textFaults);
  }
  const sets = [first, ...others].filter((term) => typeof term.set === 'number');
  if (sets.length <= others.length) faults.push('a character set that must stand alone is not');
  if (sets.length > 1 || first.extended) return extended(sets, faults);
  return first.set === 13 ? jisX0201Text : extendedBy(extensionOf(Number(first.set)), ASCII, []);
}

/** UTF-8 and GB 18030 know no escape sequences (PS3.5 6.1.2.5.4 d). */
function textAlone(
  bytes: Uint8Array,
  encoding: PlatformEncoding,
  name: string,
  faults: Faults,
): string {
  const text = platformText(bytes, encoding);
  if (faults === undefined) return text;
  if (text.includes(REPLACEMENT) && !isPlatformText(bytes, encoding)) {
    faults.add(`bytes that are no text in ${name}`);
  }
  if (bytes.includes(ESCAPE)) faults.add(`an escape sequence, which ${name} does not know`);
  if (encoding === 'utf-8' && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    faults.add('a byte order mark, left out');
  }
  return text;
}

function jisX0201Text(bytes: Uint8Array, delimiters: Delimiters, faults: Faults): string {
  if (bytes.includes(ESCAPE)) {
    const extension = { g0: ROMAJI, g1: KATAKANA, declared: [] };
    return decodeCodeExtension(bytes, extension, delimiters, faults);
  }
  const text = shiftJisText(bytes, delimiters !== '');
  if (faults !== undefined) {
    if (text.includes(REPLACEMENT)) faults.add('bytes that are no text in ISO-IR 13');
    else if (!isJisX0201(bytes))
      faults.add('codes that ISO-IR 13 does not have, read as Shift JIS');
  }
  return text;
}

function extended(terms: readonly CharacterSetTerm[], faults: string[]): DecodeRare {
  const [first = DEFAULT_TERM] = terms;
  const g1 = extensionOf(Number(first.set));
  if (g1?.doubleByte === true) faults.push(`${first.canonical} may not be value 1`);
  else if (terms.length === 1)
    faults.push(`${first.canonical} alone should be ISO_IR ${first.set}`);
  for (const term of terms) {
    if (term.extended || term.set === 6) continue;
    faults.push(`${term.canonical} among several should be ISO 2022 IR ${term.set}`);
  }
  const declared = terms.flatMap(({ set }) => extensionOf(Number(set)) ?? []);
  const romaji = terms.some(({ set }) => set === 13) ? [ROMAJI] : [];
  const g0 = first.set === 13 ? ROMAJI : ASCII;
  return extendedBy(g1?.half === 'G1' ? g1 : undefined, g0, [ASCII, ...romaji, ...declared]);
}

function extendedBy(
  g1: CodeExtension['g1'],
  g0: CodeExtension['g0'],
  declared: CodeExtension['declared'],
): DecodeRare {
  const extension: CodeExtension = { g0, g1, declared };
  return (bytes, delimiters, faults) => decodeCodeExtension(bytes, extension, delimiters, faults);
}
