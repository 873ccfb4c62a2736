import type { Window } from '../bytes/window.ts';
import { FramedexError } from '../errors.ts';
import { isPrivateCreator, vrOfTag } from './dictionary.ts';
import { LONGEST_HEADER, readElementHeader, tagAt } from './element-header.ts';
import {
  addRecord,
  findRecord,
  finishTable,
  keepOnly,
  nextRecord,
  presentAtRecord,
  setPresent,
  tableWriter,
  tagAtRecord,
  valueOffsetAtRecord,
} from './element-table.ts';
import { ITEM, UNDEFINED_LENGTH, isPixelData } from './element.ts';
import { readOddHeader } from './odd-header.ts';
import {
  enterSequence,
  enterUndefined,
  enterUnknownSequence,
  readDelimiter,
  readFragment,
  readItem,
} from './parse-sequence.ts';
import {
  finishAtEnd,
  giveUp,
  leave,
  makesSense,
  need,
  noteFirst,
  reportMissingDelimiter,
  rootLevel,
  see,
} from './parse-state.ts';
import type { Level, ParseOptions, ParsedDataset, State, Steps } from './parse-state.ts';
import { stopTag } from './plain-elements.ts';
import { passPlain } from './plain-nesting.ts';
import { longestRetained } from './limits.ts';
import { privateVr } from './private-dictionary.ts';
import { isImpossible, privateCreatorTag } from './tag.ts';
import type { Tag } from './tag.ts';
import type { WarningLog } from './warnings.ts';

/**
 * The header pass, without I/O (PS3.5 7): it yields the bytes that it needs to see and goes on when
 * the window shows them, so that memory, files, archives and URLs share this one body of code. Depth
 * is an explicit stack, every turn moves forward, and no length is believed before it was compared
 * with the size of the source.
 *
 * What a turn does is a plain function, which gives steps only where it must see more bytes: a
 * generator per element would take most of the time of a header pass.
 */
export function* parseDataset(
  window: Window,
  offset: number,
  options: ParseOptions,
  warnings: WarningLog,
): Steps<ParsedDataset> {
  const root = rootLevel(options.encoding, window.size);
  const state: State = {
    window,
    options,
    warnings,
    header: { tag: 0, vr: 'UN', length: 0, valueOffset: 0 },
    records: tableWriter(),
    level: root,
    offset,
    useful: offset,
    count: 0,
    pixelData: undefined,
    skipped: [],
    done: false,
  };
  const firstStop = stopTag(options);
  while (!state.done) {
    passPlain(state, firstStop);
    const { level } = state;
    const left = level.end - state.offset;
    if (left < 8) {
      if (level === root) break;
      if (left > 0) yield* passRest(state, level);
      else endLevel(state, level);
      continue;
    }
    const wanted = Math.min(LONGEST_HEADER, window.size - state.offset);
    if (!window.covers(state.offset, wanted)) yield need(state, state.offset, wanted);
    if (++state.count > options.limits.maxElements) throw tooMany(state);
    const more = turn(state, level);
    if (more !== undefined) yield* more;
  }
  if (!state.done) finishAtEnd(state);
  return parsed(state, offset);
}

function parsed(state: State, start: number): ParsedDataset {
  const { records, pixelData, skipped, offset: end } = state;
  const { keep } = state.options;
  const wanted = (tag: Tag): boolean => keep?.has(tag) === true || tag === pixelData?.tag;
  const kept =
    keep === undefined ? [{ offset: start, length: end - start }] : keepOnly(records, wanted, end);
  return { table: finishTable(records), pixelData, skipped, kept, end };
}

function turn(state: State, level: Level): Steps | undefined {
  if (level.kind === 'dataset') return readElement(state, level);
  if (level.kind === 'sequence') return readItem(state, level);
  readFragment(state, level);
  return undefined;
}

function endLevel(state: State, level: Level): void {
  if (level.undefinedLength) reportMissingDelimiter(state);
  leave(state);
}

/** Too few bytes for an element are left in an item or sequence: its length is wrong. */
function* passRest(state: State, level: Level): Steps {
  const { offset, warnings, window } = state;
  const { owner } = level;
  if (level.kind === 'dataset') {
    const isEnd = level.end === window.size || (yield* makesSense(state, level.end, owner));
    if (!isEnd) {
      yield* see(state, offset, Math.min(LONGEST_HEADER, window.size - offset));
      const more = readElement(state, level);
      if (more !== undefined) yield* more;
      return;
    }
    state.offset = level.end;
  } else if (!(yield* makesSense(state, offset, owner))) {
    state.offset = level.end;
  }
  warnings.report('ITEM_LENGTH', 'too few bytes for an element', offset, owner);
  endLevel(state, level);
}

function readElement(state: State, level: Level): Steps | undefined {
  const reading = readElementHeader(state.window, state.offset, level, state.header);
  return reading === 'read' ? takeElement(state, level) : mendElement(state, level, reading);
}

