import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { codeStreamEndOf } from './code-stream-end.ts';
import type { CodecNote, CodecPlatform, DecodedFrame, DecodeOptions, Decoder } from './codec.ts';
import {
  asCells,
  beyondStored,
  checkCodedPicture,
  codedPixel,
  signNotes,
  surplusNotes,
} from './coded-picture.ts';
import type { CodedPicture } from './coded-picture.ts';
import type { CharlsModule } from './cornerstone-modules.ts';
import { readJpegHeader } from './jpeg-header.ts';
import { colourTransformOffset } from './jpeg-ls-transform.ts';
import { interleavePlanes, withoutLastLine } from './jpeg-ls-samples.ts';
import { charls } from './wasm/charls.ts';
import { wasmInstances } from './wasm-instances.ts';
import type { WasmInstances } from './wasm-instances.ts';

const SOF55 = 0xf7;
/** 2 to the highest order of run lengths, J[31] (T.87 A.2.1). */
const LONGEST_RUN = 2 ** 15;
const EOI = [0xff, 0xd9];

/** JPEG-LS, lossless and near-lossless (ISO/IEC 14495-1, PS3.5 A.4.3), by CharLS. */
export async function loadJpegLs(platform: CodecPlatform): Promise<Decoder> {
  const wasm = '@cornerstonejs/codec-charls/decodewasm';
  const instances = await wasmInstances(platform, charls, wasm, () => undefined);
  return {
    decode: (bytes, pixel, options) => decodeJpegLs(instances, bytes, pixel, options),
  };
}

/** What CharLS made of a code stream: all samples, or why not and those before. */
interface Outcome {
  /** Of 8 bits up to a precision of 8, else of 16. */
  readonly bytes: Uint8ClampedArray | Uint8Array;
  /** The components one after the other, each in a scan of its own (T.87 annex B). */
  readonly planar: boolean;
  /** Near-lossless. */
  readonly lossy: boolean;
  readonly fault: string | undefined;
}

async function decodeJpegLs(
  instances: WasmInstances<CharlsModule>,
  bytes: Uint8Array,
  pixel: ImagePixel,
  { into, lenient = false }: DecodeOptions,
): Promise<DecodedFrame> {
  const picture = readPicture(bytes);
  checkCodedPicture(picture, pixel);
  if (bytes.length * 8 < fewestBits(picture)) {
    throw broken(bytes.length, `${picture.rows} lines`, 'too few bytes');
  }
  const end = codeStreamEndOf(bytes);
  if (typeof end !== 'number' && !lenient) {
    throw broken(bytes.length, 'a whole code stream, up to its EOI', 'one that is cut or broken');
  }
  // Without its EOI, which it is given anew.
  const stream = typeof end === 'number' ? bytes.subarray(0, end - EOI.length) : bytes;
  const { outcome, notes } = await decodeTolerantly(instances, stream);
  const { fault, planar, lossy } = outcome;
  if (fault !== undefined && !lenient) throw broken(picture.offset, undefined, fault);
  const samples = samplesOf(outcome, picture);
  if (planar && picture.components > 1) checkUntransformed(bytes);
  // A few bits that are missing at the very end are zeros for CharLS, and no fault.
  const partial = fault !== undefined || typeof end !== 'number';
  if (partial) withoutLastLine(samples, picture, planar);
  const interleaved = planar ? interleavePlanes(samples, picture.components) : samples;
  const decoded = codedPixel(pixel, picture);
  const cells = asCells(interleaved, pixel.bitsAllocated, into);
  const beyond = beyondStored(cells, picture, decoded, lossy);
  const surplus = typeof end === 'number' ? surplusNotes(bytes, end) : [];
  return {
    bytes: cells,
    pixel: decoded,
    notes: [...beyond, ...signNotes(picture, pixel), ...notes, ...surplus],
    ...(partial && { partial }),
  };
}

