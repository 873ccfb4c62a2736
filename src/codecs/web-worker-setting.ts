import type { WasmPlaces } from './fetch-wasm.ts';

/** What a worker of a browser is told once it is ready, before any frame. */
export interface WorkerSetting {
  readonly wasm: WasmPlaces;
}

/** What it says between a frame and the reply: WebAssembly is on its way to it, or has come, or has not. */
export type WorkerFetching = { readonly kind: 'fetching' } | { readonly kind: 'fetched' };
