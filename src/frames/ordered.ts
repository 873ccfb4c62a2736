import { onAbort } from '../bytes/on-abort.ts';

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
  const stop = (): void => stopping?.abort(signal?.reason);
  if (stopping && signal?.aborted === true) stop();
  const forget = stopping && signal && onAbort(signal, stop);
  const underWay = new Map<number, Promise<T>>();
  let next = start;
  const beginNext = (): void => {
    const begun = begin(next, stopping?.signal ?? signal);
    // Its failure is told when its turn comes, if ever.
    begun.catch(() => undefined);
    underWay.set(next++, begun);
  };
  try {
    for (let i = start; has(i); i++) {
      if (next === i) beginNext();
      while (next <= i + ahead && isThere(has, next)) beginNext();
      const result = await underWay.get(i);
      underWay.delete(i);
      if (result !== undefined) yield result;
    }
  } finally {
    forget?.();
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
