/** `start + slope * x`. */
export interface Line {
  readonly start: number;
  readonly slope: number;
}

/** The line of least squares through points. */
export function fitLine(xs: readonly number[], ys: readonly number[]): Line {
  const x = mean(xs);
  const y = mean(ys);
  let across = 0;
  let square = 0;
  for (let k = 0; k < xs.length; k++) {
    const dx = (xs[k] ?? 0) - x;
    across += dx * ((ys[k] ?? 0) - y);
    square += dx * dx;
  }
  const slope = square > 0 ? across / square : 0;
  return { start: y - slope * x, slope };
}

function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/** The middle one; of an even number, the upper of the two. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}
