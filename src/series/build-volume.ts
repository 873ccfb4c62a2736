import { MOST_BYTES_AHEAD } from '../codecs/frame-decoding.ts';
import { FramedexError } from '../errors.ts';
import type { Frame, Samples } from '../frames/frame.ts';
import type { Planned, VolumePlan } from './plan.ts';
import type { Slice } from './slice.ts';
import type { ReadSlice, Rescale, Volume, VolumeOptions } from './volume.ts';

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
  planned: Planned<T>,
  readSlice: ReadSlice<T>,
  options: VolumeOptions,
  threads = 0,
): Promise<Volume> {
  const { plan, slices: instances } = planned;
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
    first.instance.name,
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
  put(model, 0, first.instance.name);
  const place = async (instance: Slice<T>, k: number): Promise<void> => {
    const into = mixed ? undefined : new Uint8Array(data.buffer, (k + 1) * sliceBytes, sliceBytes);
    const framesToCome = others.length - k - 1;
    put(await readSlice(instance, { into, signal, framesToCome }), k + 1, instance.instance.name);
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
    display: { ...model.display, ...(mixed && { rescale: { slope: 1, intercept: 0 } }) },
    made: [],
    regular: plan.verdict === 'volume',
    plane: () => {
      throw new Error('to come');
    },
    oblique: () => {
      throw new Error('to come');
    },
    ...(unverified === true && { unverified }),
  };
}

/** A few at a time. The first fault stops it; those under way finish into a block that is dropped. */
async function several<T>(
  instances: readonly Slice<T>[],
  inFlight: number,
  place: (instance: Slice<T>, k: number) => Promise<void>,
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
