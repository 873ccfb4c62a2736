/** The bytes of a WebAssembly module where the page, or its bundler, says that the package is. */
export async function fetchWasm(specifier: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(import.meta.resolve(specifier));
  if (!response.ok) throw new Error(`${specifier}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
