import type { GridOptions } from '../node/index.ts';
import { FramedexError } from '../errors.ts';
import { GAP } from '../series/volume-grid.ts';
import { usage } from './arguments.ts';
import type { ChosenSeries } from './chosen-series.ts';
import type { Job } from './job.ts';
import { planLines, verdictText } from './plan-words.ts';
import { seriesName } from './series-of-input.ts';

export const GRID_OPTIONS = {
  duplicates: { type: 'string' },
  'fill-gaps': { type: 'string' },
  resample: { type: 'string' },
  fill: { type: 'string' },
  'as-is': { type: 'boolean' },
} as const;

export const GRID_HELP: string = `  --duplicates first
                of slices at one place, takes the first, by Instance Number, then name
  --fill-gaps [linear|V]
                puts slices where some are missing: linear between the two on either side, as by
                default, or all of one stored value
  --resample [MM]
                straightens a tilted gantry and evens out uneven slices, by linear interpolation;
                with a number, slices are so many millimetres apart
  --fill V      the stored value outside of all slices, where --resample makes some
  --as-is       slices that are not evenly spaced, or missing, as if they were regular
`;

interface GridValues {
  readonly duplicates?: string | undefined;
  readonly 'fill-gaps'?: string | undefined;
  readonly resample?: string | undefined;
  readonly fill?: string | undefined;
  readonly 'as-is'?: boolean | undefined;
}

/** What is done about a grid that is not regular. */
export interface GridChoice extends Pick<
  GridOptions,
  'duplicates' | 'fillGaps' | 'resample' | 'fill'
> {
  readonly asIs: boolean;
}

/** What may follow an option that needs nothing behind it: a number, and not an INPUT that begins with one. */
const OPTIONAL: ReadonlyMap<string, RegExp> = new Map([
  ['--fill-gaps', /^(?:linear|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/i],
  ['--resample', /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i],
]);

/**
 * Gives `--fill-gaps` and `--resample` an empty value where nothing that could be one follows: Node's parser knows no values that may be left
 * out.
 */
export function withOptionalValues(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  const given: string[] = [];
  for (let k = 0; k < args.length; k++) {
    const arg = args[k] ?? '';
    const pattern = end < 0 || k < end ? OPTIONAL.get(arg) : undefined;
    if (pattern === undefined) given.push(arg);
    else if (pattern.test(args[k + 1] ?? '')) given.push(`${arg}=${args[++k] ?? ''}`);
    else given.push(`${arg}=`);
  }
  return given;
}

/** @throws FramedexError `USAGE`. */
export function gridChoice(values: GridValues): GridChoice {
  const { duplicates, 'fill-gaps': gaps, resample, fill, 'as-is': asIs = false } = values;
  if (duplicates !== undefined && duplicates !== 'first') {
    throw usage(`--duplicates is first, not ${JSON.stringify(duplicates)}`);
  }
  if (asIs && (gaps !== undefined || resample !== undefined)) {
    const other = gaps === undefined ? '--resample' : '--fill-gaps';
    throw usage(`--as-is leaves slices as they are: not together with ${other}`);
  }
  if (fill !== undefined && resample === undefined) {
    throw usage('--fill is for what --resample leaves empty');
  }
  return {
    duplicates,
    fillGaps: gaps === undefined ? undefined : gapsOf(gaps),
    resample: resample === undefined ? undefined : distanceOf(resample),
    fill: fill === undefined ? undefined : numberOf(fill, '--fill is a stored value'),
    asIs,
  };
}

function gapsOf(text: string): 'linear' | number {
  if (text === '' || text === 'linear') return 'linear';
  return numberOf(text, '--fill-gaps is linear or a stored value');
}

function distanceOf(text: string): true | number {
  if (text === '') return true;
  const what = '--resample is a number of millimetres';
  const distance = numberOf(text, what);
  if (distance > 0) return distance;
  throw usage(`${what}, not ${JSON.stringify(text)}`);
}

function numberOf(text: string, what: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw usage(`${what}, not ${JSON.stringify(text)}`);
}

/**
 * Refuses, before a pixel is read, slices that make no regular grid, unless an option says what is to be done: names what is wrong, in the
 * plan's words, and which option does what. The plan is that of the slices that are taken.
 *
 * @throws FramedexError `NOT_A_VOLUME`.
 */
export async function refuseIrregular(
  job: Job,
  { series, plan }: ChosenSeries,
  grid: GridChoice,
): Promise<void> {
  const { fillGaps, resample, asIs } = grid;
  const { verdict, reasons } = plan;
  const isTreated = fillGaps !== undefined || resample !== undefined || asIs;
  if (verdict === 'volume' || (verdict === 'stack' && isTreated)) return;
  for (const line of planLines(plan)) await job.note(line);
  const name = seriesName(series);
  if (verdict === 'none') {
    const found = reasons[0]?.message;
    throw new FramedexError('NOT_A_VOLUME', 'the series makes no volume', { name, found });
  }
  throw new FramedexError('NOT_A_VOLUME', 'the slices are no regular grid', {
    name,
    // The line stands for all of them where it is the only one that is seen, or kept.
    found: verdictText(plan),
    advice: `${waysOut(plan, grid).join('; ')}.`,
  });
}

function waysOut({ reasons, parts }: ChosenSeries['plan'], { duplicates }: GridChoice): string[] {
  const isTwice = reasons.some(({ code }) => code === 'DUPLICATE_POSITION');
  const isMissing = reasons.some(({ code }) => code === 'MISSING_SLICES');
  const uneven = reasons.filter(({ code }) => code === 'UNEVEN_SPACING' || code === 'DISPLACED');
  // There is room for a slice, which has to be filled first.
  const isWide = uneven.some(({ value = 0, usual = value }) => value > GAP * usual);
  const both = isMissing || isWide ? '--resample with --fill-gaps' : '--resample';
  return [
    ...(parts.length === 0 ? [] : ['--part N takes one regular run']),
    ...(isTwice && duplicates === undefined
      ? ['--duplicates first takes the first of the slices at one place']
      : []),
    ...(isMissing && uneven.length === 0 ? ['--fill-gaps puts slices where some are missing'] : []),
    ...(uneven.length > 0 ? [`${both} evens them out`] : []),
    '--as-is takes them as if they were regular',
  ];
}
