import { FramedexError, isFramedexError } from '../errors.ts';
import { tagOf } from './dictionary.ts';
import type { Keyword, TagValues } from './tag-values.ts';
import type { Tag, TagLike } from './tag.ts';

/** A private element by its creator: its tag depends on the block that the creator reserved (PS3.5 7.8.1). */
export interface PrivateName {
  /** Odd. */
  readonly group: number;
  /** In its block: 0 to 0xFF. */
  readonly element: number;
  /** Without padding. */
  readonly creator: string;
}

export type ElementName = Tag | PrivateName;

/** Into an item of a sequence. */
export interface PathStep {
  readonly sequence: ElementName;
  /** Counted from 0. */
  readonly item: number;
}

/** Which element of which item. */
export interface ElementPath {
  /** From the outermost sequence inwards; none for an element of the data set itself. */
  readonly steps: readonly PathStep[];
  readonly element: ElementName;
}

/** What a private creator (gggg,00bb) reserves: the elements (gggg,bb00-bbFF). */
export interface PrivateBlock {
  /** 0x10 to 0xFF. */
  readonly block: number;
  /** The value of the private creator. */
  readonly creator: string;
}

/** The name behind the last dot. */
type LastName<P extends string> = P extends `${string}.${infer Rest}` ? LastName<Rest> : P;

/**
 * The type of the value that a path leads to, by the keyword it ends with; `unknown` where it ends
 * with a tag or a private element.
 *
 * @example
 * ```ts
 * type Uid = ElementAt<'ReferencedSeriesSequence.0.SeriesInstanceUID', Dataset>; // string
 * ```
 */
export type ElementAt<P extends string, Item> =
  LastName<P> extends infer K extends Keyword ? TagValues<Item>[K] : unknown;

const EXPECTED =
  'names and items such as ReferencedSeriesSequence.0.SeriesInstanceUID or (0021,xx10,CREATOR).0.(0021,xx11,CREATOR)';
const PRIVATE_EXPECTED = 'an odd group, an element in its block and a creator: (0019,xx0C,CREATOR)';

/** `.0.` where something follows that starts as a name does: a keyword, a parenthesis, a tag. */
const NEXT_NAME = String.raw`\.\d+\.(?:[a-z(]|[0-9a-f]{4},|(?:0x)?[0-9a-f]{8}(?:\.|$))`;
/** A creator may hold dots and commas: it ends where the path goes on, or with the text. */
const PRIVATE = new RegExp(
  String.raw`(?:\(([0-9a-f]{4}),xx([0-9a-f]{2}),(.*?)\)(?=\.\d+(?:\.|$)|$)|([0-9a-f]{4}),xx([0-9a-f]{2}),(.*?)(?=${NEXT_NAME}|$))`,
  'isy',
);
/** Two commas, or xx for the block: meant as a private element. */
const PRIVATE_BEGUN = /^\(?[0-9a-f]{4},(?:xx|.*,)/i;
const STANDARD = /[^.]*/y;
const ITEM = /\.(\d{1,10})\./y;

/** Paths are asked for item by item and file by file. A program has few; one that makes them up starts anew. */
const MOST_PATHS = 256;
const paths = new Map<string, ElementPath>();

/** Whether `like` is more than a tag or keyword: a private element by its creator, or a path. */
export function isPath(like: TagLike): boolean {
  // A tag has its one comma within its first 6 characters, a keyword neither comma nor dot.
  return typeof like === 'string' && (like.includes('.') || like.includes(',', 6));
}

/**
 * The element that `like` names, and the items it is in.
 *
 * @throws {@link FramedexError} `USAGE` when a name in it is none.
 */
export function parseElementPath(like: TagLike): ElementPath {
  if (typeof like === 'number' || !isPath(like)) return { steps: [], element: tagOf(like) };
  let path = paths.get(like);
  if (path === undefined) {
    path = parsed(like);
    if (paths.size >= MOST_PATHS) paths.clear();
    paths.set(like, path);
  }
  return path;
}

/**
 * The tags that a private element can have in a data set, in the order of `blocks`: those of its
 * group. A creator may have reserved several, each of which may hold the element; the first tag that
 * is there is meant. None where the creator is absent.
 */
export function privateTags(
  { group, element, creator }: PrivateName,
  blocks: Iterable<PrivateBlock>,
): Tag[] {
  const tags: Tag[] = [];
  for (const { block, creator: reservedBy } of blocks) {
    if (reservedBy.trim() !== creator) continue;
    tags.push(group * 0x10000 + block * 0x100 + element);
  }
  return tags;
}

function parsed(text: string): ElementPath {
  const steps: PathStep[] = [];
  let at = 0;
  for (;;) {
    const { name, end } = nameAt(text, at);
    if (end === text.length) return { steps, element: name };
    ITEM.lastIndex = end;
    const item = ITEM.exec(text);
    if (item === null) throw notAPath(text, end);
    steps.push({ sequence: name, item: Number(item[1]) });
    at = ITEM.lastIndex;
  }
}

function nameAt(text: string, at: number): { name: ElementName; end: number } {
  PRIVATE.lastIndex = at;
  const match = PRIVATE.exec(text);
  if (match !== null) {
    const [, group = match[4], element = match[5], creator = match[6]] = match;
    const name = privateName(group ?? '', element ?? '', creator ?? '');
    if (name === undefined) throw notPrivate(match[0]);
    return { name, end: PRIVATE.lastIndex };
  }
  STANDARD.lastIndex = at;
  const [name = ''] = STANDARD.exec(text) ?? [];
  return { name: standardName(name, text), end: STANDARD.lastIndex };
}

function privateName(group: string, element: string, text: string): PrivateName | undefined {
  const name = { group: Number.parseInt(group, 16), element: Number.parseInt(element, 16) };
  const creator = text.trim();
  return name.group % 2 === 0 || creator === '' ? undefined : { ...name, creator };
}

function standardName(name: string, text: string): Tag {
  try {
    return tagOf(name);
  } catch (error) {
    if (!isFramedexError(error, 'USAGE')) throw error;
    if (PRIVATE_BEGUN.test(name)) throw notPrivate(name);
    const found = `${JSON.stringify(name.slice(0, 100))} in ${quoted(text)}`;
    throw new FramedexError('USAGE', 'a path with a name that is no keyword or tag', {
      ...error.details,
      found,
    });
  }
}

function notAPath(text: string, at: number): FramedexError<'USAGE'> {
  return new FramedexError('USAGE', 'not a path to an element', {
    expected: EXPECTED,
    found: `${JSON.stringify(text.slice(at, at + 40))} behind ${quoted(text.slice(0, at))}`,
  });
}

function notPrivate(name: string): FramedexError<'USAGE'> {
  return new FramedexError('USAGE', 'not a private element', {
    expected: PRIVATE_EXPECTED,
    found: quoted(name),
  });
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
