import type { Dataset } from '../dicom/dataset.ts';
import type { DisplayAttributes } from './display-attributes.ts';
import type { DisplayFault } from './look-up-table.ts';

/**
 * A stored value as the pixels have it: some write it US where pixels are signed, and the VR should
 * be SS (PS3.5 A.1, note), so that 63536 is -2000.
 */
export function asStored(dataset: Dataset, written: number): number {
  if (dataset.get('PixelRepresentation') !== 1 || written < 0) return written;
  const range = 2 ** (dataset.get('BitsAllocated') ?? 16);
  const size = written < range ? range : 0x10000;
  return written >= size / 2 ? written - size : written;
}

/** Of floating point pixels it is a float too (PS3.3 C.7.5.1). */
export function padding(dataset: Dataset): DisplayAttributes['padding'] {
  const written = dataset.get('PixelPaddingValue');
  if (written !== undefined) {
    const limit = dataset.get('PixelPaddingRangeLimit') ?? written;
    return range(paddingValue(dataset, written), paddingValue(dataset, limit));
  }
  const float = dataset.get('FloatPixelPaddingValue');
  if (float !== undefined) {
    return range(float, dataset.get('FloatPixelPaddingRangeLimit') ?? float);
  }
  const double = dataset.get('DoubleFloatPixelPaddingValue');
  if (double === undefined) return undefined;
  return range(double, dataset.get('DoubleFloatPixelPaddingRangeLimit') ?? double);
}

/**
 * A padding value is one that pixels can have: one of the other sign is the same bits, read in the other
 * VR, and of signed pixels it may be the bits that are stored alone, 0x800 of 12.
 */
function paddingValue(dataset: Dataset, written: number): number {
  const allocated = dataset.get('BitsAllocated') ?? 16;
  if (dataset.get('PixelRepresentation') !== 1) {
    const positive = written + 2 ** allocated;
    return written < 0 && positive >= 0 ? positive : written;
  }
  const size = 2 ** (dataset.get('BitsStored') ?? allocated);
  return written >= size / 2 && written < size ? written - size : asStored(dataset, written);
}

function range(value: number, limit: number): { readonly low: number; readonly high: number } {
  return { low: Math.min(value, limit), high: Math.max(value, limit) };
}

type RescaleKeyword = 'RescaleSlope' | 'RescaleIntercept' | 'DoseGridScaling';

/** Of a data set, or what is kept of a frame. */
interface RescaleAttributes {
  get(keyword: RescaleKeyword): number | undefined;
}

/**
 * Slope and intercept; the neutral one where one of them is absent or cannot be used. Of a dose, Dose Grid Scaling is what stored values are
 * multiplied by (PS3.3 C.8.8.3.1): it is the slope.
 */
export function rescaleInEffect(attributes: RescaleAttributes): DisplayAttributes['rescale'] {
  const scaling = attributes.get('DoseGridScaling');
  if (isFactor(scaling)) return { slope: scaling, intercept: 0 };
  const slope = attributes.get('RescaleSlope');
  const intercept = attributes.get('RescaleIntercept');
  return { slope: isFactor(slope) ? slope : 1, intercept: isNumber(intercept) ? intercept : 0 };
}

/** {@link rescaleInEffect}, and a fault of what is written and cannot be used. */
export function rescale(dataset: Dataset, fault: DisplayFault): DisplayAttributes['rescale'] {
  const told = (keyword: RescaleKeyword, message: string): void => {
    const element = dataset.element(keyword);
    if (element !== undefined && element.length > 0) fault('PIXEL_MODULE', message, element);
  };
  const scaling = dataset.get('DoseGridScaling');
  if (!isFactor(scaling)) {
    told('DoseGridScaling', 'Dose Grid Scaling is no factor: it was not taken');
    const slope = dataset.get('RescaleSlope');
    if (slope === 0) {
      told('RescaleSlope', 'Rescale Slope is 0, which would make all values equal: 1 was taken');
    } else if (!isFactor(slope)) {
      told('RescaleSlope', 'Rescale Slope is no number: 1 was taken');
    }
    if (!isNumber(dataset.get('RescaleIntercept'))) {
      told('RescaleIntercept', 'Rescale Intercept is no number: 0 was taken');
    }
  }
  return rescaleInEffect(dataset);
}

function isNumber(value: number | undefined): value is number {
  return Number.isFinite(value);
}

function isFactor(value: number | undefined): value is number {
  return isNumber(value) && value !== 0;
}

/**
 * The first value that a VOI LUT maps, of the number that is written: signed where what goes into the table
 * may be negative (PS3.3 C.11.2.1.1). A rescale decides that; a modality table gives unsigned values, and
 * without both they are the stored ones. Some write it US where it should be SS.
 */
export function voiFirstValue(
  dataset: Dataset,
  {
    rescale: { slope, intercept },
    modalityLut,
  }: Pick<DisplayAttributes, 'rescale' | 'modalityLut'>,
): (written: number) => number {
  if (modalityLut !== undefined) return (written) => written;
  if (slope === 1 && intercept === 0) return (written) => asStored(dataset, written);
  const values = 2 ** (dataset.get('BitsStored') ?? dataset.get('BitsAllocated') ?? 16);
  const least = dataset.get('PixelRepresentation') === 1 ? -values / 2 : 0;
  const ends = range(least * slope + intercept, (least + values - 1) * slope + intercept);
  return (written) => {
    const maybe = ends.low >= 0 || (written >= ends.low && written <= ends.high);
    return maybe || written < 0x8000 ? written : written - 0x10000;
  };
}
