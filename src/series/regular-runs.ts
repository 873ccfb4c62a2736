import { distancesOf, stepsOf } from './distances.ts';
import type { Slice } from './slice.ts';
import type { Tolerances } from './tolerances.ts';

/** The fewest slices that show a distance twice. */
const FEWEST = 3;

/**
 * The runs of evenly spaced slices that a stack consists of, if any: three slices at least. A slice where the spacing changes is in the
 * first of the two runs; slices of no run are in none.
 */
export function regularRuns<T>(slices: readonly Slice<T>[], tolerances: Tolerances): Slice<T>[][] {
  const origins = slices.flatMap(({ plane }) => (plane === undefined ? [] : [plane.origin]));
  const normal = slices[0]?.plane?.normal;
  if (normal === undefined || origins.length < slices.length) return [];
  const distances = distancesOf(origins, normal, tolerances);
  const { gaps, tolerance } = distances;
  const runs: Slice<T>[][] = [];
  for (let from = 0; from < slices.length;) {
    const distance = gaps[from] ?? 0;
    let to = from;
    // Slices at one place are no run.
    if (stepsOf(distance, distances) !== 0) {
      while (to < gaps.length && Math.abs((gaps[to] ?? 0) - distance) <= tolerance) to++;
    }
    const length = to - from + 1;
    if (length >= FEWEST) runs.push(slices.slice(from, to + 1));
    from += length >= FEWEST ? length : 1;
  }
  return runs.length === 1 && runs[0]?.length === slices.length ? [] : runs;
}
