import type { Samples } from '../../src/frames/frame.ts';
import type { PlaneGeometry } from '../../src/series/anatomical-planes.ts';
import type { Vector } from '../../src/series/geometry.ts';
import type { Slab } from '../../src/series/volume-plane.ts';
import { STRAIGHT, slicePhantom, voxelPlace } from './slice-phantom.ts';
import type { Phantom, PhantomParts } from './slice-phantom.ts';

/** An affine of three columns and an origin. */
export function affineOf(a: Vector, b: Vector, c: Vector, origin: Vector): Float64Array {
  const row = (k: 0 | 1 | 2): number[] => [a[k], b[k], c[k], origin[k]];
  return Float64Array.from([...row(0), ...row(1), ...row(2), 0, 0, 0, 1]);
}

/** A slab of a size and affine whose samples are made of their places in the patient. */
export function slabOf(
  size: Slab['size'],
  affine: Float64Array,
  value: (place: Vector, at: number) => number,
  more: Partial<Slab> & { readonly type?: new (length: number) => Samples } = {},
): Slab {
  const { type = Int16Array, ...others } = more;
  const data = new type(size[0] * size[1] * size[2]);
  for (let at = 0; at < data.length; at++) {
    const [x, y] = [at % size[0], Math.floor(at / size[0]) % size[1]];
    data[at] = value(voxelPlace(affine, [x, y, Math.floor(at / (size[0] * size[1]))]), at);
  }
  const rescale = { slope: 1, intercept: 0 };
  return {
    ...{ size, affine, data, rescale, regular: true, bitsStored: 16 },
    photometricInterpretation: 'MONOCHROME2',
    display: {
      ...{ rescale, windows: [], voiFunction: 'LINEAR', voiLuts: [] },
      ...{ pixelAspect: 1, inverse: false },
    },
    ...others,
  };
}

/** Where the pixel of a picture is in the patient (PS3.3 C.7.6.2.1.1). */
export function pixelPlace(
  { origin, row, column, spacing }: PlaneGeometry,
  r: number,
  c: number,
): Vector {
  const axis = (k: 0 | 1 | 2): number =>
    origin[k] + column[k] * r * spacing[0] + row[k] * c * spacing[1];
  return [axis(0), axis(1), axis(2)];
}

/** A phantom whose plan has an affine: the way from the first slice to the last. */
export function placedPhantom(parts: PhantomParts): Phantom {
  const phantom = slicePhantom(parts);
  const { plan, slices } = phantom.planned;
  const { row, column, origin } = parts.plane ?? STRAIGHT;
  const last = slices[slices.length - 1]?.plane?.origin ?? origin;
  const [across, down] = plan.spacing;
  const step = (k: 0 | 1 | 2): number => (last[k] - origin[k]) / (slices.length - 1);
  const affine = affineOf(
    [row[0] * across, row[1] * across, row[2] * across],
    [column[0] * down, column[1] * down, column[2] * down],
    [step(0), step(1), step(2)],
    origin,
  );
  return { ...phantom, planned: { ...phantom.planned, plan: { ...plan, affine } } };
}
