import type { VolumePlan } from '../series/plan.ts';
import type { PlanTolerances } from '../series/tolerances.ts';
import type { Series } from './series.ts';

/** What a series has to be, to be chosen. What is left out is not asked for. */
export interface RankCriteria {
  /** One of them, in upper or lower case: `['CT', 'MR']`. */
  readonly modality?: string | readonly string[] | undefined;
  /** `volume` by default; `stack`: regular or not. */
  readonly verdict?: 'volume' | 'stack' | undefined;
  /** 2 by default. */
  readonly minimumSlices?: number | undefined;
  /** Most millimetres from slice to slice. */
  readonly maximumSpacing?: number | undefined;
  /** Plane of the slices. */
  readonly orientation?: 'axial' | 'coronal' | 'sagittal' | undefined;
  /** Only images that were acquired: no secondary or derived ones (Image Type). */
  readonly original?: boolean | undefined;
  /** Description as a text that is in it (upper or lower case), or a pattern. */
  readonly description?: string | RegExp | undefined;
  readonly tolerances?: PlanTolerances | undefined;
}

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
}

/** A series, or one part of it, and how good a volume it would be. */
export interface RankedSeries {
  readonly series: Series;
  /** Number of the plan's part, as `part` of {@link GridOptions}; undefined: the series as a whole. */
  readonly part: number | undefined;
  /** Of the series, or of that part. */
  readonly plan: VolumePlan;
  /** It meets all criteria. */
  readonly eligible: boolean;
  readonly reasons: readonly RankReason[];
}

/**
 * Series from best to worst, from headers alone: those that meet the criteria first; among them regular volumes, then originals, axial ones, those of
 * most slices, of the thinnest, and of the smallest pixels. Of a series that has to be taken apart, each part has its place.
 *
 * @example
 * ```ts
 * const [best] = rankSeries(await archive.series(), { modality: 'CT', maximumSpacing: 3 });
 * if (best?.eligible) await best.series.volume({ part: best.part });
 * ```
 */
export function rankSeries(series: readonly Series[], criteria?: RankCriteria): RankedSeries[] {
  throw new Error('to come');
}
