import { FramedexError, isFramedexError } from '../errors.ts';
import type { Codec, Decoder } from './codec.ts';
import { rleCodec } from './rle.ts';
import { uncompressedCodec } from './uncompressed.ts';

/** The codecs of this package. Each is loaded by the first frame that needs it. */
export const defaultCodecs: readonly Codec[] = [rleCodec, uncompressedCodec];

/** Finds the decoder of a transfer syntax. */
export interface CodecRegistry {
  /** Undefined where no codec names the UID. */
  decoder(transferSyntaxUid: string): Promise<Decoder> | undefined;
}

/** Codecs that come later in the list take the place of earlier ones. */
export function createRegistry(codecs: readonly Codec[]): CodecRegistry {
  const byUid = new Map(
    codecs.flatMap((codec) => codec.transferSyntaxes.map((uid) => [uid, codec])),
  );
  const loaded = new Map<Codec, Promise<Decoder>>();
  return {
    decoder(uid) {
      const codec = byUid.get(uid);
      if (codec === undefined) return undefined;
      let decoder = loaded.get(codec);
      if (decoder === undefined) {
        decoder = loadCodec(codec);
        loaded.set(codec, decoder);
        // A codec that failed to load may load the next time.
        decoder.catch(() => loaded.delete(codec));
      }
      return decoder;
    },
  };
}

async function loadCodec(codec: Codec): Promise<Decoder> {
  try {
    return await codec.load();
  } catch (cause) {
    if (isFramedexError(cause)) throw cause;
    throw new FramedexError(
      'CODEC_MISSING',
      'the codec cannot be loaded',
      { name: codec.name },
      { cause },
    );
  }
}
