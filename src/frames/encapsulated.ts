import { isSynchronous } from '../bytes/source.ts';
import type { ReadOptions } from '../bytes/source.ts';
import { ITEM, SEQUENCE_DELIMITATION } from '../dicom/element.ts';
import { FramedexError } from '../errors.ts';
import { startsCodeStream } from './code-stream.ts';
import { groupFragments, oneFrame } from './fragment-groups.ts';
import type { Encapsulated } from './fragment-groups.ts';
import { emptyIndex, frameIndex } from './frame-index.ts';
import type { LaidOutIndex } from './frame-index.ts';
import { itemHeader, runSteps, walkItems } from './item-walk.ts';
import type { ItemWalk, ReadSteps } from './item-walk.ts';
import { readOffsetTable } from './offset-table.ts';
import type { OffsetTable } from './offset-table.ts';

/** Item headers are read together with the offset table up to this length. */
const TABLE_READ_AHEAD = 64 * 1024;
/** Frames whose items a local disk shows in a few milliseconds. */
const MOST_WALKED = 4096;

/**
 * The index of encapsulated pixel data (PS3.5 A.4). Where 8 bytes cost next to nothing, the items are
 * walked, and an offset table is held against each of them. Elsewhere, or of more frames, a table makes
 * the index in a few small reads: its first and last entries are compared with the items they point
 * at. Without a table, or with one that lies, the items are walked in any case.
 */
export function indexEncapsulated(
  parts: Encapsulated,
  options?: ReadOptions,
): Promise<LaidOutIndex> {
  return runSteps(indexSteps(parts), parts.header.source, options);
}

/**
 * The index by the items, all of which are walked: the table that made the index so far is held
 * against each. That an item is where an entry says does not prove that it is the item of that frame:
 * one entry that lies and one that is missing shift all frames between them.
 */
export function confirmEncapsulated(
  parts: Encapsulated,
  claim: OffsetTable,
  options?: ReadOptions,
): Promise<LaidOutIndex> {
  return runSteps(confirmSteps(parts, claim), parts.header.source, options);
}

function* confirmSteps(parts: Encapsulated, claim: OffsetTable): ReadSteps<LaidOutIndex> {
  const [first = parts.element.valueOffset] = claim.starts;
  return yield* groupFragments(parts, yield* walk(parts, first), claim);
}

function* indexSteps(parts: Encapsulated): ReadSteps<LaidOutIndex> {
  const { header, element, declared, limits, pixel } = parts;
  const { source, littleEndian } = header;
  const start = element.valueOffset;
  if (start + 8 > source.size) return emptyIndex(cut(parts, start), declared.count, pixel);
  // Where a read is a journey, the table comes along on the word of the header.
  const ahead = isSynchronous(source) ? 0 : 4 * declared.count;
  const wanted = Math.min(TABLE_READ_AHEAD, 16 + ahead, source.size - start);
  const head = (yield { offset: start, length: wanted }).slice();
  const { tag, length } = itemHeader(head, 0, littleEndian);
  if (tag === ITEM && startsCodeStream(head.subarray(8))) {
    const message = 'the pixel data starts with a fragment, there is no offset table item';
    header.warnings.report('OFFSET_TABLE', message, start, element.tag);
    return yield* groupFragments(parts, yield* walk(parts, start), undefined);
  }
  if (tag !== ITEM || start + 8 + length > source.size) {
    return emptyIndex(noTable(parts, start), declared.count, pixel);
  }
  const first = start + 8 + length;
  if (header.transferSyntax.video) return oneFrame(parts, yield* walk(parts, first), 'video');
  const table = yield* readOffsetTable(header, { start: start + 8, length, head }, first, limits);
  const walked = isSynchronous(source) && declared.count <= MOST_WALKED;
  if (!walked && table?.starts.length === declared.count) {
    const index = yield* byTable(parts, table);
    if (index !== undefined) return index;
  }
  return yield* groupFragments(parts, yield* walk(parts, first), table);
}

function* walk({ header, element, limits }: Encapsulated, first: number): ReadSteps<ItemWalk> {
  const { source, littleEndian, warnings } = header;
  const items = yield* walkItems(first, source.size, littleEndian, limits.maxFragments);
  if (items.ending === 'end-of-file') {
    const message = 'the file ends before the sequence delimiter of the pixel data';
    warnings.report('DELIMITER', message, items.end, element.tag);
  } else if (items.ending === 'not-an-item') {
    const message = 'neither a fragment nor the delimiter of the pixel data';
    warnings.report('ITEM_EXPECTED', message, items.end, element.tag);
  }
  return items;
}

/**
 * One fragment a frame, as nearly all writers have it: the first frame's item fills the way to the
 * second, and the last entry's to the delimiter. Anything else is undefined, and the items decide.
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
      claim: starts.length === 1 ? undefined : table,
    },
  });
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
