import type { Codec, CodecPlatform, Decoder } from '../../src/codecs/codec.ts';
import { nodeInflater } from '../../src/node/inflater.ts';
import { wasmOfPackage } from '../../src/node/wasm.ts';

/** What Node brings for codecs. */
export const codecPlatform: CodecPlatform = { inflater: nodeInflater, wasm: wasmOfPackage };

const loaded = new Map<Codec, Promise<Decoder>>();

/** The decoder of a codec, loaded once for all tests of a file. */
export function decoderOf(codec: Codec): Promise<Decoder> {
  const decoder = loaded.get(codec) ?? codec.load(codecPlatform);
  loaded.set(codec, decoder);
  return decoder;
}
