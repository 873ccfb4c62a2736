import { FramedexError } from '../errors.ts';
import { vrOfTag } from './dictionary.ts';
import { looksExplicit, tagAt } from './element-header.ts';
import type { ElementHeader, Encoding } from './element-header.ts';
import { addItem, beginRecords, dropRecord } from './element-table.ts';
import {
  ITEM,
  ITEM_DELIMITATION,
  SEQUENCE_DELIMITATION,
  UNDEFINED_LENGTH,
  isPixelData,
} from './element.ts';
import {
  FRAGMENTS,
  KNOWN_ITEM,
  KNOWN_SEQUENCE,
  OPEN_ITEM,
  OPEN_SEQUENCE,
  enter,
  giveUp,
  leave,
  makesSense,
  peekTag,
  see,
} from './parse-state.ts';
import type { Level, State, Steps } from './parse-state.ts';
import type { Tag } from './tag.ts';

/** What hides in a value of VR UN, whatever is around it (PS3.5 6.2.2). */
const INSIDE_UNKNOWN: Encoding = { explicit: false, littleEndian: true };
/** An Item tag in the other byte order than that around it. */
const SWAPPED_ITEM = 0xfeff00e0;

/**
 * A sequence of known length, whose header was read. Like the others here that enter a value, it is
 * given its record, which is negative where it is not kept.
 */
export function enterSequence(
  state: State,
  level: Level,
  record: number,
  encoding: Encoding,
): void {
  const { window, warnings, records } = state;
  const { valueOffset, length, tag } = state.header;
  let end = valueOffset + length;
  if (end > level.end) {
    const message = 'the sequence runs beyond what it is in';
    if (end > window.size) warnings.reportCut('TRUNCATED_VALUE', message, valueOffset, tag);
    else warnings.report('ITEM_LENGTH', message, valueOffset, tag);
    end = Math.max(valueOffset, level.end);
  }
  if (record >= 0) beginRecords(records, record);
  state.offset = valueOffset;
  enter(state, KNOWN_SEQUENCE, encoding, end, tag, record);
}

/**
 * A value of VR UN that the dictionary knows to be a sequence: a system that did not know the
 * element has written what it got, which was implicit VR little endian (PS3.5 6.2.2). Says whether
 * it is one.
 */
export function* enterUnknownSequence(state: State, level: Level, record: number): Steps<boolean> {
  const first = yield* peekTag(state, state.header.valueOffset, INSIDE_UNKNOWN);
  if (first !== ITEM) return false;
  enterSequence(state, level, record, INSIDE_UNKNOWN);
  return true;
}

/** Undefined length: a sequence, or pixel data in fragments (PS3.5 7.1.1, 7.5 and A.4). */
export function* enterUndefined(state: State, level: Level, record: number): Steps {
  const { records, window, warnings, header } = state;
  const { valueOffset, tag, vr } = header;
  const { explicit, littleEndian } = level;
  // CP-246 allows UN an undefined length for what is a sequence inside.
  const encoding = vr === 'UN' ? INSIDE_UNKNOWN : { explicit, littleEndian };
  const first = yield* peekTag(state, valueOffset, encoding);
  if (first !== ITEM && first !== SEQUENCE_DELIMITATION && vr !== 'SQ') {
    warnings.reportCut('BAD_LENGTH', 'an undefined length without items', valueOffset, tag);
    if (record >= 0 && state.pixelData?.valueOffset !== valueOffset) dropRecord(records, record);
    state.offset = valueOffset;
    giveUp(state);
    return;
  }
  const fragments = isPixelData(tag) || (yield* holdsFragments(state, header, encoding));
  if (!fragments && record >= 0) beginRecords(records, record);
  state.offset = valueOffset;
  // An item that under-counts the fragments in it must not end them: their own delimiter does.
  const end = fragments ? window.size : level.end;
  enter(state, fragments ? FRAGMENTS : OPEN_SEQUENCE, encoding, end, tag, record);
}

/** OB or OW of undefined length that is no pixel data: fragments, or a sequence by its first item. */
function* holdsFragments(
  state: State,
  { vr, tag, valueOffset }: ElementHeader,
  { littleEndian }: Encoding,
): Steps<boolean> {
  if ((vr !== 'OB' && vr !== 'OW') || vrOfTag(tag) === 'SQ') return false;
  const { window } = state;
  if (valueOffset + 8 > window.size) return false;
  yield* see(state, valueOffset, 8);
  const length = window.view.getUint32(valueOffset + 4 - window.start, littleEndian);
  return length !== UNDEFINED_LENGTH;
}

