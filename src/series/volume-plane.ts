import type { DisplayAttributes } from '../frames/display-attributes.ts';
import type { Samples } from '../frames/frame.ts';
import type { AnatomicalPlane, Grid, PlaneFrame } from './anatomical-planes.ts';
import type { Rescale, Volume } from './volume.ts';

/** What planes are cut out of. */
export interface Slab extends Grid {
  readonly data: Samples;
  readonly display: DisplayAttributes;
  readonly rescale: Rescale;
  readonly rescales?: readonly Rescale[] | undefined;
  readonly regular: boolean;
  readonly bitsStored: number;
  readonly photometricInterpretation: string;
  readonly unverified?: true | undefined;
}

/** As {@link Volume.plane} has it. */
export function volumePlane(
  slab: Slab,
  plane: AnatomicalPlane,
  k: number,
  options?: Parameters<Volume['plane']>[2],
): PlaneFrame {
  throw new Error('to come');
}
