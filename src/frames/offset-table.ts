import { EXTENDED_OFFSET_TABLE } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import type { Limits } from '../dicom/limits.ts';
import type { ReadSteps } from './item-walk.ts';

/** A claim about where frames start. */
export interface OffsetTable {
  readonly kind: 'extended-offset-table' | 'basic-offset-table';
  /** Of the first item of each frame, in the file. */
  readonly starts: readonly number[];
}

/** The item that holds the Basic Offset Table; `head` shows it from its header on, as far as read. */
export interface TableItem {
  readonly start: number;
  readonly length: number;
  readonly head: Uint8Array;
}

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
  const extended = extendedTable(header, firstItem);
  if (extended !== undefined) return extended;
  if (item.length === 0) return undefined;
  const { warnings, source, littleEndian } = header;
  if (item.length % 4 !== 0 || item.length / 4 > limits.maxFragments) {
    warnings.report('OFFSET_TABLE', `an offset table of ${item.length} bytes`, item.start);
    return undefined;
  }
  const inHead = item.head.subarray(8, 8 + item.length);
  const bytes =
    inHead.length === item.length ? inHead : yield { offset: item.start, length: item.length };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const starts: number[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    starts.push(firstItem + view.getUint32(at, littleEndian));
  }
  if (plausible(starts, firstItem, source.size)) return { kind: 'basic-offset-table', starts };
  reportTable(header, item.start);
  return undefined;
}

function extendedTable(header: Header, firstItem: number): OffsetTable | undefined {
  const element = header.dataset.element(EXTENDED_OFFSET_TABLE);
  if (element === undefined || element.length === 0) return undefined;
  const { value } = element;
  const offsets = value instanceof BigUint64Array ? value : undefined;
  const starts = Array.from(offsets ?? [], (offset) => firstItem + Number(offset));
  if (offsets !== undefined && plausible(starts, firstItem, header.source.size)) {
    return { kind: 'extended-offset-table', starts };
  }
  reportTable(header, element.valueOffset);
  return undefined;
}

function plausible(starts: readonly number[], firstItem: number, size: number): boolean {
  return starts.every(
    (start, k) => (k === 0 ? start === firstItem : start > (starts[k - 1] ?? 0)) && start < size,
  );
}

function reportTable({ warnings }: Header, offset: number): void {
  warnings.report('OFFSET_TABLE', 'the entries of the offset table cannot be', offset);
}
