import type { ReadOptions } from '../bytes/source.ts';
import type { ElementRecord } from '../dicom/element.ts';
import { ITEM, SEQUENCE_DELIMITATION } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Limits } from '../dicom/limits.ts';
import { FramedexError } from '../errors.ts';
import type { DeclaredCount } from './frame-count.ts';
import { emptyIndex, frameIndex } from './frame-index.ts';
import type { FrameConfidence, FrameStrategy, LaidOutIndex } from './frame-index.ts';
import { itemHeader, runSteps, walkItems } from './item-walk.ts';
import type { ItemWalk, ReadSteps } from './item-walk.ts';
import { readOffsetTable } from './offset-table.ts';
import type { OffsetTable } from './offset-table.ts';

/** What an index of encapsulated pixel data is made from. */
export interface Encapsulated {
  readonly header: Header;
  readonly element: ElementRecord;
  readonly pixel: ImagePixel;
  readonly declared: DeclaredCount;
  readonly limits: Limits;
}

/** Item headers are read together with the offset table up to this length. */
const TABLE_READ_AHEAD = 64 * 1024;

/**
 * The index of encapsulated pixel data (PS3.5 A.4). A table makes it in two small reads: its first
 * and last entries are compared with the items they point at, the others when their frames are read.
 * Without a table, or with one that lies, the items are walked, 8 bytes each.
 */
export function indexEncapsulated(
  parts: Encapsulated,
  options?: ReadOptions,
): Promise<LaidOutIndex> {
  return runSteps(indexSteps(parts, true), parts.header.source, options);
}

/** The index by the items alone: what is left when an item is not where the table says. */
export function repairEncapsulated(
  parts: Encapsulated,
  options?: ReadOptions,
): Promise<LaidOutIndex> {
  return runSteps(indexSteps(parts, false), parts.header.source, options);
}

function* indexSteps(parts: Encapsulated, trustTable: boolean): ReadSteps<LaidOutIndex> {
  const { header, element, declared, limits, pixel } = parts;
  const { source, littleEndian } = header;
  const start = element.valueOffset;
  if (start + 8 > source.size) return emptyIndex(cut(parts, start), declared.count, pixel);
  const wanted = Math.min(TABLE_READ_AHEAD, 8 + 4 * declared.count + 8, source.size - start);
  const head = (yield { offset: start, length: wanted }).slice();
  const { tag, length } = itemHeader(head, 0, littleEndian);
  if (tag !== ITEM || start + 8 + length > source.size) {
    return emptyIndex(noTable(parts, start), declared.count, pixel);
  }
  const first = start + 8 + length;
  const table = yield* readOffsetTable(header, { start: start + 8, length, head }, first, limits);
  if (header.transferSyntax.video) return video(parts, yield* walkAll(parts, first));
  if (trustTable && table?.starts.length === declared.count) {
    const index = yield* byTable(parts, table);
    if (index !== undefined) return index;
  }
  const walk = yield* walkItems(first, source.size, littleEndian, limits.maxFragments);
  reportEnding(parts, walk);
  return byItems(parts, walk, table);
}

function* walkAll({ header, limits }: Encapsulated, first: number): ReadSteps<ItemWalk> {
  return yield* walkItems(first, header.source.size, header.littleEndian, limits.maxFragments);
}

/**
 * One fragment a frame, as nearly all writers have it: the first frame's item fills the way to the
 * second, and the last entry points at an item. Anything else is undefined, and the items decide.
 */
function* byTable(parts: Encapsulated, table: OffsetTable): ReadSteps<LaidOutIndex | undefined> {
  const { header, declared, pixel } = parts;
  const { source, littleEndian } = header;
  const { starts } = table;
  const last = starts[starts.length - 1];
  const [start] = starts;
  if (start === undefined || last === undefined || last + 16 > source.size) return undefined;
  const firstItem = itemHeader(yield { offset: start, length: 8 }, 0, littleEndian);
  const lastItem = itemHeader(yield { offset: last, length: 8 }, 0, littleEndian);
  if (firstItem.tag !== ITEM || lastItem.tag !== ITEM) return undefined;
  const second = starts[1];
  if (second !== undefined && start + 8 + firstItem.length !== second) return undefined;
  const behind = last + 8 + lastItem.length;
  if (behind + 8 > source.size) return undefined;
  const next = itemHeader(yield { offset: behind, length: 8 }, 0, littleEndian);
  if (next.tag !== SEQUENCE_DELIMITATION) return undefined;
  const offsets = starts.map((at) => at + 8);
  const lengths = starts.map((at, k) => (starts[k + 1] ?? behind) - at - 8);
  return frameIndex({
    count: declared.count,
    declaredCount: declared.count,
    strategy: table.kind,
    confidence: starts.length === 1 ? 'exact' : 'verified',
    pixel,
    layout: {
      kind: 'fragments',
      offsets,
      lengths,
      firsts: [...starts.keys(), starts.length],
      walked: starts.length === 1,
      littleEndian,
    },
  });
}

