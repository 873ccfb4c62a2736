import { clustersOf } from './clusters.ts';
import type { Likeness } from './clusters.ts';
import type { Slice } from './slice.ts';

/** Slices that are alike in something, and how people say what that is. */
export interface Side<T> {
  readonly value: string;
  readonly slices: readonly Slice<T>[];
}

/**
 * Slices by a key, the largest side first. Those without a key contradict nobody: they are on the largest side.
 */
export function sidesByKey<T>(
  slices: readonly Slice<T>[],
  keyOf: (slice: Slice<T>) => string | undefined,
  nameOf: (key: string, rank: number) => string = (key) => key,
): readonly Side<T>[] {
  const groups = new Map<string, Slice<T>[]>();
  const without: Slice<T>[] = [];
  for (const slice of slices) {
    const key = keyOf(slice);
    if (key === undefined) {
      without.push(slice);
      continue;
    }
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [slice]);
    else known.push(slice);
  }
  const sides = [...groups].sort(
    ([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1),
  );
  if (sides.length <= 1) return [{ value: '', slices }];
  sides[0]?.[1].push(...without);
  return sides.map(([key, group], rank) => ({ value: nameOf(key, rank), slices: group }));
}

/** A value of some slices. */
interface Measured<V> {
  readonly key: string;
  readonly value: V;
  count: number;
}

/** Slices by a value that may be rounded: what most slices have is what others are like. */
export function sidesByLikeness<T, V>(
  slices: readonly Slice<T>[],
  valueOf: (slice: Slice<T>) => V | undefined,
  keyOf: (value: V) => string,
  likeness: Likeness<V>,
  nameOf: (centre: V, larger: readonly V[]) => string,
): readonly Side<T>[] {
  const measured = new Map<string, Measured<V>>();
  const keys = slices.map((slice) => {
    const value = valueOf(slice);
    if (value === undefined) return undefined;
    const key = keyOf(value);
    const known = measured.get(key);
    if (known === undefined) measured.set(key, { key, value, count: 1 });
    else known.count++;
    return key;
  });
  if (measured.size <= 1) return [{ value: '', slices }];
  const ordered = [...measured.values()].sort(
    (a, b) => b.count - a.count || (a.key < b.key ? -1 : 1),
  );
  const clusters = clustersOf(ordered, {
    isAlike: (a, b) => likeness.isAlike(a.value, b.value),
    project: ({ value }) => likeness.project(value),
    width: likeness.width,
  });
  const centreOf = new Map<string, Measured<V>>();
  for (const { centre, values } of clusters) {
    for (const { key } of values) centreOf.set(key, centre);
  }
  let k = 0;
  const larger: V[] = [];
  return sidesByKey(
    slices,
    () => {
      const key = keys[k++];
      return key === undefined ? undefined : centreOf.get(key)?.key;
    },
    (key) => {
      const centre = measured.get(key)?.value;
      if (centre === undefined) return key;
      const name = nameOf(centre, larger);
      larger.push(centre);
      return name;
    },
  );
}
