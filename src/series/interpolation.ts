import { FramedexError } from '../errors.ts';
import type { Samples } from '../frames/frame.ts';

/** Samples that can be added and weighed without loss. */
export type Cells = Exclude<Samples, BigUint64Array | BigInt64Array>;

/** The cells of a slice, and which of their values stand for no pixel, both ends included. */
export interface SliceCells {
  readonly data: Cells;
  readonly padding?: { readonly low: number; readonly high: number } | undefined;
  /** Where its first cell is in the picture: columns and rows. */
  readonly shift: readonly [number, number];
}

/** What a slice is interpolated to. */
export interface SlicePlace {
  readonly data: Cells;
  readonly columns: number;
  /** What cells become that are not between cells of the slices, or next to one that stands for no pixel. */
  readonly fill: number;
  /** Values are numbers of colours or segments, and no means are made of them: the nearest cell's are taken. */
  readonly nearest?: boolean | undefined;
}

/** A double that is added and subtracted again is rounded to a whole number, halves to the even one (IEEE 754), to either side of 0. */
export const ROUNDING: number = 2 ** 52 + 2 ** 51;

/** @throws FramedexError `NOT_A_VOLUME` for samples of 64 bits: no number here is exact between them. */
export function asCells(samples: Samples, name?: string): Cells {
  if (!(samples instanceof BigUint64Array) && !(samples instanceof BigInt64Array)) return samples;
  const summary = 'integers of 64 bits are not interpolated';
  throw new FramedexError('NOT_A_VOLUME', summary, { ...(name !== undefined && { name }) });
}

/**
 * A slice between two others, or in the plane of one, by linear interpolation along the normal and both axes of the plane. Whole
 * numbers are rounded to the nearest, halves to the even one, as IEEE 754 has it: rounding them up would make
 * volumes brighter. With `nearest`, cells are those of the nearest slice and place; half way, of the one below.
 *
 * @param columns - Of the slices.
 * @param weight - How much of `above`: 0 to 1.
 */
export function interpolateSlice(
  to: SlicePlace,
  columns: number,
  below: SliceCells,
  above?: SliceCells,
  weight = 0,
): void {
  const { data, fill, nearest = false } = to;
  if (nearest) {
    if (above !== undefined) {
      interpolateSlice(to, columns, weight <= 0.5 ? below : above);
      return;
    }
    const { shift } = below;
    below = { ...below, shift: [Math.round(shift[0]), Math.round(shift[1])] };
  }
  const isWhole = !(data instanceof Float32Array) && !(data instanceof Float64Array);
  const low = rowReader(below, columns, to.columns);
  const high = above === undefined ? undefined : rowReader(above, columns, to.columns);
  for (let at = 0, y = 0; at < data.length; at += to.columns, y++) {
    const first = low(y);
    const second = high?.(y);
    for (let x = 0; x < to.columns; x++) {
      const a = first[x] ?? NaN;
      const value = second === undefined ? a : a + ((second[x] ?? NaN) - a) * weight;
      if (Number.isNaN(value)) data[at + x] = fill;
      else data[at + x] = isWhole ? value + ROUNDING - ROUNDING : value;
    }
  }
}

/** Gives rows of the picture, as a slice that is shifted has them: NaN where it has no pixel. Valid until the next. */
function rowReader(
  { data, padding, shift: [shiftX, shiftY] }: SliceCells,
  columns: number,
  length: number,
): (y: number) => Float64Array {
  const rows = data.length / columns;
  const upper = new Float64Array(columns);
  const lower = new Float64Array(columns);
  const row = new Float64Array(length);
  const load = (y: number, to: Float64Array): void => {
    const from = y * columns;
    for (let x = 0; x < columns; x++) to[x] = data[from + x] ?? NaN;
    if (padding === undefined) return;
    const { low, high } = padding;
    for (let x = 0; x < columns; x++) {
      const value = to[x] ?? NaN;
      if (value >= low && value <= high) to[x] = NaN;
    }
  };
  const [wholeX, partX] = split(-shiftX);
  const [wholeY, partY] = split(-shiftY);
  // Beyond either end of a row there is nothing: no number.
  row.fill(NaN);
  const start = Math.max(0, -wholeX);
  const end = Math.min(length, columns - wholeX - (partX > 0 ? 1 : 0));
  const none = new Float64Array(length).fill(NaN);
  return (y) => {
    const top = y + wholeY;
    if (top < 0 || top + (partY > 0 ? 1 : 0) >= rows) return none;
    load(top, upper);
    if (partY > 0) {
      load(top + 1, lower);
      blend(upper, lower, partY);
    }
    for (let x = start; x < end; x++) {
      const a = upper[x + wholeX] ?? NaN;
      row[x] = partX > 0 ? a + ((upper[x + wholeX + 1] ?? NaN) - a) * partX : a;
    }
    return row;
  };
}

function blend(to: Float64Array, other: Float64Array, weight: number): void {
  for (let x = 0; x < to.length; x++) {
    const value = to[x] ?? NaN;
    to[x] = value + ((other[x] ?? NaN) - value) * weight;
  }
}

/** The whole number below, and what remains. */
function split(value: number): readonly [number, number] {
  const whole = Math.floor(value);
  return [whole, value - whole];
}
