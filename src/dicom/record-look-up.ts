import { tagAtRecord } from './element-table.ts';
import type { ElementTable } from './element-table.ts';
import type { Tag } from './tag.ts';

/** Records are in ascending order but in broken files, where the first of two with one tag counts. */
export function recordLookUp(
  table: ElementTable,
  records: readonly number[],
): (tag: Tag) => number {
  let last = -1;
  for (const record of records) {
    const tag = tagAtRecord(table, record);
    if (tag <= last) {
      const byTag = new Map(records.toReversed().map((at) => [tagAtRecord(table, at), at]));
      return (wanted) => byTag.get(wanted) ?? -1;
    }
    last = tag;
  }
  return (wanted) => {
    let low = 0;
    let high = records.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const record = records[middle] ?? -1;
      const tag = (table[record] ?? 0) >>> 0;
      if (tag === wanted) return record;
      if (tag < wanted) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  };
}
