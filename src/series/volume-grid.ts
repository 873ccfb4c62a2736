import { FramedexError } from '../errors.ts';
import { distancesOf, stepsOf } from './distances.ts';
import type { Distances } from './distances.ts';
import type { ImagePlane } from './geometry.ts';
import { isHarmless } from './harmless.ts';
import { notAVolume } from './not-a-volume.ts';
import type { Planned, VolumePlan } from './plan.ts';
import type { PlannedInstance } from './slice.ts';
import { sliceOffsets } from './slice-offsets.ts';
import type { SliceOffset } from './slice-offsets.ts';
import { tolerancesInEffect } from './tolerances-in-effect.ts';
import type { PlanOptions } from './tolerances.ts';
import { withoutDuplicates } from './without-duplicates.ts';

/** Which slices are built, and what is done about a grid that is not regular. */
export interface GridOptions extends PlanOptions {
  /** Which of the plan's `parts`, counted from 0. */
  readonly part?: number | undefined;
  /**
   * Of slices at one place (`DUPLICATE_POSITION`), which one is taken: the first in the order of the plan, that is by Instance Number, then name. The plan of the volume
   * is that of the slices that are left, and names the others in its `reasons`. Refused by `fillGaps` and `resample` otherwise.
   */
  readonly duplicates?: 'first' | undefined;
  /**
   * Puts slices where the plan has `MISSING_SLICES`: `linear` between the two on either side, or all of one stored value. `made` of the volume says
   * which they are. Numbers of colours (PALETTE COLOR) and of segments have nothing between them: `linear` takes those of the nearer slice.
   */
  readonly fillGaps?: 'linear' | number | undefined;
  /**
   * Straightens a tilted gantry, and evens out uneven and displaced slices, by linear interpolation (numbers of colours and of segments: by the nearest
   * pixel): the volume's axes are perpendicular, and its slices evenly spaced, from the first slice up to the last. Where slices are missing (distances of more than one and a half of the usual), `fillGaps` has
   * to say so too. With a number, that is the distance of slices in millimetres; by default, the one nearest to the plan's own that leads exactly to the last slice.
   */
  readonly resample?: boolean | number | undefined;
  /**
   * The stored value of voxels that are not between cells of slices, where `resample` makes some: by default Pixel Padding Value, else the
   * least value of the middle slice.
   */
  readonly fill?: number | undefined;
}

/** One slice of a volume: which of the plan's slices it is made of. */
export interface SliceRecipe {
  /** The slice, or the one below. Undefined: made of one value. */
  readonly from: number | undefined;
  /** The one above, where it is between two. */
  readonly to?: number | undefined;
  /** 0 to 1: how much of `to`. */
  readonly weight?: number | undefined;
  /** The stored value of all its cells, where it is made of one. */
  readonly value?: number | undefined;
  /** In neither file: put in by `fillGaps`, or in between by `resample`. */
  readonly made: boolean;
}

/** A grid, and how its slices come to be. */
export interface VolumeGrid {
  readonly size: [number, number, number];
  readonly spacing: [number, number, number];
  readonly affine: Float64Array;
  readonly recipes: readonly SliceRecipe[];
  /** With `resample`: where source slice `k` lies in the plane, in columns and rows of the grid. Absent where all cells stay in their place. */
  readonly shifts?: readonly (readonly [columns: number, rows: number])[] | undefined;
  /** Its slices are evenly spaced. */
  readonly regular: boolean;
}

/** Distances beyond this part of the usual one have room for a slice. */
export const GAP = 1.5;
/** Part of a cell: slices that lie closer to the cells of the grid are not interpolated in the plane. */
const CELL_TOLERANCE = 0.01;
/** Rows and Columns are 16 bits (PS3.3 C.7.6.3). No more slices are made either: one that lies far away by mistake would be as many as memory has. */
const MOST_CELLS = 65_535;

/**
 * The part of a plan that options choose, without `duplicates`; the plan itself where they choose none.
 *
 * @throws FramedexError `USAGE` for a number that is none of its parts, and a misspelt choice of `duplicates`.
 */
