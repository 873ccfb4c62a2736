import type { Dataset } from '../dicom/dataset.ts';
import { isUsableWindow } from './display-attributes.ts';
import type { VoiFunction, VoiLut, Window } from './display-attributes.ts';
import { lookUpTables } from './look-up-table.ts';
import type { DisplayFault, TableReading } from './look-up-table.ts';

/** What a VOI LUT module or macro has (PS3.3 C.11.2, C.7.6.16.2.10). */
export interface WrittenVoi {
  readonly windows: readonly Window[];
  readonly voiFunction: VoiFunction;
  /** What `first` is, the rescale decides: here it is as written. */
  readonly tables: readonly VoiLut[];
  /** How many there are, with those that were left out. */
  readonly counts: { readonly windows: number; readonly voiLuts: number };
}

/** Reads the windows and tables of a data set. What is wrong with one of them is a fault. */
export async function readVoi(dataset: Dataset, reading: TableReading): Promise<WrittenVoi> {
  const items = dataset.get('VOILUTSequence') ?? [];
  const voiFunction = functionOf(dataset, reading.fault);
  const { windows, count } = windowsOf(dataset, voiFunction, reading.fault);
  const tables = await lookUpTables(items, 'VOI', reading);
  return { windows, voiFunction, tables, counts: { windows: count, voiLuts: items.length } };
}

/** As many as there are pairs of a centre and a width (PS3.3 C.11.2.1.2). */
function windowsOf(
  dataset: Dataset,
  voiFunction: VoiFunction,
  fault: DisplayFault,
): { readonly windows: readonly Window[]; readonly count: number } {
  const centers = numbers(dataset, 'WindowCenter');
  const widths = numbers(dataset, 'WindowWidth');
  const count = Math.max(centers.length, widths.length);
  const windows: Window[] = [];
  if (count === 0) return { windows, count };
  const explanations = dataset.get('WindowCenterWidthExplanation') ?? [];
  centers.forEach((center, number) => {
    const width = widths[number];
    if (typeof center !== 'number' || typeof width !== 'number') return;
    windows.push({ number, center, width, explanation: explanations[number] });
  });
  const told = (message: string): void => {
    const place = dataset.element('WindowCenter') ?? dataset.element('WindowWidth');
    if (place !== undefined) fault('WINDOW', message, place);
  };
  if (windows.length < count) told('a window without a centre or without a width; it is left out');
  for (const window of windows) {
    if (isUsableWindow(window, voiFunction)) continue;
    const least = voiFunction === 'LINEAR' ? '1 or more' : 'more than 0';
    told(`window ${window.number} cannot be applied: ${voiFunction} needs a width of ${least}`);
  }
  return { windows, count };
}

/** Of several numbers, some may be left empty, or be none. */
function numbers(dataset: Dataset, keyword: 'WindowCenter' | 'WindowWidth'): readonly unknown[] {
  const given = dataset.get(keyword);
  return given ?? dataset.element(keyword)?.values ?? [];
}

function functionOf(dataset: Dataset, fault: DisplayFault): VoiFunction {
  const text = dataset.get('VOILUTFunction');
  if (text === 'LINEAR_EXACT' || text === 'SIGMOID') return text;
  const element =
    text === undefined || text === 'LINEAR' ? undefined : dataset.element('VOILUTFunction');
  if (element !== undefined)
    fault('WINDOW', 'a VOI LUT function that is unknown; LINEAR is taken', element);
  return 'LINEAR';
}
