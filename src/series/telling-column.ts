import { compareNames } from './name-order.ts';
import type { Places } from './places.ts';
import type { PlannedSlice } from './plan.ts';
import type { Slice } from './slice.ts';
import type { TellingAttribute } from './telling-attributes.ts';

/** An attribute of slices, as numbers of its values. */
export interface TellingColumn {
  readonly attribute: Pick<TellingAttribute, 'code' | 'attribute' | 'clock' | 'contrast'>;
  /** Of each slice, which value it has, in their order. */
  readonly of: Int32Array;
  /** Of each value: as people say it. */
  readonly values: readonly string[];
}

export type Value = number | string | undefined;

/** Of the images at one place: where more are missing, the others do not tell which. */
const MOST_LOST = 16;

/** The column of an attribute; undefined where it tells nothing apart, or nearly each slice from all others. */
export function tellingColumn(
  attribute: TellingAttribute,
  slices: readonly Slice<unknown>[],
  places: Places,
): TellingColumn | undefined {
  const values = slices.map(({ attributes }) => attribute.value(attributes));
  if (attribute.ranked === true) return rankedColumn(attribute, values, places);
  const most = attribute.clock === true ? places.most : mostParts(slices);
  return valueColumn(attribute, values, most);
}

/** Parts of one slice are no parts. */
export function mostParts(slices: readonly unknown[]): number {
  return slices.length / 2;
}

/** By their values, `most` of them, of which those that are alike but for rounding are one. */
export function valueColumn(
  attribute: TellingAttribute,
  values: readonly Value[],
  most: number,
): TellingColumn | undefined {
  const distinct = new Set(values);
  const { rounding = 0 } = attribute;
  if (distinct.size < 2 || (rounding === 0 && distinct.size > most)) return undefined;
  const rankOf = new Map<Value, number>();
  const said: Value[] = [];
  let before: Value;
  for (const value of inOrder(distinct)) {
    if (said.length === 0 || !isSame(value, before, rounding)) said.push(value);
    rankOf.set(value, said.length - 1);
    before = value;
  }
  if (said.length < 2 || said.length > most) return undefined;
  const say = attribute.list === true ? whatDiffers(said) : said;
  return {
    attribute,
    of: Int32Array.from(values, (value) => rankOf.get(value) ?? 0),
    values: say.map((value, k) =>
      value === undefined ? `no ${attribute.attribute}` : attribute.say(value, k + 1, said.length),
    ),
  };
}

/** What has no value comes first: it is the image without a gradient, without an inversion. */
function inOrder(values: ReadonlySet<Value>): Value[] {
  const some = [...values].filter((value) => value !== undefined).sort(compareValues);
  return values.has(undefined) ? [undefined, ...some] : some;
}

/** Numbers by what they are, as text too. */
function compareValues(a: number | string, b: number | string): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) || difference === 0 ? (a < b ? -1 : 1) : difference;
}

function isSame(a: Value, b: Value, rounding: number): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= rounding * Math.max(Math.abs(a), Math.abs(b));
}

/** Of lists, the values that not all have. */
function whatDiffers(lists: readonly Value[]): readonly Value[] {
  const split = lists.map((list) => (list === undefined ? [] : String(list).split('\\')));
  const [first = []] = split.filter((list) => list.length > 0);
  return split.map((list, k) => {
    if (lists[k] === undefined) return undefined;
    const own = list.filter((value, i) =>
      split.some((other) => other.length > 0 && other[i] !== (first[i] ?? value)),
    );
    return own.join(' ') || list.join(' ');
  });
}

/**
 * Which of the values at its place a slice has, counted from the least on; undefined where a slice has none, or where most
 * places have not as many values. What places with fewer values lack is what makes the others those of the whole
 * places most nearly: a scan may have been broken off, an image be lost.
 */
function rankedColumn(
  attribute: TellingAttribute,
  values: readonly Value[],
  places: Places,
): TellingColumn | undefined {
  const atPlace = Array.from({ length: places.count }, () => new Set<Value>());
  values.forEach((value, k) => atPlace[places.of[k] ?? 0]?.add(value));
  const count = atPlace.reduce((most, { size }) => Math.max(most, size), 0);
  if (count < 2 || values.includes(undefined)) return undefined;
  const ordered = atPlace.map(inOrder);
  const whole = ordered.filter(({ length }) => length === count);
  const least = ordered.reduce((fewest, { length }) => Math.min(fewest, length), count);
  if (whole.length * 2 <= places.count || count - least > MOST_LOST) return undefined;
  const usual =
    whole.length === places.count
      ? []
      : Array.from({ length: count }, (_, rank) => median(whole.map((here) => timeOf(here[rank]))));
  const ranks = ordered.map((here) => {
    const found = here.length === count ? undefined : nearestRanks(here.map(timeOf), usual);
    return new Map(here.map((value, k) => [value, found?.[k] ?? k]));
  });
  return {
    attribute,
    of: Int32Array.from(values, (value, k) => ranks[places.of[k] ?? 0]?.get(value) ?? 0),
    values: Array.from({ length: count }, (_, k) => attribute.say('', k + 1, count)),
  };
}

