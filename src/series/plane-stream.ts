import { FramedexError } from '../errors.ts';
import type { Frame, Samples } from '../frames/frame.ts';
import { planeLayout } from './anatomical-planes.ts';
import type { AnatomicalPlane, PlaneFrame, PlaneLayout } from './anatomical-planes.ts';
import { checkValue, fillValue } from './fill-value.ts';
import type { Vector } from './geometry.ts';
import { gridSlices, usedSlices } from './grid-slices.ts';
import type { GridSlice } from './grid-slices.ts';
import type { Planned } from './plan.ts';
import { copyLine, copyPlane, planeCells } from './plane-cells.ts';
import type { CellLine } from './plane-cells.ts';
import { checkSlice, sliceForm } from './slice-form.ts';
import type { SliceForm } from './slice-form.ts';
import type { PlannedInstance, Slice } from './slice.ts';
import type { FarSlices, PlaneOptions, ReadSlice } from './volume.ts';
import { commonAttributes, sliceAttributes, volumeAttributes } from './volume-attributes.ts';
import type { OwnAttributes, PlaneAttributes } from './volume-attributes.ts';
import { chosenPart, volumeGrid } from './volume-grid.ts';
import type { VolumeGrid } from './volume-grid.ts';
import { checkPlanes, gridPlaneGeometry, isNative, planeFrame } from './volume-plane.ts';

const BLOCK_BYTES = 2 ** 25;

/** What planes are made by, the same for all of them. */
interface PlaneParts {
  readonly grid: VolumeGrid;
  readonly layout: PlaneLayout;
  readonly form: SliceForm;
  readonly attributes: PlaneAttributes;
  /** As a slab has them. */
  readonly origins: readonly (Vector | undefined)[] | undefined;
  readonly signal: AbortSignal | undefined;
  /** Reads the slices of a grid. */
  readonly slices: (grid: VolumeGrid) => AsyncGenerator<GridSlice>;
}

/**
 * Planes through a series, as {@link Volume.plane} of its volume would give them, with memory for a block of planes and a few slices only. Planes that are the slices
 * themselves come one by one as they are read, or, where they go the other way, block by block.
 *
 * Each plane has memory of its own: one that is kept holds no others. A plane of slices says by itself whether it is `unverified`; of other planes,
 * all do.
 *
 * @param threads - The most that decode slices.
 * @param far - Where slices are far away: those that are needed are announced.
 */
export async function* streamPlanes<T extends PlannedInstance>(
  series: Planned<T>,
  plane: AnatomicalPlane,
  readSlice: ReadSlice<T>,
  options: PlaneOptions = {},
  threads = 0,
  far?: FarSlices<T>,
): AsyncGenerator<PlaneFrame> {
  const planned = chosenPart(series, options);
  const grid = volumeGrid(planned, options);
  const layout = planeLayout(grid, plane);
  checkPlanes(grid.regular, layout, plane, options.asIs ?? false);
  const chosen = chosenPlanes(layout.count, options);
  const blockBytes = options.blockBytes ?? BLOCK_BYTES;
  if (typeof blockBytes !== 'number' || !(blockBytes > 0)) {
    throw usage('blockBytes', 'a number of bytes', blockBytes);
  }
  if (chosen.length === 0) return;
  const { signal } = options;
  signal?.throwIfAborted();
  const announced = far?.willRead(neededSlices(planned, gridOf(grid, layout, chosen)));
  try {
    const reading = { planned, readSlice, threads, options };
    yield* planesInBlocks({ ...reading, grid, layout, chosen, blockBytes });
  } finally {
    announced?.();
  }
}

/** What planes are put together of. */
interface BlockParts<T> {
  readonly planned: Planned<T>;
  readonly readSlice: ReadSlice<T>;
  readonly options: PlaneOptions;
  readonly threads: number;
  readonly grid: VolumeGrid;
  readonly layout: PlaneLayout;
  /** Numbers of planes, in their order. */
  readonly chosen: readonly number[];
  readonly blockBytes: number;
}

