import type { Need, Window } from '../bytes/window.ts';
import { vrOfTag } from './dictionary.ts';
import { tagAt } from './element-header.ts';
import type { ElementHeader, Encoding } from './element-header.ts';
import { ITEM, ITEM_DELIMITATION, SEQUENCE_DELIMITATION, UNDEFINED_LENGTH } from './element.ts';
import type { PixelElement } from './element.ts';
import { endRecords } from './element-table.ts';
import type { ElementTable, TableWriter } from './element-table.ts';
import type { Limits } from './limits.ts';
import type { Tag } from './tag.ts';
import { vrOfBytes } from './vr.ts';
import type { WantedTags } from './wanted-tags.ts';
import type { WarningLog } from './warnings.ts';

export interface ParseOptions {
  readonly encoding: Encoding;
  readonly limits: Limits;
  /** Stop before the first element of the data set that is this one or comes behind it. */
  readonly until?: Tag | undefined;
  /** Stop before the first element of another group: the end of the file meta information. */
  readonly onlyGroup?: number | undefined;
  /** Elements of the data set to keep; the others are jumped over. All by default. */
  readonly keep?: WantedTags | undefined;
  /** Go on behind the pixel data, jumping over it. By default it ends the header. */
  readonly behindPixelData?: boolean | undefined;
}

export interface ParsedDataset {
  readonly table: ElementTable;
  /** The main pixel data: never one inside a sequence. */
  readonly pixelData: PixelElement | undefined;
  /** Values and fragments that stay in the source, in ascending order. */
  readonly skipped: readonly Need[];
  /** Where the values of the data set are that are kept, in ascending order. */
  readonly kept: readonly Need[];
  /** Where the parser stopped. */
  readonly end: number;
}

/** A data set, a sequence or encapsulated pixel data that the parser is inside of. */
export interface Level {
  kind: 'dataset' | 'sequence' | 'fragments';
  readonly depth: number;
  readonly parent: Level | undefined;
  explicit: boolean;
  littleEndian: boolean;
  /** Exclusive. That of the parent where the length is undefined; later where a length proves wrong. */
  end: number;
  undefinedLength: boolean;
  /** Its elements are recorded. */
  kept: boolean;
  /** Tag of the element whose value this is, or is in; 0 of the data set itself. */
  owner: Tag;
  /** The record of the sequence or item, and the first one inside it. */
  record: number;
  first: number;
  lastTag: number;
  /** Private creators found so far, where anybody asked, and the record to look at next. */
  creators: { readonly byTag: Map<Tag, string>; next: number } | undefined;
  /** Of a sequence: what its items start with, by the first of them that has anything; else -1. */
  firstTag: Tag;
  /** Of a sequence: its last item ended with a delimiter. */
  delimited: boolean;
  /** The level that is used again for what is inside this one. */
  inner: Level | undefined;
}

export interface State {
  readonly window: Window;
  readonly options: ParseOptions;
  readonly warnings: WarningLog;
  readonly header: ElementHeader;
  readonly records: TableWriter;
  level: Level;
  offset: number;
  /** Where the bytes end that were worth keeping. */
  useful: number;
  count: number;
  pixelData: PixelElement | undefined;
  readonly skipped: Need[];
  done: boolean;
}

/** Steps of a parser that yield the bytes they need to see. */
export type Steps<T = void> = Generator<Need, T, void>;

/** The level of the data set itself. */
export function rootLevel(encoding: Encoding, end: number): Level {
  const level = createLevel(undefined, 0);
  level.explicit = encoding.explicit;
  level.littleEndian = encoding.littleEndian;
  level.end = end;
  return level;
}

/** One way of making them, so that all are of one shape to the machine. */
function createLevel(parent: Level | undefined, depth: number): Level {
  return {
    kind: 'dataset',
    depth,
    parent,
    explicit: true,
    littleEndian: true,
    end: 0,
    undefinedLength: false,
    kept: true,
    owner: 0,
    record: -1,
    first: 0,
    lastTag: -1,
    creators: undefined,
    firstTag: -1,
    delimited: false,
    inner: undefined,
  };
}

/** What a level is entered for, beside where it ends. */
export interface Entered {
  readonly kind: Level['kind'];
  readonly undefinedLength: boolean;
}

