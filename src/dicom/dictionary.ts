import { FramedexError } from '../errors.ts';
import {
  dictionaryColumns,
  dictionaryKinds,
  placeOfTag,
  summed,
  unpackNumbers,
} from './dictionary-columns.ts';
import {
  NAMED,
  NAMES,
  REPEATING,
  SMALL_WORD,
  STANDARD_EDITION,
  WORD_BREAK,
  WORD_FORMS,
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

/** What data sets need of it. */
export type NamelessEntry = Omit<DictionaryEntry, 'name'>;

/** An element by what is written of it. */
interface WrittenEntry {
  readonly keyword: string;
  /** `VR|VM|R when retired`. */
  readonly kind: string;
  /** Where it does not follow from the keyword. */
  readonly name?: string | undefined;
}

interface RepeatingElement extends WrittenEntry {
  readonly first: Tag;
  readonly mask: number;
}

// What was looked up once. Only what the dictionary has is kept, so no file makes these grow beyond it.
const entries = new Map<Tag, DictionaryEntry>();
const namelessEntries = new Map<Tag, NamelessEntry>();
const vrs = new Map<Tag, DictionaryVr>();
let tagsByKeyword: Map<string, Tag> | undefined;
let names: ReadonlyMap<Tag, string> | undefined;
let repeatingElements: readonly RepeatingElement[] | undefined;

const GROUP_LENGTH: WrittenEntry = {
  keyword: 'GenericGroupLength',
  kind: 'UL|1|R',
  name: 'Group Length',
};
const PRIVATE_GROUP_LENGTH: WrittenEntry = { keyword: 'PrivateGroupLength', kind: 'UL|1' };
const PRIVATE_CREATOR: WrittenEntry = { keyword: 'PrivateCreator', kind: 'LO|1' };

/**
 * What the standard says about an element; undefined for what it does not know, private ones included.
 *
 * @throws FramedexError `USAGE` for what names no element.
 */
export function dictionaryEntry(like: TagLike): DictionaryEntry | undefined {
  const tag = tagOf(like);
  const known = entries.get(tag);
  if (known !== undefined) return known;
  const entry = namelessEntry(tag);
  if (entry === undefined) return undefined;
  const named = namedEntry(entry);
  if (namelessEntries.has(tag)) entries.set(tag, named);
  return named;
}

/** {@link dictionaryEntry} for data sets: a program that never asks for display names is bundled without their table. */
export function namelessEntry(tag: Tag): NamelessEntry | undefined {
  const known = namelessEntries.get(tag);
  if (known !== undefined) return known;
  const { tags, keywords } = dictionaryColumns();
  const place = placeOfTag(tags, tag);
  if (place < 0) {
    const written = unlisted(tag);
    return written === undefined ? undefined : entryOf(tag, written);
  }
  const { kinds, kindOf } = dictionaryKinds();
  const keyword = keywords[place] ?? '';
  const entry = entryOf(tag, { keyword, kind: kinds[kindOf[place] ?? 0] ?? '' });
  namelessEntries.set(tag, entry);
  return entry;
}

/** The VR that the dictionary gives `tag`: how implicit VR files are read (PS3.5 A.1). */
export function vrOfTag(tag: Tag): DictionaryVr | undefined {
  const known = vrs.get(tag);
  if (known !== undefined) return known;
  const place = isPrivateTag(tag) ? -1 : placeOfTag(dictionaryColumns().tags, tag);
  if (place < 0) {
    const written = unlisted(tag);
    return written === undefined ? undefined : vrOfKind(written.kind);
  }
  const { kinds, kindOf } = dictionaryKinds();
  const vr = vrOfKind(kinds[kindOf[place] ?? 0] ?? '');
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
  return keywordIndex().get(keyword);
}

/** {@link tagOf}, of a keyword: all that most calls need. */
export function rememberedTag(like: TagLike): Tag | undefined {
  return typeof like === 'string' ? tagsByKeyword?.get(like) : undefined;
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
  const suggestion = nearest(like, [...keywordIndex().keys()]);
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

function entryOf(tag: Tag, { keyword, kind }: WrittenEntry): NamelessEntry {
  const [, vm = '', retired] = kind.split('|');
  return { tag, vr: vrOfKind(kind), vm, keyword, retired: retired === 'R' };
}

function namedEntry({ tag, vr, vm, keyword, retired }: NamelessEntry): DictionaryEntry {
  return {
    tag,
    vr,
    vm,
    keyword,
    // Most look-ups never want one.
    get name() {
      return ownName(tag) ?? nameOfKeyword(keyword);
    },
    retired,
  };
}

/** What has no tag of its own in PS3.6: group lengths, private creators, repeating groups. */
function unlisted(tag: Tag): WrittenEntry | undefined {
  if (isGroupLength(tag)) return isPrivateTag(tag) ? PRIVATE_GROUP_LENGTH : GROUP_LENGTH;
  if (isPrivateTag(tag)) return isPrivateCreator(tag) ? PRIVATE_CREATOR : undefined;
  return repeating().find(({ first, mask }) => ((tag ^ first) & mask) === 0);
}

function repeating(): readonly RepeatingElement[] {
  repeatingElements ??= REPEATING.split('\n').map(repeatingElementOf);
  return repeatingElements;
}

function repeatingElementOf(line: string): RepeatingElement {
  const [first = '', mask = '', keyword = '', name = '', ...kind] = line.split('|');
  return {
    first: Number.parseInt(first, 16),
    mask: Number.parseInt(mask, 16),
    keyword,
    kind: kind.join('|'),
    name: name === '' ? undefined : name,
  };
}

/** All keywords: programs ask for tens of them, and a search for each would take longer. */
function keywordIndex(): ReadonlyMap<string, Tag> {
  if (tagsByKeyword !== undefined) return tagsByKeyword;
  const { keywords, tags } = dictionaryColumns();
  const index = new Map<string, Tag>();
  for (let place = 0; place < tags.length; place++) {
    index.set(keywords[place] ?? '', tags[place] ?? 0);
  }
  for (const { keyword, first } of repeating()) index.set(keyword, first);
  tagsByKeyword = index;
  return index;
}

/** The display name of an element that does not follow from its keyword. */
function ownName(tag: Tag): string | undefined {
  if (!namelessEntries.has(tag)) return unlisted(tag)?.name;
  names ??= indexNames();
  return names.get(tag);
}

function indexNames(): ReadonlyMap<Tag, string> {
  const { tags } = dictionaryColumns();
  const texts = NAMES.split('\n');
  const places = summed(unpackNumbers(NAMED, texts.length));
  return new Map(texts.map((name, k) => [tags[places[k] ?? 0] ?? 0, name]));
}

function vrOfKind(kind: string): DictionaryVr {
  return asDictionaryVr(kind.slice(0, 2));
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
  const cased = words.replace(SMALL_WORD, (word) => word.toLowerCase());
  return WORD_FORMS.reduce((name, [words, form]) => name.replace(words, form), cased);
}