/**
 * A bit is a run of {@link LONGEST_RUN} pixels at most, and ends with its line (T.87 A.7.1.2); where the
 * samples of a pixel are coded together, one is of all components.
 */
function fewestBits({ rows, columns }: CodedPicture): number {
  return rows * Math.ceil(columns / LONGEST_RUN);
}

function readPicture(bytes: Uint8Array): CodedPicture {
  const header = readJpegHeader(bytes);
  if (header?.process !== SOF55) {
    throw broken(header?.offset ?? 0, 'the frame header of JPEG-LS', 'another, or none');
  }
  return { ...header, components: header.components.length };
}

/**
 * CharLS undoes the colour transforms of Hewlett-Packard where the samples of a pixel are coded
 * together; of components in scans of their own it gives the differences.
 */
function checkUntransformed(bytes: Uint8Array): void {
  const offset = colourTransformOffset(bytes);
  if (offset === undefined) return;
  throw broken(offset, 'samples as they are', 'a colour transform of separate components');
}

/**
 * Some encoders put a zero before EOI, so that the length is even; CharLS takes it for data that
 * nothing asked for. Without it, that is a second try.
 */
async function decodeTolerantly(
  instances: WasmInstances<CharlsModule>,
  stream: Uint8Array,
): Promise<{ readonly outcome: Outcome; readonly notes: readonly CodecNote[] }> {
  const outcome = await decodeOnce(instances, stream);
  const length = lengthWithoutZeros(stream);
  if (outcome.fault === undefined || length === stream.length) return { outcome, notes: [] };
  const second = await decodeOnce(instances, stream.subarray(0, length));
  if (second.fault !== undefined) return { outcome, notes: [] };
  return { outcome: second, notes: [{ message: 'zeros between the coded data and EOI' }] };
}

function lengthWithoutZeros(stream: Uint8Array): number {
  let { length } = stream;
  while (length > 0 && stream[length - 1] === 0) length--;
  return length;
}

function decodeOnce(instances: WasmInstances<CharlsModule>, stream: Uint8Array): Promise<Outcome> {
  return instances.run((module, giveUp) => {
    const decoder = new module.JpegLSDecoder();
    const encoded = decoder.getEncodedBuffer(stream.length + EOI.length);
    encoded.set(stream);
    // Of data that ends without a marker, CharLS never sees the end.
    encoded.set(EOI, stream.length);
    try {
      decoder.decode();
    } catch (thrown) {
      giveUp();
      return {
        bytes: decoder.getDecodedBuffer(),
        planar: decoder.getInterleaveMode() === 0,
        lossy: decoder.getNearLossless() > 0,
        fault: faultText(module, thrown),
      };
    }
    const outcome = {
      bytes: decoder.getDecodedBuffer(),
      planar: decoder.getInterleaveMode() === 0,
      lossy: decoder.getNearLossless() > 0,
      fault: undefined,
    };
    decoder.delete();
    return outcome;
  });
}

/** A C++ exception comes as a pointer. */
function faultText(module: CharlsModule, thrown: unknown): string {
  return typeof thrown === 'number' ? module.getExceptionMessage(thrown) : String(thrown);
}

function samplesOf({ bytes, fault }: Outcome, picture: CodedPicture): Uint8Array | Uint16Array {
  const { rows, columns, components, precision, offset } = picture;
  const needed = rows * columns * components * (precision > 8 ? 2 : 1);
  if (bytes.length !== needed) {
    throw broken(offset, `${needed} bytes of samples`, fault ?? String(bytes.length));
  }
  const { buffer, byteOffset } = bytes;
  return precision > 8
    ? new Uint16Array(buffer, byteOffset, needed / 2)
    : new Uint8Array(buffer, byteOffset, needed);
}

function broken(offset: number, expected: string | undefined, found: string): FramedexError {
  return new FramedexError('CODEC', 'broken JPEG-LS', { offset, expected, found });
}
