import type { ElementRecord } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Limits } from '../dicom/limits.ts';
import { RLE_LOSSLESS } from '../dicom/transfer-syntax.ts';
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
  readonly element: ElementRecord;
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
  const tabled = table === undefined ? undefined : byTable(parts, walk, table);
  if (table !== undefined && tabled === undefined) reportTable(parts, walk, table);
  const groups =
    tabled ?? byCount(declared, walk, table !== undefined) ?? (yield* byStart(parts, walk));
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

function allFragments({ offsets, lengths }: ItemWalk, strategy: 'all-fragments' | 'video'): Groups {
  return { count: 1, strategy, confidence: 'exact', firsts: [0], whole: 1, offsets, lengths };
}

/**
 * By the table, if each of its entries is at an item, or behind the place where the file was cut. Of
 * a single frame, or with more entries than frames, it may list fragments: it does not count.
 */
function byTable(
  { declared }: Encapsulated,
  walk: ItemWalk,
  { starts, kind }: OffsetTable,
): Groups | undefined {
  const frames = declared.valid ? declared.count : starts.length;
  const count = walk.offsets.length;
  if (starts.length > frames || (starts.length < frames && count === frames)) return undefined;
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
  // The last one that was found is cut too, unless its fragments reach the next entry.
  const whole = found === starts.length || end === starts[found] ? found : found - 1;
  const confidence = starts.length === frames ? 'exact' : 'inferred';
  return { count: frames, strategy: kind, confidence, firsts, whole, offsets, lengths };
}

/** By the number of fragments. Empty ones are no frame where that makes the number right. */
function byCount(declared: DeclaredCount, walk: ItemWalk, repaired: boolean): Groups | undefined {
  const { offsets, lengths } = walk;
  const count = offsets.length;
  const frames = declared.valid ? declared.count : count;
  if (frames === 1) return allFragments(walk, 'all-fragments');
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
    offsets,
    lengths,
  };
}

function laidOut(
  { declared, header, pixel }: Encapsulated,
  walk: ItemWalk,
  groups: Groups,
): LaidOutIndex {
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
      walked: true,
      littleEndian: header.littleEndian,
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
  const message = starts.every((start) => items.has(start))
    ? `the offset table has ${starts.length} entries, Number of Frames is ${declared.count}`
    : 'the offset table points at places where no item is; the items count';
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
