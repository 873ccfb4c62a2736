/** What Cornerstone3D asks of an image without its pixels, made of the attributes in its header. */
import type { SliceAttributes } from 'framedex';

/** What is known of an image. */
export interface Header {
  readonly attributes: Pick<SliceAttributes, 'get'>;
  readonly transferSyntaxUID: string;
}

/** One of the modules that Cornerstone knows by name; undefined for those that are not made here. */
export function moduleOf(name: string, header: Header): object | undefined {
  return MODULES[name]?.(header);
}

const MODULES: Readonly<Record<string, ((header: Header) => object) | undefined>> = {
  imagePixelModule,
  imagePlaneModule,
  generalSeriesModule: ({ attributes }) => ({
    modality: attributes.get('Modality'),
    seriesInstanceUID: attributes.get('SeriesInstanceUID'),
    seriesNumber: attributes.get('SeriesNumber'),
    studyInstanceUID: attributes.get('StudyInstanceUID'),
  }),
  generalImageModule: ({ attributes }) => ({
    sopInstanceUID: attributes.get('SOPInstanceUID'),
    instanceNumber: attributes.get('InstanceNumber'),
    imageType: attributes.get('ImageType'),
  }),
  sopCommonModule: ({ attributes }) => ({
    sopClassUID: attributes.get('SOPClassUID'),
    sopInstanceUID: attributes.get('SOPInstanceUID'),
  }),
  voiLutModule: ({ attributes }) => ({
    windowCenter: attributes.get('WindowCenter'),
    windowWidth: attributes.get('WindowWidth'),
    voiLUTFunction: attributes.get('VOILUTFunction'),
  }),
  modalityLutModule: ({ attributes }) => ({
    rescaleSlope: attributes.get('RescaleSlope'),
    rescaleIntercept: attributes.get('RescaleIntercept'),
  }),
  transferSyntax: ({ transferSyntaxUID }) => ({ transferSyntaxUID }),
};

/** Of the pixels as the loader gives them: colours are RGB of 8 bits. */
function imagePixelModule({ attributes }: Header): object {
  const samplesPerPixel = attributes.get('SamplesPerPixel') ?? 1;
  const photometricInterpretation = attributes.get('PhotometricInterpretation');
  const shape = { rows: attributes.get('Rows'), columns: attributes.get('Columns') };
  if (samplesPerPixel > 1 || photometricInterpretation === 'PALETTE COLOR') {
    return {
      ...{ ...shape, samplesPerPixel: 3, photometricInterpretation: 'RGB', pixelRepresentation: 0 },
      ...{ bitsAllocated: 8, bitsStored: 8, highBit: 7 },
    };
  }
  return {
    ...{ ...shape, samplesPerPixel, photometricInterpretation },
    bitsAllocated: attributes.get('BitsAllocated'),
    bitsStored: attributes.get('BitsStored'),
    highBit: attributes.get('HighBit'),
    pixelRepresentation: attributes.get('PixelRepresentation'),
  };
}

function imagePlaneModule({ attributes }: Header): object {
  const orientation = attributes.get('ImageOrientationPatient');
  const spacing = attributes.get('PixelSpacing');
  return {
    rows: attributes.get('Rows'),
    columns: attributes.get('Columns'),
    frameOfReferenceUID: attributes.get('FrameOfReferenceUID'),
    imagePositionPatient: attributes.get('ImagePositionPatient'),
    imageOrientationPatient: orientation,
    rowCosines: orientation?.slice(0, 3),
    columnCosines: orientation?.slice(3),
    pixelSpacing: spacing,
    // Between rows, and between columns (PS3.3 10.7.1.3).
    rowPixelSpacing: spacing?.[0],
    columnPixelSpacing: spacing?.[1],
    sliceThickness: attributes.get('SliceThickness'),
    sliceLocation: attributes.get('SliceLocation'),
    spacingBetweenSlices: attributes.get('SpacingBetweenSlices'),
  };
}
