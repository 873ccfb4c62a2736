import type { Window } from '../bytes/window.ts';
import { vrOfTag } from './dictionary.ts';
import type { DictionaryVr } from './dictionary.ts';
import { hasLongHeader, vrOfBytes } from './vr.ts';
import type { Vr } from './vr.ts';

/** Tag, reserved bytes and a 4-byte length: no element header is longer (PS3.5 7.1.2). */
export const LONGEST_HEADER = 12;

// One slot for each pair of capital letters: 1 where a VR of that name has the long form. The header
// pass asks this for every element.
const LONG_FORM = longFormByLetters();

function longFormByLetters(): Uint8Array {
  const table = new Uint8Array(26 * 26);
  for (let k = 0; k < table.length; k++) {
    const vr = vrOfBytes(65 + Math.floor(k / 26), 65 + (k % 26));
    if (vr !== undefined && hasLongHeader(vr)) table[k] = 1;
  }
  return table;
}

/** How element headers are written where the parser stands. */
export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

/** One element header. A parser fills the same record again and again: it must be copied out. */
export interface ElementHeader {
  tag: number;
  vr: DictionaryVr;
  length: number;
  valueOffset: number;
}

export function tagAt(window: Window, offset: number, littleEndian: boolean): number {
  const at = offset - window.start;
  const group = window.view.getUint16(at, littleEndian);
  return group * 0x10000 + window.view.getUint16(at + 2, littleEndian);
}

/** How a header could be read: `cut` by the end of the source, or `odd`, against PS3.5 7.1.2. */
export type HeaderReading = 'read' | 'cut' | 'odd';

/**
 * Decodes the element header at `offset` into `header`. The window must show `LONGEST_HEADER` bytes
 * from there, or all up to the end of the source. An odd header has its tag decoded and no more.
 */
export function readElementHeader(
  window: Window,
  offset: number,
  encoding: Encoding,
  header: ElementHeader,
): HeaderReading {
  const { view } = window;
  const at = offset - window.start;
  const { littleEndian } = encoding;
  if (offset + 8 > window.end) return 'cut';
  header.tag = tagAt(window, offset, littleEndian);
  if (!encoding.explicit || header.tag >>> 16 === 0xfffe) {
    header.vr = vrOfTag(header.tag) ?? 'UN';
    header.length = view.getUint32(at + 4, littleEndian);
    header.valueOffset = offset + 8;
    return 'read';
  }
  const first = view.getUint8(at + 4);
  const second = view.getUint8(at + 5);
  const vr = vrOfBytes(first, second);
  if (vr === undefined) return 'odd';
  header.vr = vr;
  if (LONG_FORM[(first - 65) * 26 + second - 65] === 0) {
    header.length = view.getUint16(at + 6, littleEndian);
    header.valueOffset = offset + 8;
    return 'read';
  }
  if (view.getUint16(at + 6, littleEndian) !== 0) return 'odd';
  if (offset + 12 > window.end) return 'cut';
  header.length = view.getUint32(at + 8, littleEndian);
  header.valueOffset = offset + 12;
  return 'read';
}

/** The VR to read an element by that is not written with one. */
export function explicitVr(vr: DictionaryVr | undefined): Vr | undefined {
  switch (vr) {
    case 'ox':
    case 'px':
      return 'OB';
    case 'lt':
      return 'OW';
    case 'xs':
      return 'US';
    case 'up':
      return 'UL';
    case 'na':
    case undefined:
      return undefined;
    default:
      return vr;
  }
}

/**
 * Whether the bytes at `offset` look like an element header in explicit VR. Used where the encoding
 * is not known or is said to be implicit: the VR must be the dictionary's for that very tag, because
 * two capital letters are also a plausible length.
 */
export function looksExplicit(window: Window, offset: number, littleEndian: boolean): boolean {
  if (offset + 8 > window.end) return false;
  const at = offset - window.start;
  const vr = vrOfBytes(window.view.getUint8(at + 4), window.view.getUint8(at + 5));
  if (vr === undefined) return false;
  const known = vrOfTag(tagAt(window, offset, littleEndian));
  if (known === undefined || known === 'na') {
    // A private element: its length as implicit VR would have to fit.
    return offset + 8 + window.view.getUint32(at + 4, littleEndian) > window.size;
  }
  return known === vr || explicitVr(known) !== known || vr === 'UN';
}