async function* planesInBlocks<T extends PlannedInstance>(
  given: BlockParts<T>,
): AsyncGenerator<PlaneFrame> {
  const { planned, readSlice, options, threads, grid, layout, chosen, blockBytes } = given;
  const { signal } = options;
  const { model, modelNumber, form } = await readModel(planned, readSlice, signal);
  const planeBytes = layout.rows * layout.columns * form.sampleBytes;
  const blocks = isInOrder(layout)
    ? [chosen]
    : blocksOf(chosen, Math.min(chosen.length, Math.max(1, Math.floor(blockBytes / planeBytes))));
  const passes = blocks.map((planes) => ({ planes, grid: gridOf(grid, layout, planes) }));
  const total = passes.reduce((sum, pass) => sum + usedSlices(pass.grid).length, 0);
  let done = 0;
  const onRead = (): void => options.onProgress?.(++done, total);
  const fill = fillValue(model, options.fill);
  if (typeof options.fillGaps === 'number') checkValue(options.fillGaps, model.data, 'fillGaps');
  const mixed = form.isModality;
  const reading = { planned, readSlice, model, modelNumber, fill, mixed, threads, signal, onRead };
  const parts: PlaneParts = {
    ...{ grid, layout, form, signal, attributes: volumeAttributes(model, form) },
    origins: grid.regular ? undefined : planned.slices.map((slice) => slice.plane?.origin),
    slices: (some) => gridSlices({ ...reading, grid: some }),
  };
  for (const pass of passes) {
    if (isInOrder(layout)) yield* slicePlanes(parts, pass.grid, pass.planes);
    else if (isNative(layout)) yield* reversedPlanes(parts, pass.grid, pass.planes);
    else yield* crossPlanes(parts, pass.planes);
  }
}

/** Planes that are the slices, from the first to the last. */
function isInOrder(layout: PlaneLayout): boolean {
  return isNative(layout) && !layout.flipped[2];
}

