import type { Warning } from '../errors.ts';
import type { DisplayAttributes } from '../frames/display-attributes.ts';
import type { Frame, Samples } from '../frames/frame.ts';
import type { AnatomicalPlane, PlaneFrame, PlaneGeometry } from './anatomical-planes.ts';
import type { VolumePlan } from './plan.ts';
import type { Slice } from './slice.ts';
import type { GridOptions } from './volume-grid.ts';

/** Modality values are `stored * slope + intercept`. */
export type Rescale = DisplayAttributes['rescale'];

/** What was tolerated of one slice of a volume. */
export interface SliceWarning {
  /** Of the instance, in its folder or archive. */
  readonly name: string;
  /** Of the instance, counted from 0. */
  readonly frame: number;
  readonly warning: Warning;
}

/** A series as one block of samples. */
export interface Volume {
  /** Slice after slice in the plan's order: `data[(z * rows + y) * columns + x]`. */
  readonly data: Samples;
  /** Columns, rows, slices. */
  readonly size: [number, number, number];
  /** Millimetres between columns, rows and slices. */
  readonly spacing: [number, number, number];
  /** Voxel (column, row, slice) to patient millimetres; see {@link VolumePlan.affine}. */
  readonly affine: Float64Array;
  /** Modality values are `data * slope + intercept`. Of `rescales`, the first. */
  readonly rescale: Rescale;
  /** With `mixedRescale: 'stored'`, where slices differ: of each slice. */
  readonly rescales?: readonly Rescale[] | undefined;
  /**
   * What shows its planes: of the middle slice, with the rescale of the volume. Maps to real world values are there where all slices have the
   * same, padding where all that say one say the same; a plane that is a slice has its own.
   */
  readonly display: DisplayAttributes;
  /** What the volume was made by: its `reasons` say what is not regular in it. */
  readonly plan: VolumePlan;
  /** Slices that are in no file: interpolated, or filled. */
  readonly made: readonly number[];
  /** What was tolerated of its slices, in their order: the first 1000. */
  readonly warnings: readonly SliceWarning[];
  /** Slices are evenly spaced, in this block: always but of a stack that was neither filled nor resampled. */
  readonly regular: boolean;
  /**
   * Some slice came out of an archive whose checksum of it was not compared by then, as
   * `Frame.unverified` has it: of a big deflated member, or one that is much more than its one frame.
   */
  readonly unverified?: true | undefined;
  /**
   * One plane through the volume, as radiologists look at it. {@link planeLayout} says how many there are. The
   * volume's own grid: the one that is nearest to the plane that is named.
   *
   * @throws FramedexError `NOT_A_VOLUME` for planes across a stack that is not `regular` or where the plane would be skewed by a tilted
   * gantry, unless `asIs`; `USAGE` for a number that is none of its planes, and for values that differ in rescale.
   */
  plane(
    plane: AnatomicalPlane,
    k: number,
    options?: { readonly asIs?: boolean | undefined },
  ): PlaneFrame;
  /**
   * Any plane, by linear interpolation; what is outside of the volume, and between voxels of which some are padding, is `fill`. Numbers of
   * colours and of segments are those of the nearest voxel.
   *
   * @throws FramedexError `NOT_A_VOLUME` where the volume is not `regular`; `USAGE` for what is no plane.
   */
  oblique(plane: ObliquePlane): PlaneFrame;
}

/** Where a plane lies that is cut out of a volume. */
export interface ObliquePlane extends Omit<PlaneGeometry, 'origin'> {
  /** Centre of the first pixel, in millimetres; by default, the middle of the plane is that of the volume. */
  readonly origin?: PlaneGeometry['origin'] | undefined;
  readonly rows: number;
  readonly columns: number;
  /** The value outside of the volume: by default Pixel Padding Value, else the least of the middle slice. */
  readonly fill?: number | undefined;
}

/** How a volume is built. */
export interface VolumeOptions extends GridOptions {
  readonly signal?: AbortSignal | undefined;
  /** Slices read, of those that are: those that are made between them are not counted. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /**
   * Makes `data` a view of a `SharedArrayBuffer`: other threads can have it without a copy, and those
   * that decode compressed slices put them there themselves.
   *
   * @throws FramedexError `USAGE` where there is no such memory: in pages that are not cross-origin isolated.
   */
  readonly shared?: boolean | undefined;
  /** Memory to build in, no view of it: at least `byteLength` of the plan; `data` is a view of its beginning. */
  readonly into?: ArrayBufferLike | undefined;
  /**
   * Where slices differ in rescale: modality values, in float32 (in float64 where 24 bits do not hold the stored values), or the stored
   * values as they are, with `rescales`. `modality` by default.
   */
  readonly mixedRescale?: 'modality' | 'stored' | undefined;
}

/** How planes are streamed. */
export interface PlaneOptions extends GridOptions {
  /** The first plane: 0 by default. */
  readonly start?: number | undefined;
  /** Exclusive; all by default. */
  readonly end?: number | undefined;
  /** Every so many planes: 1 by default. */
  readonly step?: number | undefined;
  /** Planes across a stack that is not regular, or that are skewed by a tilted gantry, as they are: refused otherwise. */
  readonly asIs?: boolean | undefined;
  /**
   * Bytes of planes that are put together at a time: 32 MiB by default. All slices are read once for each block of so many. Beside
   * them, the slices that are read ahead are held: a few, or two for each thread, of at most 64 MiB, and at least one.
   */
  readonly blockBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Slices read, of those that all passes read. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Slices that are far away, so that it matters in which order they are read, and who knows of it. */
export interface FarSlices<T> {
  /** Takes note of slices that will be read, until what it gives is called. */
  readonly willRead: (slices: readonly Slice<T>[]) => () => void;
  /** Those that lie near each other have numbers that do: read in their order, each part is brought once. */
  readonly offsetOf: (slice: Slice<T>) => number;
}

/** Reads the frame of a slice; with `into`, to that place. */
export type ReadSlice<T> = (
  slice: Slice<T>,
  options: {
    readonly into?: Uint8Array | undefined;
    readonly signal?: AbortSignal | undefined;
    /** Slices that are read after this one. */
    readonly framesToCome?: number | undefined;
  },
) => Promise<Frame>;
