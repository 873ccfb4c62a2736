import type { Volume } from './volume.ts';

/** Files that volumes are written to. */
export type VolumeFormat = 'nrrd' | 'npy' | 'nifti';

/** How a volume is written. */
export interface EncodeVolumeOptions {
  /** Compresses: `.nrrd` with `encoding: gzip`, `.nii.gz`. Not of `npy`, which has no such thing. */
  readonly gzip?: boolean | undefined;
  /** A stack that is not regular, as if it were. Refused otherwise. */
  readonly asIs?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A volume as a file, piece by piece: its header, then views of `data`, so that nothing is held twice.
 *
 * @throws FramedexError `NOT_A_VOLUME` where the volume is not `regular`, `USAGE` for what the format cannot hold.
 *
 * @example
 * ```ts
 * await writeFile('chest.nrrd', encodeVolume(volume, 'nrrd', { gzip: true }));
 * ```
 */
export function encodeVolume(
  volume: Volume,
  format: VolumeFormat,
  options?: EncodeVolumeOptions,
): AsyncGenerator<Uint8Array> {
  throw new Error('to come');
}
