import { isSynchronous } from '../bytes/source.ts';
import type { ReadOptions } from '../bytes/source.ts';
import { CODE_STREAM_START, RLE_HEADER } from '../codecs/code-stream-start.ts';
import { ITEM, SEQUENCE_DELIMITATION } from '../dicom/element.ts';
import { ENCAPSULATED_UNCOMPRESSED } from '../dicom/transfer-syntax.ts';
import { groupFragments, oneStream, regroupFragments } from './fragment-groups.ts';
import { walkFragments } from './fragment-walk.ts';
import { startsFrame } from './frame-evidence.ts';
import type { Encapsulated } from './frame-groups.ts';
import { emptyIndex, frameIndex } from './frame-index.ts';
import type { FragmentLayout, FrameRange, LaidOutIndex, TableLayout } from './frame-index.ts';
import { isFrameLength } from './frame-length.ts';
import { ITEM_HEADER, itemHeader, walkItems } from './item-walk.ts';
import { firstFragment, startsStream, withoutTable } from './missing-table.ts';
import { canBeStarts, fillGaps, readOffsetTables } from './offset-table.ts';
import type { OffsetTable } from './offset-table.ts';
import { cutAtStart, noTableItem } from './pixel-faults.ts';
import { runSteps, runStepsAtOnce } from './read-steps.ts';
import type { ReadSteps } from './read-steps.ts';

/** Item headers are read together with the offset table up to this length. */
const TABLE_READ_AHEAD = 64 * 1024;
/** Frames whose items a local disk shows in a few milliseconds. */
const MOST_WALKED = 4096;

/**
 * The index of encapsulated pixel data (PS3.5 A.4). A table that can be makes it in a few small reads:
 * its first and last entries are compared with the items they point at, the others before their frames
 * are delivered. Without a table, or with one that lies, the items are walked.
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
export function walkTable(
  parts: Encapsulated,
  layout: TableLayout,
  options?: ReadOptions,
): Promise<LaidOutIndex> {
  return runSteps(tableSteps(parts, layout), parts.header.source, options);
}

/**
 * The index with what it takes for granted proved, at once, where a few bytes an item cost next to
 * nothing: memory and local disks, of a few thousand frames. The same index elsewhere, or where nothing
 * is taken for granted.
 */
export function provedAtOnce(parts: Encapsulated, index: LaidOutIndex): LaidOutIndex {
  const { source } = parts.header;
  const { layout } = index;
  if (!isSynchronous(source) || index.count > MOST_WALKED) return index;
  if (layout.kind === 'table') return runStepsAtOnce(tableSteps(parts, layout), source);
  if (layout.kind !== 'fragments' || layout.assumed !== 'number-of-fragments') return index;
  return runStepsAtOnce(regroupFragments(parts, index, layout), source);
}

/** {@link walkTable} at once; undefined where the source cannot be read so. */
export function walkTableAtOnce(
  parts: Encapsulated,
  layout: TableLayout,
): LaidOutIndex | undefined {
  const { source } = parts.header;
  return isSynchronous(source) ? runStepsAtOnce(tableSteps(parts, layout), source) : undefined;
}

/**
 * Where frame `i` of a table is, by the items between its entry and the next. Undefined where they do not
 * reach exactly from the one to the other, or the source cannot be read at once.
 */
export function tableRangesAtOnce(
  { header, limits }: Encapsulated,
  { table, end }: TableLayout,
  i: number,
): readonly FrameRange[] | undefined {
  const { source, littleEndian } = header;
  if (!isSynchronous(source)) return undefined;
  const size = table.starts[i + 1] ?? end;
  const { maxFragments } = limits;
  const steps = walkItems(table.starts[i] ?? 0, { size, littleEndian, maxFragments });
  const { offsets, lengths, missing, ending } = runStepsAtOnce(steps, source);
  const last = offsets.length - 1;
  const reaches = (offsets[last] ?? 0) + (lengths[last] ?? 0) === size;
  if (!reaches || missing > 0 || ending !== 'end-of-file') return undefined;
  return Array.from(offsets, (offset, k) => ({ offset, length: lengths[k] ?? 0 }));
}

/**
 * The index by code streams, of fragments that were taken for frames because they are as many: one of
 * them is no frame.
 */
export function regroup(
  parts: Encapsulated,
  index: LaidOutIndex,
  layout: FragmentLayout,
  options?: ReadOptions,
): Promise<LaidOutIndex> {
  return runSteps(regroupFragments(parts, index, layout), parts.header.source, options);
}

function* tableSteps(
  parts: Encapsulated,
  { table, others = [] }: TableLayout,
): ReadSteps<LaidOutIndex> {
  const [first = parts.element.valueOffset] = table.starts;
  return yield* groupFragments(
    parts,
    yield* walkFragments(parts, first),
    [table, ...others],
    first,
  );
}

