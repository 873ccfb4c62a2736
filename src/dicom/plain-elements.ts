import { LONG_HEADER, RECORD, headerBits, highOffset, reserve } from './element-table.ts';
import { LONGEST_HEADER } from './element-header.ts';
import { longestRetained } from './limits.ts';
import type { ParseOptions, State } from './parse-state.ts';
import { isVr } from './vr.ts';
import { LEAST_PRIVATE_GROUP } from './tag.ts';
import type { Tag } from './tag.ts';

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
const UN = 'UN';
const UN_BITS = headerBits(UN);
/** Bits that two capital letters have alike, and that tell them from other bytes. */
const CAPITALS = 0xe0e0;
const CAPITAL = 0x4040;

function plainVrs(): Uint8Array {
  const table = new Uint8Array(1024);
  for (let first = 65; first <= 90; first++) {
    for (let second = 65; second <= 90; second++) {
      const vr = String.fromCharCode(first, second);
      if (isVr(vr) && vr !== 'SQ') table[lettersOf(first | (second << 8))] = headerBits(vr);
    }
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
 * Passes the elements with nothing to say about them, which nearly all are: explicit VR little endian,
 * in order, of even length, their values in sight. It stops at the first that needs a closer look,
 * and whatever it leaves is for the careful parser. Most of the time of a header pass is this loop.
 */
export function passPlainElements(state: State, firstStop: Tag): void {
  const { level, window, records, options } = state;
  if (level.kind !== 'dataset' || !level.explicit || !level.littleEndian) return;
  const { start, halves } = window;
  const end = Math.min(level.end, window.end) - start;
  let at = state.offset - start;
  if (at % 2 !== 0 || at + LONGEST_HEADER > end || !HOST_LITTLE_ENDIAN) return;
  const high = highOffset(start);
  if (high !== highOffset(window.end)) return;
  reserve(records, (end - at) >> 3);
  const { words } = records;
  const { kept } = level;
  const stop = level.parent === undefined ? firstStop : PIXEL_GROUP;
  const longest = longestRetained(options.limits);
  let { lastTag } = level;
  let left = options.limits.maxElements - state.count;
  let to = records.length;
  while (at + LONGEST_HEADER <= end && left > 0) {
    const half = at >> 1;
    const tag = ((halves[half] ?? 0) << 16) | (halves[half + 1] ?? 0);
    if (tag <= lastTag || tag >= stop || ((tag & PRIVATE) !== 0 && tag < FIRST_PRIVATE)) break;
    const written = halves[half + 2] ?? 0;
    const bits = (written & CAPITALS) === CAPITAL ? (PLAIN_VRS[lettersOf(written)] ?? 0) : 0;
    if (bits === 0) break;
    let length = halves[half + 3] ?? 0;
    let valueAt = at + 8;
    if ((bits & LONG_HEADER) !== 0) {
      if (length !== 0 || (bits === UN_BITS && (tag & PRIVATE) === 0)) break;
      length = (halves[half + 4] ?? 0) + (halves[half + 5] ?? 0) * 0x10000;
      valueAt = at + 12;
    }
    const next = valueAt + length;
    if (next > end || length > longest || length % 2 !== 0) break;
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
    left--;
  }
  level.lastTag = lastTag;
  records.length = to;
  state.count = options.limits.maxElements - left;
  state.offset = start + at;
  state.useful = Math.max(state.useful, state.offset);
}
