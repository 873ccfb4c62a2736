import type { Dataset } from '../dicom/dataset.ts';
import { groupColumns } from '../dicom/functional-groups.ts';
import type { Keyword } from '../dicom/tag-values.ts';
import type { TagLike } from '../dicom/tag.ts';

/** The values of one attribute: one where all frames have the same, else one for each frame. */
export type Column = readonly unknown[];

/** By the keyword that images of one frame have the attribute under. */
export type Columns = ReadonlyMap<Keyword, Column>;

/**
 * What is kept of frames, and where functional groups have it (PS3.3 C.7.6.16.2, C.8.13 to C.8.15): the first
 * that is there counts. Without a path, in whichever macro; so it is found in converted images as well,
 * which keep what has no macro under its own keyword (C.7.6.16.2.25).
 */
const FRAME_ATTRIBUTES: readonly (readonly [kept: Keyword, ...written: TagLike[]])[] = [
  ['ImagePositionPatient', 'ImagePositionPatient'],
  ['ImageOrientationPatient', 'ImageOrientationPatient'],
  ['PixelSpacing', 'PixelSpacing'],
  ['SliceThickness', 'SliceThickness'],
  ['SpacingBetweenSlices', 'SpacingBetweenSlices'],
  ['SliceLocation', 'SliceLocation'],
  ['InstanceNumber', 'InstanceNumber'],
  ['StackID', 'StackID'],
  ['DimensionIndexValues', 'DimensionIndexValues'],
  ['AcquisitionNumber', 'FrameAcquisitionNumber', 'AcquisitionNumber'],
  ['AcquisitionDateTime', 'FrameAcquisitionDateTime', 'AcquisitionDateTime'],
  ['AcquisitionDate', 'AcquisitionDate'],
  ['AcquisitionTime', 'AcquisitionTime'],
  ['ContentDate', 'ContentDate'],
  ['ContentTime', 'ContentTime'],
  ['FrameReferenceTime', 'FrameReferenceTime'],
  ['TemporalPositionIndex', 'TemporalPositionIndex'],
  ['TemporalPositionIdentifier', 'TemporalPositionIdentifier'],
  ['TriggerTime', 'NominalCardiacTriggerDelayTime', 'TriggerTime'],
  ['CardiacCyclePosition', 'CardiacCyclePosition'],
  ['NominalPercentageOfCardiacPhase', 'NominalPercentageOfCardiacPhase'],
  ['EchoTime', 'EffectiveEchoTime', 'EchoTime'],
  ['EchoNumbers', 'EchoNumbers'],
  ['DiffusionBValue', 'DiffusionBValue'],
  [
    'DiffusionGradientOrientation',
    'MRDiffusionSequence.0.DiffusionGradientDirectionSequence.0.DiffusionGradientOrientation',
    'DiffusionGradientOrientation',
  ],
  ['ImageType', 'FrameType', 'ImageType'],
  ['ComplexImageComponent', 'ComplexImageComponent'],
  ['FlipAngle', 'FlipAngle'],
  ['InversionTime', 'InversionTimes', 'InversionTime'],
  ['ConvolutionKernel', 'ConvolutionKernel'],
  ['KVP', 'KVP'],
  ['RescaleIntercept', 'RescaleIntercept'],
  ['RescaleSlope', 'RescaleSlope'],
  ['WindowCenter', 'WindowCenter'],
  ['WindowWidth', 'WindowWidth'],
  // Other macros name segments of other objects.
  ['ReferencedSegmentNumber', 'SegmentIdentificationSequence.0.ReferencedSegmentNumber'],
];

/** The same keyword holds one number in images of one frame, a list of them in frames. */
const FIRST_OF_LIST: TagLike = 'InversionTimes';

const WRITTEN = [...new Set(FRAME_ATTRIBUTES.flatMap(([, ...written]) => written))];

/** What functional groups say of the first `count` frames. */
export function functionalGroupColumns(dataset: Dataset, count: number): Columns {
  const found = groupColumns(dataset, WRITTEN, count);
  const byName = new Map(WRITTEN.map((like, k) => [like, found[k] ?? []]));
  const columns = new Map<Keyword, Column>();
  for (const [kept, ...written] of FRAME_ATTRIBUTES) {
    const candidates = written.map((like) => {
      const values = byName.get(like) ?? [];
      return like === FIRST_OF_LIST ? values.map(firstOf) : values;
    });
    const values = candidates.find((column) => column.some((value) => value !== undefined));
    if (values !== undefined) columns.set(kept, compact(values));
  }
  return columns;
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

/** Values that are alike are one value in memory; a column of one value is that value alone. */
export function compact(values: readonly unknown[]): Column {
  const known = new Map<unknown, unknown>();
  const column = values.map((value) => {
    const key = Array.isArray(value) ? value.join('\\') : value;
    if (known.has(key)) return known.get(key);
    known.set(key, value);
    return value;
  });
  return known.size === 1 ? column.slice(0, 1) : column;
}