function* mendElement(state: State, level: Level, reading: 'cut' | 'odd'): Steps {
  const { warnings, offset, header } = state;
  if (level.parent === undefined && endsHere(state, header.tag)) {
    state.done = true;
    return;
  }
  if (reading === 'cut') {
    warnings.reportCut('TRUNCATED_VALUE', 'the file ends inside an element header', offset);
    giveUp(state);
    return;
  }
  yield* readOddHeader(state);
  const more = takeElement(state, level);
  if (more !== undefined) yield* more;
}

/** Records the element whose header was read, and goes into its value or behind it. */
function takeElement(state: State, level: Level): Steps | undefined {
  const { header, options, offset } = state;
  const { tag, vr, length, valueOffset } = header;
  if (tag >>> 16 === 0xfffe) return readDelimiter(state, level, tag, length);
  const top = level.parent === undefined;
  if (top && endsHere(state, tag)) {
    state.done = true;
    return undefined;
  }
  noteFirst(level, tag);
  if (tag <= level.lastTag) reportOrder(state, level, tag);
  else level.lastTag = tag;
  if (isImpossible(tag)) {
    state.warnings.report('BAD_TAG', 'an element of a group that cannot be', offset, tag);
  }
  const record = level.kept ? addRecord(state.records, offset, header) : -1;
  if (top && isPixelData(tag) && state.pixelData === undefined) {
    state.pixelData = { tag, vr, offset, valueOffset, length };
    if (options.behindPixelData !== true) {
      stopAtPixels(state, record);
      return undefined;
    }
    return passElement(state, level, record);
  }
  const kept = !top || options.keep === undefined || options.keep.has(tag);
  return passElement(state, level, kept ? record : -1);
}

/** The pixel data ends the header: nothing of its value is looked at. */
function stopAtPixels(state: State, record: number): void {
  const { valueOffset, length } = state.header;
  const present = Math.min(length, state.window.size - valueOffset);
  if (length !== UNDEFINED_LENGTH) setPresent(state.records, record, present);
  state.useful = valueOffset;
  state.offset = valueOffset;
  state.done = true;
}

/** What is not kept has a negative record. */
function passElement(state: State, level: Level, record: number): Steps | undefined {
  const { vr, length, tag } = state.header;
  if (length === UNDEFINED_LENGTH) return enterUndefined(state, level, record);
  if (vr === 'SQ') {
    if (record < 0) return passSequence(state, level);
    enterSequence(state, level, record, level);
    return undefined;
  }
  if (vr === 'UN' && length >= 8 && isKnownSequence(state, level, tag)) {
    return unknownSequence(state, level, record);
  }
  return passValue(state, level, record);
}

/** Whether a dictionary has an element as a sequence that is written without a VR, or as UN. */
function isKnownSequence(state: State, level: Level, tag: Tag): boolean {
  if (vrOfTag(tag) === 'SQ') return true;
  const creatorTag = level.explicit || !level.kept ? undefined : privateCreatorTag(tag);
  // Most private elements are none: what is in sight of the value says so.
  if (creatorTag === undefined || !startsWithItem(state, level)) return false;
  const creator = privateCreatorIn(state, level, creatorTag);
  return creator !== undefined && privateVr(creator, tag) === 'SQ';
}

function startsWithItem({ window, header }: State, { littleEndian }: Level): boolean {
  const { valueOffset } = header;
  return window.covers(valueOffset, 4) && tagAt(window, valueOffset, littleEndian) === ITEM;
}

/** LO has 64 characters at most (PS3.5 6.2). */
const LONGEST_CREATOR = 64;

/** The creator of a block of this level. Each of its elements is looked at once for all questions. */
function privateCreatorIn({ window, records }: State, level: Level, tag: Tag): string | undefined {
  const { words, length } = records;
  level.creators ??= { byTag: new Map<Tag, string>(), next: level.first };
  const { byTag } = level.creators;
  let at = level.creators.next;
  for (; at < length; at = nextRecord(words, at)) {
    const creatorTag = tagAtRecord(words, at);
    if (!isPrivateCreator(creatorTag) || byTag.has(creatorTag)) continue;
    const present = Math.min(presentAtRecord(words, at), LONGEST_CREATOR);
    const bytes = window.seen(valueOffsetAtRecord(words, at), present) ?? [];
    byTag.set(creatorTag, String.fromCharCode(...bytes));
  }
  level.creators.next = at;
  return byTag.get(tag);
}

function* unknownSequence(state: State, level: Level, record: number): Steps {
  if (yield* enterUnknownSequence(state, level, record)) return;
  const more = passValue(state, level, record);
  if (more !== undefined) yield* more;
}

