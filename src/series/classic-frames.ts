import type { Dataset } from '../dicom/dataset.ts';
import type { Keyword } from '../dicom/tag-values.ts';
import type { WarningLog } from '../dicom/warnings.ts';
import { compact } from './frame-columns.ts';
import type { Column, Columns } from './frame-columns.ts';
import { imagePlane } from './geometry.ts';
import type { ImagePlane } from './geometry.ts';

/** What says where the frames are of images without functional groups. */
export const CLASSIC_FRAME_ATTRIBUTES: readonly Keyword[] = [
  'GridFrameOffsetVector',
  'DetectorInformationSequence',
  'RRIntervalVector',
  'TimeSlotVector',
  'SliceVector',
];

/** A plane whose z is off by less than this, in millimetres, was rounded. */
const SAME_PLACE = 0.01;

/** Frames that are at known places, the first ones of an image. */
export interface PlacedFrames {
  readonly count: number;
  readonly columns: Columns;
}

/**
 * The planes of a dose (PS3.3 C.8.8.3.2), `declared` of them. Grid Frame Offset Vector counts from the first plane along the normal where it starts
 * with 0; where it starts with the z of the first plane, it is the z of each of them, which says something of transverse planes only.
 */
export function dosePlanes(
  places: Dataset,
  row: Dataset,
  declared: number,
  warnings: Pick<WarningLog, 'report'>,
): PlacedFrames | undefined {
  const element = places.element('GridFrameOffsetVector');
  const plane = imagePlane(row);
  if (element === undefined || element.deferred || plane === undefined) return undefined;
  const offsets = places.get('GridFrameOffsetVector');
  const steps = offsets === undefined ? undefined : stepsOf(offsets, plane);
  if (steps === undefined) {
    const message =
      'Grid Frame Offset Vector starts neither with 0 nor with the z of the first plane';
    warnings.report('BAD_VALUE', message, element.offset, element.tag);
    return undefined;
  }
  reportCount(steps.length, declared, warnings, element);
  const count = Math.min(declared, steps.length);
  return { count, columns: new Map([['ImagePositionPatient', along(plane, steps, count)]]) };
}

/** Millimetres from the first plane along the normal. */
function stepsOf(offsets: readonly number[], plane: ImagePlane): readonly number[] | undefined {
  const [first] = offsets;
  if (first === 0) return offsets;
  const { origin, normal } = plane;
  const isTransverse = Math.abs(Math.abs(normal[2]) - 1) < 1e-6;
  if (first === undefined || !isTransverse || !(Math.abs(first - origin[2]) < SAME_PLACE)) {
    return undefined;
  }
  return offsets.map((z) => (z - origin[2]) * normal[2]);
}

/**
 * The slices of nuclear medicine, where they were reconstructed (PS3.3 C.8.4.8, C.8.4.15): Slice Vector numbers them, Spacing Between
 * Slices is their distance along the normal, and against it where it is negative. Where the first one is, its detector says (C.8.4.11).
 */
export function nuclearSlices(
  places: Dataset,
  row: Dataset,
  declared: number,
  warnings: Pick<WarningLog, 'report'>,
): PlacedFrames | undefined {
  const element = places.element('SliceVector');
  const slices = element?.deferred === false ? places.get('SliceVector') : undefined;
  const spacing = row.get('SpacingBetweenSlices');
  const [detector, ...others] = places.get('DetectorInformationSequence') ?? [];
  if (element === undefined || slices === undefined || detector === undefined) return undefined;
  if (spacing === undefined || !isReconstructed(row) || others.length > 0) return undefined;
  const plane = imagePlane(detector);
  if (plane === undefined || !Number.isFinite(spacing) || spacing === 0) return undefined;
  reportCount(slices.length, declared, warnings, element);
  const count = Math.min(declared, slices.length);
  const steps = slices.map((slice) => (slice - 1) * spacing);
  const columns = new Map<Keyword, Column>([
    ['ImagePositionPatient', along(plane, steps, count)],
    ['ImageOrientationPatient', [detector.get('ImageOrientationPatient')]],
  ]);
  const times = timesOf(places, count);
  if (times !== undefined) columns.set('TemporalPositionIndex', compact(times));
  return { count, columns };
}

/** Image Type says it in its third value (PS3.3 C.8.4.9.1): RECON TOMO, RECON GATED TOMO. */
function isReconstructed(row: Dataset): boolean {
  return row.get('ImageType')?.[2]?.startsWith('RECON') === true;
}

/** Of gated slices: which of all time slots of all intervals, counted from 1. */
function timesOf(places: Dataset, count: number): readonly number[] | undefined {
  const slots = places.get('TimeSlotVector');
  const intervals = places.get('RRIntervalVector');
  if (slots === undefined && intervals === undefined) return undefined;
  const perInterval = (slots ?? []).slice(0, count).reduce((a, b) => Math.max(a, b), 1);
  return Array.from(
    { length: count },
    (_, i) => ((intervals?.[i] ?? 1) - 1) * perInterval + (slots?.[i] ?? 1),
  );
}

/** Image positions so far from the plane along its normal. */
function along({ origin, normal }: ImagePlane, steps: readonly number[], count: number): Column {
  return steps
    .slice(0, count)
    .map((step) => origin.map((start, k) => start + step * (normal[k] ?? 0)));
}

/** Says that what each frame should have one of is there for fewer of them, or more. */
export function reportCount(
  found: number,
  declared: number,
  warnings: Pick<WarningLog, 'report'>,
  { offset, tag }: { readonly offset: number; readonly tag: number },
): void {
  if (found === declared) return;
  warnings.report('FRAME_COUNT', `${found} places, Number of Frames is ${declared}`, offset, tag);
}
