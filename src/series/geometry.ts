import type { SliceAttributes } from './frame-table.ts';
import { DEFAULT_TOLERANCES } from './tolerances.ts';

/** Three numbers in the patient's coordinate system, in millimetres (PS3.3 C.7.6.2.1.1). */
export type Vector = readonly [number, number, number];

/** Where an image plane lies in the patient (PS3.3 C.7.6.2). */
export interface ImagePlane {
  /** Centre of the first pixel. */
  readonly origin: Vector;
  /** Unit vector along a row: the way the column index grows. */
  readonly row: Vector;
  /** Unit vector down a column: the way the row index grows. */
  readonly column: Vector;
  /** `row x column`. */
  readonly normal: Vector;
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function norm(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

/** Millimetres: no patient reaches so far, and what is computed of more loses its fractions. */
const FARTHEST = 1e6;
/** What unit vectors may lack of their length: two decimals leave less. */
const LENGTH_ERROR = 0.01;
/** Cosine between rows and columns: what three decimals leave of a right angle, a tenth of a degree. */
const SKEW = 2e-3;

/**
 * The plane of an image, from Image Position and Image Orientation (Patient). Undefined where one of them is missing, where a position is
 * farther away than a kilometre, and where rows and columns are no unit vectors at a right angle, but for rounding (PS3.3 C.7.6.2.1.1).
 */
export function imagePlane(dataset: SliceAttributes): ImagePlane | undefined {
  const origin = vector(dataset.get('ImagePositionPatient'), 0);
  const orientation = dataset.get('ImageOrientationPatient');
  const row = unit(vector(orientation, 0));
  const column = unit(vector(orientation, 3));
  if (origin === undefined || row === undefined || column === undefined) return undefined;
  if (origin.some((part) => Math.abs(part) > FARTHEST) || Math.abs(dot(row, column)) > SKEW) {
    return undefined;
  }
  const normal = unit(cross(row, column));
  return normal === undefined ? undefined : { origin, row, column, normal };
}

function vector(values: readonly number[] | undefined, from: number): Vector | undefined {
  const x = values?.[from];
  const y = values?.[from + 1];
  const z = values?.[from + 2];
  return isNumber(x) && isNumber(y) && isNumber(z) ? [x, y, z] : undefined;
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}

function unit(v: Vector | undefined): Vector | undefined {
  if (v === undefined) return undefined;
  const length = norm(v);
  if (Math.abs(length - 1) > LENGTH_ERROR) return undefined;
  return [v[0] / length, v[1] / length, v[2] / length];
}

/**
 * Whether two planes are parallel: their rows and their columns point the same way to within so many degrees. Planes
 * that are mirrored, or turned by a half, are not.
 */
export function isParallel(
  a: ImagePlane,
  b: ImagePlane,
  degrees: number = DEFAULT_TOLERANCES.orientation,
): boolean {
  const least = Math.cos((degrees / 180) * Math.PI) - ROUNDING;
  return dot(a.row, b.row) >= least && dot(a.column, b.column) >= least;
}

/** What unit vectors may lack of 1 when they are multiplied. */
const ROUNDING = 1e-12;