export function chosenPart<T extends PlannedInstance>(
  planned: Planned<T>,
  options: Pick<GridOptions, 'part' | 'duplicates' | 'tolerances'>,
): Planned<T> {
  const { part } = options;
  const chosen = part === undefined ? planned : planned.parts[part];
  if (chosen !== undefined) return withoutDuplicates(chosen, options);
  const count = planned.parts.length;
  throw new FramedexError('USAGE', 'the series has no such part', {
    expected: count === 0 ? 'no part, because it is in one piece' : `0 to ${count - 1}`,
    found: String(part),
  });
}

/**
 * The grid that a plan and options make. Of `options.part` nothing is taken: see {@link chosenPart}.
 *
 * @throws FramedexError `NOT_A_VOLUME` where the verdict is `none`, where `fillGaps` leaves an irregular grid, and where `resample` would have to
 * bridge missing slices, or choose one of two at one place, and for more than 65,535 slices; `USAGE` for options that say nothing.
 */
export function volumeGrid(planned: Planned<unknown>, options: GridOptions): VolumeGrid {
  const { plan, slices } = planned;
  if (plan.verdict === 'none' || slices.length === 0) throw notAVolume(plan);
  const { fillGaps, resample = false } = options;
  if (fillGaps !== undefined && fillGaps !== 'linear' && !Number.isFinite(fillGaps)) {
    throw new FramedexError('USAGE', 'fillGaps is wrong', { expected: '"linear" or a value' });
  }
  if (resample !== false) return resampledGrid(planned, resample, options);
  if (fillGaps !== undefined) return filledGrid(planned, fillGaps, options);
  return {
    size: plan.size,
    spacing: plan.spacing,
    affine: plan.affine,
    recipes: slices.map((_, from) => ({ from, made: false })),
    regular: plan.verdict === 'volume',
  };
}

/** Slices in the plan's gaps; the others as they are. */
function filledGrid(
  planned: Planned<unknown>,
  fillGaps: 'linear' | number,
  options: GridOptions,
): VolumeGrid {
  const { plan } = planned;
  // What was left out is said, and nothing more; where a place is left that is taken twice, there is no step.
  const isSettled = (code: string): boolean =>
    code === 'MISSING_SLICES' || (options.duplicates === 'first' && code === 'DUPLICATE_POSITION');
  const other = plan.reasons.find(({ code }) => !isSettled(code) && !isHarmless(code));
  if (other !== undefined) {
    throw irregular(other.instances[0], 'missing slices, and nothing else', other.message);
  }
  const { plane, offsets, distances } = placed(planned, options);
  const recipes = filledRecipes(plan, offsets, distances, fillGaps);
  const last = offsets[offsets.length - 1] ?? { across: 0, down: 0, along: 0 };
  const steps = Math.max(1, recipes.length - 1);
  const [columnSpacing, rowSpacing] = plan.spacing;
  const spacing: VolumeGrid['spacing'] = [
    columnSpacing,
    rowSpacing,
    last.along / steps || plan.spacing[2],
  ];
  // The way from the first slice to the last, so that both are where their files have them.
  const step: SliceOffset = {
    across: last.across / steps,
    down: last.down / steps,
    along: spacing[2],
  };
  return {
    size: [plan.size[0], plan.size[1], recipes.length],
    spacing,
    affine: affineOf(plane, spacing, step, [0, 0]),
    recipes,
    regular: true,
  };
}

/** The slices, and as many between them as there is room for. */
function filledRecipes(
  { slices }: VolumePlan,
  offsets: readonly SliceOffset[],
  distances: Distances,
  fillGaps: 'linear' | number,
): SliceRecipe[] {
  const steps = offsets.slice(1).map((_, from) => {
    const distance = distanceAfter(offsets, from);
    const count = stepsOf(distance, distances);
    if (count !== undefined && count > 0) return count;
    const whole = `whole steps of ${distances.usual.toFixed(3)} mm`;
    throw irregular(slices[from]?.name, whole, `${distance.toFixed(3)} mm`);
  });
  const most = steps.reduce((a, b) => Math.max(a, b), 0);
  const count = steps.reduce((sum, some) => sum + some, 1);
  checkCount(count, slices[steps.indexOf(most) + 1]?.name);
  const recipes: SliceRecipe[] = [{ from: 0, made: false }];
  for (const [from, between] of steps.entries()) {
    for (let k = 1; k < between; k++) {
      recipes.push(
        fillGaps === 'linear'
          ? { from, to: from + 1, weight: k / between, made: true }
          : { from: undefined, value: fillGaps, made: true },
      );
    }
    recipes.push({ from: from + 1, made: false });
  }
  return recipes;
}

