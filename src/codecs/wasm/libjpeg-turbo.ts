import factory from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import type { JpegTurboModule } from '../cornerstone-modules.ts';
import type { WasmFactory } from '../wasm-instances.ts';

/** libjpeg-turbo: JPEG of 8 bits by discrete cosine transform. */
export const libjpegTurbo: WasmFactory<JpegTurboModule> = factory;
