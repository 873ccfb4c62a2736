import type { Need } from '../bytes/window.ts';
import type { DictionaryVr } from './dictionary.ts';
import type { ElementHeader } from './element-header.ts';
import { isPrivateTag } from './tag.ts';
import type { Tag } from './tag.ts';
import { ALL_VRS } from './vr.ts';

/**
 * Where the data elements of a header lie, packed: five 32-bit words each, in the order of the file,
 * what is in a sequence right behind it. An object with two hundred thousand frames has millions of
 * elements, and an archive ten thousand headers: records of numbers cost a quarter of what objects
 * do, and nothing to collect.
 *
 * The words: tag; VR, flags and the high 16 bits of the offset, which is 48 bits long; its low 32 bits; length as
 * written; bytes of the value that are there, or of a sequence or item where its records end.
 */
export type ElementTable = Int32Array;

/** Words of one record. A record is named by the index of its first word. */
export const RECORD = 5;

const VR_MASK = 0x3f;
/** The value starts 12 bytes behind the tag's first, not 8. */
export const LONG_HEADER = 0x40;
const HOLDS_RECORDS = 0x80;
const BIG_ENDIAN = 0x100;
const HIGH_OFFSET = 16;
const TWO_32 = 0x1_0000_0000;

/** VRs by the code that a record has; the six that the dictionary leaves open come last. */
const VRS: readonly DictionaryVr[] = [...ALL_VRS, 'ox', 'px', 'xs', 'lt', 'up', 'na'];

const CODES: ReadonlyMap<DictionaryVr, number> = new Map(VRS.map((vr, code) => [vr, code]));

function vrCode(vr: DictionaryVr): number {
  return CODES.get(vr) ?? 0;
}

/** What the second word of a record has of a VR and of the bytes before the value, 8 or 12. */
export function recordBits(vr: DictionaryVr, headerBytes: number): number {
  return vrCode(vr) | (headerBytes === 12 ? LONG_HEADER : 0);
}

/** A table that a header pass fills. */
export interface TableWriter {
  words: Int32Array;
  /** Words in use. */
  length: number;
}

// Most headers fill a few thousand words: the next header pass writes over those of the last one.
let spare: Int32Array | undefined = undefined;
const FIRST_WORDS = 2048 * RECORD;

export function tableWriter(): TableWriter {
  const words = spare ?? new Int32Array(FIRST_WORDS);
  spare = undefined;
  return { words, length: 0 };
}

/** The table, of its own memory; the writer must not be used again. */
export function finishTable(writer: TableWriter): ElementTable {
  const { words, length } = writer;
  if (words.length === FIRST_WORDS) spare = words;
  return words.slice(0, length);
}

/** Makes room for more records. */
export function reserve(writer: TableWriter, records: number): void {
  const { words, length } = writer;
  const needed = length + records * RECORD;
  if (needed <= words.length) return;
  const longer = new Int32Array(Math.max(needed, words.length * 2));
  longer.set(words.subarray(0, length));
  if (words.length === FIRST_WORDS) spare = words;
  writer.words = longer;
}

/** Adds the record of an element at `offset`, and gives its index. All of its value is taken to be there. */
export function addRecord(
  writer: TableWriter,
  offset: number,
  { tag, vr, valueOffset, length }: ElementHeader,
): number {
  reserve(writer, 1);
  const { words, length: at } = writer;
  words[at] = tag;
  words[at + 1] = recordBits(vr, valueOffset - offset) | highOffset(offset);
  words[at + 2] = offset;
  words[at + 3] = length;
  words[at + 4] = length;
  writer.length = at + RECORD;
  return at;
}

/** What the second word of a record has of an offset. */
export function highOffset(offset: number): number {
  return Math.floor(offset / TWO_32) << HIGH_OFFSET;
}

const ITEM_BITS = recordBits('na', 8) | HOLDS_RECORDS;

/** Adds the record of an item, whose elements follow it. */
export function addItem(writer: TableWriter, offset: number, littleEndian: boolean): number {
  reserve(writer, 1);
  const { words, length: at } = writer;
  words[at] = 0;
  words[at + 1] = ITEM_BITS | (littleEndian ? 0 : BIG_ENDIAN) | highOffset(offset);
  words[at + 2] = offset;
  words[at + 3] = 0;
  words[at + 4] = 0;
  writer.length = at + RECORD;
  return at;
}

/** The bytes of a value that are there, where they are not as many as its length says. */
export function setPresent(writer: TableWriter, at: number, present: number): void {
  writer.words[at + 4] = present;
}

/** The records that follow are of the sequence or item, until {@link endRecords}. */
export function beginRecords(writer: TableWriter, at: number): void {
  writer.words[at + 1] = (writer.words[at + 1] ?? 0) | HOLDS_RECORDS;
}

export function endRecords(writer: TableWriter, at: number): void {
  writer.words[at + 4] = writer.length;
}

