import { FramedexError } from '../errors.ts';
import {
  BY_KEYWORD,
  ELEMENTS,
  REPEATING,
  SMALL_WORD,
  STANDARD_EDITION,
  WORD_BREAK,
} from './dictionary.data.ts';
import { nearest } from './spelling.ts';
import { elementOf, isGroupLength, isPrivateTag, parseTag } from './tag.ts';
import type { Tag, TagLike } from './tag.ts';

import { isVr } from './vr.ts';
import type { Vr } from './vr.ts';

export { STANDARD_EDITION };

/**
 * A VR, or where PS3.6 leaves it open: `ox` OB or OW; `px` the same for Pixel Data; `xs` US or SS,
 * by Pixel Representation; `lt` US, SS or OW; `up` UL that is a file offset; `na` items and their
 * delimiters, which have none.
 */
export type DictionaryVr = Vr | 'ox' | 'px' | 'xs' | 'lt' | 'up' | 'na';

/** What PS3.6 says about a data element. */
export interface DictionaryEntry {
  /** The tag asked for, also where the entry is that of a repeating group. */
  readonly tag: Tag;
  readonly vr: DictionaryVr;
  /** Value multiplicity as the standard writes it: `1`, `1-n`, `2-2n`. */
  readonly vm: string;
  readonly keyword: string;
  /** For people: `Patient's Name`. */
  readonly name: string;
  readonly retired: boolean;
}

interface RepeatingElement {
  readonly first: Tag;
  readonly mask: number;
  /** Fields after the mask, as in a line of `ELEMENTS`. */
  readonly fields: readonly string[];
}

// What was looked up once. Only what the dictionary has is kept, so no file makes these grow beyond it.
const entries = new Map<Tag, DictionaryEntry>();
const vrs = new Map<Tag, DictionaryVr>();
const tags = new Map<string, Tag>();
let repeatingElements: readonly RepeatingElement[] | undefined;

/** Digits of each place in `BY_KEYWORD`. */
const LINE_DIGITS = 4;

const GROUP_LENGTH = 'UL|1|GenericGroupLength|R|Group Length';
const PRIVATE_GROUP_LENGTH = 'UL|1|PrivateGroupLength';
const PRIVATE_CREATOR = 'LO|1|PrivateCreator';

/**
 * What the standard says about an element; undefined for what it does not know, private ones included.
 *
 * @throws FramedexError `USAGE` for what names no element.
 */
export function dictionaryEntry(like: TagLike): DictionaryEntry | undefined {
  const tag = tagOf(like);
  const known = entries.get(tag);
  if (known !== undefined) return known;
  const line = lineOf(tag);
  if (line !== undefined) {
    const entry = entryOf(tag, fieldsAt(line));
    entries.set(tag, entry);
    return entry;
  }
  const fields = unlistedFields(tag);
  return fields === undefined ? undefined : entryOf(tag, fields);
}

/** The VR that the dictionary gives `tag`: how implicit VR files are read (PS3.5 A.1). */
export function vrOfTag(tag: Tag): DictionaryVr | undefined {
  const known = vrs.get(tag);
  if (known !== undefined) return known;
  const line = lineOf(tag);
  if (line === undefined) return asKnownVr(unlistedFields(tag)?.[0]);
  const vr = asDictionaryVr(ELEMENTS.slice(line + 9, line + 11));
  vrs.set(tag, vr);
  return vr;
}

/** What PS3.6 leaves open, decided by PS3.5 annex A and the data set around it (PS3.3 C.7.6.3). */
export function decidedVr(vr: Exclude<DictionaryVr, Vr>, isSigned: () => boolean): Vr {
  switch (vr) {
    case 'ox':
    case 'px':
    case 'lt':
      return 'OW';
    case 'xs':
      return isSigned() ? 'SS' : 'US';
    case 'up':
      return 'UL';
    case 'na':
      return 'UN';
  }
}

/** The tag of a keyword of PS3.6; of a repeating group its first. */
export function tagOfKeyword(keyword: string): Tag | undefined {
  const known = tags.get(keyword);
  if (known !== undefined) return known;
  const found = findKeyword(keyword);
  if (found !== undefined) tags.set(keyword, found);
  return found;
}

/** {@link tagOf}, of a keyword that was asked for before: all that most calls need. */
export function rememberedTag(like: TagLike): Tag | undefined {
  return typeof like === 'string' ? tags.get(like) : undefined;
}

/**
 * The tag that `like` names: a number, a keyword or hexadecimal digits.
 *
 * @throws {@link FramedexError} `USAGE` when it names none; the message has the nearest keyword.
 */
export function tagOf(like: TagLike): Tag {
  if (typeof like === 'number') {
    if (Number.isInteger(like) && like >= 0 && like <= 0xffffffff) return like;
    throw new FramedexError('USAGE', 'not a tag', {
      expected: 'a whole number from 0 to 0xFFFFFFFF',
      found: String(like),
    });
  }
  const tag = parseTag(like) ?? tagOfKeyword(like);
  if (tag !== undefined) return tag;
  const suggestion = nearest(like, keywords());
  throw new FramedexError('USAGE', 'no such keyword or tag', {
    expected:
      'a keyword such as PatientName or a tag such as (0010,0010), or (0019,xx0C,CREATOR) of a private element',
    found: JSON.stringify(like.slice(0, 100)),
    advice: suggestion === undefined ? undefined : `Did you mean ${suggestion}?`,
  });
}

