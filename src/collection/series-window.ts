import type { VoiOptions } from '../display/voi.ts';
import type { Planned } from '../series/plan.ts';
import type { GridOptions } from '../series/volume-grid.ts';
import type { ReadSlice } from '../series/volume.ts';
import type { Instance } from './instance.ts';

/** How one window for a series is found. */
export interface SeriesWindowOptions extends VoiOptions, Pick<GridOptions, 'part' | 'tolerances'> {
  /** How many slices are looked at, where their values decide: 9 by default, evenly spread. */
  readonly samples?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** As `Series.window` has it. */
export function seriesWindow(
  planned: Planned<Instance>,
  readSlice: ReadSlice<Instance>,
  options?: SeriesWindowOptions,
): Promise<VoiOptions> {
  throw new Error('to come');
}
