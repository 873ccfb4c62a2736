import { awake } from './awake.ts';

/**
 * Compiles a module, as it arrives where its server says that it is one: engines ask for the MIME type, and take none
 * with parameters (WebAssembly Web API 1.0, 5).
 */
export async function compileWasm(given: Uint8Array | Response): Promise<WebAssembly.Module> {
  // Not asked the other way round: Node loads its whole HTTP client where `Response` is merely named.
  // Shared memory, which engines refuse, is not told apart by the types of older compilers.
  if (given instanceof Uint8Array)
    return awake(() => WebAssembly.compile(given as Uint8Array<ArrayBuffer>));
  const isStreamed = given.headers.get('content-type') === 'application/wasm';
  if (isStreamed) return WebAssembly.compileStreaming(given);
  return WebAssembly.compile(await given.arrayBuffer());
}
