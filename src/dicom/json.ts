import { nameGroups } from './person-name.ts';
import { hexTag, isGroupLength } from './tag.ts';
import type { Tag } from './tag.ts';
import type { Vr } from './vr.ts';

/** One attribute of the DICOM JSON model (PS3.18 F.2.2). */
export interface DicomJsonAttribute {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  /** Base64 of the bytes in little endian, whatever the byte order of the object (PS3.18 F.2.7). */
  readonly InlineBinary?: string;
  /**
   * Where the bytes of a value lie that is too long to be here: `#offset,length`, a fragment of the
   * object's own address, in bytes of the object (of the inflated one, where it is deflated). Pixel
   * data in fragments has no length: `#offset`.
   */
  readonly BulkDataURI?: string;
}

/**
 * A data set in the DICOM JSON model (PS3.18 F.2): attributes by tag, as `00280010`. Values of DS and
 * IS are numbers; where a number would lose what is written, they are text as written (PS3.18 F.2.3),
 * and so are whole numbers beyond 2^53. What JSON has no number for is `"NaN"`, `"Infinity"` or
 * `"-Infinity"`; the sign of a zero in FL and FD is lost. Group lengths are left out. It has no prototype.
 *
 * The standard wants the order of tags, which JavaScript does not keep: `JSON.stringify` writes tags
 * from 10000000 on first. Sort the keys where a reader insists.
 */
export type DicomJson = Readonly<Record<string, DicomJsonAttribute>>;

/** A value that is still in the file; pixel data in fragments has no length of its own. */
export interface BulkValue {
  readonly offset: number;
  readonly length?: number | undefined;
}

/** What the model needs to know of a data element. */
export interface JsonElement {
  readonly tag: Tag;
  readonly vr: Vr;
  readonly valueOffset: number;
  readonly length: number;
  /** All values, also where the standard asks for one; `null` for an empty one among others. */
  readonly values: readonly unknown[];
  /** Values of text, those of DS and IS too, as written but for their padding. */
  readonly written: readonly string[];
  /** Where the value lies, if the header pass left it in the file. */
  readonly bulk?: BulkValue | undefined;
  readonly items?: readonly Iterable<JsonElement>[] | undefined;
}

const SPECIFIC_CHARACTER_SET = '00080005';

/**
 * The DICOM JSON model of a whole object (PS3.18 F.2). JSON is UTF-8, and the model says so whatever
 * the file was written in, as DCMTK's does.
 */
export function objectToJson(elements: Iterable<JsonElement>): DicomJson {
  const json = datasetToJson(elements);
  const written = json[SPECIFIC_CHARACTER_SET];
  if (written?.Value === undefined) return json;
  return Object.assign(json, { [SPECIFIC_CHARACTER_SET]: { vr: 'CS', Value: ['ISO_IR 192'] } });
}

/** The DICOM JSON model of any data set (PS3.18 F.2). */
export function datasetToJson(elements: Iterable<JsonElement>): DicomJson {
  // No prototype: a key of a file can then never be one of Object's.
  const json = Object.create(null) as Record<string, DicomJsonAttribute>;
  for (const element of elements) {
    // Group lengths have no place in the model (PS3.18 F.2.2).
    if (isGroupLength(element.tag)) continue;
    json[hexTag(element.tag)] ??= elementToJson(element);
  }
  return json;
}

/** One attribute of the model. */
export function elementToJson(element: JsonElement): DicomJsonAttribute {
  const { vr, items } = element;
  if (items !== undefined) {
    return items.length === 0 ? { vr } : { vr, Value: items.map((item) => datasetToJson(item)) };
  }
  const { bulk } = element;
  if (bulk !== undefined) return { vr, BulkDataURI: bulkDataUri(bulk) };
  const { values } = element;
  const [first] = values;
  if (ArrayBuffer.isView(first)) {
    return first.byteLength === 0 ? { vr } : { vr, InlineBinary: base64(bytesOf(first)) };
  }
  const mapped = jsonValues(element, values);
  return mapped.every((value) => value === null) ? { vr } : { vr, Value: mapped };
}

/** Where a value lies, as a fragment of the object's own address. */
export function bulkDataUri({ offset, length }: BulkValue): string {
  return length === undefined ? `#${offset}` : `#${offset},${length}`;
}

function jsonValues(element: JsonElement, values: readonly unknown[]): readonly unknown[] {
  const { vr } = element;
  if (vr === 'DS' || vr === 'IS') return decimals(element, values);
  return values.map((value) => jsonValue(vr, value));
}

function jsonValue(vr: Vr, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (vr === 'PN' && typeof value === 'string') return personName(value) ?? null;
  if (vr === 'AT' && typeof value === 'number') return hexTag(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value === 'bigint') {
    // JSON has no integers beyond 2^53: those are strings (PS3.18 F.2.3).
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  return value;
}

/**
 * Values of DS and IS: a number where it is the one written; else the text, as PS3.18 F.2.3 allows
 * for what a number would lose; `null` where nothing is written.
 */
export function decimals(
  { written }: Pick<JsonElement, 'written'>,
  values: readonly unknown[],
): (number | string | null)[] {
  return values.map((value, k) => {
    const text = written[k] ?? '';
    if (typeof value === 'number' && isExact(value, text)) return value;
    return text === '' ? null : text;
  });
}

/** So many decimal digits survive in every double. */
const SURE_DIGITS = 15;

function isExact(value: number, text: string): boolean {
  // JSON writes -0 as 0.
  if (Object.is(value, -0)) return false;
  if (text.length <= SURE_DIGITS && !/e/i.test(text)) return true;
  return significantDigits(text) === significantDigits(String(value));
}

function significantDigits(text: string): string {
  const [mantissa = ''] = text.split(/e/i);
  return mantissa.replace(/\D/g, '').replace(/^0+|0+$/g, '');
}

/** The component groups of a person's name, empty ones left out (PS3.18 F.2.2). */
export interface PersonNameGroups {
  readonly Alphabetic?: string;
  readonly Ideographic?: string;
  readonly Phonetic?: string;
}

/**
 * A person's name by its component groups (PS3.5 6.2.1.1); undefined where all are empty. What
 * stands behind a third `=`, which is none of the standard's, stays with the last.
 */
export function personName(name: string): PersonNameGroups | undefined {
  const [alphabetic = '', ideographic = '', ...rest] = nameGroups(name);
  const phonetic = rest.join('=');
  if (alphabetic === '' && ideographic === '' && phonetic === '') return undefined;
  return {
    ...(alphabetic !== '' && { Alphabetic: alphabetic }),
    ...(ideographic !== '' && { Ideographic: ideographic }),
    ...(phonetic !== '' && { Phonetic: phonetic }),
  };
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

const BASE64 = new TextEncoder().encode(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
);
const PADDING = 0x3d;

/** By hand: `btoa` takes a string of one character a byte, which takes several times as long to make. */
function base64(bytes: Uint8Array): string {
  const { length } = bytes;
  const text = new Uint8Array(4 * Math.ceil(length / 3));
  const digit = (bits: number): number => BASE64[bits & 0x3f] ?? PADDING;
  let at = 0;
  for (let i = 0; i < length; i += 3) {
    const left = length - i;
    const bits = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text[at++] = digit(bits >> 18);
    text[at++] = digit(bits >> 12);
    text[at++] = left > 1 ? digit(bits >> 6) : PADDING;
    text[at++] = left > 2 ? digit(bits) : PADDING;
  }
  return ASCII.decode(text);
}

const ASCII = new TextDecoder();
