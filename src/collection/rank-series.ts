import { FramedexError } from '../errors.ts';
import type { ImageKind, KindOfImages } from '../series/image-kind.ts';
import type { VolumePlan } from '../series/plan.ts';
import type { PlanTolerances } from '../series/tolerances.ts';
import { kindOfImages, kindRank } from './image-kind.ts';
import { isSegmentation } from './segmentations.ts';
import { lieOf, sliceDistance } from './plan-measures.ts';
import type { Lie } from './plan-measures.ts';
import type { Series } from './series.ts';

/** What a series has to be, to be chosen. What is left out is not asked for. */
export interface RankCriteria {
  /** One of them, in upper or lower case: `['CT', 'MR']`. */
  readonly modality?: string | readonly string[] | undefined;
  /** `volume` by default; `stack`: regular or not. */
  readonly verdict?: 'volume' | 'stack' | undefined;
  /** 2 by default. */
  readonly minimumSlices?: number | undefined;
  /** Most millimetres from slice to slice: of a stack, between any two neighbours. */
  readonly maximumSpacing?: number | undefined;
  /** Plane of the slices: the one that is nearest. */
  readonly orientation?: 'axial' | 'coronal' | 'sagittal' | undefined;
  /** Only images that say that they were acquired: no secondary or derived ones (Image Type, PS3.3 C.7.6.1.1.2). */
  readonly original?: boolean | undefined;
  /**
   * What is not chosen unless it is named here, and is behind all else even then: images that were made of a volume (`reformat`: multi-planar and curved
   * ones, projections), overviews (`localizer`), and what marks voxels of other images (`segmentation`).
   */
  readonly accept?: readonly Aside[] | undefined;
  /** Description as a text that is in it (upper or lower case), or a pattern. */
  readonly description?: string | RegExp | undefined;
  readonly tolerances?: PlanTolerances | undefined;
}

/** What is rarely meant by the best series. */
type Aside = (typeof ASIDE)[number];

/** Why a series stands where it stands, or is not to be chosen at all. */
export interface RankReason {
  readonly code:
    | 'VERDICT'
    | 'IMAGE_TYPE'
    | 'SLICES'
    | 'SPACING'
    | 'ORIENTATION'
    | 'MODALITY'
    | 'DESCRIPTION'
    | 'EVENNESS'
    | 'CODEC';
  /** Meets the criteria in this. */
  readonly met: boolean;
  /** `222 slices`, `derived image (Image Type DERIVED)`. */
  readonly message: string;
  /** The number in it: slices, millimetres from slice to slice, degrees that the slices are off the plane, uneven distances. */
  readonly value?: number | undefined;
}

/** A series, or one part of it, and how good a volume it would be. */
export interface RankedSeries {
  readonly series: Series;
  /** Number of the plan's part, as `part` of {@link GridOptions}; undefined: the series as a whole. */
  readonly part: number | undefined;
  /** Of the series, or of that part. */
  readonly plan: VolumePlan;
  /** It meets all criteria, and there is a codec for it. */
  readonly eligible: boolean;
  readonly reasons: readonly RankReason[];
}

/**
 * Series from best to worst, from headers alone. Those that meet the criteria are first. Then counts, in this order: images at all; no reformatted images,
 * localizers or segmentations; a codec for them; a regular volume before a stack (with `verdict: 'stack'`, one is as good as the other); most slices; the
 * thinnest; originals; axial ones; the smallest pixels; the least Series Number; the least UID. The order is the same in
 * whatever order they are given.
 *
 * Slices are counted, not the millimetres that they cover: of reconstructions of one scan, which cover the same, the finest has most; and few thick slices of a
 * long stretch are no better volume than many thin ones of a part of it.
 *
 * Of a series that has to be taken apart, each part has its place. A stack whose spacing changes is one: a run of it leaves out
 * some of the body, and is not chosen for it.
 *
 * @throws FramedexError `USAGE` for criteria that are none.
 *
 * @example
 * ```ts
 * const [best] = rankSeries(await archive.series(), { modality: 'CT', maximumSpacing: 3 });
 * if (best?.eligible) await best.series.volume({ part: best.part });
 * ```
 */
