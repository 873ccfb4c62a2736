import type { Window } from '../bytes/window.ts';
import { vrOfTag } from './dictionary.ts';
import type { DictionaryVr } from './dictionary.ts';
import { UNDEFINED_LENGTH } from './element.ts';
import { hasLongHeader, vrOfBytes } from './vr.ts';
import type { Vr } from './vr.ts';
import type { WarningLog } from './warnings.ts';

/** Tag, reserved bytes and a 4-byte length: no element header is longer (PS3.5 7.1.2). */
export const LONGEST_HEADER = 12;

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

/**
 * Decodes the element header at `offset` into `header`. The window must show `LONGEST_HEADER` bytes
 * from there, or all up to the end of the source. Says false when the header is cut by that end.
 */
export function readElementHeader(
  window: Window,
  offset: number,
  encoding: Encoding,
  header: ElementHeader,
  warnings: WarningLog,
): boolean {
  const { view } = window;
  const at = offset - window.start;
  const { littleEndian } = encoding;
  if (offset + 8 > window.end) return false;
  header.tag = tagAt(window, offset, littleEndian);
  if (!encoding.explicit || header.tag >>> 16 === 0xfffe) {
    header.vr = vrOfTag(header.tag) ?? 'UN';
    header.length = view.getUint32(at + 4, littleEndian);
    header.valueOffset = offset + 8;
    return true;
  }
  const vr = vrOfBytes(view.getUint8(at + 4), view.getUint8(at + 5));
  if (vr === undefined) return readOddHeader(window, offset, littleEndian, header, warnings);
  return hasLongHeader(vr)
    ? readLongHeader(window, offset, littleEndian, header, vr, warnings)
    : readShortHeader(window, offset, littleEndian, header, vr);
}

function readShortHeader(
  window: Window,
  offset: number,
  littleEndian: boolean,
  header: ElementHeader,
  vr: DictionaryVr,
): boolean {
  header.vr = vr;
  header.length = window.view.getUint16(offset - window.start + 6, littleEndian);
  header.valueOffset = offset + 8;
  return true;
}

function readLongHeader(
  window: Window,
  offset: number,
  littleEndian: boolean,
  header: ElementHeader,
  vr: DictionaryVr,
  warnings: WarningLog,
): boolean {
  if (offset + 12 > window.end) return false;
  const at = offset - window.start;
  const reserved = window.view.getUint16(at + 6, littleEndian);
  const length = window.view.getUint32(at + 8, littleEndian);
  if (reserved !== 0) {
    // Old writers gave UT and UC the short form: take it where only that reading fits the file.
    const fits = offset + 12 + length <= window.size || length === UNDEFINED_LENGTH;
    if (!fits && offset + 8 + reserved <= window.size) {
      warnings.report('BAD_VR', `${vr} with a 2-byte length`, offset, header.tag);
      return readShortHeader(window, offset, littleEndian, header, vr);
    }
    warnings.report('RESERVED_BYTES', 'the reserved bytes are not zero', offset + 6, header.tag);
  }
  header.vr = vr;
  header.length = length;
  header.valueOffset = offset + 12;
  return true;
}

/**
 * The two bytes of the VR name none. Either the element is written in implicit VR although its
 * neighbours are not, or the VR is misspelt: what fits the rest of the file is taken.
 */
function readOddHeader(
  window: Window,
  offset: number,
  littleEndian: boolean,
  header: ElementHeader,
  warnings: WarningLog,
): boolean {
  const at = offset - window.start;
  const known = vrOfTag(header.tag);
  const first = window.view.getUint8(at + 4);
  const second = window.view.getUint8(at + 5);
  const implicitLength = window.view.getUint32(at + 4, littleEndian);
  const fitsImplicit =
    offset + 8 + implicitLength <= window.size || implicitLength === UNDEFINED_LENGTH;
  if (fitsImplicit && !(isPrintable(first) && isPrintable(second))) {
    warnings.report(
      'BAD_VR',
      'an implicit VR element in an explicit VR data set',
      offset,
      header.tag,
    );
    header.vr = known ?? 'UN';
    header.length = implicitLength;
    header.valueOffset = offset + 8;
    return true;
  }
  warnings.report(
    'BAD_VR',
    'the value representation is none of the standard',
    offset + 4,
    header.tag,
  );
  const vr = explicitVr(known);
  // An unknown VR has the long form (PS3.5 6.2 note), a misspelt known one the form of the right one.
  const long = vr === undefined ? true : hasLongHeader(vr);
  const longFits =
    offset + 12 <= window.end &&
    window.view.getUint16(at + 6, littleEndian) === 0 &&
    offset + 12 + window.view.getUint32(at + 8, littleEndian) <= window.size;
  return long && longFits
    ? readLongHeader(window, offset, littleEndian, header, vr ?? 'UN', warnings)
    : readShortHeader(window, offset, littleEndian, header, vr ?? 'UN');
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

function explicitVr(vr: DictionaryVr | undefined): Vr | undefined {
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
