import { frameMacro, functionalGroupCount } from '../dicom/functional-groups.ts';
import { readValue } from '../dicom/recorded-dataset.ts';
import type { ReadBytes } from '../dicom/recorded-dataset.ts';
import type { Dataset } from '../dicom/dataset.ts';
import type { Keyword } from '../dicom/tag-values.ts';
import { isFramedexError } from '../errors.ts';
import type { DisplayAttributes, LookUpTable, VoiFunction, Window } from './display-attributes.ts';

/** All that is read here of a data set, beside Pixel Representation and Bits Allocated. */
export const DISPLAY_KEYWORDS: readonly Keyword[] = [
  'ModalityLUTSequence',
  'RescaleSlope',
  'RescaleIntercept',
  'VOILUTSequence',
  'WindowCenter',
  'WindowWidth',
  'WindowCenterWidthExplanation',
  'VOILUTFunction',
  'PixelPaddingValue',
  'PixelPaddingRangeLimit',
  'PixelAspectRatio',
  'PixelSpacing',
  'ImagerPixelSpacing',
  'PresentationLUTShape',
  'SharedFunctionalGroupsSequence',
  'PerFrameFunctionalGroupsSequence',
];

/** Gives what shows frame `i`. */
export type DisplayReader = (i: number) => Promise<DisplayAttributes>;

/**
 * Reads what shows a frame: from its functional groups where the object has them, its own before the
 * shared ones (PS3.3 C.7.6.16), else from the data set itself. What all frames have in common is read
 * once, for the first of them.
 */
export function displayReader(dataset: Dataset, read: ReadBytes): DisplayReader {
  let common: Promise<DisplayAttributes> | undefined;
  return async (i) => {
    if (common === undefined) {
      common = commonAttributes(dataset, read);
      // What failed for want of a disk may be read the next time.
      common.catch(() => {
        common = undefined;
      });
    }
    const hasGroups =
      dataset.has('SharedFunctionalGroupsSequence') || functionalGroupCount(dataset) > 0;
    return hasGroups ? { ...(await common), ...own(dataset, i) } : common;
  };
}

async function commonAttributes(dataset: Dataset, read: ReadBytes): Promise<DisplayAttributes> {
  const stored = (value: number): number => asStored(dataset, value);
  const modalityItems = dataset.get('ModalityLUTSequence');
  const [modalityLut] = await lookUpTables(modalityItems, read, stored);
  // What a modality table gives is unsigned (PS3.3 C.11.2.1.1).
  const given = modalityLut === undefined ? stored : asWritten;
  return {
    ...own(dataset, undefined),
    modalityLut,
    voiLuts: await lookUpTables(dataset.get('VOILUTSequence'), read, given),
    padding: padding(dataset),
    inverse: dataset.get('PresentationLUTShape') === 'INVERSE',
  };
}

/** What functional groups may say of a frame; without a frame, what the data set itself says. */
function own(
  dataset: Dataset,
  frame: number | undefined,
): Pick<DisplayAttributes, 'rescale' | 'windows' | 'voiFunction' | 'pixelAspect'> {
  const macro = (keyword: Keyword): Dataset =>
    (frame === undefined ? undefined : frameMacro(dataset, frame, keyword)) ?? dataset;
  const transformation = macro('PixelValueTransformationSequence');
  const voi = macro('FrameVOILUTSequence');
  const measures = macro('PixelMeasuresSequence');
  return {
    rescale: {
      slope: transformation.get('RescaleSlope') ?? 1,
      intercept: transformation.get('RescaleIntercept') ?? 0,
    },
    windows: windows(voi),
    voiFunction: voiFunction(voi.get('VOILUTFunction')),
    pixelAspect: pixelAspect(dataset, measures),
  };
}

function windows(dataset: Dataset): Window[] {
  const centers = dataset.get('WindowCenter') ?? [];
  const widths = dataset.get('WindowWidth') ?? [];
  const explanations = dataset.get('WindowCenterWidthExplanation') ?? [];
  const list: Window[] = [];
  centers.forEach((center, k) => {
    const width = widths[k];
    if (width !== undefined) list.push({ center, width, explanation: explanations[k] });
  });
  return list;
}

