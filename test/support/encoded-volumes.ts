import type { DisplayAttributes } from '../../src/frames/display-attributes.ts';
import type { Samples } from '../../src/frames/frame.ts';
import { encodeVolume } from '../../src/series/encode-volume.ts';
import type { EncodeVolumeOptions, VolumeFormat } from '../../src/series/encode-volume.ts';
import type { VolumePlan } from '../../src/series/plan.ts';
import type { Volume } from '../../src/series/volume.ts';

/** 4 columns, 3 rows, 2 slices: axes perpendicular and turned, so that no number can stand for another. */
const SIZE: [number, number, number] = [4, 3, 2];
/** About z by the angle of the 3-4-5 triangle, columns 0.5 mm and rows 0.25 mm apart, slices 2 mm. */
export const TURNED: readonly number[] = [
  0.3, -0.2, 0, -100.5, 0.4, 0.15, 0, 20.125, 0, 0, 2, 1e-7, 0, 0, 0, 1,
];
/** The same with slices that go 1 mm to the back for each 2 mm up. */
export const SHEARED: readonly number[] = TURNED.with(6, 1);

export interface VolumeParts extends Partial<
  Pick<Volume, 'rescale' | 'rescales' | 'regular' | 'plan'>
> {
  readonly affine?: readonly number[];
  readonly size?: [number, number, number];
}

const DISPLAY: DisplayAttributes = {
  rescale: { slope: 1, intercept: 0 },
  modalityLut: undefined,
  windows: [],
  voiLuts: [],
  voiFunction: 'LINEAR',
  inverse: false,
} as unknown as DisplayAttributes;

export function volumeOf(data: Samples, parts: VolumeParts = {}): Volume {
  const {
    size = SIZE,
    affine = TURNED,
    regular = true,
    rescale = { slope: 1, intercept: 0 },
  } = parts;
  const { rescales, plan = { reasons: [] } as unknown as VolumePlan } = parts;
  const none = (): never => {
    throw new Error('not asked for');
  };
  return {
    ...{
      data,
      size,
      spacing: [0.5, 0.25, 2],
      affine: Float64Array.from(affine),
      rescale,
      rescales,
    },
    ...{ display: DISPLAY, plan, made: [], warnings: [], regular, plane: none, oblique: none },
  };
}

export async function bytesOf(
  volume: Volume,
  format: VolumeFormat,
  options?: EncodeVolumeOptions,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of encodeVolume(volume, format, options)) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}

/** 24 values that use all of the type: its ends and what is between. */
export const SAMPLES: readonly Samples[] = [
  Uint8Array.from({ length: 24 }, (_, k) => (k === 23 ? 255 : k)),
  Int8Array.from({ length: 24 }, (_, k) => (k === 23 ? -128 : k - 12)),
  Uint16Array.from({ length: 24 }, (_, k) => (k === 23 ? 65535 : 257 * k)),
  Int16Array.from({ length: 24 }, (_, k) => (k === 23 ? -32768 : 1000 * k - 5000)),
  Uint32Array.from({ length: 24 }, (_, k) => (k === 23 ? 2 ** 32 - 1 : 65537 * k)),
  Int32Array.from({ length: 24 }, (_, k) => (k === 23 ? -(2 ** 31) : 65537 * k - 70000)),
  Float32Array.from({ length: 24 }, (_, k) => k / 3),
  Float64Array.from({ length: 24 }, (_, k) => k / 3),
  BigUint64Array.from({ length: 24 }, (_, k) => (k === 23 ? 2n ** 64n - 1n : BigInt(k))),
  BigInt64Array.from({ length: 24 }, (_, k) => (k === 23 ? -(2n ** 63n) : BigInt(k - 12))),
];

export function raw({ buffer, byteOffset, byteLength }: Samples): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

export const SHORTS: Int16Array = Int16Array.from({ length: 24 }, (_, k) => 100 * k);

/** What is in front of the samples, which an empty line ends. */
export function parts(file: Buffer): { readonly header: string; readonly body: Buffer } {
  const end = file.indexOf('\n\n') + 2;
  return { header: file.subarray(0, end).toString(), body: file.subarray(end) };
}
