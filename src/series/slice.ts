import type { Dataset } from '../dicom/dataset.ts';
import type { Warning } from '../errors.ts';
import type { Keyword } from '../dicom/tag-values.ts';
import { imagePlane } from './geometry.ts';
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
  'ModalityLUTSequence',
];

/** One image among its neighbours. */
export interface Slice<T> {
  readonly instance: T;
  readonly dataset: Dataset;
  readonly plane: ImagePlane | undefined;
  readonly instanceNumber: number | undefined;
}

export function sliceOf<T extends { readonly dataset: Dataset }>(instance: T): Slice<T> {
  const { dataset } = instance;
  return {
    instance,
    dataset,
    plane: imagePlane(dataset),
    instanceNumber: dataset.get('InstanceNumber'),
  };
}

/** Whether a warning says that bytes of the header or of the pixels are missing. */
export function isCut({ code }: Warning): boolean {
  return code === 'TRUNCATED_VALUE' || code === 'PIXEL_LENGTH';
}
