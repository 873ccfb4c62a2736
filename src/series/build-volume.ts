import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import type { Samples } from '../frames/frame.ts';
import { checkValue, fillValue } from './fill-value.ts';
import { gridSlices, usedSlices } from './grid-slices.ts';
import { obliquePlane } from './oblique.ts';
import type { Planned } from './plan.ts';
import { asTheyLie, putSlices } from './put-slices.ts';
import type { PutParts, PutSlices } from './put-slices.ts';
import { checkSlice, copySamples, sliceForm } from './slice-form.ts';
import type { SliceForm } from './slice-form.ts';
import type { PlannedInstance, Slice } from './slice.ts';
import type { FarSlices, ReadSlice, SliceWarning, Volume, VolumeOptions } from './volume.ts';
import { commonAttributes, volumeAttributes } from './volume-attributes.ts';
import type { OwnAttributes } from './volume-attributes.ts';
import { chosenPart, volumeGrid } from './volume-grid.ts';
import type { VolumeGrid } from './volume-grid.ts';
import { volumePlane } from './volume-plane.ts';
import type { Slab } from './volume-plane.ts';

/** As files list faults. */
const MOST_WARNINGS = 1000;

/**
 * Builds the volume of a plan, or of the part of it that options choose. Stored values go straight to their place in one block
 * of the smallest exact type; where slices differ in rescale, modality values do, in float32.
 *
 * The middle slice is read before the block is made: what it holds says of which type the samples are,
 * and that there are any, before memory is taken for all slices on the word of headers.
 *
 * @param threads - The most that decode slices: each has one, and one to go on with, as far as memory
 * allows.
 * @param far - Where slices are far away: they are announced, and read as they lie there.
 *
 * @throws FramedexError `NOT_A_VOLUME` where the plan's verdict is `none`, where a slice is not what its
 * header said, and where memory does not hold it; the fault of the first slice that cannot be read: a
 * volume never has a hole; `USAGE` for options that say nothing, and memory that is too small.
 */
export async function buildVolume<T extends PlannedInstance>(
  series: Planned<T>,
  reader: ReadSlice<T>,
  options: VolumeOptions,
  threads = 0,
  far?: FarSlices<T>,
): Promise<Volume> {
  const planned = chosenPart(series, options);
  const grid = volumeGrid(planned, options);
  const announced = far?.willRead(inOrderOfReading(planned, grid, far));
  try {
    return await buildOn(grid, planned, reader, options, threads, far);
  } finally {
    announced?.();
  }
}

function inOrderOfReading<T>(
  planned: Planned<T>,
  grid: VolumeGrid,
  far: FarSlices<T>,
): readonly Slice<T>[] {
  const { slices } = planned;
  if (!isDirect(grid, slices.length)) return slices;
  return asTheyLie(planned, far, slices.length >> 1).flatMap((number) => slices[number] ?? []);
}

async function buildOn<T extends PlannedInstance>(
  grid: VolumeGrid,
  planned: Planned<T>,
  reader: ReadSlice<T>,
  options: VolumeOptions,
  threads: number,
  far: FarSlices<T> | undefined,
): Promise<Volume> {
  const kept = rescaleKept(planned, grid, options);
  const { signal, onProgress } = options;
  checkMemory(options);
  signal?.throwIfAborted();
  const { slices, plan } = planned;
  const { readSlice, warnings } = minding(reader);
  const modelNumber = slices.length >> 1;
  const middle = slices[modelNumber];
  if (middle === undefined) throw new FramedexError('USAGE', 'the plan has no slices', {});
  const model = await readSlice(middle, { signal, framesToCome: slices.length - 1 });
  const form = sliceForm(model, plan.size, kept);
  checkSlice(model, form, middle.instance.name);
  const fill = fillValue(model, options.fill);
  if (typeof options.fillGaps === 'number') checkValue(options.fillGaps, model.data, 'fillGaps');
  const data = block(form, grid, options, middle.instance.name);
  const total = usedSlices(grid).length;
  let done = 0;
  const onRead = (): void => onProgress?.(++done, total);
  const reading = { planned, grid, readSlice, model, modelNumber, threads, signal };
  const parts = { ...reading, form, data, fill, far };
  const put = isDirect(grid, slices.length) ? putSlices : putGridSlices;
  const slab = slabOf(parts, await put({ ...parts, onRead }));
  const { rescale, rescales, display, regular, unverified } = slab;
  return {
    ...{ data, size: grid.size, spacing: grid.spacing, affine: grid.affine, plan },
    ...{ rescale, display, regular },
    ...(rescales !== undefined && { rescales }),
    ...(unverified && { unverified }),
    warnings: warnings(slices),
    made: grid.recipes.flatMap(({ made }, k) => (made ? [k] : [])),
    plane: (plane, k, how) => volumePlane(slab, plane, k, how),
    oblique: (plane) => obliquePlane(slab, plane),
  };
}