/** (gggg,0010-00FF) of an odd group reserves a block of private elements (PS3.5 7.8.1). */
export function isPrivateCreator(tag: Tag): boolean {
  const element = elementOf(tag);
  return isPrivateTag(tag) && element >= 0x10 && element <= 0xff;
}

function entryOf(tag: Tag, fields: readonly string[]): DictionaryEntry {
  const [vr = '', vm = '', keyword = '', retired = '', name = ''] = fields;
  return {
    tag,
    vr: asDictionaryVr(vr),
    vm,
    keyword,
    // Names are for people: most look-ups never want one.
    get name() {
      return name === '' ? nameOfKeyword(keyword) : name;
    },
    retired: retired === 'R',
  };
}

/**
 * Where the line of `tag` starts in `ELEMENTS`, by binary search in the text itself: an index of it
 * would cost each process more than a header pass of a hundred files.
 */
function lineOf(tag: Tag): number | undefined {
  if (isPrivateTag(tag)) return undefined;
  let low = 1;
  let high = ELEMENTS.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const line = ELEMENTS.lastIndexOf('\n', middle - 1) + 1;
    const found = tagAt(line);
    if (found === tag) return line;
    if (found < tag) low = ELEMENTS.indexOf('\n', middle) + 1;
    else high = line;
  }
  return undefined;
}

/** The tag that a line of `ELEMENTS` starts with: 8 hexadecimal digits in upper case. */
function tagAt(line: number): Tag {
  let tag = 0;
  for (let at = line; at < line + 8; at++) {
    const code = ELEMENTS.charCodeAt(at);
    tag = tag * 16 + (code < 58 ? code - 48 : code - 55);
  }
  return tag;
}

/** The fields behind the tag. */
function fieldsAt(line: number): readonly string[] {
  return ELEMENTS.slice(line + 9, ELEMENTS.indexOf('\n', line)).split('|');
}

/** The fields of what has no line of its own: group lengths, private creators, repeating groups. */
function unlistedFields(tag: Tag): readonly string[] | undefined {
  if (isGroupLength(tag)) {
    return (isPrivateTag(tag) ? PRIVATE_GROUP_LENGTH : GROUP_LENGTH).split('|');
  }
  if (isPrivateTag(tag)) return isPrivateCreator(tag) ? PRIVATE_CREATOR.split('|') : undefined;
  return repeating().find(({ first, mask }) => ((tag ^ first) & mask) === 0)?.fields;
}

function repeating(): readonly RepeatingElement[] {
  repeatingElements ??= REPEATING.trim().split('\n').map(repeatingElementOf);
  return repeatingElements;
}

/** By binary search in the order of keywords, which the data has beside the lines. */
function findKeyword(keyword: string): Tag | undefined {
  let low = 0;
  let high = BY_KEYWORD.length / LINE_DIGITS - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const at = middle * LINE_DIGITS;
    const line = Number.parseInt(BY_KEYWORD.slice(at, at + LINE_DIGITS), 36);
    const found = keywordAt(line);
    if (found === keyword) return tagAt(line);
    if (found < keyword) low = middle + 1;
    else high = middle - 1;
  }
  return repeating().find(({ fields }) => fields[2] === keyword)?.first;
}

/** `00080005|CS|1-n|SpecificCharacterSet|...`: the keyword stands behind the third bar. */
function keywordAt(line: number): string {
  const start = ELEMENTS.indexOf('|', line + 12) + 1;
  const lineEnd = ELEMENTS.indexOf('\n', start);
  const bar = ELEMENTS.indexOf('|', start);
  return ELEMENTS.slice(start, bar >= 0 && bar < lineEnd ? bar : lineEnd);
}

/** All of them, for a suggestion. */
function keywords(): string[] {
  const lines = ELEMENTS.trim().split('\n');
  return [
    ...lines.map((line) => line.split('|')[3] ?? ''),
    ...repeating().map(({ fields }) => fields[2] ?? ''),
  ];
}

function repeatingElementOf(line: string): RepeatingElement {
  const [first = '', mask = '', ...fields] = line.split('|');
  return {
    first: Number.parseInt(first, 16),
    mask: Number.parseInt(mask, 16),
    fields,
  };
}

function asKnownVr(text: string | undefined): DictionaryVr | undefined {
  return text === undefined ? undefined : asDictionaryVr(text);
}

function asDictionaryVr(text: string): DictionaryVr {
  if (isVr(text)) return text;
  switch (text) {
    case 'ox':
    case 'px':
    case 'xs':
    case 'lt':
    case 'up':
    case 'na':
      return text;
    default:
      return 'UN';
  }
}

function nameOfKeyword(keyword: string): string {
  const words = keyword.replace(WORD_BREAK, ' ');
  return words.replace(SMALL_WORD, (word) => word.toLowerCase());
}
