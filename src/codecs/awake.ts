/** Far beyond any compilation; a timer that long never comes. */
const NEVER = 2 ** 30;

/**
 * Waits for the platform to compile or start a WebAssembly module. An event loop that waits for nothing
 * else counts as idle in Node, which then finishes all background work before it goes on: the optimising
 * compilation of the whole module too, some tenths of a second. A timer keeps it from being idle.
 */
export async function awake<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, NEVER);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
