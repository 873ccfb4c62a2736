import { FramedexError } from '../errors.ts';
import type { Frame, Samples } from '../frames/frame.ts';
import { checkValue, fillSamples } from './fill-value.ts';
import { asCells, interpolateSlice } from './interpolation.ts';
import type { SliceCells } from './interpolation.ts';
import type { Planned } from './plan.ts';
import { checkSlice, putModalityValues, sliceForm, slicesAhead, valueIn } from './slice-form.ts';
import type { SliceForm } from './slice-form.ts';
import { turns } from '../inflate/next-turn.ts';
import type { ReadSlice } from './volume.ts';
import { filledAttributes, interpolatedAttributes, ownAttributes } from './volume-attributes.ts';
import type { OwnAttributes } from './volume-attributes.ts';
import type { SliceRecipe, VolumeGrid } from './volume-grid.ts';

/** One slice of a grid, ready to be put to its place. */
export interface GridSlice {
  /** Of the grid, counted from 0. */
  readonly k: number;
  /** `rows * columns` samples, of the type of the model. Valid until the next slice is asked for. */
  readonly data: Samples;
  readonly own: OwnAttributes;
  readonly unverified: boolean;
}

/** What slices are made by. */
export interface GridSlicesParts<T> {
  readonly planned: Planned<T>;
  readonly grid: VolumeGrid;
  readonly readSlice: ReadSlice<T>;
  /** The slice that all others have to be like: the middle one. */
  readonly model: Frame;
  /** Which of the plan's slices the model is, so that it is not read again. */
  readonly modelNumber?: number | undefined;
  /** Stored value outside of every slice. */
  readonly fill: number;
  /** Modality values instead of stored ones, in float32 or float64; else stored ones, all of one rescale. */
  readonly mixed: boolean;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  /** Called for each slice that was read. */
  readonly onRead?: (() => void) | undefined;
}

/** A slice of the plan that was read. */
interface SourceSlice {
  readonly name: string;
  readonly data: Samples;
  readonly own: OwnAttributes;
  readonly unverified: boolean;
  /** Memory to read another slice into, once this one is no longer needed. */
  readonly spare?: Uint8Array | undefined;
}

/** Which slices of the plan a grid is made of, in their order. */
export function usedSlices({ recipes }: Pick<VolumeGrid, 'recipes'>): readonly number[] {
  const used = new Set<number>();
  for (const { from, to } of recipes) {
    if (from !== undefined) used.add(from);
    if (to !== undefined) used.add(to);
  }
  return [...used].sort((a, b) => a - b);
}

/**
 * The slices of a grid in their order, each source slice read once, a few ahead: made as the grid's recipes say (taken as they are, filled, interpolated,
 * shifted).
 *
 * @throws FramedexError `NOT_A_VOLUME` for a slice that is not like the model; `USAGE` for a value that its samples cannot have; what reading throws.
 */
export async function* gridSlices<T extends { readonly name: string }>(
  parts: GridSlicesParts<T>,
): AsyncGenerator<GridSlice> {
  const { planned, grid, model, mixed, threads, signal } = parts;
  const form = sliceForm(model, planned.plan.size, mixed ? 'modality' : 'same');
  const read = sourceReader(parts, form);
  const order = usedSlices(grid);
  // One that is in use, beside those that are under way.
  const most = slicesAhead(form.length * form.storedBytes, threads) + 1;
  const held = new Map<number, Promise<SourceSlice>>();
  let next = 0;
  const make = sliceMaker(parts, form);
  const attributesOf = attributesMaker(parts, form);
  const turn = turns(signal);
  try {
    for (const [k, recipe] of grid.recipes.entries()) {
      signal?.throwIfAborted();
      for (const number of held.keys()) {
        if (number < (recipe.from ?? 0)) {
          read.reuse(await held.get(number));
          held.delete(number);
        }
      }
      for (; next < order.length && held.size < most; next++) {
        const number = order[next] ?? 0;
        const slice = read.start(number, order.length - next - 1);
        // It is waited for when it is needed, or at the end.
        slice.catch(() => undefined);
        held.set(number, slice);
      }
      const below = recipe.from === undefined ? undefined : await held.get(recipe.from);
      const above = recipe.to === undefined ? undefined : await held.get(recipe.to);
      const unverified = below?.unverified === true || above?.unverified === true;
      const data = make(recipe, below, above);
      // Slices that were read gave way already.
      if (recipe.made) await turn();
      yield { k, data, own: attributesOf(recipe, below, above), unverified };
    }
  } finally {
    await Promise.allSettled(held.values());
  }
}

