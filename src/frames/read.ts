import type { ReadOptions, Source } from '../bytes/source.ts';
import { FramedexError } from '../errors.ts';
import { nativeRange } from './frame-index.ts';
import type { FragmentLayout, FrameRange, NativeLayout } from './frame-index.ts';

/** What reading a frame may do, so that no length of a file is allocated on its word. */
export interface FrameRead extends ReadOptions {
  readonly maxFrameBytes: number;
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
): Promise<{ bytes: Uint8Array; bitOffset: number }> {
  const { offset, length, bitOffset = 0 } = nativeRange(layout, i);
  const before = (offset - layout.offset) % word;
  const whole = Math.ceil((before + length) / word) * word;
  const from = offset - before;
  // Of a swapped word that is cut, the byte that is missing is the one that comes first.
  if (from + whole > layout.end) {
    throw truncated(source, i, from, whole, layout.end - from);
  }
  checkLimit(source, length, options);
  const bytes = await readOwned(source, i, from, whole, options);
  return { bytes, bitOffset: bitOffset + 8 * before };
}

/**
 * The bytes of encapsulated frame `i`, fragments joined, in one read. Undefined where the index has
 * only an offset table's word for where that is: then the items must be walked first. The item of
 * frame 0 was seen, with the second entry at its end.
 *
 * @throws FramedexError `FRAME_TRUNCATED` unless all its fragments exist as a whole.
 */
export async function readFragments(
  source: Source,
  layout: FragmentLayout,
  ranges: readonly FrameRange[],
  i: number,
  options: FrameRead,
): Promise<Uint8Array | undefined> {
  if (layout.claim !== undefined && i > 0) return undefined;
  const [first] = ranges;
  const last = ranges[ranges.length - 1];
  if (layout.lost !== undefined && i >= layout.lost.from) throw lost(source, layout.lost, i);
  if (first === undefined || last === undefined) return new Uint8Array(0);
  const start = first.offset;
  const length = last.offset + last.length - start;
  if (start + length > source.size) {
    throw truncated(source, i, start, length, source.size - start);
  }
  checkLimit(source, length, options);
  const bytes = await readOwned(source, i, start, length, { ...options, into: undefined });
  return ranges.length === 1 ? bytes : join(bytes, ranges, start);
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
    into?.subarray(0, length) ?? (source.fresh === true ? undefined : new Uint8Array(length));
  const bytes = await source.read(offset, length, { into: target, signal });
  if (bytes.length === length) return bytes;
  throw truncated(source, i, offset, length, bytes.length);
}

function lost(
  source: Source,
  { at, ending }: NonNullable<FragmentLayout['lost']>,
  frame: number,
): FramedexError {
  if (ending === 'end-of-file') return truncated(source, frame, at, 8, source.size - at);
  const { name } = source;
  if (ending === 'delimiter') {
    const found = 'the delimiter of the pixel data';
    const details = { name, frame, offset: at, needed: 8, available: 0, expected: 'a fragment' };
    return new FramedexError('FRAME_TRUNCATED', `frame ${frame} is not there`, {
      ...details,
      found,
    });
  }
  return new FramedexError('ITEM_EXPECTED', `frame ${frame} is behind bytes that are no item`, {
    name,
    offset: at,
    expected: 'an Item tag (FFFE,E000)',
  });
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
