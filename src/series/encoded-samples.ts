import type { Samples } from '../frames/frame.ts';
import { swapBytes } from '../frames/byte-order.ts';
import type { SamplesName } from './plan.ts';
import type { Rescale, Volume } from './volume.ts';

/** The samples of a volume as a file has them. */
export interface EncodedSamples {
  readonly samples: SamplesName;
  /** Modality values are `sample * slope + intercept`. */
  readonly rescale: Rescale;
  readonly byteLength: number;
  /** Little endian: views of the volume where it has these very samples. */
  pieces(): Generator<Uint8Array>;
}

/** Bytes in one piece. */
const PIECE = 2 ** 20;

/** The samples as they are, for files that have a place for the rescale. */
export function storedSamples({ data, rescale }: Pick<Volume, 'data' | 'rescale'>): EncodedSamples {
  return {
    samples: data[Symbol.toStringTag],
    rescale,
    byteLength: data.byteLength,
    pieces: () => views(data),
  };
}

/**
 * Modality values: of whole slope and intercept in the volume's own type, else in a signed one, that has them exactly; of others in float32, or float64
 * where the samples have more bits than its 24. Integers of 64 bits, and others whose values no type of whole numbers has, are in float64, which rounds those
 * beyond 2^53.
 */
export function modalitySamples(volume: Pick<Volume, 'data' | 'rescale'>): EncodedSamples {
  const { data, rescale } = volume;
  if (rescale.slope === 1 && rescale.intercept === 0) return storedSamples(volume);
  const Target = typeOfValues(data, rescale);
  return {
    samples: new Target(0)[Symbol.toStringTag],
    rescale: { slope: 1, intercept: 0 },
    byteLength: data.length * Target.BYTES_PER_ELEMENT,
    pieces: () => converted(data, rescale, Target),
  };
}

type Numbers = Exclude<Samples, BigInt64Array | BigUint64Array>;
interface NumbersType {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): Numbers;
}

/** Whole numbers, and what they reach from and to. */
const INTEGERS: readonly (readonly [type: NumbersType, least: number, most: number])[] = [
  [Uint8Array, 0, 2 ** 8 - 1],
  [Uint16Array, 0, 2 ** 16 - 1],
  [Uint32Array, 0, 2 ** 32 - 1],
  [Int8Array, -(2 ** 7), 2 ** 7 - 1],
  [Int16Array, -(2 ** 15), 2 ** 15 - 1],
  [Int32Array, -(2 ** 31), 2 ** 31 - 1],
];

function typeOfValues(data: Samples, { slope, intercept }: Rescale): NumbersType {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float64Array;
  const own = INTEGERS.find(([type]) => data instanceof type);
  if (own !== undefined && Number.isInteger(slope) && Number.isInteger(intercept)) {
    const [a, b] = extremes(data).map((value) => value * slope + intercept);
    const least = Math.min(a ?? 0, b ?? 0);
    const most = Math.max(a ?? 0, b ?? 0);
    const signed = INTEGERS.filter(
      ([type, from]) => from < 0 && type.BYTES_PER_ELEMENT >= data.BYTES_PER_ELEMENT,
    );
    const fitting = [own, ...signed].find(([, from, to]) => from <= least && most <= to);
    return fitting?.[0] ?? Float64Array;
  }
  return data instanceof Float32Array || data.BYTES_PER_ELEMENT <= 2 ? Float32Array : Float64Array;
}

function extremes(data: Numbers): [number, number] {
  let least = data[0] ?? 0;
  let most = least;
  for (let k = 1; k < data.length; k++) {
    const value = data[k] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

function* views(data: Samples): Generator<Uint8Array> {
  const bytes = bytesOf(data);
  for (let at = 0; at < bytes.length; at += PIECE) {
    yield littleEndian(bytes.subarray(at, at + PIECE), data.BYTES_PER_ELEMENT);
  }
}

function* converted(
  data: Samples,
  { slope, intercept }: Rescale,
  Target: NumbersType,
): Generator<Uint8Array> {
  const count = PIECE / Target.BYTES_PER_ELEMENT;
  for (let at = 0; at < data.length; at += count) {
    const values = new Target(Math.min(count, data.length - at));
    for (let j = 0; j < values.length; j++) {
      values[j] = Number(data[at + j] ?? 0) * slope + intercept;
    }
    yield littleEndian(bytesOf(values), Target.BYTES_PER_ELEMENT);
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Samples): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const HOST_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** A copy on the rare machine that is big endian alone. */
function littleEndian(bytes: Uint8Array, unit: number): Uint8Array {
  if (HOST_LITTLE_ENDIAN || (unit !== 2 && unit !== 4 && unit !== 8)) return bytes;
  const swapped = bytes.slice();
  swapBytes(swapped, unit);
  return swapped;
}
