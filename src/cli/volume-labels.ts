import { labelVolume } from '../collection/label-volume.ts';
import type { LabelVolume } from '../collection/label-volume.ts';
import type { Series } from '../collection/series.ts';
import type { VolumePlan } from '../node/index.ts';
import { allSeries } from './chosen-series.ts';
import type { ChosenSeries, SeriesChoice, SeriesOfInput } from './chosen-series.ts';
import type { FailureJson } from './failures.ts';
import type { GridChoice } from './grid-options.ts';
import type { OpenedInput } from './inputs.ts';
import type { Job } from './job.ts';
import { refuseImageOptions } from './label-options.ts';
import type { LabelChoice } from './label-options.ts';
import { refuseMembers } from './output-file.ts';
import { segmentedImages } from './segmented-images.ts';
import { verifySlices } from './verify-slices.ts';
import type { VolumeTarget } from './volume-target.ts';

/** What is to be made of a segmentation. */
interface WantedLabels {
  readonly input: string;
  readonly choice: SeriesChoice;
  readonly grid: GridChoice;
  readonly labels: LabelChoice;
  readonly target: VolumeTarget;
  readonly stored: boolean;
  readonly verify: boolean;
}

/** Labels, and what they are of. */
export interface BuiltLabels {
  /** With the plan of the labels. */
  readonly chosen: ChosenSeries;
  readonly volume: LabelVolume;
  readonly labels: LabelVolume;
  readonly failures: readonly FailureJson[];
}

/**
 * The volume of labels of a segmentation, one series of an input.
 *
 * @throws FramedexError `USAGE` for options of images; what `labelVolume` throws.
 */
export async function buildLabels(
  job: Job,
  opened: OpenedInput,
  all: SeriesOfInput,
  series: Series,
  wanted: WantedLabels,
): Promise<BuiltLabels> {
  const { choice, labels, verify } = wanted;
  refuseImageOptions(series, { ...wanted, part: choice.part });
  const { on, failures } = await gridOf(job, all, series, wanted);
  if (verify) await verifySlices(job, opened, { series, part: undefined, plan: series.plan() });
  const { segments, threshold, overlap } = labels;
  const volume = await labelVolume(series, {
    ...{ on, segments, threshold, overlap, signal: job.io.signal },
    onProgress: (done, total) => job.progress(`${done} of ${total} frames`),
  });
  const chosen = { series, part: undefined, plan: volume.plan };
  return { chosen, volume, labels: volume, failures };
}

/** The plan of the images in the input that `--on` names, which may be that of the segmentation. */
async function gridOf(
  job: Job,
  { series: all, failures }: SeriesOfInput,
  segmentation: Series,
  { input, labels: { on }, target: { path } }: WantedLabels,
): Promise<{ readonly on?: VolumePlan; readonly failures: readonly FailureJson[] }> {
  if (on === undefined) return { failures };
  if (on === input) return { on: await segmentedImages(job, segmentation, all), failures };
  return job.using(on, {}, async (opened) => {
    if (path !== undefined) await refuseMembers(path, opened);
    const other = await allSeries(job, opened);
    const plan = await segmentedImages(job, segmentation, other.series);
    return { on: plan, failures: [...failures, ...other.failures] };
  });
}

/** Which segments the numbers are. */
export async function noteLabels(
  job: Job,
  { segments, overlapping }: LabelVolume,
  { overlap }: LabelChoice,
): Promise<void> {
  for (const { number, label } of segments) {
    await job.note(`note: label ${number}: ${label === '' ? 'a segment without a name' : label}`);
  }
  if (overlap === undefined) return;
  const are = overlapping === 1 ? 'voxel belongs' : 'voxels belong';
  await job.note(
    `note: ${overlapping} ${are} to several segments: they have the ${overlap} number`,
  );
}
