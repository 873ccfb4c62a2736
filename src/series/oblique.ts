import type { PlaneFrame } from './anatomical-planes.ts';
import type { ObliquePlane } from './volume.ts';
import type { Slab } from './volume-plane.ts';

/** As {@link Volume.oblique} has it. */
export function obliquePlane(slab: Slab, plane: ObliquePlane): PlaneFrame {
  throw new Error('to come');
}