/** Before any slice is made. */
function checkCount(count: number, name: string | undefined): void {
  if (count <= MOST_CELLS) return;
  throw irregular(name, `at most ${MOST_CELLS} slices`, `room for ${count}`, '');
}

/** Perpendicular axes, and slices at even distances from the first one on. */
function resampledGrid(
  planned: Planned<unknown>,
  resample: true | number,
  options: GridOptions,
): VolumeGrid {
  const { plan } = planned;
  const distance = resample === true ? evenDistance(planned, plan.spacing[2]) : resample;
  if (!(distance > 0) || !Number.isFinite(distance)) {
    throw new FramedexError('USAGE', 'resample is wrong', { expected: 'millimetres, or true' });
  }
  const unscaled = plan.reasons.find(({ code }) => code === 'NO_SPACING');
  if (unscaled !== undefined) {
    throw irregular(unscaled.instances[0], 'Pixel Spacing', 'none', '');
  }
  const { plane, offsets, distances } = placed(planned, options);
  const { usual, drift } = distances;
  checkDistances(plan, offsets, distances, options);
  const { fillGaps } = options;
  const tolerance = drift * Math.min(1, distance / (usual || distance));
  const recipes = evenRecipes(offsets, evenCount(plan, offsets, distance, tolerance), {
    ...{ distance, tolerance },
    widest: typeof fillGaps === 'number' ? GAP * usual : Infinity,
    value: typeof fillGaps === 'number' ? fillGaps : undefined,
  });
  const [columnSpacing, rowSpacing] = plan.spacing;
  const across = shiftsAlong(offsets.map((offset) => offset.across / columnSpacing));
  const down = shiftsAlong(offsets.map((offset) => offset.down / rowSpacing));
  const columns = plan.size[0] + across.more;
  const rows = plan.size[1] + down.more;
  if (columns > MOST_CELLS || rows > MOST_CELLS) {
    const found = `${columns} x ${rows} cells around all slices`;
    throw irregular(plan.slices[0]?.name, 'slices above each other', found, '');
  }
  const spacing: VolumeGrid['spacing'] = [columnSpacing, rowSpacing, distance];
  const shifts = offsets.map((_, k) => [across.shifts[k] ?? 0, down.shifts[k] ?? 0] as const);
  const isShifted = shifts.some(([x, y]) => x !== 0 || y !== 0);
  return {
    size: [columns, rows, recipes.length],
    spacing,
    affine: affineOf(plane, spacing, { across: 0, down: 0, along: distance }, [
      across.start,
      down.start,
    ]),
    recipes,
    ...(isShifted && { shifts }),
    regular: true,
  };
}

/** Nearest to the usual distance of those that lead from the first slice exactly to the last. */
function evenDistance({ slices }: Planned<unknown>, usual: number): number {
  const offsets = sliceOffsets(slices)?.offsets ?? [];
  const extent = offsets[offsets.length - 1]?.along ?? 0;
  const steps = Math.round(extent / usual);
  return steps > 0 ? extent / steps : usual;
}

/** Where slices are in order at places of their own, and no hole is bridged that nobody asked to. */
function checkDistances(
  plan: VolumePlan,
  offsets: readonly SliceOffset[],
  { usual, none }: Distances,
  { fillGaps }: GridOptions,
): void {
  for (let k = 0; k + 1 < offsets.length; k++) {
    const distance = distanceAfter(offsets, k);
    const name = plan.slices[k + 1]?.name;
    const others = `${distance.toFixed(3)} mm from ${plan.slices[k]?.name ?? 'the one before'}`;
    if (distance <= none) throw irregular(name, 'slices at places of their own', others, '');
    if (distance > GAP * usual && fillGaps === undefined) {
      const advice = 'Say with `fillGaps` how to bridge it.';
      throw irregular(name, `about ${usual.toFixed(3)} mm between slices`, others, advice);
    }
  }
}

