import type { DisplayAttributes, LookUpTable } from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';

/** One step of the grey pipeline (PS3.4 N.2): a value in, a value out. */
export type Transformation = (value: number) => number;

/**
 * Stored values to modality values (PS3.3 C.11.1): by the modality LUT where the file has one, else
 * by rescale slope and intercept (HU in CT).
 *
 * A slope that is 0 or no number would make every picture flat: it is taken as 1.
 */
export function modalityTransformation(display: DisplayAttributes): Transformation {
  if (hasEntries(display.modalityLut)) return tableTransformation(display.modalityLut);
  const slope =
    usable(display.rescale.slope) && display.rescale.slope !== 0 ? display.rescale.slope : 1;
  const intercept = usable(display.rescale.intercept) ? display.rescale.intercept : 0;
  return (stored) => stored * slope + intercept;
}

/**
 * The modality values of a frame, in new memory: HU in CT, by the modality LUT or rescale slope and
 * intercept. 64-bit floats for samples of more than 16 bits, whose values 32 bits would round.
 *
 * @example
 * ```ts
 * const hu = modalityValues(await file.frame(0)); // Float32Array, rows * columns
 * ```
 */
export function modalityValues(frame: Frame): Float32Array | Float64Array {
  const { data, display } = frame;
  const apply = modalityTransformation(display);
  const narrow = data.BYTES_PER_ELEMENT <= 2 || data instanceof Float32Array;
  const values = narrow ? new Float32Array(data.length) : new Float64Array(data.length);
  for (let k = 0; k < values.length; k++) values[k] = apply(Number(data[k] ?? 0));
  return values;
}

/**
 * The entry of `table` for a value. Values before the first entry take the first, values beyond the
 * last take the last (PS3.3 C.11.1.1.1), values between two entries the nearer one.
 */
export function tableTransformation(table: LookUpTable): Transformation {
  const { first, data } = table;
  const last = data.length - 1;
  return (value) => data[Math.min(last, Math.max(0, Math.round(value - first)))] ?? 0;
}

/** A table without entries maps nothing: it is taken as absent. */
export function hasEntries(table: LookUpTable | undefined): table is LookUpTable {
  return table !== undefined && table.data.length > 0;
}

function usable(factor: number): boolean {
  return Number.isFinite(factor);
}
