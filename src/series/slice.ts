import type { Dataset } from '../dicom/dataset.ts';
import type { Warning } from '../errors.ts';
import type { Keyword } from '../dicom/tag-values.ts';
import { imagePlane } from './geometry.ts';
import type { FrameTable, SliceAttributes } from './frame-table.ts';
import type { ImagePlane } from './geometry.ts';

/** What is kept of every instance: enough to group, sort and plan, and nothing that grows. */
export const SLICE_ATTRIBUTES: readonly Keyword[] = [
  'SpecificCharacterSet',
  'ImageType',
  'SOPClassUID',
  'SOPInstanceUID',
  'StudyDate',
  'SeriesDate',
  'Modality',
  'Manufacturer',
  'StudyDescription',
  'SeriesDescription',
  'PatientName',
  'PatientID',
  'SliceThickness',
  'SpacingBetweenSlices',
  'GantryDetectorTilt',
  'StudyInstanceUID',
  'SeriesInstanceUID',
  'SeriesNumber',
  'AcquisitionNumber',
  'InstanceNumber',
  'ImagePositionPatient',
  'ImageOrientationPatient',
  'FrameOfReferenceUID',
  'SliceLocation',
  'SamplesPerPixel',
  'PhotometricInterpretation',
  'PlanarConfiguration',
  'NumberOfFrames',
  'Rows',
  'Columns',
  'PixelSpacing',
  'BitsAllocated',
  'BitsStored',
  'HighBit',
  'PixelRepresentation',
  'WindowCenter',
  'WindowWidth',
  'RescaleIntercept',
  'RescaleSlope',
  'DoseGridScaling',
  'ModalityLUTSequence',
  // Tiles of slides are no slices.
  'TotalPixelMatrixColumns',
  // What tells images of one place apart.
  'AcquisitionDate',
  'AcquisitionTime',
  'AcquisitionDateTime',
  'ContentDate',
  'ContentTime',
  'KVP',
  'EchoTime',
  'InversionTime',
  'EchoNumbers',
  'TriggerTime',
  'ConvolutionKernel',
  'FlipAngle',
  'ComplexImageComponent',
  'DiffusionBValue',
  'DiffusionGradientOrientation',
  'TemporalPositionIdentifier',
  'StackID',
  'TemporalPositionIndex',
  'FrameReferenceTime',
  'NominalPercentageOfCardiacPhase',
];

/** What a plan asks of an instance, all of it known from the header. */
export interface PlannedInstance {
  readonly name: string;
  readonly dataset: Dataset;
  /** Bytes of the object. */
  readonly size: number;
  /** 0 where there is no pixel data. */
  readonly frameCount: number;
  /** What is kept of each frame, where frames have attributes of their own. */
  readonly frames?: FrameTable | undefined;
  /** UID of the transfer syntax in effect. */
  readonly transferSyntax: string;
  /** Whether there is what decodes its frames; packages that are installed apart are taken for installed. */
  readonly decodable: boolean;
  readonly warnings: readonly Warning[];
}

/** One image among its neighbours: an instance, or one of its frames. */
export interface Slice<T> {
  readonly instance: T;
  /** Of the instance, counted from 0. */
  readonly frame: number;
  readonly attributes: SliceAttributes;
  readonly plane: ImagePlane | undefined;
  readonly instanceNumber: number | undefined;
}

/** The images of an instance: its frames where each has a place of its own, else one. */
export function slicesOf<T extends Pick<PlannedInstance, 'dataset' | 'frames'>>(
  instance: T,
): Slice<T>[] {
  const { dataset, frames } = instance;
  if (frames === undefined) return [sliceOf(instance, 0, dataset)];
  return Array.from({ length: frames.count }, (_, i) => sliceOf(instance, i, frames.of(i)));
}

function sliceOf<T>(instance: T, frame: number, attributes: SliceAttributes): Slice<T> {
  return {
    instance,
    frame,
    attributes,
    plane: imagePlane(attributes),
    instanceNumber: attributes.get('InstanceNumber'),
  };
}

/** Whether a warning says that bytes of the header or of the pixels are missing. */
export function isCut({ code }: Warning): boolean {
  return code === 'TRUNCATED_VALUE' || code === 'PIXEL_LENGTH';
}
