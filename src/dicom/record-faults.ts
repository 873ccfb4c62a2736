import { tagAtRecord, valueOffsetAtRecord } from './element-table.ts';
import type { DatasetContext } from './record-bytes.ts';

/** What can be wrong with a value. */
const KINDS = ['BAD_VALUE', 'BAD_VR', 'CHARACTER_SET'] as const;

/**
 * Reports what is against the standard in the value of an element: each kind of fault once for a file,
 * however often the value is read, and through however many data sets; with `strict` each time.
 */
export function reportFault(
  { table, warnings, reported }: DatasetContext,
  record: number,
  code: (typeof KINDS)[number],
  message: string,
): void {
  // A record has more words than there are kinds.
  const key = record + KINDS.indexOf(code);
  if (reported.has(key)) return;
  warnings.report(code, message, valueOffsetAtRecord(table, record), tagAtRecord(table, record));
  reported.add(key);
}
