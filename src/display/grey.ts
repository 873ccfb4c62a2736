import type { Warning } from '../errors.ts';
import type { DisplayAttributes } from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';
import { fullRange, hasInfinity, percentileRange } from './automatic-window.ts';
import type { ValueRange } from './automatic-window.ts';
import { modalityTransformation, rescaleFault } from './modality.ts';
import type { Transformation } from './modality.ts';
import { realWorldTransformation, realWorldValueMap } from './real-world-values.ts';
import type { StoredValues, ToSamples } from './stored-values.ts';
import { chooseVoi } from './voi.ts';
import type { AppliedVoiLut, AppliedWindow, OwnRanges, VoiOptions } from './voi.ts';

/** From stored value to grey, and what was applied on the way. */
export interface Grey {
  readonly toSamples: ToSamples;
  readonly window?: AppliedWindow | undefined;
  readonly voiLut?: AppliedVoiLut | undefined;
}

/** What grey is made with. */
export interface GreyOptions extends VoiOptions {
  readonly invert?: boolean | undefined;
  readonly realWorldValues?: number | string | undefined;
}

/** What a picture is made for. */
export interface Target {
  /** The sample that is white: 255, or 65535. */
  readonly white: 255 | 65535;
  /** Takes what is tolerated. */
  readonly warnings: Warning[];
}

const RESCALE_SLOPE = 0x00281053;

/**
 * The grey pipeline of PS3.4 N.2: modality (or real world values), VOI, presentation.
 *
 * MONOCHROME1 and Presentation LUT Shape INVERSE say the same thing and come together (PS3.3
 * C.7.6.3.1.2, C.11.6.1.2): they invert once, and last. `invert` turns that result around.
 *
 * Padding is kept out of the pipeline and out of the automatic window; it is background, so it stays
 * black whichever way the picture is inverted (PS3.3 C.7.5.1.1.2). So does NaN.
 */
export function greyOf(
  frame: Frame,
  values: StoredValues,
  options: GreyOptions,
  { white, warnings }: Target,
): Grey {
  const { display } = frame;
  const isReal = options.realWorldValues !== undefined;
  const toValues = valuesOf(frame, options.realWorldValues, warnings);
  const ranges: OwnRanges = {
    depth: () => (isReal ? undefined : depthOf(frame, values, toValues)),
    percentiles: () => percentileRange(values, toValues),
    full: () => (isReal ? undefined : maskRange(frame, toValues)) ?? fullRange(values, toValues),
  };
  const { apply, window, voiLut } = chooseVoi({
    // The windows and tables of the file are of modality values.
    display: isReal ? { ...display, windows: [], voiLuts: [] } : display,
    ...{ options, ranges, white, warnings },
  });
  if (window === undefined && voiLut === undefined && hasInfinity(values, toValues)) {
    const message = 'the frame has no value that is a finite number: all of it is black';
    warnings.push({ code: 'WINDOW', message, offset: 0 });
  }
  const darkIsHigh = frame.photometricInterpretation === 'MONOCHROME1' || display.inverse;
  const isInverted = darkIsHigh !== (options.invert === true);
  return {
    window,
    voiLut,
    toSamples: (numbers, into) => {
      toValues(numbers);
      apply(numbers);
      quantise(numbers, into, white, isInverted);
    },
  };
}

/** From stored values to those that a window is of; NaN is background. */
function valuesOf(
  { display }: Frame,
  realWorldValues: number | string | undefined,
  warnings: Warning[],
): Transformation {
  const withoutBackground = backgroundTransformation(display);
  if (realWorldValues !== undefined) {
    const map = realWorldTransformation(realWorldValueMap(display, realWorldValues));
    return (values) => {
      withoutBackground(values);
      map(values);
    };
  }
  const message = rescaleFault(display);
  // The reader of a file has said it already, and made it usable.
  if (message !== undefined && !warnings.some(({ code }) => code === 'PIXEL_MODULE')) {
    warnings.push({ code: 'PIXEL_MODULE', message, offset: 0, tag: RESCALE_SLOPE });
  }
  const modality = modalityTransformation(display);
  return (values) => {
    withoutBackground(values);
    modality(values);
  };
}

/** Padding, and what a supplemental palette shows in colour, becomes NaN. */
function backgroundTransformation({ padding, palette }: DisplayAttributes): Transformation {
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
function depthOf(
  frame: Frame,
  values: StoredValues,
  toValues: Transformation,
): ValueRange | undefined {
  const mask = maskRange(frame, toValues);
  if (mask !== undefined) return mask;
  const { bitsStored, data, display } = frame;
  const { rescale, modalityLut } = display;
  const isPlain = rescale.slope === 1 && rescale.intercept === 0 && modalityLut === undefined;
  if (!(data instanceof Uint8Array) || bitsStored !== 8 || !isPlain) return undefined;
  const used = percentileRange(values, backgroundTransformation(display));
  return used !== undefined && used.high >= 128 ? { low: 0, high: 255 } : undefined;
}

/**
 * A segment may fill its frame, or be absent from it, and is white then, or black, though all values are
 * equal (PS3.3 C.8.20). So is any frame of 1 bit.
 */
function maskRange(
  { bitsStored, data, display: { segmentation } }: Frame,
  toValues: Transformation,
): ValueRange | undefined {
  const isBit = bitsStored === 1 || segmentation?.type === 'BINARY';
  if (!isBit && segmentation?.type !== 'FRACTIONAL') return undefined;
  // A single bit that is signed is the sign: 0, or -1.
  const isSign =
    data instanceof Int8Array || data instanceof Int16Array || data instanceof Int32Array;
  const whole = isBit ? (isSign ? -1 : 1) : (segmentation?.maximumFractionalValue ?? 1);
  const ends = Float64Array.of(0, whole);
  toValues(ends);
  const [none = NaN, all = NaN] = ends;
  // What is padding, or has no value, says nothing of the range.
  return Number.isFinite(none) && Number.isFinite(all)
    ? { low: Math.min(none, all), high: Math.max(none, all) }
    : undefined;
}

/** Rounds, and turns around what is not background. */
function quantise(
  values: Float64Array,
  into: Uint16Array,
  white: number,
  isInverted: boolean,
): void {
  for (let k = 0; k < values.length; k++) {
    const grey = values[k] ?? 0;
    const rounded = Math.round(grey);
    // NaN is background, which is black.
    into[k] = grey !== grey ? 0 : isInverted ? white - rounded : rounded;
  }
}
