import { FramedexError, isFramedexError } from '../errors.ts';
import type { Grid } from './anatomical-planes.ts';
import { dot, isParallel, subtract } from './geometry.ts';
import type { Vector } from './geometry.ts';
import { placedLabels } from './label-grid.ts';
import type { PlacedLabels } from './label-grid.ts';
import type { LabelFrame } from './label-frames.ts';
import { placesOf } from './places.ts';
import type { PlannedInstance } from './slice.ts';
import { DEFAULT_TOLERANCES } from './tolerances.ts';

/** As many as a picture across them may have pixels: positions that are all but equal would ask for any number. */
const MOST_SLICES = 16_384;

/**
 * The grid of the frames themselves. Frames with nothing in them may be left out, so that there are slices without a frame: slices are as far apart
 * as Spacing Between Slices says (PS3.3 C.7.6.16.2.1), or where positions are no multiples of it, as the nearest two frames.
 *
 * @throws FramedexError `NOT_A_VOLUME` where frames are of different planes, pixels or sizes, and where their positions are no steps of one length.
 */
export function ownLabelGrid<T extends PlannedInstance>(
  frames: readonly LabelFrame<T>[],
): PlacedLabels {
  const [first] = frames;
  if (first === undefined) throw new FramedexError('USAGE', 'there are no frames', {});
  for (const frame of frames) checkAlike(frame, first);
  const { normal } = first.plane;
  const height = ({ plane }: LabelFrame<T>): number => dot(plane.origin, normal);
  const ordered = [...frames].sort((a, b) => height(a) - height(b));
  const lowest = ordered[0] ?? first;
  const highest = ordered[ordered.length - 1] ?? first;
  const { attributes } = first.slice;
  const said = attributes.get('SpacingBetweenSlices');
  const nearest = nearestDistance(ordered, height);
  if (nearest === undefined) {
    const distance = [said, attributes.get('SliceThickness')].find(isLength) ?? 1;
    return placedLabels(frames, gridOf(lowest, scaled(normal, distance), 1));
  }
  const way = subtract(highest.plane.origin, lowest.plane.origin);
  const gridWith = (distance: number): Grid => {
    const steps = Math.max(1, Math.round(dot(way, normal) / distance));
    if (steps < MOST_SLICES) return gridOf(lowest, scaled(way, 1 / steps), steps + 1);
    const expected = `at most ${MOST_SLICES} slices`;
    const found = `${steps + 1}, ${Number(distance.toPrecision(4))} mm apart`;
    throw new FramedexError('NOT_A_VOLUME', 'the frames make too many slices', { expected, found });
  };
  if (isLength(said)) {
    try {
      return placedLabels(frames, gridWith(said));
    } catch (error) {
      if (!isFramedexError(error, 'NOT_A_VOLUME')) throw error;
    }
  }
  return placedLabels(frames, gridWith(nearest));
}

/** @throws FramedexError `NOT_A_VOLUME` where a frame is not like the first. */
function checkAlike<T extends PlannedInstance>(frame: LabelFrame<T>, first: LabelFrame<T>): void {
  const isAlike =
    frame.rows === first.rows &&
    frame.columns === first.columns &&
    frame.spacing.every((value, k) => {
      const usual = first.spacing[k] ?? 0;
      return Math.abs(value - usual) <= usual * DEFAULT_TOLERANCES.pixelSpacing;
    }) &&
    isParallel(frame.plane, first.plane);
  if (isAlike) return;
  const { instance, frame: number } = frame.slice;
  throw new FramedexError('NOT_A_VOLUME', `frame ${number} is not like the first`, {
    name: instance.name,
    expected: 'frames of one orientation, size and pixel spacing',
    advice: 'Name the grid of the images that were segmented: `on`.',
  });
}

/** Between the two frames that are nearest, but not at one place; undefined where all are at one. */
function nearestDistance<T extends PlannedInstance>(
  ordered: readonly LabelFrame<T>[],
  height: (frame: LabelFrame<T>) => number,
): number | undefined {
  const places = placesOf(
    ordered.map(({ slice }) => slice),
    DEFAULT_TOLERANCES,
  );
  let nearest: number | undefined;
  ordered.forEach((frame, k) => {
    const before = ordered[k - 1];
    if (before === undefined || places?.of[k] === places?.of[k - 1]) return;
    const distance = height(frame) - height(before);
    if (nearest === undefined || distance < nearest) nearest = distance;
  });
  return nearest;
}

function gridOf(
  { plane, spacing, columns, rows }: LabelFrame<unknown>,
  step: Vector,
  slices: number,
): Grid {
  const affine = new Float64Array(16);
  for (const axis of [0, 1, 2] as const) {
    affine[4 * axis] = plane.row[axis] * spacing[1];
    affine[4 * axis + 1] = plane.column[axis] * spacing[0];
    affine[4 * axis + 2] = step[axis];
    affine[4 * axis + 3] = plane.origin[axis];
  }
  affine[15] = 1;
  return { size: [columns, rows, slices], affine };
}

function isLength(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value) && value > 0;
}

function scaled([x, y, z]: Vector, by: number): Vector {
  return [x * by, y * by, z * by];
}
