import type { Inflater } from '../inflate/inflater.ts';
import { isPacked422 } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { CodeStreamKind } from './code-stream-kind.ts';

/** What a codec gives: cells as native pixel data has them. */
export interface DecodedFrame {
  /**
   * Little-endian cells of `pixel.bitsAllocated` bits: exactly as many bytes as `pixel` needs. They
   * become the frame's, which is written to and kept: `into`, the bytes that were given, or memory
   * that the codec allocated for this frame; never a view of a heap that it uses again.
   */
  readonly bytes: Uint8Array;
  /**
   * What the bytes are, which may differ from what went in: a codec that gives the samples of a pixel
   * side by side says `planarConfiguration: 0`, one that undoes a colour transform says `RGB`, one
   * that gives every pixel its own chrominance says `YBR_FULL`, one that leaves resolution levels out
   * has fewer rows and columns.
   */
  readonly pixel: ImagePixel;
  /** What was tolerated, or where the code stream contradicts the header and is believed. */
  readonly notes?: readonly CodecNote[] | undefined;
  /** Not all of the code stream could be decoded; what is missing is 0. Of `lenient` alone. */
  readonly partial?: boolean | undefined;
}

/** A fault that a codec tolerated: the warning `CODE_STREAM` of the file. */
export interface CodecNote {
  /** The same for all frames that have this fault: of a file, each is recorded once. */
  readonly message: string;
  /** The element of the header that the code stream contradicts. */
  readonly tag?: number | undefined;
}

/** How a frame is decoded. */
export interface DecodeOptions {
  /** Where the cells go: as long as those of the whole frame, and aligned to a cell. */
  readonly into?: Uint8Array | undefined;
  /**
   * Resolution levels to leave out, each of which halves rows and columns (rounded up): at most, as a
   * code stream may have fewer. Codecs that know no levels give the whole frame.
   */
  readonly reduce?: number | undefined;
  /** What can be decoded of a broken frame is given, `partial`, instead of a throw. */
  readonly lenient?: boolean | undefined;
}

/** A codec that is loaded and ready. */
export interface Decoder {
  /**
   * Decodes one frame, whose fragments are joined in `bytes`; they are the codec's to write to.
   *
   * @throws FramedexError `CODEC` for a code stream that is broken, or not what `pixel` describes.
   */
  decode(
    bytes: Uint8Array,
    pixel: ImagePixel,
    options: DecodeOptions,
  ): DecodedFrame | Promise<DecodedFrame>;
}

/** What the platform brings for codecs. */
export interface CodecPlatform {
  readonly inflater: Inflater;
  /**
   * A WebAssembly module that a package has, as `package/path.wasm`: its bytes, or what a server answers with
   * them.
   */
  readonly wasm: (specifier: string) => Promise<Uint8Array | Response>;
}

/** How frames are decoded: of some transfer syntaxes, or by what their code streams are. */
export interface Codec {
  readonly name: string;
  /** UIDs. */
  readonly transferSyntaxes: readonly string[];
  /**
   * Kinds of code streams that it decodes, whatever the transfer syntax says. Left out where frames
   * of its transfer syntaxes have no header that tells: then they all go to this codec.
   */
  readonly codeStreams?: readonly CodeStreamKind[] | undefined;
  /** The npm package that it takes, where that is installed apart. */
  readonly needs?: string | undefined;
  /** Called once, for the first frame that needs it. */
  load(platform: CodecPlatform): Promise<Decoder>;
}

/** The description of cells that a codec gives pixel by pixel, each with all its samples. */
export function interleavedPixel(pixel: ImagePixel): ImagePixel {
  const { photometricInterpretation: given } = pixel;
  const photometricInterpretation = isPacked422(pixel) ? given.replace('_422', '') : given;
  return { ...pixel, photometricInterpretation, planarConfiguration: 0 };
}
