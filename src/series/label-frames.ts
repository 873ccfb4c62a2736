import { FramedexError } from '../errors.ts';
import { withoutCopies } from './copies.ts';
import type { ImagePlane } from './geometry.ts';
import { isTiled } from './placed-frames.ts';
import { pixelSpacing } from './pixel-spacing.ts';
import type { PlannedInstance, Slice } from './slice.ts';
import { slicesOf } from './slice.ts';

/** A frame of a segmentation, and where it lies. */
export interface LabelFrame<T> {
  readonly slice: Slice<T>;
  readonly plane: ImagePlane;
  readonly rows: number;
  readonly columns: number;
  /** Millimetres between rows, and between columns. */
  readonly spacing: readonly [number, number];
}

/**
 * All frames of a segmentation with their places, second copies of an instance left out.
 *
 * @throws FramedexError `NOT_A_VOLUME` where one has none: as a mask of tiles, which lie on a slide, or of a radiograph; and where frames lie in
 * different Frames of Reference; `NO_PIXEL_DATA`.
 */
export function labelFrames<T extends PlannedInstance>(
  instances: readonly T[],
): readonly LabelFrame<T>[] {
  const slices = instances.flatMap((instance) => {
    const { name, frameCount } = instance;
    if (frameCount === 0) {
      throw new FramedexError('NO_PIXEL_DATA', 'the segmentation has no pixel data', { name });
    }
    const own = slicesOf(instance);
    if (own.length < frameCount) throw withoutPlace(instance, own.length);
    return own.slice(0, frameCount);
  });
  const frames = withoutCopies(slices).slices.map(placed);
  const [first] = frames;
  if (first === undefined) {
    throw new FramedexError('NOT_A_VOLUME', 'the segmentation has no frames', {});
  }
  const reference = ({ slice: { attributes } }: LabelFrame<T>): string | undefined =>
    attributes.get('FrameOfReferenceUID');
  const other = frames.find((frame) => reference(frame) !== reference(first));
  if (other !== undefined) {
    const expected = 'one Frame of Reference';
    const { name } = other.slice.instance;
    throw new FramedexError('NOT_A_VOLUME', 'frames are of different places', { name, expected });
  }
  return frames;
}

function placed<T extends PlannedInstance>(slice: Slice<T>): LabelFrame<T> {
  const { plane, attributes, instance, frame } = slice;
  const spacing = pixelSpacing(attributes);
  if (plane === undefined || spacing === undefined) throw withoutPlace(instance, frame);
  const rows = attributes.get('Rows') ?? 0;
  const columns = attributes.get('Columns') ?? 0;
  return { slice, plane, rows, columns, spacing };
}

function withoutPlace({ name, dataset }: PlannedInstance, frame: number): FramedexError {
  if (isTiled(dataset)) {
    return new FramedexError('NOT_A_VOLUME', 'its frames are tiles of a slide', {
      name,
      expected: 'frames that lie in the patient',
      advice: 'Read them as frames.',
    });
  }
  return new FramedexError('NOT_A_VOLUME', `frame ${frame} does not say where it lies`, {
    name,
    expected: 'Image Position, Image Orientation (Patient) and Pixel Spacing',
  });
}
