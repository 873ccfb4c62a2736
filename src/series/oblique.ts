import { FramedexError } from '../errors.ts';
import { voxelPosition } from './anatomical-planes.ts';
import type { PlaneFrame, PlaneGeometry } from './anatomical-planes.ts';
import { checkValue, paddingOrLeast } from './fill-value.ts';
import { dot, norm } from './geometry.ts';
import type { Vector } from './geometry.ts';
import { asCells, ROUNDING } from './interpolation.ts';
import type { Cells } from './interpolation.ts';
import { samplesLike } from './plane-cells.ts';
import { isOfNumbers } from './slice-form.ts';
import type { ObliquePlane } from './volume.ts';
import { planeFrame, withRescale } from './volume-plane.ts';
import type { Slab } from './volume-plane.ts';
import { voxelSpace } from './voxel-space.ts';

/** As of pictures. */
const LARGEST_EDGE = 16_384;
/** Of unit vectors, and of right angles. */
const ROUNDED = 1e-3;
/** Part of a voxel: what is closer to a voxel is that voxel. */
const SAME_VOXEL = 1e-6;

/**
 * As {@link Volume.oblique} has it. Whole numbers are rounded to the nearest, halves to the even one. Pixels between voxels of which some are padding
 * are `fill`: padding and tissue make no mean. Numbers of colours or segments are never between others: they are those of the nearest voxel.
 */
export function obliquePlane(slab: Slab, wanted: ObliquePlane): PlaneFrame {
  checkPlane(wanted);
  const plane = { ...wanted, origin: wanted.origin ?? centred(slab, wanted) };
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

/** Where a plane begins whose middle is that of the volume. */
function centred(slab: Slab, { row, column, spacing, ...plane }: ObliquePlane): Vector {
  const [columns, rows, slices] = slab.size;
  const [x, y, z] = voxelPosition(slab, [(columns - 1) / 2, (rows - 1) / 2, (slices - 1) / 2]);
  const across = ((plane.columns - 1) / 2) * spacing[1];
  const down = ((plane.rows - 1) / 2) * spacing[0];
  return [
    x - row[0] * across - column[0] * down,
    y - row[1] * across - column[1] * down,
    z - row[2] * across - column[2] * down,
  ];
}

function checkPlane({ rows, columns, origin, row, column, spacing }: ObliquePlane): void {
  const vectors: Readonly<Record<string, readonly [list: unknown, length: number]>> = {
    ...(origin !== undefined && { origin: [origin, 3] as const }),
    ...{ row: [row, 3], column: [column, 3], spacing: [spacing, 2] },
  };
  for (const [name, [list, length]] of Object.entries(vectors)) {
    // Whoever writes JavaScript may leave them out.
    if (Array.isArray(list) && list.length === length) continue;
    throw noPlane(`${length} numbers for ${name}`, list === undefined ? 'none' : 'others');
  }
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
  if (origin?.every(Number.isFinite) === false) {
    throw noPlane('an origin in millimetres', origin.join(', '));
  }
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

type PlacedPlane = ObliquePlane & PlaneGeometry;

/** The way of a plane through the grid, in voxels. */
interface VoxelWay {
  readonly first: Vector;
  readonly across: Vector;
  readonly down: Vector;
}

function voxelWay(slab: Slab, { origin, row, column, spacing }: PlacedPlane): VoxelWay {
  const space = voxelSpace(slab);
  if (space === undefined) {
    const expected = 'voxels that have a volume';
    throw new FramedexError('NOT_A_VOLUME', 'the grid lies in one plane', { expected });
  }
  const times = ([x, y, z]: Vector, by: number): Vector => [x * by, y * by, z * by];
  return {
    first: space.place(origin),
    across: space.way(times(row, spacing[1])),
    down: space.way(times(column, spacing[0])),
  };
}

function interpolate(slab: Slab, plane: PlacedPlane, from: Cells, to: Cells): void {
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
      to[at] = value ?? (fill ??= fillOf(slab));
    }
  }
}

/** As `resample` has it: padding of the middle slice, else its least value. */
function fillOf({ data, size: [columns, rows, slices], slices: own, display }: Slab): number {
  const middle = slices >> 1;
  const length = columns * rows;
  const { padding } = own?.[middle] ?? display;
  return paddingOrLeast(padding, data.subarray(middle * length, (middle + 1) * length));
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
  const isPadding = paddingTest(slab);
  return (x, y, z) => {
    const [i, j, k] = [voxelBelow(x), voxelBelow(y), voxelBelow(z)];
    const [fx, fy, fz] = [partOf(x - i), partOf(y - j), partOf(z - k)];
    const at = k * slice + j * columns + i;
    const a = data[at] ?? 0;
    if (fx === 0 && fy === 0 && fz === 0) return a;
    const dx = fx > 0 ? 1 : 0;
    const dy = fy > 0 ? columns : 0;
    const dz = fz > 0 ? slice : 0;
    const above = fz > 0 ? k + 1 : k;
    const b = data[at + dx] ?? 0;
    const c = data[at + dy] ?? 0;
    const d = data[at + dy + dx] ?? 0;
    const e = data[at + dz] ?? 0;
    const f = data[at + dz + dx] ?? 0;
    const g = data[at + dz + dy] ?? 0;
    const h = data[at + dz + dy + dx] ?? 0;
    if (
      isPadding(a, k) ||
      isPadding(b, k) ||
      isPadding(c, k) ||
      isPadding(d, k) ||
      isPadding(e, above) ||
      isPadding(f, above) ||
      isPadding(g, above) ||
      isPadding(h, above)
    ) {
      return undefined;
    }
    const lower = between(between(a, b, fx), between(c, d, fx), fy);
    const upper = between(between(e, f, fx), between(g, h, fx), fy);
    const value = between(lower, upper, fz);
    return isWhole ? value + ROUNDING - ROUNDING : value;
  };
}

/** Whether a value of slice `k` stands for no pixel: slices may differ in the value that does. */
function paddingTest({ size, slices, display }: Slab): (value: number, k: number) => boolean {
  const low = new Float64Array(size[2]).fill(Infinity);
  const high = new Float64Array(size[2]).fill(-Infinity);
  for (let k = 0; k < size[2]; k++) {
    const own = slices?.[k];
    const padding = own === undefined ? display.padding : own.padding;
    if (padding === undefined) continue;
    low[k] = padding.low;
    high[k] = padding.high;
  }
  return (value, k) => value >= (low[k] ?? Infinity) && value <= (high[k] ?? -Infinity);
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
