import { onAbort } from '../bytes/on-abort.ts';

/**
 * What `work` gives, or `signal.reason` as soon as it aborts: the work itself goes on, for others or to
 * an end that nobody looks at.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason as Error));
    if (signal.aborted) reject(signal.reason as Error);
    work.then(resolve, reject);
    work.then(forget, forget);
  });
}
