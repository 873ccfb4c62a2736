import type { Segment } from '../frames/display-attributes.ts';
import type { Volume } from '../series/volume.ts';
import type { Grid } from '../series/anatomical-planes.ts';
import type { Series } from './series.ts';

/** How a segmentation becomes a volume. */
export interface LabelVolumeOptions {
  /**
   * The grid to put the labels on: the volume, or the plan, of the series that was segmented, so that voxels of both have one place. By default, that
   * of the segmentation's own frames.
   */
  readonly on?: Grid | undefined;
  /** Numbers of the segments to take: all by default. */
  readonly segments?: readonly number[] | undefined;
  /** Of FRACTIONAL: the part of a voxel, 0 to 1, from which on it belongs to the segment. */
  readonly threshold?: number | undefined;
  /** What becomes of voxels of several segments: refused by default, or that of the segment with the lowest or the highest number. */
  readonly overlap?: 'refuse' | 'lowest' | 'highest' | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A volume whose voxels are numbers of segments; 0 is none. */
export interface LabelVolume extends Volume {
  /** Those that the labels stand for. */
  readonly segments: readonly Segment[];
  /** Voxels that belong to several segments. */
  readonly overlapping: number;
}

/**
 * A segmentation (PS3.3 A.51) as a volume of labels: `Uint8Array`, or `Uint16Array` where numbers go beyond 255.
 *
 * @throws FramedexError `NOT_A_VOLUME` where it is no segmentation, its frames say no place, do not lie on the grid, or segments overlap; `USAGE` for
 * FRACTIONAL without a threshold.
 */
export function labelVolume(
  segmentation: Series,
  options?: LabelVolumeOptions,
): Promise<LabelVolume> {
  throw new Error('to come');
}
