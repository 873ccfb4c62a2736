/** Far beyond the compilation; a timer that long never comes. */
const NEVER = 2 ** 30;

/**
 * Compiles a WebAssembly module. An event loop that has nothing else to wait for counts as idle in Node, which then
 * finishes all background work first: the optimising compilation of the whole module too, some tenths of a second that
 * whatever comes next would wait for. A timer keeps it from being idle.
 */
export async function compileWasm(bytes: BufferSource): Promise<WebAssembly.Module> {
  const awake = setInterval(() => undefined, NEVER);
  try {
    return await WebAssembly.compile(bytes);
  } finally {
    clearInterval(awake);
  }
}
