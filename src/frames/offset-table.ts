import { EXTENDED_OFFSET_TABLE, EXTENDED_OFFSET_TABLE_LENGTHS } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import type { Limits } from '../dicom/limits.ts';
import type { Tag } from '../dicom/tag.ts';
import { ITEM_HEADER } from './item-walk.ts';
import type { ReadSteps } from './read-steps.ts';

/** A claim about where frames start. */
export interface OffsetTable {
  readonly kind: 'extended-offset-table' | 'basic-offset-table';
  /** Of the first item of each frame, in the file. */
  readonly starts: Float64Array;
  /** Bytes of each frame, padding left out, as Extended Offset Table Lengths has them. */
  readonly lengths?: Float64Array | undefined;
  /** Where the first entry stands. */
  readonly offset: number;
}

/** The item that holds the Basic Offset Table; `head` shows it from its header on, as far as read. */
export interface TableItem {
  readonly start: number;
  readonly length: number;
  readonly head: Uint8Array;
}

/** What an offset of 32 bits cannot say (PS3.5 A.4). */
const WRAP = 2 ** 32;

/**
 * The extended table where there is one (PS3.3 C.7.6.3.1.8), then the basic one (PS3.5 A.4), with
 * offsets counted from the first fragment's item. Those that cannot be read are recorded and left out.
 */
export function* readOffsetTables(
  header: Header,
  item: TableItem,
  firstItem: number,
  limits: Limits,
): ReadSteps<readonly OffsetTable[]> {
  const extended = yield* extendedTable(header, firstItem, limits);
  const basic = yield* basicTable(header, item, firstItem, limits);
  if (extended === undefined) return basic === undefined ? [] : [basic];
  return basic === undefined ? [extended] : [extended, basic];
}

/** Whether the entries can be the starts of frames, whatever the items say. */
export function canBeStarts({ starts }: OffsetTable, firstItem: number): boolean {
  if (starts[0] !== firstItem) return false;
  for (let k = 1; k < starts.length; k++) {
    const gap = (starts[k] ?? 0) - (starts[k - 1] ?? 0) - ITEM_HEADER;
    if (gap < 0 || gap >= WRAP) return false;
  }
  return true;
}

/**
 * Whether the lengths, where there are any, fill the gaps between the starts: then a frame is one
 * fragment, which may be padded (PS3.3 C.7.6.3.1.8).
 */
export function fillGaps({ starts, lengths }: OffsetTable): boolean {
  if (lengths === undefined) return true;
  for (let k = 1; k < starts.length; k++) {
    const gap = (starts[k] ?? 0) - (starts[k - 1] ?? 0) - ITEM_HEADER;
    const length = lengths[k - 1];
    if (gap !== length && gap - 1 !== length) return false;
  }
  return true;
}

function* basicTable(
  header: Header,
  { start, length, head }: TableItem,
  firstItem: number,
  limits: Limits,
): ReadSteps<OffsetTable | undefined> {
  if (length === 0) return undefined;
  if (length % 4 !== 0 || length / 4 > limits.maxFragments) {
    const message = `a basic offset table of ${length} bytes cannot be, it is left out`;
    header.warnings.report('OFFSET_TABLE', message, start);
    return undefined;
  }
  const inHead = head.subarray(ITEM_HEADER, ITEM_HEADER + length);
  const bytes = inHead.length === length ? inHead : yield { offset: start, length };
  const starts = basicStarts(header, bytes, firstItem);
  return { kind: 'basic-offset-table', starts, offset: start };
}

/** Offsets beyond 4 GiB are written without their upper half: each is above the one before. */
function basicStarts(
  { source, littleEndian }: Header,
  bytes: Uint8Array,
  firstItem: number,
): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const starts = new Float64Array(bytes.length / 4);
  let wrapped = 0;
  let before = 0;
  for (let k = 0; k < starts.length; k++) {
    const offset = view.getUint32(4 * k, littleEndian);
    if (offset < before && firstItem + wrapped + WRAP + offset < source.size) wrapped += WRAP;
    before = offset;
    starts[k] = firstItem + wrapped + offset;
  }
  return starts;
}

function* extendedTable(
  header: Header,
  firstItem: number,
  limits: Limits,
): ReadSteps<OffsetTable | undefined> {
  const offsets = yield* integers(header, EXTENDED_OFFSET_TABLE, limits);
  if (offsets === undefined) return undefined;
  const starts = offsets.values.map((offset) => firstItem + offset);
  const lengths = yield* integers(header, EXTENDED_OFFSET_TABLE_LENGTHS, limits);
  const { length } = starts;
  if (lengths?.values.length !== length) {
    const message = `an extended offset table of ${length} entries with ${lengths?.values.length ?? 0} lengths`;
    header.warnings.report('OFFSET_TABLE', message, offsets.offset, EXTENDED_OFFSET_TABLE);
    return { kind: 'extended-offset-table', starts, offset: offsets.offset };
  }
  return {
    kind: 'extended-offset-table',
    starts,
    lengths: lengths.values,
    offset: offsets.offset,
  };
}

/** The 64-bit integers of an element, which may be longer than what the header pass keeps. */
function* integers(
  header: Header,
  tag: Tag,
  limits: Limits,
): ReadSteps<{ values: Float64Array; offset: number } | undefined> {
  const element = header.dataset.element(tag);
  if (element === undefined || element.length === 0) return undefined;
  const { valueOffset: offset, length } = element;
  const here = offset + length <= header.source.size;
  if (!here || length % 8 !== 0 || length / 8 > limits.maxFragments) {
    const message = `an extended offset table of ${length} bytes cannot be, it is left out`;
    header.warnings.report('OFFSET_TABLE', message, offset, tag);
    return undefined;
  }
  const kept = element.deferred ? undefined : element.values[0];
  if (kept instanceof BigUint64Array) return { values: Float64Array.from(kept, Number), offset };
  const bytes = yield { offset, length };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = new Float64Array(length / 8);
  for (let k = 0; k < values.length; k++) {
    values[k] = Number(view.getBigUint64(8 * k, header.littleEndian));
  }
  return { values, offset };
}
