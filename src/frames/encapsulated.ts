import { isSynchronous } from '../bytes/source.ts';
import type { ReadOptions } from '../bytes/source.ts';
import { CODE_STREAM_START, codeStreamFamily, RLE_HEADER } from '../codecs/code-stream-start.ts';
import { ITEM, SEQUENCE_DELIMITATION } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import { ENCAPSULATED_UNCOMPRESSED, RLE_LOSSLESS } from '../dicom/transfer-syntax.ts';
import { groupFragments, oneStream, regroupFragments } from './fragment-groups.ts';
import type { Encapsulated } from './frame-groups.ts';
import { emptyIndex, frameIndex } from './frame-index.ts';
import { startsFrame } from './frame-evidence.ts';
import { byLength, isFrameLength } from './frame-length.ts';
import { frameFamily, hasKnownStarts } from './code-stream-groups.ts';
import { JoinedFragments } from './joined-fragments.ts';
import type { FragmentLayout, LaidOutIndex, TableLayout } from './frame-index.ts';
import { ITEM_HEADER, itemHeader, walkItems } from './item-walk.ts';
import { runSteps, runStepsAtOnce } from './read-steps.ts';
import type { ItemWalk } from './item-walk.ts';
import { isPlausible, readOffsetTables } from './offset-table.ts';
import type { OffsetTable } from './offset-table.ts';
import { ambiguous, cutAtStart, noTableItem, reportWalk } from './pixel-faults.ts';
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

function* tableSteps(parts: Encapsulated, { table }: TableLayout): ReadSteps<LaidOutIndex> {
  const [first = parts.element.valueOffset] = table.starts;
  return yield* groupFragments(parts, yield* walk(parts, first), [table], first);
}

function* indexSteps(parts: Encapsulated): ReadSteps<LaidOutIndex> {
  const { header, element, declared, limits, pixel } = parts;
  const { source, littleEndian } = header;
  const start = element.valueOffset;
  if (start + ITEM_HEADER > source.size) {
    return emptyIndex(cutAtStart(parts, start), declared.count, pixel);
  }
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
  if (tag !== ITEM || start + ITEM_HEADER + length > source.size) {
    return emptyIndex(noTableItem(parts, start), declared.count, pixel);
  }
  const first = start + ITEM_HEADER + length;
  if (header.transferSyntax.video) return oneStream(parts, yield* walk(parts, first));
  const item = { start: start + ITEM_HEADER, length, head };
  const tables = yield* readOffsetTables(header, item, first, limits);
  const [table] = tables;
  const claims = table?.starts.length === declared.count && isPlausible(table, first);
  // Who is strict wants to know now whether it lies.
  if (claims && !header.warnings.strict) {
    const index = yield* byTable(parts, table);
    if (index !== undefined) return index;
  }
  const items = yield* walk(parts, first);
  if (length > 0 && !tables.some(({ starts }) => starts[0] === first)) {
    const whole = yield* firstFragment(parts, items, start);
    if (whole !== undefined) return whole;
  }
  return yield* groupFragments(parts, items, tables, first);
}

/** What starts like a code stream; a table that lies may look like an RLE header. */
function startsStream({ transferSyntax }: Header, bytes: Uint8Array): boolean {
  const family = codeStreamFamily(bytes);
  return family !== undefined && (family !== 'rle' || transferSyntax.uid === RLE_LOSSLESS);
}

/** Some leave the item of the offset table out. */
function* withoutTable(parts: Encapsulated, start: number): ReadSteps<LaidOutIndex> {
  const { header, element } = parts;
  const message = 'the pixel data starts with a fragment, there is no offset table item';
  header.warnings.report('OFFSET_TABLE', message, start, element.tag);
  return yield* groupFragments(parts, yield* walk(parts, start), [], start);
}

/**
 * The index with the first item as a fragment. No offset table that can be starts like this item, and
 * with it the frames come out: it is the start of a code stream, or what native frames miss. Undefined
 * where it is as long as a table would be, or the frames are as many as declared without it. Where
 * nothing can tell, the fragments are ambiguous.
 */
function* firstFragment(
  parts: Encapsulated,
  items: ItemWalk,
  start: number,
): ReadSteps<LaidOutIndex | undefined> {
  const { header, declared, pixel, limits } = parts;
  const { transferSyntax, source, littleEndian } = header;
  const { maxFragments } = limits;
  const whole = yield* walkItems(start, { size: source.size, littleEndian, maxFragments });
  if (hasKnownStarts(transferSyntax) && transferSyntax.uid !== ENCAPSULATED_UNCOMPRESSED) {
    const joined = new JoinedFragments(whole.offsets, whole.lengths);
    const head = yield* joined.read(0, Math.min(RLE_HEADER, joined.size));
    const starts = frameFamily(transferSyntax, pixel, head) !== undefined;
    return starts ? yield* withoutTable(parts, start) : undefined;
  }
  const length = whole.lengths[0] ?? 0;
  const fragments = items.offsets.length;
  if (transferSyntax.uid === ENCAPSULATED_UNCOMPRESSED) {
    if (byLength(parts, items)?.firsts.length === declared.count) return undefined;
    const completes = byLength(parts, whole)?.firsts.length === declared.count;
    if (completes) return yield* withoutTable(parts, start);
  } else if (declared.count > 1 && fragments === declared.count) return undefined;
  if (length === 4 * declared.count) return undefined;
  return emptyIndex(ambiguous(parts, fragments), declared.count, pixel, fragments);
}

function* walk(parts: Encapsulated, first: number): ReadSteps<ItemWalk> {
  const { header, pixel, limits } = parts;
  const { source, littleEndian, transferSyntax } = header;
  const { uid } = transferSyntax;
  const shown = hasKnownStarts(transferSyntax) && uid !== ENCAPSULATED_UNCOMPRESSED;
  const items = yield* walkItems(first, {
    size: source.size,
    littleEndian,
    maxFragments: limits.maxFragments,
    heads:
      isSynchronous(source) || !shown
        ? undefined
        : {
            length: uid === RLE_LOSSLESS ? RLE_HEADER : CODE_STREAM_START,
            start: (head) => frameFamily(transferSyntax, pixel, head) !== undefined,
          },
  });
  reportWalk(parts, items);
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
      layout: { kind: 'table', table, end },
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
