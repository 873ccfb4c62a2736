import type { Skipped } from '../collection/collection.ts';
import type { Concatenation } from '../collection/concatenation.ts';
import type { Instance } from '../collection/instance.ts';
import type { ConcatenationIssue, PartNumbers } from '../collection/part-placement.ts';
import type { Series } from '../collection/series.ts';
import type { PlannedImage, VolumePlan } from '../node/index.ts';
import { failureJson } from './failures.ts';
import type { FailureJson } from './failures.ts';
import { framesOf } from '../collection/frame-counts.ts';

/** One input, as `--json` has it. */
export interface InputListing {
  readonly name: string;
  /** Why nothing of it could be read. */
  readonly error?: FailureJson | undefined;
  readonly studies: readonly StudyListing[];
  readonly skipped: readonly FailureJson[];
}

export interface StudyListing {
  readonly uid: string;
  readonly description: string;
  /** As the file has it: `20240131`. */
  readonly date: string;
  readonly patient: { readonly name: string; readonly id: string };
  readonly series: readonly SeriesListing[];
}

export interface SeriesListing {
  readonly uid: string;
  readonly number: number | null;
  readonly modality: string;
  readonly description: string;
  readonly instances: number;
  /** Null where an instance is too small for as many as it says. */
  readonly frames: number | null;
  readonly bytes: number;
  readonly plan: PlanListing;
  readonly concatenations?: readonly ConcatenationListing[] | undefined;
  readonly files?: readonly InstanceListing[] | undefined;
}

/** A plan as it stands in JSON: of a part that is taken apart itself, its parts too. */
export interface PlanListing extends Omit<VolumePlan, 'affine' | 'slices' | 'parts'> {
  readonly affine: readonly number[];
  readonly parts: readonly PlanListing[];
  /** Where instances are listed; those of a series that is taken apart are listed with its parts. */
  readonly slices?: readonly PlannedImage[] | undefined;
}

/** Instances that are one image, taken apart. */
export interface ConcatenationListing {
  readonly uid: string;
  readonly instances: number;
  readonly frames: number;
  /** Numbers of parts that are not there, their first frame, and how many; null where nothing tells. */
  readonly missing: readonly {
    /** Runs of them, both ends included. */
    readonly parts: readonly PartNumbers[];
    readonly from: number;
    readonly frames: number | null;
  }[];
  readonly issues: readonly ConcatenationIssue[];
}

export interface InstanceListing {
  readonly name: string;
  readonly sopInstanceUID: string;
  /** Null where it is too small for as many as it says. */
  readonly frames: number | null;
  readonly bytes: number;
}

/** What is listed of a series besides itself. */
export interface Listed {
  readonly instances: boolean;
  /** Of its plan. */
  readonly slices: boolean;
}

/** Series by study, both in a natural order. */
export function studiesOf(series: readonly Series[], listed: Listed): StudyListing[] {
  const studies = new Map<string, Series[]>();
  for (const one of series) {
    const together = studies.get(one.study);
    if (together === undefined) studies.set(one.study, [one]);
    else together.push(one);
  }
  return [...studies].map(([uid, together]) => {
    const dataset = together[0]?.instances[0]?.dataset;
    const all = together.map((one) => seriesListing(one, listed));
    return {
      uid,
      description: dataset?.get('StudyDescription') ?? '',
      date: dataset?.get('StudyDate') ?? '',
      patient: { name: dataset?.get('PatientName') ?? '', id: dataset?.get('PatientID') ?? '' },
      series: all.sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || 0),
    };
  });
}

function seriesListing(series: Series, listed: Listed): SeriesListing {
  const { uid, modality, description, instances } = series;
  return {
    uid,
    number: instances[0]?.dataset.get('SeriesNumber') ?? null,
    modality,
    description,
    instances: instances.length,
    frames: framesOf(instances) ?? null,
    bytes: instances.reduce((sum, { size: bytes }) => sum + bytes, 0),
    plan: planListing(series.plan(), listed.slices),
    concatenations:
      series.concatenations.length === 0
        ? undefined
        : series.concatenations.map(concatenationListing),
    files: listed.instances ? instances.map(instanceListing) : undefined,
  };
}

/** A plan for JSON, which has no typed arrays. */
export function planListing(plan: VolumePlan, withSlices = false): PlanListing {
  const { affine, slices, parts, ...more } = plan;
  const isApart = plan.verdict === 'none' && parts.length > 0;
  return {
    ...more,
    affine: Array.from(affine),
    parts: parts.map((part) => planListing(part, withSlices)),
    slices: withSlices && !isApart ? slices : undefined,
  };
}

function concatenationListing(concatenation: Concatenation): ConcatenationListing {
  const { uid, parts, frameCount, missing, issues } = concatenation;
  return {
    uid,
    instances: parts.length,
    frames: frameCount,
    missing: missing.map(({ numbers, from, count }) => ({
      parts: numbers,
      from,
      frames: count ?? null,
    })),
    issues,
  };
}

function instanceListing(instance: Instance): InstanceListing {
  const { name, sopInstanceUID, size } = instance;
  return { name, sopInstanceUID, frames: framesOf([instance]) ?? null, bytes: size };
}

export function skippedJson({ name, reason }: Skipped): FailureJson {
  return { ...failureJson(reason), name };
}
