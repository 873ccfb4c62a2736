import type { VolumePlan } from './plan.ts';
import type { PlanOptions } from './tolerances.ts';

/** Which slices are built, and what is done about a grid that is not regular. */
export interface GridOptions extends PlanOptions {
  /** Which of the plan's `parts`, counted from 0. */
  readonly part?: number | undefined;
  /**
   * Puts slices where the plan has `MISSING_SLICES`: `linear` between the two on either side, or all of one stored value. `made` of the volume says
   * which they are.
   */
  readonly fillGaps?: 'linear' | number | undefined;
  /**
   * Straightens a tilted gantry, and evens out uneven and displaced slices, by linear interpolation: the volume's axes are perpendicular, and its slices
   * evenly spaced. Where slices are missing (distances of more than one and a half of the usual), `fillGaps` has to say so too.
   * With a number, that is the distance of slices in millimetres; the plan's own by default.
   */
  readonly resample?: boolean | number | undefined;
  /**
   * The stored value of voxels that are outside of every slice, where `resample` makes some: by default Pixel Padding Value, else the
   * least value of the middle slice.
   */
  readonly fill?: number | undefined;
}

/** One slice of a volume: which of the plan's slices it is made of. */
export interface SliceRecipe {
  /** The slice, or the one below. Undefined: outside of all, or made of one value. */
  readonly from: number | undefined;
  /** The one above, where it is between two. */
  readonly to?: number | undefined;
  /** 0 to 1: how much of `to`. */
  readonly weight?: number | undefined;
  /** In neither file: put in by `fillGaps`, or in between by `resample`. */
  readonly made: boolean;
}

/** A grid, and how its slices come to be. */
export interface VolumeGrid {
  readonly size: [number, number, number];
  readonly spacing: [number, number, number];
  readonly affine: Float64Array;
  readonly recipes: readonly SliceRecipe[];
  /** With `resample`: where source slice `k` lies in the plane, in columns and rows of the grid. Absent where all cells stay in their place. */
  readonly shifts?: readonly (readonly [columns: number, rows: number])[] | undefined;
}

/**
 * The grid that a plan and options make.
 *
 * @throws FramedexError `NOT_A_VOLUME` where the verdict is `none`, and where `resample` would have to bridge missing slices; `USAGE` for options that say nothing.
 */
export function volumeGrid(plan: VolumePlan, options: GridOptions): VolumeGrid {
  throw new Error('to come');
}
