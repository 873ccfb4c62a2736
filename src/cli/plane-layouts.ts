import { FramedexError } from '../errors.ts';
import { planeLayout } from '../node/index.ts';
import type { AnatomicalPlane, PlaneLayout } from '../node/index.ts';
import { volumeGrid } from '../series/volume-grid.ts';
import type { VolumeGrid } from '../series/volume-grid.ts';
import { LARGEST_SKEW } from '../series/volume-plane.ts';
import type { ChosenSeries } from './chosen-series.ts';
import { refuseIrregular } from './grid-options.ts';
import type { GridChoice } from './grid-options.ts';
import type { Job } from './job.ts';
import { seriesName } from './series-of-input.ts';
import { takenSlices } from './taken-slices.ts';

/** How planes lie, and which slices of their grid are in no file. */
export interface PlaneLayouts {
  readonly layouts: ReadonlyMap<AnatomicalPlane, PlaneLayout>;
  readonly made: readonly number[];
  /** With the plan of the slices that are taken. */
  readonly chosen: ChosenSeries;
}

/** Axis of the grid from slice to slice. */
const SLICES = 2;

/**
 * How the planes lie in the grid that is made of the series. Refuses, before anything is written, those that cannot be right: all of what is asked for is made, or
 * nothing.
 *
 * @throws FramedexError `NOT_A_VOLUME`.
 */
export async function planeLayouts(
  job: Job,
  named: ChosenSeries,
  planes: readonly AnatomicalPlane[],
  grid: GridChoice,
): Promise<PlaneLayouts> {
  const planned = takenSlices(named, grid);
  const { plan } = planned;
  const chosen = { ...named, plan };
  if (plan.verdict === 'none') await refuseIrregular(job, chosen, grid);
  const made = volumeGrid(planned, grid);
  const layouts = new Map(planes.map((plane) => [plane, planeLayout(made, plane)]));
  const laidOut = { layouts, made: madeSlices(made), chosen };
  // Those that are slices themselves are right, however far apart they are.
  const areSlices = [...layouts.values()].every(({ axes }) => axes[2] === SLICES);
  if (!areSlices) await refuseIrregular(job, chosen, grid);
  if (grid.asIs) return laidOut;
  const skewed = planes.filter((plane) => (layouts.get(plane)?.skew ?? 0) > LARGEST_SKEW);
  if (skewed.length === 0) return laidOut;
  throw new FramedexError('NOT_A_VOLUME', `${skewed.join(' and ')} planes would be skewed`, {
    name: seriesName(chosen.series),
    found: `slices that are tilted by ${plan.tilt.toFixed(1)} degrees`,
    advice: `--resample straightens them; --as-is takes them as they are${othersText(planes, skewed)}.`,
  });
}

function madeSlices({ recipes }: VolumeGrid): number[] {
  return recipes.flatMap(({ made }, k) => (made ? [k] : []));
}

function othersText(
  planes: readonly AnatomicalPlane[],
  skewed: readonly AnatomicalPlane[],
): string {
  const others = planes.filter((plane) => !skewed.includes(plane));
  return others.length === 0 ? '' : `; --plane ${others.join(' and --plane ')} can be had without`;
}

/** Degrees that nobody sees. */
const STRAIGHT = 1;

/** What a viewer of planes has to know of how they lie. */
export async function noteLayout(
  job: Job,
  plane: AnatomicalPlane,
  { obliqueness }: PlaneLayout,
): Promise<void> {
  if (obliqueness <= STRAIGHT) return;
  const degrees = obliqueness.toFixed(1);
  await job.note(`note: ${plane} planes are those of the series, ${degrees} degrees oblique`);
}
