/** Values that are alike but for rounding, and the one that stands for them. */
export interface Cluster<V> {
  readonly centre: V;
  readonly values: V[];
}

/** When two values are alike. */
export interface Likeness<V> {
  readonly isAlike: (a: V, b: V) => boolean;
  /** A number of each value; those of values that are alike are at most `width` apart. */
  readonly project: (value: V) => number;
  readonly width: number;
}

/**
 * Puts each value to the first centre that it is like; a value that is like none becomes a centre. Of values that creep,
 * each like the next one, the given order decides what the centres are. Only centres whose numbers are near are
 * compared.
 */
export function clustersOf<V>(values: readonly V[], likeness: Likeness<V>): Cluster<V>[] {
  const { isAlike, project, width } = likeness;
  const clusters: Cluster<V>[] = [];
  const byCell = new Map<number, Cluster<V>[]>();
  for (const value of values) {
    const cell = Math.floor(project(value) / width);
    const near = [cell, cell - 1, cell + 1].flatMap((one) => byCell.get(one) ?? []);
    const found = near.find(({ centre }) => isAlike(centre, value));
    if (found !== undefined) {
      found.values.push(value);
      continue;
    }
    const made = { centre: value, values: [value] };
    clusters.push(made);
    const here = byCell.get(cell);
    if (here === undefined) byCell.set(cell, [made]);
    else here.push(made);
  }
  return clusters;
}
