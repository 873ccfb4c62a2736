import type { Dataset, Element } from '../dicom/dataset.ts';
import { readValue } from '../dicom/recorded-dataset.ts';
import type { ReadBytes } from '../dicom/recorded-dataset.ts';
import type { Keyword } from '../dicom/tag-values.ts';
import { isFramedexError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { LookUpTable, VoiLut } from './display-attributes.ts';

/** Where the bytes of a fault are. */
export type Place = Pick<Element, 'offset' | 'tag'>;

/** Takes a fault of what shows a frame. With `strict` it throws. */
export type DisplayFault = (
  code: Extract<
    ErrorCode,
    'LOOK_UP_TABLE' | 'WINDOW' | 'PIXEL_MODULE' | 'PIXEL_ASPECT' | 'BAD_VALUE'
  >,
  message: string,
  place: Place,
) => void;

/** What tables are read with: they may lie outside the header. */
export interface TableReading {
  readonly read: ReadBytes;
  readonly fault: DisplayFault;
}

/** What a descriptor says of its table (PS3.3 C.11.1.1, C.7.6.3.1.5). */
export interface TableDescriptor {
  readonly count: number;
  /** As written: what is signed may be written unsigned. */
  readonly first: number;
  readonly bits: number;
  readonly place: Place;
}

/** The entries of a table as its data has them. */
export interface TableEntries {
  readonly entries: Uint16Array;
  /** Bits that each of them has room for. */
  readonly allocated: 8 | 16;
}

/** What a table gives: numbers of the modality, or grey of which all bits are white. */
export type TablePurpose = 'modality' | 'VOI';

/**
 * The tables of a sequence's items, each with its place among them; the first value mapped is as written.
 * What cannot be read, or in more than one way, is a fault, and left out.
 */
export async function lookUpTables(
  items: readonly Dataset[],
  purpose: TablePurpose,
  reading: TableReading,
): Promise<VoiLut[]> {
  const tables: VoiLut[] = [];
  for (const [number, item] of items.entries()) {
    const table = await lookUpTable(item, purpose, reading);
    if (table !== undefined) tables.push({ number, ...table });
  }
  return tables;
}

async function lookUpTable(
  item: Dataset,
  purpose: TablePurpose,
  reading: TableReading,
): Promise<LookUpTable | undefined> {
  const descriptor = tableDescriptor(item, 'LUTDescriptor', reading.fault);
  if (descriptor === undefined) return undefined;
  const data = await tableData(item, 'LUTData', descriptor.place, reading);
  if (data === undefined) return undefined;
  const told = (message: string): void => {
    reading.fault('LOOK_UP_TABLE', message, descriptor.place);
  };
  const table = tableEntries(data, descriptor, told);
  // Entries of more than 8 bits are words (PS3.3 C.11.1.1.1): half of them is half a table, and no bytes.
  if (table?.allocated === 8 && descriptor.bits > 8) {
    told('a table that is cut to half its length; it is left out');
    return undefined;
  }
  const fitting = table && (purpose === 'VOI' ? asGrey : asNumbers)(table, descriptor.bits, told);
  if (fitting === undefined) return undefined;
  return { first: descriptor.first, ...fitting, explanation: item.get('LUTExplanation') };
}

/** Three numbers: entries (0 is 65536), the first value mapped, bits of an entry. */
export function tableDescriptor(
  dataset: Dataset,
  keyword: Keyword,
  fault: DisplayFault,
): TableDescriptor | undefined {
  const element = dataset.element(keyword);
  const [count, first, bits] = element?.values ?? [];
  const place = element ?? placeIn(dataset);
  if (typeof count === 'number' && typeof first === 'number' && typeof bits === 'number') {
    // The first and the third are unsigned, whatever the VR is that the second asks for.
    return {
      count: (count & 0xffff) === 0 ? 0x10000 : count & 0xffff,
      first,
      bits: bits & 0xffff,
      place,
    };
  }
  fault('LOOK_UP_TABLE', 'a table without a descriptor of three numbers; it is left out', place);
  return undefined;
}

/** Of the first element: what is missing has no place. */
export function placeIn(dataset: Dataset): Place {
  for (const element of dataset) return element;
  return { offset: 0, tag: 0 };
}

/** The table may be too long for the header to hold, and it may be cut. */
export async function tableData(
  dataset: Dataset,
  keyword: Keyword,
  owner: Place,
  { read, fault }: TableReading,
): Promise<Uint8Array | Uint16Array | undefined> {
  const element = dataset.element(keyword);
  const place = element ?? owner;
  return unlessCut(place, fault, async () => {
    const data = element === undefined ? undefined : await cellsOf(dataset, element, read);
    if (data !== undefined && data.length > 0) return data;
    fault('LOOK_UP_TABLE', 'a table without data; it is left out', place);
    return undefined;
  });
}

/** What `read` gives; a table whose bytes are not there, or too many, is a fault, and left out. */
export async function unlessCut<T>(
  place: Place,
  fault: DisplayFault,
  read: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isFramedexError(error, 'TRUNCATED') && !isFramedexError(error, 'VALUE_LIMIT')) throw error;
    fault('LOOK_UP_TABLE', 'a table that cannot be read; it is left out', place);
    return undefined;
  }
}

