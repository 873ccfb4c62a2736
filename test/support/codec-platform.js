import { nodeInflater } from '../../src/node/inflater.js';
import { wasmOfPackage } from '../../src/node/wasm.js';
/** What Node brings for codecs. */
export const codecPlatform = { inflater: nodeInflater, wasm: wasmOfPackage };
const loaded = new Map();
/** The decoder of a codec, loaded once for all tests of a file. */
export function decoderOf(codec) {
  const decoder = loaded.get(codec) ?? codec.load(codecPlatform);
  loaded.set(codec, decoder);
  return decoder;
}
