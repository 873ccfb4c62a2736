/** Work of one kind, numbered through. */
export interface OrderedWork<T> {
  /** The first. */
  readonly start: number;
  /** How many are begun before the one that is waited for is taken. */
  readonly ahead: number;
  /** Whether there is one of this number, as far as is known when it is asked. */
  readonly has: (i: number) => boolean;
  /** Begins one. The signal aborts when nobody wants any more of them. */
  readonly begin: (i: number, signal: AbortSignal | undefined) => Promise<T>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives the results in their order, while some that come later are under way. One that fails does so at
 * its own place, after all those before it. Who stops taking them aborts what is under way.
 */
export async function* inOrder<T>(work: OrderedWork<T>): AsyncGenerator<T> {
  const { start, ahead, has, begin, signal } = work;
  const stopping = ahead > 0 ? new AbortController() : undefined;
  const stopped = stopping?.signal;
  const either = signal && stopped ? AbortSignal.any([signal, stopped]) : (signal ?? stopped);
  const underWay = new Map<number, Promise<T>>();
  const beginAhead = (i: number): void => {
    const begun = begin(i, either);
    // Its failure is told when its turn comes, if ever.
    begun.catch(() => undefined);
    underWay.set(i, begun);
  };
  try {
    for (let i = start; has(i); i++) {
      if (!underWay.has(i)) beginAhead(i);
      for (let k = i + 1; k <= i + ahead && isThere(has, k); k++) {
        if (!underWay.has(k)) beginAhead(k);
      }
      const result = await underWay.get(i);
      underWay.delete(i);
      if (result !== undefined) yield result;
    }
  } finally {
    stopping?.abort();
  }
}

/** What is wrong is told by the one whose turn it is. */
function isThere(has: (i: number) => boolean, i: number): boolean {
  try {
    return has(i);
  } catch {
    return false;
  }
}
