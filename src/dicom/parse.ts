import type { Window } from '../bytes/window.ts';
import { FramedexError } from '../errors.ts';
import { LONGEST_HEADER, looksExplicit, readElementHeader } from './element-header.ts';
import { UNDEFINED_LENGTH, isPixelData } from './element.ts';
import type { ElementRecord } from './element.ts';
import {
  enterSequence,
  enterUndefined,
  readDelimiter,
  readFragment,
  readItem,
} from './parse-sequence.ts';
import { finishAtEnd, leave, need, newLevel, reportMissingDelimiter } from './parse-state.ts';
import type { Draft, Level, ParseOptions, ParsedDataset, State, Steps } from './parse-state.ts';
import type { Tag } from './tag.ts';
import type { WarningLog } from './warnings.ts';

/**
 * The header pass, without I/O (PS3.5 7): it yields the bytes that it needs to see and goes on when
 * the window shows them, so that memory, files, archives and URLs share this one body of code. Depth
 * is an explicit stack, every turn moves forward, and no length is believed before it was compared
 * with the size of the source.
 */
export function* parseDataset(
  window: Window,
  offset: number,
  options: ParseOptions,
  warnings: WarningLog,
): Steps<ParsedDataset> {
  const root = newLevel(
    'dataset',
    undefined,
    undefined,
    options.encoding,
    window.size,
    false,
    true,
  );
  const state: State = {
    window,
    options,
    warnings,
    header: { tag: 0, vr: 'UN', length: 0, valueOffset: 0 },
    level: root,
    offset,
    useful: offset,
    count: 0,
    pixelData: undefined,
    done: false,
  };
  while (!state.done) {
    const { level } = state;
    if (state.offset >= level.end) {
      if (level === root) break;
      if (level.undefinedLength) reportMissingDelimiter(state);
      leave(state);
      continue;
    }
    const left = window.size - state.offset;
    if (left < 8) break;
    const wanted = Math.min(LONGEST_HEADER, left);
    if (!window.covers(state.offset, wanted)) yield need(state, state.offset, wanted);
    if (++state.count > options.limits.maxElements) throw tooMany(state);
    if (level.kind === 'dataset') yield* readElement(state, level);
    else if (level.kind === 'sequence') yield* readItem(state, level);
    else readFragment(state, level);
  }
  if (!state.done) finishAtEnd(state);
  return { elements: root.elements, pixelData: state.pixelData, end: state.offset };
}

function* readElement(state: State, level: Level): Steps {
  const { window, header, options, offset, warnings } = state;
  if (!readElementHeader(window, offset, level.encoding, header, warnings)) {
    warnings.report('TRUNCATED_VALUE', 'the file ends inside an element header', offset);
    state.done = true;
    return;
  }
  const { tag, length } = header;
  if (tag >>> 16 === 0xfffe) {
    yield* readDelimiter(state, level, tag, length);
    return;
  }
  const top = level.parent === undefined;
  if (top && endsHere(state, tag)) {
    state.done = true;
    return;
  }
  if (tag <= level.lastTag) reportOrder(state, level, tag);
  else level.lastTag = tag;
  const kept = level.kept && !(top && options.keep?.has(tag) === false);
  const record: Draft<ElementRecord> = {
    tag,
    vr: header.vr,
    offset,
    valueOffset: header.valueOffset,
    length,
    end: header.valueOffset,
  };
  const main = top && isPixelData(tag) && state.pixelData === undefined;
  if (main) state.pixelData = record;
  if (main && options.behindPixelData !== true) {
    level.elements.push(record);
    record.end = length === UNDEFINED_LENGTH ? Infinity : record.valueOffset + length;
    state.useful = record.valueOffset;
    state.offset = record.valueOffset;
    state.done = true;
    return;
  }
  if (kept || main) level.elements.push(record);
  if (length === UNDEFINED_LENGTH) yield* enterUndefined(state, level, record, kept);
  else if (record.vr === 'SQ') enterSequence(state, level, record, kept);
  else yield* passValue(state, level, record, kept && !isPixelData(tag));
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

function reportOrder({ warnings, offset }: State, level: Level, tag: Tag): void {
  // A file that is wrong everywhere must not cost a search per element.
  const search = warnings.count < 100;
  if (tag === level.lastTag || (search && level.elements.some((element) => element.tag === tag))) {
    warnings.report('DUPLICATE_TAG', 'the element is there twice; the first counts', offset, tag);
  } else {
    warnings.report('TAG_ORDER', 'the element stands behind one with a higher tag', offset, tag);
  }
}

/** A value of known length: kept in sight when it is short, jumped over when it is not. */
function* passValue(
  state: State,
  level: Level,
  record: Draft<ElementRecord>,
  kept: boolean,
): Steps {
  const { window, options, warnings } = state;
  const { valueOffset, length, tag } = record;
  let end = valueOffset + length;
  if (end > window.size) {
    warnings.report(
      'TRUNCATED_VALUE',
      'the value runs beyond the end of the file',
      valueOffset,
      tag,
    );
    end = window.size;
  } else if (end > level.end) {
    warnings.report('ITEM_LENGTH', 'the value runs beyond the item it is in', valueOffset, tag);
    end = level.end;
  } else if (length % 2 === 1) {
    end = yield* endOfOddValue(state, level, record, end);
  }
  record.end = end;
  const present = Math.min(length, end - valueOffset);
  const retain = kept && present <= options.limits.maxRetainedValueBytes;
  if (retain && !window.covers(valueOffset, present)) yield need(state, valueOffset, present);
  state.useful = retain ? end : valueOffset;
  state.offset = end;
}

/**
 * An odd length is against PS3.5 7.1.1. Most such writers mean what they say; some pad the value and
 * do not count the pad byte: then the next element header makes sense one byte further on only.
 */
function* endOfOddValue(
  state: State,
  level: Level,
  { tag, valueOffset }: ElementRecord,
  end: number,
): Steps<number> {
  state.warnings.report('ODD_LENGTH', 'the value has an odd length', valueOffset, tag);
  const ahead = Math.min(LONGEST_HEADER + 1, state.window.size - end);
  if (ahead < LONGEST_HEADER + 1 || !level.encoding.explicit) return end;
  if (!state.window.covers(end, ahead)) yield need(state, end, ahead);
  const { littleEndian } = level.encoding;
  const padded =
    !looksExplicit(state.window, end, littleEndian) &&
    looksExplicit(state.window, end + 1, littleEndian);
  return padded ? end + 1 : end;
}

function tooMany({ offset, options }: State): FramedexError {
  const limit = options.limits.maxElements;
  return new FramedexError('ELEMENT_LIMIT', 'more elements and items than allowed', {
    offset,
    limit,
    advice: `Raise limits.maxElements (${limit}) if the file is sound.`,
  });
}
