import { FramedexError } from '../errors.ts';
import type { DisplayAttributes } from '../frames/display-attributes.ts';
import type { Frame, Samples } from '../frames/frame.ts';

/** What rows of a picture are added up in. */
export type Sums = Uint32Array | Float64Array;

/** Makes samples of a picture of the pixels of a frame. */
export interface Painter {
  /** Writes those of `count` pixels from `start` on. */
  readonly paint: (start: number, count: number, into: Uint16Array) => void;
  /** Adds them `units` times to `sums`, where that is faster than to write them before. */
  readonly add?: (start: number, count: number, units: number, sums: Sums) => void;
}

/**
 * Makes samples of stored values, which it may change in their place: one of each, or red, green and blue.
 * Equal values make equal samples.
 */
export type ToSamples = (values: Float64Array, into: Uint16Array) => void;

/** The stored values of a frame, whatever array they come in. */
export interface StoredValues {
  readonly count: number;
  /** Copies the values from `start` on, as many as `into` holds. */
  copy(start: number, into: Float64Array): void;
  /** Of 8 and 16 bits: what each of their values becomes is worked out once. */
  readonly narrow?: NarrowValues | undefined;
}

/** The values of a frame of 8 or 16 bits. */
export interface NarrowValues {
  histogram(): Histogram;
  painter(toSamples: ToSamples, channels: 1 | 3): Painter;
}

/** All values from the lowest that occurs to the highest. */
export interface Histogram {
  /** In ascending order, in new memory. */
  readonly values: Float64Array;
  /** How often each of them occurs. */
  readonly counts: Uint32Array;
}

/**
 * Cells have other bits beside their values, and packed ones share their bytes: neither are values.
 *
 * @throws FramedexError `USAGE` for a frame of those.
 */
export function refuseCells({ cells }: Frame): void {
  if (cells !== true) return;
  throw new FramedexError('USAGE', 'the frame holds cells of the file, not stored values', {
    advice: 'Read it without `cells` and `packed`.',
  });
}

/** Arrays whose elements are numbers. */
type Numbers = Exclude<Samples, BigUint64Array | BigInt64Array>;

/**
 * The first `count` values of `data`. 64-bit padding that a number cannot hold exactly is NaN.
 *
 * @throws FramedexError `BAD_PIXEL_MODULE` for other 64-bit values that a number cannot hold exactly.
 */
