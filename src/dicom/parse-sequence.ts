import { FramedexError } from '../errors.ts';
import { looksExplicit, tagAt } from './element-header.ts';
import {
  ITEM,
  ITEM_DELIMITATION,
  SEQUENCE_DELIMITATION,
  UNDEFINED_LENGTH,
  isPixelData,
} from './element.ts';
import type { ElementRecord } from './element.ts';
import { leave, need, newLevel, peekTag } from './parse-state.ts';
import type { Draft, Level, State, Steps } from './parse-state.ts';
import type { Tag } from './tag.ts';

/** A sequence of known length. */
export function enterSequence(
  state: State,
  level: Level,
  record: Draft<ElementRecord>,
  kept: boolean,
): void {
  const { window, warnings } = state;
  const { valueOffset, length, tag } = record;
  let end = valueOffset + length;
  if (end > Math.min(level.end, window.size)) {
    const code = end > window.size ? 'TRUNCATED_VALUE' : 'ITEM_LENGTH';
    warnings.report(code, 'the sequence runs beyond what it is in', valueOffset, tag);
    end = Math.min(level.end, window.size);
  }
  record.items = [];
  record.end = end;
  if (!kept) {
    state.useful = valueOffset;
    state.offset = end;
    return;
  }
  state.offset = valueOffset;
  state.level = newLevel('sequence', level, record, level.encoding, end, false, true);
  record.items = state.level.items;
}

/** Undefined length: a sequence, or pixel data in fragments (PS3.5 7.1.1, 7.5 and A.4). */
export function* enterUndefined(
  state: State,
  level: Level,
  record: Draft<ElementRecord>,
  kept: boolean,
): Steps {
  const { valueOffset, tag, vr } = record;
  const first = yield* peekTag(state, valueOffset);
  if (first !== ITEM && first !== SEQUENCE_DELIMITATION && vr !== 'SQ') {
    state.warnings.report('BAD_LENGTH', 'an undefined length without items', valueOffset, tag);
    state.done = true;
    return;
  }
  const fragments = vr === 'OB' || vr === 'OW' || isPixelData(tag);
  // PS3.5 6.2.2 (CP-246): what hides in an UN of undefined length is implicit VR little endian.
  const encoding = vr === 'UN' ? { explicit: false, littleEndian: true } : level.encoding;
  const kind = fragments ? 'fragments' : 'sequence';
  // An item that under-counts the fragments in it must not end them: their own delimiter does.
  const end = fragments ? state.window.size : level.end;
  state.offset = valueOffset;
  state.level = newLevel(kind, level, record, encoding, end, true, kept);
  if (fragments) record.fragments = state.level.fragments;
  else record.items = state.level.items;
}

/** Where an item must be, inside a sequence (PS3.5 7.5). */
export function* readItem(state: State, level: Level): Steps {
  const { window, offset, warnings } = state;
  const { littleEndian } = level.encoding;
  const tag = tagAt(window, offset, littleEndian);
  const length = window.view.getUint32(offset - window.start + 4, littleEndian);
  if (tag === ITEM) {
    yield* enterItem(state, level, length);
  } else if (tag === SEQUENCE_DELIMITATION) {
    passDelimiter(state, tag, length);
    if (level.undefinedLength) leave(state);
    else warnings.report('DELIMITER', 'a sequence of known length has a delimiter', offset, tag);
  } else if (tag === ITEM_DELIMITATION) {
    passDelimiter(state, tag, length);
    const next = yield* peekTag(state, state.offset);
    warnings.report('DELIMITER', 'an item delimiter where an item must be', offset, tag);
    const stray = next === ITEM || next === SEQUENCE_DELIMITATION || !level.undefinedLength;
    if (!stray) leave(state);
  } else {
    warnings.report('ITEM_EXPECTED', 'no item where one must be', offset, level.owner?.tag);
    if (!level.undefinedLength) state.offset = level.end;
    leave(state);
  }
}

function* enterItem(state: State, level: Level, length: number): Steps {
  const { window, offset, warnings, options } = state;
  const content = offset + 8;
  const undefinedLength = length === UNDEFINED_LENGTH;
  let end = undefinedLength ? level.end : content + length;
  if (end > level.end) {
    warnings.report('ITEM_LENGTH', 'the item runs beyond its sequence', offset, level.owner?.tag);
    end = level.end;
  }
  let { encoding } = level;
  if (!encoding.explicit && content + 8 <= end) {
    if (!window.covers(content, 8)) yield need(state, content, 8);
    if (looksExplicit(window, content, encoding.littleEndian)) {
      warnings.report('BAD_VR', 'an explicit VR item in an implicit VR data set', content);
      encoding = { ...encoding, explicit: true };
    }
  }
  const next = newLevel('dataset', level, level.owner, encoding, end, undefinedLength, level.kept);
  if (next.depth > options.limits.maxDepth) throw tooDeep(state, offset);
  if (level.kept) {
    level.items.push({ offset, littleEndian: encoding.littleEndian, elements: next.elements });
  }
  state.level = next;
  state.offset = content;
}

/** One of the FFFE elements where a data element could be. */
export function* readDelimiter(state: State, level: Level, tag: Tag, length: number): Steps {
  const { offset, warnings } = state;
  const insideItem = level.parent !== undefined;
  if (tag === ITEM_DELIMITATION && insideItem && level.undefinedLength) {
    passDelimiter(state, tag, length);
    leave(state);
  } else if (tag === SEQUENCE_DELIMITATION && insideItem && level.undefinedLength) {
    const next = yield* peekTag(state, offset + 8);
    warnings.report(
      'DELIMITER',
      'a sequence delimiter where an item delimiter must be',
      offset,
      tag,
    );
    leave(state);
    // Followed by an item or a sequence delimiter it stood for the item's; else it ends the sequence,
    // which sees it again.
    if (next === ITEM || next === SEQUENCE_DELIMITATION) passDelimiter(state, tag, length);
  } else if (tag === ITEM && insideItem && level.undefinedLength) {
    warnings.report('DELIMITER', 'the item before has no delimiter', offset, tag);
    leave(state);
  } else {
    warnings.report('DELIMITER', 'a delimiter that ends nothing', offset, tag);
    state.offset = offset + 8;
  }
}

/** Where a fragment must be, inside encapsulated pixel data (PS3.5 A.4). */
export function readFragment(state: State, level: Level): void {
  const { window, offset, warnings } = state;
  const { littleEndian } = level.encoding;
  const tag = tagAt(window, offset, littleEndian);
  const length = window.view.getUint32(offset - window.start + 4, littleEndian);
  if (tag === ITEM && offset + 8 + length <= window.size) {
    level.fragments.push({ offset: offset + 8, length });
    state.useful = offset;
    state.offset = offset + 8 + length;
    return;
  }
  if (tag === SEQUENCE_DELIMITATION) passDelimiter(state, tag, length);
  else warnings.report('ITEM_EXPECTED', 'no fragment where one must be', offset, level.owner?.tag);
  leave(state);
}

/** Delimiters have length 0 (PS3.5 7.5.2); whatever a writer puts there is no length of a value. */
function passDelimiter(state: State, tag: Tag, length: number): void {
  if (length !== 0) {
    state.warnings.report('DELIMITER', 'a delimiter with a length', state.offset, tag);
  }
  state.offset += 8;
}

function tooDeep({ options }: State, offset: number): FramedexError {
  const limit = options.limits.maxDepth;
  return new FramedexError('DEPTH_LIMIT', 'sequences are nested deeper than allowed', {
    offset,
    limit,
    advice: `Raise limits.maxDepth (${limit}) if the file is sound.`,
  });
}
