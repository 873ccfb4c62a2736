import { frameBits, isPacked422 } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import {
  alignBits,
  containerBits,
  extractStoredValues,
  interleave,
  swapBytes,
  typedCells,
  unpack12,
  unpackBits,
  upsample422,
} from './cells.ts';
import type { Samples } from './frame.ts';

/** How the caller wants the samples. */
export interface SampleOptions {
  /** Raw cells: no shift, mask or sign extension; YBR_FULL_422 packed as stored. */
  readonly cells?: boolean | undefined;
  /** 1-bit pixels eight to the byte, the first in the lowest bit, instead of one to the byte. */
  readonly packed?: boolean | undefined;
  /** Where the samples go: as long as they are, and aligned to them. */
  readonly into?: Uint8Array | undefined;
}

/** Bytes of a frame as they lie in the file. */
export interface FrameBytes {
  /** The caller's own: decoding works in place where it can. */
  readonly bytes: Uint8Array;
  readonly bitOffset: number;
  /** Bytes of the words that the file swaps; 1 where the order is little endian. */
  readonly swap: number;
}

/** Whether the bytes of the file are the samples' own, so that they can be read into their place. */
export function isInPlace(pixel: ImagePixel, { cells }: SampleOptions): boolean {
  const { bitsAllocated, planarConfiguration } = pixel;
  const whole = bitsAllocated % 8 === 0;
  return whole && planarConfiguration === 0 && (cells === true || !isPacked422(pixel));
}

/** Bytes that the samples of one frame take. */
export function sampleBytes(pixel: ImagePixel, { cells, packed }: SampleOptions): number {
  const { rows, columns, samplesPerPixel, bitsAllocated } = pixel;
  const count = rows * columns * samplesPerPixel;
  if (bitsAllocated === 1 && packed === true) return Math.ceil(count / 8);
  const cell = containerBits(bitsAllocated) / 8;
  if (cells === true && isPacked422(pixel)) return rows * 2 * (columns + (columns % 2)) * cell;
  return count * cell;
}

/** Native bytes, or a codec's, become samples: interleaved, in the machine's byte order. */
export function decodeSamples(
  frame: FrameBytes,
  pixel: ImagePixel,
  options: SampleOptions,
): Samples {
  const { bitsAllocated, planarConfiguration, samplesPerPixel, rows, columns } = pixel;
  if (bitsAllocated === 1) return decodeBits(frame, pixel, options);
  const cellBytes = containerBits(bitsAllocated) / 8;
  let { bytes } = frame;
  if (frame.swap > 1) swapBytes(bytes, frame.swap);
  if (bitsAllocated % 8 === 0) {
    // Swapped words may reach beyond the frame.
    const from = frame.bitOffset / 8;
    const length = frameBits(pixel) / 8;
    if (bytes.length !== length) bytes = bytes.subarray(from, from + length);
  }
  if (bitsAllocated === 12)
    bytes = unpack12(bytes, frame.bitOffset, rows * columns * samplesPerPixel);
  if (isPacked422(pixel)) {
    if (options.cells !== true) bytes = upsample422(bytes, rows, columns, cellBytes);
  } else if (planarConfiguration === 1) {
    bytes = interleave(bytes, samplesPerPixel, cellBytes);
  }
  const placed = place(bytes, cellBytes, options.into);
  const data = typedCells(placed, pixel);
  if (options.cells !== true) extractStoredValues(data, pixel);
  return data;
}

function decodeBits(
  { bytes, bitOffset, swap }: FrameBytes,
  pixel: ImagePixel,
  options: SampleOptions,
): Samples {
  const count = pixel.rows * pixel.columns * pixel.samplesPerPixel;
  if (pixel.planarConfiguration === 1) {
    // The standard has one sample of 1 bit only (PS3.3 C.7.6.3.1.1).
    throw new FramedexError('BAD_PIXEL_MODULE', 'planes of 1-bit samples are not read', {
      tag: 0x00280006,
      expected: 'Planar Configuration 0',
      found: '1',
    });
  }
  if (swap > 1) swapBytes(bytes, swap);
  if (options.packed !== true) return unpackBits(bytes, bitOffset, count, options.into);
  return place(alignBits(bytes, bitOffset, count), 1, options.into);
}

/** Puts the bytes where they are wanted, unless they are there; typed arrays need them aligned. */
function place(bytes: Uint8Array, cellBytes: number, into: Uint8Array | undefined): Uint8Array {
  if (into === undefined) return bytes.byteOffset % cellBytes === 0 ? bytes : bytes.slice();
  if (bytes.buffer === into.buffer && bytes.byteOffset === into.byteOffset) return bytes;
  into.set(bytes);
  return into.subarray(0, bytes.length);
}

/** Refuses a frame before memory is taken for it on the word of the header. */
export function checkSize(pixel: ImagePixel, options: SampleOptions, maxFrameBytes: number): void {
  const needed = sampleBytes(pixel, options);
  if (needed <= maxFrameBytes) return;
  throw new FramedexError('FRAME_LIMIT', 'the frame is longer than allowed', {
    limit: maxFrameBytes,
    found: `${needed} bytes`,
    advice: 'Raise limits.maxFrameBytes if the file is sound.',
  });
}

/** Refuses a destination that the samples cannot be put into. */
export function checkInto(
  into: Uint8Array | undefined,
  pixel: ImagePixel,
  options: SampleOptions,
): void {
  if (into === undefined) return;
  const needed = sampleBytes(pixel, options);
  const cellBytes = containerBits(pixel.bitsAllocated) / 8;
  if (into.length >= needed && into.byteOffset % cellBytes === 0) return;
  throw new FramedexError('USAGE', 'the frame cannot be put into `into`', {
    expected: `${needed} bytes, aligned to ${cellBytes}`,
    found: `${into.length} bytes at ${into.byteOffset}`,
  });
}
