import { placesOf } from './places.ts';
import type { Places } from './places.ts';
import type { Slice } from './slice.ts';
import { dimensionIndex, RANKED_ATTRIBUTES, TELLING_ATTRIBUTES } from './telling-attributes.ts';
import type { TellingAttribute } from './telling-attributes.ts';
import { runColumn, tellingColumn } from './telling-column.ts';
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

/**
 * Why slices of one kind repeat places: the fewest attributes that make parts none of which has a place twice. As many
 * parts as there are images at a place are best; more are taken where each shares places with another, as parts of
 * a body do that were taken one by one. Undefined where nothing is repeated, or nothing explains it.
 */
export function explainRepeats(
  slices: readonly Slice<unknown>[],
  tolerances: Tolerances,
): Explanation | undefined {
  const places = placesOf(slices, tolerances);
  // At one place only, whatever tells slices apart leaves single ones.
  if (places === undefined || places.most < 2 || places.count < 2) return undefined;
  const told = (attributes: readonly TellingAttribute[]): TellingColumn[] =>
    attributes.flatMap((attribute) => tellingColumn(attribute, slices, places) ?? []);
  const said = told([...TELLING_ATTRIBUTES, ...dimensionsOf(slices)]);
  const found = fewestOf(said, places);
  if (found?.count === places.most) return withDiffusion(found, said);
  const ranked = told(RANKED_ATTRIBUTES);
  const byRank = ranked.length === 0 ? undefined : fewestOf([...said, ...ranked], places);
  if (byRank?.count === places.most) return withDiffusion(byRank, said);
  const runs = runColumn(slices, places);
  const last = runs === undefined ? found : explanationOf([runs], places);
  return last && withDiffusion(last, said);
}

/** Of frames that are ordered by dimensions: each of those. */
function dimensionsOf(slices: readonly Slice<unknown>[]): TellingAttribute[] {
  const indices = slices[0]?.attributes.get('DimensionIndexValues') ?? [];
  return indices.map((_, k) => dimensionIndex(k));
}

/** The explanation with the fewest parts, then with the fewest attributes, then with those that are asked first. */
function fewestOf(columns: readonly TellingColumn[], places: Places): Explanation | undefined {
  let best: Explanation | undefined;
  for (let together = 1; together <= MOST_TOGETHER; together++) {
    for (const some of combinations(columns, together)) {
      const explanation = explanationOf(some, places);
      if (explanation === undefined) continue;
      if (explanation.count === places.most) return explanation;
      if (best === undefined || explanation.count < best.count) best = explanation;
    }
  }
  return best;
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
    const values = new Int32Array(count).fill(-1);
    return column.of.every((value, k) => {
      const part = of[k] ?? 0;
      const known = values[part] ?? -1;
      values[part] = value;
      return known === -1 || known === value;
    });
  });
  return { ...explanation, columns: [...constant, ...explanation.columns] };
}
