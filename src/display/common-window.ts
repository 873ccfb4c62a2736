import { FramedexError } from '../errors.ts';
import type { Frame } from '../frames/frame.ts';
import { checkFrame } from './checked-frame.ts';
import { COLOUR_SAMPLES } from './colour.ts';
import { modalityRanges, toModalityValues } from './own-ranges.ts';
import type { GreyValues } from './own-ranges.ts';
import { storedValues } from './stored-values.ts';
import { checkVoiOptions, chooseVoi } from './voi.ts';
import type { AppliedWindow, VoiOptions } from './voi.ts';

/** What shows several frames alike: a window or the number of a VOI LUT; neither for colours. */
export interface CommonVoi extends VoiOptions {
  /** In modality values. `from` says where it is from: the first frame, the caller, or the values of all frames. */
  readonly window?: AppliedWindow | undefined;
  /** Its place in the file, counted from 0. */
  readonly voiLut?: number | undefined;
}

/**
 * What shows several frames alike: options for `render` of each. By default, what `render` takes of the first frame: its VOI LUT, else its
 * window. Where it has neither, or `voi` asks for that, a window of the values of all frames together, by the rules of `render` for
 * one: between all but the lowest and the highest 0.5 % of them, without padding, in modality values. So frames may differ in
 * type and in rescale.
 *
 * A window is one for any other frames too. A VOI LUT is for frames that have that very table: where one of these has not, it is not
 * taken unless it is asked for by name or number. Colours have no window: of frames that all are colours, and of such without any value, nothing comes.
 *
 * @param frames - The first decides where frames differ in their windows.
 * @throws FramedexError `USAGE` for options that are none, for a window or VOI LUT that the first frame has not, and for no frames; for frames that
 * cannot be shown, what `render` throws.
 *
 * @example
 * ```ts
 * const frames = [await file.frame(0), await file.frame(9)];
 * const voi = commonWindow(frames); // { window: { center: 40, width: 400, function: 'LINEAR', from: 'file' } }
 * const pictures = frames.map((frame) => render(frame, voi));
 * ```
 */
export function commonWindow(frames: readonly Frame[], options: VoiOptions = {}): CommonVoi {
  checkVoiOptions(options);
  if (frames.length === 0) {
    throw new FramedexError('USAGE', 'a common window of no frames', { expected: 'a frame' });
  }
  for (const frame of frames) checkFrame(frame);
  const greys = frames.filter(isGrey);
  const [first] = greys;
  if (first === undefined) return {};
  const voiLuts = options.voiLut === undefined ? tablesOfAll(first, greys) : first.display.voiLuts;
  const { window, voiLut } = chooseVoi({
    display: { ...first.display, voiLuts },
    options,
    ranges: modalityRanges(greys.map(greyValues)),
    white: 255,
    // What is wrong with windows and tables of a frame, its picture says.
    warnings: [],
  });
  if (voiLut !== undefined) return { voiLut: voiLut.number };
  return window === undefined ? {} : { window };
}

/** Colours have no window. */
export function isGrey({ photometricInterpretation }: Frame): boolean {
  return (
    !COLOUR_SAMPLES.has(photometricInterpretation) && photometricInterpretation !== 'PALETTE COLOR'
  );
}

function greyValues(frame: Frame): GreyValues {
  const { data, rows, columns, display } = frame;
  return {
    frame,
    stored: storedValues(data, rows * columns, display.padding),
    toValues: toModalityValues(display),
  };
}

type VoiLuts = Frame['display']['voiLuts'];

/** Those of the first frame that all others have under the same number. */
function tablesOfAll({ display }: Frame, frames: readonly Frame[]): VoiLuts {
  return display.voiLuts.filter((table) =>
    frames.every((frame) =>
      frame.display.voiLuts.some((one) => one.number === table.number && isSame(one, table)),
    ),
  );
}

function isSame(a: VoiLuts[number], b: VoiLuts[number]): boolean {
  if (a === b) return true;
  const isAlike = a.first === b.first && a.bits === b.bits && a.data.length === b.data.length;
  return isAlike && a.data.every((entry, k) => entry === b.data[k]);
}
