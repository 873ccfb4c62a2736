import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { codeStreamEndOf } from './code-stream-end.ts';
import type { CodecNote, DecodedFrame, DecodeOptions } from './codec.ts';
import {
  asCells,
  beyondStored,
  checkCodedPicture,
  codedPixel,
  signNotes,
  surplusNotes,
} from './coded-picture.ts';
import type { CodedPicture } from './coded-picture.ts';
import { jpegColour } from './jpeg-colour.ts';
import { codedDataEnd, jpegSegments, jpegSegmentsOfScans, readJpegHeader } from './jpeg-header.ts';
import type { JpegHeader } from './jpeg-header.ts';

const SOF2 = 0xc2;
/** Baseline, extended and progressive: Huffman coding. */
const PROCESSES: readonly number[] = [0xc0, 0xc1, SOF2];
/** From here on, processes are of arithmetic coding (T.81 table B.1). */
const SOF9 = 0xc9;
const SOS = 0xda;
const EOI = [0xff, 0xd9];
/** Encoders write about ten; more than all coefficients of three components on their own. */
const MOST_SCANS = 200;
/** Start and end of the spectral selection, successive approximation (T.81 B.2.3). */
const SEQUENTIAL = [0, 63, 0];
const COEFFICIENTS = 64;

/** A code stream of the discrete cosine transform that was held against the header of its file. */
export interface DctFrame {
  readonly header: JpegHeader;
  readonly picture: CodedPicture;
  /** From SOI to EOI; all there is of a code stream that is cut. */
  readonly bytes: Uint8Array;
  /** Of the samples that a decoder gives, side by side, each pixel with its own chroma. */
  readonly pixel: ImagePixel;
  readonly notes: readonly CodecNote[];
  readonly missing: Missing;
}

/**
 * What a code stream lacks:
 *
 * - `eoi`: maybe its EOI alone. There is one now in `bytes`, and a decoder finds no fault where all of the
 *   coded data is there. Of sequential JPEG alone: scans of progressive JPEG may lack without a fault.
 * - `end`: its end, or it cannot be found. Of `lenient` alone.
 * - `scans`: some of them.
 */
export type Missing = 'eoi' | 'end' | 'scans' | undefined;

/** What a decoder made of a code stream. */
export interface DctOutcome {
  /** All of them; where there is a fault, those behind it are nothing. */
  readonly samples: Uint8Array | Uint16Array;
  /** What it found wrong with the coded data. */
  readonly fault: Error | undefined;
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
  checkSupported(header, bits);
  const { rows, columns, precision, components, offset } = header;
  const picture = { rows, columns, precision, components: components.length, offset };
  checkCodedPicture(picture, pixel);
  const end = codeStreamEndOf(given);
  const isWhole = typeof end === 'number';
  const missing = missingOf(given, header, isWhole);
  if (missing === 'end' && lenient !== true) {
    throw broken('no end of the code stream', given.length);
  }
  const bytes = isWhole ? given.subarray(0, end) : given;
  if (hasTooManyScans(bytes, header)) throw broken('too many scans', offset);
  if ((isWhole || lenient !== true) && bytes.length * 8 < blocks(header)) {
    throw broken('too few bytes', offset);
  }
  const { photometricInterpretation, notes } = jpegColour(header, pixel);
  const scanNotes = repairFirstScan(bytes, header);
  const surplus = isWhole ? surplusNotes(given, end) : [];
  return {
    header,
    bytes: missing === 'eoi' ? withEoi(bytes) : bytes,
    pixel: { ...codedPixel(pixel, picture), photometricInterpretation },
    notes: [...notes, ...scanNotes, ...signNotes(picture, pixel), ...surplus],
    picture,
    missing,
  };
}

/** @throws FramedexError `CODEC`, which says what it is that nothing here decodes. */
function checkSupported({ process, precision, rows, offset }: JpegHeader, bits: 8 | 12): void {
  if (!PROCESSES.includes(process)) {
    const coding = process >= SOF9 ? 'arithmetic coding' : 'another process';
    throw unsupportedJpeg(coding, 'Huffman coding of a discrete cosine transform', offset);
  }
  if (precision !== bits) {
    throw unsupportedJpeg(`samples of ${precision} bits`, 'samples of 8 or 12 bits', offset);
  }
  if (rows === 0) {
    const expected = 'the number of lines in the frame header';
    throw unsupportedJpeg('a number of lines behind the first scan (DNL)', expected, offset);
  }
}

function missingOf(bytes: Uint8Array, header: JpegHeader, hasEnd: boolean): Missing {
  const lacksScans = hasMissingScans(bytes, header);
  if (hasEnd) return lacksScans ? 'scans' : undefined;
  return header.process === SOF2 || lacksScans || !endsInScan(bytes) ? 'end' : 'eoi';
}

/** Whether a scan, and its coded data, are the last that is there. */
function endsInScan(bytes: Uint8Array): boolean {
  let data: number | undefined;
  for (const { marker, end } of jpegSegmentsOfScans(bytes)) {
    data = marker === SOS ? end : undefined;
  }
  return data !== undefined && codedDataEnd(bytes, data) === bytes.length;
}

/**
 * Whether there are coefficients of a component that no scan has, or not all of their bits: decoders
 * take zeros for them, and find no fault. Progressive JPEG is a picture without its last scans, too.
 */
