import { hasResolutionLevels } from '../codecs/code-stream-kind.ts';
import { interleavedPixel } from '../codecs/codec.ts';
import type { DecodedFrame } from '../codecs/codec.ts';
import type { FrameDecoding } from '../codecs/frame-decoding.ts';
import type { Header } from '../dicom/header.ts';
import { isPacked422 } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Limits } from '../dicom/limits.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { swappedWord } from './byte-order.ts';
import { extractStoredValues } from './cells.ts';
import { checkCells, checkSize, decodeSamples, destination, isInPlace } from './decode.ts';
import type { SampleOptions } from './decode.ts';
import type { DisplayReader } from './display-reader.ts';
import { frameFault } from './frame-faults.ts';
import type { FrameFault } from './frame-faults.ts';
import { nativeRange, noPicture } from './frame-index.ts';
import type { LaidOutIndex, NativeLayout } from './frame-index.ts';
import type { Frame, Samples } from './frame.ts';
import { planesOfFrame, readOverlays } from './overlay-reader.ts';
import { readEncoded, readNative } from './read.ts';
import type { FrameRead, NativeBytes } from './read.ts';
import type { EarlyFrame } from './reduced-read.ts';

/** What reading frames needs to know of a file. */
export interface FrameParts {
  readonly header: Header;
  readonly codecs: FrameDecoding;
  readonly limits: Limits;
  readonly display: DisplayReader;
  /** Faults of code streams and overlays that were recorded. */
  readonly noted: Set<string>;
}

