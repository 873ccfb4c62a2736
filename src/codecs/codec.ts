import type { ImagePixel } from '../dicom/image-pixel.ts';

/** What a codec gives: cells as native pixel data has them. */
export interface DecodedFrame {
  /** Cells of `pixel.bitsAllocated` bits, little endian, samples of a pixel side by side. */
  readonly bytes: Uint8Array;
  /** What they describe: differs from what went in where the codec undoes a colour transform. */
  readonly pixel: ImagePixel;
}

/** A codec that is loaded and ready. */
export interface Decoder {
  /**
   * Decodes one frame, whose fragments are joined in `bytes`. With `into`, the cells are put there.
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
