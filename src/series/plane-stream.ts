import type { AnatomicalPlane, PlaneFrame } from './anatomical-planes.ts';
import type { Planned } from './plan.ts';
import type { PlaneOptions, ReadSlice } from './volume.ts';

/**
 * Planes through a series, as {@link Volume.plane} of its volume would give them, with memory for a block of planes only.
 *
 * @param threads - The most that decode slices.
 */
export function streamPlanes<T extends { readonly name: string }>(
  planned: Planned<T>,
  plane: AnatomicalPlane,
  readSlice: ReadSlice<T>,
  options?: PlaneOptions,
  threads?: number,
): AsyncGenerator<PlaneFrame> {
  throw new Error('to come');
}
