import { FramedexError } from '../errors.ts';
import type { Grid } from './anatomical-planes.ts';
import type { Vector } from './geometry.ts';
import type { LabelFrame } from './label-frames.ts';
import type { VolumePlan } from './plan.ts';
import { DEFAULT_TOLERANCES } from './tolerances.ts';
import { voxelSpace } from './voxel-space.ts';
import type { VoxelSpace } from './voxel-space.ts';

/** What labels are put on: a grid, of which a plan and a volume also say whether it is one. */
export interface LabelGrid extends Grid {
  readonly verdict?: VolumePlan['verdict'] | undefined;
  readonly regular?: boolean | undefined;
}

/** Where the pixels of a frame are in a grid: each is one voxel. */
export interface FramePlace {
  /** Voxel of the first pixel: it may be outside of the grid. */
  readonly first: Vector;
  /** From column to column, and from row to row: one voxel along one axis. */
  readonly across: Vector;
  readonly down: Vector;
}

/** A grid, and where each frame lies in it. */
export interface PlacedLabels {
  readonly grid: Grid;
  readonly space: VoxelSpace;
  readonly places: readonly FramePlace[];
}

/** Pixels whose centres are no farther than this from that of a voxel, in millimetres and as a part of the voxel, are that voxel. */
const LARGEST_OFFSET = DEFAULT_TOLERANCES.rounding;
const LARGEST_PART = 0.1;

/**
 * Where frames lie in a grid. Each of their pixels has to be one voxel, to within 0.1 mm and a tenth of a voxel; rows and columns may lie along
 * any of the axes, either way, and the frame may be larger or smaller than the grid.
 *
 * @throws FramedexError `NOT_A_VOLUME` for a frame that does not lie so, and for a grid that is none.
 */
export function placedLabels<T extends { readonly name: string }>(
  frames: readonly LabelFrame<T>[],
  on: LabelGrid,
): PlacedLabels {
  const { size, affine, verdict = 'volume', regular = true } = on;
  if (!regular || verdict !== 'volume') {
    throw new FramedexError('NOT_A_VOLUME', 'the grid for the labels is not regular', {
      expected: 'a regular volume',
      found: regular ? `a plan whose verdict is ${verdict}` : 'slices that are not evenly spaced',
      advice: 'See `parts` of the plan, and the volume that `fillGaps` and `resample` make.',
    });
  }
  const grid: Grid = { size: [size[0], size[1], size[2]], affine: Float64Array.from(affine) };
  const space = voxelSpace(grid);
  if (space === undefined || !size.every((edge) => Number.isInteger(edge) && edge > 0)) {
    const expected = 'voxels that have a volume';
    throw new FramedexError('NOT_A_VOLUME', 'the grid for the labels has none', { expected });
  }
  const places = frames.map((frame) => {
    const place = framePlace(space, frame);
    if (typeof place !== 'string') return place;
    const { instance, frame: number } = frame.slice;
    throw new FramedexError('NOT_A_VOLUME', `frame ${number} does not lie on the grid`, {
      name: instance.name,
      expected: `pixels within ${LARGEST_OFFSET} mm and a tenth of a voxel of the grid's`,
      found: place,
    });
  });
  return { grid, space, places };
}

/** Where a frame lies, or why it does not lie on the grid. */
function framePlace(space: VoxelSpace, frame: LabelFrame<unknown>): FramePlace | string {
  const { plane, spacing, rows, columns } = frame;
  const origin = space.place(plane.origin);
  const row = space.way(scaled(plane.row, spacing[1]));
  const column = space.way(scaled(plane.column, spacing[0]));
  const [first, across, down] = [rounded(origin), rounded(row), rounded(column)];
  const isOneVoxel = isStep(row, across) && isStep(column, down);
  if (!isOneVoxel || across.some((way, k) => way * (down[k] ?? 0) !== 0)) {
    return `pixels of ${millimetres(spacing[0])} x ${millimetres(spacing[1])} that are no voxels`;
  }
  // What is off grows with the way from the first pixel: the corners are off most.
  let farthest = 0;
  let isOff = false;
  for (const right of [0, columns - 1]) {
    for (const below of [0, rows - 1]) {
      for (const k of [0, 1, 2] as const) {
        const part = Math.abs(
          origin[k] - first[k] + right * (row[k] - across[k]) + below * (column[k] - down[k]),
        );
        const offset = part * space.steps[k];
        farthest = Math.max(farthest, offset);
        // Also where there is no number.
        if (!(part <= LARGEST_PART && offset <= LARGEST_OFFSET)) isOff = true;
      }
    }
  }
  return isOff ? `pixels ${millimetres(farthest)} beside voxels` : { first, across, down };
}

/** Whether a way is about one voxel along one axis, as its rounded one. */
function isStep(way: Vector, [x, y, z]: Vector): boolean {
  const isOne = Math.abs(x) + Math.abs(y) + Math.abs(z) === 1;
  return isOne && Math.hypot(way[0] - x, way[1] - y, way[2] - z) <= LARGEST_PART;
}

function rounded([x, y, z]: Vector): Vector {
  // Adding 0 makes 0 of -0.
  return [Math.round(x) + 0, Math.round(y) + 0, Math.round(z) + 0];
}

function scaled([x, y, z]: Vector, by: number): Vector {
  return [x * by, y * by, z * by];
}

function millimetres(value: number): string {
  return `${Number(value.toPrecision(4))} mm`;
}