/** How one frame is read. */
export interface FrameOptions extends SampleOptions {
  /**
   * Where the samples go: any typed array, as long in bytes as the samples are and aligned to them.
   * `data` is then a view of the same memory, of the type that the samples have. What lies behind the
   * frame is left alone; what was in its place may be gone where the frame turns out to be broken.
   *
   * @throws FramedexError `USAGE`, with the bytes and the alignment that are needed.
   *
   * @example
   * ```ts
   * const volume = new Int16Array(512 * 512 * 200);
   * const slice = (i: number) => volume.subarray(i * 512 * 512, (i + 1) * 512 * 512);
   * for (let i = 0; i < 200; i++) await file.frame(i, { into: slice(i) });
   * ```
   */
  readonly into?: ArrayBufferView | undefined;
  /**
   * Resolution levels to leave out: each halves rows and columns, rounded up. JPEG 2000 and HTJ2K have
   * them; of what has fewer, or none, the frame is as small as it can be: its `rows` and `columns` tell.
   * Where the first bytes of a frame are enough for it, only those are read: that the frame is whole and
   * sound is then not known.
   */
  readonly reduce?: number | undefined;
  /**
   * Of a frame that is broken or cut, what can be decoded is given, `partial`, and 0 for the rest;
   * otherwise that is an error. Native, RLE, deflated, JPEG, JPEG Lossless, JPEG-LS and HTJ2K frames give what is in
   * front of the fault; of JPEG 2000, little can be had, of JPEG XL nothing.
   */
  readonly lenient?: boolean | undefined;
  /**
   * The overlay planes of the frame too (PS3.3 C.9.2): of Overlay Data the bits of this frame alone are
   * read, and bits beside the stored values, where native and RLE cells have overlays, come from the one
   * decoding. Planes are in memory of their own, one byte a pixel, also with `into` and `packed`; those of
   * a frame with `reduce` are whole, and say so in `reducedFrom`; in what a `lenient` frame lacks of its
   * cells, they are 0. A plane that cannot be read is an `OVERLAY` warning and left out; of a code stream
   * other than RLE, that is any plane that is said to be in the cells. Frames with overlays are not kept in
   * the cache.
   */
  readonly overlays?: boolean | undefined;
  /** How many more frames will be asked for soon, of this file or of others: several are worth starting workers. */
  readonly framesToCome?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The same, with the bytes of the caller's memory. */
interface ReadingOptions extends SampleOptions {
  readonly into: Uint8Array | undefined;
  readonly reduce: number | undefined;
  readonly lenient: boolean | undefined;
  readonly framesToCome: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly fault: FrameFault;
}

interface DecodedSamples {
  readonly data: Samples;
  readonly pixel: ImagePixel;
  readonly partial?: boolean | undefined;
}

/**
 * Reads and decodes frame `i`. Undefined where the index turned out wrong: it must be repaired, and
 * the frame be asked for again.
 */
export async function readFrame(
  parts: FrameParts,
  index: LaidOutIndex,
  i: number,
  options: FrameOptions,
): Promise<Frame | undefined> {
  index.ranges(i);
  const { layout, pixel } = index;
  if (layout.kind === 'none') throw layout.reason;
  if (index.strategy === 'video') throw noPicture(i, parts.header.name);
  if (layout.kind === 'native') checkCells(pixel);
  const { cells, packed, reduce, lenient, framesToCome, signal } = options;
  if (reduce !== undefined) checkLevels(reduce);
  // How small a reduced frame comes, its code stream alone knows.
  const into = options.into && destination(options.into, reduce ? undefined : pixel, options);
  const warnings: Warning[] = [];
  const fault = frameFault(parts.header.warnings, parts.noted, warnings);
  const planes = options.overlays === true ? planesOfFrame(parts, index, i, fault) : undefined;
  const inCells = planes?.some(({ bits }) => bits.kind === 'cells') === true;
  const wholeCells = inCells ? true : cells;
  const how = { cells: wholeCells, packed, reduce, lenient, framesToCome, signal, into, fault };
  const decoded =
    layout.kind === 'native'
      ? await nativeSamples(parts, layout, pixel, i, how)
      : await encodedSamples(parts, index, i, how);
  if (decoded === undefined) return undefined;
  if (decoded.partial === true) {
    const message = 'a frame that is cut or broken: what could not be decoded of it is 0';
    tellNotes(fault, [{ message }], index, i);
  }
  const overlays = planes && (await readOverlays(parts, planes, decoded, pixel, fault, signal));
  // The overlays are out of them.
  if (inCells && cells !== true) extractStoredValues(decoded.data, decoded.pixel);
  const shown = await parts.display(i);
  warnings.push(...shown.warnings);
  return {
    index: i,
    ...shapeOf(decoded.pixel, options),
    display: shown.attributes,
    data: decoded.data,
    ...(overlays !== undefined && { overlays }),
    ...(decoded.partial === true && { partial: true }),
    ...(warnings.length > 0 && { warnings }),
    ...((cells === true || (packed === true && pixel.bitsAllocated === 1)) && { cells: true }),
  };
}

/** The pixel module as the samples have it, after the codec. */
function shapeOf(
  pixel: ImagePixel,
  { cells }: SampleOptions,
): Pick<
  Frame,
  'rows' | 'columns' | 'samplesPerPixel' | 'bitsStored' | 'photometricInterpretation'
> {
  const { rows, columns, samplesPerPixel, bitsStored } = pixel;
  const upsampled = isPacked422(pixel) && cells !== true;
  const { photometricInterpretation } = upsampled ? interleavedPixel(pixel) : pixel;
  return { rows, columns, samplesPerPixel, bitsStored, photometricInterpretation };
}

function checkLevels(reduce: number): void {
  if (Number.isInteger(reduce) && reduce >= 0) return;
  throw new FramedexError('USAGE', '`reduce` is no number of resolution levels', {
    expected: 'a whole number, 0 or more',
    found: String(reduce),
  });
}

async function nativeSamples(
  { header, limits }: FrameParts,
  layout: NativeLayout,
  pixel: ImagePixel,
  i: number,
  options: ReadingOptions,
): Promise<DecodedSamples> {
  const { signal, into, lenient } = options;
  const { maxFrameBytes } = limits;
  const swap = swappedWord(header, pixel);
  const direct = isInPlace(pixel, options) ? into : undefined;
  const firstBit = i * layout.frameBits;
  const oddWord = swap > 1 && (layout.frameBits % (8 * swap) !== 0 || firstBit % (8 * swap) !== 0);
  const read = { signal, maxFrameBytes, lenient, into: oddWord ? undefined : direct };
  const { offset, length } = nativeRange(layout, i);
  // That a frame is not there says more than that it is too long; the read finds that out.
  if (offset + length <= layout.end) checkSize(pixel, options, maxFrameBytes);
  const native = await readNative(header.source, layout, i, oddWord ? swap : 1, read);
  const { available } = native;
  if (available !== undefined) clearBehind(native, available, pixel);
  const data = decodeSamples({ ...native, swap }, pixel, options, into);
  return { data, pixel, partial: available !== undefined };
}

/** Half a cell is no value: of the cells that are not there as a whole, all bits become 0. */
function clearBehind(
  { bytes, bitOffset }: NativeBytes,
  available: number,
  { bitsAllocated }: ImagePixel,
): void {
  const cells = Math.floor((available * 8 - bitOffset) / bitsAllocated);
  const bit = bitOffset + cells * bitsAllocated;
  const at = Math.floor(bit / 8);
  // The lower bits of a byte are those of the cell before.
  bytes[at] = (bytes[at] ?? 0) & ((1 << (bit % 8)) - 1);
  bytes.fill(0, at + 1);
}

async function encodedSamples(
  parts: FrameParts,
  index: LaidOutIndex,
  i: number,
  options: ReadingOptions,
): Promise<DecodedSamples | undefined> {
  const { header, limits } = parts;
  const { signal, into, reduce, lenient, framesToCome } = options;
  checkSize(index.pixel, options, limits.maxFrameBytes);
  const read = { signal, lenient, maxFrameBytes: limits.maxFrameBytes };
  const { codecs } = parts;
  const early = await earlyFrame(parts, index, i, options, read);
  const rest = early?.header ?? header;
  const bytes = early?.decoded?.bytes ?? (await readEncoded(rest, index, i, read));
  if (bytes === undefined) return undefined;
  // A codec gives its samples side by side: its bytes are the samples where no bit is to be moved.
  const direct = !reduce && isInPlace(interleavedPixel(index.pixel), options) ? into : undefined;
  const transferSyntax = header.transferSyntax.uid;
  const job = { transferSyntax, bytes, pixel: index.pixel, into: direct, reduce, lenient };
  try {
    const decoded = early?.decoded ?? (await codecs.decode(job, { signal, framesToCome }));
    signal?.throwIfAborted();
    const { bytes: cells, pixel, partial } = decoded;
    const place = into && destination(into, pixel, options);
    const frame = { bytes: cells, bitOffset: 0, swap: 1 } as const;
    tellNotes(options.fault, decoded.notes, index, i);
    return { data: decodeSamples(frame, pixel, options, place), pixel, partial };
  } catch (error) {
    throw isFramedexError(error) ? ofFrame(error, index, i, header) : error;
  }
}

/** What its first bytes give, where they may be enough: what looks into them is loaded for these alone. */
async function earlyFrame(
  { codecs, header }: FrameParts,
  index: LaidOutIndex,
  i: number,
  { reduce, framesToCome }: ReadingOptions,
  read: FrameRead,
): Promise<EarlyFrame | undefined> {
  if (!reduce || !hasResolutionLevels(header.transferSyntax.uid)) return undefined;
  const { decodePrefix } = await import('./reduced-read.ts');
  try {
    return await decodePrefix(codecs, header, index, i, reduce, { ...read, framesToCome });
  } catch (error) {
    throw isFramedexError(error) ? ofFrame(error, index, i, header) : error;
  }
}

function tellNotes(
  fault: FrameFault,
  notes: DecodedFrame['notes'],
  index: LaidOutIndex,
  i: number,
): void {
  const offset = index.ranges(i)[0]?.offset ?? 0;
  for (const { message, tag } of notes ?? []) fault('CODE_STREAM', message, { offset, tag });
}

/** What went wrong in a code stream, told of the file and of the frame. */
function ofFrame(
  error: FramedexError,
  index: LaidOutIndex,
  i: number,
  { name, transferSyntax }: Header,
): FramedexError {
  const { code, details } = error;
  const offset = (index.ranges(i)[0]?.offset ?? 0) + (details.offset ?? 0);
  const told = { ...details, name, offset };
  switch (code) {
    case 'CODEC':
      return new FramedexError(code, `frame ${i} is broken`, told, { cause: error });
    case 'CODEC_TIMEOUT':
      return new FramedexError(code, `frame ${i} takes too long`, told, { cause: error });
    case 'UNSUPPORTED_TRANSFER_SYNTAX': {
      const summary = `no codec decodes ${transferSyntax.name} (${transferSyntax.uid})`;
      return new FramedexError(code, summary, told, { cause: error });
    }
    default:
      return error;
  }
}
