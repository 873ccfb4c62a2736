import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import { codeStreamKind, transferSyntaxesOf } from './code-stream-kind.ts';
import type { CodeStreamKind } from './code-stream-kind.ts';
import type {
  Codec,
  CodecNote,
  CodecPlatform,
  DecodedFrame,
  Decoder,
  DecodeOptions,
} from './codec.ts';

/** One frame to decode: what a worker is sent. */
export interface DecodeJob extends DecodeOptions {
  /** UID. */
  readonly transferSyntax: string;
  /** Its fragments, joined; the codec's to write to. */
  readonly bytes: Uint8Array;
  readonly pixel: ImagePixel;
}

/** Finds who decodes a frame. */
export interface CodecRegistry {
  /** UIDs of the transfer syntaxes that a codec names. */
  readonly transferSyntaxes: ReadonlySet<string>;
  /**
   * The codec of a frame: by what its code stream is, where its header tells, else by its transfer
   * syntax.
   *
   * @throws FramedexError `UNSUPPORTED_TRANSFER_SYNTAX`.
   */
  find(job: DecodeJob): FoundCodec;
  /** @throws FramedexError `CODEC`, `CODEC_MISSING`, `UNSUPPORTED_TRANSFER_SYNTAX`. */
  decode(job: DecodeJob): Promise<DecodedFrame>;
}

/** Who decodes a frame. */
export interface FoundCodec {
  readonly codec: Codec;
  /** Undefined where the codec asks for no kind, or the bytes tell none. */
  readonly kind: CodeStreamKind | undefined;
}

/** Codecs that come later in the list take the place of earlier ones. */
export function createRegistry(codecs: readonly Codec[], platform: CodecPlatform): CodecRegistry {
  const byUid = new Map(
    codecs.flatMap((codec) => codec.transferSyntaxes.map((uid) => [uid, codec])),
  );
  const byKind = new Map(
    codecs.flatMap((codec) => (codec.codeStreams ?? []).map((kind) => [kind, codec])),
  );
  const loaded = new Map<Codec, Promise<Decoder>>();
  const load = (codec: Codec): Promise<Decoder> => {
    let decoder = loaded.get(codec);
    if (decoder === undefined) {
      decoder = loadCodec(codec, platform);
      loaded.set(codec, decoder);
      // A codec that failed to load may load the next time.
      decoder.catch(() => loaded.delete(codec));
    }
    return decoder;
  };
  const find = ({ transferSyntax, bytes }: DecodeJob): FoundCodec => {
    const named = byUid.get(transferSyntax);
    if (named !== undefined && named.codeStreams === undefined) {
      return { codec: named, kind: undefined };
    }
    const kind = codeStreamKind(bytes);
    const codec = (kind && byKind.get(kind)) ?? named;
    if (codec !== undefined) return { codec, kind };
    throw new FramedexError('UNSUPPORTED_TRANSFER_SYNTAX', `no codec decodes ${transferSyntax}`, {
      advice: 'The encoded bytes are there: encodedFrame(i).',
    });
  };
  return {
    transferSyntaxes: new Set(byUid.keys()),
    find,
    async decode(job) {
      const { codec, kind } = find(job);
      const decoder = await load(codec);
      const decoded = await decodeFrame(codec.name, decoder, job);
      const notes = [...mislabelled(job.transferSyntax, kind), ...sizeNotes(decoded, job)];
      return notes.length === 0
        ? decoded
        : { ...decoded, notes: [...notes, ...(decoded.notes ?? [])] };
    },
  };
}

/** What decodes a frame is what it is; what its transfer syntax says is another matter. */
function mislabelled(uid: string, kind: CodeStreamKind | undefined): CodecNote[] {
  if (kind === undefined || transferSyntaxesOf(kind).includes(uid)) return [];
  return [{ message: `a code stream of ${kind} under the transfer syntax ${uid}` }];
}

/** Holds a codec to its word: broken frames are `CODEC` whatever it throws, and no sample is missing. */
async function decodeFrame(
  name: string,
  decoder: Decoder,
  { bytes, pixel, into, reduce, lenient }: DecodeJob,
): Promise<DecodedFrame> {
  try {
    const decoded = await decoder.decode(bytes, pixel, { into, reduce, lenient });
    checkLength(decoded);
    return decoded;
  } catch (error) {
    if (isFramedexError(error)) throw error;
    const found = `${name}: ${error instanceof Error ? error.message : String(error)}`;
    throw new FramedexError('CODEC', 'the codec failed', { found }, { cause: error });
  }
}

/** All of the frame is there, of whatever size the codec says it is. */
function checkLength({ bytes, pixel }: DecodedFrame): void {
  const needed = Math.ceil(frameBits(pixel) / 8);
  if (bytes.length === needed) return;
  throw new FramedexError('CODEC', 'the codec gave another number of bytes than it says', {
    expected: `${needed} bytes`,
    found: String(bytes.length),
  });
}

/** Codecs of a caller's own may find another size than the header says, and are believed. */
function sizeNotes({ pixel: given }: DecodedFrame, { pixel, reduce }: DecodeJob): CodecNote[] {
  const isSame = given.rows === pixel.rows && given.columns === pixel.columns;
  const isSmaller = given.rows <= pixel.rows && given.columns <= pixel.columns;
  if (isSame || (isSmaller && reduce)) return [];
  const found = `${given.rows} rows and ${given.columns} columns`;
  return [{ message: `${found} decoded, ${pixel.rows} and ${pixel.columns} in the header` }];
}

async function loadCodec(codec: Codec, platform: CodecPlatform): Promise<Decoder> {
  try {
    return await codec.load(platform);
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