function voiFunction(text: string | undefined): VoiFunction {
  return text === 'LINEAR_EXACT' || text === 'SIGMOID' ? text : 'LINEAR';
}

/** The tables of a sequence that are there as a whole. */
async function lookUpTables(
  items: readonly Dataset[] | undefined,
  read: ReadBytes,
  asValue: (written: number) => number,
): Promise<LookUpTable[]> {
  const tables: LookUpTable[] = [];
  for (const item of items ?? []) {
    const table = await lookUpTable(item, read);
    if (table !== undefined) tables.push({ ...table, first: asValue(table.first) });
  }
  return tables;
}

/** LUT Descriptor: entries (0 is 65536), the first value mapped, bits of an entry (PS3.3 C.11.1.1). */
async function lookUpTable(item: Dataset, read: ReadBytes): Promise<LookUpTable | undefined> {
  const [length, first, bits] = item.get('LUTDescriptor') ?? [];
  if (length === undefined || first === undefined || bits === undefined) return undefined;
  // The first and the third are unsigned, whatever the VR is that the second asks for.
  const count = (length & 0xffff) === 0 ? 0x10000 : length & 0xffff;
  const entries = await lutData(item, read);
  if (entries === undefined) return undefined;
  const data = entries.length < count && bits <= 8 ? unpacked(entries) : entries;
  if (data.length < count) return undefined;
  const explanation = item.get('LUTExplanation');
  return { first, bits: bits & 0xff, data: data.subarray(0, count), explanation };
}

/** The table may be too long for the header to hold, and it may be cut. */
async function lutData(item: Dataset, read: ReadBytes): Promise<Uint16Array | undefined> {
  try {
    const value: unknown = await readValue(item, 'LUTData', read);
    if (value instanceof Uint16Array) return value;
    if (Array.isArray(value)) return Uint16Array.from(value, Number);
    // A table of bytes, which some write as OB.
    const [written] = item.element('LUTData')?.values ?? [];
    return written instanceof Uint8Array ? Uint16Array.from(written) : undefined;
  } catch (error) {
    if (isFramedexError(error, 'TRUNCATED') || isFramedexError(error, 'VALUE_LIMIT')) {
      return undefined;
    }
    throw error;
  }
}

/** Entries of 8 bits, two to the word, the first in the low byte. */
function unpacked(words: Uint16Array): Uint16Array {
  return Uint16Array.from({ length: words.length * 2 }, (_, k) =>
    k % 2 === 0 ? (words[k >> 1] ?? 0) & 0xff : (words[k >> 1] ?? 0) >> 8,
  );
}

function padding(dataset: Dataset): DisplayAttributes['padding'] {
  const written = dataset.get('PixelPaddingValue');
  if (written === undefined) return undefined;
  const value = asStored(dataset, written);
  const limit = asStored(dataset, dataset.get('PixelPaddingRangeLimit') ?? written);
  return { low: Math.min(value, limit), high: Math.max(value, limit) };
}

/**
 * A stored value as the pixels have it: some write it US where pixels are signed, and the VR should
 * be SS (PS3.5 A.1, note), so that 63536 is -2000.
 */
function asStored(dataset: Dataset, written: number): number {
  if (dataset.get('PixelRepresentation') !== 1 || written < 0) return written;
  const range = 2 ** (dataset.get('BitsAllocated') ?? 16);
  const size = written < range ? range : 0x10000;
  return written >= size / 2 ? written - size : written;
}

function asWritten(value: number): number {
  return value;
}

/** Pixel Aspect Ratio where it is given, else by the spacing (PS3.3 C.7.6.3.1.7 and 10.7.1.3). */
function pixelAspect(dataset: Dataset, measures: Dataset): number {
  const ratio = dataset.get('PixelAspectRatio');
  const spacing = ratio ?? measures.get('PixelSpacing') ?? dataset.get('ImagerPixelSpacing');
  const [vertical, horizontal] = spacing ?? [];
  if (vertical === undefined || horizontal === undefined) return 1;
  const aspect = vertical / horizontal;
  return Number.isFinite(aspect) && aspect > 0 ? aspect : 1;
}
