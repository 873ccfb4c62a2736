import type { LabelVolume, LabelVolumeOptions } from './label-volume.ts';
import type { Series } from './series.ts';

/**
 * A segmentation (PS3.3 A.51) as a volume of labels: `Uint8Array`, or `Uint16Array` where numbers go beyond 255. BINARY,
 * FRACTIONAL and LABELMAP, of one instance or of several. With `on`, voxels are those of the images that were segmented.
 *
 * @throws FramedexError `NOT_A_VOLUME` where it is no segmentation, its frames say no place, do not lie on the grid or have
 * labels outside of it, or segments overlap; `USAGE` for FRACTIONAL without a threshold, and for numbers that no segment
 * has; what reading a frame throws.
 *
 * @example
 * ```ts
 * const volume = await ct.volume();
 * const labels = await labelVolume(segmentation, { on: volume });
 * const liver = labels.segments.find(({ label }) => label === 'Liver')?.number;
 * ```
 */
export async function labelVolume(
  segmentation: Series,
  options?: LabelVolumeOptions,
): Promise<LabelVolume> {
  // Loaded when it is asked for: a thumbnail needs nothing of it.
  const { labelVolume: build } = await import('./label-volume.ts');
  return build(segmentation, options);
}
