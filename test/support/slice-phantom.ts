import type { Frame, Samples } from '../../src/frames/frame.ts';
import type { DisplayAttributes } from '../../src/frames/display-attributes.ts';
import type { ImagePlane, Vector } from '../../src/series/geometry.ts';
import type { Planned, PlanIssue, VolumePlan } from '../../src/series/plan.ts';
import type { PlannedInstance, Slice } from '../../src/series/slice.ts';
import type { ReadSlice } from '../../src/series/volume.ts';
import { madeSlice } from './made-slices.ts';

/** A slice of a phantom: where it lies, and what is odd about it. */
export interface PhantomSlice {
  /** Millimetres from the first one: along the rows, the columns, and the normal. */
  readonly at: readonly [across: number, down: number, along: number];
  readonly rescale?: DisplayAttributes['rescale'] | undefined;
}

/** A series whose stored values are a function of the place in the patient. */
export interface PhantomParts {
  readonly slices: readonly PhantomSlice[];
  readonly value: (place: Vector) => number;
  readonly type?: (new (length: number) => Samples) | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  readonly plane?: ImagePlane | undefined;
  /** Millimetres between columns, rows, and (usually) slices. */
  readonly spacing?: readonly [number, number, number] | undefined;
  readonly verdict?: VolumePlan['verdict'] | undefined;
  readonly reasons?: readonly PlanIssue[] | undefined;
  readonly padding?: DisplayAttributes['padding'] | undefined;
}

export type NamedInstance = PlannedInstance;

const COLUMNS = 7;
const ROWS = 5;
const SPACING = [0.5, 0.75, 2] as const;

/** Oblique, with the normal along row x column. */
export const OBLIQUE: ImagePlane = {
  origin: [-40, 13.5, 7],
  row: [0.8, 0.6, 0],
  column: [0, 0, -1],
  normal: [-0.6, 0.8, 0],
};

export const STRAIGHT: ImagePlane = {
  origin: [-10, 20, -30],
  row: [1, 0, 0],
  column: [0, 1, 0],
  normal: [0, 0, 1],
};

/** An issue with the code alone: what a grid is made by. */
export function issue(code: PlanIssue['code'], ...instances: string[]): PlanIssue {
  return { code, message: `this is ${code}`, instances };
}

export interface Phantom {
  readonly planned: Planned<NamedInstance>;
  readonly readSlice: ReadSlice<NamedInstance>;
  /** Numbers of the slices that were read, in that order. */
  readonly reads: number[];
}

/** A planned series, without files and without headers. */
export function slicePhantom(parts: PhantomParts): Phantom {
  const { plane = STRAIGHT, spacing = SPACING, columns = COLUMNS, rows = ROWS } = parts;
  const slices = parts.slices.map(({ at }, k): Slice<NamedInstance> => {
    const origin = placeAt(plane, at);
    const attributes = { get: () => undefined, has: () => false };
    const own = { ...plane, origin };
    return {
      ...{ instance: madeSlice({ name: `IM${k}` }).instance, frame: 0, attributes, plane: own },
      instanceNumber: undefined,
    };
  });
  const plan: VolumePlan = {
    verdict: parts.verdict ?? 'volume',
    reasons: parts.reasons ?? [],
    size: [columns, rows, slices.length],
    spacing: [...spacing],
    affine: new Float64Array(16),
    tilt: 0,
    slices: slices.map(({ instance: { name } }, k) => ({
      ...{ name, frame: 0 },
      position: parts.slices[k]?.at[2],
    })),
    sortedBy: 'position',
    samples: undefined,
    byteLength: 0,
    rescale: undefined,
    parts: [],
  };
  const reads: number[] = [];
  const readSlice: ReadSlice<NamedInstance> = async (slice, { into }) => {
    const number = slices.indexOf(slice);
    reads.push(number);
    // As from a disk: later, and not in the order in which they were asked for.
    await new Promise((resolve) => setTimeout(resolve, (number * 7) % 3));
    return phantomFrame(parts, slice.plane ?? plane, number, into);
  };
  return { planned: { plan, slices, parts: [] }, readSlice, reads };
}

type SamplesType = new (memory: ArrayBufferLike, offset?: number, length?: number) => Samples;

function phantomFrame(
  { value, type = Int16Array, slices, padding, ...parts }: PhantomParts,
  plane: ImagePlane,
  number: number,
  into: Uint8Array | undefined,
): Frame {
  const { columns = COLUMNS, rows = ROWS, spacing = SPACING } = parts;
  const length = columns * rows;
  const { BYTES_PER_ELEMENT } = new type(0);
  const { buffer, byteOffset } = into ?? new Uint8Array(length * BYTES_PER_ELEMENT);
  const data = new (type as unknown as SamplesType)(buffer, byteOffset, length);
  for (let j = 0; j < length; j++) {
    const across = (j % columns) * spacing[0];
    const down = Math.floor(j / columns) * spacing[1];
    const stored = value(placeAt(plane, [across, down, 0]));
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[j] = BigInt(stored);
    else data[j] = stored;
  }
  return {
    ...{ index: 0, rows, columns, samplesPerPixel: 1, data },
    photometricInterpretation: 'MONOCHROME2',
    bitsStored: BYTES_PER_ELEMENT * 8,
    display: {
      rescale: slices[number]?.rescale ?? { slope: 1, intercept: 0 },
      windows: [],
      voiFunction: 'LINEAR',
      voiLuts: [],
      pixelAspect: 1,
      inverse: false,
      padding,
    },
  };
}

function placeAt(
  { origin, row, column, normal }: ImagePlane,
  [across, down, along]: readonly [number, number, number],
): Vector {
  const axis = (k: 0 | 1 | 2): number =>
    origin[k] + row[k] * across + column[k] * down + normal[k] * along;
  return [axis(0), axis(1), axis(2)];
}

/** Where a voxel is in the patient. */
export function voxelPlace(
  affine: Float64Array,
  [x, y, z]: readonly [number, number, number],
): Vector {
  const axis = (k: number): number => {
    const [a = 0, b = 0, c = 0, d = 0] = affine.subarray(4 * k, 4 * k + 4);
    return a * x + b * y + c * z + d;
  };
  return [axis(0), axis(1), axis(2)];
}
