import { frameBits, isPacked422 } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { alignBits, unpack12, unpackBits } from './bits.ts';
import { swapBytes } from './byte-order.ts';
import type { SwappedWord } from './byte-order.ts';
import {
  containerBits,
  extractStoredValues,
  interleave,
  typedCells,
  upsample422,
} from './cells.ts';
import type { Samples } from './frame.ts';

/** How the caller wants the samples. */
export interface SampleOptions {
  /** Raw cells: no shift, mask or sign extension; YBR_FULL_422 packed as stored. */
  readonly cells?: boolean | undefined;
  /** 1-bit pixels eight to the byte, the first in the lowest bit, instead of one to the byte. */
  readonly packed?: boolean | undefined;
}

/** Bytes of a frame as they lie in the file. */
export interface FrameBytes {
  /** The caller's own: decoding works in place where it can. */
  readonly bytes: Uint8Array;
  readonly bitOffset: number;
  /** Bytes of the words that the file swaps; 1 where the order is little endian. */
  readonly swap: SwappedWord;
}

/** Whether the bytes of the file are the samples' own, so that they can be read into their place. */
export function isInPlace(pixel: ImagePixel, { cells }: SampleOptions): boolean {
  const { bitsAllocated } = pixel;
  if (bitsAllocated % 8 !== 0) return false;
  // Planar Configuration has no say where two pixels share their chrominance.
  return isPacked422(pixel) ? cells === true : pixel.planarConfiguration === 0;
}

/**
 * Refuses cells that are not decoded, before anything is read or allocated for them.
 *
 * @throws FramedexError `BAD_PIXEL_MODULE`, with the tag.
 */
export function checkCells(pixel: ImagePixel): void {
  containerBits(pixel.bitsAllocated);
  if (pixel.bitsAllocated > 1) return;
  // The standard has one sample of 1 bit only (PS3.3 C.7.6.3.1.1).
  if (pixel.planarConfiguration === 1) {
    throw new FramedexError('BAD_PIXEL_MODULE', 'planes of 1-bit samples are not read', {
      tag: 0x00280006,
      expected: 'Planar Configuration 0',
      found: '1',
    });
  }
  if (isPacked422(pixel)) {
    throw new FramedexError('BAD_PIXEL_MODULE', 'chrominance of 1 bit is not read', {
      tag: 0x00280100,
      expected: '8 bits allocated',
      found: '1',
    });
  }
}

/** Bytes that the samples of one frame take. */
export function sampleBytes(pixel: ImagePixel, { cells, packed }: SampleOptions): number {
  const { rows, columns, samplesPerPixel, bitsAllocated } = pixel;
  const count = rows * columns * samplesPerPixel;
  if (bitsAllocated === 1 && packed === true) return Math.ceil(count / 8);
  const cell = containerBits(bitsAllocated) / 8;
  if (cells === true && isPacked422(pixel)) return (frameBits(pixel) / bitsAllocated) * cell;
  return count * cell;
}

/**
 * Native bytes, or a codec's, become samples: interleaved, in the machine's byte order. They are put
 * into `into` where that is given, which must hold them and be aligned to them.
 */
export function decodeSamples(
  frame: FrameBytes,
  pixel: ImagePixel,
  options: SampleOptions,
  into: Uint8Array | undefined,
): Samples {
  checkCells(pixel);
  if (frame.swap !== 1) swapBytes(frame.bytes, frame.swap);
  if (pixel.bitsAllocated === 1) return decodeBits(frame, pixel, options, into);
  const cellBytes = containerBits(pixel.bitsAllocated) / 8;
  const bytes = wholeCells(frame, pixel);
  const data = typedCells(place(arrange(bytes, pixel, options, into), cellBytes, into), pixel);
  if (options.cells !== true) extractStoredValues(data, pixel);
  return data;
}

/** The cells of the frame alone, each in as many bytes as its samples take. */
function wholeCells({ bytes, bitOffset }: FrameBytes, pixel: ImagePixel): Uint8Array {
  const bits = frameBits(pixel);
  if (pixel.bitsAllocated === 12) return unpack12(bytes, bitOffset, bits / 12);
  // Swapped words may reach beyond the frame.
  return bytes.length === bits / 8 ? bytes : bytes.subarray(bitOffset / 8, (bitOffset + bits) / 8);
}

/** Sample by sample, where the file has planes or shared chrominance. */
function arrange(
  bytes: Uint8Array,
  pixel: ImagePixel,
  { cells }: SampleOptions,
  into: Uint8Array | undefined,
): Uint8Array {
  const { rows, columns, samplesPerPixel, planarConfiguration } = pixel;
  const cellBytes = containerBits(pixel.bitsAllocated) / 8;
  if (isPacked422(pixel)) {
    return cells === true ? bytes : upsample422(bytes, rows, columns, cellBytes, into);
  }
  if (planarConfiguration === 0) return bytes;
  return interleave(bytes, samplesPerPixel, cellBytes, into);
}

function decodeBits(
  { bytes, bitOffset }: FrameBytes,
  pixel: ImagePixel,
  { packed }: SampleOptions,
  into: Uint8Array | undefined,
): Uint8Array {
  const count = pixel.rows * pixel.columns * pixel.samplesPerPixel;
  return packed === true
    ? alignBits(bytes, bitOffset, count, into)
    : unpackBits(bytes, bitOffset, count, into);
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

/**
 * The bytes of the caller's memory, which must be enough for the pixels, where those are known.
 *
 * @throws FramedexError `USAGE` unless the samples of a frame can be put there.
 */
export function destination(
  into: ArrayBufferView,
  pixel: ImagePixel | undefined,
  options: SampleOptions,
): Uint8Array {
  const needed = pixel ? sampleBytes(pixel, options) : 0;
  const cellBytes = pixel ? containerBits(pixel.bitsAllocated) / 8 : 1;
  const expected = `${needed} bytes, aligned to ${cellBytes}`;
  // As a program that is not checked by types may give it.
  if (!ArrayBuffer.isView(into)) {
    throw new FramedexError('USAGE', '`into` is no typed array', { expected });
  }
  const { buffer, byteOffset, byteLength } = into;
  if (byteLength >= needed && byteOffset % cellBytes === 0) {
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
  throw new FramedexError('USAGE', 'the frame cannot be put into `into`', {
    expected,
    found: `${byteLength} bytes at ${byteOffset}`,
  });
}
