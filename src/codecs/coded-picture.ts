import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { seenBits } from './seen-bits.ts';
import { CODE_STREAM_START, codeStreamFamily } from './code-stream-start.ts';
import { interleavedPixel } from './codec.ts';
import type { CodecNote } from './codec.ts';

/** What the header of a code stream says of its picture. */
export interface CodedPicture {
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  /** Bits of a sample. */
  readonly precision: number;
  /** Position, in the code stream, of the bytes that say so. */
  readonly offset: number;
}

const BITS_STORED = 0x00280101;

/**
 * Holds the header of a code stream against the Image Pixel module, before a decoder takes memory on
 * the word of either: a picture of another size is not this frame.
 *
 * @throws FramedexError `CODEC`.
 */
export function checkCodedPicture(coded: CodedPicture, pixel: ImagePixel): void {
  const { rows, columns, samplesPerPixel, bitsAllocated } = pixel;
  const { offset } = coded;
  if (
    coded.rows !== rows ||
    coded.columns !== columns ||
    coded.components !== samplesPerPixel ||
    coded.precision > bitsAllocated
  ) {
    throw new FramedexError('CODEC', 'the code stream is of another picture than the header', {
      offset,
      expected: pictureText({ ...pixel, components: samplesPerPixel, precision: bitsAllocated }),
      found: pictureText(coded),
    });
  }
}

function pictureText(picture: Omit<CodedPicture, 'offset'>): string {
  const { rows, columns, components, precision } = picture;
  return `${rows} rows, ${columns} columns, ${components} samples, ${precision} bits`;
}

/**
 * The description of what a decoder gives: samples side by side, the lowest bit of each the lowest of
 * its cell, wherever High Bit was before they were coded.
 */
export function codedPixel(pixel: ImagePixel, { precision }: CodedPicture): ImagePixel {
  const { bitsStored, highBit } = pixel;
  // A decoder gives the cells of more bits as they were.
  const kept = precision > bitsStored && highBit < precision;
  return { ...interleavedPixel(pixel), highBit: kept ? highBit : bitsStored - 1 };
}

/**
 * Of a code stream of more bits than are stored, as many encoders write it of whole cells (PS3.5 8.2):
 * what is beyond Bits Stored. That says nothing where it is zeros, or the sign. What is coded with a
 * loss overshoots at edges, and becomes the nearest value that there is: without their highest bits, the
 * lightest samples would be dark ones. Of two's complement, nobody can tell. What is coded without loss
 * is something else, which is not read.
 *
 * @param cells - Of `pixel`; changed where `isLossy`.
 */
export function beyondStored(
  cells: Uint8Array,
  { precision }: CodedPicture,
  pixel: ImagePixel,
  isLossy: boolean,
): readonly CodecNote[] {
  const { bitsAllocated, bitsStored, highBit, pixelRepresentation } = pixel;
  const bits = highBit + 1;
  if (precision <= bits) return [];
  const { buffer, byteOffset, length } = cells;
  const highest = 2 ** bits - 1;
  if (seenBits(cells, bitsAllocated / 8) <= highest) return [];
  const values = cellsOf(bitsAllocated, buffer, byteOffset, (length * 8) / bitsAllocated);
  if (pixelRepresentation === 1) {
    const [coded, kept] = [32 - precision, 32 - bits];
    if (!values.some((value) => (value << coded) >> coded !== (value << kept) >> kept)) return [];
  } else if (isLossy) {
    for (let k = 0; k < values.length; k++) if ((values[k] ?? 0) > highest) values[k] = highest;
    const message = `samples beyond the ${bitsStored} bits stored, as a loss makes them`;
    return [{ message, tag: BITS_STORED }];
  }
  const message = `samples of ${precision} bits in the code stream, ${bitsStored} stored`;
  return [{ message, tag: BITS_STORED }];
}

/**
 * Where a decoder gives the bits of a sample alone: no sign is coded, where its bit lies Bits Stored says,
 * and the precision says otherwise.
 */
export function signNotes({ precision }: CodedPicture, pixel: ImagePixel): readonly CodecNote[] {
  const { bitsStored, pixelRepresentation } = pixel;
  if (pixelRepresentation === 0 || precision >= bitsStored) return [];
  const message = `${precision} bits in the code stream, ${bitsStored} stored: a sign may be lost`;
  return [{ message, tag: BITS_STORED }];
}

/**
 * Behind its end, a code stream is padded, with whatever was left in the memory of its writer; but another
 * code stream is another picture, which nobody asked for.
 */
export function surplusNotes(bytes: Uint8Array, end: number): readonly CodecNote[] {
  // At the next even position, or right behind.
  for (const start of [end, end + 1]) {
    const family = codeStreamFamily(bytes.subarray(start, start + CODE_STREAM_START));
    if (family !== undefined && family !== 'rle') {
      return [{ message: 'another code stream behind the first, which alone is decoded' }];
    }
  }
  return [];
}

/**
 * Samples of one size as cells of another, `bitsAllocated` bits each, with zeros or the sign above.
 * They are put into `into` where that is given; otherwise cells of the right size stay where they are.
 */
export function asCells(
  samples: Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array,
  bitsAllocated: number,
  into: Uint8Array | undefined,
): Uint8Array {
  const given = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  if (samples.BYTES_PER_ELEMENT * 8 === bitsAllocated) {
    if (into === undefined) return given;
    into.set(given);
    return into.subarray(0, given.length);
  }
  const out = into ?? new Uint8Array((samples.length * bitsAllocated) / 8);
  const { buffer, byteOffset } = out;
  const { length } = samples;
  cellsOf(bitsAllocated, buffer, byteOffset, length).set(samples);
  return out.subarray(0, (length * bitsAllocated) / 8);
}

function cellsOf(
  bitsAllocated: number,
  buffer: ArrayBufferLike,
  at: number,
  length: number,
): Uint8Array | Uint16Array | Uint32Array {
  switch (bitsAllocated) {
    case 8:
      return new Uint8Array(buffer, at, length);
    case 16:
      return new Uint16Array(buffer, at, length);
    case 32:
      return new Uint32Array(buffer, at, length);
    default:
      throw new FramedexError('CODEC', 'samples of a code stream cannot be such cells', {
        expected: '8, 16 or 32 bits allocated',
        found: String(bitsAllocated),
      });
  }
}
