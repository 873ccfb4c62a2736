import { heightsOf, placesAlong, placesApart } from './places.ts';
import type { Heights, Places } from './places.ts';
import type { PlannedSlice } from './plan.ts';
import { dimensionIndex, RANKED_ATTRIBUTES, TELLING_ATTRIBUTES } from './telling-attributes.ts';
import type { TellingAttribute } from './telling-attributes.ts';
import {
  instanceColumn,
  mostParts,
  runColumn,
  tellingColumn,
  valueColumn,
} from './telling-column.ts';
import type { TellingColumn } from './telling-column.ts';
import type { Tolerances } from './tolerances.ts';

/** Attributes that together tell slices at one place apart, and which slice belongs to which part. */
export interface Explanation {
  readonly columns: readonly TellingColumn[];
  /** Of each slice, the number of its part. */
  readonly of: Int32Array;
  readonly count: number;
}

/** More attributes than these do not tell images apart for any reason that we know. */
const MOST_TOGETHER = 3;
/** Parts that are more than there are images at any place have as many slices as a volume has, on average. */
const LEAST_SLICES = 3;

/** Of real objects, frames have fewer. */
const MOST_DIMENSIONS = 16;
/** How often a slice is looked at while attributes are put together: seconds at most, whatever a file claims. */
const MOST_LOOKS = 20_000_000;

/**
 * Why slices of one kind repeat places: the fewest attributes that make parts none of which has a place twice. As many
 * parts as there are images at a place are best; more are taken where each shares places with another, as parts of
 * a body do that were taken one by one. Undefined where nothing is repeated, or nothing explains it.
 */
export function explainRepeats(
  slices: readonly PlannedSlice[],
  tolerances: Tolerances,
): Explanation | undefined {
  const heights = heightsOf(slices, tolerances);
  if (heights === undefined) return undefined;
  const places = placesAlong(heights, tolerances);
  // At one place only, whatever tells slices apart leaves single ones.
  if (places.count < 2) return undefined;
  const found = places.most < 2 ? undefined : explanationAt(places, slices);
  return found ?? explainShifts(slices, heights, tolerances);
}

function explanationAt(places: Places, slices: readonly PlannedSlice[]): Explanation | undefined {
  const told = (attributes: readonly TellingAttribute[]): TellingColumn[] =>
    attributes.flatMap((attribute) => tellingColumn(attribute, slices, places) ?? []);
  const said = told([...TELLING_ATTRIBUTES, ...dimensionsOf(slices)]);
  const found = fewestOf(said, places);
  if (found?.count === places.most) return withDiffusion(found, said);
  const ranked = told(RANKED_ATTRIBUTES);
  const byRank = ranked.length === 0 ? undefined : fewestOf([...said, ...ranked], places);
  if (byRank?.count === places.most) return withDiffusion(byRank, said);
  const alone = (column: TellingColumn | undefined): Explanation | undefined =>
    column && explanationOf([column], places);
  const last = alone(runColumn(slices, places)) ?? found ?? alone(instanceColumn(slices));
  return last && withDiffusion(last, said);
}

/**
 * Of what was meant to tell slices apart: what makes parts whose places are a little beside each other, as where the table or the
 * scanner follows a head that moves.
 */
function explainShifts(
  slices: readonly PlannedSlice[],
  heights: Heights,
  tolerances: Tolerances,
): Explanation | undefined {
  const real = heights.gaps.filter((gap) => gap > heights.none).sort();
  if ((real[0] ?? 0) > (real[real.length - 1] ?? 0) * MOST_SHIFT) return undefined;
  const meant = TELLING_ATTRIBUTES.filter(({ clock }) => clock !== true);
  const said = meant.flatMap((attribute) => {
    const values = slices.map(({ attributes }) => attribute.value(attributes));
    return valueColumn(attribute, values, mostParts(slices)) ?? [];
  });
  for (const { of, values } of said) {
    const distance = evenDistance(of, values.length, heights, tolerances);
    if (distance === undefined) continue;
    const places = placesApart(heights, distance * MOST_SHIFT);
    const found = fewestOf(said, places);
    if (found?.count !== places.most) continue;
    if (evenDistance(found.of, found.count, heights, tolerances) !== undefined) {
      return withDiffusion(found, said);
    }
  }
  return undefined;
}

/** Of the distance of slices: parts that are shifted by more may as well be every other slice. */
const MOST_SHIFT = 0.25;

/** What is between neighbours of each part; undefined where that is not always the same, or a multiple of it. */
function evenDistance(
  of: Int32Array,
  count: number,
  heights: Heights,
  tolerances: Tolerances,
): number | undefined {
  const before = new Float64Array(count).fill(Number.NaN);
  const gaps: number[] = [];
  for (const k of heights.order) {
    const part = of[k] ?? 0;
    const height = heights.of[k] ?? 0;
    const gap = height - (before[part] ?? 0);
    if (gap > heights.none) gaps.push(gap);
    before[part] = height;
  }
  const usual = Float64Array.from(gaps).sort()[gaps.length >> 1];
  if (usual === undefined) return undefined;
  const rounding = Math.min(tolerances.rounding, usual * MOST_ROUNDING);
  const most = Math.max(tolerances.spacing * usual, rounding);
  const isEven = gaps.every((gap) => {
    const steps = Math.max(1, Math.round(gap / usual));
    return Math.abs(gap - steps * usual) <= most;
  });
  return isEven ? usual : undefined;
}

/** Of the distance of slices: what positions may be rounded by. */
const MOST_ROUNDING = 0.1;

