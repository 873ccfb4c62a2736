import type { ImagePixel } from '../dicom/image-pixel.ts';
import { NO_PIXELS } from '../dicom/image-pixel.ts';
import { FramedexError } from '../errors.ts';
import type { ItemWalk } from './item-walk.ts';
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

/** How the frame boundaries are known. */
export type FrameStrategy =
  | 'native'
  | 'extended-offset-table'
  | 'basic-offset-table'
  | 'one-fragment-per-frame'
  | 'all-fragments'
  | 'end-marker'
  | 'rle-header'
  | 'repaired'
  | 'salvaged'
  | 'video'
  | 'none';

/**
 * How sure that is. `exact`: arithmetic, or each item was seen. `verified`: a table whose ends were
 * compared with the items; before a frame other than the first is delivered, all items are walked,
 * which makes the index `exact`, or another where the table was wrong. `inferred`: by rules that the
 * file does not confirm. `guessed`: the frames cannot be told apart, or the file ends before them.
 */
export type FrameConfidence = 'exact' | 'verified' | 'inferred' | 'guessed';

/** Where the frames of a file are. */
export interface FrameIndex {
  /** Frames that can be asked for. */
  readonly count: number;
  /** Number of Frames as written; 1 where it is absent, 0 where there is no pixel data. */
  readonly declaredCount: number;
  readonly strategy: FrameStrategy;
  readonly confidence: FrameConfidence;
  readonly pixel: ImagePixel;
  /**
   * Byte ranges of frame `i`, fragment by fragment, item headers left out.
   *
   * @throws FramedexError `FRAME_RANGE`; `FRAME_AMBIGUOUS` where the fragments could not be told
   * apart; `NO_PIXEL_DATA` and `BAD_PIXEL_MODULE` where there are no frames.
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

/** Encapsulated frames are runs of fragments (PS3.5 A.4). */
export interface FragmentLayout {
  readonly kind: 'fragments';
  /** Of each fragment's payload. */
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
  /** The first fragment of each frame; one more entry for the end. */
  readonly firsts: readonly number[];
  /** The table that says all this, until the items between its ends were seen. */
  readonly claim?: OffsetTable | undefined;
  /** Where the file was cut, or is broken: frames from `from` on are not there as a whole. */
  readonly lost?:
    | {
        readonly from: number;
        /** Where the items ended, and what was there. */
        readonly at: number;
        readonly ending: ItemWalk['ending'];
      }
    | undefined;
}

/** There is nothing to read, and why. */
export interface NoLayout {
  readonly kind: 'none';
  readonly reason: FramedexError;
}

export type FrameLayout = NativeLayout | FragmentLayout | NoLayout;

/** An index with what reading needs beyond the public part. */
export interface LaidOutIndex extends FrameIndex {
  readonly layout: FrameLayout;
}

type IndexParts = Omit<LaidOutIndex, 'ranges'>;

/** Completes an index with its `ranges`. */
export function frameIndex(parts: IndexParts): LaidOutIndex {
  return { ...parts, ranges: (i) => ranges(parts, i) };
}

/** The index of an object whose frames cannot be read, or which has none. */
export function emptyIndex(
  reason: FramedexError,
  declaredCount = 0,
  pixel: ImagePixel = NO_PIXELS,
): LaidOutIndex {
  const layout = { kind: 'none', reason } as const;
  return frameIndex({
    count: reason.code === 'FRAME_AMBIGUOUS' ? declaredCount : 0,
    declaredCount,
    strategy: 'none',
    confidence: reason.code === 'FRAME_AMBIGUOUS' ? 'guessed' : 'exact',
    pixel,
    layout,
  });
}

function ranges({ count, layout }: IndexParts, i: number): readonly FrameRange[] {
  if (layout.kind === 'none' && layout.reason.code !== 'FRAME_AMBIGUOUS') throw layout.reason;
  if (!Number.isInteger(i) || i < 0 || i >= count) {
    throw new FramedexError('FRAME_RANGE', `there is no frame ${i}`, {
      frame: i,
      count,
      expected: `0 to ${count - 1}`,
      found: String(i),
    });
  }
  if (layout.kind === 'none') throw layout.reason;
  return layout.kind === 'native' ? [nativeRange(layout, i)] : fragmentRanges(layout, i);
}

/** Where native frame `i` is: arithmetic in bits, so that 1-bit frames may start inside a byte. */
export function nativeRange({ offset, frameBits }: NativeLayout, i: number): FrameRange {
  const firstBit = i * frameBits;
  const firstByte = Math.floor(firstBit / 8);
  const length = Math.ceil((firstBit + frameBits) / 8) - firstByte;
  if (frameBits % 8 === 0) return { offset: offset + firstByte, length };
  return { offset: offset + firstByte, length, bitOffset: firstBit % 8, bitLength: frameBits };
}

function fragmentRanges({ offsets, lengths, firsts }: FragmentLayout, i: number): FrameRange[] {
  const list: FrameRange[] = [];
  const end = firsts[i + 1] ?? 0;
  for (let k = firsts[i] ?? 0; k < end; k++) {
    list.push({ offset: offsets[k] ?? 0, length: lengths[k] ?? 0 });
  }
  return list;
}
