import { vrOfTag } from './dictionary.ts';
import { LONG_HEADER, RECORD, highOffset, recordBits, reserve } from './element-table.ts';
import { LONGEST_HEADER } from './element-header.ts';
import { longestRetained } from './limits.ts';
import { noteFirst } from './parse-state.ts';
import type { Level, ParseOptions, State } from './parse-state.ts';
import { LEAST_PRIVATE_GROUP, isPrivateTag } from './tag.ts';
import type { Tag } from './tag.ts';
import { ALL_VRS, hasLongHeader } from './vr.ts';

const HOST_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Pixel data, in whatever item, is looked at closely. */
const PIXEL_GROUP = 0x7fe00000;
const PRIVATE = 0x10000;
const FIRST_PRIVATE = LEAST_PRIVATE_GROUP * 0x10000;

/**
 * By the two letters of a VR, five bits each: what its record has in the second word. 0 where a
 * header needs a closer look: no VR, or a sequence, which has something inside.
 */
const PLAIN_VRS = plainVrs();
const UN_BITS = recordBits('UN', 8);
const LONG_UN_BITS = recordBits('UN', 12);
const ITEM_GROUP = 0xfffe;
/** Bits that two capital letters have alike, and that tell them from other bytes. */
const CAPITALS = 0xe0e0;
const CAPITAL = 0x4040;

function plainVrs(): Uint8Array {
  const table = new Uint8Array(1024);
  for (const vr of ALL_VRS) {
    if (vr === 'SQ') continue;
    const letters = lettersOf(vr.charCodeAt(0) | (vr.charCodeAt(1) << 8));
    table[letters] = recordBits(vr, hasLongHeader(vr) ? 12 : 8);
  }
  return table;
}

function lettersOf(written: number): number {
  return (written & 0x1f) | ((written >> 3) & 0x3e0);
}

/** The first tag of the data set itself at which the header may end. */
export function stopTag({ until, onlyGroup }: ParseOptions): Tag {
  if (onlyGroup !== undefined) return (onlyGroup + 1) * 0x10000;
  return Math.min(until ?? PIXEL_GROUP, PIXEL_GROUP);
}

/**
 * Passes the elements with nothing to say about them, which nearly all are: little endian, in order,
 * of even length, their values in sight. It stops at the first that needs a closer look, and whatever
 * it leaves is for the careful parser. Most of the time of a header pass is this loop.
 */
export function passPlainElements(state: State, firstStop: Tag): void {
  const { level, window, records, options } = state;
  const { start, halves } = window;
  const end = Math.min(level.end, window.end) - start;
  let at = state.offset - start;
  if (at % 2 !== 0 || at + LONGEST_HEADER > end || !level.littleEndian || !HOST_LITTLE_ENDIAN) {
    return;
  }
  const high = highOffset(start);
  if (high !== highOffset(window.end)) return;
  const { kept, explicit } = level;
  if (kept) reserve(records, (end - at) >> 3);
  const { words } = records;
  const stop = plainStop(level, firstStop);
  const longest = longestRetained(options.limits);
  let { lastTag } = level;
  const { maxElements } = options.limits;
  let { count } = state;
  let to = records.length;
  while (at + LONGEST_HEADER <= end && count < maxElements) {
    const half = at >> 1;
    const tag = ((halves[half] ?? 0) << 16) | (halves[half + 1] ?? 0);
    if (tag <= lastTag || tag >= stop || ((tag & PRIVATE) !== 0 && tag < FIRST_PRIVATE)) break;
    const bits = explicit ? writtenBits(halves[half + 2] ?? 0) : dictionaryBits(tag);
    if (bits === 0) break;
    let length = halves[half + 3] ?? 0;
    let valueAt = at + 8;
    if (!explicit) {
      length = (halves[half + 2] ?? 0) + length * 0x10000;
      // A private element that starts with an item may be a sequence.
      if (bits === UN_BITS && halves[half + 4] === ITEM_GROUP) break;
    } else if ((bits & LONG_HEADER) !== 0) {
      if (length !== 0 || (bits === LONG_UN_BITS && (tag & PRIVATE) === 0)) break;
      length = (halves[half + 4] ?? 0) + (halves[half + 5] ?? 0) * 0x10000;
      valueAt = at + 12;
    }
    const next = valueAt + length;
    if (next > end || length > longest || length % 2 !== 0) break;
    if (lastTag === -1) noteFirst(level, tag);
    if (kept) {
      words[to] = tag;
      words[to + 1] = bits | high;
      words[to + 2] = start + at;
      words[to + 3] = length;
      words[to + 4] = length;
      to += RECORD;
    }
    lastTag = tag;
    at = next;
    count++;
  }
  level.lastTag = lastTag;
  records.length = to;
  state.count = count;
  state.offset = start + at;
  state.useful = Math.max(state.useful, state.offset);
}

/** The first tag at which a closer look is needed in any case. */
export function plainStop({ parent }: Level, firstStop: Tag): Tag {
  return parent === undefined ? firstStop : PIXEL_GROUP;
}

function writtenBits(letters: number): number {
  return (letters & CAPITALS) === CAPITAL ? (PLAIN_VRS[lettersOf(letters)] ?? 0) : 0;
}

/** The same in implicit VR. What is known is a part of the dictionary: no file makes this grow beyond it. */
const known = new Map<Tag, number>();

function dictionaryBits(tag: Tag): number {
  const before = known.get(tag);
  if (before !== undefined) return before;
  const vr = vrOfTag(tag);
  const bits = vr === 'SQ' || vr === 'na' ? 0 : recordBits(vr ?? 'UN', 8);
  if (vr !== undefined && !isPrivateTag(tag)) known.set(tag, bits);
  return bits;
}
