import { FramedexError } from '../errors.ts';
import type { Samples } from '../frames/frame.ts';
import { gridAxes, voxelPosition } from './anatomical-planes.ts';
import type { PlaneFrame } from './anatomical-planes.ts';
import { checkValue } from './fill-value.ts';
import { cross, dot, norm, subtract } from './geometry.ts';
import type { Vector } from './geometry.ts';
import type { Cells } from './interpolation.ts';
import { samplesLike } from './plane-cells.ts';
import type { ObliquePlane } from './volume.ts';
import { planeFrame, withRescale } from './volume-plane.ts';
import type { Slab } from './volume-plane.ts';

/** As of pictures. */
const LARGEST_EDGE = 16_384;
/** Of unit vectors, and of right angles. */
const ROUNDED = 1e-3;
/** Part of a voxel: what is closer to a voxel is that voxel. */
const SAME_VOXEL = 1e-6;
/** A double that is added and subtracted again is rounded to a whole number, halves to the even one (IEEE 754), as slices in between are. */
const TO_WHOLE = 2 ** 52 + 2 ** 51;

/**
 * As {@link Volume.oblique} has it. With `fill`, no volume is searched for its least value. Whole numbers are rounded to the nearest, halves to the even one. Pixels between voxels of which some are padding
 * are `fill`: padding and tissue make no mean. Numbers of colours or segments are never between others: they are those of the nearest voxel.
 */
export function obliquePlane(slab: Slab, plane: ObliquePlane): PlaneFrame {
  checkPlane(plane);
  if (!slab.regular) {
    throw new FramedexError('NOT_A_VOLUME', 'an oblique plane would be distorted', {
      expected: 'slices at even distances',
      found: 'gaps, or uneven ones',
      advice: 'The reasons of the plan say where. See `fillGaps`, `resample` and `part`.',
    });
  }
  if (plane.fill !== undefined) checkValue(plane.fill, slab.data, 'fill');
  const attributes = withRescale(slab, undefined);
  const { origin, row, column, spacing, rows, columns } = plane;
  const data = samplesLike(slab.data, rows * columns);
  interpolate(slab, plane, asCells(slab.data), asCells(data));
  return planeFrame(attributes, { origin, row, column, spacing }, plane, 0, data);
}

function checkPlane({ rows, columns, origin, row, column, spacing }: ObliquePlane): void {
  for (const edge of [rows, columns]) {
    if (!Number.isInteger(edge) || edge < 1 || edge > LARGEST_EDGE) {
      throw noPlane(`1 to ${LARGEST_EDGE} rows and columns`, `${rows} x ${columns}`);
    }
  }
  for (const distance of spacing) {
    if (!(distance > 0) || !Number.isFinite(distance)) {
      throw noPlane('millimetres between rows and columns', spacing.join(' x '));
    }
  }
  if (!origin.every(Number.isFinite)) throw noPlane('an origin in millimetres', origin.join(', '));
  for (const vector of [row, column]) {
    if (!(Math.abs(norm(vector) - 1) < ROUNDED)) throw noPlane('unit vectors', vector.join(', '));
  }
  const cosine = dot(row, column);
  if (Math.abs(cosine) < ROUNDED) return;
  throw noPlane('row and column at a right angle', `a cosine of ${cosine.toFixed(4)}`);
}

function noPlane(expected: string, found: string): FramedexError {
  return new FramedexError('USAGE', 'no plane can be cut like that', { expected, found });
}

function asCells(samples: Samples): Cells {
  if (!(samples instanceof BigUint64Array) && !(samples instanceof BigInt64Array)) return samples;
  throw new FramedexError('NOT_A_VOLUME', 'integers of 64 bits are not interpolated', {});
}

/** The way of a plane through the grid, in voxels. */
interface VoxelWay {
  readonly first: Vector;
  readonly across: Vector;
  readonly down: Vector;
}

function voxelWay(slab: Slab, { origin, row, column, spacing }: ObliquePlane): VoxelWay {
  const [a, b, c] = gridAxes(slab.affine);
  const volume = dot(a, cross(b, c));
  if (!(Math.abs(volume) > 0)) {
    const expected = 'voxels that have a volume';
    throw new FramedexError('NOT_A_VOLUME', 'the grid lies in one plane', { expected });
  }
  const inverse = [cross(b, c), cross(c, a), cross(a, b)] as const;
  const toVoxels = (v: Vector, by: number): Vector => [
    (dot(inverse[0], v) * by) / volume,
    (dot(inverse[1], v) * by) / volume,
    (dot(inverse[2], v) * by) / volume,
  ];
  return {
    first: toVoxels(subtract(origin, voxelPosition(slab, [0, 0, 0])), 1),
    across: toVoxels(row, spacing[1]),
    down: toVoxels(column, spacing[0]),
  };
}

