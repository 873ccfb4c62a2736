import type { InflationStats } from '../bytes/archived.ts';

/** Counts what inflating does, for one member or for all of an archive. */
export interface InflationMeter extends Record<keyof InflationStats, number> {
  /** That of the archive: what its members do counts there too. */
  readonly above?: InflationMeter | undefined;
}

/** A meter at zero. */
export function createInflationMeter(above?: InflationMeter): InflationMeter {
  return {
    above,
    prefixes: 0,
    wholes: 0,
    cursors: 0,
    indexings: 0,
    restarts: 0,
    spools: 0,
    bytesInflated: 0,
    checkpointBytes: 0,
    spooledBytes: 0,
  };
}

/** What a meter shows now. */
export function inflationStats(meter: InflationMeter): InflationStats {
  const { prefixes, wholes, cursors, indexings, restarts, spools } = meter;
  const { bytesInflated, checkpointBytes, spooledBytes } = meter;
  return {
    ...{ prefixes, wholes, cursors, indexings, restarts, spools },
    ...{ bytesInflated, checkpointBytes, spooledBytes },
  };
}

/** Adds to a count, also of all meters above; what is given back is less than 0. */
export function countInflation(meter: InflationMeter, kind: keyof InflationStats, by = 1): void {
  for (let each: InflationMeter | undefined = meter; each !== undefined; each = each.above) {
    each[kind] += by;
  }
}