/** How many slices at even distances there are, up to the last. */
function evenCount(
  { slices }: VolumePlan,
  offsets: readonly SliceOffset[],
  distance: number,
  tolerance: number,
): number {
  const extent = offsets[offsets.length - 1]?.along ?? 0;
  const count = Math.floor((extent + tolerance) / distance) + 1;
  checkCount(count, slices[slices.length - 1]?.name);
  if (count > 1 || offsets.length === 1) return count;
  throw new FramedexError('USAGE', 'resample leaves one slice of several', {
    expected: `at most ${extent.toFixed(3)} mm`,
    found: `${distance} mm`,
  });
}

/** What slices at even distances are made of. */
function evenRecipes(
  offsets: readonly SliceOffset[],
  count: number,
  gaps: {
    readonly distance: number;
    readonly tolerance: number;
    readonly widest: number;
    readonly value?: number | undefined;
  },
): SliceRecipe[] {
  const { distance, tolerance, widest, value } = gaps;
  let from = 0;
  return Array.from({ length: count }, (_, k): SliceRecipe => {
    const place = k * distance;
    while ((offsets[from + 1]?.along ?? Infinity) <= place + tolerance) from++;
    const beyond = place - (offsets[from]?.along ?? 0);
    if (beyond <= tolerance) return { from, made: false };
    const width = distanceAfter(offsets, from);
    if (width > widest) return { from: undefined, value, made: true };
    return { from, to: from + 1, weight: beyond / width, made: true };
  });
}

/**
 * Where slices lie on one axis of the plane, in cells: the first cell of the grid, seen from the first slice, and
 * how many cells more than a slice it has. The cells of the first slice are cells of the grid.
 */
function shiftsAlong(places: readonly number[]): {
  readonly shifts: readonly number[];
  readonly start: number;
  readonly more: number;
} {
  const snapped = places.map((place) => {
    const whole = Math.round(place);
    return Math.abs(place - whole) <= CELL_TOLERANCE ? whole : place;
  });
  const least = snapped.reduce((a, b) => Math.min(a, b), 0);
  const most = snapped.reduce((a, b) => Math.max(a, b), 0);
  const start = Math.floor(least);
  return {
    shifts: snapped.map((place) => place - start),
    start,
    more: Math.ceil(most) - start,
  };
}

/** PS3.3 C.7.6.2.1.1, and the way from slice to slice as its third column. */
function affineOf(
  { row, column, normal, origin }: ImagePlane,
  [columnSpacing, rowSpacing]: VolumeGrid['spacing'],
  step: SliceOffset,
  [startColumn, startRow]: readonly [number, number],
): Float64Array {
  const affine = new Float64Array(16);
  for (const axis of [0, 1, 2] as const) {
    const across = row[axis] * columnSpacing;
    const down = column[axis] * rowSpacing;
    affine[4 * axis] = across;
    affine[4 * axis + 1] = down;
    affine[4 * axis + 2] =
      row[axis] * step.across + column[axis] * step.down + normal[axis] * step.along;
    affine[4 * axis + 3] = origin[axis] + across * startColumn + down * startRow;
  }
  affine[15] = 1;
  return affine;
}

function distanceAfter(offsets: readonly SliceOffset[], k: number): number {
  return (offsets[k + 1]?.along ?? 0) - (offsets[k]?.along ?? 0);
}

function placed(
  { plan, slices }: Planned<unknown>,
  { tolerances }: GridOptions,
): NonNullable<ReturnType<typeof sliceOffsets>> & { readonly distances: Distances } {
  const found = sliceOffsets(slices);
  if (found === undefined || !(plan.spacing[2] > 0)) {
    throw irregular(plan.slices[0]?.name, 'slices that say where they are', 'none', '');
  }
  const origins = slices.map(({ plane }) => plane?.origin ?? found.plane.origin);
  const inEffect = tolerancesInEffect(tolerances);
  return { ...found, distances: distancesOf(origins, found.plane.normal, inEffect) };
}

function irregular(
  name: string | undefined,
  expected: string,
  found: string,
  advice = 'See `resample`.',
): FramedexError {
  return new FramedexError('NOT_A_VOLUME', 'the slices make no regular grid', {
    name,
    expected,
    found,
    ...(advice !== '' && { advice }),
  });
}
