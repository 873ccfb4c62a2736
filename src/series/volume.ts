import { MOST_BYTES_AHEAD } from '../codecs/frame-decoding.ts';
import { FramedexError } from '../errors.ts';
import type { DisplayAttributes } from '../frames/display-attributes.ts';
import type { Frame, Samples } from '../frames/frame.ts';
import type { VolumePlan } from './plan.ts';

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
  /** Modality values are `data * slope + intercept`. */
  readonly rescale: { readonly slope: number; readonly intercept: number };
  /** What the volume was made by: its `reasons` say what is not regular in it. */
  readonly plan: VolumePlan;
  /**
   * Some slice came out of an archive whose checksum of it was not compared by then, as
   * `Frame.unverified` has it: of a big deflated member, or one that is much more than its one frame.
   */
  readonly unverified?: true | undefined;
}

/** How a volume is built. */
export interface VolumeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /**
   * Makes `data` a view of a `SharedArrayBuffer`: other threads can have it without a copy, and those
   * that decode compressed slices put them there themselves.
   *
   * @throws FramedexError `USAGE` where there is no such memory: in pages that are not cross-origin isolated.
   */
  readonly shared?: boolean | undefined;
}

/** Reads the one frame of a slice; with `into`, to that place. */
export type ReadSlice<T> = (
  instance: T,
  options: {
    readonly into?: Uint8Array | undefined;
    readonly signal?: AbortSignal | undefined;
    /** Slices that are read after this one. */
    readonly framesToCome?: number | undefined;
  },
) => Promise<Frame>;

type Rescale = DisplayAttributes['rescale'];

/** Slices under way at a time where they are not decoded: more bring nothing on the usual two to four threads that inflate. */
const IN_FLIGHT = 4;

/**
 * Builds the volume of instances in the plan's order. Stored values go straight to their place in
 * one block of the smallest exact type; where slices differ in rescale, modality values in float32.
 *
 * The first slice is read before the block is made: what it holds says of which type the samples are,
 * and that there are any, before memory is taken for all slices on the word of headers.
 *
 * @param threads - The most that decode slices: each has one, and one to go on with, as far as memory
 * allows.
 *
 * @throws FramedexError `NOT_A_VOLUME` where the plan's verdict is `none`, where a slice is not what its
 * header said, and where memory does not hold it; the fault of the first slice that cannot be read: a
 * volume never has a hole.
 */
export async function buildVolume<T extends { readonly name: string }>(
  instances: readonly T[],
  plan: VolumePlan,
  readSlice: ReadSlice<T>,
  options: VolumeOptions,
  threads = 0,
): Promise<Volume> {
  const [columns, rows] = plan.size;
  const [first, ...others] = instances;
  if (plan.verdict === 'none' || first === undefined) throw notAVolume(plan);
  const { signal, onProgress, shared = false } = options;
  if (shared) checkShared();
  signal?.throwIfAborted();
  const model = await readSlice(first, { signal, framesToCome: others.length });
  const mixed = plan.reasons.some(({ code }) => code === 'MIXED_RESCALE');
  const length = columns * rows;
  const data = block(
    mixed ? new Float32Array(0) : model.data,
    length,
    instances.length,
    shared,
    first.name,
  );
  const rescale = mixed ? undefined : model.display.rescale;
  const sliceBytes = length * data.BYTES_PER_ELEMENT;
  let done = 0;
  let unverified: true | undefined;
  const put = (frame: Frame, k: number, name: string): void => {
    putSlice(frame, data, k * length, length, rescale, name);
    unverified ??= frame.unverified;
    onProgress?.(++done, instances.length);
  };
  put(model, 0, first.name);
  const place = async (instance: T, k: number): Promise<void> => {
    const into = mixed ? undefined : new Uint8Array(data.buffer, (k + 1) * sliceBytes, sliceBytes);
    const framesToCome = others.length - k - 1;
    put(await readSlice(instance, { into, signal, framesToCome }), k + 1, instance.name);
  };
  const most = Math.max(1, Math.floor(MOST_BYTES_AHEAD / sliceBytes));
  await several(others, Math.min(most, Math.max(IN_FLIGHT, 2 * threads)), place, signal);
  return {
    data,
    size: plan.size,
    spacing: plan.spacing,
    affine: plan.affine,
    rescale: rescale ?? { slope: 1, intercept: 0 },
    plan,
    ...(unverified === true && { unverified }),
  };
}

