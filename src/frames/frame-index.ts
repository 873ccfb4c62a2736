import type { ImagePixel } from '../dicom/image-pixel.ts';
import { NO_PIXELS } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import { ITEM_HEADER } from './item-walk.ts';
import type { ItemWalk } from './item-walk.ts';
import type { DeclaredCount } from './frame-count.ts';
import type { OffsetTable } from './offset-table.ts';

/** Bytes of a frame that lie together, in the DICOM object (in the inflated one, where it is deflated). */
export interface FrameRange {
  readonly offset: number;
  readonly length: number;
  /** Where the frame starts inside the first byte, least significant bit first; for 1-bit cells. */
  readonly bitOffset?: number;
  /** Bits of the frame, where it does not fill whole bytes. */
  readonly bitLength?: number;
}

/**
 * How the frame boundaries are known.
 *
 * - `native`: uncompressed frames of one length, by arithmetic in bits (PS3.5 8.1.1).
 * - `extended-offset-table`, `basic-offset-table`: the table says where each frame starts (PS3.3
 *   C.7.6.3.1.8, PS3.5 A.4).
 * - `one-fragment-per-frame`: no table, and as many fragments as frames.
 * - `all-fragments`: one frame, which all fragments make up.
 * - `end-marker`, `rle-header`: several fragments a frame, by where code streams end and start, or RLE
 *   headers stand.
 * - `frame-length`: uncompressed frames in fragments, by their length (PS3.5 A.4.11).
 * - `repaired`: the offset table is wrong; the items themselves, by one of these rules.
 * - `salvaged`: the chain of items is broken, and the offset table leads to the frames behind the gap.
 * - `video`: one stream, which only a video decoder finds pictures in (PS3.5 8.2.5).
 * - `none`: there are no frames, or they cannot be told apart; `ranges` throws the reason.
 */
export type FrameStrategy =
  | 'native'
  | 'extended-offset-table'
  | 'basic-offset-table'
  | 'one-fragment-per-frame'
  | 'all-fragments'
  | 'end-marker'
  | 'rle-header'
  | 'frame-length'
  | 'repaired'
  | 'salvaged'
  | 'video'
  | 'none';

/**
 * How sure that is. `exact`: arithmetic, or each item was seen. `verified`: a table whose first and last
 * entries were compared with their items, and the others are before their frames are delivered; or
 * code streams that were seen to start and to end, as many as are declared. `inferred`: by rules that
 * the file does not confirm. `guessed`: the frames cannot be told apart, or the file ends before them.
 */
export type FrameConfidence = 'exact' | 'verified' | 'inferred' | 'guessed';

/** How many frames there are, by each account of it. */
export interface FrameCounts {
  /** Number of Frames (0028,0008); undefined where it is absent, or is no number. */
  readonly declared: number | undefined;
  /** Frames that are there as a whole; by a table that is not proved yet, as many as it says. */
  readonly found: number;
  /** Native: as many whole frames as the length of the pixel data comes to. */
  readonly byBytes: number | undefined;
  /** Encapsulated: fragments that were seen; undefined while only a table was read. */
  readonly fragments: number | undefined;
}

/** Where the frames of a file are. */
export interface FrameIndex {
  /**
   * Frames that can be asked for: those that begin inside the data. Of a file that was cut, the cut one
   * is the last of them, and fails alone.
   */
  readonly count: number;
  /** Number of Frames as written; 1 where it is absent, 0 where there is no pixel data. */
  readonly declaredCount: number;
  readonly counts: FrameCounts;
  readonly strategy: FrameStrategy;
  readonly confidence: FrameConfidence;
  readonly pixel: ImagePixel;
  /**
   * Byte ranges of frame `i`, fragment by fragment, item headers left out. Of a remote source with an
   * offset table (`verified`), as the table says: its frames are held against the items when they are read.
   *
   * @throws FramedexError `FRAME_RANGE`; `FRAME_TRUNCATED` for a frame that is declared, but behind the
   * end of the data; `FRAME_AMBIGUOUS` where the fragments could not be told apart; `NO_PIXEL_DATA` and
   * `BAD_PIXEL_MODULE` where there are no frames.
   */
  ranges(i: number): readonly FrameRange[];
}

