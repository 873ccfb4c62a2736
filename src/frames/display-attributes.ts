import type { Dataset } from '../dicom/dataset.ts';

/** One window of VOI LUT (PS3.3 C.11.2): values around `center` become grey, all others clip. */
export interface Window {
  readonly center: number;
  readonly width: number;
  /** As the file names it: `WINDOW1`, `LUNG`. */
  readonly explanation?: string | undefined;
}

/** The three ways in which a window is applied (PS3.3 C.11.2.1.2 and C.11.2.1.3). */
export type VoiFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

/** A look-up table of the file (PS3.3 C.11.1.1): modality or VOI. */
export interface LookUpTable {
  /** Entry `i` belongs to the value `first + i`; values beyond either end take the end's entry. */
  readonly first: number;
  /** Bits of an entry, 8 to 16. */
  readonly bits: number;
  readonly data: Uint16Array;
  readonly explanation?: string | undefined;
}

/** What turns the stored values of one frame into a picture. */
export interface DisplayAttributes {
  /** Modality values are `stored * slope + intercept`: HU in CT. */
  readonly rescale: { readonly slope: number; readonly intercept: number };
  /** Takes the place of `rescale` where the file has one. */
  readonly modalityLut?: LookUpTable | undefined;
  /** In the file's order; the first is the default. */
  readonly windows: readonly Window[];
  readonly voiFunction: VoiFunction;
  readonly voiLuts: readonly LookUpTable[];
  /** Stored values that stand for "no pixel here" (PS3.3 C.7.5.1.1.2), both ends included. */
  readonly padding?: { readonly low: number; readonly high: number } | undefined;
  /** Height of a pixel divided by its width; 1 where nothing is said. */
  readonly pixelAspect: number;
  /** Presentation LUT Shape INVERSE: shown inverted, like MONOCHROME1. */
  readonly inverse: boolean;
}

/**
 * Reads what shows frame `i`: from its functional groups where the object has them, its own before
 * the shared ones (PS3.3 C.7.6.16), else from the data set itself.
 */
export function displayAttributes(dataset: Dataset, i: number): DisplayAttributes {
  const groups = functionalGroups(dataset, i);
  const transformation = macro(groups, 'PixelValueTransformationSequence') ?? dataset;
  const voi = macro(groups, 'FrameVOILUTSequence') ?? dataset;
  const measures = macro(groups, 'PixelMeasuresSequence') ?? dataset;
  return {
    rescale: {
      slope: transformation.get('RescaleSlope') ?? 1,
      intercept: transformation.get('RescaleIntercept') ?? 0,
    },
    modalityLut: dataset
      .get('ModalityLUTSequence')
      ?.map(lookUpTable)
      .find((lut) => lut !== undefined),
    windows: windows(voi),
    voiFunction: voiFunction(voi.get('VOILUTFunction')),
    voiLuts: (dataset.get('VOILUTSequence') ?? [])
      .map(lookUpTable)
      .filter((lut) => lut !== undefined),
    padding: padding(dataset),
    pixelAspect: pixelAspect(dataset, measures),
    inverse: dataset.get('PresentationLUTShape') === 'INVERSE',
  };
}

function functionalGroups(dataset: Dataset, i: number): readonly Dataset[] {
  const own = dataset.get('PerFrameFunctionalGroupsSequence')?.[i];
  const shared = dataset.get('SharedFunctionalGroupsSequence')?.[0];
  return [own, shared].filter((group) => group !== undefined);
}

type MacroKeyword =
  'PixelValueTransformationSequence' | 'FrameVOILUTSequence' | 'PixelMeasuresSequence';

function macro(groups: readonly Dataset[], keyword: MacroKeyword): Dataset | undefined {
  for (const group of groups) {
    const item = group.get(keyword)?.[0];
    if (item !== undefined) return item;
  }
  return undefined;
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

/** LUT Descriptor: entries (0 is 65536), the first value mapped, bits of an entry (PS3.3 C.11.1.1). */
function lookUpTable(item: Dataset): LookUpTable | undefined {
  const descriptor = item.get('LUTDescriptor');
  const data = item.element('LUTData')?.values;
  const [length, first, bits] = descriptor ?? [];
  if (length === undefined || first === undefined || bits === undefined || data === undefined)
    return undefined;
  const [only] = data;
  const entries = only instanceof Uint16Array ? only : Uint16Array.from(data, Number);
  const count = length === 0 ? 0x10000 : length;
  if (entries.length < count) return undefined;
  return { first, bits, data: entries.subarray(0, count), explanation: item.get('LUTExplanation') };
}

function padding(dataset: Dataset): DisplayAttributes['padding'] {
  const value = dataset.get('PixelPaddingValue');
  if (value === undefined) return undefined;
  const limit = dataset.get('PixelPaddingRangeLimit') ?? value;
  return { low: Math.min(value, limit), high: Math.max(value, limit) };
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