/**
 * A sequence that nobody asked for is jumped over where that saves reading, unless its length is not
 * to be trusted. A short one is looked through like any other: its length may lie too.
 */
function* passSequence(state: State, level: Level): Steps {
  const { window, header, offset, options } = state;
  const { valueOffset, length, tag } = header;
  const end = valueOffset + length;
  if (end > level.end || length <= longestRetained(options.limits)) {
    enterSequence(state, level, -1, level);
    return;
  }
  state.useful = valueOffset;
  state.offset = end;
  yield* see(state, end, Math.min(LONGEST_HEADER, window.size - end));
  if (yield* makesSense(state, end, tag)) return;
  state.offset = offset;
  enterSequence(state, level, -1, level);
}

/** Whether the header ends before this element of the data set itself. */
function endsHere(state: State, tag: Tag): boolean {
  const { until, onlyGroup } = state.options;
  if (onlyGroup !== undefined) return tag >>> 16 !== onlyGroup;
  if (until !== undefined && tag >= until) return true;
  if (state.count > 1 && (tag === 0 || tag === 0xffffffff)) {
    // Files are padded with zeros, or 0xFF, by the media they were on.
    state.warnings.report('TRAILING_BYTES', 'bytes behind the last element', state.offset);
    return true;
  }
  return false;
}

function reportOrder({ warnings, offset, records }: State, level: Level, tag: Tag): void {
  const { words, length } = records;
  // A file that is wrong everywhere must not cost a search per element.
  const search = warnings.count < 100;
  if (tag === level.lastTag || (search && findRecord(words, level.first, length, tag) >= 0)) {
    warnings.report('DUPLICATE_TAG', 'the element is there twice; the first counts', offset, tag);
  } else {
    warnings.report('TAG_ORDER', 'the element stands behind one with a higher tag', offset, tag);
  }
}

/** A value of known length: kept in sight when it is short, jumped over when it is not. */
function passValue(state: State, level: Level, record: number): Steps | undefined {
  const { length, valueOffset } = state.header;
  const end = valueOffset + length;
  if (end > level.end) return passCrossing(state, level, record);
  if (length % 2 === 1) return passOdd(state, record);
  return passTo(state, record, end);
}

function passTo(state: State, record: number, end: number): Steps | undefined {
  const { valueOffset, length, tag } = state.header;
  state.offset = end;
  const present = Math.min(length, end - valueOffset);
  if (record >= 0 && present < length) setPresent(state.records, record, present);
  const long = present > longestRetained(state.options.limits) || isPixelData(tag);
  if (long) state.skipped.push({ offset: valueOffset, length: present });
  if (long || record < 0) {
    state.useful = valueOffset;
    return undefined;
  }
  state.useful = end;
  return state.window.covers(valueOffset, present) ? undefined : see(state, valueOffset, present);
}

/** The value does not end inside the item, or the file, that it is in. */
function* passCrossing(state: State, level: Level, record: number): Steps {
  const { window, warnings } = state;
  const { valueOffset, length, tag } = state.header;
  const claimed = valueOffset + length;
  let end = Math.max(level.end, valueOffset);
  if (level.end === window.size) {
    const message = 'the value runs beyond the end of the file';
    warnings.reportCut('TRUNCATED_VALUE', message, valueOffset, tag);
  } else {
    warnings.report('ITEM_LENGTH', 'the value runs beyond the item it is in', valueOffset, tag);
    const owner = level.parent === undefined ? tag : level.owner;
    const cutMakesSense = yield* makesSense(state, end, owner);
    if (!cutMakesSense && claimed < window.size && (yield* makesSense(state, claimed, tag))) {
      // The item says too little, not the value too much.
      end = claimed;
      let outer: Level | undefined = level;
      while (outer !== undefined && outer.end < end) {
        outer.end = end;
        outer = outer.parent;
      }
    }
  }
  const more = passTo(state, record, end);
  if (more !== undefined) yield* more;
}

/**
 * An odd length is against PS3.5 7.1.1. Most such writers mean what they say; some pad the value and
 * do not count the pad byte: then the next element header makes sense one byte further on only.
 */
function* passOdd(state: State, record: number): Steps {
  const { valueOffset, length, tag } = state.header;
  state.warnings.report('ODD_LENGTH', 'the value has an odd length', valueOffset, tag);
  const end = valueOffset + length;
  const more = passTo(state, record, end);
  if (more !== undefined) yield* more;
  if (yield* makesSense(state, end, tag)) return;
  if (yield* makesSense(state, end + 1, tag)) state.offset = end + 1;
}

function tooMany({ offset, options, warnings }: State): FramedexError {
  const limit = options.limits.maxElements;
  return new FramedexError('ELEMENT_LIMIT', 'more elements and items than allowed', {
    name: warnings.name,
    offset,
    limit,
    advice: `Raise limits.maxElements (${limit}) if the file is sound.`,
  });
}
