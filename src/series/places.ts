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

/** How high slices are along their normal. */
export interface Heights {
  /** Millimetres, of each slice. */
  readonly of: Float64Array;
  /** Slices from below upwards. */
  readonly order: Uint32Array;
  /** In that order: from the slice below; 0 of the first. */
  readonly gaps: Float64Array;
  /** Millimetres that are no distance: pixels tell what is none before there is a usual one. */
  readonly none: number;
}

/** Of slices that are parallel; undefined where one of them has no place. */
export function heightsOf(
  slices: readonly Slice<unknown>[],
  tolerances: Tolerances,
): Heights | undefined {
  const normal = referencePlane(slices)?.normal;
  if (normal === undefined || slices.some(({ plane }) => plane === undefined)) return undefined;
  const of = Float64Array.from(slices, ({ plane }) =>
    plane === undefined ? 0 : dot(plane.origin, normal),
  );
  const order = Uint32Array.from(slices, (_, k) => k).sort((a, b) => (of[a] ?? 0) - (of[b] ?? 0));
  const gaps = Float64Array.from(order, (k, i) => {
    const before = i === 0 ? k : (order[i - 1] ?? k);
    return (of[k] ?? 0) - (of[before] ?? 0);
  });
  const scaled = slices.find(({ attributes }) => pixelSpacing(attributes) !== undefined);
  const pixel = scaled && pixelSpacing(scaled.attributes);
  const none = tolerances.spacing * Math.min(...(pixel ?? [tolerances.rounding]));
  return { of, order, gaps, none };
}

/** The places of slices that are parallel; undefined where one of them has none. */
export function placesOf(
  slices: readonly Slice<unknown>[],
  tolerances: Tolerances,
): Places | undefined {
  const heights = heightsOf(slices, tolerances);
  return heights && placesAlong(heights, tolerances);
}

/** Slices that are nearer to each other than a part of the usual distance are at one place. */
export function placesAlong(heights: Heights, tolerances: Tolerances): Places {
  // Where most slices repeat a place, most gaps are none but for rounding: the usual one is that of the others.
  const real = heights.gaps.filter((gap) => gap > heights.none).sort();
  const usual = real[Math.floor(real.length / 2)];
  return placesApart(heights, usual === undefined ? heights.none : tolerances.spacing * usual);
}

/**
 * Slices that are not farther apart than this are at one place, wherever in their plane they are: no volume has two
 * at one height.
 */
export function placesApart({ order, gaps }: Heights, apart: number): Places {
  const of = new Int32Array(order.length);
  let place = 0;
  order.forEach((k, i) => {
    if ((gaps[i] ?? 0) > apart) place++;
    of[k] = place;
  });
  return { of, count: place + 1, ...evenness(of, place + 1) };
}

function evenness(of: Int32Array, count: number): Pick<Places, 'most' | 'even'> {
  const slices = new Int32Array(count);
  for (const place of of) slices[place] = (slices[place] ?? 0) + 1;
  const most = slices.reduce((a, b) => Math.max(a, b), 0);
  return { most, even: most * count === of.length };
}
