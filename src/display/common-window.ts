import type { Frame } from '../frames/frame.ts';
import type { VoiOptions } from './voi.ts';

/**
 * What shows several frames alike: options for `render` of each. The first frame's own window or VOI LUT, where it has one; else a
 * window between the percentiles of the values of all of them.
 *
 * @throws FramedexError `USAGE` for options that are none, and for no frames.
 */
export function commonWindow(frames: readonly Frame[], options?: VoiOptions): VoiOptions {
  throw new Error('to come');
}
