import { UNDEFINED_LENGTH, isPixelData } from '../dicom/element.ts';
import { formatTag, isPrivateTag } from '../dicom/tag.ts';
import type { Tag } from '../dicom/tag.ts';
import { isTextVr } from '../dicom/vr.ts';
import { isFramedexError, uidName } from '../node/index.ts';
import type { Dataset, Element } from '../node/index.ts';
import { cut, padded, printable } from './terminal.ts';

/** How elements are shown. */
export interface LineOptions {
  /** Values in full. */
  readonly whole: boolean;
  /** What a private creator calls an element. */
  readonly privateName: (creator: string, tag: Tag) => string | undefined;
}

/** Longer values are cut, where dcmdump cuts them. */
const WIDEST = 70;
/** No UID is longer (PS3.5 9.1). */
const LONGEST_UID = 64;
/** Where the `#` stands behind shorter values, as dcmdump has it. */
const VALUE_COLUMNS = 40;

/** A data set that is being listed, or an item of a sequence in it. */
interface Level {
  readonly depth: number;
  readonly elements: Iterator<Element>;
  /** Of the element that was shown last. */
  items: readonly Dataset[];
  nextItem: number;
}

/**
 * Elements and all that is in them, one line an element: `(0028,0010) US 512   #   2, 1 Rows`.
 *
 * @param path what stands before the outermost elements: `(0008,1115).0.`
 */
export function* tagLines(
  elements: Iterable<Element>,
  options: LineOptions,
  path = '',
): Generator<string> {
  const levels = [levelOf(elements, 0)];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const { depth, items, nextItem } = level;
    const item = items[nextItem];
    if (item !== undefined) {
      yield itemLine(item, nextItem, depth + 1);
      level.nextItem++;
      levels.push(levelOf(item, depth + 2));
      continue;
    }
    const next = level.elements.next();
    if (next.done === true) {
      levels.pop();
      continue;
    }
    level.items = next.value.items ?? [];
    level.nextItem = 0;
    yield elementLine(next.value, options, depth === 0 ? path : indent(depth));
  }
}

function levelOf(elements: Iterable<Element>, depth: number): Level {
  return { depth, elements: elements[Symbol.iterator](), items: [], nextItem: 0 };
}

/** Items by their number in a path: from 0 on. */
function itemLine({ size }: Dataset, number: number, depth: number): string {
  const elements = size === 1 ? '1 element' : `${size} elements`;
  return `${indent(depth)}(fffe,e000) na (Item ${number} with ${elements})`;
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}

function elementLine(element: Element, options: LineOptions, before: string): string {
  const { tag, vr, length } = element;
  const { text, multiplicity } = valueOf(element, options.whole);
  const start = `${before}${formatTag(tag).toLowerCase()} ${vr} `;
  const bytes = length === UNDEFINED_LENGTH ? 'u/l' : String(length);
  const end = `# ${bytes.padStart(3)}, ${multiplicity} ${nameOf(element, options)}`;
  return `${start}${padded(text, VALUE_COLUMNS)} ${end}`;
}

function nameOf({ tag, keyword, creator }: Element, { privateName }: LineOptions): string {
  if (keyword !== '') return keyword;
  if (!isPrivateTag(tag)) return 'Unknown';
  return (creator === undefined ? undefined : privateName(creator, tag)) ?? 'Private';
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
  if (length === 0) return NOTHING;
  if (isPixelData(tag)) return { text: pixelDataText(element), multiplicity: 1 };
  if (deferred && !whole) {
    return { text: `(${length} bytes at byte ${valueOffset}, not read)`, multiplicity: 1 };
  }
  try {
    return isTextVr(vr) ? writtenText(element, whole) : valuesText(element, whole);
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

const NOTHING: ValueText = { text: '(no value available)', multiplicity: 0 };

/** Text as it is written, numbers in DS and IS too. */
function writtenText({ vr, written }: Element, whole: boolean): ValueText {
  const { length: multiplicity } = written;
  if (multiplicity === 0 || (multiplicity === 1 && written[0] === '')) return NOTHING;
  if (vr === 'UI') return { text: uidsText(written, whole), multiplicity };
  const text = `[${printable(written.join('\\'))}]`;
  return { text: whole ? text : cut(text, WIDEST), multiplicity };
}

function valuesText({ vr, values }: Element, whole: boolean): ValueText {
  const { length: multiplicity } = values;
  if (multiplicity === 0) return NOTHING;
  const [first] = values;
  // One more value than fits shows that there are more.
  const shown = whole ? values : values.slice(0, WIDEST);
  const texts = ArrayBuffer.isView(first)
    ? cellTexts(first, whole)
    : shown.map((value) => numberText(vr, value));
  const text = texts.join('\\');
  return { text: whole ? text : cutNumbers(text), multiplicity };
}

/** No number is cut in two: its part would be another one. */
function cutNumbers(text: string): string {
  if (text.length <= WIDEST) return text;
  return `${text.slice(0, text.lastIndexOf('\\', WIDEST - 3))}...`;
}

function numberText(vr: Element['vr'], value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'number') return '';
  if (vr === 'AT') return formatTag(value).toLowerCase();
  return vr === 'FL' ? singleText(value) : String(value);
}

/** The shortest text that is this number in single precision: `0.1`, not `0.10000000149011612`. */
function singleText(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/**
 * Names where the standard has them for all: `=CT Image Storage`. Part of a UID is another UID.
 */
function uidsText(uids: readonly string[], whole: boolean): string {
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

/** Values that are no use in part: as many as fit between brackets, the first one always. */
function fitting(texts: readonly string[], whole: boolean): string {
  let text = texts[0] ?? '';
  for (const next of texts.slice(1)) {
    if (!whole && text.length + 1 + next.length > WIDEST - 2) return `${text}\\...`;
    text += `\\${next}`;
  }
  return text;
}

/** Cells of O* and UN, as dcmdump has them: bytes and words in hexadecimal, all others in decimal. */
function cellTexts(view: ArrayBufferView, whole: boolean): string[] {
  // One more cell than fits shows that there are more.
  const end = whole ? undefined : WIDEST;
  if (view instanceof Uint8Array) return Array.from(view.subarray(0, end), hexText(2));
  if (view instanceof Uint16Array) return Array.from(view.subarray(0, end), hexText(4));
  if (view instanceof Float32Array) return Array.from(view.subarray(0, end), singleText);
  const isOther =
    view instanceof Uint32Array || view instanceof Float64Array || view instanceof BigUint64Array;
  return isOther ? Array.from<number | bigint, string>(view.subarray(0, end), String) : [];
}

function hexText(digits: number): (cell: number) => string {
  return (cell) => cell.toString(16).padStart(digits, '0');
}
