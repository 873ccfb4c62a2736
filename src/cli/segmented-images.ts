import { isSegmentation } from '../collection/segmentations.ts';
import { rankSeries } from '../collection/rank-series.ts';
import type { RankedSeries } from '../collection/rank-series.ts';
import type { Series } from '../collection/series.ts';
import type { Dataset } from '../dicom/dataset.ts';
import { FramedexError } from '../errors.ts';
import type { VolumePlan } from '../node/index.ts';
import type { Job } from './job.ts';
import { planLines } from './plan-words.ts';
import { seriesName } from './series-of-input.ts';

/**
 * The plan of the images that were segmented: of the series that the segmentation names, where it is there, else of the best volume in its
 * Frame of Reference. Which it is is said where there is a choice.
 *
 * @throws FramedexError `NOT_A_VOLUME` where there is none, it is no regular volume, or in another Frame of Reference; what opening the
 * segmentation throws.
 */
export async function segmentedImages(
  job: Job,
  segmentation: Series,
  all: readonly Series[],
): Promise<VolumePlan> {
  const ranked = rankSeries(all.filter((one) => !isSegmentation(one))).filter(isImage);
  const [first] = ranked;
  if (first === undefined) {
    const found = 'no series of images';
    throw new FramedexError('NOT_A_VOLUME', '--on: there is no grid for the labels', { found });
  }
  const frame = segmentation.instances[0]?.dataset.get('FrameOfReferenceUID');
  const uids = await referencedSeries(segmentation);
  const referenced = ranked.filter(({ series }) => uids.has(series.uid));
  const isThere = referenced.length > 0;
  const candidates = isThere ? referenced : ranked.filter((one) => isIn(frame, one));
  const best = candidates.find(({ plan }) => plan.verdict === 'volume') ?? candidates[0];
  if (best === undefined) throw elsewhere(first);
  if (isThere && !(await isOfFrame(job, frame, best))) throw elsewhere(best);
  if (best.plan.verdict !== 'volume') {
    for (const line of planLines(best.plan)) await job.note(line);
    throw new FramedexError('NOT_A_VOLUME', '--on: the images are no regular grid', {
      name: seriesName(best.series),
      advice: 'Without --on, the labels are on the grid of their own frames.',
    });
  }
  if (ranked.length > 1) await job.note(`note: on the grid of ${nameOf(best)}`);
  return best.plan;
}

function isImage({ plan }: RankedSeries): boolean {
  return plan.reasons.every(({ code }) => code !== 'NO_PIXELS');
}

function nameOf({ series, part }: RankedSeries): string {
  return `${seriesName(series)}${part === undefined ? '' : `, part ${part}`}`;
}

/** UIDs of the series that it says to be of (PS3.3 C.12.2), also of those in another study. */
async function referencedSeries({ instances }: Series): Promise<ReadonlySet<string>> {
  const uids = new Set<string>();
  for (const instance of instances) {
    await using file = await instance.open();
    const { dataset } = file;
    const studies = dataset.get('StudiesContainingOtherReferencedInstancesSequence') ?? [];
    for (const within of [dataset, ...studies]) {
      for (const uid of seriesIn(within)) uids.add(uid);
    }
  }
  return uids;
}

function seriesIn(within: Dataset): string[] {
  const items = within.get('ReferencedSeriesSequence') ?? [];
  return items.map((item) => item.get('SeriesInstanceUID') ?? '').filter((uid) => uid !== '');
}

/** Slices of one stack have one. */
function frameOfReference({
  series: { instances },
  plan: { slices },
}: RankedSeries): string | undefined {
  const name = slices[0]?.name;
  const dataset = instances.find((one) => one.name === name)?.dataset;
  return dataset?.get('FrameOfReferenceUID');
}

function isIn(frame: string | undefined, one: RankedSeries): boolean {
  return frame !== undefined && frameOfReference(one) === frame;
}

/** A segmentation that names its images need not name their Frame of Reference (PS3.3 A.51). */
async function isOfFrame(
  job: Job,
  frame: string | undefined,
  best: RankedSeries,
): Promise<boolean> {
  if (isIn(frame, best)) return true;
  if (frame !== undefined && frameOfReference(best) !== undefined) return false;
  await job.note(
    `note: nothing says that ${nameOf(best)} is in the Frame of Reference of the segmentation, which names it`,
  );
  return true;
}

function elsewhere({ series }: RankedSeries): FramedexError {
  return new FramedexError('NOT_A_VOLUME', '--on: the images are of another place', {
    name: seriesName(series),
    expected: 'the Frame of Reference of the segmentation',
    found: 'another one, or none',
  });
}
