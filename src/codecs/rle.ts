import type { ImagePixel } from '../dicom/image-pixel.ts';
import { RLE_LOSSLESS } from '../dicom/transfer-syntax.ts';
import { FramedexError } from '../errors.ts';
import { interleavedPixel } from './codec.ts';
import type { Codec, DecodedFrame, DecodeOptions } from './codec.ts';

/** The header: the number of segments and 15 offsets, 32 bits each (PS3.5 G.5). */
const HEADER_BYTES = 64;
const MOST_SEGMENTS = 15;
/** Two bytes stand for 128 at most (PS3.5 G.3.1). */
const GREATEST_RATIO = 64;
/** The control byte -128 (PS3.5 G.3.1). */
const NO_OPERATION = 128;
const SHORT_RUN = 32;

/** RLE Lossless (PS3.5 annex G): PackBits, one segment for each byte of a pixel. */
export const rleCodec: Codec = {
  name: 'rle',
  transferSyntaxes: [RLE_LOSSLESS],
  codeStreams: ['rle'],
  load: () => Promise.resolve({ decode: decodeRle }),
};

/**
 * Undoes RLE. Segments come with the most significant byte of the first sample first (PS3.5 G.2);
 * each goes straight to its place among the little-endian, interleaved cells.
 *
 * @throws FramedexError `CODEC` for segments that are not what `pixel` needs, or too short.
 */
export function decodeRle(
  bytes: Uint8Array,
  pixel: ImagePixel,
  { into }: DecodeOptions = {},
): DecodedFrame {
  const { rows, columns, samplesPerPixel, bitsAllocated } = pixel;
  const bitmap = bitsAllocated === 1 && samplesPerPixel === 1;
  const cellBytes = bitmap ? 1 : bitsAllocated / 8;
  if (!Number.isInteger(cellBytes)) {
    throw fault(`${bitsAllocated} bits allocated`, 'whole bytes, or one sample of 1 bit', 0);
  }
  // One bit a pixel is packed before it is encoded, eight pixels to the byte (PS3.5 8.1.1).
  const segmentBytes = bitmap ? Math.ceil((rows * columns) / 8) : rows * columns;
  const planes = samplesPerPixel * cellBytes;
  const offsets = segmentOffsets(bytes, planes);
  const length = segmentBytes * planes;
  // Before memory is taken on the word of Rows and Columns.
  if (length > bytes.length * GREATEST_RATIO) {
    throw fault(`${bytes.length} bytes`, `enough for a frame of ${length}`, 0);
  }
  const out = into?.subarray(0, length) ?? new Uint8Array(length);
  for (let segment = 0; segment < planes; segment++) {
    const sample = Math.floor(segment / cellBytes);
    const place = sample * cellBytes + (cellBytes - 1 - (segment % cellBytes));
    const start = offsets[segment] ?? 0;
    const end = offsets[segment + 1] ?? bytes.length;
    decodeSegment(bytes, start, end, out, place, planes, segmentBytes);
  }
  return { bytes: out, pixel: interleavedPixel(pixel) };
}

/** Where the segments start, and where the last one ends; checked against the bytes there are. */
function segmentOffsets(bytes: Uint8Array, planes: number): number[] {
  if (bytes.length < HEADER_BYTES) throw fault(`${bytes.length} bytes`, 'an RLE header of 64', 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint32(0, true);
  if (count !== planes || count > MOST_SEGMENTS) {
    throw fault(`${count} segments`, String(planes), 0);
  }
  const offsets: number[] = [];
  for (let k = 0; k < count; k++) {
    const offset = view.getUint32(4 + 4 * k, true);
    if (offset < (offsets[k - 1] ?? HEADER_BYTES) || offset > bytes.length) {
      throw fault(`segment ${k} at ${offset}`, 'ascending offsets inside the frame', 4 + 4 * k);
    }
    offsets.push(offset);
  }
  offsets.push(bytes.length);
  return offsets;
}

/**
 * Decodes one PackBits segment (PS3.5 G.3.2) into every `step`-th byte from `place` on. A segment
 * that is too short for its frame is an error; what is left over is padding (PS3.5 G.3.1).
 */
function decodeSegment(
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  place: number,
  step: number,
  count: number,
): void {
  let at = start;
  let to = place;
  const stop = place + count * step;
  while (to < stop && at < end) {
    const control = bytes[at++] ?? NO_OPERATION;
    if (control < NO_OPERATION) {
      const literals = Math.min(control + 1, end - at);
      const last = Math.min(stop, to + literals * step);
      for (let from = at; to < last; to += step) out[to] = bytes[from++] ?? 0;
      at += literals;
    } else if (control > NO_OPERATION) {
      if (at >= end) break;
      const value = bytes[at++] ?? 0;
      const last = Math.min(stop, to + (257 - control) * step);
      // For a few bytes, a loop is faster than the call.
      if (step === 1 && last - to > SHORT_RUN) {
        out.fill(value, to, last);
        to = last;
      } else {
        for (; to < last; to += step) out[to] = value;
      }
    }
  }
  if (to < stop) {
    throw fault(`${(to - place) / step} bytes`, `a segment of ${count}`, start);
  }
}

function fault(found: string, expected: string, offset: number): FramedexError {
  return new FramedexError('CODEC', 'broken RLE', { offset, expected, found });
}
