import { EXTENDED_OFFSET_TABLE } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import type { Limits } from '../dicom/limits.ts';
import type { ReadSteps } from './item-walk.ts';

/** A claim about where frames start. */
export interface OffsetTable {
  readonly kind: 'extended-offset-table' | 'basic-offset-table';
  /** Of the first item of each frame, in the file: ascending, the first fragment's first. */
  readonly starts: readonly number[];
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
 * The extended table where there is one (PS3.3 C.7.6.3.1.8), else the basic one (PS3.5 A.4), with
 * offsets counted from the first fragment's item. Tables that cannot be are recorded and left out.
 */
export function* readOffsetTable(
  header: Header,
  item: TableItem,
  firstItem: number,
  limits: Limits,
): ReadSteps<OffsetTable | undefined> {
  const extended = yield* extendedTable(header, firstItem, limits);
  if (extended !== undefined) return { kind: 'extended-offset-table', starts: extended };
  if (item.length === 0) return undefined;
  if (item.length % 4 === 0 && item.length / 4 <= limits.maxFragments) {
    const inHead = item.head.subarray(8, 8 + item.length);
    const bytes =
      inHead.length === item.length ? inHead : yield { offset: item.start, length: item.length };
    const starts = basicStarts(header, bytes, firstItem);
    if (isAscending(starts, firstItem)) return { kind: 'basic-offset-table', starts };
  }
  reportTable(header, item.start, `an offset table of ${item.length} bytes that cannot be`);
  return undefined;
}

/** Offsets beyond 4 GiB are written without their upper half: each is above the one before. */
function basicStarts(
  { source, littleEndian }: Header,
  bytes: Uint8Array,
  firstItem: number,
): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const starts: number[] = [];
  let wrapped = 0;
  let before = 0;
  for (let at = 0; at < bytes.length; at += 4) {
    const offset = view.getUint32(at, littleEndian);
    if (offset < before && source.size > WRAP) wrapped += WRAP;
    before = offset;
    starts.push(firstItem + wrapped + offset);
  }
  return starts;
}

function* extendedTable(
  header: Header,
  firstItem: number,
  limits: Limits,
): ReadSteps<readonly number[] | undefined> {
  const element = header.dataset.element(EXTENDED_OFFSET_TABLE);
  if (element === undefined || element.length === 0) return undefined;
  const { valueOffset: offset, length } = element;
  const here = offset + length <= header.source.size;
  if (here && length % 8 === 0 && length / 8 <= limits.maxFragments) {
    const kept = element.deferred ? undefined : element.values[0];
    const offsets =
      kept instanceof BigUint64Array
        ? kept
        : integers64(yield { offset, length }, header.littleEndian);
    const starts = Array.from(offsets, (start) => firstItem + Number(start));
    if (isAscending(starts, firstItem)) return starts;
  }
  reportTable(header, offset, `an extended offset table of ${length} bytes that cannot be`);
  return undefined;
}

function integers64(bytes: Uint8Array, littleEndian: boolean): BigUint64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return BigUint64Array.from({ length: bytes.length / 8 }, (_, k) =>
    view.getBigUint64(8 * k, littleEndian),
  );
}

/** Where a file was cut, a table that is right points beyond its end: the items tell. */
function isAscending(starts: readonly number[], firstItem: number): boolean {
  return starts.every((start, k) =>
    k === 0 ? start === firstItem : start >= (starts[k - 1] ?? 0) + 8,
  );
}

function reportTable({ warnings }: Header, offset: number, message: string): void {
  warnings.report('OFFSET_TABLE', message, offset);
}
