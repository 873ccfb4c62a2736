import factory from '@cornerstonejs/codec-charls/decodewasmjs';
import type { CharlsModule } from '../cornerstone-modules.ts';
import type { WasmFactory } from '../wasm-instances.ts';

/** CharLS: JPEG-LS. */
export const charls: WasmFactory<CharlsModule> = factory;
