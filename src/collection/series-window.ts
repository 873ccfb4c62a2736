import { commonWindow, isGrey } from '../display/common-window.ts';
import type { CommonVoi } from '../display/common-window.ts';
import type { VoiOptions } from '../display/voi.ts';
import { FramedexError } from '../errors.ts';
import type { Frame } from '../frames/frame.ts';
import type { Planned } from '../series/plan.ts';
import type { Slice } from '../series/slice.ts';
import { chosenPart } from '../series/volume-grid.ts';
import type { GridOptions } from '../series/volume-grid.ts';
import type { ReadSlice } from '../series/volume.ts';
import type { Instance } from './instance.ts';

/** How one window for a series is found. */
export interface SeriesWindowOptions
  extends VoiOptions, Pick<GridOptions, 'part' | 'duplicates' | 'tolerances'> {
  /** How many slices are looked at, where their values decide: 9 by default, evenly spread. */
  readonly samples?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const USUAL_SAMPLES = 9;

/**
 * As `Series.window` has it. The middle slice is read, and where its values decide, as many others as there are `samples`: those are held
 * together, and no more.
 *
 * @throws FramedexError `USAGE` for options that are none, and for a window or VOI LUT that the middle slice has not; what reading throws.
 */
export async function seriesWindow(
  planned: Planned<Instance>,
  readSlice: ReadSlice<Instance>,
  options: SeriesWindowOptions = {},
): Promise<CommonVoi> {
  const { samples = USUAL_SAMPLES, signal } = options;
  if (!Number.isInteger(samples) || samples < 1) {
    throw new FramedexError('USAGE', '`samples` is no number of slices', {
      expected: 'a whole number from 1 on',
      found: String(samples),
    });
  }
  const { slices } = chosenPart(planned, options);
  const [middle, ...others] = spread(slices.filter(hasPixels), samples);
  if (middle === undefined) {
    throw new FramedexError('NO_PIXEL_DATA', 'no slice of the series has pixels to show', {});
  }
  const read = (slice: Slice<Instance>, framesToCome: number): Promise<Frame> => {
    signal?.throwIfAborted();
    return readSlice(slice, { signal, framesToCome });
  };
  const first = await read(middle, 0);
  const own = commonWindow([first], options);
  if (!isGrey(first) || !isOfValues(own)) return own;
  const frames = [first];
  for (const [k, slice] of others.entries()) {
    frames.push(await read(slice, others.length - 1 - k));
  }
  return commonWindow(frames, options);
}

/** The middle one first, then others that are spread evenly. */
function spread<T>(slices: readonly T[], samples: number): T[] {
  const { length } = slices;
  const count = Math.min(samples, length);
  const middle = slices[Math.floor(length / 2)];
  // Each stands in the middle of its stretch.
  const others = Array.from({ length: count }, (_, k) =>
    k === Math.floor(count / 2) ? middle : slices[Math.floor(((k + 0.5) * length) / count)],
  );
  return [...new Set([middle, ...others])].filter((one) => one !== undefined);
}

function hasPixels({ instance }: Slice<Instance>): boolean {
  return instance.frameCount > 0;
}

/** Other slices may have other values. */
function isOfValues({ window, voiLut }: CommonVoi): boolean {
  return voiLut === undefined && window?.from !== 'file' && window?.from !== 'caller';
}
