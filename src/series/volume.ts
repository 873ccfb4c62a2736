import type { Dataset } from '../dicom/dataset.ts';
import { FramedexError } from '../errors.ts';
import type { Frame, Samples } from '../frames/frame.ts';
import { rescaleOf } from './plan.ts';
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
}

/** How a volume is built. */
export interface VolumeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Reads the one frame of a slice; with `into`, to that place. */
export type ReadSlice<T> = (
  instance: T,
  options: { readonly into?: Uint8Array | undefined; readonly signal?: AbortSignal | undefined },
) => Promise<Frame>;

/** Slices under way at a time: more bring nothing on the usual two to four threads that inflate. */
const IN_FLIGHT = 4;

/**
 * Builds the volume of instances in the plan's order. Stored values go straight to their place in
 * one block of the smallest exact type; where slices differ in rescale, modality values in float32.
 *
 * @throws FramedexError `NOT_A_VOLUME` where the plan's verdict is `none`; the fault of the first
 * slice that cannot be read: a volume never has a hole.
 */
export async function buildVolume<T extends { readonly dataset: Dataset; readonly name: string }>(
  instances: readonly T[],
  plan: VolumePlan,
  readSlice: ReadSlice<T>,
  options: VolumeOptions,
): Promise<Volume> {
  const [columns, rows, slices] = plan.size;
  const first = instances[0];
  if (plan.verdict === 'none' || first === undefined) throw notAVolume(plan);
  const mixed = plan.reasons.some(({ code }) => code === 'MIXED_RESCALE');
  const length = columns * rows;
  const data = mixed ? new Float32Array(length * slices) : slab(first.dataset, length * slices);
  const place = async (instance: T, k: number): Promise<void> => {
    const { signal } = options;
    if (data instanceof Float32Array) {
      const { data: stored } = await readSlice(instance, { signal });
      modalityValues(
        stored,
        rescaleOf(instance.dataset),
        data.subarray(k * length, (k + 1) * length),
      );
    } else {
      const bytes = length * data.BYTES_PER_ELEMENT;
      const into = new Uint8Array(data.buffer, k * bytes, bytes);
      checkSlice(await readSlice(instance, { into, signal }), data, bytes, instance.name);
    }
  };
  await inOrder(instances, place, options);
  return {
    data,
    size: plan.size,
    spacing: plan.spacing,
    affine: plan.affine,
    rescale: mixed ? { slope: 1, intercept: 0 } : rescaleOf(first.dataset),
    plan,
  };
}

/** A few at a time. The first fault stops it; those under way finish into a block that is dropped. */
async function inOrder<T>(
  instances: readonly T[],
  place: (instance: T, k: number) => Promise<void>,
  { onProgress, signal }: VolumeOptions,
): Promise<void> {
  let next = 0;
  let done = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    for (;;) {
      const k = next++;
      const instance = instances[k];
      if (instance === undefined || failed) return;
      signal?.throwIfAborted();
      try {
        await place(instance, k);
      } catch (error) {
        failed = true;
        throw error;
      }
      onProgress?.(++done, instances.length);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** One block of the type that the slices' cells have. */
function slab(dataset: Dataset, length: number): Exclude<Samples, Float32Array> {
  const signed = dataset.get('PixelRepresentation') === 1;
  switch (dataset.get('BitsAllocated')) {
    case 16:
    case 12:
      return signed ? new Int16Array(length) : new Uint16Array(length);
    case 32:
      return signed ? new Int32Array(length) : new Uint32Array(length);
    case 64:
      return signed ? new BigInt64Array(length) : new BigUint64Array(length);
    default:
      return signed ? new Int8Array(length) : new Uint8Array(length);
  }
}

/** The header of a slice may say another than the one it was planned by. */
function checkSlice({ data }: Frame, slab: Samples, bytes: number, name: string): void {
  if (data.byteLength === bytes && data.constructor === slab.constructor) return;
  throw new FramedexError('NOT_A_VOLUME', 'the slice is not what its header said', {
    name,
    expected: `${bytes} bytes`,
    found: `${data.byteLength}`,
  });
}

function modalityValues(
  stored: Samples,
  { slope, intercept }: { readonly slope: number; readonly intercept: number },
  into: Float32Array,
): void {
  for (let k = 0; k < into.length; k++) into[k] = Number(stored[k] ?? 0) * slope + intercept;
}

function notAVolume({ reasons }: VolumePlan): FramedexError {
  const [reason] = reasons;
  return new FramedexError('NOT_A_VOLUME', 'the series makes no volume', {
    name: reason?.instances[0],
    expected: 'grey images of one size and kind',
    found: reason === undefined ? 'nothing' : reason.message,
  });
}
