interface AbortWatch {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

const watched = new WeakMap<AbortSignal, AbortWatch>();

/**
 * Calls back when the signal aborts, until what it returns is called. However much waits for a signal, it
 * has one listener: of more than ten, Node takes it that they leak.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = watched.get(signal)?.callbacks ?? watch(signal);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size > 0) return;
    const its = watched.get(signal);
    if (its?.callbacks !== callbacks) return;
    signal.removeEventListener('abort', its.listener);
    watched.delete(signal);
  };
}

/**
 * What `work` gives, or the reason of the first of the signals that aborts; the signal that `work` is given
 * aborts with them. What it does after that is nobody's any more.
 */
export function untilAnyAborts<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const aborted = signals.find((signal) => signal.aborted);
  if (aborted !== undefined) return Promise.reject(aborted.reason as Error);
  return new Promise((resolve, reject) => {
    const call = new AbortController();
    const watches = signals.map((signal) =>
      onAbort(signal, () => {
        reject(signal.reason as Error);
        call.abort(signal.reason);
      }),
    );
    const settled = (): void => {
      for (const forget of watches) forget();
    };
    const working = work(call.signal);
    working.then(resolve, reject);
    working.then(settled, settled);
  });
}

function watch(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>();
  const listener = (): void => {
    for (const callback of callbacks) callback();
  };
  signal.addEventListener('abort', listener, { once: true });
  watched.set(signal, { callbacks, listener });
  return callbacks;
}
