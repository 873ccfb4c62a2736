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
 * Reads the module, with the values that the standard implies where a file leaves them out. What can
 * be read only one way is recorded as `PIXEL_MODULE`.
 *
 * @throws FramedexError `BAD_PIXEL_MODULE`, with the tag, where no pixel could be placed.
 */
export function imagePixel(dataset: Dataset, pixelData: Tag, warnings: WarningLog): ImagePixel {
  const rows = size(dataset, 'Rows');
  const columns = size(dataset, 'Columns');
  const samplesPerPixel = single(dataset, 'SamplesPerPixel', '1, 3 or 4') ?? 1;
  if (!isWithin(samplesPerPixel, 1, 255)) {
    throw bad('SamplesPerPixel', samplesPerPixel, '1, 3 or 4');
  }
  const photometricInterpretation =
    dataset.get('PhotometricInterpretation')?.trim() ??
    (samplesPerPixel === 1 ? 'MONOCHROME2' : 'RGB');
  checkSamples(dataset, warnings, photometricInterpretation, samplesPerPixel);
  const shape = {
    rows,
    columns,
    samplesPerPixel,
    photometricInterpretation,
    planarConfiguration: planes(dataset, warnings, samplesPerPixel),
  };
  if (pixelData === FLOAT_PIXEL_DATA || pixelData === DOUBLE_FLOAT_PIXEL_DATA) {
    const bits = pixelData === FLOAT_PIXEL_DATA ? 32 : 64;
    const written = dataset.get('BitsAllocated') ?? bits;
    if (written !== bits) {
      // The element says what its cells are (PS3.3 C.7.6.24 and C.7.6.25).
      report(dataset, warnings, 'BitsAllocated', `${written} bits allocated for floats of ${bits}`);
    }
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
  const bitsAllocated = single(dataset, 'BitsAllocated', '1 to 64');
  if (bitsAllocated === undefined || !isWithin(bitsAllocated, 1, 64)) {
    throw bad('BitsAllocated', bitsAllocated, '1 to 64');
  }
  const note = (keyword: Keyword, message: string): void => {
    report(dataset, warnings, keyword, message);
  };
  let bitsStored = dataset.get('BitsStored') ?? bitsAllocated;
  if (!isWithin(bitsStored, 1, bitsAllocated)) {
    note('BitsStored', `Bits Stored ${bitsStored} of ${bitsAllocated} allocated: all are read`);
    bitsStored = bitsAllocated;
  }
  let highBit = dataset.get('HighBit') ?? bitsStored - 1;
  if (highBit !== bitsStored - 1) {
    // Once it could be anywhere; now it is one less than Bits Stored (PS3.3 C.7.6.3, PS3.5 8.1.1).
    const read = isWithin(highBit, bitsStored - 1, bitsAllocated - 1) ? highBit : bitsStored - 1;
    note('HighBit', `High Bit ${highBit} of ${bitsStored} bits stored: read as ${read}`);
    highBit = read;
  }
  const sign = dataset.get('PixelRepresentation');
  if (sign === undefined)
    note('PixelRepresentation', 'Pixel Representation is absent: read as unsigned');
  else if (!isWithin(sign, 0, bitsAllocated === 1 ? 0 : 1)) {
    note(
      'PixelRepresentation',
      `Pixel Representation ${sign} of ${bitsAllocated} bits: read as unsigned`,
    );
  }
  const pixelRepresentation = sign === 1 && bitsAllocated > 1 ? 1 : 0;
  return { bitsAllocated, bitsStored, highBit, pixelRepresentation };
}

/** Which it is matters only where there are planes, but then all pixels hang on it. */
function planes(dataset: Dataset, warnings: WarningLog, samplesPerPixel: number): 0 | 1 {
  if (samplesPerPixel === 1) return 0;
  const written = dataset.get('PlanarConfiguration');
  if (written === undefined || !isWithin(written, 0, 1)) {
    const says = written === undefined ? 'is absent' : `is ${written}`;
    report(dataset, warnings, 'PlanarConfiguration', `Planar Configuration ${says}: read as 0`);
  }
  return written === 1 ? 1 : 0;
}

/** Each interpretation is of so many samples (PS3.3 C.7.6.3.1.2); the number of them is believed. */
function checkSamples(
  dataset: Dataset,
  warnings: WarningLog,
  interpretation: string,
  samplesPerPixel: number,
): void {
  const known = SAMPLES.get(interpretation);
  if (known === undefined || known === samplesPerPixel) return;
  const message = `${interpretation} of ${samplesPerPixel} samples a pixel`;
  report(dataset, warnings, 'PhotometricInterpretation', message);
}

const SAMPLES: ReadonlyMap<string, number> = new Map([
  ...['MONOCHROME1', 'MONOCHROME2', 'PALETTE COLOR'].map((name) => [name, 1] as const),
  ...['RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_PARTIAL_422'].map((name) => [name, 3] as const),
  ...['YBR_PARTIAL_420', 'YBR_ICT', 'YBR_RCT', 'HSV'].map((name) => [name, 3] as const),
  ...['ARGB', 'CMYK'].map((name) => [name, 4] as const),
]);

function size(dataset: Dataset, keyword: 'Rows' | 'Columns'): number {
  const value = single(dataset, keyword, '1 to 65535');
  if (value === undefined || !isWithin(value, 1, 0xffff)) {
    throw bad(keyword, value, '1 to 65535');
  }
  return value;
}

/**
 * What places the pixels must not be ambiguous: of two numbers none is taken. A 0 behind the first is
 * the upper half of 32 bits that somebody wrote as US; that there are two values is recorded.
 */
function single(
  dataset: Dataset,
  keyword: 'Rows' | 'Columns' | 'SamplesPerPixel' | 'BitsAllocated',
  expected: string,
): number | undefined {
  const [, ...others] = dataset.element(keyword)?.values ?? [];
  if (others.some((value) => value !== 0))
    throw bad(keyword, `${others.length + 1} values`, expected);
  return dataset.get(keyword);
}

/** A file may write a number of these in any VR: a fraction, or no number, places no pixel. */
function isWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function bad(
  keyword: Keyword,
  found: number | string | undefined,
  expected: string,
): FramedexError {
  return new FramedexError('BAD_PIXEL_MODULE', `${keyword} cannot be`, {
    tag: tagOf(keyword),
    expected,
    found: found === undefined ? 'nothing' : String(found),
  });
}

/** What is absent is missed where the element is that asks for it. */
function report(dataset: Dataset, warnings: WarningLog, keyword: Keyword, message: string): void {
  const asking = keyword === 'PixelRepresentation' ? 'BitsAllocated' : 'SamplesPerPixel';
  const { offset = 0 } = dataset.element(keyword) ?? dataset.element(asking) ?? {};
  warnings.report('PIXEL_MODULE', message, offset, tagOf(keyword));
}

/** Bits of one frame of native pixel data (PS3.5 8.1.1; YBR_FULL_422 has two samples a pixel, C.7.6.3.1.2). */
export function frameBits(pixel: ImagePixel): number {
  const { rows, columns, samplesPerPixel, bitsAllocated } = pixel;
  const samples = isPacked422(pixel) ? 2 * evenUp(columns) : columns * samplesPerPixel;
  return rows * samples * bitsAllocated;
}

/**
 * The same pixels, but for native data that says it shares chrominance between pixels and is exactly
 * as long as `frames` with three samples a pixel: then every pixel has its own, whatever the label.
 *
 * @throws FramedexError `BAD_PIXEL_MODULE` where the standard does not say where the samples are, and
 * the length does not either: YBR_PARTIAL_420 is of MPEG alone, and pairs of an odd row may be padded
 * or not (PS3.3 C.7.6.3.1.2).
 */
export function withTrueSampling(
  pixel: ImagePixel,
  frames: number,
  length: number,
  report: (message: string) => void,
): ImagePixel {
  const { photometricInterpretation: written, planarConfiguration } = pixel;
  const shares = isPacked422(pixel);
  if (!shares && written !== 'YBR_PARTIAL_420') return pixel;
  if (!shares || length !== evenBytes(pixel, frames)) {
    const full = { ...pixel, photometricInterpretation: written.replace(/_42[02]$/, '') };
    if (length === evenBytes(full, frames)) {
      report(`${written}, but as long as three samples a pixel`);
      return full;
    }
    if (!shares || (pixel.columns % 2 === 1 && frames > 0)) {
      throw new FramedexError('BAD_PIXEL_MODULE', 'where its samples are is not defined', {
        tag: tagOf('PhotometricInterpretation'),
        expected: shares ? `${evenBytes(pixel, frames)} bytes` : 'three samples a pixel',
        found: `${written}, ${length} bytes`,
      });
    }
  }
  if (planarConfiguration === 1) report(`${written} has no planes`);
  return pixel;
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
