import type { Frame, Samples } from '../frames/frame.ts';
import type { Planned } from './plan.ts';
import type { ReadSlice } from './volume.ts';
import type { VolumeGrid } from './volume-grid.ts';

/** One slice of a grid, ready to be put to its place. */
export interface GridSlice {
  /** Of the grid, counted from 0. */
  readonly k: number;
  /** `rows * columns` samples, of the type of the model. Valid until the next slice is asked for. */
  readonly data: Samples;
  readonly unverified: boolean;
}

/** What slices are made by. */
export interface GridSlicesParts<T> {
  readonly planned: Planned<T>;
  readonly grid: VolumeGrid;
  readonly readSlice: ReadSlice<T>;
  /** The slice that all others have to be like: the middle one. */
  readonly model: Frame;
  /** Stored value outside of every slice. */
  readonly fill: number;
  /** Modality values instead of stored ones, in this type; undefined: stored ones, all of one rescale. */
  readonly mixed: boolean;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  /** Called for each slice that was read. */
  readonly onRead?: (() => void) | undefined;
}

/**
 * The slices of a grid in their order, each source slice read once, a few ahead: made as the grid's recipes say (taken as they are, filled, interpolated,
 * shifted).
 *
 * @throws FramedexError `NOT_A_VOLUME` for a slice that is not like the model; what reading throws.
 */
export function gridSlices<T extends { readonly name: string }>(
  parts: GridSlicesParts<T>,
): AsyncGenerator<GridSlice> {
  throw new Error('to come');
}
