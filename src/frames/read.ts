import type { ReadOptions, Source } from '../bytes/source.ts';
import { CODE_STREAM_START } from '../codecs/code-stream-start.ts';
import { ITEM, SEQUENCE_DELIMITATION } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { endsWithin, isWholeFrame, startsFrame } from './frame-evidence.ts';
import { lostFrame, nativeRange, tableRange } from './frame-index.ts';
import type { FrameRange, LaidOutIndex, NativeLayout, TableLayout } from './frame-index.ts';
import { ITEM_HEADER, itemHeader } from './item-walk.ts';

/** What reading a frame may do, so that no length of a file is allocated on its word. */
export interface FrameRead extends ReadOptions {
  readonly maxFrameBytes: number;
  /** Of a frame that is cut, what exists is given. */
  readonly lenient?: boolean | undefined;
}

/** Bytes of a native frame. */
export interface NativeBytes {
  readonly bytes: Uint8Array;
  readonly bitOffset: number;
  /** Of a frame that is cut, and was read `lenient`: how many bytes exist. Those behind are 0. */
  readonly available?: number | undefined;
}

/**
 * The bytes of native frame `i`, in memory of the caller's own, in one read: the range that
 * {@link nativeRange} gives, widened to whole words of `word` bytes where the file swaps words.
 *
 * @throws FramedexError `FRAME_TRUNCATED` unless every one of them exists.
 */
export async function readNative(
  source: Source,
  layout: NativeLayout,
  i: number,
  word: number,
  options: FrameRead,
): Promise<NativeBytes> {
  const { offset, length, bitOffset = 0 } = nativeRange(layout, i);
  const before = (offset - layout.offset) % word;
  const whole = Math.ceil((before + length) / word) * word;
  const from = offset - before;
  const available = Math.floor((layout.end - from) / word) * word;
  if (from + whole > layout.end && options.lenient === true && available > 0) {
    checkLimit(source, length, options);
    const bytes = options.into?.subarray(0, whole).fill(0) ?? memory(source, whole);
    await readOwned(source, i, from, available, { ...options, into: bytes });
    return { bytes, bitOffset: bitOffset + 8 * before, available };
  }
  // Of a swapped word that is cut, the byte that is missing is the one that comes first.
  if (from + whole > layout.end) {
    throw truncated(source, i, from, whole, layout.end - from);
  }
  checkLimit(source, length, options);
  const bytes = await readOwned(source, i, from, whole, options);
  return { bytes, bitOffset: bitOffset + 8 * before };
}

/**
 * The bytes of encapsulated frame `i`, fragments joined, in one read. Undefined where they show that the
 * index is wrong: then all items must be looked at first.
 *
 * @throws FramedexError `FRAME_TRUNCATED` unless all its fragments exist as a whole; `FRAME_AMBIGUOUS`
 * where what was inferred to be a frame is none.
 */
export async function readEncoded(
  header: Header,
  index: LaidOutIndex,
  i: number,
  options: FrameRead,
): Promise<Uint8Array | undefined> {
  const { layout } = index;
  if (layout.kind === 'table') return readTabled(header, layout, index.pixel, i, options);
  const ranges = index.ranges(i);
  if (layout.kind !== 'fragments') throw new TypeError('the frames are in no fragments');
  const { lost, assumed } = layout;
  const { source } = header;
  if (lost !== undefined && i >= lost.from) {
    const there = within(ranges, source.size);
    if (options.lenient === true && there.length > 0) return readRanges(source, there, i, options);
    throw lostFrame(lost, i, source.name, ranges);
  }
  const [first] = ranges;
  if (first === undefined) throw empty(header, i);
  const bytes = await readRanges(source, ranges, i, options);
  if (assumed === undefined) return bytes;
  const counted = assumed === 'number-of-fragments';
  if (isWholeFrame(bytes, index.pixel, header.transferSyntax, counted)) return bytes;
  if (counted) return undefined;
  if (lost !== undefined && i === index.count - 1) {
    if (options.lenient === true) return bytes;
    throw lostFrame(lost, i, source.name, ranges);
  }
  throw new FramedexError('FRAME_AMBIGUOUS', `what was taken for frame ${i} is no whole frame`, {
    name: source.name,
    frame: i,
    offset: first.offset,
    expected: 'one code stream from its start to its end',
    found: `${bytes.length} bytes that are not`,
  });
}

/** So much of a stream is in memory at one time. */
const PIECE = 1024 * 1024;

/** The bytes of frame `i`, fragment by fragment, in pieces: a video may be longer than memory. */
export async function* readPieces(
  source: Source,
  ranges: readonly FrameRange[],
  i: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const options = { signal, maxFrameBytes: PIECE };
  for (const { offset, length } of ranges) {
    for (let at = 0; at < length; at += PIECE) {
      yield await readOwned(source, i, offset + at, Math.min(PIECE, length - at), options);
    }
  }
}

/** What of the ranges exists. */
function within(ranges: readonly FrameRange[], size: number): FrameRange[] {
  return ranges
    .filter(({ offset }) => offset < size)
    .map(({ offset, length }) => ({ offset, length: Math.min(length, size - offset) }));
}

