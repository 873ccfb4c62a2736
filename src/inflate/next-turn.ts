/** Other work of a thread waits no longer than this: a page has 16 ms from picture to picture. */
const TURN_MILLISECONDS = 8;

/**
 * Lets other work of the thread have a turn, without a timer's delay: nested ones wait for 4 ms in browsers, a
 * second in pages that are not seen. Pictures and timers come between such turns, as they do not between those of
 * `scheduler.yield`.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/**
 * For long work, which awaits it between its steps: lets other work of the thread have a turn where there was
 * none for long, and throws where the signal aborted in it; undefined, and at once, where there was.
 */
export function turns(signal?: AbortSignal): () => Promise<void> | undefined {
  let last = Date.now();
  const take = async (): Promise<void> => {
    await nextTurn();
    signal?.throwIfAborted();
    last = Date.now();
  };
  return () => (Date.now() - last > TURN_MILLISECONDS ? take() : undefined);
}