/** Of frames that are ordered by dimensions: each of those. */
function dimensionsOf(slices: readonly PlannedSlice[]): TellingAttribute[] {
  const indices = slices[0]?.attributes.get('DimensionIndexValues') ?? [];
  return indices.slice(0, MOST_DIMENSIONS).map((_, k) => dimensionIndex(k));
}

/**
 * The explanation with the fewest parts, then with the fewest attributes, then in whose parts the fewest contrasts are mixed, then
 * with those attributes that are asked first.
 */
function fewestOf(columns: readonly TellingColumn[], places: Places): Explanation | undefined {
  const contrasts = columns.filter(({ attribute }) => attribute.contrast === true);
  const telling = tellingAt(places, columns);
  let best: Explanation | undefined;
  let looks = 0;
  for (let together = 1; together <= MOST_TOGETHER; together++) {
    let isNew = false;
    for (const some of combinations(telling, together)) {
      looks += places.of.length;
      if (looks > MOST_LOOKS) return best;
      const found = explanationOf(some, places);
      if (found === undefined) continue;
      const isBetter =
        best === undefined ||
        found.count < best.count ||
        (isNew &&
          found.count === best.count &&
          mixedIn(found, contrasts) < mixedIn(best, contrasts));
      if (isBetter) [best, isNew] = [found, true];
    }
    if (best?.count === places.most) return best;
  }
  return best;
}

/** Those that tell slices of some place apart, each as no other before it. */
function tellingAt(places: Places, columns: readonly TellingColumn[]): readonly TellingColumn[] {
  const found: TellingColumn[] = [];
  for (const column of columns) {
    const { of } = column;
    const valueAt = new Int32Array(places.count).fill(-1);
    const tells = places.of.some((place, k) => {
      const known = valueAt[place] ?? -1;
      valueAt[place] = of[k] ?? 0;
      return known !== -1 && known !== of[k];
    });
    const isOther = (other: TellingColumn): boolean => other.of.some((value, k) => value !== of[k]);
    if (tells && found.every(isOther)) found.push(column);
  }
  return found;
}

/** Of so many attributes, parts have slices of different values. */
function mixedIn({ of, count }: Explanation, columns: readonly TellingColumn[]): number {
  return columns.filter((column) => !isOneInEach(column, of, count)).length;
}

/** Whether the slices of each part have one value. */
function isOneInEach(column: TellingColumn, parts: Int32Array, count: number): boolean {
  const values = new Int32Array(count).fill(-1);
  return column.of.every((value, k) => {
    const part = parts[k] ?? 0;
    const known = values[part] ?? -1;
    values[part] = value;
    return known === -1 || known === value;
  });
}

function* combinations(
  columns: readonly TellingColumn[],
  together: number,
): Generator<readonly TellingColumn[]> {
  if (together === 0) {
    yield [];
    return;
  }
  for (const [k, column] of columns.entries()) {
    for (const rest of combinations(columns.slice(k + 1), together - 1)) yield [column, ...rest];
  }
}

/** The parts that some attributes make; undefined where one of them has a place twice, or is torn off for nothing. */
function explanationOf(columns: readonly TellingColumn[], places: Places): Explanation | undefined {
  if (columns.reduce((product, { values }) => product * values.length, 1) < places.most) {
    return undefined;
  }
  const parts = new Map<number, number>();
  const of = new Int32Array(places.of.length);
  const taken = new Set<number>();
  for (let k = 0; k < of.length; k++) {
    const key = columns.reduce((sum, { of, values }) => sum * values.length + (of[k] ?? 0), 0);
    let part = parts.get(key);
    if (part === undefined) parts.set(key, (part = parts.size));
    of[k] = part;
    const here = part * places.count + (places.of[k] ?? 0);
    if (taken.has(here)) return undefined;
    taken.add(here);
  }
  const explanation = { columns, of, count: parts.size };
  return isMeant(explanation, places) ? explanation : undefined;
}

/** Whether the parts are what somebody meant to take, rather than what a value that changes on the way makes of them. */
function isMeant({ columns, of, count }: Explanation, places: Places): boolean {
  const sizes = new Int32Array(count);
  for (const part of of) sizes[part] = (sizes[part] ?? 0) + 1;
  if (columns.some(({ attribute }) => attribute.clock === true)) {
    const inWhole = sizes.filter((size) => size === places.count).length * places.count;
    if (inWhole * 2 <= of.length) return false;
  }
  if (count === places.most) return of.length >= 2 * count;
  return of.length >= LEAST_SLICES * count && sharesPlaces(of, count, places);
}

/** Whether each part is somewhere where another one is too. */
function sharesPlaces(of: Int32Array, count: number, places: Places): boolean {
  const slicesAt = new Int32Array(places.count);
  for (const place of places.of) slicesAt[place] = (slicesAt[place] ?? 0) + 1;
  const shares = new Uint8Array(count);
  of.forEach((part, k) => {
    if ((slicesAt[places.of[k] ?? 0] ?? 0) > 1) shares[part] = 1;
  });
  return shares.every((shared) => shared === 1);
}

/** What the parts were weighted by, where it is not what tells them apart: of each part, one b-value and one direction. */
function withDiffusion(explanation: Explanation, columns: readonly TellingColumn[]): Explanation {
  const { of, count } = explanation;
  const constant = columns.filter((column) => {
    const { code } = column.attribute;
    if (code !== 'MIXED_B_VALUE' && code !== 'MIXED_GRADIENT') return false;
    if (explanation.columns.includes(column)) return false;
    return isOneInEach(column, of, count);
  });
  return { ...explanation, columns: [...constant, ...explanation.columns] };
}