async function readRanges(
  source: Source,
  ranges: readonly FrameRange[],
  i: number,
  options: FrameRead,
): Promise<Uint8Array> {
  const start = ranges[0]?.offset ?? 0;
  const last = ranges[ranges.length - 1];
  const length = last === undefined ? 0 : last.offset + last.length - start;
  if (start + length > source.size) {
    throw truncated(source, i, start, length, source.size - start);
  }
  const stored = ranges.reduce((sum, range) => sum + range.length, 0);
  checkLimit(source, stored, options);
  const bytes = await readOwned(source, i, start, length, { ...options, into: undefined });
  return ranges.length === 1 ? bytes : join(bytes, ranges, start);
}

/**
 * A frame by the word of a table, which is held against what lies there, in the same read: items from
 * this entry to exactly the next one, which is an item too, and what starts like a frame in both.
 */
async function readTabled(
  { source, littleEndian, transferSyntax }: Header,
  layout: TableLayout,
  pixel: ImagePixel,
  i: number,
  options: FrameRead,
): Promise<Uint8Array | undefined> {
  const { offset, length } = tableRange(layout, i);
  const start = offset - ITEM_HEADER;
  const extent = ITEM_HEADER + length;
  const behind = Math.min(ITEM_HEADER + CODE_STREAM_START, source.size - start - extent);
  if (behind < ITEM_HEADER) return undefined;
  // Whether the frame is so long, or the entry lies, the items tell.
  if (length > options.maxFrameBytes) return undefined;
  const read = { ...options, into: undefined };
  const bytes = await readOwned(source, i, start, extent + behind, read);
  const ranges: FrameRange[] = [];
  for (let at = 0; at < extent;) {
    if (at + ITEM_HEADER > extent) return undefined;
    const item = itemHeader(bytes, at, littleEndian);
    if (item.tag !== ITEM || at + ITEM_HEADER + item.length > extent) return undefined;
    ranges.push({ offset: at + ITEM_HEADER, length: item.length });
    at += ITEM_HEADER + item.length;
  }
  const next = itemHeader(bytes, extent, littleEndian);
  const isLast = i === layout.table.starts.length - 1;
  if (next.tag !== (isLast ? SEQUENCE_DELIMITATION : ITEM)) return undefined;
  const frame = ranges.length === 1 ? bytes.subarray(ITEM_HEADER, extent) : join(bytes, ranges, 0);
  // An entry that is missing joins two frames.
  const last = ranges[ranges.length - 1]?.length ?? 0;
  if (ranges.length > 1 && !endsWithin(frame, last, pixel, transferSyntax)) return undefined;
  const following = bytes.subarray(extent + ITEM_HEADER, extent + ITEM_HEADER + next.length);
  if (!startsFrame(frame, pixel, transferSyntax)) return undefined;
  return isLast || startsFrame(following, pixel, transferSyntax) ? frame : undefined;
}

/** Closes the gaps of the item headers between fragments, in place. */
function join(bytes: Uint8Array, ranges: readonly FrameRange[], start: number): Uint8Array {
  let end = 0;
  for (const { offset, length } of ranges) {
    bytes.copyWithin(end, offset - start, offset - start + length);
    end += length;
  }
  return bytes.subarray(0, end);
}

/** A read into memory that nobody else holds: decoding works in place. */
async function readOwned(
  source: Source,
  i: number,
  offset: number,
  length: number,
  { into, signal }: FrameRead,
): Promise<Uint8Array> {
  const target =
    into?.subarray(0, length) ?? (source.fresh === true ? undefined : memory(source, length));
  const bytes = await source.read(offset, length, { into: target, signal });
  if (bytes.length === length) return bytes;
  throw truncated(source, i, offset, length, bytes.length);
}

/** The engine has a limit of its own, which may be below the one that was asked for. */
function memory({ name }: Source, length: number): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    const details = { name, limit: length, found: `${length} bytes` };
    throw new FramedexError('FRAME_LIMIT', 'there is no memory for the frame', details, { cause });
  }
}

function empty({ name, pixelData }: Header, frame: number): FramedexError {
  const offset = pixelData?.valueOffset ?? 0;
  const missing = { offset, needed: 1, available: 0 };
  const details = { name, frame, ...missing, expected: 'a fragment with bytes in it' };
  return new FramedexError('FRAME_TRUNCATED', `frame ${frame} is empty`, details);
}

function checkLimit(source: Source, length: number, { maxFrameBytes }: FrameRead): void {
  if (length <= maxFrameBytes) return;
  throw new FramedexError('FRAME_LIMIT', 'the frame is longer than allowed', {
    name: source.name,
    limit: maxFrameBytes,
    found: `${length} bytes`,
    advice: 'Raise limits.maxFrameBytes if the file is sound.',
  });
}

function truncated(
  source: Source,
  frame: number,
  offset: number,
  needed: number,
  available: number,
): FramedexError {
  return new FramedexError('FRAME_TRUNCATED', `frame ${frame} is not there as a whole`, {
    name: source.name,
    frame,
    offset,
    needed,
    available: Math.max(0, available),
    expected: `${needed} bytes`,
    found: String(Math.max(0, available)),
  });
}
