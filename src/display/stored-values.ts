import { FramedexError } from '../errors.ts';
import type { Samples } from '../frames/frame.ts';

/** Writes the samples of `count` values from `start` on, where the painter was told to. */
export type Paint = (start: number, count: number, into: Uint16Array) => void;

/** Makes samples of a picture of stored values, which it may change in their place. */
export type ToSamples = (values: Float64Array, into: Uint16Array) => void;

/** The stored values of a frame, whatever array they come in. */
export interface StoredValues {
  readonly count: number;
  /** Copies the values from `start` on, as many as `into` holds. */
  copy(start: number, into: Float64Array): void;
  /** Of 8 and 16 bits: what each of their values becomes is worked out once. */
  readonly narrow?: NarrowValues | undefined;
}

/** The values of a frame of 8 or 16 bits, from the lowest that occurs to the highest. */
export interface NarrowValues {
  /** How many there are. */
  readonly size: number;
  /** All of them in ascending order, in new memory. */
  values(): Float64Array;
  /** How often each of them occurs. */
  counts(): Uint32Array;
  /** Gives the pixels of each of them the same sample. */
  painter(samples: Uint16Array, place: Place): Paint;
}

/** Where samples go: to every `step`-th place from `first` on. */
export interface Place {
  readonly step: number;
  readonly first: number;
}

const ALL: Place = { step: 1, first: 0 };

/** Arrays whose elements are numbers. */
type Numbers = Exclude<Samples, BigUint64Array | BigInt64Array>;

/**
 * The first `count` values of `data`.
 *
 * @throws FramedexError `BAD_PIXEL_MODULE` for 64-bit values that a number cannot hold exactly.
 */
export function storedValues(data: Samples, count: number): StoredValues {
  const values = numbersOf(data, count);
  return {
    count,
    copy: (start, into) => into.set(values.subarray(start, start + into.length)),
    narrow: narrowValues(values),
  };
}

/**
 * The first `count` elements as numbers, in the frame's own memory where they are.
 *
 * @throws FramedexError `BAD_PIXEL_MODULE` for 64-bit values that a number cannot hold exactly.
 */
export function numbersOf(data: Samples, count: number): Numbers {
  return data instanceof BigUint64Array || data instanceof BigInt64Array
    ? exactNumbers(data.subarray(0, count))
    : data.subarray(0, count);
}

/**
 * A painter of the values: by a table of their samples, so that the pixel loop knows no branch; value by
 * value where these are of more than 16 bits, or fewer than the table would have entries.
 */
export function painterOf(values: StoredValues, toSamples: ToSamples, place: Place = ALL): Paint {
  const { narrow } = values;
  if (narrow === undefined || narrow.size > values.count) return direct(values, toSamples, place);
  const samples = new Uint16Array(narrow.size);
  toSamples(narrow.values(), samples);
  return narrow.painter(samples, place);
}

function direct(values: StoredValues, toSamples: ToSamples, { step, first }: Place): Paint {
  let buffer = new Float64Array(0);
  let samples = new Uint16Array(0);
  return (start, count, into) => {
    if (buffer.length !== count) {
      buffer = new Float64Array(count);
      samples = new Uint16Array(count);
    }
    values.copy(start, buffer);
    toSamples(buffer, samples);
    for (let i = 0, to = first; i < count; i++, to += step) into[to] = samples[i] ?? 0;
  };
}

type Patterns = Uint8Array | Uint16Array;

/**
 * Signed values are read as their bit patterns: with two kinds of arrays instead of four the engine
 * keeps the loops fast. The sign bit turned around puts the patterns in the order of the values.
 */
function narrowValues(data: Numbers): NarrowValues | undefined {
  const { buffer, byteOffset, length } = data;
  if (data instanceof Uint8Array) return patternValues(data, 0, { low: 0, high: 0xff });
  if (data instanceof Int8Array) {
    const patterns = new Uint8Array(buffer, byteOffset, length);
    return patternValues(patterns, 0x80, { low: 0, high: 0xff });
  }
  if (data instanceof Uint16Array) return patternValues(data, 0, extent(data, 0));
  if (data instanceof Int16Array) {
    const patterns = new Uint16Array(buffer, byteOffset, length);
    return patternValues(patterns, 0x8000, extent(patterns, 0x8000));
  }
  return undefined;
}

function patternValues(
  patterns: Patterns,
  sign: number,
  { low, high }: { readonly low: number; readonly high: number },
): NarrowValues {
  const size = high - low + 1;
  return {
    size,
    values: () => {
      const values = new Float64Array(size);
      for (let k = 0; k < size; k++) values[k] = k + low - sign;
      return values;
    },
    counts: () => {
      const counts = new Uint32Array(size);
      eachStretch(patterns, (from, to) => count(patterns, sign, low, from, to, counts));
      return counts;
    },
    painter: (samples, { step, first }) =>
      step === 1
        ? (start, length, into) => paintRow(patterns, sign, low, samples, start, length, into)
        : (start, length, into) => {
            const row = patterns.subarray(start, start + length);
            paintPlane(row, sign, low, samples, into, step, first);
          },
  };
}

/** Values whose loop is one call: the engine is slow in one loop over all of a large frame. */
const STRETCH = 4096;

function eachStretch(patterns: Patterns, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < patterns.length; from += STRETCH) {
    visit(from, Math.min(patterns.length, from + STRETCH));
  }
}

function count(
  patterns: Patterns,
  sign: number,
  low: number,
  from: number,
  to: number,
  counts: Uint32Array,
): void {
  for (let i = from; i < to; i++) {
    const k = ((patterns[i] ?? 0) ^ sign) - low;
    counts[k] = (counts[k] ?? 0) + 1;
  }
}

function paintRow(
  patterns: Patterns,
  sign: number,
  low: number,
  samples: Uint16Array,
  start: number,
  length: number,
  into: Uint16Array,
): void {
  for (let i = 0; i < length; i++) {
    into[i] = samples[((patterns[start + i] ?? 0) ^ sign) - low] ?? 0;
  }
}

function paintPlane(
  row: Patterns,
  sign: number,
  low: number,
  samples: Uint16Array,
  into: Uint16Array,
  step: number,
  first: number,
): void {
  for (let i = 0, to = first; i < row.length; i++, to += step) {
    into[to] = samples[((row[i] ?? 0) ^ sign) - low] ?? 0;
  }
}

function extent(
  patterns: Uint16Array,
  sign: number,
): { readonly low: number; readonly high: number } {
  const ends = new Int32Array([0xffff, 0]);
  eachStretch(patterns, (from, to) => widen(ends, patterns, sign, from, to));
  const [low = 0, high = 0] = ends;
  return { low, high };
}

function widen(
  ends: Int32Array,
  patterns: Uint16Array,
  sign: number,
  from: number,
  to: number,
): void {
  let [low = 0, high = 0] = ends;
  for (let i = from; i < to; i++) {
    const key = (patterns[i] ?? 0) ^ sign;
    if (key < low) low = key;
    if (key > high) high = key;
  }
  ends[0] = low;
  ends[1] = high;
}

function exactNumbers(values: BigUint64Array | BigInt64Array): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (!Number.isSafeInteger(value)) {
      throw new FramedexError(
        'BAD_PIXEL_MODULE',
        `stored value ${values[i]} is too large to show`,
        { expected: 'at most 53 bits' },
      );
    }
    numbers[i] = value;
  }
  return numbers;
}