/** Native frames lie one behind the other, to the bit (PS3.5 8.1.1). */
export interface NativeLayout {
  readonly kind: 'native';
  readonly offset: number;
  readonly frameBits: number;
  /** Just behind the last byte of pixel data that exists. */
  readonly end: number;
}

/** What an offset table says, one fragment a frame, while its items were not all seen. */
export interface TableLayout {
  readonly kind: 'table';
  readonly table: OffsetTable;
  /** Those that were read too, which count where it is wrong. */
  readonly others?: readonly OffsetTable[] | undefined;
  /** Just behind the last frame's fragment. */
  readonly end: number;
}

/** Encapsulated frames are runs of fragments (PS3.5 A.4). */
export interface FragmentLayout {
  readonly kind: 'fragments';
  /** Of each fragment's payload. */
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  /** The first fragment of each frame; left out where fragment k is frame k. */
  readonly firsts: Uint32Array | undefined;
  /** Where the file was cut, or is broken: frames from `from` on are not there as a whole. */
  readonly lost?: LostFrames | undefined;
  /** Single frames that are not there as a whole, and where the chain of their items broke. */
  readonly broken?: ReadonlyMap<number, number> | undefined;
  readonly assumed?: Assumption | undefined;
}

/**
 * What makes the frames where no table proves them, so that each must show itself one when it is read:
 * that there are as many fragments, or what the borders of fragments look like.
 */
export type Assumption = 'number-of-fragments' | 'code-streams';

export interface LostFrames {
  readonly from: number;
  /** Where the items ended, and what was there. */
  readonly at: number;
  readonly ending: ItemWalk['ending'];
  /** Bytes that the last fragment misses. */
  readonly missing: number;
}

/** There is nothing to read, and why. */
export interface NoLayout {
  readonly kind: 'none';
  readonly reason: FramedexError;
}

export type FrameLayout = NativeLayout | TableLayout | FragmentLayout | NoLayout;

/** An index with what reading needs beyond the public part. */
export interface LaidOutIndex extends FrameIndex {
  /** Of the file, for messages. */
  readonly name?: string | undefined;
  readonly layout: FrameLayout;
}

type IndexParts = Omit<LaidOutIndex, 'ranges'>;

/** Completes an index with its `ranges`. */
export function frameIndex(parts: IndexParts): LaidOutIndex {
  return { ...parts, ranges: (i) => ranges(parts, i) };
}

/** What is known of frames that cannot be read. */
interface Unread {
  readonly declared: Pick<DeclaredCount, 'count' | 'written'>;
  readonly pixel?: ImagePixel | undefined;
}

/** The index of an object whose frames cannot be read, or which has none. */
export function emptyIndex(
  reason: FramedexError,
  { declared, pixel = NO_PIXELS }: Unread,
  fragments?: number,
): LaidOutIndex {
  const { count, written } = declared;
  const ambiguous = reason.code === 'FRAME_AMBIGUOUS';
  return frameIndex({
    count: ambiguous ? Math.min(count, fragments ?? count) : 0,
    declaredCount: count,
    counts: { declared: written, found: 0, byBytes: undefined, fragments },
    strategy: 'none',
    confidence: ambiguous ? 'guessed' : 'exact',
    pixel,
    layout: { kind: 'none', reason },
  });
}

function ranges(
  { name, count, declaredCount, layout, strategy }: IndexParts,
  i: number,
): readonly FrameRange[] {
  if (layout.kind === 'none' && layout.reason.code !== 'FRAME_AMBIGUOUS') throw layout.reason;
  if (!Number.isInteger(i) || i < 0 || i >= Math.max(count, declaredCount)) {
    throw new FramedexError('FRAME_RANGE', `there is no frame ${i}`, {
      name,
      frame: i,
      count,
      expected: `0 to ${count - 1}`,
      found: String(i),
    });
  }
  if (layout.kind === 'none') throw layout.reason;
  if (i >= count) throw strategy === 'video' ? noPicture(i, name) : absent(layout, i, count, name);
  if (layout.kind === 'native') return [nativeRange(layout, i)];
  if (layout.kind === 'table') return [tableRange(layout, i)];
  const brokenAt = layout.broken?.get(i);
  if (brokenAt !== undefined) throw brokenFrame(brokenAt, i, name);
  return fragmentRanges(layout, i);
}

