/** What is longer was not meant as a keyword: the longest of PS3.6 has 64 characters. */
const LONGEST_WORD = 80;

/**
 * The candidate that `word` most likely misspells: letters' case, spaces and punctuation do not
 * count, and up to a third of the letters may differ. Undefined when none comes that near.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const wanted = lettersOf(word);
  let best: string | undefined;
  let least = Math.floor(wanted.length / 3) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= least) continue;
    const distance = editDistance(wanted, lettersOf(candidate), least);
    if (distance >= least) continue;
    least = distance;
    best = candidate;
  }
  return best;
}

function lettersOf(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** Insertions, deletions and replacements from `a` to `b`; `limit` when there are at least as many. */
function editDistance(a: string, b: string, limit: number): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const replaced = a.charCodeAt(row - 1) === b.charCodeAt(column - 1) ? 0 : 1;
      const distance = Math.min(
        (above[column - 1] ?? 0) + replaced,
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
      );
      current.push(distance);
      if (distance < least) least = distance;
    }
    if (least >= limit) return limit;
    above = current;
  }
  return Math.min(above[b.length] ?? limit, limit);
}