export function rankSeries(series: readonly Series[], criteria: RankCriteria = {}): RankedSeries[] {
  checkCriteria(criteria);
  return series
    .flatMap((one) => candidatesOf(one, criteria))
    .sort(compareCandidates)
    .map(({ ranked }) => ranked);
}

type KindOfSeries = ImageKind | 'segmentation';

/** What is compared of a plan. */
interface Measures {
  readonly kind: Omit<KindOfImages, 'kind'> & { readonly kind: KindOfSeries };
  readonly lie: Lie | undefined;
  /** Millimetres; undefined where nothing is known of them. */
  readonly distance: number | undefined;
  readonly pixelArea: number | undefined;
}

interface Candidate {
  readonly ranked: RankedSeries;
  /** Places by what matters most, then by the next: less is better. */
  readonly order: readonly number[];
}

function candidatesOf(series: Series, criteria: RankCriteria): Candidate[] {
  const { tolerances } = criteria;
  const whole = series.plan(tolerances === undefined ? {} : { tolerances });
  const instances = new Map(series.instances.map((one) => [one.name, one]));
  const isLabels = isSegmentation(series);
  const apart = whole.verdict === 'none' && whole.parts.length > 0;
  const plans = apart ? whole.parts : [whole];
  return plans.map((plan, k) => {
    const measures: Measures = {
      kind: isLabels ? { kind: 'segmentation' } : kindOfImages(plan.slices, instances),
      lie: lieOf(plan),
      distance: sliceDistance(plan),
      pixelArea: hasNo(plan, 'NO_SPACING') ? plan.spacing[0] * plan.spacing[1] : undefined,
    };
    const reasons = reasonsOf(series, plan, measures, criteria);
    const eligible = reasons.every(({ met }) => met);
    const ranked = { series, part: apart ? k : undefined, plan, eligible, reasons };
    return { ranked, order: orderOf(ranked, measures, criteria) };
  });
}

const VERDICTS = ['volume', 'stack', 'none'] as const;

/** From the most useful to the least. */
const ASIDE = ['reformat', 'localizer', 'segmentation'] as const;

function asideOf(kind: KindOfSeries): Aside | undefined {
  return ASIDE.find((aside) => aside === kind);
}

/** Distances that differ by less are one: each is a quotient of rounded positions. */
const LEAST_MILLIMETRES = 1e-3;

function orderOf(
  { series, plan, eligible }: RankedSeries,
  { kind: { kind }, lie, distance = Infinity, pixelArea = Infinity }: Measures,
  { verdict = 'volume' }: RankCriteria,
): number[] {
  const aside = asideOf(kind);
  return [
    eligible ? 0 : 1,
    hasNo(plan, 'NO_PIXELS') ? 0 : 1,
    aside === undefined ? 0 : 1 + ASIDE.indexOf(aside),
    hasNo(plan, 'NO_CODEC') ? 0 : 1,
    verdict === plan.verdict ? 0 : VERDICTS.indexOf(plan.verdict),
    -plan.size[2],
    Math.round(distance / LEAST_MILLIMETRES),
    kind === 'segmentation' ? 0 : kindRank(kind),
    lie === undefined ? 2 : lie.orientation === 'axial' ? 0 : 1,
    pixelArea,
    series.instances[0]?.dataset.get('SeriesNumber') ?? Infinity,
  ];
}