/** Where an item must be, inside a sequence (PS3.5 7.5). */
export function readItem(state: State, level: Level): Steps | undefined {
  const { window, offset, warnings } = state;
  const { littleEndian } = level;
  const tag = tagAt(window, offset, littleEndian);
  const length = window.view.getUint32(offset - window.start + 4, littleEndian);
  if (tag === ITEM) {
    const isJump = !level.kept && length !== UNDEFINED_LENGTH;
    return isJump ? passItem(state, level, length) : beginItem(state, level, length);
  }
  if (tag === SEQUENCE_DELIMITATION) {
    passDelimiter(state, tag, length);
    if (level.undefinedLength) leave(state);
    else warnings.report('DELIMITER', 'a sequence of known length has a delimiter', offset, tag);
    return undefined;
  }
  if (tag === SWAPPED_ITEM) {
    // Some Philips scanners wrote private sequences in the other byte order.
    warnings.report('ITEM_EXPECTED', 'an item in the other byte order', offset, level.owner);
    level.littleEndian = !littleEndian;
    return undefined;
  }
  return endOfItems(state, level, tag, length);
}

/** An item that nobody asked for is jumped over, where the sequence goes on or ends behind it. */
function* passItem(state: State, level: Level, length: number): Steps {
  const end = state.offset + 8 + length;
  let goesOn = end === level.end;
  if (!goesOn && end < level.end) {
    const next = yield* peekTag(state, end, level);
    goesOn = next === ITEM || next === SEQUENCE_DELIMITATION;
  }
  if (goesOn) {
    state.offset = end;
    return;
  }
  yield* see(state, state.offset, 8);
  const more = beginItem(state, level, length);
  if (more !== undefined) yield* more;
}

function beginItem(state: State, level: Level, length: number): Steps | undefined {
  if (!level.explicit) return enterImplicitItem(state, level, length);
  enterItem(state, level, length, level);
  return undefined;
}

/** Neither an item nor the delimiter of the sequence: where does the sequence end? */
function* endOfItems(state: State, level: Level, tag: Tag, length: number): Steps {
  const { offset, warnings } = state;
  const { owner } = level;
  if (tag === ITEM_DELIMITATION) {
    yield* endByItemDelimiter(state, level, length);
    return;
  }
  warnings.report('ITEM_EXPECTED', 'no item where one must be', offset, owner);
  // Either the length of the sequence says too much, or something is in it that is no item.
  if (!level.undefinedLength && !(yield* makesSense(state, offset, owner))) {
    state.offset = level.end;
  }
  leave(state);
}

/** An item delimiter behind an item: one too many, the sequence's own misspelt, or that of an item around it. */
function* endByItemDelimiter(state: State, level: Level, length: number): Steps {
  const { offset, warnings } = state;
  const tag = ITEM_DELIMITATION;
  const next = yield* peekTag(state, offset + 8, level);
  const goesOn = next === ITEM || next === SEQUENCE_DELIMITATION;
  const outer = level.parent?.undefinedLength === true ? level.parent.parent : undefined;
  const mayBeOuter = goesOn && outer !== undefined && level.undefinedLength && level.delimited;
  if (mayBeOuter && !(yield* isStray(state, level, outer))) {
    warnings.report('DELIMITER', 'the delimiter of the sequence is missing', offset, tag);
    leave(state);
    return;
  }
  warnings.report('DELIMITER', 'an item delimiter where an item must be', offset, tag);
  passDelimiter(state, tag, length);
  if (!goesOn && level.undefinedLength) leave(state);
}

/**
 * Whether a second item delimiter is one too many, and the sequence goes on or ends behind it; or the
 * sequence's own delimiter is missing, and this one ends the item around it. The delimiters that
 * follow, and what stands behind them, must make sense on the levels that they lead to. Where both
 * do, an item that starts as those before it is one more of them; else it is the end of the item
 * around, so that nothing of the data set itself is taken for a part of an item.
 */
function* isStray(state: State, level: Level, outer: Level): Steps<boolean> {
  const { window, offset } = state;
  let inside: Level | undefined = level;
  let around: Level | undefined = outer;
  for (let at = offset + 8; inside !== undefined; at += 8) {
    yield* see(state, offset, Math.min(at + 12, window.size) - offset);
    const tag = yield* peekTag(state, at, level);
    if (tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION) {
      inside = behindDelimiter(inside, tag);
      around = around === undefined ? undefined : behindDelimiter(around, tag);
      continue;
    }
    if (!mayStandIn(inside, tag)) return false;
    if (around === undefined || !mayStandIn(around, tag)) return true;
    return tag === ITEM && inside.firstTag === (yield* peekTag(state, at + 8, level));
  }
  return false;
}

/** Where a delimiter leads to from inside a level; undefined where there is none to be. */
function behindDelimiter({ kind, undefinedLength, parent }: Level, tag: Tag): Level | undefined {
  const ends = kind === 'dataset' ? ITEM_DELIMITATION : SEQUENCE_DELIMITATION;
  return undefinedLength && tag === ends ? parent : undefined;
}

function mayStandIn({ kind, lastTag }: Level, tag: Tag | undefined): boolean {
  if (kind !== 'dataset') return tag === ITEM;
  return tag !== undefined && tag >>> 16 !== 0xfffe && tag > lastTag;
}

