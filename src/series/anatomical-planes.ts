import type { Frame } from '../frames/frame.ts';
import type { Vector } from './geometry.ts';

/** The three planes of the body. */
export type AnatomicalPlane = 'axial' | 'coronal' | 'sagittal';

/** Where a picture lies in the patient (PS3.3 C.7.6.2). */
export interface PlaneGeometry {
  /** Centre of the first pixel, in millimetres of the patient's coordinates (x to the left, y to the back, z to the head). */
  readonly origin: Vector;
  /** Unit vector along a row: the way the column index grows. */
  readonly row: Vector;
  /** Unit vector down a column: the way the row index grows. */
  readonly column: Vector;
  /** Millimetres between rows, and between columns. */
  readonly spacing: readonly [betweenRows: number, betweenColumns: number];
}

/**
 * A plane through a volume, as radiologists look at it: axial with the patient's right on the left and the front up,
 * coronal with the right on the left and the head up, sagittal with the front on the left and the head up.
 */
export interface PlaneFrame extends Frame {
  readonly geometry: PlaneGeometry;
}

/** The planes of one kind through a volume. */
export interface PlaneLayout {
  /** How many there are: from the feet up (axial), from the front to the back (coronal), from the patient's right to the left (sagittal). */
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** Of the first plane. */
  readonly geometry: PlaneGeometry;
  /** Millimetres from plane to plane. */
  readonly distance: number;
  /** Degrees by which the grid's axes miss the plane's name: 0 of a volume that lies straight in the patient. */
  readonly obliqueness: number;
  /** Degrees by which rows and columns are not perpendicular: in a sheared volume, some planes are skewed. */
  readonly skew: number;
  /** Which axes of the grid (0 columns, 1 rows, 2 slices) are across, down, and from plane to plane; and which of them run the other way. */
  readonly axes: readonly [across: number, down: number, through: number];
  readonly flipped: readonly [across: boolean, down: boolean, through: boolean];
}

/** What planes are laid out from: a volume, or the plan of one. */
export interface Grid {
  /** Columns, rows, slices. */
  readonly size: readonly [number, number, number];
  readonly affine: Float64Array;
}

/**
 * The planes of a volume that are nearest to the anatomical ones: the grid's own, nothing is resampled.
 */
export function planeLayout(grid: Grid, plane: AnatomicalPlane): PlaneLayout {
  throw new Error('to come');
}
