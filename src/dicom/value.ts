import { characterSet as characterSetOf } from './character-set.ts';
import type { CharacterSet, Delimiters } from './character-set.ts';
import { cellBytes, isTextVr, splitsAtBackslash, usesCharacterSet } from './vr.ts';
import type { Vr } from './vr.ts';

/** What it takes to read a value besides its VR and bytes. */
export interface ValueContext {
  readonly littleEndian: boolean;
  readonly characterSet: CharacterSet;
}

const HOST_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const SPACE = 0x20;

// AE, CS, DA, DS, UI and so on know no character set (PS3.5 6.1.2.2).
const DEFAULT_REPERTOIRE = characterSetOf([]).characterSet;

/** Written with whatever spaces before it; the other text VRs mean theirs (PS3.5 6.2). */
const PADDED_IN_FRONT: ReadonlySet<Vr> = new Set(['AE', 'CS', 'DS', 'IS', 'LO', 'SH']);

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The values in `bytes`: numbers (bigints of SV and UV, tags of AT), strings, or of the O* VRs and UN
 * one typed array of all cells, a view of `bytes` where alignment and byte order allow. An empty
 * element has no values; an empty one among several is `null`, and so is text in DS or IS that is
 * no number. A cell that is cut off at the end is left out. A sequence has none: its items are
 * elsewhere.
 */
export function decodeValues(vr: Vr, bytes: Uint8Array, context: ValueContext): readonly unknown[] {
  if (bytes.length === 0) return [];
  if (isTextVr(vr)) {
    const values = asWritten(vr, bytes, context.characterSet);
    if (values.length === 1 && values[0] === '') return [];
    if (vr === 'DS' || vr === 'IS') return values.map((value) => decimalOf(value, vr === 'IS'));
    return values.map((value) => (value === '' ? null : value));
  }
  const { littleEndian } = context;
  switch (vr) {
    case 'US':
    case 'SS':
    case 'UL':
    case 'SL':
    case 'FL':
    case 'FD':
    case 'SV':
    case 'UV':
    case 'AT':
      return numbers(vr, bytes, littleEndian);
    case 'SQ':
      return [];
    default:
      return [cells(vr, bytes, littleEndian)];
  }
}

/**
 * The values of DS, IS and all other text as written, without their padding; an empty value is an
 * empty string. None for the VRs that are no text.
 */
export function asWritten(vr: Vr, bytes: Uint8Array, characterSet: CharacterSet): string[] {
  if (bytes.length === 0 || !isTextVr(vr)) return [];
  const decoder = usesCharacterSet(vr) ? characterSet : DEFAULT_REPERTOIRE;
  if (!splitsAtBackslash(vr)) return [unpadded(vr, decoder.decode(bytes, ''))];
  const delimiters: Delimiters = vr === 'PN' ? '\\^=' : '\\';
  const values = decoder.decode(bytes, delimiters).split('\\');
  for (let i = 0; i < values.length; i++) values[i] = unpadded(vr, values[i] ?? '');
  return values;
}

/** Without padding: spaces, and NUL, which pads UI and which old writers used for any text. */
function unpadded(vr: Vr, text: string): string {
  let end = text.length;
  while (end > 0 && isPadding(text.charCodeAt(end - 1))) end--;
  let start = 0;
  if (PADDED_IN_FRONT.has(vr)) while (start < end && text.charCodeAt(start) === SPACE) start++;
  return text.slice(start, end);
}

function isPadding(code: number): boolean {
  return code === SPACE || code === 0;
}

function decimalOf(text: string, whole: boolean): number | null {
  if (!DECIMAL.test(text)) return null;
  const number = Number(text);
  return (whole ? Number.isInteger(number) : Number.isFinite(number)) ? number : null;
}

type NumberVr = 'US' | 'SS' | 'UL' | 'SL' | 'FL' | 'FD' | 'SV' | 'UV' | 'AT';

function numbers(vr: NumberVr, bytes: Uint8Array, littleEndian: boolean): (number | bigint)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const step = vr === 'AT' ? 4 : cellBytes(vr);
  const values: (number | bigint)[] = [];
  for (let at = 0; at + step <= bytes.length; at += step) {
    values.push(numberAt(view, at, vr, littleEndian));
  }
  return values;
}

function numberAt(
  view: DataView,
  at: number,
  vr: NumberVr,
  littleEndian: boolean,
): number | bigint {
  switch (vr) {
    case 'US':
      return view.getUint16(at, littleEndian);
    case 'SS':
      return view.getInt16(at, littleEndian);
    case 'UL':
      return view.getUint32(at, littleEndian);
    case 'SL':
      return view.getInt32(at, littleEndian);
    case 'FL':
      return view.getFloat32(at, littleEndian);
    case 'FD':
      return view.getFloat64(at, littleEndian);
    case 'SV':
      return view.getBigInt64(at, littleEndian);
    case 'UV':
      return view.getBigUint64(at, littleEndian);
    case 'AT':
      return view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
  }
}

function cells(
  vr: Vr,
  bytes: Uint8Array,
  littleEndian: boolean,
): Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array | BigUint64Array {
  const size = cellBytes(vr);
  if (size === 1) return bytes;
  const { buffer, byteOffset, length } = inHostOrder(bytes, size, littleEndian);
  const count = length / size;
  switch (vr) {
    case 'OL':
      return new Uint32Array(buffer, byteOffset, count);
    case 'OF':
      return new Float32Array(buffer, byteOffset, count);
    case 'OD':
      return new Float64Array(buffer, byteOffset, count);
    case 'OV':
      return new BigUint64Array(buffer, byteOffset, count);
    default:
      return new Uint16Array(buffer, byteOffset, count);
  }
}

/** Whole cells, aligned and in the byte order of this machine: `bytes` itself where it is so. */
function inHostOrder(bytes: Uint8Array, size: number, littleEndian: boolean): Uint8Array {
  const whole = bytes.subarray(0, bytes.length - (bytes.length % size));
  const swap = littleEndian !== HOST_LITTLE_ENDIAN;
  if (!swap && whole.byteOffset % size === 0) return whole;
  const copy = new Uint8Array(whole.length);
  if (!swap) copy.set(whole);
  else {
    for (let at = 0; at < copy.length; at += size) {
      for (let i = 0; i < size; i++) copy[at + i] = whole[at + size - 1 - i] ?? 0;
    }
  }
  return copy;
}
