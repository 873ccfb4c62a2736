import type { Inflated, InflateOptions, Inflater } from '../inflate/inflater.ts';
import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import type { CodecNote, CodecPlatform, DecodedFrame, DecodeOptions, Decoder } from './codec.ts';
import { nativeFrame } from './uncompressed.ts';

/** Native frames, each a raw deflate stream (PS3.5 8.2.16 and A.4.13): planes stay planes. */
export function deflatedFrameDecoder({ inflater }: CodecPlatform): Decoder {
  return { decode: (bytes, pixel, options) => decodeDeflated(inflater, bytes, pixel, options) };
}

/** A stream of odd length has one byte of padding (PS3.5 A.4.13). */
const SURPLUS: CodecNote = { message: 'bytes behind the deflate stream of the frame' };

async function decodeDeflated(
  inflater: Inflater,
  bytes: Uint8Array,
  pixel: ImagePixel,
  options: DecodeOptions,
): Promise<DecodedFrame> {
  const needed = Math.ceil(frameBits(pixel) / 8);
  const inflated = await inflateFrame(inflater, bytes, needed, options.lenient === true);
  const frame = nativeFrame(inflated.bytes, pixel, options);
  return bytes.length - inflated.used > 1 ? { ...frame, notes: [SURPLUS] } : frame;
}

/** More than the frame, and the byte that makes its length even, is never inflated: it is another. */
async function inflateFrame(
  inflater: Inflater,
  bytes: Uint8Array,
  needed: number,
  lenient: boolean,
): Promise<Inflated> {
  const options = { limit: needed + (needed % 2), expected: needed, name: 'frame' };
  try {
    return await inflater.inflate(bytes, options);
  } catch (cause) {
    const begun = lenient ? inflatedPrefix(inflater, bytes, options) : undefined;
    if (begun !== undefined) return { bytes: begun, used: bytes.length };
    throw new FramedexError('CODEC', 'not the deflate stream of the frame', {}, { cause });
  }
}

/** What a stream that was cut begins with; undefined where it is broken, or the platform cannot. */
function inflatedPrefix(
  inflater: Inflater,
  bytes: Uint8Array,
  options: InflateOptions,
): Uint8Array | undefined {
  try {
    return inflater.inflatePrefixSync?.(bytes, options);
  } catch {
    return undefined;
  }
}
