import type { Dataset } from '../dicom/dataset.ts';
import { readValue } from '../dicom/recorded-dataset.ts';
import type { CodedConcept, RealWorldValueMap } from './display-attributes.ts';
import { placeIn, unlessCut } from './look-up-table.ts';
import type { TableReading } from './look-up-table.ts';

/**
 * The items of Real World Value Mapping Sequence (PS3.3 C.7.6.16.2.11). One that does not say which values
 * it maps, or to what, is a fault, and left out.
 */
export async function realWorldValues(
  items: readonly Dataset[],
  asStored: (written: number) => number,
  reading: TableReading,
): Promise<RealWorldValueMap[]> {
  const maps: RealWorldValueMap[] = [];
  for (const [number, item] of items.entries()) {
    const map = await realWorldValueMap(item, asStored, reading);
    if (map !== undefined) maps.push({ number, ...map });
  }
  return maps;
}

async function realWorldValueMap(
  item: Dataset,
  asStored: (written: number) => number,
  reading: TableReading,
): Promise<Omit<RealWorldValueMap, 'number'> | undefined> {
  const range = valuesMapped(item, asStored);
  if (range === undefined) {
    const message = 'a real world value map without the values that it maps; it is left out';
    reading.fault('LOOK_UP_TABLE', message, placeIn(item));
    return undefined;
  }
  const [unit] = item.get('MeasurementUnitsCodeSequence') ?? [];
  const named = {
    label: item.get('LUTLabel') ?? '',
    explanation: item.get('LUTExplanation'),
    unit: unit && codedConcept(unit),
  };
  if (item.has('RealWorldValueLUTData')) {
    const table = await realWorldTable(item, range, reading);
    return table && { ...range, slope: 1, intercept: 0, table, ...named };
  }
  const slope = item.get('RealWorldValueSlope');
  const intercept = item.get('RealWorldValueIntercept');
  if (slope === undefined || intercept === undefined) {
    const message = 'a real world value map without slope, intercept and table; it is left out';
    reading.fault('LOOK_UP_TABLE', message, placeIn(item));
    return undefined;
  }
  if (!Number.isFinite(slope) || !Number.isFinite(intercept)) {
    const message = 'a real world value map whose slope or intercept is no number; it is left out';
    reading.fault('LOOK_UP_TABLE', message, placeIn(item));
    return undefined;
  }
  return { ...range, slope, intercept, ...named };
}

type Range = Pick<RealWorldValueMap, 'first' | 'last'>;

/** Of floating point pixels they are doubles (PS3.3 C.7.6.16.2.11.1.1). */
function valuesMapped(item: Dataset, asStored: (written: number) => number): Range | undefined {
  const first =
    item.get('DoubleFloatRealWorldValueFirstValueMapped') ??
    integer(item.get('RealWorldValueFirstValueMapped'), asStored);
  const last =
    item.get('DoubleFloatRealWorldValueLastValueMapped') ??
    integer(item.get('RealWorldValueLastValueMapped'), asStored);
  if (first === undefined || last === undefined || !(first <= last)) return undefined;
  return { first, last };
}

function integer(
  written: number | undefined,
  asStored: (written: number) => number,
): number | undefined {
  return written === undefined ? undefined : asStored(written);
}

/** One number for each value that is mapped; it may lie outside the header. */
async function realWorldTable(
  item: Dataset,
  { first, last }: Range,
  { read, fault }: TableReading,
): Promise<Float64Array | undefined> {
  const place = item.element('RealWorldValueLUTData') ?? placeIn(item);
  return unlessCut(place, fault, async () => {
    const value = await readValue(item, 'RealWorldValueLUTData', read);
    const numbers = Array.isArray(value) ? value : [];
    if (numbers.length === last - first + 1) return Float64Array.from(numbers, Number);
    const message = 'a real world value table of another length than what it maps; it is left out';
    fault('LOOK_UP_TABLE', message, place);
    return undefined;
  });
}

/** Long codes and URNs have elements of their own (PS3.3 8.1). */
function codedConcept(item: Dataset): CodedConcept {
  return {
    code: item.get('CodeValue') ?? item.get('LongCodeValue') ?? item.get('URNCodeValue') ?? '',
    scheme: item.get('CodingSchemeDesignator') ?? '',
    meaning: item.get('CodeMeaning') ?? '',
  };
}