export function storedValues(
  data: Samples,
  count: number,
  padding?: DisplayAttributes['padding'],
): StoredValues {
  const values = numbersOf(data, count, padding);
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
export function numbersOf(
  data: Samples,
  count: number,
  padding?: DisplayAttributes['padding'],
): Numbers {
  return data instanceof BigUint64Array || data instanceof BigInt64Array
    ? exactNumbers(data.subarray(0, count), padding)
    : data.subarray(0, count);
}

/**
 * A painter of the values: by a table of their samples, so that the pixel loop knows no branch; value by
 * value where these are of more than 16 bits.
 */
export function painterOf(values: StoredValues, toSamples: ToSamples, channels: 1 | 3): Painter {
  return values.narrow?.painter(toSamples, channels) ?? { paint: paintEach(values, toSamples) };
}

function paintEach(values: StoredValues, toSamples: ToSamples): Painter['paint'] {
  let buffer = new Float64Array(0);
  return (start, count, into) => {
    if (buffer.length !== count) buffer = new Float64Array(count);
    values.copy(start, buffer);
    toSamples(buffer, into);
  };
}

type Patterns = Uint8Array | Uint16Array;

/**
 * Signed values are read as their bit patterns: with two kinds of arrays instead of four the engine
 * keeps the loops fast. The sign bit turned around puts the patterns in the order of the values.
 */
function narrowValues(data: Numbers): NarrowValues | undefined {
  const { buffer, byteOffset, length } = data;
  if (data instanceof Uint8Array) return patternValues(data, 0);
  if (data instanceof Int8Array) {
    return patternValues(new Uint8Array(buffer, byteOffset, length), 0x80);
  }
  if (data instanceof Uint16Array) return patternValues(data, 0);
  if (data instanceof Int16Array) {
    return patternValues(new Uint16Array(buffer, byteOffset, length), 0x8000);
  }
  return undefined;
}

function patternValues(patterns: Patterns, sign: number): NarrowValues {
  let counts: Uint32Array | undefined;
  return {
    histogram: () => {
      counts ??= countsOf(patterns, sign);
      return histogramOf(counts, sign);
    },
    painter: (toSamples, channels) => tablePainter(patterns, sign, toSamples, channels),
  };
}

/** Values whose loop is one call: the engine is slow in one loop over all of a large frame. */
const STRETCH = 4096;

/** How often each pattern occurs, in the order of the values. */
function countsOf(patterns: Patterns, sign: number): Uint32Array {
  const counts = new Uint32Array(kindsOf(patterns));
  for (let from = 0; from < patterns.length; from += STRETCH) {
    count(patterns, sign, from, Math.min(patterns.length, from + STRETCH), counts);
  }
  return counts;
}

function count(
  patterns: Patterns,
  sign: number,
  from: number,
  to: number,
  counts: Uint32Array,
): void {
  for (let i = from; i < to; i++) {
    const k = (patterns[i] ?? 0) ^ sign;
    counts[k] = (counts[k] ?? 0) + 1;
  }
}

function histogramOf(counts: Uint32Array, sign: number): Histogram {
  let low = 0;
  let end = counts.length;
  while (low < end && counts[low] === 0) low++;
  while (low < end && counts[end - 1] === 0) end--;
  const values = new Float64Array(end - low);
  for (let k = 0; k < values.length; k++) values[k] = k + low - sign;
  return { values, counts: counts.subarray(low, end) };
}

function kindsOf(patterns: Patterns): number {
  return 2 ** (8 * patterns.BYTES_PER_ELEMENT);
}

/** No sample, and the only negative number of a table. */
const UNKNOWN = -1;

/** Values whose samples are made at a time. */
const BLOCK = 256;

/**
 * Samples come from a table of all patterns. It is filled for the blocks of values that occur, when a row
 * has met one that is not known: which values a frame has is never asked in a pass of its own.
 */
function tablePainter(
  patterns: Patterns,
  sign: number,
  toSamples: ToSamples,
  channels: 1 | 3,
): Painter {
  const table = new Int32Array(kindsOf(patterns) * channels).fill(UNKNOWN);
  const values = new Float64Array(BLOCK);
  const samples = new Uint16Array(BLOCK * channels);
  const learn = (start: number, count: number): void => {
    for (let i = start; i < start + count; i++) {
      const pattern = patterns[i] ?? 0;
      if (table[pattern * channels] !== UNKNOWN) continue;
      const first = pattern - (pattern % BLOCK);
      for (let k = 0; k < BLOCK; k++) values[k] = ((first + k) ^ sign) - sign;
      toSamples(values, samples);
      table.set(samples, first * channels);
    }
  };
  const look = channels === 1 ? paintGreys : paintColours;
  const paint: Painter['paint'] = (start, count, into) => {
    if (look(patterns, start, count, table, into) >= 0) return;
    learn(start, count);
    look(patterns, start, count, table, into);
  };
  if (channels === 3) return { paint };
  const add: Painter['add'] = (start, count, units, sums) => {
    if (addGreys(patterns, start, count, table, units, sums) >= 0) return;
    // All of the row is taken away again, and then added with what was missing.
    addGreys(patterns, start, count, table, -units, sums);
    learn(start, count);
    addGreys(patterns, start, count, table, units, sums);
  };
  return { paint, add };
}

// The bits of all samples together are negative where one of them is not known.

function paintGreys(
  patterns: Patterns,
  start: number,
  count: number,
  table: Int32Array,
  into: Uint16Array,
): number {
  let bits = 0;
  for (let i = 0; i < count; i++) {
    const grey = table[patterns[start + i] ?? 0] ?? 0;
    bits |= grey;
    into[i] = grey;
  }
  return bits;
}

function paintColours(
  patterns: Patterns,
  start: number,
  count: number,
  table: Int32Array,
  into: Uint16Array,
): number {
  let bits = 0;
  for (let i = 0, to = 0; i < count; i++, to += 3) {
    const at = (patterns[start + i] ?? 0) * 3;
    const red = table[at] ?? 0;
    bits |= red;
    into[to] = red;
    into[to + 1] = table[at + 1] ?? 0;
    into[to + 2] = table[at + 2] ?? 0;
  }
  return bits;
}

function addGreys(
  patterns: Patterns,
  start: number,
  count: number,
  table: Int32Array,
  units: number,
  sums: Sums,
): number {
  let bits = 0;
  for (let i = 0; i < count; i++) {
    const grey = table[patterns[start + i] ?? 0] ?? 0;
    bits |= grey;
    sums[i] = (sums[i] ?? 0) + Math.imul(units, grey);
  }
  return bits;
}

function exactNumbers(
  values: BigUint64Array | BigInt64Array,
  padding: DisplayAttributes['padding'],
): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (Number.isSafeInteger(value)) numbers[i] = value;
    else if (padding !== undefined && value >= padding.low && value <= padding.high)
      numbers[i] = NaN;
    else {
      throw new FramedexError(
        'BAD_PIXEL_MODULE',
        `stored value ${values[i]} is too large to show`,
        { expected: 'at most 53 bits' },
      );
    }
  }
  return numbers;
}
