import type { Dataset } from '../dicom/dataset.ts';
import type { Keyword } from '../dicom/tag-values.ts';
import { concatenatedFrames } from './concatenated-frames.ts';
import type { ConcatenatedFrames } from './concatenated-frames.ts';
import type { Instance } from './instance.ts';
import { placeParts } from './part-placement.ts';
import type { ConcatenationIssue, ConcatenationPart, MissingParts } from './part-placement.ts';

/** What is kept of every instance to put concatenations together. */
export const CONCATENATION_ATTRIBUTES: readonly Keyword[] = [
  'SOPInstanceUIDOfConcatenationSource',
  'ConcatenationUID',
  'InConcatenationNumber',
  'InConcatenationTotalNumber',
  'ConcatenationFrameOffsetNumber',
];

/**
 * A multi-frame image that was taken apart into several instances (PS3.3 C.7.6.16.2.2), and is one list of
 * frames again. The instances stay what they are in their series.
 *
 * @example
 * ```ts
 * for (const concatenation of series.concatenations) {
 *   await using frames = await concatenation.open();
 *   const frame = await frames.frame(1200);
 * }
 * ```
 */
export interface Concatenation {
  /** SOP Instance UID of Concatenation Source: of the image that was taken apart; else Concatenation UID. */
  readonly uid: string;
  /** In the order of their frames, of those that have a place among them. */
  readonly parts: readonly ConcatenationPart[];
  /**
   * Frames up to the last one that is there, those of missing parts between included. More may follow
   * where the last entry of `missing` has no `count`.
   */
  readonly frameCount: number;
  /** In the order of their frames; empty where all frames are there. */
  readonly missing: readonly MissingParts[];
  /** Where the parts contradict each other; empty where the concatenation is as the standard has it. */
  readonly issues: readonly ConcatenationIssue[];
  /** The frames of all parts, none of which is opened yet. */
  open(): Promise<ConcatenatedFrames>;
}

/** The concatenations among the instances of one series, in the order of their first instances. */
export function concatenationsOf(instances: readonly Instance[]): readonly Concatenation[] {
  const groups = new Map<string, Instance[]>();
  const names = concatenationsOfSources(instances);
  for (const instance of instances) {
    const key = commonUID(instance.dataset, names);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [instance]);
    else group.push(instance);
  }
  return [...groups].map(([uid, group]) => createConcatenation(uid, group));
}

/** Which Concatenation UIDs the parts of each source have. */
type SourceNames = ReadonlyMap<string, ReadonlySet<string>>;

function concatenationsOfSources(instances: readonly Instance[]): SourceNames {
  const names = new Map<string, Set<string>>();
  for (const { dataset } of instances) {
    const uid = concatenationUID(dataset);
    const source = sourceUID(dataset);
    if (uid === undefined || source === undefined) continue;
    const known = names.get(source);
    if (known === undefined) names.set(source, new Set([uid]));
    else known.add(uid);
  }
  return names;
}

/**
 * What all parts have in common. Some writers leave the one UID or the other out: a part without
 * Concatenation UID is of the one concatenation of its source, where there is one only.
 */
function commonUID(dataset: Dataset, names: SourceNames): string | undefined {
  const uid = concatenationUID(dataset);
  const source = sourceUID(dataset);
  if (uid !== undefined || source === undefined) return uid;
  const [only, ...others] = names.get(source) ?? [];
  return only === undefined || others.length > 0 ? source : only;
}

function concatenationUID(dataset: Dataset): string | undefined {
  const uid = dataset.get('ConcatenationUID');
  return uid === '' ? undefined : uid;
}

function sourceUID(dataset: Dataset): string | undefined {
  const uid = dataset.get('SOPInstanceUIDOfConcatenationSource');
  return uid === '' ? undefined : uid;
}

function createConcatenation(common: string, instances: readonly Instance[]): Concatenation {
  const { parts, missing, issues } = placeParts(instances);
  const last = parts[parts.length - 1];
  const frameCount = last === undefined ? 0 : last.from + last.count;
  const [source] = instances.flatMap(({ dataset }) => sourceUID(dataset) ?? []);
  return {
    uid: source ?? common,
    parts,
    frameCount,
    missing,
    issues,
    open: () => Promise.resolve(concatenatedFrames({ parts, missing, frameCount })),
  };
}
