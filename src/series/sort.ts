import { dot } from './geometry.ts';
import { compareNames } from './name-order.ts';
import type { Slice } from './slice.ts';

/** What the order of a series was made from. */
export type SortedBy = 'position' | 'instance-number' | 'name';

/**
 * Instances in spatial order: along the normal of the first plane. Instance Number is no order of
 * space (PS3.3 C.7.6.1): it decides only between images at one place, and where positions are
 * missing. Then, and last, the name.
 */
export function sortSlices<T extends { readonly name: string }>(
  slices: readonly Slice<T>[],
): { readonly slices: readonly Slice<T>[]; readonly sortedBy: SortedBy } {
  const normal = slices[0]?.plane?.normal;
  const positions = slices.map(({ plane }) =>
    plane === undefined || normal === undefined ? undefined : dot(plane.origin, normal),
  );
  const placed = positions.every((position) => position !== undefined);
  const numbered = slices.every(({ instanceNumber }) => instanceNumber !== undefined);
  const order = slices.map((slice, k) => ({
    slice,
    position: placed ? (positions[k] ?? 0) : 0,
    number: numbered ? (slice.instanceNumber ?? 0) : 0,
  }));
  order.sort(
    (a, b) =>
      a.position - b.position ||
      a.number - b.number ||
      compareNames(a.slice.instance.name, b.slice.instance.name),
  );
  return {
    slices: order.map(({ slice }) => slice),
    sortedBy: placed ? 'position' : numbered ? 'instance-number' : 'name',
  };
}
