import type { Volume } from '../../src/series/volume.ts';
import type { Nifti } from './dcm2niix.ts';

type Size = readonly [number, number, number];

/** How two volumes of one grid differ, when voxels are paired by where they are in the patient. */
export interface VoxelMatch {
  /** Millimetres between voxels of a pair, at most. */
  readonly farthest: number;
  /** Pairs that differ in value, modality values if not stored ones. */
  readonly different: number;
}

/** Pairs of voxels; why there are none where the two are no one grid. */
export function voxelMatch(
  { data, size, affine, rescale }: Pick<Volume, 'data' | 'size' | 'affine' | 'rescale'>,
  nifti: Nifti,
): VoxelMatch | string {
  if (nifti.count > 1) return `${nifti.count} volumes in one`;
  if (nifti.data === undefined) return 'no grey values';
  const toVoxel = matched(affine, nifti.affine);
  const axes = [0, 1, 2].map((k) => [0, 1, 2].findIndex((row) => toVoxel(unit(k))[row] !== 0));
  const isGrid = [0, 1, 2].every((k) => length(toVoxel(unit(k))) === 1) && new Set(axes).size === 3;
  if (!isGrid) return 'another grid';
  if (axes.some((axis, k) => nifti.size[axis] !== size[k])) return nifti.size.join(' x ');
  const outside = corners(size).some((corner) =>
    toVoxel(corner, true).some((at, k) => at < 0 || at >= (nifti.size[k] ?? 0)),
  );
  if (outside) return 'another place';
  const { slope, intercept } = rescale;
  const { start, steps } = walk(toVoxel, nifti.size);
  let different = 0;
  let i = 0;
  for (let z = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++) {
      let at = start + z * steps[2] + y * steps[1];
      for (let x = 0; x < size[0]; x++, i++, at += steps[0]) {
        const [ours, theirs] = [Number(data[i]), nifti.data[at]];
        if (ours !== theirs && ours * slope + intercept !== theirs) different++;
      }
    }
  }
  const apart = corners(size).map((corner) =>
    length(difference(placed(affine, corner), toLps(nifti.affine, toVoxel(corner, true)))),
  );
  return { farthest: Math.max(...apart), different };
}

type Vector = readonly number[];
/** With `whole`, of a place; else of a way. In whole voxels. */
type ToVoxel = (v: Vector, whole?: boolean) => Vector;

/** From voxels of one grid to those of another at the same place: NIfTI's x and y run the other way. */
function matched(ours: ArrayLike<number>, theirs: Vector): ToVoxel {
  const way = (k: number): Vector => difference(toLps(theirs, unit(k)), toLps(theirs, [0, 0, 0]));
  const [a, b, c] = [way(0), way(1), way(2)];
  const volume = dot(a, cross(b, c));
  const inverse = [cross(b, c), cross(c, a), cross(a, b)].map((row) => row.map((n) => n / volume));
  return (v, whole = false) => {
    const from = whole ? toLps(theirs, [0, 0, 0]) : placed(ours, [0, 0, 0]);
    const place = difference(placed(ours, v), from);
    return inverse.map((row) => Math.round(dot(row, place)) + 0);
  };
}

function walk(
  toVoxel: ToVoxel,
  [columns, rows]: Size,
): { readonly start: number; readonly steps: Size } {
  const index = ([x = 0, y = 0, z = 0]: Vector): number => (z * rows + y) * columns + x;
  const step = (k: number): number => index(toVoxel(unit(k)));
  return { start: index(toVoxel([0, 0, 0], true)), steps: [step(0), step(1), step(2)] };
}

/** Voxels in the corners of a grid. */
export function corners([columns, rows, slices]: Size): readonly Vector[] {
  return [0, columns - 1].flatMap((x) =>
    [0, rows - 1].flatMap((y) => [0, slices - 1].map((z) => [x, y, z])),
  );
}

/** Where a voxel is: the first three rows of an affine, times the voxel. */
export function placed(affine: ArrayLike<number>, v: Vector): Vector {
  return [0, 1, 2].map((row) => {
    const n = (k: number): number => affine[4 * row + k] ?? NaN;
    return n(0) * (v[0] ?? 0) + n(1) * (v[1] ?? 0) + n(2) * (v[2] ?? 0) + n(3);
  });
}

function toLps(affine: Vector, v: Vector): Vector {
  const [x = NaN, y = NaN, z = NaN] = placed(affine, v);
  return [-x, -y, z];
}

function unit(k: number): Vector {
  return [0, 1, 2].map((axis) => (axis === k ? 1 : 0));
}

export function difference(a: Vector, b: Vector): Vector {
  return a.map((n, k) => n - (b[k] ?? NaN));
}

export function length(v: Vector): number {
  return Math.hypot(...v);
}

export function cross(a: Vector, b: Vector): Vector {
  const [ax = NaN, ay = NaN, az = NaN] = a;
  const [bx = NaN, by = NaN, bz = NaN] = b;
  return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx];
}

function dot(a: Vector, b: Vector): number {
  return a.reduce((sum, n, k) => sum + n * (b[k] ?? NaN), 0);
}
