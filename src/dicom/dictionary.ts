import { FramedexError } from '../errors.ts';
import {
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
  readonly vr: DictionaryVr;
  /** Fields after the mask, as in a line of `ELEMENTS`. */
  readonly fields: readonly string[];
}

interface TagIndex {
  /** Ascending. */
  readonly tags: Uint32Array;
  /** Where the line of each tag starts in `ELEMENTS`. */
  readonly starts: Uint32Array;
  readonly vrs: readonly DictionaryVr[];
  readonly repeating: readonly RepeatingElement[];
}

// Both are built on first use: a file in explicit VR that nobody asks by keyword needs neither.
let tagIndex: TagIndex | undefined;
let keywordIndex: ReadonlyMap<string, Tag> | undefined;

const GROUP_LENGTH = 'UL|1|GenericGroupLength|R|Group Length';
const PRIVATE_GROUP_LENGTH = 'UL|1|PrivateGroupLength';
const PRIVATE_CREATOR = 'LO|1|PrivateCreator';

/** What the standard says about `tag`; undefined for what it does not know, private elements included. */
export function dictionaryEntry(tag: Tag): DictionaryEntry | undefined {
  const fields = fieldsOf(tag);
  if (fields === undefined) return undefined;
  const [vr = '', vm = '', keyword = '', retired = '', name = ''] = fields;
  return {
    tag,
    vr: asDictionaryVr(vr),
    vm,
    keyword,
    name: name === '' ? nameOfKeyword(keyword) : name,
    retired: retired === 'R',
  };
}

/** The VR that the dictionary gives `tag`: how implicit VR files are read (PS3.5 A.1). */
export function vrOfTag(tag: Tag): DictionaryVr | undefined {
  const index = byTag();
  const found = search(index.tags, tag);
  if (found >= 0) return index.vrs[found];
  if (isGroupLength(tag)) return 'UL';
  if (isPrivateTag(tag)) return isPrivateCreator(tag) ? 'LO' : undefined;
  return repeatingElement(index, tag)?.vr;
}

/** The tag of a keyword of PS3.6; of a repeating group its first. */
export function tagOfKeyword(keyword: string): Tag | undefined {
  keywordIndex ??= indexKeywords();
  return keywordIndex.get(keyword);
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
  keywordIndex ??= indexKeywords();
  const suggestion = nearest(like, keywordIndex.keys());
  throw new FramedexError('USAGE', 'no such keyword or tag', {
    expected: 'a keyword such as PatientName or a tag such as (0010,0010)',
    found: JSON.stringify(like.slice(0, 100)),
    advice: suggestion === undefined ? undefined : `Did you mean ${suggestion}?`,
  });
}

/** (gggg,0010-00FF) of an odd group reserves a block of private elements (PS3.5 7.8.1). */
export function isPrivateCreator(tag: Tag): boolean {
  const element = elementOf(tag);
  return isPrivateTag(tag) && element >= 0x10 && element <= 0xff;
}

function fieldsOf(tag: Tag): readonly string[] | undefined {
  const index = byTag();
  const start = index.starts[search(index.tags, tag)];
  if (start !== undefined) {
    return ELEMENTS.slice(start + 9, ELEMENTS.indexOf('\n', start)).split('|');
  }
  if (isGroupLength(tag)) {
    return (isPrivateTag(tag) ? PRIVATE_GROUP_LENGTH : GROUP_LENGTH).split('|');
  }
  if (isPrivateTag(tag)) return isPrivateCreator(tag) ? PRIVATE_CREATOR.split('|') : undefined;
  return repeatingElement(index, tag)?.fields;
}

function repeatingElement(index: TagIndex, tag: Tag): RepeatingElement | undefined {
  return index.repeating.find(({ first, mask }) => ((tag ^ first) & mask) === 0);
}

function search(tags: Uint32Array, tag: Tag): number {
  let low = 0;
  let high = tags.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = tags[middle] ?? 0;
    if (found === tag) return middle;
    if (found < tag) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function byTag(): TagIndex {
  tagIndex ??= indexTags();
  return tagIndex;
}

function indexTags(): TagIndex {
  const tags: Tag[] = [];
  const starts: number[] = [];
  const vrs: DictionaryVr[] = [];
  // Every line is `0008|...`: 8 digits, a bar, two letters. Equal VRs share one string.
  const interned = new Map<number, DictionaryVr>();
  for (let start = 1; start < ELEMENTS.length; start = ELEMENTS.indexOf('\n', start) + 1) {
    tags.push(Number.parseInt(ELEMENTS.slice(start, start + 8), 16));
    starts.push(start);
    const letters = ELEMENTS.charCodeAt(start + 9) * 256 + ELEMENTS.charCodeAt(start + 10);
    const vr = interned.get(letters) ?? asDictionaryVr(ELEMENTS.slice(start + 9, start + 11));
    interned.set(letters, vr);
    vrs.push(vr);
  }
  const repeating = REPEATING.trim().split('\n').map(repeatingElementOf);
  return { tags: Uint32Array.from(tags), starts: Uint32Array.from(starts), vrs, repeating };
}

function repeatingElementOf(line: string): RepeatingElement {
  const [first = '', mask = '', ...fields] = line.split('|');
  return {
    first: Number.parseInt(first, 16),
    mask: Number.parseInt(mask, 16),
    vr: asDictionaryVr(fields[0] ?? ''),
    fields,
  };
}

function indexKeywords(): Map<string, Tag> {
  const keywords = new Map<string, Tag>();
  const { tags, starts, repeating } = byTag();
  for (let i = 0; i < tags.length; i++) {
    // `00080005|CS|1-n|SpecificCharacterSet|...`: the keyword follows the third bar.
    const start = ELEMENTS.indexOf('|', (starts[i] ?? 0) + 12) + 1;
    const rest = ELEMENTS.slice(start, ELEMENTS.indexOf('\n', start));
    const bar = rest.indexOf('|');
    keywords.set(bar < 0 ? rest : rest.slice(0, bar), tags[i] ?? 0);
  }
  for (const { first, fields } of repeating) keywords.set(fields[2] ?? '', first);
  return keywords;
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
