import { dot } from './geometry.ts';
import { pixelSpacing } from './pixel-spacing.ts';
import type { Slice } from './slice.ts';
import { referencePlane } from './sort.ts';
import type { Tolerances } from './tolerances.ts';

/** Where slices are along their normal, as numbers of places. */
export interface Places {
  /** Of each slice, counted from 0 upwards. */
  readonly of: Int32Array;
  readonly count: number;
  /** How many slices the place has that has most. */
  readonly most: number;
  /** Whether all have as many. */
  readonly even: boolean;
}

/**
 * The places of slices that are parallel; undefined where one of them has none. Two slices at one height are at one
 * place wherever in their plane they are: no volume has both.
 */
export function placesOf(
  slices: readonly Slice<unknown>[],
  tolerances: Tolerances,
): Places | undefined {
  const normal = referencePlane(slices)?.normal;
  if (normal === undefined || slices.some(({ plane }) => plane === undefined)) return undefined;
  const heights = Float64Array.from(slices, ({ plane }) =>
    plane === undefined ? 0 : dot(plane.origin, normal),
  );
  const order = Uint32Array.from(slices, (_, k) => k).sort(
    (a, b) => (heights[a] ?? 0) - (heights[b] ?? 0),
  );
  const gaps = Float64Array.from(order, (k, i) => {
    const before = i === 0 ? k : (order[i - 1] ?? k);
    return (heights[k] ?? 0) - (heights[before] ?? 0);
  });
  const apart = leastDistance(gaps, slices, tolerances);
  const of = new Int32Array(slices.length);
  let place = 0;
  order.forEach((k, i) => {
    if ((gaps[i] ?? 0) > apart) place++;
    of[k] = place;
  });
  return { of, count: place + 1, ...evenness(of, place + 1) };
}

/** Slices that are not farther apart than this are at one place. */
function leastDistance(
  gaps: Float64Array,
  slices: readonly Slice<unknown>[],
  tolerances: Tolerances,
): number {
  const scaled = slices.find(({ attributes }) => pixelSpacing(attributes) !== undefined);
  const pixel = scaled && pixelSpacing(scaled.attributes);
  // Where most slices repeat a place, most gaps are none but for rounding: the usual one is that of the others. Pixels tell
  // what is none before there is a usual one.
  const rounding = tolerances.spacing * Math.min(...(pixel ?? [tolerances.rounding]));
  const real = gaps.filter((gap) => gap > rounding).sort();
  const usual = real[Math.floor(real.length / 2)];
  return usual === undefined ? rounding : tolerances.spacing * usual;
}

function evenness(of: Int32Array, count: number): Pick<Places, 'most' | 'even'> {
  const slices = new Int32Array(count);
  for (const place of of) slices[place] = (slices[place] ?? 0) + 1;
  const most = slices.reduce((a, b) => Math.max(a, b), 0);
  return { most, even: most * count === of.length };
}
