import { dot, isParallel } from './geometry.ts';
import type { ImagePlane, Vector } from './geometry.ts';
import { sidesByLikeness } from './sides.ts';
import type { Side } from './sides.ts';
import type { Slice } from './slice.ts';

const DEGREES = 180 / Math.PI;
/** Planes nearer to an anatomical one than this have its name. */
const OBLIQUE_FROM = Math.cos(30 / DEGREES);

/** Slices by the direction of their rows and columns, which may differ by so many degrees. */
export function orientationSides<T>(
  slices: readonly Slice<T>[],
  degrees: number,
): readonly Side<T>[] {
  return sidesByLikeness(
    slices,
    ({ plane }) => plane,
    ({ row, column }) => [...row, ...column].join(' '),
    {
      isAlike: (a, b) => isParallel(a, b, degrees),
      project: ({ row, column }) => dot(row, ASKEW) + dot(column, ASKEW),
      // Neither vector moves by more than the angle, in radians.
      width: (2.01 * Math.max(degrees, 1e-4)) / DEGREES,
    },
    orientationName,
  );
}

/** A unit vector along no axis that images lie in: what is turned about such an axis gives another number. */
const ASKEW: Vector = [0.36, 0.48, 0.8];

/** `axial`, `coronal`, `sagittal` or `oblique`; what has the name of a larger side, by the angle to it. */
function orientationName(plane: ImagePlane, larger: readonly ImagePlane[]): string {
  const name = planeName(plane);
  const alike = larger.filter((other) => planeName(other) === name);
  const [first] = alike;
  if (first === undefined) return name;
  const cosine = Math.min(dot(plane.row, first.row), dot(plane.column, first.column));
  const angle = Math.acos(Math.max(-1, cosine)) * DEGREES;
  const turned = `${name} turned by ${angle.toFixed(1)} degrees`;
  return alike.length > 1 ? `${turned} (${alike.length + 1})` : turned;
}

function planeName({ normal }: ImagePlane): string {
  const [x, y, z] = normal.map(Math.abs);
  if (z !== undefined && z > OBLIQUE_FROM) return 'axial';
  if (y !== undefined && y > OBLIQUE_FROM) return 'coronal';
  if (x !== undefined && x > OBLIQUE_FROM) return 'sagittal';
  return 'oblique';
}
