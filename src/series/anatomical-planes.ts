import { FramedexError } from '../errors.ts';
import type { Frame } from '../frames/frame.ts';
import { cross, dot, norm } from './geometry.ts';
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
  /** The plane is a slice of the volume that is in no file: interpolated, or filled. */
  readonly made?: true | undefined;
  /** Of a plane that is a slice, or between two: what was tolerated of these. Of planes across slices, absent: see `Volume.warnings`. */
  readonly warnings?: Frame['warnings'];
}

/** The planes of one kind through a volume. */
export interface PlaneLayout {
  /** How many there are: from the feet up (axial), from the front to the back (coronal), from the patient's right to the left (sagittal). */
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** Of the first plane. */
  readonly geometry: PlaneGeometry;
  /** Millimetres from plane to plane, along their normal. */
  readonly distance: number;
  /** Degrees by which its rows or columns, whichever are further, miss the plane's name: 0 of a volume that lies straight in the patient. */
  readonly obliqueness: number;
  /** Degrees by which rows and columns are not perpendicular: in a sheared volume, some planes are skewed. */
  readonly skew: number;
  /** Which axes of the grid (0 columns, 1 rows, 2 slices) are across, down, and from plane to plane; and which of them run the other way. */
  readonly axes: readonly [across: 0 | 1 | 2, down: 0 | 1 | 2, through: 0 | 1 | 2];
  readonly flipped: readonly [across: boolean, down: boolean, through: boolean];
}

/** What planes are laid out from: a volume, or the plan of one. */
export interface Grid {
  /** Columns, rows, slices. */
  readonly size: readonly [number, number, number];
  readonly affine: Float64Array;
}

/**
 * The planes of a volume that are nearest to the anatomical ones: the grid's own, nothing is resampled. Of a grid that is oblique by half
 * a right angle, slices count as axial before coronal before sagittal.
 *
 * @throws FramedexError `USAGE` for a plane that is none of the three.
 *
 * @example
 * ```ts
 * const { count, rows, columns, geometry } = planeLayout(series.plan(), 'coronal');
 * ```
 */
export function planeLayout(grid: Grid, plane: AnatomicalPlane): PlaneLayout {
  const { across, down, through } = viewOf(plane);
  const columns = gridAxes(grid.affine);
  const nearest = nearestAxes(columns);
  const axes = [nearest[across.axis], nearest[down.axis], nearest[through.axis]] as const;
  const row = signed(columns[axes[0]], across);
  const column = signed(columns[axes[1]], down);
  const next = signed(columns[axes[2]], through);
  const unitRow = unit(row.vector);
  const unitColumn = unit(column.vector);
  const flipped = [row.flipped, column.flipped, next.flipped] as const;
  return {
    count: grid.size[axes[2]],
    rows: grid.size[axes[1]],
    columns: grid.size[axes[0]],
    geometry: {
      origin: voxelPosition(grid, firstVoxel(grid.size, axes, flipped)),
      row: unitRow,
      column: unitColumn,
      spacing: [norm(column.vector), norm(row.vector)],
    },
    distance: Math.abs(dot(next.vector, unit(cross(unitRow, unitColumn)))),
    obliqueness: Math.max(
      degreesApart(unitRow, towards(across)),
      degreesApart(unitColumn, towards(down)),
    ),
    skew: degrees(Math.asin(Math.min(1, Math.abs(dot(unitRow, unitColumn))))),
    axes,
    flipped,
  };
}

/** Where plane `k` of a layout lies. */
export function planeGeometry(grid: Grid, layout: PlaneLayout, k: number): PlaneGeometry {
  const { axes, flipped } = layout;
  const voxel = firstVoxel(grid.size, axes, flipped);
  voxel[axes[2]] += flipped[2] ? -k : k;
  return { ...layout.geometry, origin: voxelPosition(grid, voxel) };
}

/** Patient coordinates of a voxel's centre. */
export function voxelPosition({ affine }: Pick<Grid, 'affine'>, voxel: Vector): Vector {
  const along = (axis: Axis): number =>
    dot([at(affine, axis, 0), at(affine, axis, 1), at(affine, axis, 2)], voxel) +
    at(affine, axis, 3);
  return [along(0), along(1), along(2)];
}

