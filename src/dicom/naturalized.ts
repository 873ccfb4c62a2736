import { namelessEntry, tagOfKeyword } from './dictionary.ts';
import type { NamelessEntry } from './dictionary.ts';
import { bulkDataUri, datasetToJson, decimals, personName } from './json.ts';
import type { DicomJsonAttribute, JsonElement } from './json.ts';
import { hexTag, isGroupLength } from './tag.ts';
import type { Vr } from './vr.ts';

/**
 * A data set by keywords, in the form that dcmjs calls naturalized: `{ Rows: 512, _vrMap: {} }`.
 *
 * - One value is that value, several are an array, none is `null`. An empty one among several is `''`.
 * - A sequence is an array of naturalized items, always.
 * - A person's name is `{ Alphabetic, Ideographic, Phonetic }`, with what there is of them.
 * - Bytes (OB, OW and their kin, UN) are an array of one `ArrayBuffer`, little endian, a copy.
 * - What is too long to be in the header is `{ BulkDataURI: '#offset,length' }`, as in {@link DicomJson}.
 * - AT is the tag as a number; SV and UV are bigints; text of DS and IS that is no number is text.
 * - Private elements, those that PS3.6 does not know, and repeating groups behind the first (overlays
 *   in 6002 and so on) stand under their tag, as `00091001`. Keywords are spelt as dcmjs 0.51 has them:
 *   most retired ones begin with `RETIRED_`.
 * - `JSON.stringify` cannot write the bigints of SV and UV: {@link DicomJson} is for that.
 */
export interface Naturalized {
  [keyword: string]: unknown;
  /** The VR of each element where it is not the one that the dictionary has, or where that has none. */
  _vrMap: Record<string, string>;
  /** The file meta information, by keyword, each `{ vr, Value }`: what dcmjs keeps here. */
  _meta?: Record<string, DicomJsonAttribute>;
}

/**
 * The naturalized form of a data set, which `DicomMetaDictionary.denaturalizeDataset` of dcmjs
 * (0.51) turns into its own dictionary form again, with these exceptions, all of them its own:
 *
 * - It drops what stands under a tag: private and unknown elements, overlays behind the first.
 * - It drops, or knows by another name or VR, what came into PS3.6 after its dictionary.
 * - It makes text of all numbers, `Rows: 512` is `Value: ['512']`; its writer takes either.
 * - It cuts text that is longer than its VR allows, so also numbers of DS of more than 16 characters.
 * - It knows neither SV, OV nor OL, and writes them as UN: only the bytes of OV and OL survive that.
 * - It keeps `BulkDataURI` as the value: the bytes are still to be read, and put in its place.
 * - It does not read `_meta`: its `datasetToDict` does.
 *
 * @example
 * ```ts
 * const natural = naturalize(file.dataset, file.meta);
 * natural.PatientName; // { Alphabetic: 'Doe^Jane' }
 * const dict = dcmjs.data.DicomMetaDictionary.denaturalizeDataset(natural);
 * ```
 */
export function naturalize(
  elements: Iterable<JsonElement>,
  meta?: Iterable<JsonElement>,
): Naturalized {
  // dcmjs asks each value for its constructor, so these have the usual prototype. No key is one of a
  // file: keywords are PS3.6's, the others are hexadecimal digits.
  const natural: Naturalized = { _vrMap: {} };
  for (const element of elements) {
    const { tag, vr } = element;
    if (isGroupLength(tag)) continue;
    const entry = namelessEntry(tag);
    const name = nameOf(element, entry);
    if (Object.hasOwn(natural, name)) continue;
    natural[name] = naturalValue(element);
    if (entry?.vr !== vr) natural._vrMap[name] = vr;
  }
  if (meta !== undefined) natural._meta = namified(meta);
  return natural;
}

function namified(elements: Iterable<JsonElement>): Record<string, DicomJsonAttribute> {
  const json = datasetToJson(elements);
  const named: Record<string, DicomJsonAttribute> = {};
  for (const [hex, attribute] of Object.entries(json)) {
    const keyword = namelessEntry(Number.parseInt(hex, 16))?.keyword ?? hex;
    named[keyword] = attribute;
  }
  return named;
}

/**
 * Tags of which dcmjs has the keyword with `RETIRED_` where PS3.6 has it without, or the other way
 * round: its dictionary is that of another edition.
 */
const RETIRED_OTHERWISE: ReadonlySet<string> = new Set(
  (
    '00082229 00101000 00101090 00102160 00189324 00380004 00400300 00400301 0040030E 00404007 ' +
    '00404020 0040A136 00480200 00480201 00480202 00660023 00660024 00660025 00660029 00701206 ' +
    '00701807 00701808 21000140 213000A0 213000C0 30040010 30060044 30060045 30060049 30060085 ' +
    '30060088 300600B9 3008002B 300A000B 300A0082 300A0088 300A0089 300A008A 300A008D 300A008E ' +
    '300A008F 300A0632 300A0650 30100090'
  ).split(' '),
);

function nameOf({ tag }: JsonElement, entry: NamelessEntry | undefined): string {
  const hex = hexTag(tag);
  // One keyword is that of sixteen overlays: only the first of them can have it.
  if (entry === undefined || tagOfKeyword(entry.keyword) !== tag) return hex;
  const retired = entry.retired !== RETIRED_OTHERWISE.has(hex);
  return retired ? `RETIRED_${entry.keyword}` : entry.keyword;
}

function naturalValue(element: JsonElement): unknown {
  const { vr, items, bulk } = element;
  if (items !== undefined) return items.map((item) => naturalize(item));
  if (bulk !== undefined) return { BulkDataURI: bulkDataUri(bulk) };
  const { values } = element;
  const [first] = values;
  if (first === undefined) return null;
  if (ArrayBuffer.isView(first)) return first.byteLength === 0 ? null : [copied(first)];
  if (element.tag === SPECIFIC_CHARACTER_SET) return 'ISO_IR 192';
  const numeric = vr === 'DS' || vr === 'IS' ? decimals(element, values) : values;
  const natural = numeric.map((value) => naturalText(vr, value));
  return natural.length === 1 ? natural[0] : natural;
}

/** All text is decoded, and dcmjs writes UTF-8, in items too. */
const SPECIFIC_CHARACTER_SET = 0x00080005;

/** dcmjs has no `null` among values. */
function naturalText(vr: Vr, value: unknown): unknown {
  if (vr !== 'PN') return value ?? '';
  return (typeof value === 'string' ? personName(value) : undefined) ?? {};
}

function copied(view: ArrayBufferView): ArrayBuffer {
  const copy = new Uint8Array(view.byteLength);
  copy.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return copy.buffer;
}
