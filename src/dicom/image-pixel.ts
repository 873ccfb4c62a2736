import { FramedexError } from '../errors.ts';
import type { Dataset } from './dataset.ts';
import { DOUBLE_FLOAT_PIXEL_DATA, FLOAT_PIXEL_DATA } from './element.ts';
import { tagOf } from './dictionary.ts';
import type { Keyword } from './tag-values.ts';
import type { Tag } from './tag.ts';
import type { WarningLog } from './warnings.ts';

/** The Image Pixel module (PS3.3 C.7.6.3) as one record. */
export interface ImagePixel {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly photometricInterpretation: string;
  /** 0: samples of a pixel lie side by side; 1: plane by plane. 0 where there is one sample. */
  readonly planarConfiguration: 0 | 1;
  /** Bits of a cell: 1, 8, 16, 32... */
  readonly bitsAllocated: number;
  /** Bits of a cell that carry the value. */
  readonly bitsStored: number;
  /** The highest of them, counted from 0. */
  readonly highBit: number;
  /** 0: unsigned; 1: two's complement. */
  readonly pixelRepresentation: 0 | 1;
  /** What a cell holds: integers in Pixel Data, floats in Float and Double Float Pixel Data. */
  readonly cells: 'integer' | 'float' | 'double';
}

/** The record of an object without pixels. */
export const NO_PIXELS: ImagePixel = {
  rows: 0,
  columns: 0,
  samplesPerPixel: 0,
  photometricInterpretation: '',
  planarConfiguration: 0,
  bitsAllocated: 0,
  bitsStored: 0,
  highBit: 0,
  pixelRepresentation: 0,
  cells: 'integer',
};

/**
 * Reads the module, with the values that the standard implies where a file leaves them out.
 *
 * @throws FramedexError `BAD_PIXEL_MODULE`, with the tag, where no pixel could be placed.
 */
export function imagePixel(dataset: Dataset, pixelData: Tag, warnings: WarningLog): ImagePixel {
  const rows = size(dataset, 'Rows');
  const columns = size(dataset, 'Columns');
  const samplesPerPixel = dataset.get('SamplesPerPixel') ?? 1;
  if (!isWithin(samplesPerPixel, 1, 255)) {
    throw bad('SamplesPerPixel', samplesPerPixel, '1, 3 or 4');
  }
  const photometricInterpretation =
    dataset.get('PhotometricInterpretation')?.trim() ??
    (samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB');
  const shape = {
    rows,
    columns,
    samplesPerPixel,
    photometricInterpretation,
    planarConfiguration: samplesPerPixel > 1 && dataset.get('PlanarConfiguration') === 1 ? 1 : 0,
  } as const;
  if (pixelData === FLOAT_PIXEL_DATA || pixelData === DOUBLE_FLOAT_PIXEL_DATA) {
    const bits = pixelData === FLOAT_PIXEL_DATA ? 32 : 64;
    return {
      ...shape,
      bitsAllocated: bits,
      bitsStored: bits,
      highBit: bits - 1,
      pixelRepresentation: 0,
      cells: bits === 32 ? 'float' : 'double',
    };
  }
  return { ...shape, ...integerCells(dataset, warnings), cells: 'integer' };
}

function integerCells(
  dataset: Dataset,
  warnings: WarningLog,
): Pick<ImagePixel, 'bitsAllocated' | 'bitsStored' | 'highBit' | 'pixelRepresentation'> {
  const bitsAllocated = dataset.get('BitsAllocated');
  if (bitsAllocated === undefined || !isWithin(bitsAllocated, 1, 64)) {
    throw bad('BitsAllocated', bitsAllocated, '1 to 64');
  }
  let bitsStored = dataset.get('BitsStored') ?? bitsAllocated;
  if (!isWithin(bitsStored, 1, bitsAllocated)) {
    report(
      dataset,
      warnings,
      'BitsStored',
      `Bits Stored ${bitsStored} of ${bitsAllocated} allocated`,
    );
    bitsStored = bitsAllocated;
  }
  let highBit = dataset.get('HighBit') ?? bitsStored - 1;
  if (!isWithin(highBit, bitsStored - 1, bitsAllocated - 1)) {
    report(dataset, warnings, 'HighBit', `High Bit ${highBit} of ${bitsStored} bits stored`);
    highBit = bitsStored - 1;
  }
  const pixelRepresentation = dataset.get('PixelRepresentation') === 1 ? 1 : 0;
  return { bitsAllocated, bitsStored, highBit, pixelRepresentation };
}

function size(dataset: Dataset, keyword: 'Rows' | 'Columns'): number {
  const value = dataset.get(keyword);
  if (value === undefined || !isWithin(value, 1, 0xffff)) {
    throw bad(keyword, value, '1 to 65535');
  }
  return value;
}

/** A file may write a number of these in any VR: a fraction, or no number, places no pixel. */
function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function bad(keyword: Keyword, found: number | undefined, expected: string): FramedexError {
  return new FramedexError('BAD_PIXEL_MODULE', `${keyword} cannot be`, {
    tag: tagOf(keyword),
    expected,
    found: found === undefined ? 'nothing' : String(found),
  });
}

function report(dataset: Dataset, warnings: WarningLog, keyword: Keyword, message: string): void {
  const element = dataset.element(keyword);
  warnings.report('PIXEL_MODULE', message, element?.offset ?? 0, element?.tag);
}

/** Bits of one frame of native pixel data (PS3.5 8.1.1; YBR_FULL_422 has two samples a pixel, C.7.6.3.1.2). */
export function frameBits(pixel: ImagePixel): number {
  const { rows, columns, samplesPerPixel, bitsAllocated } = pixel;
  const samples = isPacked422(pixel) ? 2 * evenUp(columns) : columns * samplesPerPixel;
  return rows * samples * bitsAllocated;
}

/**
 * The same pixels, but for native data that says YBR_FULL_422 and is exactly as long as `frames` with
 * three samples a pixel: then every pixel has its own chrominance, whatever the label.
 */
export function withTrueSampling(
  pixel: ImagePixel,
  frames: number,
  length: number,
  report: (message: string) => void,
): ImagePixel {
  if (!isPacked422(pixel) || length === evenBytes(pixel, frames)) return pixel;
  const { photometricInterpretation: written } = pixel;
  const full = { ...pixel, photometricInterpretation: written.replace('_422', '') };
  if (length !== evenBytes(full, frames)) return pixel;
  report(`${written}, but as long as three samples a pixel`);
  return full;
}

/** Bytes of frames, padded to even length (PS3.5 8.1.1). */
function evenBytes(pixel: ImagePixel, frames: number): number {
  return evenUp(Math.ceil((frameBits(pixel) * frames) / 8));
}

/** Whether native pixel data has chrominance for every second pixel only. */
export function isPacked422({ photometricInterpretation, samplesPerPixel }: ImagePixel): boolean {
  return (
    samplesPerPixel === 3 &&
    (photometricInterpretation === 'YBR_FULL_422' ||
      photometricInterpretation === 'YBR_PARTIAL_422')
  );
}

function evenUp(value: number): number {
  return value + (value % 2);
}
