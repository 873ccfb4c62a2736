import { isSegmentation } from '../collection/segmentations.ts';
import { rankSeries } from '../collection/rank-series.ts';
import type { RankCriteria, RankedSeries } from '../collection/rank-series.ts';
import { groupSeries } from '../collection/series.ts';
import type { Series } from '../collection/series.ts';
import { FramedexError } from '../errors.ts';
import { sharedContext } from '../node/context.ts';
import type { DicomFile, VolumePlan } from '../node/index.ts';
import { usage, wholeNumber } from './arguments.ts';
import type { FailureJson } from './failures.ts';
import type { OpenedInput } from './inputs.ts';
import type { Job } from './job.ts';
import { onlyInstance } from './only-instance.ts';
import { labelText, partLines } from './plan-words.ts';
import { meetingCriteria, rankCriteria } from './rank-options.ts';
import type { RankValues } from './rank-options.ts';
import { seriesName, seriesOf } from './series-of-input.ts';

export const SERIES_OPTIONS = {
  series: { type: 'string' },
  part: { type: 'string' },
} as const;

export const SERIES_HELP: string = `  --series S    this series: its number, as framedex ls has it, or its UID; by default the best: a
                regular volume of most slices, then the thinnest ones, of images that were acquired,
                axial, as framedex ls --rank has it; localizers, reformatted images and
                segmentations where nothing else is there; which and why is said where there is a
                choice
  --part N      this part, counted from 0, of a series that has to be taken apart, or of one whose
                spacing changes; by default the one that is a volume, where there is one only
`;

/** Which series is to be taken: `--series` or criteria, and `--part`. */
export interface SeriesChoice {
  readonly series: string | undefined;
  readonly part: number | undefined;
  /** What the best has to be, where that was said. */
  readonly criteria: RankCriteria | undefined;
}

/** The series that is taken, and which part of it. */
export interface ChosenSeries {
  readonly series: Series;
  readonly part: number | undefined;
  /** Of the part, where one is chosen. */
  readonly plan: VolumePlan;
}

/** What came of the choice. */
export interface Choosing {
  /** Undefined where the input has no series, which was said on standard error. */
  readonly chosen: ChosenSeries | undefined;
  /** What of the input could not be read. */
  readonly failures: readonly FailureJson[];
}

/** @throws FramedexError `USAGE`. */
export function seriesChoice(
  values: RankValues & {
    readonly series?: string | undefined;
    readonly part?: string | undefined;
  },
): SeriesChoice {
  const { series, part } = values;
  const criteria = rankCriteria(values);
  if (series !== undefined && criteria !== undefined) {
    throw usage('--series names the series; criteria choose one');
  }
  return { series, part: part === undefined ? undefined : wholeNumber(part, '--part'), criteria };
}

/** What an input has. */
export interface SeriesOfInput {
  readonly series: readonly Series[];
  /** What of it could not be read, which was said on standard error. */
  readonly failures: readonly FailureJson[];
}

/** The series that is named, or the best, before a part of it is taken. */
export interface BestSeries extends SeriesOfInput {
  /** Of `series`: those that there was a choice of, and parts of them, the best first. Empty where the input has no series. */
  readonly ranked: readonly RankedSeries[];
}

/**
 * The series of an input that is to be taken: the one that was named, else the best, which is said on standard error where there is a choice.
 *
 * @throws FramedexError `USAGE` for a series or a part that is not there; `NOT_A_VOLUME` where several parts of the series are volumes, and none of
 * them is named.
 */
export async function chosenSeries(
  job: Job,
  opened: OpenedInput,
  choice: SeriesChoice,
): Promise<Choosing> {
  const best = await bestSeries(job, opened, choice);
  return { chosen: await partOfBest(job, best, choice), failures: best.failures };
}

/**
 * The series of an input that is to be taken, as a whole: the one that was named, else the best, which is said on standard error where there
 * is a choice. A segmentation is chosen where it is named, or where there is nothing else; with criteria, where they accept it.
 *
 * @throws FramedexError `USAGE` for a series that is not there; `NOT_A_VOLUME` where none meets the criteria.
 */
export async function bestSeries(
  job: Job,
  opened: OpenedInput,
  choice: SeriesChoice,
): Promise<BestSeries> {
  const { series, failures } = await allSeries(job, opened);
  if (series.length === 0) return { series, failures, ranked: [] };
  const { series: name } = choice;
  const ranked =
    name === undefined
      ? rankedUnnamed(series, choice)
      : rankSeries([seriesNamed(series, name, opened.name)]);
  const [best] = ranked;
  if (best !== undefined && name === undefined && series.length > 1) {
    await job.note(choiceText(best, series.length));
  }
  return { series, failures, ranked };
}

