import type { LabelVolumeOptions } from '../collection/label-volume.ts';
import type { Series } from '../collection/series.ts';
import { usage, wholeNumber } from './arguments.ts';
import type { GridChoice } from './grid-options.ts';
import { seriesName } from './series-of-input.ts';

export const LABEL_OPTIONS = {
  on: { type: 'string' },
  segments: { type: 'string' },
  threshold: { type: 'string' },
  overlap: { type: 'string' },
} as const;

export const LABEL_HELP: string = `A segmentation is taken where --series names it, or nothing else is there. Its voxels are numbers of
segments, 0 where there is none; which they are is said. It has options of its own, and none of
--part, --duplicates, --fill-gaps, --resample, --as-is and --stored:

  --on INPUT    on the grid of the images that were segmented, in INPUT, which may be the same: the
                series that the segmentation names, else the best in its Frame of Reference. Without
                it, on the grid of its own frames, which may be a part of that
  --segments N,N...
                these segments; by default all
  --threshold T where voxels may belong to a segment in part: from which part on they are taken for
                it, more than 0, and 1 at most
  --overlap lowest|highest
                which number voxels of several segments have; by default they are refused

`;

interface LabelValues {
  readonly on?: string | undefined;
  readonly segments?: string | undefined;
  readonly threshold?: string | undefined;
  readonly overlap?: string | undefined;
}

/** What is said of a segmentation. */
export interface LabelChoice extends Pick<
  LabelVolumeOptions,
  'segments' | 'threshold' | 'overlap'
> {
  /** The input with the images that were segmented. */
  readonly on: string | undefined;
}

/** @throws FramedexError `USAGE`. */
export function labelChoice({ on, segments, threshold, overlap }: LabelValues): LabelChoice {
  if (on === '') throw usage('--on names no INPUT');
  if (overlap !== undefined && overlap !== 'lowest' && overlap !== 'highest') {
    throw usage(`--overlap is lowest or highest, not ${JSON.stringify(overlap)}`);
  }
  return {
    on,
    segments: segments?.split(',').map((one) => wholeNumber(one.trim(), 'each of --segments', 1)),
    threshold: threshold === undefined ? undefined : partOf(threshold),
    overlap,
  };
}

function partOf(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value > 0 && value <= 1) return value;
  throw usage(`--threshold is more than 0, and 1 at most, not ${JSON.stringify(text)}`);
}

/**
 * Refuses what is for segmentations, of a series that is none.
 *
 * @throws FramedexError `USAGE`.
 */
export function refuseLabelOptions(series: Series, choice: LabelChoice): void {
  const [given] = Object.entries(choice).find(([, value]) => value !== undefined) ?? [];
  if (given === undefined) return;
  throw usage(
    `--${given} is for segmentations: ${seriesName(series)} is none (--series names another)`,
  );
}

/** What is for images alone. */
export interface ImageChoice {
  readonly part: number | undefined;
  readonly grid: GridChoice;
  readonly stored: boolean;
}

/**
 * Refuses what is for images, of a segmentation.
 *
 * @throws FramedexError `USAGE`.
 */
export function refuseImageOptions(series: Series, { part, grid, stored }: ImageChoice): void {
  const given: readonly (readonly [option: string, isGiven: boolean])[] = [
    ['--part', part !== undefined],
    ['--duplicates', grid.duplicates !== undefined],
    ['--fill-gaps', grid.fillGaps !== undefined],
    ['--resample', grid.resample !== undefined],
    ['--as-is', grid.asIs],
    ['--stored', stored],
  ];
  const [option] = given.find(([, isGiven]) => isGiven) ?? [];
  if (option === undefined) return;
  throw usage(`${option} is for images: ${seriesName(series)} is a segmentation`);
}
