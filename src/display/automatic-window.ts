import type { Transformation } from './modality.ts';
import type { StoredValues } from './stored-values.ts';

/** Lowest and highest of some values. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** The share of the values that a window of percentiles leaves out at either end. */
const LEFT_OUT = 0.005;

/** Values that are copied at a time where there are too many kinds of them to count each. */
const CHUNK = 4096;

/** Bins between two values; how many of them a window has at least; and how often they are divided anew. */
const BINS = 0x10000;
const LEAST_BINS = 1024;
const PASSES = 8;

/**
 * The lowest and the highest value of a frame once `transform` has made them what they mean, NaN what
 * is no value; undefined where there is none. Infinity is no value.
 */
export function fullRange(stored: StoredValues, transform: Transformation): ValueRange | undefined {
  let low = Infinity;
  let high = -Infinity;
  eachChunk(stored, transform, (values, counts) => {
    for (let k = 0; k < values.length; k++) {
      const value = values[k] ?? NaN;
      if (counts?.[k] === 0 || !Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  });
  return low <= high ? { low, high } : undefined;
}

/**
 * The values between which all but the lowest and the highest 0.5 % are. Exact for samples of up to 16
 * bits; of others, to a thousandth of the range that is found.
 */
export function percentileRange(
  stored: StoredValues,
  transform: Transformation,
): ValueRange | undefined {
  if (stored.narrow !== undefined) {
    const { values, counts } = stored.narrow.histogram();
    transform(values);
    return percentilesOf(values, counts);
  }
  let range = fullRange(stored, transform);
  for (let pass = 0; pass < PASSES && range !== undefined; pass++) {
    const bin = (range.high - range.low) / BINS;
    if (!(bin > 0 && bin < Infinity)) break;
    const found = binned(stored, transform, range, bin);
    if (found.high - found.low >= bin * LEAST_BINS) return found;
    // A few values far away from all others leave those in one bin: it is divided anew.
    range = found;
  }
  return range && { low: range.low, high: range.low };
}

/** Of values and how often each occurs. */
function percentilesOf(values: Float64Array, counts: Uint32Array): ValueRange | undefined {
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
function rank(order: readonly number[], counts: Uint32Array, total: number): number | undefined {
  let below = 0;
  return order.find((k) => {
    below += counts[k] ?? 0;
    return below > total * LEFT_OUT;
  });
}

/** The same by bins: values outside the range are counted with its ends. */
function binned(
  stored: StoredValues,
  transform: Transformation,
  { low, high }: ValueRange,
  size: number,
): ValueRange {
  const counts = new Uint32Array(BINS);
  let total = 0;
  eachChunk(stored, transform, (values) => {
    for (let k = 0; k < values.length; k++) {
      const value = values[k] ?? NaN;
      if (!Number.isFinite(value)) continue;
      const bin = Math.min(BINS - 1, Math.max(0, Math.floor((value - low) / size)));
      counts[bin] = (counts[bin] ?? 0) + 1;
      total++;
    }
  });
  const bins = Array.from({ length: BINS }, (_, k) => k);
  const first = rank(bins, counts, total) ?? 0;
  const last = rank(bins.reverse(), counts, total) ?? BINS - 1;
  return {
    low: low + first * size,
    high: last === BINS - 1 ? high : low + (last + 1) * size,
  };
}

function eachChunk(
  stored: StoredValues,
  transform: Transformation,
  visit: (values: Float64Array, counts?: Uint32Array) => void,
): void {
  if (stored.narrow !== undefined) {
    const { values, counts } = stored.narrow.histogram();
    transform(values);
    visit(values, counts);
    return;
  }
  for (let start = 0; start < stored.count; start += CHUNK) {
    const values = new Float64Array(Math.min(CHUNK, stored.count - start));
    stored.copy(start, values);
    transform(values);
    visit(values);
  }
}
