import { PRIVATE_ELEMENTS, PRIVATE_VRS } from './private-dictionary.data.ts';
import { groupOf, isPrivateTag } from './tag.ts';
import type { Tag } from './tag.ts';
import { isVr } from './vr.ts';
import type { Vr } from './vr.ts';

const CAPITAL_A = 65;
const SMALL_A = 97;

/**
 * The VR that `creator` gives a private element, whatever block of the group it reserved (PS3.5
 * 7.8.1): the element is the low byte of `tag`. Spaces around the creator do not count, its case does.
 *
 * Undefined for what is not known, and where the sources of the dictionary disagree about what the
 * bytes are: no standard says who is right, and a number of the wrong type would be a wrong value.
 *
 * @example
 * ```ts
 * privateVr('SIEMENS MR HEADER', 0x0019100c); // 'IS', the b value, as is
 * privateVr('SIEMENS MR HEADER', 0x0019110c); // in the block 11
 * ```
 */
export function privateVr(creator: string, tag: Tag): Vr | undefined {
  const letter = letterOf(creator, tag);
  if (letter === undefined) return undefined;
  const at = (letter - CAPITAL_A) * 2;
  const vr = PRIVATE_VRS.slice(at, at + 2);
  return isVr(vr) ? vr : undefined;
}

/**
 * What a table, with a line by creator for each, has behind the group of `tag`; of the repeating
 * group (60xx) where it has nothing of that group alone.
 */
export function privateGroup(table: string, creator: string, tag: Tag): string | undefined {
  if (!isPrivateTag(tag)) return undefined;
  const wanted = creator.trim();
  const start = lineOf(table, wanted);
  if (start === undefined) return undefined;
  const line = table.slice(start + wanted.length, table.indexOf('\n', start));
  const group = groupOf(tag);
  return groupIn(line, group) ?? groupIn(line, group & 0xff00);
}

/** The code of the letter that stands for the element's VR. */
function letterOf(creator: string, tag: Tag): number | undefined {
  const fields = privateGroup(PRIVATE_ELEMENTS, creator, tag) ?? '';
  const wanted = tag & 0xff;
  let element = -1;
  let between = 0;
  for (let at = 0; at < fields.length; at++) {
    const code = fields.charCodeAt(at);
    if (code >= SMALL_A) {
      between = between * 26 + code - SMALL_A;
    } else {
      element += between + 1;
      if (element === wanted) return code;
      between = 0;
    }
  }
  return undefined;
}

/** Where the line of a creator starts, by binary search in the text itself. */
function lineOf(table: string, creator: string): number | undefined {
  let low = 1;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const line = table.lastIndexOf('\n', middle - 1) + 1;
    const found = table.slice(line, table.indexOf('|', line));
    if (found === creator) return line;
    if (found < creator) low = table.indexOf('\n', middle) + 1;
    else high = line;
  }
  return undefined;
}

/** `|0019...|0021...`: what stands between the group and the next bar. */
function groupIn(line: string, group: number): string | undefined {
  const start = line.indexOf(`|${group.toString(16).toUpperCase().padStart(4, '0')}`);
  if (start < 0) return undefined;
  const end = line.indexOf('|', start + 1);
  return line.slice(start + 5, end < 0 ? undefined : end);
}
