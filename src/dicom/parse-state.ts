import type { Need, Window } from '../bytes/window.ts';
import { tagAt } from './element-header.ts';
import type { ElementHeader, Encoding } from './element-header.ts';
import type { ElementRecord, FragmentRecord, ItemRecord } from './element.ts';
import type { Limits } from './limits.ts';
import type { Tag } from './tag.ts';
import type { WarningLog } from './warnings.ts';

export interface ParseOptions {
  readonly encoding: Encoding;
  readonly limits: Limits;
  /** Stop before the first element of the data set that is this one or comes behind it. */
  readonly until?: Tag | undefined;
  /** Stop before the first element of another group: the end of the file meta information. */
  readonly onlyGroup?: number | undefined;
  /** Elements of the data set to keep; the others are jumped over. All by default. */
  readonly keep?: ReadonlySet<Tag> | undefined;
  /** Go on behind the pixel data, jumping over it. By default it ends the header. */
  readonly behindPixelData?: boolean | undefined;
}

export interface ParsedDataset {
  readonly elements: readonly ElementRecord[];
  /** The main pixel data: never one inside a sequence. */
  readonly pixelData: ElementRecord | undefined;
  /** Where the parser stopped. */
  readonly end: number;
}

/** A record that the parser still fills. */
export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** A data set, a sequence or encapsulated pixel data that the parser is inside of. */
export interface Level {
  readonly kind: 'dataset' | 'sequence' | 'fragments';
  readonly parent: Level | undefined;
  readonly depth: number;
  readonly encoding: Encoding;
  /** Exclusive. That of the parent where the length is undefined. */
  readonly end: number;
  readonly undefinedLength: boolean;
  readonly kept: boolean;
  /** The element whose value this is. */
  readonly owner: Draft<ElementRecord> | undefined;
  readonly elements: ElementRecord[];
  readonly items: ItemRecord[];
  readonly fragments: FragmentRecord[];
  lastTag: number;
}

export interface State {
  readonly window: Window;
  readonly options: ParseOptions;
  readonly warnings: WarningLog;
  readonly header: ElementHeader;
  level: Level;
  offset: number;
  /** Where the bytes end that were worth keeping. */
  useful: number;
  count: number;
  pixelData: ElementRecord | undefined;
  done: boolean;
}

/** Steps of a parser that yield the bytes they need to see. */
export type Steps<T = void> = Generator<Need, T, void>;

export function newLevel(
  kind: Level['kind'],
  parent: Level | undefined,
  owner: Draft<ElementRecord> | undefined,
  encoding: Encoding,
  end: number,
  undefinedLength: boolean,
  kept: boolean,
): Level {
  return {
    kind,
    parent,
    depth: (parent?.depth ?? -1) + (kind === 'dataset' ? 1 : 0),
    encoding,
    end,
    undefinedLength,
    kept,
    owner,
    elements: [],
    items: [],
    fragments: [],
    lastTag: -1,
  };
}

export function need(state: State, offset: number, length: number): Need {
  return { offset, length, passed: state.useful };
}

/** The tag at an offset further on, or undefined where the source ends. */
export function* peekTag(state: State, offset: number): Steps<Tag | undefined> {
  if (offset + 4 > state.window.size) return undefined;
  if (!state.window.covers(offset, 4)) yield need(state, offset, 4);
  return tagAt(state.window, offset, state.level.encoding.littleEndian);
}

/** Back to what the innermost level is in. */
export function leave(state: State): void {
  const { level } = state;
  if (level.parent === undefined) return;
  if (level.kind !== 'dataset' && level.owner !== undefined) level.owner.end = state.offset;
  state.useful = state.offset;
  state.level = level.parent;
}

export function reportMissingDelimiter({ warnings, offset, level }: State): void {
  warnings.report('DELIMITER', 'the delimiter is missing', offset, level.owner?.tag);
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
