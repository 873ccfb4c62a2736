import type { Places } from './places.ts';
import type { Slice } from './slice.ts';
import type { TellingAttribute } from './telling-attributes.ts';

/** An attribute of slices, as numbers of its values. */
export interface TellingColumn {
  readonly attribute: Pick<TellingAttribute, 'code' | 'attribute' | 'clock'>;
  /** Of each slice, which value it has, in their order. */
  readonly of: Int32Array;
  /** Of each value: as people say it. */
  readonly values: readonly string[];
}

type Value = number | string | undefined;

/** The column of an attribute; undefined where it tells nothing apart, or nearly each slice from all others. */
export function tellingColumn(
  attribute: TellingAttribute,
  slices: readonly Slice<unknown>[],
  places: Places,
): TellingColumn | undefined {
  const values = slices.map(({ attributes }) => attribute.value(attributes));
  if (attribute.ranked === true) return rankedColumn(attribute, values, places);
  const most = mostValues(attribute, slices, places);
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

/** Parts of one slice are no parts; the values of a clock that tells repetitions are not more than these. */
function mostValues(
  { clock }: TellingAttribute,
  slices: readonly unknown[],
  places: Places,
): number {
  return clock === true ? places.most : slices.length / 2;
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
 * Which of the values at its place a slice has, counted from the least on; undefined where a slice has none, or where
 * places have not all as many values.
 */
function rankedColumn(
  attribute: TellingAttribute,
  values: readonly Value[],
  places: Places,
): TellingColumn | undefined {
  const atPlace = Array.from({ length: places.count }, () => new Set<Value>());
  values.forEach((value, k) => atPlace[places.of[k] ?? 0]?.add(value));
  const count = atPlace[0]?.size ?? 0;
  const isWhole = (here: Set<Value>): boolean => here.size === count && !here.has(undefined);
  if (count < 2 || !atPlace.every(isWhole)) return undefined;
  const ranks = atPlace.map((here) => new Map(inOrder(here).map((value, rank) => [value, rank])));
  return {
    attribute,
    of: Int32Array.from(values, (value, k) => ranks[places.of[k] ?? 0]?.get(value) ?? 0),
    values: Array.from({ length: count }, (_, k) => attribute.say('', k + 1, count)),
  };
}

/**
 * Where nothing else tells: the slices were numbered volume by volume. Undefined unless every place occurs as often, and
 * each run of numbers is once at every place.
 */
export function runColumn(
  slices: readonly Slice<unknown>[],
  places: Places,
): TellingColumn | undefined {
  const numbers = slices.map(({ instanceNumber }) => instanceNumber);
  if (!places.even || numbers.includes(undefined) || new Set(numbers).size < slices.length) {
    return undefined;
  }
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