/** Milliseconds, or seconds of a text of date and time. */
function timeOf(value: Value): number {
  if (typeof value !== 'string') return value ?? 0;
  const [, date = '', hours, minutes, seconds] =
    /^(\d{8})?(\d\d)(\d\d)?(\d\d(?:\.\d*)?)?/u.exec(value) ?? [];
  const time = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  if (date === '') return time;
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)].map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day) / 1000 + time;
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}

/**
 * To which of the usual times each of fewer times belongs, in their order. The first belongs to the nearest; from there on,
 * each heart beats at its own pace: so that the squares of what times are off by are least in all. Where that leaves a choice, the last
 * ones are missing.
 */
function nearestRanks(times: readonly number[], usual: readonly number[]): readonly number[] {
  const holes = usual.length - times.length;
  const [first = 0] = times;
  let start = 0;
  for (let k = 1; k <= holes; k++) {
    if (Math.abs(first - (usual[k] ?? 0)) < Math.abs(first - (usual[start] ?? 0))) start = k;
  }
  const pace = stepOf(times) / stepOf(usual) || 1;
  return leastSquares(
    times,
    usual.map((time) => first + (time - (usual[start] ?? 0)) * pace),
  );
}

/** From one time to the next, without those where one is missing between. */
function stepOf(times: readonly number[]): number {
  const steps = times.slice(1).map((time, k) => time - (times[k] ?? 0));
  const most = 1.5 * median(steps);
  const single = steps.filter((step) => step <= most);
  return single.reduce((sum, step) => sum + step, 0) / Math.max(1, single.length);
}

function leastSquares(times: readonly number[], expected: readonly number[]): readonly number[] {
  const holes = expected.length - times.length;
  // cost[h]: of the times so far, h places left out before; from[k][h]: how many before the time k.
  let cost = new Float64Array(holes + 1);
  const from = times.map((time, k) => {
    const before = new Int32Array(holes + 1);
    const next = new Float64Array(holes + 1);
    let best = 0;
    for (let h = 0; h <= holes; h++) {
      if ((cost[h] ?? 0) < (cost[best] ?? 0)) best = h;
      before[h] = best;
      next[h] = (cost[best] ?? 0) + (time - (expected[k + h] ?? 0)) ** 2;
    }
    cost = next;
    return before;
  });
  let left = Math.max(0, cost.indexOf(Math.min(...cost)));
  const ranks = new Array<number>(times.length).fill(0);
  for (let k = times.length - 1; k >= 0; k--) {
    ranks[k] = k + left;
    left = from[k]?.[left] ?? 0;
  }
  return ranks;
}

/**
 * Where nothing else tells: the slices were numbered volume by volume. Undefined unless each run of numbers is once at every
 * place; the last may have been broken off, behind two whole ones.
 */
export function runColumn(
  slices: readonly Slice<unknown>[],
  places: Places,
): TellingColumn | undefined {
  const numbers = slices.map(({ instanceNumber }) => instanceNumber);
  const runs = Math.ceil(slices.length / places.count);
  if (runs !== places.most || (!places.even && runs < 3)) return undefined;
  if (numbers.includes(undefined) || new Set(numbers).size < slices.length) return undefined;
  const order = Uint32Array.from(slices, (_, k) => k).sort(
    (a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0),
  );
  const of = new Int32Array(slices.length);
  const seen = new Int32Array(places.count).fill(-1);
  for (const [i, k] of order.entries()) {
    const run = Math.floor(i / places.count);
    const place = places.of[k] ?? 0;
    if (seen[place] === run) return undefined;
    seen[place] = run;
    of[k] = run;
  }
  return {
    attribute: { code: 'REPEATED', attribute: 'run of instance numbers' },
    of,
    values: Array.from({ length: places.most }, (_, k) => `run ${k + 1} of ${places.most}`),
  };
}

/** Of frames: the instances that they are of, in the order of their names. */
export function instanceColumn(slices: readonly PlannedSlice[]): TellingColumn | undefined {
  if (slices.some(({ instance }) => instance.frames === undefined)) return undefined;
  const instances = [...new Set(slices.map(({ instance }) => instance))].sort((a, b) =>
    compareNames(a.name, b.name),
  );
  if (instances.length < 2 || instances.length > mostParts(slices)) return undefined;
  const rankOf = new Map(instances.map((instance, k) => [instance, k]));
  return {
    attribute: { code: 'REPEATED', attribute: 'instance' },
    of: Int32Array.from(slices, ({ instance }) => rankOf.get(instance) ?? 0),
    values: instances.map((_, k) => `instance ${k + 1} of ${instances.length}`),
  };
}
