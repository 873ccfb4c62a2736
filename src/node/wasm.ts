import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Whether a package is found from here, where it is installed apart. */
export function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** The bytes of a WebAssembly module where its package is installed. */
export async function wasmOfPackage(specifier: string): Promise<Uint8Array<ArrayBuffer>> {
  // A copy of its own: small files lie in a slab that Node shares among readers.
  return new Uint8Array(await readFile(require.resolve(specifier)));
}