/** All items are known: the table groups them where it agrees with them, else the standard's rules. */
function byItems(
  parts: Encapsulated,
  walk: ItemWalk,
  table: OffsetTable | undefined,
): LaidOutIndex {
  const { declared, header, element } = parts;
  const count = walk.offsets.length;
  if (count === 0) return emptyIndex(noFragments(parts), declared.count, parts.pixel);
  if (table !== undefined) {
    const firsts = groupByTable(walk, table);
    if (firsts?.length === declared.count + 1) {
      return grouped(parts, walk, firsts, table.kind, 'exact');
    }
    header.warnings.report(
      'OFFSET_TABLE',
      firsts === undefined
        ? 'the offset table points at places where no item is; the items count'
        : `the offset table has ${firsts.length - 1} frames, the header ${declared.count}`,
      element.valueOffset,
      element.tag,
    );
  }
  const frames = declared.valid ? declared.count : count;
  const each = [...walk.offsets.keys(), count];
  // A trailing empty fragment belongs to no frame.
  const filled = walk.lengths[count - 1] === 0 ? count - 1 : count;
  const strategy = table === undefined ? 'one-fragment-per-frame' : 'repaired';
  if (frames === count) return grouped(parts, walk, each, strategy, 'exact');
  if (frames === 1) return grouped(parts, walk, [0, count], 'all-fragments', 'exact');
  if (frames === filled) return grouped(parts, walk, each.slice(0, -1), strategy, 'exact');
  return emptyIndex(ambiguous(parts, count), declared.count, parts.pixel);
}

/** The first fragment of each frame, or undefined where an entry of the table is not at an item. */
function groupByTable(walk: ItemWalk, { starts }: OffsetTable): number[] | undefined {
  const firsts: number[] = [];
  let fragment = 0;
  for (const start of starts) {
    while (fragment < walk.offsets.length && (walk.offsets[fragment] ?? 0) < start + 8) fragment++;
    if (walk.offsets[fragment] !== start + 8) return undefined;
    firsts.push(fragment);
  }
  if (firsts[0] !== 0) return undefined;
  firsts.push(walk.offsets.length);
  return firsts;
}

function grouped(
  { declared, header, pixel }: Encapsulated,
  { offsets, lengths }: ItemWalk,
  firsts: readonly number[],
  strategy: FrameStrategy,
  confidence: FrameConfidence,
): LaidOutIndex {
  const { littleEndian } = header;
  return frameIndex({
    count: firsts.length - 1,
    declaredCount: declared.count,
    strategy,
    confidence,
    pixel,
    layout: { kind: 'fragments', offsets, lengths, firsts, walked: true, littleEndian },
  });
}

/** A video is one stream; its fragments are no frames (PS3.5 8.2.5, A.4.5). */
function video(parts: Encapsulated, walk: ItemWalk): LaidOutIndex {
  reportEnding(parts, walk);
  if (walk.offsets.length === 0)
    return emptyIndex(noFragments(parts), parts.declared.count, parts.pixel);
  return grouped(parts, walk, [0, walk.offsets.length], 'video', 'exact');
}

function reportEnding({ header, element }: Encapsulated, { ending, end }: ItemWalk): void {
  if (ending === 'delimiter') return;
  const message =
    ending === 'end-of-file'
      ? 'the file ends before the sequence delimiter of the pixel data'
      : 'neither a fragment nor the delimiter of the pixel data';
  header.warnings.report(
    ending === 'end-of-file' ? 'DELIMITER' : 'ITEM_EXPECTED',
    message,
    end,
    element.tag,
  );
}

function cut({ header, element }: Encapsulated, offset: number): FramedexError {
  return new FramedexError('NO_PIXEL_DATA', 'the file ends where the pixel data starts', {
    name: header.name,
    offset,
    tag: element.tag,
  });
}

function noTable({ header, element }: Encapsulated, offset: number): FramedexError {
  return new FramedexError('ITEM_EXPECTED', 'no offset table item at the start of the pixel data', {
    name: header.name,
    offset,
    tag: element.tag,
    expected: 'an Item tag (FFFE,E000)',
  });
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
