import type { PlannedInstance, Slice } from './slice.ts';
import type { SortedBy } from './sort.ts';

/** What takes a series apart: images that differ in it are no one stack. */
export type SplitCode =
  | 'INCOMPLETE'
  | 'NO_PIXELS'
  | 'MULTI_FRAME'
  | 'COLOUR'
  | 'LOCALIZER'
  | 'REFORMAT'
  | 'MIXED_MODALITY'
  | 'MIXED_SOP_CLASS'
  | 'MIXED_MATRIX'
  | 'MIXED_CELLS'
  | 'MIXED_SPACING'
  | 'MIXED_FRAME_OF_REFERENCE'
  | 'MIXED_ORIENTATION'
  | 'NO_POSITION'
  | 'MIXED_IMAGE_TYPE'
  | 'MIXED_STACK'
  | 'MIXED_ACQUISITION'
  | 'MIXED_ECHO'
  | 'MIXED_B_VALUE'
  | 'MIXED_GRADIENT'
  | 'MIXED_TIME'
  | 'MIXED_PHASE'
  | 'MIXED_CONTRAST'
  | 'MIXED_SEGMENT'
  | 'REPEATED';

/** What stands between a series and a regular volume. */
export type PlanIssueCode =
  | SplitCode
  | 'ONE_SLICE'
  | 'MOSAIC'
  | 'MODALITY_LUT'
  | 'NO_CODEC'
  | 'NO_SPACING'
  | 'DUPLICATE_INSTANCE'
  | 'DUPLICATE_POSITION'
  | 'MISSING_SLICES'
  | 'UNEVEN_SPACING'
  | 'DISPLACED'
  | 'TILT'
  | 'MIXED_RESCALE';

/** One of them, for people and for programs. */
export interface PlanIssue {
  readonly code: PlanIssueCode;
  readonly message: string;
  /**
   * Names of the instances concerned: of a gap, the two on either side of it; of several equal ones in a row, the first and the last
   * slice. Of copies, first the one that counts.
   */
  readonly instances: readonly string[];
  /** Of multi-frame instances: the frames concerned, one for each of `instances`. */
  readonly frames?: readonly number[] | undefined;
  /**
   * Millimetres or degrees, where the issue has a size: of a gap, the distance of neighbours, and of a run of equal ones, their mean; of slices at one place, from the
   * first to the last; of displaced slices, how far the farthest is from the line of the others; of a tilt, its angle.
   */
  readonly value?: number | undefined;
  /** Of distances: the usual one in this series, in millimetres. Of a split: absent. */
  readonly usual?: number | undefined;
  /**
   * Of `MISSING_SLICES`: how many there is room for, between the two that are named; of a run, in all its distances. Of `UNEVEN_SPACING`: how many
   * distances in a row are of this `value`. Of a split: in how many parts. Of `INCOMPLETE`: how many frames have no place, or how many parts of a concatenation
   * are not there. Of `DUPLICATE_INSTANCE`: how many copies do not count. Else, where there is one, how many slices.
   */
  readonly count?: number | undefined;
}

/** One of the images that a plan is made of, in its order. */
export interface PlannedImage {
  /** Of the instance. */
  readonly name: string;
  /** Counted from 0 in that instance. */
  readonly frame: number;
  /** Millimetres along the normal of the first plane, from the origin of coordinates on; undefined where there is no position. */
  readonly position?: number | undefined;
}

/** By what a part differs from the others: `{ code: 'MIXED_ECHO', value: '4.92 ms' }`. */
export interface PartLabel {
  readonly code: SplitCode;
  /** As people would say it: `4.92 ms`, `b 1000`, `axial`. */
  readonly value: string;
}

/** Samples of which a volume is made, by the name of the typed array. */
export type SamplesName =
  | 'Uint8Array'
  | 'Int8Array'
  | 'Uint16Array'
  | 'Int16Array'
  | 'Uint32Array'
  | 'Int32Array'
  | 'Float32Array'
  | 'Float64Array'
  | 'BigUint64Array'
  | 'BigInt64Array';

/** What a series would be as a volume; made from headers alone. */
export interface VolumePlan {
  /** `volume`: a regular grid, which may be sheared. `stack`: slices of one kind, but no regular grid. `none`: neither, as a series that has to be taken apart. */
  readonly verdict: 'volume' | 'stack' | 'none';
  /**
   * What is not as in a regular volume. `NO_CODEC`, `MIXED_RESCALE`, `DUPLICATE_INSTANCE` and `TILT` say nothing against the
   * verdict; without the codec, the volume cannot be built nevertheless. Of a volume or a stack, `MIXED_IMAGE_TYPE`, `MIXED_ECHO`, `MIXED_B_VALUE`,
   * `MIXED_GRADIENT` and `MIXED_CONTRAST` say that the contrast varies within it.
   */
  readonly reasons: readonly PlanIssue[];
  /** Columns, rows, slices. Of a series that is taken apart: as its first part has it, as the other measures do. */
  readonly size: [number, number, number];
  /**
   * Millimetres between columns, rows and slices, along the normal; 1 where nothing is known. Between slices: from the first to the last, divided by the steps
   * between them, missing ones included; of a stack that has uneven distances, the usual one. The affine has the same.
   */
  readonly spacing: [number, number, number];
  /**
   * 4 x 4, row by row: takes (column, row, slice, 1) to millimetres in the patient's coordinates
   * (PS3.3 C.7.6.2.1.1: x to the left, y to the back, z to the head). A tilted gantry shows as shear.
   * {@link rasAffine} has it with x to the right and y to the front.
   */
  readonly affine: Float64Array;
  /** Degrees between the way from slice to slice and the normal of the slices, measured from positions: 0 of a straight volume. */
  readonly tilt: number;
  /** In the order of the volume. Of a series that is taken apart: of all parts, one behind the other. */
  readonly slices: readonly PlannedImage[];
  /** What the order was made from. */
  readonly sortedBy: SortedBy;
  /** What samples the volume will have, and how many bytes of them; undefined where the headers do not say it. */
  readonly samples: SamplesName | undefined;
  readonly byteLength: number;
  /** Of all slices; undefined where each has its own (`MIXED_RESCALE`). */
  readonly rescale: { readonly slope: number; readonly intercept: number } | undefined;
  /**
   * The plans of the parts, the largest volume first, where a series has to be taken apart: `reasons` say why. Of a stack
   * whose spacing changes, or which has gaps: its regular runs of at least three slices, each a volume; slices that are in none of them are in no part. `part` of {@link GridOptions} builds
   * one of them.
   */
  readonly parts: readonly VolumePlan[];
  /** Of a part: by what it differs from the others. */
  readonly labels?: readonly PartLabel[] | undefined;
}

/** One of the slices that a plan is made for. */
export type PlannedSlice = Slice<PlannedInstance>;

/** A plan, and the slices that it is of in their order. */
export interface Planned<T> {
  readonly plan: VolumePlan;
  readonly slices: readonly Slice<T>[];
  /** As `plan.parts` has them. */
  readonly parts: readonly Planned<T>[];
}

/** An issue of these slices. */
export function planIssue(
  code: PlanIssueCode,
  message: string,
  slices: readonly PlannedSlice[],
  numbers: Pick<PlanIssue, 'value' | 'usual' | 'count'> = {},
): PlanIssue {
  const several = slices.some(({ instance }) => instance.frames !== undefined);
  return {
    code,
    message,
    instances: slices.map(({ instance }) => instance.name),
    ...(several && { frames: slices.map(({ frame }) => frame) }),
    ...numbers,
  };
}
