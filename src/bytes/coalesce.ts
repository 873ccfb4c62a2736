import type { ByteRange } from './source.ts';

/** Bytes from `start` on, `end` left out. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Stretches that are fetched in one request. */
export interface Run extends Stretch {
  /** Which of the announced ranges is the first that lies in it. */
  readonly first: number;
}

/** How ranges become runs. */
export interface RunOptions {
  /** Bytes of the source. */
  readonly size: number;
  /** No more bytes than these are fetched in vain between two ranges. */
  readonly gap: number;
  /** No run is longer; a longer range is several. */
  readonly longest: number;
}

/**
 * Joins ranges that lie near each other, in whatever order they come. Runs are in ascending order and do not
 * overlap; what of a range is outside of the source is left out.
 */
export function mergedRuns(ranges: readonly ByteRange[], options: RunOptions): Run[] {
  const { size, gap, longest } = options;
  const sorted = ranges
    .map(({ offset, length }, first) => ({
      start: Math.max(0, offset),
      end: Math.min(size, offset + length),
      first,
    }))
    .filter(({ start, end }) => Number.isSafeInteger(start) && start < end)
    .sort((a, b) => a.start - b.start);
  const runs: Run[] = [];
  for (const { start, end, first } of sorted) {
    const last = runs.at(-1);
    let at = start;
    if (last !== undefined && start <= last.end + gap) {
      const reach = Math.max(end, last.end);
      if (reach === last.end || reach - last.start <= longest) {
        runs[runs.length - 1] = { ...last, end: reach, first: Math.min(first, last.first) };
        continue;
      }
      at = Math.max(start, last.end);
    }
    for (; at < end; at += longest) {
      runs.push({ start: at, end: Math.min(at + longest, end), first });
    }
  }
  return runs;
}

/** What of `bounds` is not in `present`, which is in ascending order and may overlap. */
export function missingOf(bounds: Stretch, present: readonly Stretch[]): Stretch[] {
  const missing: Stretch[] = [];
  let reached = bounds.start;
  for (const { start, end } of present) {
    if (start >= bounds.end) break;
    if (start > reached) missing.push({ start: reached, end: start });
    reached = Math.max(reached, end);
  }
  if (reached < bounds.end) missing.push({ start: reached, end: bounds.end });
  return missing;
}

/** Joins stretches, which are in ascending order, wherever no more than `gap` bytes are between them. */
export function joinedStretches(stretches: readonly Stretch[], gap: number): Stretch[] {
  const joined: Stretch[] = [];
  for (const { start, end } of stretches) {
    const last = joined.at(-1);
    if (last === undefined || start - last.end > gap) joined.push({ start, end });
    else joined[joined.length - 1] = { start: last.start, end };
  }
  return joined;
}

/** Where the last stretch is that starts at `offset` or before, -1 where none does; they are in ascending order. */
export function lastStartingBy(stretches: readonly Stretch[], offset: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((stretches[middle]?.start ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
