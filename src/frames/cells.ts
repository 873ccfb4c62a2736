import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import type { Samples } from './frame.ts';

/** Reverses the bytes of each unit of 2, 4 or 8, in place (PS3.5 7.3). */
export function swapBytes(bytes: Uint8Array, unit: number): void {
  if (unit === 2) {
    swapWords(bytes);
    return;
  }
  for (let at = 0; at + unit <= bytes.length; at += unit) {
    for (let low = at, high = at + unit - 1; low < high; low++, high--) {
      const kept = bytes[low] ?? 0;
      bytes[low] = bytes[high] ?? 0;
      bytes[high] = kept;
    }
  }
}

/** The usual case by itself: words of 16 bits, without an inner loop. */
function swapWords(bytes: Uint8Array): void {
  for (let at = 0; at + 2 <= bytes.length; at += 2) {
    const kept = bytes[at] ?? 0;
    bytes[at] = bytes[at + 1] ?? 0;
    bytes[at + 1] = kept;
  }
}

/**
 * Moves bits to the front: what starts at bit `bitOffset` starts at bit 0. Bit 0 is the least
 * significant one of the first byte, bit 8 that of the second (PS3.5 8.1.1). Bits behind the last
 * one are cleared.
 */
export function alignBits(bytes: Uint8Array, bitOffset: number, bitLength: number): Uint8Array {
  const length = Math.ceil(bitLength / 8);
  const out = new Uint8Array(length);
  const first = bitOffset >> 3;
  const shift = bitOffset & 7;
  if (shift === 0) out.set(bytes.subarray(first, first + length));
  else {
    for (let k = 0; k < length; k++) {
      const at = first + k;
      out[k] = ((bytes[at] ?? 0) >>> shift) | ((bytes[at + 1] ?? 0) << (8 - shift));
    }
  }
  const rest = bitLength % 8;
  if (rest > 0 && length > 0) out[length - 1] = (out[length - 1] ?? 0) & ((1 << rest) - 1);
  return out;
}

/** Eight pixels of every byte, so that unpacking is one copy a byte. */
let unpackedBytes: Uint8Array | undefined;

function unpackTable(): Uint8Array {
  if (unpackedBytes === undefined) {
    unpackedBytes = new Uint8Array(256 * 8);
    for (let k = 0; k < unpackedBytes.length; k++) unpackedBytes[k] = ((k >> 3) >> (k & 7)) & 1;
  }
  return unpackedBytes;
}

/** One byte of 0 or 1 for each of `count` bits, starting at bit `bitOffset` of the first byte. */
export function unpackBits(
  bytes: Uint8Array,
  bitOffset: number,
  count: number,
  into?: Uint8Array,
): Uint8Array {
  const out = into?.subarray(0, count) ?? new Uint8Array(count);
  let to = 0;
  let bit = bitOffset;
  for (; to < count && bit % 8 !== 0; bit++) out[to++] = ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1;
  let from = bit >> 3;
  const words = unpackTable();
  // Eight at a time: a table row is shorter than the call that would copy it, so it is written out.
  for (; to + 8 <= count; to += 8) {
    const row = (bytes[from++] ?? 0) * 8;
    out[to] = words[row] ?? 0;
    out[to + 1] = words[row + 1] ?? 0;
    out[to + 2] = words[row + 2] ?? 0;
    out[to + 3] = words[row + 3] ?? 0;
    out[to + 4] = words[row + 4] ?? 0;
    out[to + 5] = words[row + 5] ?? 0;
    out[to + 6] = words[row + 6] ?? 0;
    out[to + 7] = words[row + 7] ?? 0;
  }
  for (let k = 0; to < count; k++) out[to++] = ((bytes[from] ?? 0) >> k) & 1;
  return out;
}

/** Two 12-bit cells in three bytes, the first in the low bits (ACR-NEMA and PS3.5 before 2006). */
export function unpack12(bytes: Uint8Array, bitOffset: number, count: number): Uint8Array {
  const out = new Uint16Array(count);
  let bit = bitOffset;
  for (let k = 0; k < count; k++, bit += 12) {
    const at = bit >> 3;
    out[k] = (((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) >> (bit & 7)) & 0xfff;
  }
  return new Uint8Array(out.buffer);
}

/** Plane after plane becomes pixel after pixel (PS3.3 C.7.6.3.1.3), for cells of whole bytes. */
export function interleave(bytes: Uint8Array, samples: number, cellBytes: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const pixels = bytes.length / (samples * cellBytes);
  for (let sample = 0; sample < samples; sample++) {
    let from = sample * pixels * cellBytes;
    for (let pixel = 0; pixel < pixels; pixel++) {
      let to = (pixel * samples + sample) * cellBytes;
      for (let k = 0; k < cellBytes; k++) out[to++] = bytes[from++] ?? 0;
    }
  }
  return out;
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
): Uint8Array {
  const out = new Uint8Array(rows * columns * 3 * cellBytes);
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
  if (pixelRepresentation === 1) {
    for (let k = 0; k < data.length; k++) data[k] = ((data[k] ?? 0) << up) >> down;
  } else {
    for (let k = 0; k < data.length; k++) data[k] = ((data[k] ?? 0) << up) >>> down;
  }
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
