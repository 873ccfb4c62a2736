import { onAbort } from './on-abort.ts';

/** One piece of work, and how many wait for it. */
interface Shared<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
  /** All that ever joined. */
  callers: number;
}

/** What shared work came to. */
export interface Joined<T> {
  readonly result: T;
  /** Nobody else is given it. */
  readonly alone: boolean;
}

/**
 * Work that several callers ask for at once is done once. A caller whose signal aborts leaves the
 * others waiting; when the last has left, the work itself is aborted. What is done is not kept.
 */
export class SharedReads<T> {
  readonly #underWay = new Map<number, Shared<T>>();

  /** Waits for the work `key`, which `start` begins unless it is under way. Throws where `signal` has aborted. */
  join(
    key: number,
    start: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<Joined<T>> {
    signal?.throwIfAborted();
    const shared = this.#underWay.get(key) ?? this.#begin(key, start);
    shared.waiting++;
    shared.callers++;
    // Work is forgotten before its result is given: by then nobody joins any more.
    const joined = shared.result.then((result) => ({ result, alone: shared.callers === 1 }));
    return signal === undefined
      ? joined
      : unlessAborted(joined, signal, () => {
          shared.waiting--;
          if (shared.waiting > 0) return;
          this.#forget(key, shared);
          shared.controller.abort(signal.reason);
        });
  }

  #begin(key: number, start: (signal: AbortSignal) => Promise<T>): Shared<T> {
    const controller = new AbortController();
    const shared = { result: start(controller.signal), controller, waiting: 0, callers: 0 };
    this.#underWay.set(key, shared);
    const done = (): void => {
      this.#forget(key, shared);
    };
    shared.result.then(done, done);
    return shared;
  }

  /** By then another may have begun under the same key. */
  #forget(key: number, shared: Shared<T>): void {
    if (this.#underWay.get(key) === shared) this.#underWay.delete(key);
  }
}

/** The result, or `signal.reason` as soon as it aborts. */
function unlessAborted<T>(result: Promise<T>, signal: AbortSignal, left: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => {
      left();
      reject(signal.reason as Error);
    });
    result.then(resolve, reject);
    result.then(forget, forget);
  });
}
