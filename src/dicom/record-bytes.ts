import { retainedView } from '../bytes/window.ts';
import type { RetainedBytes } from '../bytes/window.ts';
import { FramedexError } from '../errors.ts';
import {
  holdsRecords,
  lengthAtRecord,
  presentAtRecord,
  tagAtRecord,
  valueOffsetAtRecord,
} from './element-table.ts';
import type { ElementTable } from './element-table.ts';
import { UNDEFINED_LENGTH } from './element.ts';
import type { BulkValue } from './json.ts';
import { formatTag } from './tag.ts';
import type { Vr } from './vr.ts';
import type { WarningLog } from './warnings.ts';

/** What all data sets of one file share. */
export interface DatasetContext {
  readonly table: ElementTable;
  readonly bytes: RetainedBytes;
  readonly name: string;
  readonly warnings: WarningLog;
  /** Faults of values that were reported. */
  readonly reported: Set<number>;
  readonly maxValueBytes: number;
  readonly maxRetainedValueBytes: number;
  /** Reads what was not retained, where that can be done at once. */
  readonly load?: ((offset: number, length: number) => Uint8Array) | undefined;
}

const NO_BYTES = new Uint8Array(0);

/** Neither a sequence nor pixel data in fragments. */
export function isValue(table: ElementTable, record: number): boolean {
  return !holdsRecords(table, record) && lengthAtRecord(table, record) !== UNDEFINED_LENGTH;
}

/** Whether the header pass left the value in the file. */
export function isDeferred(context: DatasetContext, record: number): boolean {
  if (!isValue(context.table, record)) return !holdsRecords(context.table, record);
  if (presentAtRecord(context.table, record) === 0) return false;
  return retainedValue(context, record) === undefined;
}

function retainedValue({ table, bytes }: DatasetContext, record: number): Uint8Array | undefined {
  return retainedView(bytes, valueOffsetAtRecord(table, record), presentAtRecord(table, record));
}

/** Where the value lies, if it is not to be had at once. */
export function bulkValue(context: DatasetContext, record: number, vr: Vr): BulkValue | undefined {
  const { table, load, maxValueBytes } = context;
  if (!isDeferred(context, record)) return undefined;
  const offset = valueOffsetAtRecord(table, record);
  if (!isValue(table, record)) return { offset };
  const length = presentAtRecord(table, record);
  const atOnce = load !== undefined && length <= maxValueBytes && isNumeric(vr);
  return atOnce ? undefined : { offset, length };
}

/** The VRs whose long values are tables, and stand in the JSON model as numbers. */
function isNumeric(vr: Vr): boolean {
  return vr === 'US' || vr === 'SS' || vr === 'UL' || vr === 'SL' || vr === 'FL' || vr === 'FD';
}

/**
 * The bytes of a value as they are in the object: a view of the header, or read now.
 *
 * @throws FramedexError `VALUE_LIMIT` where they are still in the file, and cannot be read at once;
 * `BAD_LENGTH` of sequences and fragments.
 */
export function valueBytes(context: DatasetContext, record: number): Uint8Array {
  const { table, load, maxValueBytes, maxRetainedValueBytes, name } = context;
  const present = presentAtRecord(table, record);
  if (present === 0) return NO_BYTES;
  if (!holdsRecords(table, record)) {
    const retained = retainedValue(context, record);
    if (retained !== undefined) return retained;
  }
  const tag = tagAtRecord(table, record);
  const offset = valueOffsetAtRecord(table, record);
  if (!isValue(table, record)) {
    throw new FramedexError('BAD_LENGTH', 'items and fragments are no single value', {
      name,
      tag,
      offset,
      advice: 'Look at the items of a sequence; read pixel data frame by frame.',
    });
  }
  if (load !== undefined && present <= maxValueBytes) return load(offset, present);
  throw new FramedexError('VALUE_LIMIT', `the value of ${formatTag(tag)} is still in the file`, {
    name,
    tag,
    offset,
    limit: present > maxValueBytes ? maxValueBytes : maxRetainedValueBytes,
    found: `${present} bytes`,
    advice:
      present > maxValueBytes
        ? 'Raise limits.maxValueBytes, and read it with file.value(tag).'
        : 'Read it with file.value(tag), or raise limits.maxRetainedValueBytes.',
  });
}
