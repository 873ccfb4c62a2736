import { codeStreamEnd } from '../codecs/code-stream-end.ts';
import { CODE_STREAM_START, endsCodeStream, RLE_HEADER } from '../codecs/code-stream-start.ts';
import type { CodeStreamFamily } from '../codecs/code-stream-start.ts';
import { ENCAPSULATED_UNCOMPRESSED, RLE_LOSSLESS } from '../dicom/transfer-syntax.ts';
import { FRAME_TAIL, frameEnd, frameFamily, isItem } from './frame-evidence.ts';
import type { Encapsulated, FrameGroups } from './frame-groups.ts';
import { isFrameLength } from './frame-length.ts';
import { ITEM_HEADER } from './item-walk.ts';
import type { ItemWalk } from './item-walk.ts';
import { JoinedFragments } from './joined-fragments.ts';
import type { ReadSteps } from './read-steps.ts';

/**
 * Whether each group is a frame, as far as its bytes tell: a code stream starts in its first fragment,
 * or it is as long as a native frame. Of a frame that is cut, or empty, nothing is asked.
 */
export function* startFrames(
  parts: Encapsulated,
  { offsets, lengths }: ItemWalk,
  { firsts, whole }: FrameGroups,
): ReadSteps<boolean> {
  const { header, pixel } = parts;
  const { uid } = header.transferSyntax;
  const joined = new JoinedFragments(offsets, lengths);
  for (let i = 0; i < whole; i++) {
    const start = joined.startOf(firsts[i] ?? 0);
    const total = joined.startOf(firsts[i + 1] ?? joined.count) - start;
    if (uid === ENCAPSULATED_UNCOMPRESSED) {
      if (!isFrameLength(total, pixel)) return false;
      continue;
    }
    if (total === 0) continue;
    const head = yield* joined.read(start, Math.min(headLength(uid), total));
    if (frameFamily(header.transferSyntax, pixel, head) === undefined) return false;
  }
  return true;
}

/**
 * Whether a table's groups of fragments are frames: its entries are at all the places where one code
 * stream ends and another starts, and nowhere else.
 */
export function* areFrames(
  parts: Encapsulated,
  walk: ItemWalk,
  groups: FrameGroups,
): ReadSteps<boolean> {
  const { firsts } = groups;
  if (parts.header.transferSyntax.uid === ENCAPSULATED_UNCOMPRESSED) {
    return yield* startFrames(parts, walk, groups);
  }
  const borders = yield* readBorders(parts, walk);
  const agree = borders?.agree === true;
  const starts = agree ? borders.starts : (yield* followStreams(parts, walk))?.starts;
  if (starts === undefined) return yield* startFrames(parts, walk, groups);
  const joined = new JoinedFragments(walk.offsets, walk.lengths);
  return (
    starts.length === firsts.length &&
    starts.every((k, i) => joined.filledFrom(firsts[i] ?? 0) === k)
  );
}

function headLength(uid: string): number {
  return uid === RLE_LOSSLESS ? RLE_HEADER : CODE_STREAM_START;
}

/** What the bytes on both sides of the borders between fragments say. */
interface Borders {
  /** Fragments in which a code stream starts behind the end of another. */
  readonly starts: number[];
  /** Whether each start follows an end, and each end is followed by a start. */
  readonly agree: boolean;
  /** Whether the last fragment ends a code stream. */
  readonly ended: boolean;
  readonly family: CodeStreamFamily;
}

/**
 * By the code streams: a frame starts with one, and ends with it. The few bytes on both sides of each
 * border between two fragments tell where; where starts and ends disagree, their number is not the
 * declared one, or that is `doubted`, the code streams are followed from marker to marker.
 */
export function* byCodeStream(
  parts: Encapsulated,
  walk: ItemWalk,
  doubted: boolean,
): ReadSteps<FrameGroups | undefined> {
  const { declared, header } = parts;
  const { offsets, lengths, ending, missing } = walk;
  const borders = yield* readBorders(parts, walk);
  if (borders === undefined) return undefined;
  const complete = ending === 'delimiter';
  const seen = borders.starts.length;
  // Of a file that was cut, no number tells whether one of them swallowed others.
  const expected = complete && declared.valid && seen === declared.count;
  const single = !declared.valid && seen === offsets.length;
  const sure =
    borders.agree && !doubted && (expected || (single && (yield* firstEnds(walk, borders))));
  let { starts, ended } = borders;
  if (!sure) {
    const followed =
      borders.family === 'rle'
        ? yield* followRle(parts, walk, starts)
        : yield* followStreams(parts, walk);
    if (followed === undefined) return undefined;
    ({ starts, ended } = followed);
  }
  const found = starts.length;
  // No marker ends RLE: the runs of the last frame tell.
  if (ending === 'end-of-file' && missing === 0 && borders.family === 'rle') {
    ended = (yield* followRle(parts, walk, starts.slice(-1)))?.ended === true;
  }
  const cut = missing > 0 && (lengths[lengths.length - 1] ?? 0) > 0;
  const agrees = complete && declared.valid && found === declared.count;
  return {
    strategy: header.transferSyntax.uid === RLE_LOSSLESS ? 'rle-header' : 'end-marker',
    confidence: agrees && hasEnd(borders.family) ? 'verified' : 'inferred',
    firsts: starts,
    whole: !cut && (ended || (complete && sure)) ? found : found - 1,
    assumed: 'code-streams',
  };
}

