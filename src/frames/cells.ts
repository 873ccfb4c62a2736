import { seenBits } from '../codecs/seen-bits.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import type { Samples } from './frame.ts';

/** Plane after plane becomes pixel after pixel (PS3.3 C.7.6.3.1.3), for cells of whole bytes. */
export function interleave(
  bytes: Uint8Array,
  samples: number,
  cellBytes: number,
  into?: Uint8Array,
): Uint8Array {
  const out = into?.subarray(0, bytes.length) ?? new Uint8Array(bytes.length);
  const pixels = bytes.length / (samples * cellBytes);
  if (samples === 3 && cellBytes === 1) {
    interleaveRgb(bytes, pixels, out);
    return out;
  }
  for (let sample = 0; sample < samples; sample++) {
    let from = sample * pixels * cellBytes;
    for (let pixel = 0; pixel < pixels; pixel++) {
      let to = (pixel * samples + sample) * cellBytes;
      for (let k = 0; k < cellBytes; k++) out[to++] = bytes[from++] ?? 0;
    }
  }
  return out;
}

/** The usual case by itself, each byte of memory touched once. */
function interleaveRgb(bytes: Uint8Array, pixels: number, out: Uint8Array): void {
  const second = bytes.subarray(pixels, 2 * pixels);
  const third = bytes.subarray(2 * pixels);
  for (let pixel = 0, to = 0; pixel < pixels; pixel++, to += 3) {
    out[to] = bytes[pixel] ?? 0;
    out[to + 1] = second[pixel] ?? 0;
    out[to + 2] = third[pixel] ?? 0;
  }
}

/**
 * Y1 Y2 Cb Cr for each two pixels becomes Y Cb Cr for each (PS3.3 C.7.6.3.1.2): both take the
 * chrominance of their pair. A row of odd length has one luminance more than pixels.
 */
export function upsample422(
  bytes: Uint8Array,
  rows: number,
  columns: number,
  cellBytes: number,
  into?: Uint8Array,
): Uint8Array {
  const length = rows * columns * 3 * cellBytes;
  const out = into?.subarray(0, length) ?? new Uint8Array(length);
  const pairs = Math.ceil(columns / 2);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const pair = (row * pairs + (column >> 1)) * 4 * cellBytes;
      to = copyCell(bytes, pair + (column & 1) * cellBytes, out, to, cellBytes);
      to = copyCell(bytes, pair + 2 * cellBytes, out, to, cellBytes);
      to = copyCell(bytes, pair + 3 * cellBytes, out, to, cellBytes);
    }
  }
  return out;
}

function copyCell(
  bytes: Uint8Array,
  from: number,
  out: Uint8Array,
  to: number,
  cellBytes: number,
): number {
  for (let k = 0; k < cellBytes; k++) out[to + k] = bytes[from + k] ?? 0;
  return to + cellBytes;
}

/** The cells as a typed array over the same memory, which must be aligned to the cells. */
export function typedCells(
  bytes: Uint8Array,
  { cells, bitsAllocated, pixelRepresentation }: ImagePixel,
): Samples {
  const { buffer, byteOffset, byteLength } = bytes;
  const signed = pixelRepresentation === 1;
  if (cells === 'float') return new Float32Array(buffer, byteOffset, byteLength / 4);
  if (cells === 'double') return new Float64Array(buffer, byteOffset, byteLength / 8);
  switch (containerBits(bitsAllocated)) {
    case 8:
      return signed ? new Int8Array(buffer, byteOffset, byteLength) : bytes;
    case 16:
      return signed
        ? new Int16Array(buffer, byteOffset, byteLength / 2)
        : new Uint16Array(buffer, byteOffset, byteLength / 2);
    case 32:
      return signed
        ? new Int32Array(buffer, byteOffset, byteLength / 4)
        : new Uint32Array(buffer, byteOffset, byteLength / 4);
    default:
      return signed
        ? new BigInt64Array(buffer, byteOffset, byteLength / 8)
        : new BigUint64Array(buffer, byteOffset, byteLength / 8);
  }
}

/** Bits of the typed array's elements that hold a cell. */
export function containerBits(bitsAllocated: number): 8 | 16 | 32 | 64 {
  switch (bitsAllocated) {
    case 1:
    case 8:
      return 8;
    case 12:
    case 16:
      return 16;
    case 32:
      return 32;
    case 64:
      return 64;
    default:
      throw new FramedexError('BAD_PIXEL_MODULE', 'cells of this size are not read', {
        tag: 0x00280100,
        expected: '1, 8, 12, 16, 32 or 64 bits allocated',
        found: String(bitsAllocated),
      });
  }
}

/**
 * Stored values out of raw cells, in place (PS3.5 8.1.1): the bits from High Bit down, Bits Stored
 * of them, sign extended. What other bits hold (overlays, garbage) is dropped.
 */
export function extractStoredValues(data: Samples, pixel: ImagePixel): void {
  const { bitsAllocated, bitsStored, highBit, pixelRepresentation, cells } = pixel;
  const container = bitsAllocated === 1 ? 1 : containerBits(bitsAllocated);
  if (cells !== 'integer' || bitsStored >= container || bitsAllocated === 1) return;
  const right = highBit - bitsStored + 1;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    extractBig(data, bitsStored, BigInt(right), pixelRepresentation === 1);
    return;
  }
  // Up to the top of a 32-bit integer and down again: the sign comes along, other bits do not.
  const up = 32 - bitsStored - right;
  const down = 32 - bitsStored;
  // Where no cell has a bit that would be moved, or a sign to be extended, the cells are the values.
  const kept = pixelRepresentation === 1 ? bitsStored - 1 : bitsStored;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (right === 0 && seenBits(bytes, data.BYTES_PER_ELEMENT) >>> kept === 0) return;
  const patterns = bitPatterns(data);
  if (pixelRepresentation === 1) {
    for (let k = 0; k < patterns.length; k++) patterns[k] = ((patterns[k] ?? 0) << up) >> down;
  } else {
    for (let k = 0; k < patterns.length; k++) patterns[k] = ((patterns[k] ?? 0) << up) >>> down;
  }
}

/** Signed values as their bits: the engine keeps a loop over few kinds of arrays fast. */
function bitPatterns(data: Samples): Uint8Array | Uint16Array | Uint32Array {
  const { buffer, byteOffset, length } = data;
  if (data.BYTES_PER_ELEMENT === 1) return new Uint8Array(buffer, byteOffset, length);
  if (data.BYTES_PER_ELEMENT === 2) return new Uint16Array(buffer, byteOffset, length);
  return new Uint32Array(buffer, byteOffset, length);
}

function extractBig(
  data: BigInt64Array | BigUint64Array,
  bitsStored: number,
  right: bigint,
  signed: boolean,
): void {
  for (let k = 0; k < data.length; k++) {
    const value = (data[k] ?? 0n) >> right;
    data[k] = signed ? BigInt.asIntN(bitsStored, value) : BigInt.asUintN(bitsStored, value);
  }
}
