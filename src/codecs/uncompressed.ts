import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import type { CodecNote, DecodedFrame, DecodeOptions, Decoder } from './codec.ts';

/** Native frames in fragments (PS3.5 A.4.11): the bytes are the cells, planes and all. */
export const uncompressedDecoder: Decoder = { decode: nativeFrame };

/**
 * The frame that native bytes begin with. They are the cells, so that they are not put into `into`:
 * who has them does that, with all else that is to be done to them.
 *
 * @throws FramedexError `CODEC` where they are fewer than a frame has.
 */
export function nativeFrame(
  bytes: Uint8Array,
  pixel: ImagePixel,
  { lenient = false }: DecodeOptions,
): DecodedFrame {
  const needed = Math.ceil(frameBits(pixel) / 8);
  if (bytes.length >= needed) {
    const notes = bytes.length > needed + (needed % 2) ? [SURPLUS] : [];
    return { bytes: bytes.subarray(0, needed), pixel, notes };
  }
  if (!lenient) {
    throw new FramedexError('CODEC', 'fewer bytes than the frame has', {
      offset: bytes.length,
      expected: `${needed} bytes`,
      found: String(bytes.length),
    });
  }
  const out = new Uint8Array(needed);
  // Half a sample is none.
  const cellBytes = Math.max(1, pixel.bitsAllocated / 8);
  out.set(bytes.subarray(0, bytes.length - (bytes.length % cellBytes)));
  return { bytes: out, pixel, partial: true };
}

/** A frame of odd length has one byte of padding (PS3.5 A.4). */
const SURPLUS: CodecNote = { message: 'bytes behind the last pixel of the frame' };
