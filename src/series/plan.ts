import type { Dataset } from '../dicom/dataset.ts';
import type { Warning } from '../errors.ts';
import type { Slice } from './slice.ts';

/** What stands between a series and a regular volume. */
export type PlanIssueCode =
  | 'INCOMPLETE'
  | 'NO_PIXELS'
  | 'ONE_SLICE'
  | 'MULTI_FRAME'
  | 'COLOUR'
  | 'MODALITY_LUT'
  | 'NO_CODEC'
  | 'MIXED_MATRIX'
  | 'MIXED_CELLS'
  | 'MIXED_FRAME_OF_REFERENCE'
  | 'NO_SPACING'
  | 'NO_POSITION'
  | 'MIXED_ORIENTATION'
  | 'MIXED_SPACING'
  | 'DUPLICATE_POSITION'
  | 'UNEVEN_SPACING'
  | 'DISPLACED'
  | 'TILT'
  | 'MIXED_RESCALE';

/** One of them, for people and for programs. */
export interface PlanIssue {
  readonly code: PlanIssueCode;
  readonly message: string;
  /** Names of the instances concerned. */
  readonly instances: readonly string[];
  /** Millimetres or degrees, where the issue has a size. */
  readonly value?: number | undefined;
}

/** What a series would be as a volume; made from headers alone. */
export interface VolumePlan {
  /** `volume`: a regular grid. `stack`: slices of one kind, but no regular grid. `none`: neither. */
  readonly verdict: 'volume' | 'stack' | 'none';
  /**
   * What is not as in a regular volume. `NO_CODEC` says nothing against the verdict, but the volume
   * cannot be built without the codec.
   */
  readonly reasons: readonly PlanIssue[];
  /** Columns, rows, slices. */
  readonly size: [number, number, number];
  /**
   * Millimetres between columns, rows and slices, along the normal; 1 where nothing is known. The
   * affine has the same.
   */
  readonly spacing: [number, number, number];
  /**
   * 4 x 4, row by row: takes (column, row, slice, 1) to millimetres in the patient's coordinates
   * (PS3.3 C.7.6.2.1.1: x to the left, y to the back, z to the head). A tilted gantry shows as shear.
   */
  readonly affine: Float64Array;
  /** The plans of the parts, where a series has to be taken apart. */
  readonly parts: readonly VolumePlan[];
}

/** What a plan asks of an instance, all of it known from the header. */
export interface PlannedInstance {
  readonly name: string;
  readonly dataset: Dataset;
  /** 0 where there is no pixel data. */
  readonly frameCount: number;
  /** UID of the transfer syntax in effect. */
  readonly transferSyntax: string;
  /** Whether there is what decodes its frames; packages that are installed apart are taken for installed. */
  readonly decodable: boolean;
  readonly warnings: readonly Warning[];
}

/** One of the slices that a plan is made for. */
export type PlannedSlice = Slice<PlannedInstance>;

/** An issue of these slices. */
export function planIssue(
  code: PlanIssueCode,
  message: string,
  slices: readonly PlannedSlice[],
  value?: number,
): PlanIssue {
  return { code, message, instances: slices.map(({ instance }) => instance.name), value };
}