function hasMissingScans(bytes: Uint8Array, { process, components }: JpegHeader): boolean {
  // By component and coefficient: the lowest bit that came.
  const lowest = components.map(() => new Uint8Array(COEFFICIENTS).fill(0xff));
  for (const { marker, offset, end } of jpegSegmentsOfScans(bytes)) {
    if (marker !== SOS) continue;
    const count = bytes[offset + 4] ?? 0;
    const written = bytes.subarray(end - SEQUENTIAL.length, end);
    const [first = 0, last = 0, bits = 0] = process === SOF2 ? written : SEQUENTIAL;
    for (let k = 0; k < count; k++) {
      const id = bytes[offset + 5 + 2 * k];
      // Identifiers may be the same for all.
      const place =
        count === components.length ? k : components.findIndex((component) => component.id === id);
      lowest[place]?.fill(bits & 15, first, last + 1);
    }
  }
  return lowest.some((bits) => bits.some((bit) => bit > 0));
}

function withEoi(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + EOI.length);
  out.set(bytes);
  out.set(EOI, bytes.length);
  return out;
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
 * Decodes what {@link checkDctFrame} gave: as many samples as there must be, each within Bits Stored.
 *
 * @param decode - Decodes a code stream; of one that it finds a fault in, it may be asked again.
 * @throws FramedexError `CODEC` where there is a fault, unless `lenient`.
 */
export async function decodeDct(
  frame: DctFrame,
  decode: (bytes: Uint8Array) => Promise<DctOutcome>,
  { into, lenient = false }: DecodeOptions,
): Promise<DecodedFrame> {
  const { pixel, header, missing } = frame;
  const { outcome, notes } = await decodeTolerantly(frame.bytes, decode);
  const { samples, fault } = outcome;
  if (fault !== undefined && !lenient) {
    const found = missing === 'eoi' ? 'no end of the code stream' : 'a fault in the coded data';
    const offset = missing === 'eoi' ? frame.bytes.length - EOI.length : header.offset;
    throw broken(found, offset, { cause: fault });
  }
  const expected = pixel.rows * pixel.columns * pixel.samplesPerPixel;
  if (samples.length !== expected) {
    throw broken(`${samples.length} samples instead of ${expected}`, header.offset);
  }
  const isCut = fault !== undefined || missing === 'end';
  if (isCut && header.process !== SOF2) clearMissing(samples, header);
  const partial = isCut || (lenient && missing === 'scans');
  const bytes = asCells(samples, pixel.bitsAllocated, into);
  const beyond = beyondStored(bytes, frame.picture, pixel, true);
  return {
    bytes,
    pixel,
    notes: [...frame.notes, ...beyond, ...notes, ...missingNotes(missing, isCut)],
    ...(partial && { partial }),
  };
}

/**
 * Some writers put zeros before EOI, so that the length is even; libjpeg takes them for a fault. Without
 * them, that is a second try.
 */
async function decodeTolerantly(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => Promise<DctOutcome>,
): Promise<{ readonly outcome: DctOutcome; readonly notes: readonly CodecNote[] }> {
  const outcome = await decode(bytes);
  const end = bytes.length - EOI.length;
  let length = end;
  while (length > 0 && bytes[length - 1] === 0) length--;
  // That zero is stuffed.
  if (bytes[length - 1] === 0xff && length < end) length++;
  const endsWithEoi = EOI.every((byte, k) => bytes[end + k] === byte);
  if (outcome.fault === undefined || length === end || !endsWithEoi) return { outcome, notes: [] };
  const second = await decode(withEoi(bytes.subarray(0, length)));
  if (second.fault !== undefined) return { outcome, notes: [] };
  return { outcome: second, notes: [{ message: 'zeros between the coded data and EOI' }] };
}

function missingNotes(missing: Missing, isCut: boolean): readonly CodecNote[] {
  if (missing === 'scans') return [{ message: 'scans are missing' }];
  if (missing === 'eoi' && !isCut) return [{ message: 'no EOI behind the coded data' }];
  return [];
}

/**
 * The rows that are not there become 0: of sequential JPEG, decoders give the middle of the range for
 * blocks that they have no data of. So do all rows of the last MCUs that are there, of which one was
 * decoded from what is no data. Where MCUs share chroma, each reaches into the rows above and below.
 */
function clearMissing(samples: Uint8Array | Uint16Array, header: JpegHeader): void {
  const { precision, columns, components } = header;
  const middle = 2 ** (precision - 1);
  const vertical =
    components.length === 1 ? 1 : Math.max(...components.map((component) => component.vertical));
  const row = columns * components.length;
  const reach = vertical > 1 ? row : 0;
  let last = samples.length - 1;
  while (last >= 0 && samples[last] === middle) last--;
  last = Math.max(0, last - reach);
  const start = last - (last % (row * 8 * vertical));
  samples.fill(0, Math.max(0, start - reach));
}

/** The error `CODEC` of a code stream that is as it may be (T.81), and that no decoder here knows. */
export function unsupportedJpeg(found: string, expected: string, offset: number): FramedexError {
  return new FramedexError('CODEC', 'unsupported JPEG', { offset, expected, found });
}

function broken(found: string, offset: number, options?: ErrorOptions): FramedexError {
  return new FramedexError('CODEC', 'broken JPEG', { offset, found }, options);
}