/** Keeps what is tolerated of slices as they are read. */
function minding<T extends { readonly name: string }>(
  reader: ReadSlice<T>,
): {
  readonly readSlice: ReadSlice<T>;
  /** In the order of the slices. */
  readonly warnings: (slices: readonly Slice<T>[]) => SliceWarning[];
} {
  const kept = new Map<Slice<T>, readonly Warning[]>();
  const readSlice: ReadSlice<T> = async (slice, options) => {
    const frame = await reader(slice, options);
    if (frame.warnings !== undefined) kept.set(slice, frame.warnings);
    return frame;
  };
  const warnings = (slices: readonly Slice<T>[]): SliceWarning[] =>
    slices
      .flatMap((slice) => {
        const { instance, frame } = slice;
        const ofSlice = kept.get(slice) ?? [];
        return ofSlice.map((warning) => ({ name: instance.name, frame, warning }));
      })
      .slice(0, MOST_WARNINGS);
  return { readSlice, warnings };
}

/** What becomes of rescales, where slices differ in it. */
function rescaleKept(
  { plan }: Planned<unknown>,
  { recipes, shifts }: VolumeGrid,
  { mixedRescale = 'modality' }: VolumeOptions,
): 'same' | 'modality' | 'stored' {
  if (!MIXED_RESCALES.includes(mixedRescale)) {
    const expected = MIXED_RESCALES.join(', ');
    throw new FramedexError('USAGE', '`mixedRescale` is none', { expected });
  }
  if (!plan.reasons.some(({ code }) => code === 'MIXED_RESCALE')) return 'same';
  const interpolated = shifts !== undefined || recipes.some(({ to }) => to !== undefined);
  if (mixedRescale === 'stored' && interpolated) {
    const summary = 'stored values of different rescales cannot be interpolated';
    throw new FramedexError('USAGE', summary, { advice: 'Build modality values.' });
  }
  return mixedRescale;
}

const MIXED_RESCALES: readonly unknown[] = ['modality', 'stored'];

/** All slices of the plan are slices of the grid, as they are. */
function isDirect({ recipes, shifts }: VolumeGrid, slices: number): boolean {
  return shifts === undefined && recipes.filter(({ made }) => !made).length === slices;
}

/** Slices in order, made as the grid says, one after the other. */
async function putGridSlices<T extends { readonly name: string }>(
  parts: PutParts<T>,
): Promise<PutSlices> {
  const { grid, form, data } = parts;
  const [columns, rows] = grid.size;
  const slices: OwnAttributes[] = [];
  let unverified = false;
  for await (const slice of gridSlices({ ...parts, mixed: form.isModality })) {
    copySamples(slice.data, data, slice.k * columns * rows);
    slices.push(slice.own);
    unverified ||= slice.unverified;
  }
  return { unverified, rescales: undefined, slices };
}

/** What planes are cut out of. */
function slabOf<T>(
  { planned, grid, form, data, model }: PutParts<T>,
  { rescales, unverified, slices }: PutSlices,
): Slab {
  const { display, ...common } = commonAttributes(volumeAttributes(model, form), slices);
  const rescale = rescales?.[0] ?? display.rescale;
  return {
    ...common,
    ...{ data, size: grid.size, affine: grid.affine, rescale, slices },
    display: { ...display, rescale },
    ...(rescales !== undefined && { rescales }),
    regular: grid.regular,
    ...(!grid.regular && { origins: planned.slices.map(({ plane }) => plane?.origin) }),
    ...(unverified && { unverified: true }),
  };
}

/** Of `into`, a view would be copied and not filled. */
function checkMemory({ shared = false, into }: VolumeOptions): void {
  const isMemory = into instanceof ArrayBuffer || isSharedMemory(into);
  if (into !== undefined && !isMemory) {
    const expected = 'an ArrayBuffer, or a SharedArrayBuffer: of a view, its `buffer`';
    throw new FramedexError('USAGE', '`into` is no memory', { expected });
  }
  if (!shared) return;
  if (typeof SharedArrayBuffer !== 'function') {
    const advice = 'Serve the page cross-origin isolated.';
    throw new FramedexError('USAGE', 'there is no shared memory here', { advice });
  }
  if (into !== undefined && !isSharedMemory(into)) {
    const expected = 'a SharedArrayBuffer';
    throw new FramedexError('USAGE', 'the memory of `into` is not shared', { expected });
  }
}

function isSharedMemory(into: unknown): boolean {
  return typeof SharedArrayBuffer === 'function' && into instanceof SharedArrayBuffer;
}

/** Memory for all slices. */
function block(
  { type, sampleBytes }: SliceForm,
  { size: [columns, rows, slices] }: VolumeGrid,
  { shared = false, into }: VolumeOptions,
  name: string,
): Samples {
  const length = columns * rows * slices;
  const bytes = length * sampleBytes;
  if (into !== undefined) {
    if (into.byteLength >= bytes) return new type(into, 0, length);
    const details = { expected: `${bytes} bytes`, found: `${into.byteLength}` };
    throw new FramedexError('USAGE', 'the memory of `into` does not hold the volume', details);
  }
  try {
    return new type(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  } catch (cause) {
    const summary = 'the volume does not fit into one piece of memory';
    const found = `${bytes} bytes`;
    throw new FramedexError('NOT_A_VOLUME', summary, { name, found }, { cause });
  }
}
