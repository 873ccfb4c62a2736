import type { ByteRange, Source } from './source.ts';

/** Bytes that are announced at a time: some of the requests that they become can be begun before they are asked for. */
const STRETCH_BYTES = 32 * 1024 * 1024;
/** So many reads are looked up at a time at most: there may be 100,000 of them. */
const STRETCH_READS = 512;
/** Reads that were begun before those that are begun now may be under way still. */
const STRETCHES_KEPT = 3;

/** Takes note of reads that will follow, as {@link Source} has it. */
export type WillRead = NonNullable<Source['willRead']>;

/** Reads that are announced a stretch at a time, in the order in which they are begun. */
export interface AnnouncedReads {
  /** Read `i` begins: those of its stretch and of the next are announced then. */
  reach(i: number): void;
  /** Nothing of it will be read any more. */
  end(): void;
}

/**
 * Announces reads that are numbered through.
 *
 * @param rangesOf - What read `i` is of; undefined behind the last.
 */
export function announcedReads(
  willRead: WillRead,
  start: number,
  rangesOf: (i: number) => readonly ByteRange[] | undefined,
): AnnouncedReads {
  const announced: { readonly from: number; readonly end: () => void }[] = [];
  let next = start;
  const announceNext = (): boolean => {
    const from = next;
    const ranges: ByteRange[] = [];
    let bytes = 0;
    for (; next - from < STRETCH_READS && bytes < STRETCH_BYTES; next++) {
      const some = rangesOf(next);
      if (some === undefined) break;
      ranges.push(...some);
      for (const { length } of some) bytes += length;
    }
    if (next === from) return false;
    announced.push({ from, end: willRead(ranges) });
    if (announced.length > STRETCHES_KEPT) announced.shift()?.end();
    return true;
  };
  return {
    reach: (i) => {
      while (i >= (announced.at(-1)?.from ?? start) && announceNext());
    },
    end: () => {
      for (const { end } of announced.splice(0)) end();
    },
  };
}
