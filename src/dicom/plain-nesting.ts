import { looksExplicit } from './element-header.ts';
import { addItem, addRecord, beginRecords } from './element-table.ts';
import { ITEM, ITEM_DELIMITATION, SEQUENCE_DELIMITATION, UNDEFINED_LENGTH } from './element.ts';
import {
  KNOWN_ITEM,
  KNOWN_SEQUENCE,
  OPEN_ITEM,
  OPEN_SEQUENCE,
  enter,
  leave,
  noteFirst,
} from './parse-state.ts';
import type { Level, State } from './parse-state.ts';
import { passPlainElements, plainStop } from './plain-elements.ts';
import { isImpossible } from './tag.ts';
import type { Tag } from './tag.ts';
import { vrOfTag } from './dictionary.ts';

/** `SQ` as the third of four words of a header, little endian. */
const SQ_LETTERS = 0x5153;

/**
 * Passes all that there is nothing to say about: plain elements, and the sequences, items and
 * delimiters around them. The careful parser goes on where this stops; both come to the same.
 */
export function passPlain(state: State, firstStop: Tag): void {
  let goesOn = true;
  while (goesOn && state.count < state.options.limits.maxElements) {
    const { level } = state;
    if (!level.littleEndian || level.kind === 'fragments') return;
    if (level.kind === 'dataset') {
      passPlainElements(state, firstStop);
      goesOn =
        passEnd(state, level) ||
        passItemEnd(state, level) ||
        beginSequence(state, level, firstStop);
    } else {
      goesOn = passEnd(state, level) || passSequenceEnd(state, level) || beginItem(state, level);
    }
  }
}

/** The end of a sequence or item of known length. */
function passEnd(state: State, level: Level): boolean {
  if (level.parent === undefined || level.undefinedLength || state.offset !== level.end)
    return false;
  leave(state);
  return true;
}

/** The tag at the offset, or 0 where it and a length are not in sight. */
function tagInSight({ window, offset }: State, level: Level): Tag {
  if (offset + 8 > level.end || !window.covers(offset, 8)) return 0;
  const at = offset - window.start;
  return window.view.getUint16(at, true) * 0x10000 + window.view.getUint16(at + 2, true);
}

function lengthInSight({ window, offset }: State): number {
  return window.view.getUint32(offset - window.start + 4, true);
}

function passItemEnd(state: State, level: Level): boolean {
  const { parent } = level;
  if (parent === undefined || !level.undefinedLength) return false;
  if (tagInSight(state, level) !== ITEM_DELIMITATION || lengthInSight(state) !== 0) return false;
  passDelimiter(state);
  parent.delimited = true;
  return true;
}

function passSequenceEnd(state: State, level: Level): boolean {
  if (!level.undefinedLength || tagInSight(state, level) !== SEQUENCE_DELIMITATION) return false;
  if (lengthInSight(state) !== 0) return false;
  passDelimiter(state);
  return true;
}

function passDelimiter(state: State): void {
  state.count++;
  state.offset += 8;
  leave(state);
}

function beginSequence(state: State, level: Level, firstStop: Tag): boolean {
  const { window, offset, header, options } = state;
  const { explicit, lastTag } = level;
  const headerBytes = explicit ? 12 : 8;
  const tag = tagInSight(state, level);
  if (tag <= lastTag || tag >= plainStop(level, firstStop) || isImpossible(tag)) return false;
  if (offset + headerBytes > level.end || !window.covers(offset, headerBytes)) return false;
  if (!level.kept || (level.parent === undefined && options.keep?.has(tag) === false)) return false;
  const at = offset - window.start;
  if (explicit) {
    const isSequence = window.view.getUint16(at + 4, true) === SQ_LETTERS;
    if (!isSequence || window.view.getUint16(at + 6, true) !== 0) return false;
  } else if (vrOfTag(tag) !== 'SQ') {
    return false;
  }
  const valueOffset = offset + headerBytes;
  const length = window.view.getUint32(at + headerBytes - 4, true);
  const undefinedLength = length === UNDEFINED_LENGTH;
  const end = undefinedLength ? level.end : valueOffset + length;
  if (end > level.end) return false;
  header.tag = tag;
  header.vr = 'SQ';
  header.length = length;
  header.valueOffset = valueOffset;
  const record = addRecord(state.records, offset, header);
  beginRecords(state.records, record);
  state.count++;
  state.offset = valueOffset;
  noteFirst(level, tag);
  level.lastTag = tag;
  enter(state, undefinedLength ? OPEN_SEQUENCE : KNOWN_SEQUENCE, level, end, tag, record);
  return true;
}

function beginItem(state: State, level: Level): boolean {
  const { window, offset, options, records } = state;
  if (!level.kept || tagInSight(state, level) !== ITEM) return false;
  const length = lengthInSight(state);
  const content = offset + 8;
  const undefinedLength = length === UNDEFINED_LENGTH;
  const end = undefinedLength ? level.end : content + length;
  if (end > level.end || level.depth >= options.limits.maxDepth) return false;
  if (!level.explicit && length >= 8 && content + 8 <= level.end) {
    if (!window.covers(content, 8) || looksExplicit(window, content, true)) return false;
  }
  const record = addItem(records, offset, true);
  state.count++;
  state.offset = content;
  enter(state, undefinedLength ? OPEN_ITEM : KNOWN_ITEM, level, end, level.owner, record);
  return true;
}