/** The columns of an affine: the ways from voxel to voxel. */
export function gridAxes(affine: Float64Array): readonly [Vector, Vector, Vector] {
  const column = (k: number): Vector => [at(affine, 0, k), at(affine, 1, k), at(affine, 2, k)];
  return [column(0), column(1), column(2)];
}

/** Of the patient (x to the left, y to the back, z to the head), or of a grid (columns, rows, slices). */
type Axis = 0 | 1 | 2;

/** A way through the patient. */
interface Direction {
  readonly axis: Axis;
  readonly sign: 1 | -1;
}

interface View {
  readonly across: Direction;
  readonly down: Direction;
  readonly through: Direction;
}

const TO_LEFT: Direction = { axis: 0, sign: 1 };
const TO_BACK: Direction = { axis: 1, sign: 1 };
const TO_HEAD: Direction = { axis: 2, sign: 1 };
const TO_FEET: Direction = { axis: 2, sign: -1 };

/** How radiologists look at planes: as if at a patient who faces them, from the feet, and from the patient's left. */
const VIEWS: ReadonlyMap<string, View> = new Map<string, View>([
  ['axial', { across: TO_LEFT, down: TO_BACK, through: TO_HEAD }],
  ['coronal', { across: TO_LEFT, down: TO_FEET, through: TO_BACK }],
  ['sagittal', { across: TO_BACK, down: TO_FEET, through: TO_LEFT }],
]);

function viewOf(plane: AnatomicalPlane): View {
  const view = VIEWS.get(plane);
  if (view !== undefined) return view;
  const expected = [...VIEWS.keys()].join(', ');
  throw new FramedexError('USAGE', 'no plane of the body', { expected, found: plane });
}

/** Axes of a grid for x, y and z of the patient. The first is taken where several are as good: axial slices. */
const PERMUTATIONS: readonly (readonly [Axis, Axis, Axis])[] = [
  [0, 1, 2],
  [0, 2, 1],
  [2, 0, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 1, 0],
];

/** Sums of cosines that differ by less are the same, but for rounding. */
const SAME = 1e-6;

/** Axes of the grid that are nearest to x, y and z, all three taken together: each of them is one. */
function nearestAxes(columns: readonly [Vector, Vector, Vector]): readonly [Axis, Axis, Axis] {
  const units = columns.map(unit);
  let [nearest] = PERMUTATIONS;
  let best = -1;
  for (const axes of PERMUTATIONS) {
    const sum = axes.reduce<number>((total, axis, k) => total + Math.abs(units[axis]?.[k] ?? 0), 0);
    if (sum > best + SAME) {
      best = sum;
      nearest = axes;
    }
  }
  return nearest ?? [0, 1, 2];
}

function signed(
  vector: Vector,
  { axis, sign }: Direction,
): { readonly vector: Vector; readonly flipped: boolean } {
  const flipped = vector[axis] * sign < 0;
  return { vector: flipped ? scaled(vector, -1) : vector, flipped };
}

/** The first pixel of the first plane. */
function firstVoxel(
  size: Grid['size'],
  axes: PlaneLayout['axes'],
  flipped: PlaneLayout['flipped'],
): [number, number, number] {
  const voxel: [number, number, number] = [0, 0, 0];
  axes.forEach((axis, k) => {
    if (flipped[k] === true) voxel[axis] = size[axis] - 1;
  });
  return voxel;
}

function towards({ axis, sign }: Direction): Vector {
  return [axis === 0 ? sign : 0, axis === 1 ? sign : 0, axis === 2 ? sign : 0];
}

/** Of unit vectors. By the sine, which knows small angles. */
function degreesApart(a: Vector, b: Vector): number {
  return degrees(Math.atan2(norm(cross(a, b)), dot(a, b)));
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}

function unit(v: Vector): Vector {
  const length = norm(v);
  return length > 0 ? scaled(v, 1 / length) : v;
}

function scaled([x, y, z]: Vector, by: number): Vector {
  // Adding 0 makes 0 of -0.
  return [x * by + 0, y * by + 0, z * by + 0];
}

function at(affine: Float64Array, row: number, column: number): number {
  return affine[4 * row + column] ?? 0;
}