// There is one for each item of an object with a million: none is made for it.
export const KNOWN_SEQUENCE: Entered = { kind: 'sequence', undefinedLength: false };
export const OPEN_SEQUENCE: Entered = { kind: 'sequence', undefinedLength: true };
export const FRAGMENTS: Entered = { kind: 'fragments', undefinedLength: true };
export const KNOWN_ITEM: Entered = { kind: 'dataset', undefinedLength: false };
export const OPEN_ITEM: Entered = { kind: 'dataset', undefinedLength: true };

/**
 * Goes inside the current level, up to `end`. `record` is that of the sequence or item, negative where
 * it is not kept. Levels are used again: an object has an item for each of its frames, and some
 * sequences in each item.
 */
export function enter(
  state: State,
  { kind, undefinedLength }: Entered,
  encoding: Encoding,
  end: number,
  owner: Tag,
  record: number,
): void {
  const { level: parent, records } = state;
  const level = (parent.inner ??= createLevel(parent, parent.depth + (kind === 'dataset' ? 1 : 0)));
  level.kind = kind;
  level.explicit = encoding.explicit;
  level.littleEndian = encoding.littleEndian;
  level.end = end;
  level.undefinedLength = undefinedLength;
  level.kept = record >= 0;
  level.owner = owner;
  level.record = record;
  level.first = records.length;
  level.lastTag = -1;
  level.creators = undefined;
  level.firstTag = -1;
  level.delimited = false;
  parent.delimited = false;
  state.level = level;
}

/** To be called before the last tag of a level is set: the first one says what its sequence's items look like. */
export function noteFirst({ parent, lastTag }: Level, tag: Tag): void {
  if (lastTag === -1 && parent?.firstTag === -1) parent.firstTag = tag;
}

export function need(state: State, offset: number, length: number): Need {
  return { offset, length, passed: state.useful };
}

/** Brings bytes in sight. */
export function* see(state: State, offset: number, length: number): Steps {
  if (!state.window.covers(offset, length)) yield need(state, offset, length);
}

/** The tag at an offset further on, or undefined where the source ends. */
export function* peekTag(
  state: State,
  offset: number,
  { littleEndian }: Pick<Encoding, 'littleEndian'>,
): Steps<Tag | undefined> {
  if (offset + 4 > state.window.size) return undefined;
  yield* see(state, offset, 4);
  return tagAt(state.window, offset, littleEndian);
}

/** How far ahead the parser looks to tell which of two lengths is right. */
const NEAR = 4096;

/**
 * Whether an element, an item or a delimiter starts at an offset, or the source ends there. Only
 * near ones are looked at, together with all bytes before them, so that a file that is wrong
 * everywhere costs no more reads than a sound one.
 */
export function* makesSense(state: State, offset: number, after: Tag): Steps<boolean> {
  const { window, level } = state;
  if (offset === window.size) return true;
  if (offset + 8 > window.size || offset > state.offset + NEAR) return false;
  yield* see(state, state.offset, offset + 8 - state.offset);
  const { explicit, littleEndian } = level;
  const tag = tagAt(window, offset, littleEndian);
  if (tag === ITEM || tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION) return true;
  if (tag <= after) return false;
  const at = offset - window.start;
  if (explicit) {
    return vrOfBytes(window.view.getUint8(at + 4), window.view.getUint8(at + 5)) !== undefined;
  }
  const length = window.view.getUint32(at + 4, littleEndian);
  const fits = length === UNDEFINED_LENGTH || offset + 8 + length <= window.size;
  return fits && vrOfTag(tag) !== undefined;
}

/** Back to what the innermost level is in. */
export function leave(state: State): void {
  const { level } = state;
  if (level.parent === undefined) return;
  if (level.kept && level.kind !== 'fragments') endRecords(state.records, level.record);
  state.useful = state.offset;
  state.level = level.parent;
}

export function reportMissingDelimiter({ warnings, offset, level }: State): void {
  warnings.report('DELIMITER', 'the delimiter is missing', offset, level.owner);
}

/** The file ends here: levels that wait for a delimiter get none. */
export function finishAtEnd(state: State): void {
  const { window, warnings } = state;
  if (state.offset < window.size) {
    warnings.report('TRAILING_BYTES', 'too few bytes for an element header', state.offset);
  }
  while (state.level.parent !== undefined) {
    if (state.level.undefinedLength) reportMissingDelimiter(state);
    leave(state);
  }
}

/** Nothing behind this can be understood: what was found so far counts. */
export function giveUp(state: State): void {
  while (state.level.parent !== undefined) leave(state);
  state.done = true;
}