/** An item of a sequence in implicit VR; some vendors wrote what is in it in explicit VR. */
function enterImplicitItem(state: State, level: Level, length: number): Steps | undefined {
  const { window, offset, warnings } = state;
  const { littleEndian } = level;
  const content = offset + 8;
  const isLong = length >= 8 && content + 8 <= level.end;
  if (isLong && !window.covers(content, 8)) return seeImplicitItem(state, level, length);
  const explicit = isLong && looksExplicit(window, content, littleEndian);
  if (explicit) {
    warnings.report('BAD_VR', 'an explicit VR item in an implicit VR data set', content);
  }
  enterItem(state, level, length, { explicit, littleEndian });
  return undefined;
}

function* seeImplicitItem(state: State, level: Level, length: number): Steps {
  yield* see(state, state.offset + 8, 8);
  enterImplicitItem(state, level, length);
}

function enterItem(state: State, level: Level, length: number, encoding: Encoding): void {
  const { offset, warnings, options, records } = state;
  const { owner, kept } = level;
  const undefinedLength = length === UNDEFINED_LENGTH;
  let end = undefinedLength ? level.end : offset + 8 + length;
  if (end > level.end) {
    warnings.report('ITEM_LENGTH', 'the item runs beyond its sequence', offset, owner);
    end = level.end;
  }
  if (level.depth + 1 > options.limits.maxDepth) throw tooDeep(state);
  const record = kept ? addItem(records, offset, encoding.littleEndian) : -1;
  state.offset = offset + 8;
  enter(state, undefinedLength ? OPEN_ITEM : KNOWN_ITEM, encoding, end, owner, record);
}

/** One of the FFFE elements where a data element could be. */
export function readDelimiter(
  state: State,
  level: Level,
  tag: Tag,
  length: number,
): Steps | undefined {
  const { offset, warnings } = state;
  const { parent } = level;
  const starts = tag === ITEM || tag === SEQUENCE_DELIMITATION;
  if (parent !== undefined && !level.undefinedLength && parent.undefinedLength && starts) {
    // What is of the sequence cannot be inside its item.
    warnings.report('ITEM_LENGTH', 'the item ends before its length says', offset, level.owner);
    leave(state);
  } else if (parent === undefined || !level.undefinedLength) {
    warnings.report('DELIMITER', 'a delimiter that ends nothing', offset, tag);
    state.offset = offset + 8;
  } else if (tag === ITEM_DELIMITATION) {
    passDelimiter(state, tag, length);
    leave(state);
    parent.delimited = true;
  } else if (tag === SEQUENCE_DELIMITATION) {
    return endOfItem(state, level, length);
  } else if (tag === ITEM) {
    warnings.report('DELIMITER', 'the item before has no delimiter', offset, tag);
    leave(state);
  } else {
    warnings.report('DELIMITER', 'a delimiter that ends nothing', offset, tag);
    state.offset = offset + 8;
  }
  return undefined;
}

/** A sequence delimiter where an item delimiter must be. */
function* endOfItem(state: State, level: Level, length: number): Steps {
  const { offset, warnings } = state;
  const tag = SEQUENCE_DELIMITATION;
  const next = yield* peekTag(state, offset + 8, level);
  const message = 'a sequence delimiter where an item delimiter must be';
  warnings.report('DELIMITER', message, offset, tag);
  leave(state);
  // Followed by an item or a sequence delimiter it stood for the item's; else it ends the sequence,
  // which sees it again.
  if (next === ITEM || next === SEQUENCE_DELIMITATION) passDelimiter(state, tag, length);
}

/** Where a fragment must be, inside encapsulated pixel data (PS3.5 A.4). */
export function readFragment(state: State, level: Level): void {
  const { window, offset, warnings } = state;
  const { littleEndian, owner } = level;
  const tag = tagAt(window, offset, littleEndian);
  const length = window.view.getUint32(offset - window.start + 4, littleEndian);
  if (tag === ITEM) {
    if (length === UNDEFINED_LENGTH || offset + 8 + length > window.size) {
      warnings.reportCut('TRUNCATED_VALUE', 'a fragment runs beyond the file', offset, owner);
      giveUp(state);
      return;
    }
    if (level.kept) state.skipped.push({ offset: offset + 8, length });
    state.useful = offset;
    state.offset = offset + 8 + length;
    return;
  }
  if (tag === SEQUENCE_DELIMITATION) passDelimiter(state, tag, length);
  else warnings.report('ITEM_EXPECTED', 'no fragment where one must be', offset, owner);
  leave(state);
}

/** Delimiters have length 0 (PS3.5 7.5.2); whatever a writer puts there is no length of a value. */
function passDelimiter(state: State, tag: Tag, length: number): void {
  if (length !== 0) {
    state.warnings.report('DELIMITER', 'a delimiter with a length', state.offset, tag);
  }
  state.offset += 8;
}

function tooDeep({ options, offset, warnings }: State): FramedexError {
  const limit = options.limits.maxDepth;
  return new FramedexError('DEPTH_LIMIT', 'sequences are nested deeper than allowed', {
    name: warnings.name,
    offset,
    limit,
    advice: `Raise limits.maxDepth (${limit}) if the file is sound.`,
  });
}
