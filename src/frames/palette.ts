import type { Dataset } from '../dicom/dataset.ts';
import type { Keyword } from '../dicom/tag-values.ts';
import type { LookUpTable, Palette } from './display-attributes.ts';
import {
  asWords,
  largest,
  lowBytesFirst,
  placeIn,
  tableData,
  tableDescriptor,
  tableEntries,
} from './look-up-table.ts';
import type { Place, TableDescriptor, TableEntries, TableReading } from './look-up-table.ts';
import { expandSegments } from './segmented-palette.ts';

interface ColourKeywords {
  readonly descriptor: Keyword;
  readonly data: Keyword;
  readonly segmented: Keyword;
}

const RED: ColourKeywords = {
  descriptor: 'RedPaletteColorLookupTableDescriptor',
  data: 'RedPaletteColorLookupTableData',
  segmented: 'SegmentedRedPaletteColorLookupTableData',
};
const GREEN: ColourKeywords = {
  descriptor: 'GreenPaletteColorLookupTableDescriptor',
  data: 'GreenPaletteColorLookupTableData',
  segmented: 'SegmentedGreenPaletteColorLookupTableData',
};
const BLUE: ColourKeywords = {
  descriptor: 'BluePaletteColorLookupTableDescriptor',
  data: 'BluePaletteColorLookupTableData',
  segmented: 'SegmentedBluePaletteColorLookupTableData',
};

/** All that is read here. */
export const PALETTE_KEYWORDS: readonly Keyword[] = [
  ...[RED, GREEN, BLUE].flatMap(({ descriptor, data, segmented }) => [descriptor, data, segmented]),
  'AlphaPaletteColorLookupTableDescriptor',
  'PaletteColorLookupTableUID',
];

/** Whether there is anything of a palette. */
export function hasPalette(dataset: Dataset): boolean {
  return dataset.has(RED.descriptor) || dataset.has('PaletteColorLookupTableUID');
}

interface ColourTable extends TableEntries {
  readonly descriptor: TableDescriptor;
}

/**
 * The palette of a data set (PS3.3 C.7.9, C.7.6.3.1.5), segmented ones expanded. Undefined where it has none
 * that can be read, which is a fault.
 */
export async function readPalette(
  dataset: Dataset,
  asStored: (written: number) => number,
  reading: TableReading,
): Promise<Palette | undefined> {
  const told = (message: string, place: Place): void => {
    reading.fault('LOOK_UP_TABLE', message, place);
  };
  if (!dataset.has(RED.descriptor)) {
    const uid = dataset.element('PaletteColorLookupTableUID');
    if (uid === undefined) told('a palette is needed, and there is none', placeIn(dataset));
    else told('a palette is named by its UID alone, and its colours are not here', uid);
    return undefined;
  }
  const alpha = dataset.element('AlphaPaletteColorLookupTableDescriptor');
  if (alpha !== undefined) told('the opacity of a palette is left out', alpha);
  const red = await colourTable(dataset, RED, reading);
  const green = await colourTable(dataset, GREEN, reading);
  const blue = await colourTable(dataset, BLUE, reading);
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const tables = [red, green, blue];
  if (tables.some((table) => !isAlike(table.descriptor, red.descriptor))) {
    told('the three tables of a palette differ in length or place', red.descriptor.place);
  }
  if (tables.some((table) => table.allocated !== red.allocated)) {
    told('the entries of a palette are of 8 bits and of 16; it is left out', red.descriptor.place);
    return undefined;
  }
  const bits = entryBits(tables, red.descriptor.bits);
  if (bits !== red.descriptor.bits) {
    told('a palette has other entries than the bits of its descriptor', red.descriptor.place);
  }
  const lookUp = ({ entries, descriptor }: ColourTable): LookUpTable => ({
    first: asStored(descriptor.first),
    bits,
    data: entries,
  });
  return { red: lookUp(red), green: lookUp(green), blue: lookUp(blue) };
}

async function colourTable(
  dataset: Dataset,
  keywords: ColourKeywords,
  reading: TableReading,
): Promise<ColourTable | undefined> {
  const descriptor = tableDescriptor(dataset, keywords.descriptor, reading.fault);
  if (descriptor === undefined) return undefined;
  const isSegmented = !dataset.has(keywords.data) && dataset.has(keywords.segmented);
  const keyword = isSegmented ? keywords.segmented : keywords.data;
  const data = await tableData(dataset, keyword, descriptor.place, reading);
  if (data === undefined) return undefined;
  const told = (message: string): void => {
    reading.fault('LOOK_UP_TABLE', message, dataset.element(keyword) ?? descriptor.place);
  };
  const table = isSegmented
    ? segmentedEntries(data, descriptor, told)
    : tableEntries(data, descriptor, told);
  return table && { ...table, descriptor };
}

/** Opcodes and lengths are as wide as entries are (PS3.3 C.7.9.2). */
function segmentedEntries(
  data: Uint8Array | Uint16Array,
  { count, bits }: TableDescriptor,
  told: (message: string) => void,
): TableEntries | undefined {
  const isNarrow = bits <= 8;
  const narrow = (): Uint8Array => (data instanceof Uint16Array ? lowBytesFirst(data) : data);
  const entries = expandSegments(isNarrow ? narrow() : asWords(data), count, told);
  return entries && { entries, allocated: isNarrow ? 8 : 16 };
}

function isAlike(one: TableDescriptor, other: TableDescriptor): boolean {
  return one.count === other.count && one.first === other.first && one.bits === other.bits;
}

/**
 * How many bits are all of a colour: what the descriptor says (PS3.3 C.7.6.3.1.5), unless the entries are
 * of another kind. Words of which none goes beyond a byte would be black, were 16 bits the whole of it.
 */
function entryBits(tables: readonly ColourTable[], said: number): number {
  const most = Math.max(...tables.map(({ entries }) => largest(entries)));
  const areBytes = tables.every(({ allocated }) => allocated === 8);
  const mayBe = said >= 8 && said <= 16 && most < 2 ** said;
  if (mayBe && (said === 8 || (!areBytes && (most > 0xff || most === 0)))) return said;
  return areBytes || most <= 0xff ? 8 : 16;
}