function rankedUnnamed(
  series: readonly Series[],
  { criteria, part }: SeriesChoice,
): readonly RankedSeries[] {
  if (criteria === undefined) {
    const images = series.filter((one) => !isSegmentation(one));
    return rankSeries(images.length === 0 ? series : images);
  }
  const ranked = rankSeries(series, criteria);
  // Another part of its series may meet them where the one that is named does not.
  const named = ranked.filter((one) => one.part === undefined || (part ?? one.part) === one.part);
  if (named.length === 0) throw usage(`--part ${part} is not there: no series has so many parts`);
  return meetingCriteria(named);
}

/**
 * Of the best series, the part that was named, or the only one that is a volume.
 *
 * @throws FramedexError `USAGE`, `NOT_A_VOLUME`, as {@link chosenSeries}.
 */
export async function partOfBest(
  job: Job,
  { ranked }: BestSeries,
  choice: SeriesChoice,
): Promise<ChosenSeries | undefined> {
  const [best] = ranked;
  return best === undefined ? undefined : withPart(job, ranked, best, choice);
}

/** All series of an input. What could not be read is named on standard error. */
export async function allSeries(job: Job, opened: OpenedInput): Promise<SeriesOfInput> {
  if (opened.kind === 'collection') return seriesOf(job, opened.collection);
  return { series: seriesOfFile(opened), failures: [] };
}

function seriesOfFile(opened: OpenedInput & { readonly kind: 'file' }): Series[] {
  return groupSeries([lastingInstance(opened)], sharedContext().codecs.threads);
}

function choiceText({ series, reasons, eligible }: RankedSeries, count: number): string {
  const number = numberOf(series);
  // What is not eligible comes first where nothing is: the reader has to know why.
  const why = reasons.filter(({ met }) => met === eligible).map(({ message }) => message);
  const because = why.length === 0 ? '' : ` (${eligible ? '' : 'though '}${why.join(', ')})`;
  const which = number === undefined ? '' : `series ${number}, `;
  return `note: ${which}${seriesName(series)} is the best of ${count} series${because}; --series names another`;
}

async function withPart(
  job: Job,
  ranked: readonly RankedSeries[],
  { series, part: best }: RankedSeries,
  { part: named, criteria }: SeriesChoice,
): Promise<ChosenSeries> {
  const whole = series.plan();
  const { parts } = whole;
  if (named !== undefined) {
    const plan = parts[named];
    if (plan !== undefined) return { series, part: named, plan };
    const which = parts.length === 0 ? 'is in one piece' : `has parts 0 to ${parts.length - 1}`;
    throw usage(`--part ${named} is not there: the series ${which}`);
  }
  const plan = best === undefined ? undefined : parts[best];
  if (plan === undefined) return { series, part: undefined, plan: whole };
  for (const line of partLines(whole)) await job.note(line);
  const own = ranked.filter((one) => one.series === series);
  const eligible = own.filter((one) => one.eligible);
  // Of localizers or reformatted images alone, which are nothing to choose among others.
  const volumes =
    eligible.length > 0 ? eligible : own.filter(({ plan: { verdict } }) => verdict === 'volume');
  if (volumes.length !== 1) {
    throw new FramedexError('NOT_A_VOLUME', 'the series has to be taken apart', {
      name: seriesName(series),
      found: `${parts.length} parts`,
      advice: 'Name one of them with --part N.',
    });
  }
  const label = labelText(plan);
  const words = label === '' ? '' : ` (${label})`;
  const only = criteria === undefined ? 'volume of them' : 'one of them that meets the criteria';
  await job.note(`note: part ${best}${words} is the only ${only}; --part N names another`);
  return { series, part: best, plan };
}

function seriesNamed(all: readonly Series[], text: string, input: string): Series {
  const byUid = all.find(({ uid }) => uid === text);
  if (byUid !== undefined) return byUid;
  const same = all.filter((one) => String(numberOf(one)) === text);
  const [first] = same;
  if (first !== undefined && same.length === 1) return first;
  if (first !== undefined) {
    const uids = same.map(({ uid }) => uid).join(', ');
    throw usage(`${same.length} series have the number ${text}: name one by its UID (${uids})`);
  }
  const there = all.map((one) => String(numberOf(one) ?? one.uid)).join(', ');
  throw usage(`there is no series ${text} in ${input}, but ${there}`);
}

function numberOf({ instances }: Series): number | undefined {
  return instances[0]?.dataset.get('SeriesNumber');
}

/** A file that stays open behind its reads: who opened the input closes it. */
function lastingInstance(
  opened: OpenedInput & { readonly kind: 'file' },
): ReturnType<typeof onlyInstance> {
  const keepOpen = (): Promise<void> => Promise.resolve();
  const file = new Proxy(opened.file, {
    get(target, key) {
      if (key === 'close' || key === Symbol.asyncDispose) return keepOpen;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { ...onlyInstance(opened), open: (): Promise<DicomFile> => Promise.resolve(file) };
}
