import { cross, norm } from '../series/geometry.ts';
import type { Vector } from '../series/geometry.ts';
import type { AnatomicalPlane } from '../series/anatomical-planes.ts';
import type { VolumePlan } from '../series/plan.ts';

/** Where the slices of a plan lie in the patient. */
export interface Lie {
  readonly orientation: AnatomicalPlane;
  /** Degrees that they are off the plane of that name. */
  readonly off: number;
}

/** The plane that is nearest to rows and columns, where there are positions: what is no place in the patient has no plane. */
export function lieOf({ affine, sortedBy }: VolumePlan): Lie | undefined {
  if (sortedBy !== 'position') return undefined;
  const axis = (k: number): Vector => [affine[k] ?? 0, affine[4 + k] ?? 0, affine[8 + k] ?? 0];
  const normal = cross(axis(0), axis(1));
  const length = norm(normal);
  const [x, y, z] = normal.map((part) => Math.abs(part) / length);
  if (x === undefined || y === undefined || z === undefined || !(length > 0)) return undefined;
  const most = Math.max(x, y, z);
  const orientation = z === most ? 'axial' : y === most ? 'coronal' : 'sagittal';
  const aside = orientation === 'axial' ? [x, y] : orientation === 'coronal' ? [x, z] : [y, z];
  // The sine is exact where the cosine is 1 but for rounding.
  return { orientation, off: (Math.atan2(Math.hypot(...aside), most) * 180) / Math.PI };
}

/** Millimetres from slice to slice: of a volume, of all; else the largest between two of them. Undefined where a slice has no position. */
export function sliceDistance({ verdict, spacing, slices }: VolumePlan): number | undefined {
  if (verdict === 'volume') return spacing[2];
  let largest: number | undefined;
  for (const [k, { position }] of slices.entries()) {
    if (position === undefined) return undefined;
    const before = slices[k - 1]?.position;
    if (before !== undefined) largest = Math.max(largest ?? 0, Math.abs(position - before));
  }
  return largest;
}
