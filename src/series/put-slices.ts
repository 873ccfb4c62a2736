import type { Frame, Samples } from '../frames/frame.ts';
import { fillSamples } from './fill-value.ts';
import { asCells, interpolateSlice } from './interpolation.ts';
import type { SliceCells } from './interpolation.ts';
import type { Planned } from './plan.ts';
import { checkSlice, copySamples, putModalityValues, slicesAhead, valueIn } from './slice-form.ts';
import type { SliceForm } from './slice-form.ts';
import { turns } from '../inflate/next-turn.ts';
import type { FarSlices, ReadSlice, Rescale } from './volume.ts';
import { filledAttributes, interpolatedAttributes, ownAttributes } from './volume-attributes.ts';
import type { OwnAttributes } from './volume-attributes.ts';
import type { VolumeGrid } from './volume-grid.ts';

/** What a block is filled by. */
export interface PutParts<T> {
  readonly planned: Planned<T>;
  readonly grid: VolumeGrid;
  readonly readSlice: ReadSlice<T>;
  /** The slice that all others have to be like, and which of the plan's it is. */
  readonly model: Frame;
  readonly modelNumber: number;
  readonly form: SliceForm;
  readonly data: Samples;
  /** Stored value where there is no pixel. */
  readonly fill: number;
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
  readonly far?: FarSlices<T> | undefined;
  /** Called for each slice that was put to its place. */
  readonly onRead?: (() => void) | undefined;
}

/** What is known when a block is full. */
export interface PutSlices {
  readonly unverified: boolean;
  /** Of each slice of the grid, where they differ. */
  readonly rescales: readonly Rescale[] | undefined;
  /** Of each slice of the grid. */
  readonly slices: readonly OwnAttributes[];
}

/** Where a slice of the plan goes. */
interface Place {
  readonly number: number;
  readonly k: number;
}

/** Reads all slices of the plan to their places in the block, a few at a time, then makes those that no file has. */
export async function putSlices<T extends { readonly name: string }>(
  parts: PutParts<T>,
): Promise<PutSlices> {
  const { planned, grid, readSlice, model, modelNumber, form, data, signal, far } = parts;
  const { length } = form;
  const own: OwnAttributes[] = [];
  const rescales: Rescale[] = [];
  let unverified = false;
  const put = (frame: Frame, { number, k }: Place): void => {
    rescales[number] = frame.display.rescale;
    own[number] = ownAttributes(frame, form);
    const at = k * length;
    if (form.isModality) putModalityValues(frame, data.subarray(at, at + length));
    else if (frame.data.buffer !== data.buffer) copySamples(frame.data, data, at);
    unverified ||= frame.unverified === true;
    parts.onRead?.();
  };
  const places = grid.recipes.flatMap(({ from, made }, k): Place[] =>
    made || from === undefined ? [] : [{ number: from, k }],
  );
  const ordered =
    far === undefined ? places : inOrder(places, asTheyLie(planned, far, modelNumber));
  const others = ordered.filter(({ number }) => number !== modelNumber);
  for (const place of places) if (place.number === modelNumber) put(model, place);
  const bytes = length * form.sampleBytes;
  await several(others, slicesAhead(bytes, parts.threads), signal, async (place, framesToCome) => {
    const slice = planned.slices[place.number];
    if (slice === undefined) return;
    const start = data.byteOffset + place.k * bytes;
    const into = form.isModality ? undefined : new Uint8Array(data.buffer, start, bytes);
    const frame = await readSlice(slice, { into, signal, framesToCome });
    checkSlice(frame, form, slice.instance.name);
    put(frame, place);
  });
  const slices = await makeSlices(parts, places, own);
  const differ = form.isModality ? undefined : differing(grid, rescales);
  return { unverified, rescales: differ, slices };
}

/**
 * Numbers of slices as they lie there, from the model on, which is read before them: where each has its place in
 * the block, they can be read in any order.
 */
export function asTheyLie<T>(
  { slices }: Planned<T>,
  far: FarSlices<T>,
  modelNumber: number,
): number[] {
  const sorted = slices
    .map((slice, number) => ({ number, offset: far.offsetOf(slice) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ number }) => number);
  const first = Math.max(0, sorted.indexOf(modelNumber));
  return [...sorted.slice(first), ...sorted.slice(0, first)];
}

function inOrder(places: readonly Place[], numbers: readonly number[]): Place[] {
  const byNumber = new Map(places.map((place) => [place.number, place]));
  return numbers.flatMap((number) => byNumber.get(number) ?? []);
}

/**
 * A few at a time. The first fault stops it, once those under way have come to their end: what they write to may
 * be the caller's.
 */
async function several<P>(
  places: readonly P[],
  inFlight: number,
  signal: AbortSignal | undefined,
  put: (place: P, framesToCome: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let fault: { readonly error: unknown } | undefined;
  const oneByOne = async (): Promise<void> => {
    while (fault === undefined) {
      const place = places[next++];
      if (place === undefined) return;
      try {
        signal?.throwIfAborted();
        await put(place, places.length - next);
      } catch (error) {
        fault ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, oneByOne));
  if (fault !== undefined) throw fault.error;
}

/** Puts the slices that no file has between those that were read, and says of all what they say of themselves. */
async function makeSlices<T extends { readonly name: string }>(
  { planned, grid, form, data, model, fill, signal }: PutParts<T>,
  places: readonly Place[],
  own: readonly OwnAttributes[],
): Promise<OwnAttributes[]> {
  const { length } = form;
  const [columns] = grid.size;
  const kOf = new Map(places.map(({ number, k }) => [number, k]));
  const sliceAt = (k = 0): Samples => data.subarray(k * length, (k + 1) * length);
  const cellsOf = (number: number): SliceCells => {
    const name = planned.slices[number]?.instance.name ?? '';
    const cells = asCells(sliceAt(kOf.get(number)), name);
    return { data: cells, padding: own[number]?.padding, shift: [0, 0] };
  };
  const ofModel = ownAttributes(model, form);
  const ownOf = (number: number): OwnAttributes => own[number] ?? ofModel;
  const turn = turns(signal);
  const slices: OwnAttributes[] = [];
  for (const [k, { from, to, weight, value, made }] of grid.recipes.entries()) {
    if (!made && from !== undefined) {
      slices.push(ownOf(from));
      continue;
    }
    const slice = sliceAt(k);
    if (from === undefined || to === undefined) {
      fillSamples(slice, valueIn(form, model, value ?? fill));
      slices.push(filledAttributes(ofModel));
    } else {
      const below = cellsOf(from);
      const cells = asCells(slice);
      const nearest = form.isOfNumbers;
      const place = { data: cells, columns, fill: valueIn(form, model, fill), nearest };
      interpolateSlice(place, columns, below, cellsOf(to), weight);
      slices.push(interpolatedAttributes(ofModel, ownOf(from), ownOf(to), made));
    }
    await turn();
  }
  return slices;
}

/** Rescales of all slices of the grid, where they are not the same: those that no file has are like the one below. */
function differing(
  { recipes }: VolumeGrid,
  rescales: readonly Rescale[],
): readonly Rescale[] | undefined {
  const [first] = rescales;
  const isSame = rescales.every(
    ({ slope, intercept }) => slope === first?.slope && intercept === first.intercept,
  );
  if (isSame || first === undefined) return undefined;
  let below = first;
  return recipes.map(
    ({ from }) => (below = from === undefined ? below : (rescales[from] ?? below)),
  );
}
