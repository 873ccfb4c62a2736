import { decodeCodeExtension } from './code-extension.ts';
import type { CodeExtension, Delimiters } from './code-extension.ts';
import {
  ASCII,
  EXTENSIONS,
  hasTable,
  LATIN_1,
  platformText,
  ROMAJI,
  romajiText,
  singleByteText,
} from './repertoire.ts';

export type { Delimiters };

/** What the bytes of text mean: the values of Specific Character Set (0008,0005), put to work. */
export interface CharacterSet {
  /** As written. */
  readonly terms: readonly string[];
  /**
   * The text of `bytes`, as long as a whole value or several. With delimiters that have a backslash
   * it separates values wherever it stands in the result, and may be split there: half of a
   * character of two bytes never looks like one. Bytes that are no text become U+FFFD.
   */
  decode(bytes: Uint8Array, delimiters?: Delimiters): string;
}

/** A character set and what was wrong with its name, if anything. */
export interface NamedCharacterSet {
  readonly characterSet: CharacterSet;
  readonly fault?: string | undefined;
}

interface Term {
  /** As the standard writes it; what differs is a misspelling. */
  readonly canonical: string;
  /** ISO-IR number, or the platform's label of an encoding that stands alone. */
  readonly set: number | 'utf-8' | 'gb18030' | 'gbk';
  /** Written `ISO 2022 IR n`: escape sequences may follow. */
  readonly extended: boolean;
}

type Decode = CharacterSet['decode'];

const DEFAULT_TERM: Term = { canonical: '', set: 6, extended: false };

/** PS3.3 table C.12-4 has 4 and C.12-3 has 13 terms: more is not a list of character sets. */
const MOST_TERMS = 32;

/** Data sets of a series name the same sets over and over; hostile ones name a new one each time. */
const MOST_KNOWN = 64;
const known = new Map<string, NamedCharacterSet>();

/** Parts of ISO 8859 by ISO-IR number, for those who write `ISO 8859-1` or `latin1`. */
const ISO_8859: readonly number[] = [6, 100, 101, 109, 110, 144, 127, 126, 138, 148];

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
  const read = terms.slice(0, MOST_TERMS).map((written) => {
    const term = termOf(written);
    if (term === undefined) faults.push(`unknown character set ${quoted(written)}`);
    else if (term.canonical !== written.trimEnd()) {
      faults.push(`${quoted(written)} taken for ${term.canonical}`);
    }
    return term ?? DEFAULT_TERM;
  });
  const decode = decoderOf(read, faults);
  const fault = faults.length === 0 ? undefined : faults.join('; ');
  return { characterSet: { terms, decode }, fault };
}

function quoted(term: string): string {
  return JSON.stringify(term.slice(0, 32));
}

function termOf(written: string): Term | undefined {
  const term = written
    .trim()
    .toUpperCase()
    .replaceAll(/[ _-]+/g, ' ');
  if (term === '') return DEFAULT_TERM;
  if (/^UTF ?8$/.test(term)) return { canonical: 'ISO_IR 192', set: 'utf-8', extended: false };
  if (/^GB ?18030$/.test(term)) return { canonical: 'GB18030', set: 'gb18030', extended: false };
  if (/^(?:(?:ISO 2022 )?GBK|GB ?2312)$/.test(term))
    return { canonical: 'GBK', set: 'gbk', extended: false };
  if (/^(SHIFT ?JIS|SJIS)$/.test(term)) return numbered(13, false);
  const part = /^(?:ISO ?8859|LATIN) ?(\d\d?)$/.exec(term)?.[1];
  if (part !== undefined) {
    const isoIr = part === '15' ? 203 : part === '11' ? 166 : ISO_8859[Number(part)];
    return isoIr === undefined ? undefined : numbered(isoIr, false);
  }
  const [, extension, digits] = /^ISO ?(2022 ?)?(?:IR ?)?(\d{1,3})$/.exec(term) ?? [];
  return digits === undefined ? undefined : numbered(Number(digits), extension !== undefined);
}

function numbered(isoIr: number, written2022: boolean): Term | undefined {
  if (isoIr === 192) return { canonical: 'ISO_IR 192', set: 'utf-8', extended: false };
  const extended = written2022 || EXTENSIONS.get(isoIr)?.doubleByte === true;
  if (isoIr !== 6 && !EXTENSIONS.has(isoIr)) return undefined;
  return { canonical: `${extended ? 'ISO 2022 IR' : 'ISO_IR'} ${isoIr}`, set: isoIr, extended };
}

function decoderOf(terms: readonly Term[], faults: string[]): Decode {
  const first = terms[0] ?? DEFAULT_TERM;
  const { set } = first;
  if (typeof set === 'string') {
    if (terms.length > 1) faults.push(`${first.canonical} allows no other character set beside it`);
    return (bytes) => platformText(bytes, set);
  }
  const others = terms.slice(1).filter(({ set: other }) => typeof other === 'number');
  if (others.length < terms.length - 1) faults.push('a character set that must stand alone is not');
  if (others.length === 0 && !first.extended) return singleByte(set);
  for (const term of [first, ...others]) {
    if (term.extended || term.set === 6) continue;
    faults.push(`${term.canonical} among several should be ISO 2022 IR ${term.set}`);
  }
  return extended([first, ...others]);
}

function singleByte(isoIr: number): Decode {
  if (isoIr === 13) {
    // Files that say so are mostly full Shift JIS, which has JIS X 0201 as its single bytes. Code 5C
    // is the delimiter of values even where it looks like a yen sign (PS3.5 6.1.2.3).
    return (bytes, delimiters = '') => inRomaji(platformText(bytes, 'shift_jis'), delimiters);
  }
  const table = hasTable(isoIr) ? isoIr : 100;
  return (bytes) => (isAscii(bytes) ? ASCII.decode(bytes) : singleByteText(bytes, table));
}

function inRomaji(text: string, delimiters: Delimiters): string {
  return delimiters === '' ? romajiText(text) : text.split('\\').map(romajiText).join('\\');
}

function extended(terms: readonly Term[]): Decode {
  const declared = terms.flatMap(({ set }) =>
    typeof set === 'number' ? (EXTENSIONS.get(set) ?? []) : [],
  );
  // Before any escape sequence the upper half is the first set declared that has one, for writers
  // that leave the sequence out; in a file without any it is Latin 1.
  const g1 = declared.find(({ half }) => half === 'G1') ?? LATIN_1;
  const g0 = terms[0]?.set === 13 ? ROMAJI : ASCII;
  const extension: CodeExtension = { g0, g1, declared: [...declared, ASCII, ROMAJI] };
  return (bytes, delimiters = '') =>
    g0 === ASCII && isAscii(bytes)
      ? ASCII.decode(bytes)
      : decodeCodeExtension(bytes, extension, delimiters);
}

/** Most text needs no table: plain ASCII without escape sequences. */
function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x80 || byte === 0x1b) return false;
  return true;
}
