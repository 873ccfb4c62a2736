import factory from '@cornerstonejs/codec-openjpeg/decodewasmjs';
import type { OpenJpegModule } from '../cornerstone-modules.ts';
import type { WasmFactory } from '../wasm-instances.ts';

/** OpenJPEG: JPEG 2000. */
export const openJpeg: WasmFactory<OpenJpegModule> = factory;