/** A picture of a video, which is none of the frames. */
export function noPicture(frame: number, name: string | undefined): FramedexError {
  return new FramedexError('FRAME_AMBIGUOUS', 'a video is one stream, not frames', {
    name,
    frame,
    advice: 'encodedFrame(0) gives the whole stream, encodedStream(0) its pieces.',
  });
}

/** A frame that is declared, behind the end of the data. */
function absent(
  layout: Exclude<FrameLayout, NoLayout>,
  frame: number,
  count: number,
  name: string | undefined,
): FramedexError {
  if (layout.kind === 'fragments' && layout.lost !== undefined)
    return lostFrame(layout.lost, frame, name);
  return new FramedexError('FRAME_TRUNCATED', `frame ${frame} is not there`, {
    name,
    frame,
    offset: layout.kind === 'fragments' ? 0 : layout.end,
    needed: 1,
    available: 0,
    expected: `a frame ${frame}`,
    found: `the end of the data behind ${count}`,
  });
}

/** Why a frame is not there as a whole: what the items end with. `stored` is what there is of it. */
export function lostFrame(
  { from, at, ending, missing }: LostFrames,
  frame: number,
  name?: string,
  stored: readonly FrameRange[] = [],
): FramedexError {
  if (ending === 'not-an-item') {
    return new FramedexError('ITEM_EXPECTED', `frame ${frame} is behind bytes that are no item`, {
      name,
      offset: at,
      expected: 'an Item tag (FFFE,E000)',
    });
  }
  const available = stored.reduce((sum, { length }) => sum + length, 0);
  return new FramedexError('FRAME_TRUNCATED', `frame ${frame} is not there as a whole`, {
    name,
    frame,
    offset: stored[0]?.offset ?? at,
    needed: available + (frame === from && missing > 0 ? missing : ITEM_HEADER),
    available,
    expected: 'all its fragments',
    found: `${ending === 'delimiter' ? 'the delimiter of the pixel data' : 'the end of the file'} at byte ${at}`,
  });
}

/** A frame of which an item is broken, while others behind it are found. */
function brokenFrame(offset: number, frame: number, name?: string): FramedexError {
  return new FramedexError('ITEM_EXPECTED', `frame ${frame} has bytes in it that are no item`, {
    name,
    offset,
    expected: 'an Item tag (FFFE,E000)',
  });
}

/** Where native frame `i` is: arithmetic in bits, so that 1-bit frames may start inside a byte. */
export function nativeRange({ offset, frameBits }: NativeLayout, i: number): FrameRange {
  const firstBit = i * frameBits;
  const firstByte = Math.floor(firstBit / 8);
  const length = Math.ceil((firstBit + frameBits) / 8) - firstByte;
  if (frameBits % 8 === 0) return { offset: offset + firstByte, length };
  return { offset: offset + firstByte, length, bitOffset: firstBit % 8, bitLength: frameBits };
}

/** Where the table says that frame `i` is. */
export function tableRange({ table, end }: TableLayout, i: number): FrameRange {
  const start = table.starts[i] ?? 0;
  return { offset: start + 8, length: (table.starts[i + 1] ?? end) - start - 8 };
}

function fragmentRanges({ offsets, lengths, firsts }: FragmentLayout, i: number): FrameRange[] {
  const list: FrameRange[] = [];
  const end = firsts === undefined ? i + 1 : (firsts[i + 1] ?? offsets.length);
  for (let k = firsts === undefined ? i : (firsts[i] ?? end); k < end; k++) {
    const length = lengths[k] ?? 0;
    if (length > 0) list.push({ offset: offsets[k] ?? 0, length });
  }
  return list;
}
