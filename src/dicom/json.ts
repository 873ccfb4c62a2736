import { hexTag } from './tag.ts';
import type { Tag } from './tag.ts';
import type { Vr } from './vr.ts';

/** One attribute of the DICOM JSON model (PS3.18 F.2.2). */
export interface DicomJsonAttribute {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  /** Base64, little endian. */
  readonly InlineBinary?: string;
  /** Where the bytes of a value lie that is too long to be here: `?offset=N&length=N` in the file. */
  readonly BulkDataURI?: string;
}

/** A data set in the DICOM JSON model (PS3.18 F.2): attributes by tag, as `00280010`. */
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
  /** Where the value lies, if the header pass left it in the file. */
  readonly bulk?: BulkValue | undefined;
  readonly items?: readonly Iterable<JsonElement>[] | undefined;
}

const SPECIFIC_CHARACTER_SET = '00080005';

/**
 * The DICOM JSON model of a whole object (PS3.18 F.2). JSON is UTF-8, and the model says so whatever
 * the file was written in (PS3.18 F.2.1.1).
 */
export function objectToJson(elements: Iterable<JsonElement>): DicomJson {
  const json = datasetToJson(elements);
  const written = json[SPECIFIC_CHARACTER_SET];
  if (written?.Value === undefined) return json;
  return Object.assign(json, { [SPECIFIC_CHARACTER_SET]: { vr: 'CS', Value: ['ISO_IR 192'] } });
}

/** The same of any data set. Group lengths have no place in it. */
export function datasetToJson(elements: Iterable<JsonElement>): DicomJson {
  // No prototype: a key of a file can then never be one of Object's.
  const json = Object.create(null) as Record<string, DicomJsonAttribute>;
  for (const element of elements) {
    if ((element.tag & 0xffff) === 0) continue;
    json[hexTag(element.tag)] ??= attribute(element);
  }
  return json;
}

function attribute(element: JsonElement): DicomJsonAttribute {
  const { vr, items } = element;
  if (items !== undefined) {
    return items.length === 0 ? { vr } : { vr, Value: items.map((item) => datasetToJson(item)) };
  }
  const { bulk } = element;
  if (bulk !== undefined) {
    const length = bulk.length === undefined ? '' : `&length=${bulk.length}`;
    return { vr, BulkDataURI: `?offset=${bulk.offset}${length}` };
  }
  const { values } = element;
  if (values.length === 0) return { vr };
  const [first] = values;
  if (ArrayBuffer.isView(first)) {
    return first.byteLength === 0 ? { vr } : { vr, InlineBinary: base64(bytesOf(first)) };
  }
  const mapped = values.map((value) => jsonValue(vr, value));
  return mapped.every((value) => value === null) ? { vr } : { vr, Value: mapped };
}

function jsonValue(vr: Vr, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (vr === 'PN' && typeof value === 'string') return personName(value);
  if (vr === 'AT' && typeof value === 'number') return hexTag(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value === 'bigint') {
    // JSON has no integers beyond 2^53: those are strings (PS3.18 F.2.3.1).
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  return value;
}

const GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'] as const;

/** The component groups of a person's name, absent ones left out (PS3.18 F.2.2). */
function personName(value: string): Record<string, string> | null {
  const groups: Record<string, string> = {};
  value.split('=').forEach((group, k) => {
    const name = GROUPS[k];
    if (name !== undefined && group !== '') groups[name] = group;
  });
  return Object.keys(groups).length === 0 ? null : groups;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

function base64(bytes: Uint8Array): string {
  let text = '';
  // In pieces: the arguments of one call have a limit.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}
