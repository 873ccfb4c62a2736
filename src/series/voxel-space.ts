import { gridAxes } from './anatomical-planes.ts';
import type { Grid } from './anatomical-planes.ts';
import { cross, dot, norm, subtract } from './geometry.ts';
import type { Vector } from './geometry.ts';

/** Millimetres of the patient, in the voxels of a grid. */
export interface VoxelSpace {
  /** Millimetres from voxel to voxel along columns, rows and slices: of slices, along the way between them. */
  readonly steps: Vector;
  /** Millimetres between slices, along their normal. */
  readonly distance: number;
  /** Degrees between the way from slice to slice and the normal. */
  readonly tilt: number;
  /** Column, row and slice of a place. */
  place(position: Vector): Vector;
  /** A way, in voxels. */
  way(millimetres: Vector): Vector;
}

/** The space of a grid, sheared ones too; undefined where its voxels have no volume. */
export function voxelSpace({ affine }: Pick<Grid, 'affine'>): VoxelSpace | undefined {
  const [a, b, c] = gridAxes(affine);
  const volume = dot(a, cross(b, c));
  if (!(Math.abs(volume) > 0) || !Number.isFinite(volume)) return undefined;
  const inverse = [cross(b, c), cross(c, a), cross(a, b)] as const;
  const origin: Vector = [affine[3] ?? 0, affine[7] ?? 0, affine[11] ?? 0];
  const way = (v: Vector): Vector => [
    dot(inverse[0], v) / volume,
    dot(inverse[1], v) / volume,
    dot(inverse[2], v) / volume,
  ];
  const distance = Math.abs(volume) / norm(inverse[2]);
  return {
    steps: [norm(a), norm(b), norm(c)],
    distance,
    tilt: (Math.acos(Math.min(1, distance / norm(c))) * 180) / Math.PI,
    place: (position) => way(subtract(position, origin)),
    way,
  };
}
