import type { Codec, CodecPlatform, Decoder } from '../../src/codecs/codec.ts';
import { inflater, wasm } from './platform.ts';

/** What the platform that runs the tests brings for codecs. */
export const codecPlatform: CodecPlatform = { inflater, wasm };

const loaded = new Map<Codec, Promise<Decoder>>();

/** The decoder of a codec, loaded once for all tests of a file. */
export function decoderOf(codec: Codec): Promise<Decoder> {
  const decoder = loaded.get(codec) ?? codec.load(codecPlatform);
  loaded.set(codec, decoder);
  return decoder;
}
