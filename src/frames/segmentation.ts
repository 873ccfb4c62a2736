import type { Dataset } from '../dicom/dataset.ts';
import type { Segment, Segmentation } from './display-attributes.ts';
import type { DisplayFault } from './look-up-table.ts';

/** What the values of all frames stand for (PS3.3 C.8.20); undefined of what is no segmentation. */
export function readSegmentation(dataset: Dataset, fault: DisplayFault): Segmentation | undefined {
  const element = dataset.element('SegmentationType');
  if (element === undefined) return undefined;
  const type = dataset.get('SegmentationType');
  if (type !== 'BINARY' && type !== 'FRACTIONAL' && type !== 'LABELMAP') {
    fault(
      'BAD_VALUE',
      'a segmentation of an unknown type, whose frames are shown as grey',
      element,
    );
    return undefined;
  }
  const items = dataset.get('SegmentSequence') ?? [];
  return {
    type,
    maximumFractionalValue: type === 'FRACTIONAL' ? maximumFractionalValue(dataset, fault) : 1,
    segments: items.map(segment).filter((one) => one !== undefined),
  };
}

/** Which segment a frame is of, by its functional groups (PS3.3 C.8.20.3.1). */
export function segmentNumber(identification: Dataset | undefined): number | undefined {
  return identification?.get('ReferencedSegmentNumber')?.[0];
}

/** Gives the segment of frame `i`. */
export type SegmentOfFrame = (i: number) => number | undefined;

/**
 * Of a TILED_FULL object, whose frames have no functional groups to say so: all tiles of the first segment,
 * then all of the next (PS3.3 C.7.6.17.3). Undefined of others.
 */
export function tiledSegments(
  dataset: Dataset,
  { type, segments }: Segmentation,
): SegmentOfFrame | undefined {
  const isTiled = dataset.get('DimensionOrganizationType') === 'TILED_FULL';
  if (!isTiled || type === 'LABELMAP') return undefined;
  const tiles = (dataset.get('NumberOfFrames') ?? 0) / segments.length;
  const isWhole = segments.length === dataset.get('SegmentSequence')?.length;
  if (!isWhole || !Number.isInteger(tiles)) return undefined;
  return (i) => segments[Math.floor(i / tiles)]?.number;
}

/** FRACTIONAL frames have 8 bits, and 255 is the most that can be all of a pixel (PS3.3 C.8.20.2). */
function maximumFractionalValue(dataset: Dataset, fault: DisplayFault): number {
  const maximum = dataset.get('MaximumFractionalValue') ?? 0;
  if (maximum > 0) return maximum;
  const place = dataset.element('MaximumFractionalValue') ?? dataset.element('SegmentationType');
  if (place !== undefined) fault('BAD_VALUE', 'no maximum fractional value; 255 is taken', place);
  return 255;
}

function segment(item: Dataset): Segment | undefined {
  const number = item.get('SegmentNumber');
  if (number === undefined) return undefined;
  const [lightness, a, b] = item.get('RecommendedDisplayCIELabValue') ?? [];
  return {
    number,
    label: item.get('SegmentLabel') ?? '',
    recommendedCIELab:
      lightness === undefined || a === undefined || b === undefined ? undefined : [lightness, a, b],
  };
}
