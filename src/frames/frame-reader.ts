import { interleavedPixel } from '../codecs/codec.ts';
import type { DecodedFrame, Decoder } from '../codecs/codec.ts';
import type { CodecRegistry } from '../codecs/registry.ts';
import type { Header } from '../dicom/header.ts';
import { frameBits, isPacked422 } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Limits } from '../dicom/limits.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import { swappedWord } from './byte-order.ts';
import { checkCells, checkSize, decodeSamples, destination, isInPlace } from './decode.ts';
import type { SampleOptions } from './decode.ts';
import type { DisplayReader } from './display-attributes.ts';
import { nativeRange } from './frame-index.ts';
import { noPicture } from './frame-index.ts';
import type { LaidOutIndex, NativeLayout } from './frame-index.ts';
import type { Frame, Samples } from './frame.ts';
import { readEncoded, readNative } from './read.ts';

/** What reading frames needs to know of a file. */
export interface FrameParts {
  readonly header: Header;
  readonly codecs: CodecRegistry;
  readonly limits: Limits;
  readonly display: DisplayReader;
}

/** How one frame is read. */
export interface FrameOptions extends SampleOptions {
  /**
   * Where the samples go: any typed array, as long in bytes as the samples are and aligned to them.
   * `data` is then a view of the same memory, of the type that the samples have. What lies behind the
   * frame is left alone; what was in its place may be gone where the frame turns out to be broken.
   *
   * @throws FramedexError `USAGE`, with the bytes and the alignment that are needed.
   *
   * @example
   * ```ts
   * const volume = new Int16Array(512 * 512 * 200);
   * const slice = (i: number) => volume.subarray(i * 512 * 512, (i + 1) * 512 * 512);
   * for (let i = 0; i < 200; i++) await file.frame(i, { into: slice(i) });
   * ```
   */
  readonly into?: ArrayBufferView | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The same, with the bytes of the caller's memory. */
interface ReadingOptions extends SampleOptions {
  readonly into: Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
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
  index.ranges(i);
  const { layout, pixel } = index;
  if (layout.kind === 'none') throw layout.reason;
  if (index.strategy === 'video') throw noPicture(i, parts.header.name);
  if (layout.kind === 'native') checkCells(pixel);
  const { cells, packed, signal } = options;
  const into = options.into && destination(options.into, pixel, options);
  const reading = { cells, packed, signal, into };
  const decoded =
    layout.kind === 'native'
      ? await nativeSamples(parts, layout, pixel, i, reading)
      : await encodedSamples(parts, index, i, reading);
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
  options: ReadingOptions,
): Promise<DecodedSamples> {
  const { signal, into } = options;
  const { maxFrameBytes } = limits;
  const swap = swappedWord(header, pixel);
  const direct = isInPlace(pixel, options) ? into : undefined;
  const firstBit = i * layout.frameBits;
  const oddWord = swap > 1 && (layout.frameBits % (8 * swap) !== 0 || firstBit % (8 * swap) !== 0);
  const read = { signal, maxFrameBytes, into: oddWord ? undefined : direct };
  const { offset, length } = nativeRange(layout, i);
  // That a frame is not there says more than that it is too long; the read finds that out.
  if (offset + length <= layout.end) checkSize(pixel, options, maxFrameBytes);
  const { bytes, bitOffset } = await readNative(header.source, layout, i, oddWord ? swap : 1, read);
  return { data: decodeSamples({ bytes, bitOffset, swap }, pixel, options, into), pixel };
}

async function encodedSamples(
  parts: FrameParts,
  index: LaidOutIndex,
  i: number,
  options: ReadingOptions,
): Promise<DecodedSamples | undefined> {
  const { header, codecs, limits } = parts;
  const { uid, name } = header.transferSyntax;
  const { signal, into } = options;
  const loading = codecs.decoder(uid);
  if (loading === undefined) {
    throw new FramedexError('UNSUPPORTED_TRANSFER_SYNTAX', `no codec decodes ${name} (${uid})`, {
      name: header.name,
      advice: 'The encoded bytes are there: encodedFrame(i).',
    });
  }
  checkSize(index.pixel, options, limits.maxFrameBytes);
  const read = { signal, maxFrameBytes: limits.maxFrameBytes };
  const bytes = await readEncoded(header, index, i, read);
  if (bytes === undefined) return undefined;
  const decoder = await loading;
  signal?.throwIfAborted();
  // A codec gives its samples side by side: its bytes are the samples where no bit is to be moved.
  const direct = isInPlace(interleavedPixel(index.pixel), options) ? into : undefined;
  try {
    const { bytes: cells, pixel } = decode(decoder, bytes, index.pixel, direct);
    const place = into && destination(into, pixel, options);
    const frame = { bytes: cells, bitOffset: 0, swap: 1 } as const;
    return { data: decodeSamples(frame, pixel, options, place), pixel };
  } catch (error) {
    if (!isFramedexError(error, 'CODEC')) throw error;
    const at = (index.ranges(i)[0]?.offset ?? 0) + (error.details.offset ?? 0);
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
