import { interleavedPixel } from '../codecs/codec.ts';
import type { DecodedFrame, Decoder } from '../codecs/codec.ts';
import type { CodecRegistry } from '../codecs/registry.ts';
import type { Header } from '../dicom/header.ts';
import { frameBits, isPacked422 } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { cellBytes, isVr } from '../dicom/vr.ts';
import type { Limits } from '../dicom/limits.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import { checkInto, checkSize, decodeSamples, isInPlace } from './decode.ts';
import type { SampleOptions } from './decode.ts';
import type { DisplayReader } from './display-attributes.ts';
import type { FragmentLayout, LaidOutIndex, NativeLayout } from './frame-index.ts';
import type { Frame, Samples } from './frame.ts';
import { readFragments, readNative } from './read.ts';

/** What reading frames needs to know of a file. */
export interface FrameParts {
  readonly header: Header;
  readonly codecs: CodecRegistry;
  readonly limits: Limits;
  readonly display: DisplayReader;
}

/** How one frame is read. */
export interface FrameOptions extends SampleOptions {
  readonly signal?: AbortSignal | undefined;
}

interface DecodedSamples {
  readonly data: Samples;
  readonly pixel: ImagePixel;
}

/**
 * Reads and decodes frame `i`. Undefined where the index turned out wrong: it must be repaired, and
 * the frame be asked for again.
 */
export async function readFrame(
  parts: FrameParts,
  index: LaidOutIndex,
  i: number,
  options: FrameOptions,
): Promise<Frame | undefined> {
  const ranges = index.ranges(i);
  const { layout, pixel } = index;
  if (layout.kind === 'none') throw layout.reason;
  if (index.strategy === 'video') throw isVideo(parts, i);
  checkInto(options.into, pixel, options);
  const decoded =
    layout.kind === 'native'
      ? await nativeSamples(parts, layout, pixel, i, options)
      : await encodedSamples(parts, layout, index, ranges, i, options);
  if (decoded === undefined) return undefined;
  const { rows, columns, samplesPerPixel, bitsStored } = decoded.pixel;
  const upsampled = isPacked422(decoded.pixel) && options.cells !== true;
  const { photometricInterpretation } = upsampled ? interleavedPixel(decoded.pixel) : decoded.pixel;
  return {
    index: i,
    rows,
    columns,
    samplesPerPixel,
    photometricInterpretation,
    bitsStored,
    display: await parts.display(i),
    data: decoded.data,
  };
}

async function nativeSamples(
  { header, limits }: FrameParts,
  layout: NativeLayout,
  pixel: ImagePixel,
  i: number,
  options: FrameOptions,
): Promise<DecodedSamples> {
  const { signal, into } = options;
  const { maxFrameBytes } = limits;
  const swap = swapUnit(header, pixel);
  const direct = isInPlace(pixel, options) ? into : undefined;
  const firstBit = i * layout.frameBits;
  const oddWord = swap > 1 && (layout.frameBits % (8 * swap) !== 0 || firstBit % (8 * swap) !== 0);
  const read = { signal, maxFrameBytes, into: oddWord ? undefined : direct };
  const { bytes, bitOffset } = await readNative(header.source, layout, i, oddWord ? swap : 1, read);
  checkSize(pixel, options, maxFrameBytes);
  return { data: decodeSamples({ bytes, bitOffset, swap }, pixel, options), pixel };
}

/**
 * Bytes of the words that stand in big endian (PS3.5 7.3): of the cells, or of the 16-bit words that
 * OW packs smaller cells in.
 */
function swapUnit({ littleEndian, transferSyntax, pixelData }: Header, pixel: ImagePixel): number {
  const bigEndian = !littleEndian || transferSyntax.bigEndianPixels;
  if (!bigEndian) return 1;
  const word = pixelData !== undefined && isVr(pixelData.vr) ? cellBytes(pixelData.vr) : 2;
  return pixel.bitsAllocated > 8 && pixel.bitsAllocated % 8 === 0 ? pixel.bitsAllocated / 8 : word;
}

async function encodedSamples(
  parts: FrameParts,
  layout: FragmentLayout,
  index: LaidOutIndex,
  ranges: ReturnType<LaidOutIndex['ranges']>,
  i: number,
  options: FrameOptions,
): Promise<DecodedSamples | undefined> {
  const { header, codecs, limits } = parts;
  const { uid, name } = header.transferSyntax;
  const { signal } = options;
  const loading = codecs.decoder(uid);
  if (loading === undefined) {
    throw new FramedexError('UNSUPPORTED_TRANSFER_SYNTAX', `no codec decodes ${name} (${uid})`, {
      name: header.name,
      advice: 'The encoded bytes are there: encodedFrame(i).',
    });
  }
  checkSize(index.pixel, options, limits.maxFrameBytes);
  const read = { signal, maxFrameBytes: limits.maxFrameBytes };
  const bytes = await readFragments(header.source, layout, ranges, i, read);
  if (bytes === undefined) return undefined;
  const decoder = await loading;
  signal?.throwIfAborted();
  // A codec gives its samples side by side: its bytes are the samples where no bit is to be moved.
  const direct = isInPlace(interleavedPixel(index.pixel), options) ? options.into : undefined;
  try {
    const { bytes: cells, pixel } = decode(decoder, bytes, index.pixel, direct);
    checkInto(options.into, pixel, options);
    return { data: decodeSamples({ bytes: cells, bitOffset: 0, swap: 1 }, pixel, options), pixel };
  } catch (error) {
    if (!isFramedexError(error, 'CODEC')) throw error;
    const at = (ranges[0]?.offset ?? 0) + (error.details.offset ?? 0);
    const details = { ...error.details, name: header.name, offset: at };
    throw new FramedexError('CODEC', `frame ${i} is broken`, details, { cause: error });
  }
}

/** Holds a codec to its word: broken frames are `CODEC` whatever it throws, and no sample is missing. */
function decode(
  decoder: Decoder,
  bytes: Uint8Array,
  pixel: ImagePixel,
  into: Uint8Array | undefined,
): DecodedFrame {
  let decoded: DecodedFrame;
  try {
    decoded = decoder.decode(bytes, pixel, into);
  } catch (error) {
    if (isFramedexError(error)) throw error;
    throw new FramedexError('CODEC', 'the codec failed', {}, { cause: error });
  }
  const needed = Math.ceil(frameBits(decoded.pixel) / 8);
  if (decoded.bytes.length === needed) return decoded;
  throw new FramedexError('CODEC', 'the codec gave another number of bytes than it says', {
    expected: `${needed} bytes`,
    found: String(decoded.bytes.length),
  });
}

function isVideo({ header }: FrameParts, frame: number): FramedexError {
  return new FramedexError('FRAME_AMBIGUOUS', 'a video is one stream, not frames', {
    name: header.name,
    frame,
    offset: header.pixelData?.valueOffset,
    advice: 'encodedFrame(0) gives the whole stream.',
  });
}