/** Reads slices into memory that goes round. */
function sourceReader<T extends { readonly name: string }>(
  { planned, model, modelNumber, readSlice, signal, onRead }: GridSlicesParts<T>,
  form: SliceForm,
): {
  start(number: number, framesToCome: number): Promise<SourceSlice>;
  reuse(slice: SourceSlice | undefined): void;
} {
  const spares: Uint8Array[] = [];
  const start = async (number: number, framesToCome: number): Promise<SourceSlice> => {
    const slice = planned.slices[number];
    if (slice === undefined) throw new FramedexError('USAGE', 'the plan has no such slice', {});
    const { name } = slice.instance;
    const isModel = number === modelNumber;
    const memory = isModel
      ? undefined
      : (spares.pop() ?? new Uint8Array(form.length * form.storedBytes));
    const frame = isModel ? model : await readSlice(slice, { into: memory, signal, framesToCome });
    checkSlice(frame, form, name);
    onRead?.();
    const unverified = frame.unverified === true;
    const own = ownAttributes(frame, form);
    if (!form.isModality) return { name, data: frame.data, own, unverified, spare: memory };
    const data = new form.type(new ArrayBuffer(form.length * form.sampleBytes));
    putModalityValues(frame, data);
    if (memory !== undefined) spares.push(memory);
    return { name, data, own, unverified };
  };
  return {
    start,
    reuse: (slice) => {
      if (slice?.spare !== undefined) spares.push(slice.spare);
    },
  };
}

/** What slices that are made so say of themselves. */
function attributesMaker(
  { grid, model }: Pick<GridSlicesParts<unknown>, 'grid' | 'model'>,
  form: SliceForm,
): (recipe: SliceRecipe, below?: SourceSlice, above?: SourceSlice) => OwnAttributes {
  const own = ownAttributes(model, form);
  return ({ made }, below, above) => {
    if (below === undefined) return filledAttributes(own);
    if (above === undefined && grid.shifts === undefined) return below.own;
    return interpolatedAttributes(own, below.own, above?.own, made);
  };
}

/** Makes slices as recipes say. */
function sliceMaker(
  {
    grid,
    planned,
    model,
    fill,
  }: Pick<GridSlicesParts<unknown>, 'grid' | 'planned' | 'model' | 'fill'>,
  form: SliceForm,
): (recipe: SliceRecipe, below?: SourceSlice, above?: SourceSlice) => Samples {
  const [columns, rows] = grid.size;
  let memory: Samples | undefined;
  const own = (): Samples =>
    (memory ??= new form.type(new ArrayBuffer(columns * rows * form.sampleBytes)));
  const cellsOf = ({ data, own: { padding }, name }: SourceSlice, number = 0): SliceCells => ({
    data: asCells(data, name),
    padding,
    shift: grid.shifts?.[number] ?? [0, 0],
  });
  return ({ from, to, weight, value }, below, above) => {
    if (below === undefined) {
      if (value !== undefined) checkValue(value, model.data, 'fillGaps');
      fillSamples(own(), valueIn(form, model, value ?? fill));
      return own();
    }
    if (above === undefined && grid.shifts === undefined) return below.data;
    const data = asCells(own(), below.name);
    interpolateSlice(
      { data, columns, fill: valueIn(form, model, fill), nearest: form.isOfNumbers },
      planned.plan.size[0],
      cellsOf(below, from),
      above === undefined ? undefined : cellsOf(above, to),
      weight,
    );
    return data;
  };
}