function* indexSteps(parts: Encapsulated): ReadSteps<LaidOutIndex> {
  const { header, element, declared, limits } = parts;
  const { source, littleEndian } = header;
  const start = element.valueOffset;
  if (start + ITEM_HEADER > source.size) return emptyIndex(cutAtStart(parts, start), parts);
  // Where a read is a journey, the table comes along on the word of the header.
  const ahead = isSynchronous(source) ? 0 : 4 * declared.count;
  const wanted = Math.min(
    TABLE_READ_AHEAD,
    ITEM_HEADER + CODE_STREAM_START + ahead,
    source.size - start,
  );
  const head = (yield { offset: start, length: wanted }).slice();
  const { tag, length } = itemHeader(head, 0, littleEndian);
  if (tag === ITEM && startsStream(header, head.subarray(ITEM_HEADER))) {
    return yield* withoutTable(parts, start);
  }
  if (tag !== ITEM) return emptyIndex(noTableItem(parts, start), parts);
  if (start + ITEM_HEADER + length > source.size) {
    return emptyIndex(cutAtStart(parts, source.size), parts);
  }
  const first = start + ITEM_HEADER + length;
  if (header.transferSyntax.video) return oneStream(parts, yield* walkFragments(parts, first));
  const item = { start: start + ITEM_HEADER, length, head };
  const tables = yield* readOffsetTables(header, item, first, limits);
  const [table] = tables;
  const claims =
    table?.starts.length === declared.count && canBeStarts(table, first) && fillGaps(table);
  // Who is strict wants to know now whether it lies.
  if (claims && !header.warnings.strict) {
    const index = yield* tableIndex(parts, table, tables.slice(1));
    if (index !== undefined) return index;
  }
  const items = yield* walkFragments(parts, first);
  if (length > 0 && !tables.some(({ starts }) => starts[0] === first)) {
    const whole = yield* firstFragment(parts, items, tables, start);
    if (whole !== undefined) return whole;
  }
  return yield* groupFragments(parts, items, tables, first);
}

/**
 * One fragment a frame, as nearly all writers have it: the first frame's item fills the way to the
 * second, and the last entry's to the delimiter. Anything else is undefined, and the items decide.
 */
function* tableIndex(
  parts: Encapsulated,
  table: OffsetTable,
  others: readonly OffsetTable[],
): ReadSteps<LaidOutIndex | undefined> {
  const { header, declared, pixel } = parts;
  const { source, littleEndian } = header;
  const { starts } = table;
  const count = starts.length;
  const first = starts[0] ?? 0;
  const last = starts[count - 1] ?? 0;
  if (last + 2 * ITEM_HEADER > source.size || !isEveryFrameLength(parts, table)) return undefined;
  const firstItem = yield* frameItem(parts, first);
  const lastItem = count === 1 ? firstItem : yield* frameItem(parts, last);
  if (firstItem === undefined || lastItem === undefined) return undefined;
  const second = starts[1] ?? first + ITEM_HEADER + firstItem;
  if (first + ITEM_HEADER + firstItem !== second) return undefined;
  const end = last + ITEM_HEADER + lastItem;
  if (end + ITEM_HEADER > source.size || !fits(table, lastItem)) return undefined;
  const next = itemHeader(yield { offset: end, length: ITEM_HEADER }, 0, littleEndian);
  if (next.tag !== SEQUENCE_DELIMITATION || next.length !== 0) return undefined;
  const counts = { declared: declared.written, found: count, byBytes: undefined };
  const { name } = header;
  const known = { name, count, declaredCount: declared.count, strategy: table.kind, pixel };
  if (count > 1) {
    return frameIndex({
      ...known,
      counts: { ...counts, fragments: undefined },
      confidence: 'verified',
      layout: { kind: 'table', table, others, end },
    });
  }
  return frameIndex({
    ...known,
    counts: { ...counts, fragments: 1 },
    confidence: 'exact',
    layout: {
      kind: 'fragments',
      offsets: Float64Array.of(first + ITEM_HEADER),
      lengths: Uint32Array.of(firstItem),
      firsts: undefined,
    },
  });
}

/** The length of the fragment at `start`; undefined where none is, or none that a frame starts with. */
function* frameItem({ header, pixel }: Encapsulated, start: number): ReadSteps<number | undefined> {
  const { source, littleEndian, transferSyntax } = header;
  const wanted = Math.min(ITEM_HEADER + RLE_HEADER, source.size - start);
  const head = yield { offset: start, length: wanted };
  const { tag, length } = itemHeader(head, 0, littleEndian);
  const frame = head.subarray(ITEM_HEADER, ITEM_HEADER + length);
  return tag === ITEM && startsFrame(frame, pixel, transferSyntax) ? length : undefined;
}

/** Native frames in fragments all have one length: a table that says another lies, or they have several. */
function isEveryFrameLength({ header, pixel }: Encapsulated, { starts }: OffsetTable): boolean {
  if (header.transferSyntax.uid !== ENCAPSULATED_UNCOMPRESSED) return true;
  return starts.every((start, k) => {
    const next = starts[k + 1];
    return next === undefined || isFrameLength(next - start - ITEM_HEADER, pixel);
  });
}

/** Whether the last fragment is as long as the table says, where it says so; it may be padded. */
function fits({ lengths, starts }: OffsetTable, found: number): boolean {
  const length = lengths?.[starts.length - 1];
  return length === undefined || found === length || found === length + 1;
}
