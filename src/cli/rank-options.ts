import type { RankCriteria } from '../collection/rank-series.ts';
import { FramedexError } from '../errors.ts';
import type { RankedSeries } from '../node/index.ts';
import { usage, wholeNumber } from './arguments.ts';
import { seriesName } from './series-of-input.ts';

export const RANK_OPTIONS = {
  modality: { type: 'string' },
  'min-slices': { type: 'string' },
  'max-spacing': { type: 'string' },
  orientation: { type: 'string' },
  original: { type: 'boolean' },
  description: { type: 'string' },
  accept: { type: 'string', multiple: true },
} as const;

export const RANK_USAGE: string = `[--modality CT[,MR]] [--min-slices N] [--max-spacing MM]
                             [--orientation axial|coronal|sagittal] [--original]
                             [--description TEXT] [--accept localizer|reformat|segmentation]...`;

export const RANK_HELP: string = `  --modality CT[,MR]
                of this modality, or one of these
  --min-slices N
                of so many slices at least
  --max-spacing MM
                of so many millimetres from slice to slice at most
  --orientation axial|coronal|sagittal
                of slices that are nearest to this plane
  --original    of images that say that they were acquired, and are not derived
  --description TEXT
                with this text in its description, in upper or lower case
  --accept localizer|reformat|segmentation
                may be one of these, too, which else are not chosen, and come last even so; may be
                given several times
`;

/** Their values, as they were given. */
export interface RankValues {
  readonly modality?: string | undefined;
  readonly 'min-slices'?: string | undefined;
  readonly 'max-spacing'?: string | undefined;
  readonly orientation?: string | undefined;
  readonly original?: boolean | undefined;
  readonly description?: string | undefined;
  readonly accept?: readonly string[] | undefined;
}

/** The first of the criteria that is given, as it is written. */
export function givenCriterion(values: RankValues): string | undefined {
  const names = Object.keys(RANK_OPTIONS) as (keyof typeof RANK_OPTIONS)[];
  const given = names.find((name) => values[name] !== undefined);
  return given === undefined ? undefined : `--${given}`;
}

/**
 * What a series has to be; undefined where nothing is asked for.
 *
 * @throws FramedexError `USAGE`.
 */
export function rankCriteria(values: RankValues): RankCriteria | undefined {
  if (givenCriterion(values) === undefined) return undefined;
  const { modality, orientation, original, description, accept } = values;
  const { 'min-slices': slices, 'max-spacing': spacing } = values;
  if (description?.trim() === '') {
    throw usage(`--description is a text, not ${JSON.stringify(description)}`);
  }
  return {
    modality: modality === undefined ? undefined : modalitiesOf(modality),
    minimumSlices: slices === undefined ? undefined : wholeNumber(slices, '--min-slices', 1),
    maximumSpacing: spacing === undefined ? undefined : millimetresOf(spacing),
    orientation:
      orientation === undefined ? undefined : oneOf(ORIENTATIONS, orientation, '--orientation'),
    original,
    description,
    accept: accept?.map((text) => oneOf(ASIDE, text, '--accept')),
  };
}

const ORIENTATIONS = ['axial', 'coronal', 'sagittal'] as const;
const ASIDE = ['localizer', 'reformat', 'segmentation'] as const;

function oneOf<T extends string>(all: readonly T[], text: string, option: string): T {
  const found = all.find((one) => one === text);
  if (found !== undefined) return found;
  const list = `${all.slice(0, -1).join(', ')} or ${all.slice(-1).join('')}`;
  throw usage(`${option} is ${list}, not ${JSON.stringify(text)}`);
}

function modalitiesOf(text: string): string[] {
  const list = text.split(',').map((one) => one.trim());
  if (list.every((one) => one !== '')) return list;
  throw usage(`--modality is one such as CT, or several: CT,MR; not ${JSON.stringify(text)}`);
}

function millimetresOf(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw usage(`--max-spacing is millimetres above 0, not ${JSON.stringify(text)}`);
}

/**
 * Those of ranked series that are what was asked for. Where none is a volume, these are stacks: what is done about one is asked for by other options.
 *
 * @throws FramedexError `NOT_A_VOLUME` where there is none, with what is against the best.
 */
export function meetingCriteria(ranked: readonly RankedSeries[]): readonly RankedSeries[] {
  const eligible = ranked.filter((one) => one.eligible);
  const meeting = eligible.length > 0 ? eligible : ranked.filter(isIrregularOnly);
  if (meeting.length > 0) return meeting;
  throw new FramedexError('NOT_A_VOLUME', 'no series meets the criteria', {
    found: ranked.slice(0, BEST).map(whyNot).join('; '),
    advice: 'framedex ls --rank has all series, and why; --series names one whatever it is.',
  });
}

/** So many are named where none is chosen. */
const BEST = 3;

function isIrregularOnly({ plan, reasons }: RankedSeries): boolean {
  const isForm = (code: string): boolean => code === 'VERDICT' || code === 'EVENNESS';
  return plan.verdict === 'stack' && reasons.every(({ met, code }) => met || isForm(code));
}

function whyNot({ series, part, reasons }: RankedSeries): string {
  const which = part === undefined ? '' : `, part ${part}`;
  const against = reasons.filter(({ met }) => !met).map(({ message }) => message);
  return `${seriesName(series)}${which} (${against.join(', ')})`;
}