/** Written as OW or US; some write OB. */
async function cellsOf(
  dataset: Dataset,
  element: Element,
  read: ReadBytes,
): Promise<Uint8Array | Uint16Array | undefined> {
  const { bulk, tag, vr } = element;
  if (bulk?.length !== undefined && vr === 'OB') return read(bulk.offset, bulk.length);
  const value: unknown = bulk === undefined ? element.values : await readValue(dataset, tag, read);
  const cells: unknown = Array.isArray(value) && typeof value[0] === 'object' ? value[0] : value;
  if (cells instanceof Uint16Array || cells instanceof Uint8Array) return cells;
  return Array.isArray(cells) ? Uint16Array.from(cells, Number) : undefined;
}

/**
 * As many entries as the descriptor says. Entries of 8 bits are written two to a word, and by some one to
 * a word: the length of the data tells (PS3.3 C.7.6.3.1.6, note). A table that ends too early is given as
 * far as it goes where its entries are words; the values behind it take its last entry, as all do that
 * are beyond a table.
 */
export function tableEntries(
  data: Uint8Array | Uint16Array,
  { count, bits }: TableDescriptor,
  fault: (message: string) => void,
): TableEntries | undefined {
  const { byteLength } = data;
  const padded = count + (count % 2);
  if (byteLength === padded || byteLength === count) {
    const isOneWord = count === 1 && bits > 8;
    if (!isOneWord) return { entries: asBytes(data, count), allocated: 8 };
  }
  const words = asWords(data);
  if (words.length < count && bits <= 8) {
    fault('a table whose length fits its descriptor in no way; it is left out');
    return undefined;
  }
  if (words.length < count) {
    fault('a table has fewer entries than its descriptor says; its last one goes on');
  } else if (words.length > count) {
    fault('a table has more entries than its descriptor says; those beyond are left out');
  }
  return { entries: words.subarray(0, count), allocated: 16 };
}

/** Entries of 8 bits, two to the word, the first in the low byte. */
function asBytes(data: Uint8Array | Uint16Array, count: number): Uint16Array {
  if (data instanceof Uint8Array) return Uint16Array.from(data.subarray(0, count));
  return Uint16Array.from(lowBytesFirst(data).subarray(0, count));
}

/** The bytes of words, the low one of each first, on every machine. */
export function lowBytesFirst(words: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(words.length * 2);
  for (let k = 0; k < words.length; k++) {
    const word = words[k] ?? 0;
    bytes[2 * k] = word & 0xff;
    bytes[2 * k + 1] = word >> 8;
  }
  return bytes;
}

/** Words that were written as bytes are little endian, as nearly all files are. */
export function asWords(data: Uint8Array | Uint16Array): Uint16Array {
  if (data instanceof Uint16Array) return data;
  const words = new Uint16Array(data.length >> 1);
  for (let k = 0; k < words.length; k++) {
    words[k] = (data[2 * k] ?? 0) | ((data[2 * k + 1] ?? 0) << 8);
  }
  return words;
}

/** The table with its bits, where they are beyond doubt. */
type FittingBits = Pick<LookUpTable, 'bits' | 'data'>;

/** Numbers are what they are: their bits only say how far they go. */
function asNumbers(
  { entries, allocated }: TableEntries,
  bits: number,
  fault: (message: string) => void,
): FittingBits {
  const isRight = bits >= 8 && bits <= 16 && largest(entries) < 2 ** bits;
  if (!isRight) fault('a modality table has other entries than the bits of its descriptor');
  return { bits: isRight ? bits : allocated, data: entries };
}

/** What is white is said by the bits alone, so that these must be right. */
function asGrey(
  { entries, allocated }: TableEntries,
  bits: number,
  fault: (message: string) => void,
): FittingBits | undefined {
  const most = largest(entries);
  if (allocated === 8 && bits !== 8) {
    fault('a VOI table has entries of 8 bits, and its descriptor says otherwise');
    return { bits: 8, data: entries };
  }
  if (bits <= 8 && most > 0xff && entries.every((entry) => entry >> 8 === (entry & 0xff))) {
    fault('a VOI table has each of its 8 bits twice');
    return { bits: 8, data: entries.map((entry) => entry & 0xff) };
  }
  // All black by its descriptor, while another number of bits makes a picture of it.
  const isDark = bits > 8 && most <= 0xff && most > 0;
  if (bits >= 8 && bits <= 16 && most < 2 ** bits && !isDark) return { bits, data: entries };
  fault('a VOI table has other entries than the bits of its descriptor; it is left out');
  return undefined;
}

/** The largest of all entries. */
export function largest(entries: Uint16Array): number {
  let most = 0;
  for (const entry of entries) if (entry > most) most = entry;
  return most;
}
