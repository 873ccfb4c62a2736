import type { PixelElement } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Limits } from '../dicom/limits.ts';
import {
  DEFLATED_IMAGE_FRAME,
  ENCAPSULATED_UNCOMPRESSED,
  RLE_LOSSLESS,
  transferSyntax,
} from '../dicom/transfer-syntax.ts';
import { FramedexError } from '../errors.ts';
import { CODE_STREAM_START, startsCodeStream } from './code-stream.ts';
import type { DeclaredCount } from './frame-count.ts';
import { emptyIndex, frameIndex } from './frame-index.ts';
import type { FrameConfidence, FrameStrategy, LaidOutIndex } from './frame-index.ts';
import type { ItemWalk, ReadSteps } from './item-walk.ts';
import type { OffsetTable } from './offset-table.ts';

/** What an index of encapsulated pixel data is made from. */
export interface Encapsulated {
  readonly header: Header;
  readonly element: PixelElement;
  readonly pixel: ImagePixel;
  readonly declared: DeclaredCount;
  readonly limits: Limits;
}

/** Which fragments make which frame. */
interface Groups {
  readonly count: number;
  readonly strategy: FrameStrategy;
  readonly confidence: FrameConfidence;
  /** The first fragment of each frame that was found. */
  readonly firsts: readonly number[];
  /** Frames from this one on are not there as a whole. */
  readonly whole: number;
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

/**
 * All items are known: the offset table groups them where it agrees with them, else the rules of the
 * standard do (PS3.5 A.4), and where those leave it open, the places where code streams start.
 */
export function* groupFragments(
  parts: Encapsulated,
  walk: ItemWalk,
  table: OffsetTable | undefined,
): ReadSteps<LaidOutIndex> {
  const { declared, pixel } = parts;
  if (walk.offsets.length === 0) return emptyIndex(noFragments(parts), declared.count, pixel);
  const tabled = table === undefined ? undefined : yield* byTable(parts, walk, table);
  if (table !== undefined && tabled === undefined) reportTable(parts, walk, table);
  const groups =
    tabled ??
    byCount(declared, walk, table !== undefined) ??
    (parts.header.transferSyntax.uid === ENCAPSULATED_UNCOMPRESSED
      ? byLength(parts, walk)
      : yield* byStart(parts, walk));
  if (groups === undefined) {
    return emptyIndex(ambiguous(parts, walk.offsets.length), declared.count, pixel);
  }
  if (groups.firsts.length < groups.count) reportCount(parts, groups.firsts.length);
  return laidOut(parts, walk, groups);
}

/** All fragments as one frame: a single frame, or a video, which is one stream (PS3.5 8.2.5). */
export function oneFrame(
  parts: Encapsulated,
  walk: ItemWalk,
  strategy: 'all-fragments' | 'video',
): LaidOutIndex {
  if (walk.offsets.length === 0) {
    return emptyIndex(noFragments(parts), parts.declared.count, parts.pixel);
  }
  return laidOut(parts, walk, allFragments(walk, strategy));
}

function allFragments(
  { offsets, lengths, ending }: ItemWalk,
  strategy: 'all-fragments' | 'video',
): Groups {
  const confidence = ending === 'delimiter' ? 'exact' : 'inferred';
  return { count: 1, strategy, confidence, firsts: [0], whole: 1, offsets, lengths };
}

/**
 * By the table, if each of its entries is at an item where a frame starts, or behind the place where
 * the file was cut. With more entries than frames it may list fragments: it does not count. With
 * fewer, nothing tells which frames it leaves out, unless the file was cut behind them.
 */
function* byTable(
  parts: Encapsulated,
  walk: ItemWalk,
  { starts, kind }: OffsetTable,
): ReadSteps<Groups | undefined> {
  const { declared, header } = parts;
  const { source } = header;
  const frames = declared.valid ? declared.count : starts.length;
  const count = walk.offsets.length;
  const short = starts.length < frames;
  if (starts.length > frames) return undefined;
  if (short && (count === frames || walk.ending === 'delimiter')) return undefined;
  const offsets = [...walk.offsets];
  const lengths = [...walk.lengths];
  const firsts: number[] = [];
  let fragment = 0;
  let found = 0;
  for (const [k, start] of starts.entries()) {
    while (fragment < count && (walk.offsets[fragment] ?? 0) < start + 8) fragment++;
    if (fragment < count && walk.offsets[fragment] === start + 8) {
      firsts.push(fragment);
      found++;
    } else if (walk.ending !== 'delimiter' && start >= walk.end) {
      firsts.push(offsets.length);
      offsets.push(start + 8);
      lengths.push((starts[k + 1] ?? start + 8) - start - 8);
    } else return undefined;
  }
  const end = (walk.offsets[count - 1] ?? 0) + (walk.lengths[count - 1] ?? 0);
  // The last one that was found is cut too, unless its fragments reach the next entry, or exactly the
  // end of the file, where some writers leave the delimiter out.
  const complete =
    found === starts.length
      ? walk.ending === 'delimiter' || (!short && (found === count || walk.end === source.size))
      : end === starts[found];
  const groups: Groups = {
    count: frames,
    strategy: kind,
    confidence: short ? 'inferred' : 'exact',
    firsts,
    whole: complete ? found : found - 1,
    offsets,
    lengths,
  };
  if (found === count || frames === 1) return groups;
  if (!hasKnownStarts(parts)) return { ...groups, confidence: 'inferred' };
  return (yield* startFrames(parts, groups)) ? groups : undefined;
}

/** Whether the bytes can tell where a frame starts. */
function hasKnownStarts({ header }: Encapsulated): boolean {
  const { uid } = header.transferSyntax;
  return uid !== DEFLATED_IMAGE_FRAME && transferSyntax(uid) !== undefined;
}

/**
 * Whether each group is a frame, as far as its bytes tell: a code stream starts in its first fragment,
 * or it is as long as a native frame. Of a frame that was cut, nothing is asked.
 */
function* startFrames(parts: Encapsulated, groups: Groups): ReadSteps<boolean> {
  const { header, pixel } = parts;
  const { firsts, whole, offsets, lengths } = groups;
  const native = header.transferSyntax.uid === ENCAPSULATED_UNCOMPRESSED;
  for (let i = 0; i < whole; i++) {
    const first = firsts[i] ?? 0;
    if (native) {
      const end = firsts[i + 1] ?? offsets.length;
      const total = lengths.slice(first, end).reduce((sum, length) => sum + length, 0);
      if (!isFrameLength(total, pixel)) return false;
    } else if (!(yield* startsAt(header, offsets[first] ?? 0, lengths[first] ?? 0))) return false;
  }
  return true;
}

function* startsAt({ source }: Header, offset: number, available: number): ReadSteps<boolean> {
  const length = Math.min(CODE_STREAM_START, available, source.size - offset);
  return length > 0 && startsCodeStream(yield { offset, length });
}

/** Fragments have even lengths (PS3.5 A.4), so a native frame of odd length is padded. */
function isFrameLength(length: number, pixel: ImagePixel): boolean {
  const needed = Math.ceil(frameBits(pixel) / 8);
  return length === needed || length === needed + (needed % 2);
}

/** Native frames in fragments, by their length, which is known (PS3.5 A.4.11). */
function byLength({ declared, pixel }: Encapsulated, walk: ItemWalk): Groups | undefined {
  const { offsets, lengths, ending } = walk;
  const needed = Math.ceil(frameBits(pixel) / 8);
  const firsts: number[] = [];
  let whole = 0;
  let total = 0;
  for (const [k, length] of lengths.entries()) {
    if (total === 0) firsts.push(k);
    total += length;
    if (isFrameLength(total, pixel)) {
      whole++;
      total = 0;
    } else if (total > needed) return undefined;
  }
  const { count } = declared;
  if (firsts.length > count || (ending === 'delimiter' && whole !== count)) return undefined;
  return {
    ...{ count, firsts, whole, offsets, lengths },
    strategy: 'repaired',
    confidence: 'inferred',
  };
}

/**
 * By the number of fragments, where all of them are known. Empty ones are no frame where that makes
 * the number right.
 */
function byCount(declared: DeclaredCount, walk: ItemWalk, repaired: boolean): Groups | undefined {
  const { offsets, lengths } = walk;
  const count = offsets.length;
  const frames = declared.valid ? declared.count : count;
  if (frames === 1) return allFragments(walk, 'all-fragments');
  // Of a file that was cut, the fragments may be as many as frames by chance.
  if (walk.ending !== 'delimiter') return undefined;
  const filled = [...offsets.keys()].filter((k) => (lengths[k] ?? 0) > 0);
  const fragments = frames === count ? [...offsets.keys()] : filled;
  if (fragments.length !== frames) return undefined;
  return {
    count: frames,
    strategy: repaired ? 'repaired' : 'one-fragment-per-frame',
    confidence: declared.valid ? 'exact' : 'inferred',
    firsts: [...fragments.keys()],
    whole: frames,
    offsets: fragments.map((k) => offsets[k] ?? 0),
    lengths: fragments.map((k) => lengths[k] ?? 0),
  };
}

/**
 * By the first bytes of the fragments: a frame starts where a code stream does. There may be fewer
 * frames than declared where the file was cut, or where there are fewer fragments than frames.
 */
function* byStart(
  { declared, header }: Encapsulated,
  { offsets, lengths, ending }: ItemWalk,
): ReadSteps<Groups | undefined> {
  const firsts: number[] = [];
  let seen = 0;
  for (const [k, offset] of offsets.entries()) {
    const length = Math.min(CODE_STREAM_START, lengths[k] ?? 0);
    if (offset + length > header.source.size) break;
    seen++;
    if (length > 0 && startsCodeStream(yield { offset, length })) firsts.push(k);
    else if (firsts.length === 0 && length > 0) return undefined;
  }
  const { count } = declared;
  const single = firsts.length === seen;
  const fewer = firsts.length < count && (ending !== 'delimiter' || single);
  if (firsts.length === 0 || (firsts.length !== count && !fewer)) return undefined;
  // The last frame may miss fragments, unless the end was seen or all frames have one.
  const complete = ending === 'delimiter' || (single && seen > 1);
  return {
    count,
    strategy: header.transferSyntax.uid === RLE_LOSSLESS ? 'rle-header' : 'end-marker',
    confidence: 'inferred',
    firsts,
    whole: complete ? firsts.length : firsts.length - 1,
    // What was cut before it showed whether it starts a frame is no part of the one before.
    offsets: complete ? offsets.slice(0, seen) : offsets,
    lengths: complete ? lengths.slice(0, seen) : lengths,
  };
}

function laidOut({ declared, pixel }: Encapsulated, walk: ItemWalk, groups: Groups): LaidOutIndex {
  const { count, strategy, confidence, firsts, whole, offsets, lengths } = groups;
  return frameIndex({
    count,
    declaredCount: declared.count,
    strategy,
    confidence,
    pixel,
    layout: {
      kind: 'fragments',
      offsets,
      lengths,
      firsts: [...firsts, offsets.length],
      lost: whole < count ? { from: whole, at: walk.end, ending: walk.ending } : undefined,
    },
  });
}

function reportTable(
  { header, element, declared }: Encapsulated,
  walk: ItemWalk,
  { starts }: OffsetTable,
): void {
  const items = new Set(walk.offsets.map((offset) => offset - 8));
  let message = 'the offset table points at places where no item is; the items count';
  if (starts.every((start) => items.has(start))) {
    message =
      starts.length === declared.count
        ? 'the offset table points at fragments that start no frame'
        : `the offset table has ${starts.length} entries, Number of Frames is ${declared.count}`;
  }
  header.warnings.report('OFFSET_TABLE', message, element.valueOffset, element.tag);
}

function reportCount({ header, element, declared }: Encapsulated, found: number): void {
  const message = `${found} frames were found, Number of Frames is ${declared.count}`;
  header.warnings.report('FRAME_COUNT', message, element.valueOffset, element.tag);
}

function noFragments({ header, element }: Encapsulated): FramedexError {
  return new FramedexError('NO_PIXEL_DATA', 'the pixel data has no fragment', {
    name: header.name,
    offset: element.valueOffset,
    tag: element.tag,
  });
}

function ambiguous({ header, element, declared }: Encapsulated, count: number): FramedexError {
  return new FramedexError('FRAME_AMBIGUOUS', 'the fragments cannot be told apart', {
    name: header.name,
    frame: 0,
    offset: element.valueOffset,
    expected: `one fragment for each of ${declared.count} frames, or an offset table`,
    found: `${count} fragments`,
  });
}