/** A few at a time. The first fault stops it; those under way finish into a block that is dropped. */
async function several<T>(
  instances: readonly T[],
  inFlight: number,
  place: (instance: T, k: number) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let next = 0;
  let failed = false;
  const oneByOne = async (): Promise<void> => {
    for (;;) {
      const k = next++;
      const instance = instances[k];
      if (instance === undefined || failed) return;
      try {
        signal?.throwIfAborted();
        await place(instance, k);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, oneByOne));
}

function checkShared(): void {
  if (typeof SharedArrayBuffer === 'function') return;
  const advice = 'Serve the page cross-origin isolated.';
  throw new FramedexError('USAGE', 'there is no shared memory here', { advice });
}

/** Zeros of the type of `model`. */
function block(
  model: Samples,
  length: number,
  slices: number,
  shared: boolean,
  name: string,
): Samples {
  const Block = model.constructor as new (memory: ArrayBufferLike) => Samples;
  const bytes = length * slices * model.BYTES_PER_ELEMENT;
  try {
    return new Block(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  } catch (cause) {
    const summary = 'the volume does not fit into one piece of memory';
    const found = `${bytes} bytes`;
    throw new FramedexError('NOT_A_VOLUME', summary, { name, found }, { cause });
  }
}

/**
 * Puts a slice to its place, unless it is there. With `rescale`, the slice must have the same;
 * without, modality values are put.
 */
function putSlice(
  { data: stored, display }: Frame,
  volume: Samples,
  at: number,
  length: number,
  rescale: Rescale | undefined,
  name: string,
): void {
  if (display.modalityLut !== undefined) throw unlike(name, 'no modality table', 'one');
  if (stored.length !== length) throw unlike(name, `${length} samples`, String(stored.length));
  if (rescale === undefined) {
    const { slope, intercept } = display.rescale;
    for (let j = 0; j < length; j++) volume[at + j] = Number(stored[j] ?? 0) * slope + intercept;
    return;
  }
  if (stored.constructor !== volume.constructor) {
    throw unlike(name, volume.constructor.name, stored.constructor.name);
  }
  if (display.rescale.slope !== rescale.slope || display.rescale.intercept !== rescale.intercept) {
    const { slope, intercept } = display.rescale;
    throw unlike(name, `rescale ${rescale.slope} ${rescale.intercept}`, `${slope} ${intercept}`);
  }
  if (stored.buffer !== volume.buffer) copy(stored, volume, at);
}

/** The types are the same; TypeScript cannot know that of two unions. */
function copy(from: Samples, to: Samples, at: number): void {
  const bytes = new Uint8Array(from.buffer, from.byteOffset, from.byteLength);
  new Uint8Array(to.buffer, to.byteOffset, to.byteLength).set(bytes, at * to.BYTES_PER_ELEMENT);
}

/** The header of a slice may say another than the one it was planned by. */
function unlike(name: string, expected: string, found: string): FramedexError {
  const summary = 'the slice is not what its header said';
  return new FramedexError('NOT_A_VOLUME', summary, { name, expected, found });
}

function notAVolume({ reasons }: VolumePlan): FramedexError {
  const [reason] = reasons;
  return new FramedexError('NOT_A_VOLUME', 'the series makes no volume', {
    name: reason?.instances[0],
    expected: 'grey images of one size and kind',
    found: reason === undefined ? 'nothing' : reason.message,
  });
}
