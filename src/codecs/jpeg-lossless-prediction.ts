/** The seven predictors (T.81 table H.1), by Ra, the sample before, and Rb and Rc, those above both. */
export type Predictor = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/**
 * Makes samples of the differences of a first row, where each is predicted by the one before it, and
 * the first by half of the range (T.81 H.1.2.1).
 *
 * @param step - Samples from one of a component to its next.
 * @returns All bits that are set in any sample.
 */
export function undoFirstRow(row: Uint16Array, step: number, half: number): number {
  let seen = 0;
  for (let component = 0; component < step; component++) {
    row[component] = (row[component] ?? 0) + half;
    seen |= undoLeft(row, component, step);
  }
  return seen;
}

/**
 * Makes samples of the differences of any other row, where the first is predicted by the one above.
 *
 * @returns All bits that are set in any sample.
 */
export function undoRow(
  row: Uint16Array,
  above: Uint16Array,
  step: number,
  predictor: Predictor,
): number {
  let seen = 0;
  for (let component = 0; component < step; component++) {
    row[component] = (row[component] ?? 0) + (above[component] ?? 0);
    seen |=
      predictor === 1
        ? undoLeft(row, component, step)
        : undoNeighbours(row, above, component, step, predictor);
  }
  return seen;
}

function undoLeft(row: Uint16Array, start: number, step: number): number {
  let left = row[start] ?? 0;
  let seen = left;
  for (let x = start + step; x < row.length; x += step) {
    left = (left + (row[x] ?? 0)) & 0xffff;
    row[x] = left;
    seen |= left;
  }
  return seen;
}

function undoNeighbours(
  row: Uint16Array,
  above: Uint16Array,
  start: number,
  step: number,
  predictor: Predictor,
): number {
  let left = row[start] ?? 0;
  let upperLeft = above[start] ?? 0;
  let seen = left;
  for (let x = start + step; x < row.length; x += step) {
    const upper = above[x] ?? 0;
    const predicted = prediction(predictor, left, upper, upperLeft);
    left = (predicted + (row[x] ?? 0)) & 0xffff;
    row[x] = left;
    seen |= left;
    upperLeft = upper;
  }
  return seen;
}

function prediction(predictor: Predictor, a: number, b: number, c: number): number {
  switch (predictor) {
    case 1:
      return a;
    case 2:
      return b;
    case 3:
      return c;
    case 4:
      return a + b - c;
    case 5:
      return a + ((b - c) >> 1);
    case 6:
      return b + ((a - c) >> 1);
    case 7:
      return (a + b) >> 1;
  }
}
