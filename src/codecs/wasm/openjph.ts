import factory from '@cornerstonejs/codec-openjph/wasmjs';
import type { OpenJphModule } from '../cornerstone-modules.ts';
import type { WasmFactory } from '../wasm-instances.ts';

/** OpenJPH: High-Throughput JPEG 2000. */
export const openJph: WasmFactory<OpenJphModule> = factory;
