import { codeStreamEnd } from '../codecs/code-stream-end.ts';
import { endsCodeStream } from '../codecs/code-stream-start.ts';
import {
  CODE_STREAM_START,
  codeStreamFamily,
  isRleHeader,
  RLE_HEADER,
} from '../codecs/code-stream-start.ts';
import type { CodeStreamFamily } from '../codecs/code-stream-start.ts';
import { rleEnd } from '../codecs/rle-end.ts';
import { frameBits } from '../dicom/image-pixel.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { TransferSyntax } from '../dicom/transfer-syntax.ts';
import {
  DEFLATED_IMAGE_FRAME,
  ENCAPSULATED_UNCOMPRESSED,
  RLE_LOSSLESS,
  transferSyntax,
} from '../dicom/transfer-syntax.ts';
import { isFrameLength } from './frame-length.ts';
import type { Encapsulated, FrameGroups } from './frame-groups.ts';
import type { ItemWalk } from './item-walk.ts';
import { JoinedFragments } from './joined-fragments.ts';
import type { ReadSteps } from './read-steps.ts';

/** The end of a code stream and what it is padded with. */
const TAIL = 16;

/** Whether the bytes can tell where a frame starts. */
export function hasKnownStarts({ uid }: TransferSyntax): boolean {
  return uid !== DEFLATED_IMAGE_FRAME && transferSyntax(uid) !== undefined;
}

/** What a frame of this object starts with, by its first bytes. */
export function frameFamily(
  { uid }: TransferSyntax,
  { samplesPerPixel, bitsAllocated }: ImagePixel,
  bytes: Uint8Array,
): CodeStreamFamily | undefined {
  const family = codeStreamFamily(bytes);
  if (uid !== RLE_LOSSLESS) return family;
  const segments = samplesPerPixel * Math.ceil(bitsAllocated / 8);
  if (isRleHeader(bytes.subarray(0, RLE_HEADER), segments)) return 'rle';
  return family === 'rle' ? undefined : family;
}

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
 * stream ends and another starts, and nowhere else, as far as the bytes tell.
 */
export function* areFrames(
  parts: Encapsulated,
  walk: ItemWalk,
  groups: FrameGroups,
): ReadSteps<boolean> {
  const { lengths } = walk;
  const { firsts, whole } = groups;
  if (!(yield* startFrames(parts, walk, groups))) return false;
  if (parts.header.transferSyntax.uid === ENCAPSULATED_UNCOMPRESSED) return true;
  for (let i = 0; i < whole; i++) {
    let total = 0;
    for (let k = firsts[i] ?? 0; k < (firsts[i + 1] ?? lengths.length); k++)
      total += lengths[k] ?? 0;
    if (total === 0) return false;
  }
  const borders = yield* readBorders(parts, walk);
  if (borders?.agree !== true) return true;
  const filled = new JoinedFragments(walk.offsets, lengths);
  const { starts } = borders;
  return (
    starts.length === firsts.length &&
    starts.every((k, i) => filled.filledFrom(firsts[i] ?? 0) === k)
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
  const expected =
    declared.valid && (seen === declared.count || (!complete && seen < declared.count));
  const sure =
    borders.agree &&
    !doubted &&
    (expected || (seen === offsets.length && (yield* firstEnds(walk, borders))));
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
    whole: !cut && (complete || ended) ? found : found - 1,
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
    const before = Math.min(TAIL, border);
    const length = Math.min(wanted, joined.size - border);
    const bytes = yield* joined.read(border - before, before + length);
    const started = frameFamily(transferSyntax, pixel, bytes.subarray(before)) === family;
    const ended = endsCodeStream(bytes.subarray(0, before), family);
    if (started && ended) starts.push(k);
    // An end is no proof where none can be seen, as in RLE.
    else if (started || (ended && hasEnd(family))) agree = false;
  }
  const last = Math.min(TAIL, joined.size);
  const tail = yield* joined.read(joined.size - last, last);
  return { starts, agree, family, ended: hasEnd(family) && endsCodeStream(tail, family) };
}

/** Whether a marker ends the code streams of the family. */
function hasEnd(family: CodeStreamFamily): boolean {
  return family === 'jpeg' || family === 'jpeg-2000';
}

/** The frames by their code streams, each followed to its true end. */
function* followStreams(
  parts: Encapsulated,
  walk: ItemWalk,
): ReadSteps<{ starts: number[]; ended: boolean } | undefined> {
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
    k = joined.filledFrom(joined.fragmentAt(end - 1) + 1);
  }
  return starts.length === 0 ? undefined : { starts, ended: true };
}

/**
 * Nothing in RLE says where it ends but its own runs: the frames are those that start with a header, if
 * each ends in the last fragment before the next.
 */
function* followRle(
  { pixel }: Encapsulated,
  { offsets, lengths, ending }: ItemWalk,
  starts: number[],
): ReadSteps<{ starts: number[]; ended: boolean } | undefined> {
  const joined = new JoinedFragments(offsets, lengths);
  for (const [i, first] of starts.entries()) {
    const start = joined.startOf(first);
    const end = joined.startOf(starts[i + 1] ?? joined.count);
    const last = joined.startOf(joined.fragmentAt(end - 1)) - start;
    const frame = yield* joined.read(start, end - start);
    const found = rleEnd(frame, rleSegmentBytes(pixel));
    if (found !== undefined && found > last) continue;
    const isCut = i === starts.length - 1 && ending !== 'delimiter';
    return isCut ? { starts, ended: false } : undefined;
  }
  return { starts, ended: true };
}

/** What one segment comes to: a byte of each pixel, or of eight where a pixel is a bit (PS3.5 G.2). */
export function rleSegmentBytes(pixel: ImagePixel): number {
  const { rows, columns, samplesPerPixel, bitsAllocated } = pixel;
  if (bitsAllocated === 1 && samplesPerPixel === 1) return Math.ceil(frameBits(pixel) / 8);
  return rows * columns;
}
