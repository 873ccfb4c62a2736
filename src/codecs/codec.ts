import { isPacked422 } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';

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
   * that gives every pixel its own chrominance says `YBR_FULL`.
   */
  readonly pixel: ImagePixel;
}

/** A codec that is loaded and ready. */
export interface Decoder {
  /**
   * Decodes one frame, whose fragments are joined in `bytes`; they are the codec's to write to. With
   * `into`, the cells are put there.
   *
   * @throws FramedexError `CODEC` for a code stream that is broken, or not what `pixel` describes.
   */
  decode(bytes: Uint8Array, pixel: ImagePixel, into?: Uint8Array): DecodedFrame;
}

/** How the frames of some transfer syntaxes are decoded. */
export interface Codec {
  readonly name: string;
  /** UIDs. */
  readonly transferSyntaxes: readonly string[];
  /** Called once, for the first frame that needs it. */
  load(): Promise<Decoder>;
}

/** The description of cells that a codec gives pixel by pixel, each with all its samples. */
export function interleavedPixel(pixel: ImagePixel): ImagePixel {
  const { photometricInterpretation: given } = pixel;
  const photometricInterpretation = isPacked422(pixel) ? given.replace('_422', '') : given;
  return { ...pixel, photometricInterpretation, planarConfiguration: 0 };
}