function interpolate(slab: Slab, plane: ObliquePlane, from: Cells, to: Cells): void {
  const { first, across, down } = voxelWay(slab, plane);
  const { rows, columns } = plane;
  const [lastX, lastY, lastZ] = slab.size.map((size) => size - 1 + SAME_VOXEL) as [
    number,
    number,
    number,
  ];
  const valueAt = valueReader(slab, from);
  let fill = plane.fill;
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) {
      const x = first[0] + column * across[0] + row * down[0];
      const y = first[1] + column * across[1] + row * down[1];
      const z = first[2] + column * across[2] + row * down[2];
      const isInside =
        x >= -SAME_VOXEL &&
        y >= -SAME_VOXEL &&
        z >= -SAME_VOXEL &&
        x <= lastX &&
        y <= lastY &&
        z <= lastZ;
      const value = isInside ? valueAt(x, y, z) : undefined;
      // The least of a volume is looked for only where it is needed: that takes longer than the plane.
      to[at] = value ?? (fill ??= slab.display.padding?.low ?? leastOf(from));
    }
  }
}

function leastOf(data: Cells): number {
  let least = Infinity;
  for (let at = 0; at < data.length; at++) {
    const value = data[at] ?? NaN;
    if (value < least) least = value;
  }
  return least === Infinity ? 0 : least;
}

/** Values of places within the volume; undefined between voxels of which some are padding. */
function valueReader(
  slab: Slab,
  data: Cells,
): (x: number, y: number, z: number) => number | undefined {
  const [columns, rows] = slab.size;
  const slice = columns * rows;
  if (isOfNumbers(slab)) {
    return (x, y, z) => data[Math.round(z) * slice + Math.round(y) * columns + Math.round(x)];
  }
  const isWhole = !(data instanceof Float32Array) && !(data instanceof Float64Array);
  const { low = Infinity, high = -Infinity } = slab.display.padding ?? {};
  const isPadding = (value: number): boolean => value >= low && value <= high;
  return (x, y, z) => {
    const [i, j, k] = [voxelBelow(x), voxelBelow(y), voxelBelow(z)];
    const [fx, fy, fz] = [partOf(x - i), partOf(y - j), partOf(z - k)];
    const at = k * slice + j * columns + i;
    const a = data[at] ?? 0;
    if (fx === 0 && fy === 0 && fz === 0) return a;
    const dx = fx > 0 ? 1 : 0;
    const dy = fy > 0 ? columns : 0;
    const dz = fz > 0 ? slice : 0;
    const b = data[at + dx] ?? 0;
    const c = data[at + dy] ?? 0;
    const d = data[at + dy + dx] ?? 0;
    const e = data[at + dz] ?? 0;
    const f = data[at + dz + dx] ?? 0;
    const g = data[at + dz + dy] ?? 0;
    const h = data[at + dz + dy + dx] ?? 0;
    if (
      isPadding(a) ||
      isPadding(b) ||
      isPadding(c) ||
      isPadding(d) ||
      isPadding(e) ||
      isPadding(f) ||
      isPadding(g) ||
      isPadding(h)
    ) {
      return undefined;
    }
    const lower = between(between(a, b, fx), between(c, d, fx), fy);
    const upper = between(between(e, f, fx), between(g, h, fx), fy);
    const value = between(lower, upper, fz);
    return isWhole ? value + TO_WHOLE - TO_WHOLE : value;
  };
}

function voxelBelow(place: number): number {
  return Math.floor(place + SAME_VOXEL);
}

function partOf(beyond: number): number {
  return beyond < SAME_VOXEL ? 0 : beyond;
}

function between(a: number, b: number, weight: number): number {
  return a + (b - a) * weight;
}

/** Whether values stand for something that has no mean: colours of a palette, segments. */
function isOfNumbers({ photometricInterpretation, display }: Slab): boolean {
  const { segmentation } = display;
  return (
    photometricInterpretation === 'PALETTE COLOR' ||
    (segmentation !== undefined && segmentation.type !== 'FRACTIONAL')
  );
}
