import { characterSet as characterSetOf } from './character-set.ts';
import type { CharacterSet, Delimiters } from './character-set.ts';
import { isDecimalString, ruleBroken } from './value-rules.ts';
import { cellBytes, isTextVr, splitsAtBackslash, unitBytes, usesCharacterSet } from './vr.ts';
import type { Vr } from './vr.ts';

/**
 * Told what is against PS3.5 in the value of an element: the first fault of each code. The messages
 * hold no text of the value.
 */
export type ValueFault = (code: 'BAD_VALUE' | 'CHARACTER_SET', message: string) => void;

/** What it takes to read a value besides its VR and bytes. */
export interface ValueContext {
  readonly littleEndian: boolean;
  readonly characterSet: CharacterSet;
  readonly fault?: ValueFault | undefined;
}

const HOST_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const BACKSLASH = 0x5c;

// AE, CS, DA, DS, UI and so on know no character set (PS3.5 6.1.2.2).
const DEFAULT_REPERTOIRE = characterSetOf([]).characterSet;

/** Written with whatever spaces before it; the other text VRs mean theirs (PS3.5 6.2). */
const PADDED_IN_FRONT: ReadonlySet<Vr> = new Set(['AE', 'CS', 'DS', 'IS', 'LO', 'SH']);

/**
 * The values in `bytes`: numbers (bigints of SV and UV, tags of AT), strings, or of the O* VRs and UN
 * one typed array of all cells, a view of `bytes` where alignment and byte order allow. An empty
 * element has no values; an empty one among several is `null`, and so is text in DS or IS that is
 * no number: not finite in double precision, or in IS no integer that is exact in it. A cell that is
 * cut off at the end is left out. A sequence has none: its items are elsewhere.
 */
export function decodeValues(vr: Vr, bytes: Uint8Array, context: ValueContext): readonly unknown[] {
  if (bytes.length === 0) return [];
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
      return numbers(vr, bytes, context);
    case 'DS':
    case 'IS':
      return numbersAsText(vr, bytes, context.fault);
    case 'SQ':
      return [];
    default:
      return isTextVr(vr) ? texts(vr, bytes, context) : [cells(vr, bytes, context)];
  }
}

/**
 * The values of DS, IS and all other text as written, without their padding; an empty value is an
 * empty string. None for the VRs that are no text.
 */
export function asWritten(
  vr: Vr,
  bytes: Uint8Array,
  { characterSet, fault }: Pick<ValueContext, 'characterSet' | 'fault'>,
): string[] {
  if (bytes.length === 0 || !isTextVr(vr)) return [];
  const values = textValues(vr, bytes, characterSet, fault);
  if (fault !== undefined) reportText(vr, bytes, values, fault);
  return values;
}

function textValues(
  vr: Vr,
  bytes: Uint8Array,
  characterSet: CharacterSet,
  fault: ValueFault | undefined,
): string[] {
  const splits = splitsAtBackslash(vr);
  const text = textIn(vr, bytes, characterSet, fault);
  const inFront = PADDED_IN_FRONT.has(vr);
  if (!splits || !text.includes('\\')) return [unpadded(text, inFront)];
  const values = text.split('\\');
  for (let i = 0; i < values.length; i++) values[i] = unpadded(values[i] ?? '', inFront);
  return values;
}

function texts(vr: Vr, bytes: Uint8Array, context: ValueContext): readonly (string | null)[] {
  const values = asWritten(vr, bytes, context);
  if (values.length === 1 && values[0] === '') return [];
  return values.includes('') ? values.map((value) => (value === '' ? null : value)) : values;
}

function reportText(vr: Vr, bytes: Uint8Array, values: readonly string[], fault: ValueFault): void {
  // One NUL makes the length of a UID even; text is padded with spaces (PS3.5 6.2, 9.1).
  const padding = vr === 'UI' ? bytes.at(-2) : bytes.at(-1);
  if (padding === 0) fault('BAD_VALUE', 'the value is padded with NUL');
  else if (vr === 'UI' && bytes.includes(SPACE)) fault('BAD_VALUE', 'a UID has spaces');
  else reportFirst(vr, values, fault);
}

function reportFirst(vr: Vr, values: readonly string[], fault: ValueFault): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? '';
    const broken = value === '' ? undefined : ruleBroken(vr, value);
    if (broken !== undefined) {
      fault('BAD_VALUE', sentence(broken, i, values.length));
      return;
    }
  }
}

function sentence(broken: string, index: number, count: number): string {
  return count === 1 ? `the value ${broken}` : `value ${index + 1} of ${count} ${broken}`;
}

function textIn(
  vr: Vr,
  bytes: Uint8Array,
  characterSet: CharacterSet,
  fault: ValueFault | undefined,
): string {
  const decoder = usesCharacterSet(vr) ? characterSet : DEFAULT_REPERTOIRE;
  const delimiters: Delimiters = vr === 'PN' ? '\\^=' : splitsAtBackslash(vr) ? '\\' : '';
  if (fault === undefined) return decoder.decode(bytes, delimiters);
  return decoder.decode(bytes, delimiters, (message) => fault('CHARACTER_SET', message));
}

