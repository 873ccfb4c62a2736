import type { DisplayAttributes } from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';
import { fullRange, percentileRange } from './automatic-window.ts';
import type { ValueRange, ValuesOf } from './automatic-window.ts';
import { modalityTransformation } from './modality.ts';
import type { Transformation } from './modality.ts';
import type { OwnRanges } from './voi.ts';

/** A grey frame, and its values. */
export interface GreyValues extends ValuesOf {
  readonly frame: Frame;
}

/**
 * What the modality values of frames themselves say about a window for all of them. `toValues` of each is
 * {@link toModalityValues}.
 */
export function modalityRanges(frames: readonly GreyValues[]): OwnRanges {
  return {
    depth: () => depthOf(frames),
    percentiles: () => percentileRange(frames),
    full: () => maskRange(frames) ?? fullRange(frames),
  };
}

/** From stored values to modality values; NaN is background. */
export function toModalityValues(display: DisplayAttributes): Transformation {
  const keep = withoutBackground(display);
  const modality = modalityTransformation(display);
  return (values) => {
    keep(values);
    modality(values);
  };
}

/** Padding, and what a supplemental palette shows in colour, becomes NaN. */
export function withoutBackground({ padding, palette }: DisplayAttributes): Transformation {
  const firstColour = palette?.red.first ?? Infinity;
  if (padding === undefined && firstColour === Infinity) return () => undefined;
  const { low, high } = padding ?? { low: Infinity, high: -Infinity };
  return (values) => {
    for (let k = 0; k < values.length; k++) {
      const stored = values[k] ?? 0;
      if ((stored >= low && stored <= high) || stored >= firstColour) values[k] = NaN;
    }
  };
}

/**
 * What the values can be, where they are shown as they are: those of masks, and 8 bits without rescale that
 * use their upper half. What captured a screen or digitised a video made greys for a screen, and what is
 * measured has more bits, a rescale or a window.
 */
function depthOf(frames: readonly GreyValues[]): ValueRange | undefined {
  const mask = maskRange(frames);
  if (mask !== undefined) return mask;
  if (!frames.every(({ frame }) => isPlainByte(frame))) return undefined;
  // Without a rescale, modality values are the stored ones.
  const used = percentileRange(frames);
  return used !== undefined && used.high >= 128 ? { low: 0, high: 255 } : undefined;
}

function isPlainByte({ bitsStored, data, display: { rescale, modalityLut } }: Frame): boolean {
  const isPlain = rescale.slope === 1 && rescale.intercept === 0 && modalityLut === undefined;
  return data instanceof Uint8Array && bitsStored === 8 && isPlain;
}

/** Of masks: from none to all of them. */
function maskRange(frames: readonly GreyValues[]): ValueRange | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (const { frame, toValues } of frames) {
    const ends = maskEnds(frame);
    if (ends === undefined) return undefined;
    toValues(ends);
    // What is padding, or has no value, says nothing of the range.
    if (!ends.every((end) => Number.isFinite(end))) return undefined;
    low = Math.min(low, ...ends);
    high = Math.max(high, ...ends);
  }
  return { low, high };
}

/**
 * A segment may fill its frame, or be absent from it, and is white then, or black, though all values are
 * equal (PS3.3 C.8.20). So is any frame of 1 bit.
 */
function maskEnds({ bitsStored, data, display }: Frame): Float64Array | undefined {
  const { segmentation } = display;
  const isBit = bitsStored === 1 || segmentation?.type === 'BINARY';
  if (!isBit && segmentation?.type !== 'FRACTIONAL') return undefined;
  // A single bit that is signed is the sign: 0, or -1.
  const isSign =
    data instanceof Int8Array || data instanceof Int16Array || data instanceof Int32Array;
  const whole = isBit ? (isSign ? -1 : 1) : (segmentation?.maximumFractionalValue ?? 1);
  return Float64Array.of(0, whole);
}