function compareCandidates(a: Candidate, b: Candidate): number {
  for (const [k, place] of a.order.entries()) {
    const other = b.order[k] ?? 0;
    if (place !== other) return place - other;
  }
  const [one, another] = [a.ranked.series, b.ranked.series];
  return (
    compareTexts(one.study, another.study) ||
    compareTexts(one.uid, another.uid) ||
    (a.ranked.part ?? 0) - (b.ranked.part ?? 0)
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hasNo({ reasons }: VolumePlan, issue: VolumePlan['reasons'][number]['code']): boolean {
  return !reasons.some(({ code }) => code === issue);
}

function reasonsOf(
  series: Series,
  plan: VolumePlan,
  measures: Measures,
  criteria: RankCriteria,
): RankReason[] {
  return [
    verdictReason(plan, criteria),
    ...evennessReasons(plan, criteria),
    imageTypeReason(measures.kind, criteria),
    ...orientationReasons(measures.lie, criteria),
    slicesReason(plan, criteria),
    ...spacingReasons(measures.distance, criteria),
    ...codecReasons(plan),
    ...askedReasons(series, criteria),
  ];
}

function verdictReason(
  { verdict, reasons, labels = [] }: VolumePlan,
  criteria: RankCriteria,
): RankReason {
  const incomplete = reasons.find(({ code }) => code === 'INCOMPLETE');
  const words = {
    volume: 'a regular volume',
    stack: incomplete === undefined ? 'a stack, no regular grid' : `a stack: ${incomplete.message}`,
    none: 'no volume',
  };
  const part = labels.length === 0 ? '' : ' (one part of the series)';
  return {
    code: 'VERDICT',
    met: isVerdict(verdict, criteria),
    message: `${words[verdict]}${part}`,
  };
}

function isVerdict(verdict: VolumePlan['verdict'], criteria: RankCriteria): boolean {
  return verdict === 'volume' || (verdict === 'stack' && criteria.verdict === 'stack');
}

/** What is said of distances that are not as the others. */
const UNEVEN: ReadonlySet<string> = new Set([
  'MISSING_SLICES',
  'UNEVEN_SPACING',
  'DUPLICATE_POSITION',
  'DISPLACED',
]);

function evennessReasons({ verdict, reasons }: VolumePlan, criteria: RankCriteria): RankReason[] {
  const uneven = reasons.filter(({ code }) => UNEVEN.has(code));
  const [first] = uneven;
  if (verdict !== 'stack' || first === undefined) return [];
  const more = uneven.length > 1 ? `, and ${uneven.length - 1} more such` : '';
  const message = `not evenly spaced: ${first.message}${more}`;
  return [{ code: 'EVENNESS', met: isVerdict(verdict, criteria), message, value: uneven.length }];
}

const KIND_WORDS: Readonly<Record<KindOfSeries, string>> = {
  original: 'original images',
  unknown: 'nothing tells whether the images are original (no Image Type)',
  derived: 'derived images',
  reformat: 'reformatted or projected images',
  localizer: 'localizer',
  segmentation: 'segmentation',
};

function imageTypeReason(
  { kind, because }: Measures['kind'],
  { original, accept = [] }: RankCriteria,
): RankReason {
  const value = because === undefined ? '' : ` (Image Type ${because})`;
  const aside = asideOf(kind);
  const isAccepted = aside === undefined || accept.includes(aside);
  // A localizer was acquired, too.
  const met = isAccepted && (original !== true || kind === 'original' || kind === 'localizer');
  const asked = isAccepted ? '' : ', chosen only where asked for';
  return { code: 'IMAGE_TYPE', met, message: `${KIND_WORDS[kind]}${value}${asked}` };
}

function orientationReasons(lie: Lie | undefined, { orientation }: RankCriteria): RankReason[] {
  if (lie === undefined) {
    const message = 'the plane is not known: no positions in the patient';
    return orientation === undefined ? [] : [{ code: 'ORIENTATION', met: false, message }];
  }
  const off = lie.off < 0.05 ? '' : `, ${lie.off.toFixed(1)} degrees off`;
  const met = orientation === undefined || orientation === lie.orientation;
  const asked = met ? '' : `; ${orientation} is asked for`;
  const message = `${lie.orientation}${off}${asked}`;
  return [{ code: 'ORIENTATION', met, message, value: lie.off }];
}

/** One slice is no volume. */
const LEAST_SLICES = 2;

function slicesReason({ size: [, , slices] }: VolumePlan, criteria: RankCriteria): RankReason {
  const { minimumSlices } = criteria;
  const met = slices >= (minimumSlices ?? LEAST_SLICES);
  const wanted =
    minimumSlices === undefined
      ? `a volume has ${LEAST_SLICES} at least`
      : `${minimumSlices} at least are asked for`;
  const asked = met ? '' : `; ${wanted}`;
  const message = `${slices} ${slices === 1 ? 'slice' : 'slices'}${asked}`;
  return { code: 'SLICES', met, message, value: slices };
}

function spacingReasons(
  distance: number | undefined,
  { maximumSpacing }: RankCriteria,
): RankReason[] {
  if (distance === undefined) {
    const message = 'the distance of the slices is not known';
    return maximumSpacing === undefined ? [] : [{ code: 'SPACING', met: false, message }];
  }
  const met = maximumSpacing === undefined || distance <= maximumSpacing;
  const asked = met ? '' : `; ${maximumSpacing} mm at most are asked for`;
  const message = `${millimetres(distance)} from slice to slice${asked}`;
  return [{ code: 'SPACING', met, message, value: distance }];
}

function millimetres(value: number): string {
  return `${Number(value.toFixed(3))} mm`;
}

function codecReasons({ reasons }: VolumePlan): RankReason[] {
  return reasons
    .filter(({ code }) => code === 'NO_CODEC')
    .map(({ message }) => ({ code: 'CODEC', met: false, message }));
}

/** What is looked at where it is asked for. The description is not repeated: it may name somebody. */
function askedReasons({ modality, description }: Series, criteria: RankCriteria): RankReason[] {
  const reasons: RankReason[] = [];
  const { modality: wanted, description: pattern } = criteria;
  if (wanted !== undefined) {
    const list = typeof wanted === 'string' ? [wanted] : wanted;
    const met = list.some((one) => one.trim().toUpperCase() === modality.trim().toUpperCase());
    const message = met ? 'the modality asked for' : `not ${list.join(' or ')}, as is asked for`;
    reasons.push({ code: 'MODALITY', met, message });
  }
  if (pattern !== undefined) {
    const met =
      typeof pattern === 'string'
        ? description.toLowerCase().includes(pattern.toLowerCase())
        : // `test` would go on where it stopped at the series before.
          description.search(pattern) >= 0;
    const message = met ? 'the description asked for' : 'not the description asked for';
    reasons.push({ code: 'DESCRIPTION', met, message });
  }
  return reasons;
}

const CRITERIA: ReadonlySet<string> = new Set<keyof RankCriteria>([
  'modality',
  'verdict',
  'minimumSlices',
  'maximumSpacing',
  'orientation',
  'original',
  'accept',
  'description',
  'tolerances',
]);

/** Callers that were not compiled may ask for anything. */
function checkCriteria(criteria: unknown): void {
  if (typeof criteria !== 'object' || criteria === null) refuse('criteria', 'an object', criteria);
  const given = criteria as Partial<Record<keyof RankCriteria, unknown>>;
  const { modality, verdict, minimumSlices, maximumSpacing, orientation, original } = given;
  const { accept, description } = given;
  // A slip in a name would choose another series.
  const unknown = Object.keys(given).find((name) => !CRITERIA.has(name));
  if (unknown !== undefined) refuse(unknown, [...CRITERIA].join(', '), unknown);
  const check = (name: string, isGiven: boolean, expected: string, value: unknown): void => {
    if (value !== undefined && !isGiven) refuse(name, expected, value);
  };
  const isList =
    Array.isArray(modality) &&
    modality.length > 0 &&
    modality.every((one) => typeof one === 'string');
  check('modality', isList || typeof modality === 'string', 'a text, or a list of some', modality);
  check('verdict', verdict === 'volume' || verdict === 'stack', 'volume or stack', verdict);
  const isCount = Number.isInteger(minimumSlices) && Number(minimumSlices) > 0;
  check('minimumSlices', isCount, 'a whole number from 1 on', minimumSlices);
  const isLength = typeof maximumSpacing === 'number' && maximumSpacing > 0;
  check('maximumSpacing', isLength, 'millimetres above 0', maximumSpacing);
  const isPlane = ['axial', 'coronal', 'sagittal'].some((one) => one === orientation);
  check('orientation', isPlane, 'axial, coronal or sagittal', orientation);
  check('original', typeof original === 'boolean', 'true or false', original);
  const areAside =
    Array.isArray(accept) && accept.every((one) => ASIDE.some((aside) => aside === one));
  check('accept', areAside, `a list of some of ${ASIDE.join(', ')}`, accept);
  const isText = typeof description === 'string' || description instanceof RegExp;
  check('description', isText, 'a text or a pattern', description);
}

function refuse(name: string, expected: string, found: unknown): never {
  throw new FramedexError('USAGE', `\`${name}\` is wrong for ranking series`, {
    expected,
    found: Array.isArray(found) ? `[${found.map(shown).join(', ')}]` : shown(found),
  });
}

/** What a caller gave, which is nothing of a file. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