/** Whether the first code stream, followed to its end, is the first fragment: one inside of a segment looks like it. */
function* firstEnds({ offsets, lengths }: ItemWalk, borders: Borders): ReadSteps<boolean> {
  if (!hasEnd(borders.family)) return true;
  const joined = new JoinedFragments(offsets, lengths);
  const end = yield* joined.run(codeStreamEnd(joined.startOf(borders.starts[0] ?? 0), joined.size));
  if (typeof end !== 'number') return false;
  return joined.filledFrom(joined.fragmentAt(end - 1) + 1) === (borders.starts[1] ?? joined.count);
}

/** Undefined where the first fragment starts no code stream. */
function* readBorders(parts: Encapsulated, walk: ItemWalk): ReadSteps<Borders | undefined> {
  const { header, pixel } = parts;
  const { transferSyntax } = header;
  const { offsets, lengths } = walk;
  const wanted = headLength(transferSyntax.uid);
  const joined = new JoinedFragments(offsets, lengths);
  const starts: number[] = [];
  let agree = true;
  let k = joined.filledFrom(0);
  if (k === joined.count) return undefined;
  const head = yield* joined.read(joined.startOf(k), Math.min(wanted, joined.size));
  const family = frameFamily(transferSyntax, pixel, head);
  if (family === undefined) return undefined;
  starts.push(k);
  for (k = joined.filledFrom(k + 1); k < joined.count; k = joined.filledFrom(k + 1)) {
    const border = joined.startOf(k);
    const before = Math.min(FRAME_TAIL, border);
    const length = Math.min(wanted, joined.size - border);
    const bytes = yield* joined.read(border - before, before + length);
    const started = frameFamily(transferSyntax, pixel, bytes.subarray(before)) === family;
    const ended = endsCodeStream(bytes.subarray(0, before), family);
    if (started && ended) starts.push(k);
    // An end is no proof where none can be seen, as in RLE.
    else if (started || (ended && hasEnd(family))) agree = false;
  }
  const last = Math.min(FRAME_TAIL, joined.size);
  const tail = yield* joined.read(joined.size - last, last);
  return { starts, agree, family, ended: hasEnd(family) && endsCodeStream(tail, family) };
}

/** Whether a marker ends the code streams of the family. */
function hasEnd(family: CodeStreamFamily): boolean {
  return family === 'jpeg' || family === 'jpeg-2000';
}

/** Frames that were followed to their ends. */
interface Followed {
  readonly starts: number[];
  /** Whether the last of them has an end. */
  readonly ended: boolean;
}

/** The frames by their code streams, each followed to its true end. */
function* followStreams(parts: Encapsulated, walk: ItemWalk): ReadSteps<Followed | undefined> {
  const { header, pixel } = parts;
  // Of a file that was cut, the last code stream may have no end, and not enough of a start.
  const isCut = walk.ending !== 'delimiter';
  const joined = new JoinedFragments(walk.offsets, walk.lengths);
  const starts: number[] = [];
  let k = joined.filledFrom(0);
  while (k < joined.count) {
    const start = joined.startOf(k);
    const length = Math.min(CODE_STREAM_START, joined.size - start);
    const head = yield* joined.read(start, length);
    const starting = frameFamily(header.transferSyntax, pixel, head) !== undefined;
    if (!starting && !(isCut && starts.length > 0)) return undefined;
    starts.push(k);
    const end = starting ? yield* joined.run(codeStreamEnd(start, joined.size)) : undefined;
    if (typeof end !== 'number') return isCut ? { starts, ended: false } : undefined;
    const last = joined.fragmentAt(end - 1);
    // Nobody knows how many frames are in what this fragment swallowed.
    if (yield* hasItem(joined, end, joined.startOf(last + 1))) return { starts, ended: false };
    k = joined.filledFrom(last + 1);
  }
  return starts.length === 0 ? undefined : { starts, ended: true };
}

/** Whether an item stands behind the end of a code stream, in the same fragment. */
function* hasItem(joined: JoinedFragments, end: number, fragmentEnd: number): ReadSteps<boolean> {
  const at = end + (end % 2);
  if (at + ITEM_HEADER > fragmentEnd) return false;
  return isItem(yield* joined.read(at, ITEM_HEADER), 0);
}

/**
 * Nothing in RLE says where it ends but its own runs: the frames are those that start with a header, if
 * each ends in the last fragment before the next.
 */
function* followRle(
  { pixel }: Encapsulated,
  { offsets, lengths, ending }: ItemWalk,
  starts: number[],
): ReadSteps<Followed | undefined> {
  const joined = new JoinedFragments(offsets, lengths);
  for (const [i, first] of starts.entries()) {
    const start = joined.startOf(first);
    const end = joined.startOf(starts[i + 1] ?? joined.count);
    const last = joined.startOf(joined.fragmentAt(end - 1)) - start;
    const frame = yield* joined.read(start, end - start);
    const found = frameEnd('rle', frame, pixel);
    if (typeof found === 'number' && found > last) {
      if (!isItem(frame, found + (found % 2))) continue;
      return { starts: starts.slice(0, i + 1), ended: false };
    }
    const isCut = i === starts.length - 1 && ending !== 'delimiter';
    return isCut ? { starts, ended: false } : undefined;
  }
  return { starts, ended: true };
}
