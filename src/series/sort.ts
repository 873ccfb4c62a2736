import { dot } from './geometry.ts';
import type { ImagePlane, Vector } from './geometry.ts';
import { compareNames } from './name-order.ts';
import type { Slice } from './slice.ts';

/** What the order of a series was made from. */
export type SortedBy = 'position' | 'instance-number' | 'name';

/**
 * Slices in spatial order: upwards along the normal of their planes, whatever order they are given in. Instance Number
 * is no order of space (PS3.3 C.7.6.1): it decides only between images at one place, and where positions are
 * missing. Then the name, and the frame.
 *
 * Slice Location is not asked: it is relative to a point that nobody says, and without a direction (PS3.3
 * C.7.6.2.1.2), so that its order may be the mirrored one.
 */
export function sortSlices<T extends { readonly name: string }>(
  slices: readonly Slice<T>[],
): { readonly slices: readonly Slice<T>[]; readonly sortedBy: SortedBy } {
  const normal = referencePlane(slices)?.normal;
  const placed = normal !== undefined && slices.every(({ plane }) => plane !== undefined);
  const numbered = slices.every(({ instanceNumber }) => instanceNumber !== undefined);
  const order = slices.map((slice) => ({
    slice,
    position: placed && slice.plane !== undefined ? dot(slice.plane.origin, normal) : 0,
    number: numbered ? (slice.instanceNumber ?? 0) : 0,
  }));
  order.sort(
    (a, b) =>
      a.position - b.position ||
      a.number - b.number ||
      compareNames(a.slice.instance.name, b.slice.instance.name) ||
      a.slice.frame - b.slice.frame,
  );
  return {
    slices: order.map(({ slice }) => slice),
    sortedBy: placed ? 'position' : numbered ? 'instance-number' : 'name',
  };
}

/**
 * The plane that stands for planes that are parallel but for rounding: the one with the least numbers, so that the
 * order of the slices has no part in it.
 */
export function referencePlane(slices: readonly Slice<unknown>[]): ImagePlane | undefined {
  let least: ImagePlane | undefined;
  for (const { plane } of slices) {
    if (plane === undefined || plane === least) continue;
    if (least === undefined || comparePlanes(plane, least) < 0) least = plane;
  }
  return least;
}

/** By their direction, then by their place. */
export function comparePlanes(a: ImagePlane, b: ImagePlane): number {
  return (
    compareVectors(a.row, b.row) ||
    compareVectors(a.column, b.column) ||
    compareVectors(a.origin, b.origin)
  );
}

function compareVectors(a: Vector, b: Vector): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
