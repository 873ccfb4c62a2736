import { FramedexError } from '../errors.ts';
import type { DisplayAttributes, LookUpTable } from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';

import { refuseCells } from './stored-values.ts';

/** One step of the grey pipeline (PS3.4 N.2): values become others in their place. NaN stays NaN. */
export type Transformation = (values: Float64Array) => void;

/** Arrays of numbers. */
type Numbers = Exclude<Frame['data'], BigUint64Array | BigInt64Array>;

/** Why a rescale is not applied as it is written. */
export function rescaleFault({ rescale, modalityLut }: DisplayAttributes): string | undefined {
  if (hasEntries(modalityLut)) return undefined;
  if (rescale.slope === 0)
    return 'Rescale Slope is 0, which would make all values equal: 1 was taken';
  if (!Number.isFinite(rescale.slope)) return 'Rescale Slope is no number: 1 was taken';
  if (!Number.isFinite(rescale.intercept)) return 'Rescale Intercept is no number: 0 was taken';
  return undefined;
}

/**
 * Stored values to modality values (PS3.3 C.11.1): by the modality LUT where the file has one, else
 * by rescale slope and intercept (HU in CT).
 *
 * A slope that is 0 or no number would make every picture flat: it is taken as 1.
 */
export function modalityTransformation(display: DisplayAttributes): Transformation {
  const { modalityLut } = display;
  if (hasEntries(modalityLut)) return (values) => lookUp(values, modalityLut, values);
  const { slope, intercept } = usableRescale(display);
  if (slope === 1 && intercept === 0) return () => undefined;
  return (values) => rescale(values, slope, intercept, values);
}

/**
 * The modality values of a frame, in new memory: HU in CT, by the modality LUT or rescale slope and
 * intercept (PS3.3 C.11.1); a slope that is 0 or no number is taken as 1. 64-bit floats for samples of
 * more than 16 bits, whose values 32 bits would round.
 *
 * @throws FramedexError `USAGE` for a frame that was read with `cells` or `packed`: what it has are no values.
 *
 * @example
 * ```ts
 * const hu = modalityValues(await file.frame(0)); // Float32Array, rows * columns
 * ```
 */
export function modalityValues(frame: Frame): Float32Array | Float64Array {
  refuseCells(frame);
  const { data, display } = frame;
  const values = valuesLike(data);
  const from = data instanceof BigUint64Array || data instanceof BigInt64Array ? values : data;
  if (from === values) copyBigInts(data, values);
  const { modalityLut } = display;
  if (hasEntries(modalityLut)) {
    lookUp(from, modalityLut, values);
  } else {
    const { slope, intercept } = usableRescale(display);
    rescale(from, slope, intercept, values);
  }
  return values;
}

/** New memory for what becomes of samples: as wide as these need it. */
export function valuesLike(data: Frame['data']): Float32Array | Float64Array {
  const narrow = data.BYTES_PER_ELEMENT <= 2 || data instanceof Float32Array;
  return narrow ? new Float32Array(data.length) : new Float64Array(data.length);
}

/** The nearest numbers of 64-bit integers. */
export function copyBigInts(data: Frame['data'], into: Float32Array | Float64Array): void {
  for (let k = 0; k < into.length; k++) into[k] = Number(data[k] ?? 0);
}

/**
 * The entries of `table` for values. Values before the first entry take the first, values beyond the
 * last take the last (PS3.3 C.11.1.1.1), values between two entries the nearer one.
 */
export function lookUp(
  values: Numbers,
  { first, data }: LookUpTable,
  into: Float32Array | Float64Array,
): void {
  const last = data.length - 1;
  for (let k = 0; k < into.length; k++) {
    const entry = Math.round((values[k] ?? 0) - first);
    // Of NaN there is no entry.
    into[k] = data[entry < 0 ? 0 : entry > last ? last : entry] ?? NaN;
  }
}

/** A table without entries maps nothing: it is taken as absent. */
export function hasEntries<T extends LookUpTable>(table: T | undefined): table is T {
  return table !== undefined && table.data.length > 0;
}

/**
 * The entry that is white, or the whole of a colour.
 *
 * @throws FramedexError `BAD_PIXEL_MODULE` for a table of a frame that was made by hand without it.
 */
export function fullEntry({ bits }: LookUpTable): number {
  if (Number.isInteger(bits) && bits >= 1 && bits <= 16) return 2 ** bits - 1;
  throw new FramedexError('BAD_PIXEL_MODULE', 'entries of a look-up table have no such bits', {
    expected: '1 to 16',
    found: String(bits),
  });
}

/** `into` may be `values` themselves. */
function rescale(
  values: Numbers,
  slope: number,
  intercept: number,
  into: Float32Array | Float64Array,
): void {
  for (let k = 0; k < into.length; k++) into[k] = (values[k] ?? 0) * slope + intercept;
}

function usableRescale({ rescale: { slope, intercept } }: DisplayAttributes): {
  readonly slope: number;
  readonly intercept: number;
} {
  return {
    slope: Number.isFinite(slope) && slope !== 0 ? slope : 1,
    intercept: Number.isFinite(intercept) ? intercept : 0,
  };
}