function chosenPlanes(count: number, options: PlaneOptions): number[] {
  const { start = 0, end = count, step = 1 } = options;
  if (!isWhole(start, 0, count)) throw usage('start', `0 to ${count}`, start);
  if (!isWhole(end, start, count)) throw usage('end', `${start} to ${count}`, end);
  if (!isWhole(step, 1, Infinity)) throw usage('step', 'a whole number, 1 or more', step);
  return Array.from({ length: Math.ceil((end - start) / step) }, (_, i) => start + i * step);
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function usage(option: string, expected: string, found: number): FramedexError {
  return new FramedexError('USAGE', `${option} cannot be`, { expected, found: String(found) });
}

function blocksOf(planes: readonly number[], length: number): number[][] {
  const count = Math.ceil(planes.length / length);
  return Array.from({ length: count }, (_, i) => planes.slice(i * length, (i + 1) * length));
}

/** The middle slice, as `buildVolume` has it. */
async function readModel<T extends { readonly name: string }>(
  { plan, slices }: Planned<T>,
  readSlice: ReadSlice<T>,
  signal: AbortSignal | undefined,
): Promise<{ readonly model: Frame; readonly modelNumber: number; readonly form: SliceForm }> {
  const modelNumber = slices.length >> 1;
  const middle = slices[modelNumber];
  if (middle === undefined) throw new FramedexError('USAGE', 'the plan has no slices', {});
  const model = await readSlice(middle, { signal, framesToCome: slices.length - 1 });
  const mixed = plan.reasons.some(({ code }) => code === 'MIXED_RESCALE');
  const form = sliceForm(model, plan.size, mixed ? 'modality' : 'same');
  checkSlice(model, form, middle.instance.name);
  return { model, modelNumber, form };
}

/** Of the slices that are needed, and the middle one, which is read before them. */
function neededSlices<T>({ slices }: Planned<T>, grid: VolumeGrid): Slice<T>[] {
  const numbers = new Set([...usedSlices(grid), slices.length >> 1]);
  return [...numbers].flatMap((number) => slices[number] ?? []);
}

/** The slices that are needed for these planes. */
function gridOf(grid: VolumeGrid, layout: PlaneLayout, planes: readonly number[]): VolumeGrid {
  if (!isNative(layout)) return grid;
  const wanted = new Set(planes.map((k) => sliceOf(layout, k)));
  return { ...grid, recipes: grid.recipes.filter((_, k) => wanted.has(k)) };
}

/** Of a plane that is a slice, which one; and of a slice, which plane. */
function sliceOf({ count, flipped }: PlaneLayout, k: number): number {
  return flipped[2] ? count - 1 - k : k;
}

/** Planes that are slices, in the order of these: as they come. */
async function* slicePlanes(
  parts: PlaneParts,
  grid: VolumeGrid,
  planes: readonly number[],
): AsyncGenerator<PlaneFrame> {
  const { layout } = parts;
  const [columns, rows] = grid.size;
  const cells = planeCells([columns, rows, 1], layout, 0);
  for await (const slice of parts.slices(grid)) {
    const data = emptyPlane(parts);
    copyPlane(slice.data, data, cells, layout.columns);
    const shown = sliceAttributes(parts.attributes, slice.own);
    yield planeOf(parts, shown, planes[slice.k] ?? 0, data, slice.unverified);
  }
}

/** Planes that are slices from the last to the first, which are read from the first to the last. */
async function* reversedPlanes(
  parts: PlaneParts,
  grid: VolumeGrid,
  planes: readonly number[],
): AsyncGenerator<PlaneFrame> {
  const done: PlaneFrame[] = [];
  for await (const plane of slicePlanes(parts, grid, planes.toReversed())) done.push(plane);
  for (let plane = done.pop(); plane !== undefined; plane = done.pop()) {
    parts.signal?.throwIfAborted();
    yield plane;
  }
}

/** Planes across the slices: each slice gives a line to each of them. */
async function* crossPlanes(
  parts: PlaneParts,
  planes: readonly number[],
): AsyncGenerator<PlaneFrame> {
  const { grid, layout, signal } = parts;
  const block = planes.map((k) => ({
    k,
    data: emptyPlane(parts),
    lineOf: lineOf(grid, layout, k),
  }));
  const own: OwnAttributes[] = [];
  let unverified = false;
  for await (const slice of parts.slices(grid)) {
    own.push(slice.own);
    for (const { data, lineOf } of block) copyLine(slice.data, data, lineOf(slice.k));
    unverified ||= slice.unverified;
  }
  const shown = commonAttributes(parts.attributes, own);
  block.reverse();
  for (let plane = block.pop(); plane !== undefined; plane = block.pop()) {
    signal?.throwIfAborted();
    yield planeOf(parts, shown, plane.k, plane.data, unverified);
  }
}

/** Which cells of slice `z` are in plane `k`, and where they go: to a row of it, or to a column. */
function lineOf(grid: VolumeGrid, layout: PlaneLayout, k: number): (z: number) => CellLine {
  const { start, across, down } = planeCells(grid.size, layout, k);
  const { rows, columns, axes, flipped } = layout;
  const sliceCells = grid.size[0] * grid.size[1];
  if (axes[1] === 2) {
    return (z) => {
      const row = flipped[1] ? rows - 1 - z : z;
      const first = start + row * down - z * sliceCells;
      return { start: first, step: across, to: row * columns, toStep: 1, length: columns };
    };
  }
  return (z) => {
    const column = flipped[0] ? columns - 1 - z : z;
    const first = start + column * across - z * sliceCells;
    return { start: first, step: down, to: column, toStep: columns, length: rows };
  };
}

function emptyPlane({ layout: { rows, columns }, form }: PlaneParts): Samples {
  return new form.type(new ArrayBuffer(rows * columns * form.sampleBytes));
}

function planeOf(
  { grid, layout, origins }: PlaneParts,
  attributes: PlaneAttributes,
  k: number,
  data: Samples,
  unverified: boolean,
): PlaneFrame {
  const geometry = gridPlaneGeometry({ ...grid, origins }, layout, k);
  const verified = unverified ? { ...attributes, unverified } : attributes;
  return planeFrame(verified, geometry, layout, k, data);
}
