import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { interleavedPixel } from './codec.ts';
import type { CodecNote, DecodedFrame, DecodeOptions, Decoder } from './codec.ts';

/** The header: the number of segments and 15 offsets, 32 bits each (PS3.5 G.5). */
const HEADER_BYTES = 64;
const MOST_SEGMENTS = 15;
/** Two bytes stand for 128 at most (PS3.5 G.3.1). */
const GREATEST_RATIO = 64;
/** The control byte -128 (PS3.5 G.3.1). */
const NO_OPERATION = 128;
const SHORT_RUN = 32;
/** Pixels whose bytes are all put in place before those of the next: few enough to stay in the cache. */
const BLOCK = 16 * 1024;

/** RLE Lossless (PS3.5 annex G): PackBits, one segment for each byte of a pixel. */
export const rleDecoder: Decoder = { decode: decodeRle };

/** One segment, and how far it is decoded. */
interface Segment {
  readonly start: number;
  readonly end: number;
  /** The next byte to look at. */
  at: number;
  /** Of the output, the place of its first byte, of its next, and behind its last. */
  readonly first: number;
  to: number;
  readonly stop: number;
  /** A run went on beyond the last pixel. */
  clipped: boolean;
}

/**
 * Undoes RLE. Segments come with the most significant byte of the first sample first (PS3.5 G.2);
 * each goes straight to its place among the little-endian, interleaved cells. What a segment has too
 * much is left out and noted, but for the byte that makes its length even (PS3.5 G.3.1). With
 * `lenient`, samples of which a byte is missing are 0.
 *
 * @throws FramedexError `CODEC` for segments that are not what `pixel` needs, or too short.
 */
export function decodeRle(
  bytes: Uint8Array,
  pixel: ImagePixel,
  { into, lenient = false }: DecodeOptions = {},
): DecodedFrame {
  const { rows, columns, samplesPerPixel, bitsAllocated } = pixel;
  const bitmap = bitsAllocated === 1 && samplesPerPixel === 1;
  const cellBytes = bitmap ? 1 : bitsAllocated / 8;
  if (!Number.isInteger(cellBytes)) {
    throw fault(`${bitsAllocated} bits allocated`, 'whole bytes, or one sample of 1 bit', 0);
  }
  // One bit a pixel is packed before it is encoded, eight pixels to the byte (PS3.5 8.1.1).
  const count = bitmap ? Math.ceil((rows * columns) / 8) : rows * columns;
  const step = samplesPerPixel * cellBytes;
  const offsets = segmentOffsets(bytes, step, lenient);
  const length = count * step;
  // Before memory is taken on the word of Rows and Columns.
  if (length > bytes.length * GREATEST_RATIO) {
    throw fault(`${bytes.length} bytes`, `enough for a frame of ${length}`, 0);
  }
  const out = into?.subarray(0, length) ?? new Uint8Array(length);
  const segments = offsets.map((start, k): Segment => {
    const end = offsets[k + 1] ?? bytes.length;
    const sample = Math.floor(k / cellBytes);
    const first = sample * cellBytes + (cellBytes - 1 - (k % cellBytes));
    return { start, end, at: start, first, to: first, stop: first + length, clipped: false };
  });
  for (let block = BLOCK; block < count + BLOCK; block += BLOCK) {
    for (const segment of segments) decodeRuns(bytes, segment, block * step, out, step);
  }
  const decoded = { bytes: out, pixel: interleavedPixel(pixel), notes: surplusNotes(segments) };
  const short = segments.find(({ to, stop }) => to < stop);
  if (short === undefined) return decoded;
  if (!lenient) {
    const { first, to, start } = short;
    throw fault(`${(to - first) / step} bytes`, `a segment of ${count}`, start);
  }
  for (let sample = 0; sample < step; sample += cellBytes) {
    clearIncomplete(segments.slice(sample, sample + cellBytes), out, sample, step);
  }
  return { ...decoded, partial: true };
}

/** Of one sample, the cells that not all segments have a byte for: `sample` is the place of the first. */
function clearIncomplete(
  segments: readonly Segment[],
  out: Uint8Array,
  sample: number,
  step: number,
): void {
  const complete = Math.min(...segments.map(({ first, to }) => to - first));
  for (let at = sample + complete; at < out.length; at += step) {
    out.fill(0, at, at + segments.length);
  }
}

/** Where the segments start; checked against the bytes there are, unless a part of them will do. */
function segmentOffsets(bytes: Uint8Array, segments: number, lenient: boolean): number[] {
  if (bytes.length < HEADER_BYTES) throw fault(`${bytes.length} bytes`, 'an RLE header of 64', 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = view.getUint32(0, true);
  if (count !== segments || count > MOST_SEGMENTS) {
    throw fault(`${count} segments`, String(segments), 0);
  }
  const offsets: number[] = [];
  for (let k = 0; k < count; k++) {
    const written = view.getUint32(4 + 4 * k, true);
    const offset = lenient ? Math.min(written, bytes.length) : written;
    if (offset < (offsets[k - 1] ?? HEADER_BYTES) || offset > bytes.length) {
      throw fault(`segment ${k} at ${offset}`, 'ascending offsets inside the frame', 4 + 4 * k);
    }
    offsets.push(offset);
  }
  return offsets;
}

/**
 * Decodes PackBits (PS3.5 G.3.2) into every `step`-th byte, run by run, until one reaches the pixel at
 * `limit`, counted in bytes.
 */
function decodeRuns(
  bytes: Uint8Array,
  segment: Segment,
  limit: number,
  out: Uint8Array,
  step: number,
): void {
  const { end, stop } = segment;
  let { at, to } = segment;
  const least = Math.min(stop, limit);
  while (to < least && at < end) {
    const control = bytes[at++] ?? NO_OPERATION;
    if (control < NO_OPERATION) {
      const literals = Math.min(control + 1, end - at);
      let last = to + literals * step;
      if (last > stop) last = clip(segment);
      for (let from = at; to < last; to += step) out[to] = bytes[from++] ?? 0;
      at += literals;
    } else if (control > NO_OPERATION) {
      if (at >= end) break;
      const value = bytes[at++] ?? 0;
      let last = to + (257 - control) * step;
      if (last > stop) last = clip(segment);
      // For a few bytes, a loop is faster than the call.
      if (step === 1 && last - to > SHORT_RUN) {
        out.fill(value, to, last);
        to = last;
      } else {
        for (; to < last; to += step) out[to] = value;
      }
    }
  }
  segment.at = at;
  segment.to = to;
}

function clip(segment: Segment): number {
  segment.clipped = true;
  return segment.stop;
}

function surplusNotes(segments: readonly Segment[]): readonly CodecNote[] {
  const surplus = segments.some(
    ({ clipped, at, to, stop, end }) => clipped || (to >= stop && end - at > 1),
  );
  return surplus ? [{ message: 'a segment of RLE goes on behind the last pixel' }] : [];
}

function fault(found: string, expected: string, offset: number): FramedexError {
  return new FramedexError('CODEC', 'broken RLE', { offset, expected, found });
}
