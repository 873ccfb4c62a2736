import { UNDEFINED_LENGTH, isPixelData } from '../dicom/element.ts';
import { formatTag, isPrivateTag } from '../dicom/tag.ts';
import type { Tag } from '../dicom/tag.ts';
import { isTextVr } from '../dicom/vr.ts';
import { isFramedexError, uidName } from '../node/index.ts';
import type { Dataset, Element } from '../node/index.ts';
import { cut, padded, printable } from './terminal.ts';

/** How values are shown, and of which elements. */
export interface LineOptions {
  /** Values in full. */
  readonly whole: boolean;
  /** Elements of the outermost data set; all where it is undefined. */
  readonly wanted?: ReadonlySet<Tag> | undefined;
}

/** Longer values are cut. */
const WIDEST = 64;
/** No UID is longer (PS3.5 9.1). */
const LONGEST_UID = 64;
/** Where the `#` stands behind shorter values, as dcmdump has it. */
const VALUE_COLUMN = 39;

/** A data set, one line an element: `(0028,0010) US 512   #   2, 1 Rows`. */
export function* tagLines(dataset: Dataset, options: LineOptions, depth = 0): Generator<string> {
  const { whole, wanted } = options;
  for (const element of dataset) {
    if (wanted !== undefined && !wanted.has(element.tag)) continue;
    const { text, multiplicity } = valueOf(element, whole);
    yield line(depth, element, text, multiplicity);
    for (const [k, item] of (element.items ?? []).entries()) {
      const indent = '  '.repeat(depth + 1);
      yield `${indent}(fffe,e000) na (Item ${k + 1} with ${item.size} elements)`;
      yield* tagLines(item, { whole }, depth + 2);
    }
  }
}

function line(depth: number, element: Element, text: string, multiplicity: number): string {
  const { tag, vr, length, keyword } = element;
  const start = `${'  '.repeat(depth)}${formatTag(tag).toLowerCase()} ${vr} `;
  const bytes = length === UNDEFINED_LENGTH ? 'u/l' : String(length);
  const name = keyword !== '' ? keyword : isPrivateTag(tag) ? 'Private' : 'Unknown';
  return `${start}${padded(text, VALUE_COLUMN)} #${padded(bytes, 4, 'right')}, ${multiplicity} ${name}`;
}

interface ValueText {
  readonly text: string;
  readonly multiplicity: number;
}

function valueOf(element: Element, whole: boolean): ValueText {
  const { tag, vr, length, valueOffset, items, deferred } = element;
  if (items !== undefined) {
    const kind = length === UNDEFINED_LENGTH ? 'undefined' : 'explicit';
    return { text: `(Sequence with ${kind} length #=${items.length})`, multiplicity: 1 };
  }
  if (length === 0) return { text: '(no value available)', multiplicity: 0 };
  if (isPixelData(tag)) return { text: pixelDataText(element), multiplicity: 1 };
  if (deferred && !whole) {
    return { text: `(${length} bytes at byte ${valueOffset}, not read)`, multiplicity: 1 };
  }
  try {
    const { values } = element;
    if (values.length === 0) return { text: '(no value available)', multiplicity: 0 };
    const text = valuesText(vr, values, whole);
    const full = whole || vr === 'UI';
    return { text: full ? text : cut(text, WIDEST), multiplicity: values.length };
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    return { text: `(not read: ${error.code})`, multiplicity: 1 };
  }
}

function pixelDataText({ length, valueOffset }: Element): string {
  return length === UNDEFINED_LENGTH
    ? `(fragments from byte ${valueOffset} on)`
    : `(${length} bytes at byte ${valueOffset})`;
}

function valuesText(vr: Element['vr'], values: readonly unknown[], whole: boolean): string {
  const [first] = values;
  if (ArrayBuffer.isView(first)) return cellsText(first, whole);
  // One more value than fits shows that there are more.
  const shown = whole ? values : values.slice(0, WIDEST);
  if (vr === 'UI') return uidsText(values, whole);
  const texts = shown.map((value) => elementText(vr, value));
  return isTextVr(vr) ? `[${texts.join('\\')}]` : texts.join('\\');
}

function elementText(vr: Element['vr'], value: unknown): string {
  if (value === null || value === undefined) return '';
  if (vr === 'AT' && typeof value === 'number') return formatTag(value).toLowerCase();
  return typeof value === 'string' ? printable(value) : `${value as number | bigint}`;
}

/**
 * Names where the standard has them for all: `=CT Image Storage`. Part of a UID is another UID: of
 * several, as many as fit are shown, the first one always.
 */
function uidsText(values: readonly unknown[], whole: boolean): string {
  const uids = values.map((value) => (typeof value === 'string' ? value : ''));
  const names = uids.map(uidName);
  if (names.every((name) => name !== undefined)) {
    return fitting(
      names.map((name) => `=${name}`),
      whole,
    );
  }
  const texts = uids.map((uid) => (whole ? printable(uid) : cut(printable(uid), LONGEST_UID)));
  return `[${fitting(texts, whole)}]`;
}

function fitting(texts: readonly string[], whole: boolean): string {
  let text = texts[0] ?? '';
  for (const next of texts.slice(1)) {
    if (!whole && text.length + 1 + next.length > WIDEST) return `${text}\\...`;
    text += `\\${next}`;
  }
  return text;
}

/** Cells of O* and UN: integers in hexadecimal, as many digits as they have. */
function cellsText(view: ArrayBufferView, whole: boolean): string {
  const texts: string[] = [];
  let width = 0;
  for (const text of cellTexts(view)) {
    texts.push(text);
    width += text.length + 1;
    if (!whole && width > WIDEST + 1) break;
  }
  return texts.join('\\');
}

function* cellTexts(view: ArrayBufferView): Generator<string> {
  if (view instanceof Float32Array || view instanceof Float64Array) {
    for (const value of view) yield String(value);
  } else if (
    view instanceof Uint8Array ||
    view instanceof Uint16Array ||
    view instanceof Uint32Array ||
    view instanceof BigUint64Array
  ) {
    const digits = 2 * view.BYTES_PER_ELEMENT;
    for (const value of view) yield value.toString(16).padStart(digits, '0');
  }
}
