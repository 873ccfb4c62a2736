import type { DisplayAttributes } from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';
import { modalityTransformation } from './modality.ts';
import type { Transformation } from './modality.ts';
import type { StoredValues } from './stored-values.ts';
import { chooseVoi } from './voi.ts';
import type { AppliedWindow, ValueRange, VoiOptions } from './voi.ts';

/** From stored value to grey byte, and the window on the way. */
export interface Grey {
  readonly transformation: Transformation;
  readonly window?: AppliedWindow | undefined;
}

const BACKGROUND = 0;

/**
 * The grey pipeline of PS3.4 N.2: modality, VOI, presentation.
 *
 * MONOCHROME1 and Presentation LUT Shape INVERSE say the same thing and come together (PS3.3
 * C.7.6.3.1.2, C.11.6.1.2): they invert once, and last. `invert` turns that result around.
 *
 * Padding is kept out of the pipeline and out of the automatic window; it is background, so it stays
 * black whichever way the picture is inverted (PS3.3 C.7.5.1.1.2). So does NaN.
 */
export function greyTransformation(
  frame: Frame,
  values: StoredValues,
  options: VoiOptions & { readonly invert?: boolean | undefined },
): Grey {
  const { display } = frame;
  const modality = modalityTransformation(display);
  const isBackground = backgroundTest(display);
  const voi = chooseVoi(display, options, () =>
    frame.bitsStored === 1 ? TWO_VALUES : rangeOf(values, modality, isBackground),
  );
  const darkIsHigh = frame.photometricInterpretation === 'MONOCHROME1' || display.inverse;
  const inverted = darkIsHigh !== (options.invert ?? false);
  return {
    window: voi.window,
    transformation: (stored) => {
      if (isBackground(stored)) return BACKGROUND;
      const grey = Math.round(voi.apply(modality(stored)));
      return inverted ? 255 - grey : grey;
    },
  };
}

// A segment may fill its frame, or be absent from it: white then, or black, though all is equal.
const TWO_VALUES: ValueRange = { low: 0, high: 1 };

function backgroundTest(display: DisplayAttributes): (stored: number) => boolean {
  if (display.padding === undefined) return Number.isNaN;
  const { low, high } = display.padding;
  return (stored) => Number.isNaN(stored) || (stored >= low && stored <= high);
}

function rangeOf(
  values: StoredValues,
  modality: Transformation,
  isBackground: (stored: number) => boolean,
): ValueRange | undefined {
  let low = Infinity;
  let high = -Infinity;
  values.each((stored) => {
    if (isBackground(stored)) return;
    const value = modality(stored);
    if (!Number.isFinite(value)) return;
    if (value < low) low = value;
    if (value > high) high = value;
  });
  return low <= high ? { low, high } : undefined;
}