/** Takes back the last record. */
export function dropRecord(writer: TableWriter, at: number): void {
  writer.length = at;
}

export function tagAtRecord(table: ElementTable, at: number): Tag {
  return (table[at] ?? 0) >>> 0;
}

/** As written, or by the dictionary in implicit VR; `ox`, `xs`... where that leaves a choice. */
export function vrAtRecord(table: ElementTable, at: number): DictionaryVr {
  return VRS[(table[at + 1] ?? 0) & VR_MASK] ?? 'UN';
}

/** Of the first byte of the tag. */
export function offsetAtRecord(table: ElementTable, at: number): number {
  const high = (table[at + 1] ?? 0) >>> HIGH_OFFSET;
  return high * TWO_32 + ((table[at + 2] ?? 0) >>> 0);
}

/** Of the first byte of the value. */
export function valueOffsetAtRecord(table: ElementTable, at: number): number {
  const long = ((table[at + 1] ?? 0) & LONG_HEADER) !== 0;
  return offsetAtRecord(table, at) + (long ? 12 : 8);
}

/** As written; `UNDEFINED_LENGTH` where a delimiter ends the value. */
export function lengthAtRecord(table: ElementTable, at: number): number {
  return (table[at + 3] ?? 0) >>> 0;
}

/** Bytes of the value that the file has. */
export function presentAtRecord(table: ElementTable, at: number): number {
  return (table[at + 4] ?? 0) >>> 0;
}

/** Whether it is a sequence, or an item. */
export function holdsRecords(table: ElementTable, at: number): boolean {
  return ((table[at + 1] ?? 0) & HOLDS_RECORDS) !== 0;
}

/** Of an item. */
export function isBigEndianItem(table: ElementTable, at: number): boolean {
  return ((table[at + 1] ?? 0) & BIG_ENDIAN) !== 0;
}

/** The record behind this one and all that is in it. */
export function nextRecord(table: ElementTable, at: number): number {
  return holdsRecords(table, at) ? presentAtRecord(table, at) : at + RECORD;
}

/** The records in `[first, end)`, without those inside them. Most are read for a few look-ups: a plain loop. */
export function siblings(table: ElementTable, first: number, end: number): number[] {
  const records: number[] = [];
  for (let at = first; at < end;) {
    records.push(at);
    at = ((table[at + 1] ?? 0) & HOLDS_RECORDS) === 0 ? at + RECORD : (table[at + 4] ?? 0);
  }
  return records;
}

/** The first record of that tag among {@link siblings}; -1 for none. */
export function findRecord(table: ElementTable, first: number, end: number, tag: Tag): number {
  const wanted = tag | 0;
  for (let at = first; at < end;) {
    if (table[at] === wanted) return at;
    at = ((table[at + 1] ?? 0) & HOLDS_RECORDS) === 0 ? at + RECORD : (table[at + 4] ?? 0);
  }
  return -1;
}

/**
 * The item that has the tag, of the sequences of one item among {@link siblings}; -1 for none. What is in
 * a private sequence is private too, whatever its tag.
 */
export function findItemWith(table: ElementTable, first: number, end: number, tag: Tag): number {
  for (let at = first; at < end; at = nextRecord(table, at)) {
    const item = at + RECORD;
    const behind = nextRecord(table, at);
    if (!holdsRecords(table, at) || item >= behind || nextRecord(table, item) !== behind) continue;
    if (isPrivateTag(tagAtRecord(table, at)) && !isPrivateTag(tag)) continue;
    if (findRecord(table, item + RECORD, behind, tag) >= 0) return item;
  }
  return -1;
}

/**
 * Leaves out the elements of the data set itself that are not `wanted`, and says where the values of
 * the others are, in the order of the file. `end` is where the last element ends.
 */
export function keepOnly(
  writer: TableWriter,
  wanted: (tag: Tag) => boolean,
  end: number,
): readonly Need[] {
  const { words, length } = writer;
  const kept: Need[] = [];
  let to = 0;
  for (let at = 0; at < length;) {
    const next = nextRecord(words, at);
    if (wanted(tagAtRecord(words, at))) {
      const offset = valueOffsetAtRecord(words, at);
      const stop = next < length ? offsetAtRecord(words, next) : end;
      if (stop > offset) kept.push({ offset, length: stop - offset });
      const shift = at - to;
      if (shift > 0) move(words, at, next, shift);
      to += next - at;
    }
    at = next;
  }
  writer.length = to;
  return kept;
}

/** Moves records to the front: those that hold others say where these end. */
function move(words: Int32Array, from: number, end: number, shift: number): void {
  for (let at = from; at < end; at += RECORD) {
    if (holdsRecords(words, at)) words[at + 4] = (words[at + 4] ?? 0) - shift;
  }
  words.copyWithin(from - shift, from, end);
}
