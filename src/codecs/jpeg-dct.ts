import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { codeStreamEndOf } from './code-stream-end.ts';
import type { CodecNote, DecodedFrame, DecodeOptions } from './codec.ts';
import { asCells, beyondStored, checkCodedPicture, codedPixel } from './coded-picture.ts';
import type { CodedPicture } from './coded-picture.ts';
import { jpegColour } from './jpeg-colour.ts';
import { jpegSegments, readJpegHeader } from './jpeg-header.ts';
import type { JpegHeader } from './jpeg-header.ts';

const SOF2 = 0xc2;
/** Baseline, extended and progressive: Huffman coding. */
const PROCESSES: readonly number[] = [0xc0, 0xc1, SOF2];
const SOS = 0xda;
/** Encoders write about ten; more than all coefficients of three components on their own. */
const MOST_SCANS = 200;
/** Start and end of the spectral selection, successive approximation (T.81 B.2.3). */
const SEQUENTIAL = [0, 63, 0];

/** A code stream of the discrete cosine transform that was held against the header of its file. */
export interface DctFrame {
  readonly header: JpegHeader;
  readonly picture: CodedPicture;
  /** From SOI to EOI; all there is of a code stream that is cut. */
  readonly bytes: Uint8Array;
  /** Of the samples that a decoder gives, side by side, each pixel with its own chroma. */
  readonly pixel: ImagePixel;
  readonly notes: readonly CodecNote[];
  /** Its end is not there, or cannot be found: of `lenient` alone. */
  readonly isCut: boolean;
}

/**
 * Holds a code stream of baseline, extended or progressive JPEG against the Image Pixel module, before
 * any memory is taken for it.
 *
 * @param bits - Of a sample: there are no others (T.81 table B.2).
 * @throws FramedexError `CODEC` where it is of another picture, or broken, or cut; with `lenient`, the
 * latter is tolerated.
 */
export function checkDctFrame(
  given: Uint8Array,
  pixel: ImagePixel,
  bits: 8 | 12,
  lenient: boolean | undefined,
): DctFrame {
  const header = readJpegHeader(given);
  if (header === undefined) throw broken('no frame header', 0);
  if (!PROCESSES.includes(header.process) || header.precision !== bits) {
    throw broken('another process, or samples of other bits', header.offset);
  }
  const { rows, columns, precision, components, offset } = header;
  const picture = { rows, columns, precision, components: components.length, offset };
  checkCodedPicture(picture, pixel);
  const end = codeStreamEndOf(given);
  const isCut = typeof end !== 'number';
  if (isCut && lenient !== true) throw broken('no end of the code stream', given.length);
  const bytes = isCut ? given : given.subarray(0, end);
  if (hasTooManyScans(bytes, header)) throw broken('too many scans', offset);
  if (!isCut && bytes.length * 8 < blocks(header)) throw broken('too few bytes', offset);
  const { photometricInterpretation, notes } = jpegColour(header, pixel);
  const scanNotes = repairFirstScan(bytes, header);
  return {
    header,
    bytes,
    pixel: { ...codedPixel(pixel, picture), photometricInterpretation },
    notes: [...notes, ...scanNotes],
    picture,
    isCut,
  };
}

/** A scan of progressive JPEG may be a few bytes, and decoding it a walk over all blocks. */
function hasTooManyScans(bytes: Uint8Array, { process }: JpegHeader): boolean {
  if (process !== SOF2) return false;
  let scans = 0;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === SOS && ++scans > MOST_SCANS) return true;
  }
  return false;
}

/**
 * A scan of sequential JPEG is of all coefficients, with all their bits: there is nothing else that its
 * header could mean, though some encoders leave zeros there, which libjpeg takes for a fault.
 */
function repairFirstScan(bytes: Uint8Array, { process }: JpegHeader): readonly CodecNote[] {
  if (process === SOF2) return [];
  for (const { marker, end } of jpegSegments(bytes)) {
    const selection = end - SEQUENTIAL.length;
    if (marker !== SOS || SEQUENTIAL.every((byte, k) => bytes[selection + k] === byte)) continue;
    bytes.set(SEQUENTIAL, selection);
    return [{ message: 'a scan of sequential JPEG that says that it is not of all coefficients' }];
  }
  return [];
}

/** Blocks of 8 x 8 samples, each of which takes a bit at least (T.81 F.1.2.1, G.1.2.1). */
function blocks({ rows, columns, components }: JpegHeader): number {
  const horizontal = Math.max(...components.map((component) => component.horizontal));
  const vertical = Math.max(...components.map((component) => component.vertical));
  return components.reduce((sum, component) => {
    const across = Math.ceil((columns * component.horizontal) / (8 * horizontal));
    return sum + across * Math.ceil((rows * component.vertical) / (8 * vertical));
  }, 0);
}

/**
 * What a decoder gave becomes the frame: as many samples as there must be, each within Bits Stored.
 *
 * @param fault - What the decoder found wrong with the coded data.
 * @throws FramedexError `CODEC` where there is a fault, unless `lenient`.
 */
export function dctResult(
  samples: Uint8Array | Uint16Array,
  frame: DctFrame,
  fault: Error | undefined,
  { into, lenient }: DecodeOptions,
): DecodedFrame {
  const { pixel, notes, header } = frame;
  if (fault !== undefined && lenient !== true) {
    throw broken('a fault in the coded data', header.offset, { cause: fault });
  }
  const expected = pixel.rows * pixel.columns * pixel.samplesPerPixel;
  if (samples.length !== expected) {
    throw broken(`${samples.length} samples instead of ${expected}`, header.offset);
  }
  const partial = fault !== undefined || frame.isCut;
  if (partial && header.process !== SOF2) clearMissing(samples, header.precision);
  const bytes = asCells(samples, pixel.bitsAllocated, into);
  const beyond = beyondStored(bytes, frame.picture, pixel, true);
  return { bytes, pixel, notes: [...notes, ...beyond], ...(partial && { partial }) };
}

/**
 * The rows that are not there become 0: of sequential JPEG, decoders give the middle of the range for
 * blocks that they have no data of. Every scan of progressive JPEG has something of all rows.
 */
function clearMissing(samples: Uint8Array | Uint16Array, precision: number): void {
  const middle = 2 ** (precision - 1);
  let end = samples.length;
  while (end > 0 && samples[end - 1] === middle) end--;
  samples.fill(0, end);
}

function broken(found: string, offset: number, options?: ErrorOptions): FramedexError {
  return new FramedexError('CODEC', 'broken JPEG', { offset, found }, options);
}