/** Without padding: spaces, and NUL, which pads UI and which old writers used for any text. */
function unpadded(text: string, inFront: boolean): string {
  let end = text.length;
  while (end > 0 && isPadding(text.charCodeAt(end - 1))) end--;
  let start = 0;
  if (inFront) while (start < end && text.charCodeAt(start) === SPACE) start++;
  return end - start === text.length ? text : text.slice(start, end);
}

function isPadding(code: number): boolean {
  return code === SPACE || code === 0;
}

type DecimalVr = 'DS' | 'IS';

/** The values of DS and IS, most of them straight from their bytes. */
function numbersAsText(
  vr: DecimalVr,
  bytes: Uint8Array,
  fault: ValueFault | undefined,
): readonly (number | null)[] {
  const values: (number | null)[] = [];
  let broken: string | undefined;
  let brokenAt = 0;
  for (let next = 0; next <= bytes.length;) {
    let start = next;
    let end = bytes.indexOf(BACKSLASH, start);
    if (end === -1) end = bytes.length;
    next = end + 1;
    while (end > start && isPadding(bytes[end - 1] ?? 0)) end--;
    while (start < end && bytes[start] === SPACE) start++;
    let value = start === end ? null : plainNumber(vr, bytes, start, end);
    if (Number.isNaN(value)) {
      const told = broken === undefined ? fault : undefined;
      const text = textIn(vr, bytes.subarray(start, end), DEFAULT_REPERTOIRE, told);
      value = numberOf(vr, text);
      if (told !== undefined) {
        broken =
          ruleBroken(vr, text) ?? (value === null ? 'is beyond double precision' : undefined);
        brokenAt = values.length;
      }
    }
    values.push(value);
  }
  if (bytes.at(-1) === 0) fault?.('BAD_VALUE', 'the value is padded with NUL');
  else if (broken !== undefined) {
    fault?.('BAD_VALUE', sentence(broken, brokenAt, values.length));
  }
  const empty = values.length === 1 && values[0] === null && bytes.every(isPadding);
  return empty ? [] : values;
}

/**
 * A number of at most 15 digits without an exponent, within what its VR allows; NaN where there is
 * more to it. Exact: both the digits and the power of ten are doubles without rounding, so that
 * their quotient is rounded but once.
 */
function plainNumber(vr: DecimalVr, bytes: Uint8Array, start: number, end: number): number {
  if (end - start > (vr === 'DS' ? 16 : 12)) return Number.NaN;
  const sign = bytes[start];
  let digits = 0;
  let number = 0;
  let point = -1;
  for (let at = sign === MINUS || sign === PLUS ? start + 1 : start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= ZERO && byte <= ZERO + 9) {
      number = number * 10 + byte - ZERO;
      digits++;
    } else if (byte === DOT && vr === 'DS' && point === -1) point = at;
    else return Number.NaN;
  }
  if (digits === 0 || digits > 15) return Number.NaN;
  if (vr === 'IS') {
    if (number > 2 ** 31 - 1) return Number.NaN;
    return sign === MINUS ? 0 - number : number;
  }
  if (point !== -1) number /= POWERS_OF_TEN[end - 1 - point] ?? Number.NaN;
  return sign === MINUS ? -number : number;
}

const POWERS_OF_TEN: readonly number[] = Array.from({ length: 16 }, (_, power) => 10 ** power);

function numberOf(vr: DecimalVr, text: string): number | null {
  if (!isDecimalString(text)) return null;
  const number = Number(text);
  if (number === 0 && /[1-9]/.test(mantissaOf(text))) return null;
  return (vr === 'IS' ? Number.isSafeInteger(number) : Number.isFinite(number)) ? number : null;
}

/** What is not zero and is smaller than any double is no number that can be given. */
function mantissaOf(text: string): string {
  return text.split(/e/i)[0] ?? '';
}

type NumberVr = 'US' | 'SS' | 'UL' | 'SL' | 'FL' | 'FD' | 'SV' | 'UV' | 'AT';

function numbers(
  vr: NumberVr,
  bytes: Uint8Array,
  { littleEndian, fault }: ValueContext,
): (number | bigint)[] {
  const step = unitBytes(vr);
  if (fault !== undefined && bytes.length % step !== 0) reportCut(bytes, step, fault);
  // Most elements of numbers are one US, and a view costs more than it.
  if (vr === 'US' && bytes.length === 2) {
    const low = bytes[littleEndian ? 0 : 1] ?? 0;
    const high = bytes[littleEndian ? 1 : 0] ?? 0;
    return [(high << 8) | low];
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: (number | bigint)[] = [];
  for (let at = 0; at + step <= bytes.length; at += step) {
    values.push(numberAt(view, at, vr, littleEndian));
  }
  return values;
}

function reportCut(bytes: Uint8Array, step: number, fault: ValueFault): void {
  fault('BAD_VALUE', `the length ${bytes.length} is no multiple of ${step}`);
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
  { littleEndian, fault }: ValueContext,
): Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array | BigUint64Array {
  const size = cellBytes(vr);
  if (size === 1) return bytes;
  if (fault !== undefined && bytes.length % size !== 0) reportCut(bytes, size, fault);
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
