import type { Transformation } from './modality.ts';
import type { StoredValues } from './stored-values.ts';

/** Lowest and highest of some values. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** Values, and what makes them what they mean: NaN what is no value. */
export interface ValuesOf {
  readonly stored: StoredValues;
  readonly toValues: Transformation;
}

/** The share of the values that a window of percentiles leaves out at either end. */
const LEFT_OUT = 0.005;

/** Values that are copied at a time where there are too many kinds of them to count each. */
const CHUNK = 4096;

/** Bins between two values; and how many of them a window has at least. */
const BINS = 0x10000;
const LEAST_BINS = 1024;

/** Which of the four words of a double has its sign and exponent. */
const HIGHEST_WORD = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 3 : 0;
const SIGN = 0x8000;

/**
 * The lowest and the highest value of some frames; undefined where there is none. Infinity is no value.
 */
export function fullRange(frames: readonly ValuesOf[]): ValueRange | undefined {
  let low = Infinity;
  let high = -Infinity;
  eachChunk(frames, (values, counts) => {
    for (let k = 0; k < values.length; k++) {
      const value = values[k] ?? NaN;
      if (counts?.[k] === 0 || !Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  });
  return low <= high ? { low, high } : undefined;
}

/** Whether any value became infinite, or was; padding and NaN did not. */
export function hasInfinity(frames: readonly ValuesOf[]): boolean {
  let found = false;
  eachChunk(frames, (values, counts) => {
    found ||= values.some((value, k) => counts?.[k] !== 0 && Math.abs(value) === Infinity);
  });
  return found;
}

/**
 * The values between which all but the lowest and the highest 0.5 % are. Exact for samples of up to 16
 * bits; of others, to a thousandth of the range that is found.
 */
export function percentileRange(frames: readonly ValuesOf[]): ValueRange | undefined {
  if (frames.every(({ stored }) => stored.narrow !== undefined)) return exactPercentiles(frames);
  let range = nearRange(frames);
  while (range !== undefined) {
    // Halves, because doubles may be further apart than a double can say.
    const half = (range.high / 2 - range.low / 2) / BINS;
    if (half === 0) break;
    const found = binned(frames, range, half);
    if (found.high / 2 - found.low / 2 >= half * LEAST_BINS) return found;
    // Values that are close together, but far from 0, are in one bin: it is divided anew, and is at most a
    // 64th of the range before.
    range = found;
  }
  return range && { low: range.low, high: range.low };
}

/** Of samples that have so few kinds of values that each can be counted. */
function exactPercentiles(frames: readonly ValuesOf[]): ValueRange | undefined {
  const parts: { readonly values: Float64Array; readonly counts: Uint32Array }[] = [];
  eachChunk(frames, (values, counts = new Uint32Array(0)) => parts.push({ values, counts }));
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return percentilesOf(first.values, first.counts);
  // Frames may differ in what their stored values mean.
  const together = new Map<number, number>();
  for (const { values, counts } of parts) {
    for (let k = 0; k < values.length; k++) {
      const value = values[k] ?? NaN;
      const count = counts[k] ?? 0;
      if (count > 0) together.set(value, (together.get(value) ?? 0) + count);
    }
  }
  return percentilesOf(Float64Array.from(together.keys()), Float64Array.from(together.values()));
}

/** Of values and how often each occurs. */
function percentilesOf(
  values: Float64Array,
  counts: Uint32Array | Float64Array,
): ValueRange | undefined {
  const used: number[] = [];
  let total = 0;
  for (let k = 0; k < values.length; k++) {
    const count = counts[k] ?? 0;
    if (count === 0 || !Number.isFinite(values[k])) continue;
    used.push(k);
    total += count;
  }
  // They are in order already, or in the opposite one, but for some tables.
  used.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const low = rank(used, counts, total);
  const high = rank(used.reverse(), counts, total);
  if (low === undefined || high === undefined) return undefined;
  return { low: values[low] ?? 0, high: values[high] ?? 0 };
}

/** The first of `order` up to which more than the share that is left out has been counted. */
function rank(
  order: readonly number[],
  counts: Uint32Array | Float64Array,
  total: number,
): number | undefined {
  let below = 0;
  return order.find((k) => {
    below += counts[k] ?? 0;
    return below > total * LEFT_OUT;
  });
}

/**
 * The same by the highest word of a double, which puts all doubles in order, sixteen bins between a power of
 * two and the next: however far some values are from all others, one pass tells where those are.
 */
function nearRange(frames: readonly ValuesOf[]): ValueRange | undefined {
  const counts = new Float64Array(BINS);
  let total = 0;
  let lowest = Infinity;
  let highest = -Infinity;
  eachChunk(frames, (values, occurrences) => {
    const words = new Uint16Array(values.buffer);
    for (let k = 0; k < values.length; k++) {
      const value = values[k] ?? NaN;
      const times = occurrences?.[k] ?? 1;
      if (times === 0 || !Number.isFinite(value)) continue;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      const word = words[4 * k + HIGHEST_WORD] ?? 0;
      const bin = word < SIGN ? word + SIGN : 2 * SIGN - 1 - word;
      counts[bin] = (counts[bin] ?? 0) + times;
      total += times;
    }
  });
  if (total === 0) return undefined;
  const { first, last } = middleBins(counts, total);
  return {
    low: Math.max(lowest, lowestOfBin(first)),
    high: Math.min(highest, lowestOfBin(last + 1)),
  };
}

/** Of doubles whose highest word is in this bin, the one next to minus infinity, or the end of the bin before. */
function lowestOfBin(bin: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint16(0, Math.abs(bin - SIGN));
  return bin < SIGN ? -view.getFloat64(0) : view.getFloat64(0);
}

/** The same by bins of the same size, `half` of which is given: values outside the range are counted with its ends. */
function binned(frames: readonly ValuesOf[], { low, high }: ValueRange, half: number): ValueRange {
  const counts = new Float64Array(BINS);
  let total = 0;
  eachChunk(frames, (values, occurrences) => {
    for (let k = 0; k < values.length; k++) {
      const value = values[k] ?? NaN;
      const times = occurrences?.[k] ?? 1;
      if (times === 0 || !Number.isFinite(value)) continue;
      const bin = Math.min(BINS - 1, Math.max(0, Math.floor((value / 2 - low / 2) / half)));
      counts[bin] = (counts[bin] ?? 0) + times;
      total += times;
    }
  });
  const { first, last } = middleBins(counts, total);
  const startOf = (bin: number): number => 2 * (low / 2 + bin * half);
  return { low: startOf(first), high: last === BINS - 1 ? high : startOf(last + 1) };
}

/** The first and the last bin that is not left out. */
function middleBins(
  counts: Float64Array,
  total: number,
): { readonly first: number; readonly last: number } {
  return { first: middleBin(counts, total, 0, 1), last: middleBin(counts, total, BINS - 1, -1) };
}

function middleBin(counts: Float64Array, total: number, from: number, step: 1 | -1): number {
  let bin = from;
  let counted = counts[bin] ?? 0;
  while (counted <= total * LEFT_OUT) {
    bin += step;
    counted += counts[bin] ?? total;
  }
  return bin;
}

/** All values, with how often each occurs where they have been counted. */
function eachChunk(
  frames: readonly ValuesOf[],
  visit: (values: Float64Array, counts?: Uint32Array) => void,
): void {
  for (const { stored, toValues } of frames) {
    if (stored.narrow !== undefined) {
      const { values, counts } = stored.narrow.histogram();
      toValues(values);
      visit(values, counts);
      continue;
    }
    for (let start = 0; start < stored.count; start += CHUNK) {
      const values = new Float64Array(Math.min(CHUNK, stored.count - start));
      stored.copy(start, values);
      toValues(values);
      visit(values);
    }
  }
}
