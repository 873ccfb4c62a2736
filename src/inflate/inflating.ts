import type { InflatedCache } from './inflated-cache.ts';
import type { StartIndexing } from './indexing-protocol.ts';
import type { Inflater } from './inflater.ts';
import type { Spool } from './spool.ts';

/** How deflated members are inflated: what all of them share. */
export interface Inflating {
  readonly inflater: Inflater;
  readonly cache: InflatedCache;
  /** Members of up to so many bytes are inflated as a whole. */
  readonly wholeBytes: number;
  /** How a run over a big member is started; in this thread where it is left out. */
  readonly startIndexing?: StartIndexing | undefined;
  /** Big members that are read here and there go to a temporary file, instead of a checkpoint index. */
  readonly spool?: Spool | undefined;
}
