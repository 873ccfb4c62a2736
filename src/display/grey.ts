import type { Warning } from '../errors.ts';
import type { Frame } from '../frames/frame.ts';
import { fullRange, hasInfinity, percentileRange } from './automatic-window.ts';
import type { ValuesOf } from './automatic-window.ts';
import { rescaleFault } from './modality.ts';
import type { Transformation } from './modality.ts';
import { modalityRanges, toModalityValues, withoutBackground } from './own-ranges.ts';
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
  const own = [{ frame, stored: values, toValues }];
  const ranges = isReal ? realRanges(own) : modalityRanges(own);
  const { apply, window, voiLut } = chooseVoi({
    // The windows and tables of the file are of modality values.
    display: isReal ? { ...display, windows: [], voiLuts: [] } : display,
    ...{ options, ranges, white, warnings },
  });
  if (window === undefined && voiLut === undefined && hasInfinity(own)) {
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
  if (realWorldValues !== undefined) {
    const keep = withoutBackground(display);
    const map = realWorldTransformation(realWorldValueMap(display, realWorldValues));
    return (values) => {
      keep(values);
      map(values);
    };
  }
  const message = rescaleFault(display);
  // The reader of a file has said it already, and made it usable.
  if (message !== undefined && !warnings.some(({ code }) => code === 'PIXEL_MODULE')) {
    warnings.push({ code: 'PIXEL_MODULE', message, offset: 0, tag: RESCALE_SLOPE });
  }
  return toModalityValues(display);
}

/** Real world values are measured: how they are stored says nothing of how they are shown. */
function realRanges(own: readonly ValuesOf[]): OwnRanges {
  return {
    depth: () => undefined,
    percentiles: () => percentileRange(own),
    full: () => fullRange(own),
  };
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
