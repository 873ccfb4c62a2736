import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { isUsableWindow } from '../frames/display-attributes.ts';
import type {
  DisplayAttributes,
  VoiFunction,
  VoiLut,
  Window,
} from '../frames/display-attributes.ts';
import type { ValueRange } from './automatic-window.ts';
import { chosen } from './chosen.ts';
import { hasEntries } from './modality.ts';
import type { Transformation } from './modality.ts';
import { isObject, optionText } from './option-text.ts';
import { voiLutTransformation, windowTransformation } from './voi-transformation.ts';

/** A window of the caller. `function` is the frame's own where nothing is said. */
export interface ExplicitWindow {
  readonly center: number;
  readonly width: number;
  readonly function?: VoiFunction | undefined;
}

/** A window as it was applied; given back as `window`, it makes the same picture. */
export interface AppliedWindow extends Omit<Window, 'number'> {
  readonly function: VoiFunction;
  /**
   * Where it is from: the file, the caller, or the values of the frame: `percentile`, between which all but
   * the lowest and the highest 0.5 % are; `range`, all from the lowest to the highest; `depth`, all that
   * their bits can be.
   */
  readonly from: 'file' | 'caller' | 'percentile' | 'range' | 'depth';
}

/** A VOI LUT as it was applied. */
export interface AppliedVoiLut {
  /** In the file's order, counted from 0; given back as `voiLut`, it makes the same picture. */
  readonly number: number;
  readonly explanation?: string | undefined;
}

/** Which values of interest to show (PS3.3 C.11.2). */
export interface VoiOptions {
  /**
   * A window of the frame by its number, its place in the file counted from 0, or by its name, as Window
   * Center & Width Explanation has it (upper or lower case); or any other. It goes before `voiLut` and `voi`.
   */
  readonly window?: number | string | ExplicitWindow | undefined;
  /** A VOI LUT of the frame by its number, its place in the file counted from 0, or its name (LUT Explanation). */
  readonly voiLut?: number | string | undefined;
  /**
   * What to prefer: the frame's first VOI LUT (default), its first window, or one of the values that the
   * frame has: all but the lowest and the highest 0.5 % of them, or all, from the lowest to the highest. What
   * is missing or unusable falls back to the next in this order. Before percentiles that were not asked for,
   * frames of 1 bit, segmentations, and frames of 8 bits without rescale that use their upper half are shown
   * as they are.
   */
  readonly voi?: 'lut' | 'window' | 'percentile' | 'full' | undefined;
}

/** From modality values to grey: 0 is black, nothing is rounded yet. */
export interface Voi {
  /** NaN stays NaN. */
  readonly apply: Transformation;
  /** Absent where a VOI LUT was applied, or where the frame has no value at all. */
  readonly window?: AppliedWindow | undefined;
  readonly voiLut?: AppliedVoiLut | undefined;
}

/** What the values of the frame themselves say about their window; each is asked for only when it is needed. */
export interface OwnRanges {
  /** All that the frame's values can be, where that is how they are to be shown. */
  depth(): ValueRange | undefined;
  percentiles(): ValueRange | undefined;
  full(): ValueRange | undefined;
}

/** What is applied: a window or a table; neither where the frame has no value at all. */
interface Choice {
  readonly window?: AppliedWindow | undefined;
  readonly table?: VoiLut | undefined;
  readonly voiLut?: AppliedVoiLut | undefined;
}

/** What a VOI is chosen from. */
export interface VoiParts {
  readonly display: Pick<DisplayAttributes, 'windows' | 'voiFunction' | 'voiLuts' | 'written'>;
  readonly options: VoiOptions;
  readonly ranges: OwnRanges;
  /** The grey that is white: 255, or 65535. */
  readonly white: number;
  /** What was tolerated of the frame, to which more is added. */
  readonly warnings: Warning[];
}

const WINDOW_WIDTH = 0x00281051;

/**
 * The VOI transformation for a frame (PS3.3 C.11.2).
 *
 * @throws FramedexError `USAGE` for a window or VOI LUT that the frame has not, a window that its function
 * does not allow, and options that are none.
 */
export function chooseVoi(parts: VoiParts): Voi {
  checkVoiOptions(parts.options);
  const { window, table, voiLut } = choice(parts);
  const { white } = parts;
  if (table !== undefined) return { apply: voiLutTransformation(table, white), voiLut };
  if (window === undefined) return { apply: (values) => void values.fill(NaN) };
  return { apply: windowTransformation(window, white), window };
}

const PREFERENCES: readonly unknown[] = ['lut', 'window', 'percentile', 'full', undefined];
const FUNCTIONS: readonly unknown[] = ['LINEAR', 'LINEAR_EXACT', 'SIGMOID', undefined];

/**
 * Callers that were not compiled may ask for anything, of frames too that no window is applied to.
 *
 * @throws FramedexError `USAGE`.
 */
export function checkVoiOptions({ window, voiLut, voi }: VoiOptions): void {
  if (!PREFERENCES.includes(voi)) {
    throw new FramedexError('USAGE', '`voi` is no preference', {
      expected: 'lut, window, percentile or full',
      found: optionText(voi),
    });
  }
  if (!isName(voiLut)) {
    throw new FramedexError('USAGE', '`voiLut` names no VOI LUT', {
      expected: 'a number counted from 0, or a name',
      found: optionText(voiLut),
    });
  }
  if (isName(window)) return;
  if (!isWindow(window)) {
    throw new FramedexError('USAGE', '`window` is no window', {
      expected: 'a number counted from 0, a name, or an object with the numbers center and width',
      found: windowText(window),
    });
  }
  const { center, width, function: voiFunction } = window;
  if (!FUNCTIONS.includes(voiFunction)) {
    throw new FramedexError('USAGE', 'this window has no function of the standard', {
      expected: 'LINEAR, LINEAR_EXACT or SIGMOID',
      found: optionText(voiFunction),
    });
  }
  // Which of the functions it is for, the frame may decide.
  if (!isUsableWindow({ center, width }, voiFunction ?? 'LINEAR_EXACT')) {
    throw refusedWindow(window, voiFunction);
  }
}

function isName(option: unknown): option is number | string | undefined {
  return option === undefined || typeof option === 'number' || typeof option === 'string';
}

function isWindow(option: ExplicitWindow): boolean {
  return isObject(option) && typeof option.center === 'number' && typeof option.width === 'number';
}

function windowText(option: ExplicitWindow): string {
  if (!isObject(option)) return optionText(option);
  return `center ${optionText(option.center)}, width ${optionText(option.width)}`;
}

function choice(parts: VoiParts): Choice {
  const { display, options, ranges } = parts;
  const { windows, voiLuts, written } = display;
  const { window, voiLut, voi } = options;
  const nameOf = ({ explanation }: Window | VoiLut): string | undefined => explanation;
  if (typeof window === 'object') return explicitWindow(window, display.voiFunction);
  if (window !== undefined) {
    const list = { what: 'window', list: windows, written: written?.windows, nameOf };
    return fileWindow(parts, chosen(window, list)) ?? ownWindow(ranges);
  }
  if (voiLut !== undefined) {
    const list = { what: 'VOI LUT', list: voiLuts, written: written?.voiLuts, nameOf };
    return fileTable(chosen(voiLut, list)) ?? ownWindow(ranges);
  }
  if (voi === 'full') return rangeWindow(ranges.full(), 'range');
  if (voi === 'percentile') return percentileWindow(ranges);
  const preferred = voi === 'window' ? firstWindow(parts) : undefined;
  return preferred ?? firstTable(parts) ?? firstWindow(parts) ?? ownWindow(ranges);
}

// The file's function also governs windows "defined interactively by the user" (PS3.3 C.11.2.1.3.1).
function explicitWindow(option: ExplicitWindow, fileFunction: VoiFunction): Choice {
  const { function: voiFunction = fileFunction } = option;
  if (!isUsableWindow(option, voiFunction)) throw refusedWindow(option, voiFunction);
  return { window: { ...option, function: voiFunction, from: 'caller' } };
}

function refusedWindow(
  { center, width }: ExplicitWindow,
  voiFunction: VoiFunction | undefined,
): FramedexError {
  const least = voiFunction === 'LINEAR' ? '1 or more' : 'more than 0';
  const of = voiFunction === undefined ? '' : ` for ${voiFunction}`;
  return new FramedexError('USAGE', 'this window cannot be applied', {
    expected: `a center, and a width of ${least}${of}`,
    found: `center ${center}, width ${width}`,
  });
}

/** The reader of a file has said already what is wrong with it, frames that are made by hand have not. */
function fileWindow({ display, warnings }: VoiParts, found: Window): Choice | undefined {
  const { voiFunction } = display;
  const { number, ...window } = found;
  if (isUsableWindow(found, voiFunction)) {
    return { window: { ...window, function: voiFunction, from: 'file' } };
  }
  if (!warnings.some(({ code }) => code === 'WINDOW')) {
    const message = `window ${number} is none that ${voiFunction} allows: it was not applied`;
    warnings.push({ code: 'WINDOW', message, offset: 0, tag: WINDOW_WIDTH });
  }
  return undefined;
}

function firstWindow(parts: VoiParts): Choice | undefined {
  for (const one of parts.display.windows) {
    const window = fileWindow(parts, one);
    if (window !== undefined) return window;
  }
  return undefined;
}

function fileTable(table: VoiLut): Choice | undefined {
  const { number, explanation } = table;
  return hasEntries(table) ? { table, voiLut: { number, explanation } } : undefined;
}

function firstTable({ display }: VoiParts): Choice | undefined {
  const table = display.voiLuts.find(hasEntries);
  return table && fileTable(table);
}

function ownWindow(ranges: OwnRanges): Choice {
  const depth = ranges.depth();
  return depth === undefined ? percentileWindow(ranges) : rangeWindow(depth, 'depth');
}

/** Percentiles that are one and the same say nothing: most of the frame is of one value. */
function percentileWindow(ranges: OwnRanges): Choice {
  const found = ranges.percentiles();
  return found === undefined || found.low < found.high
    ? rangeWindow(found, 'percentile')
    : rangeWindow(ranges.full(), 'range');
}

// The lowest value present is black, the highest white: the same picture as center
// (x1 + x2 + 1) / 2 and width x2 - x1 + 1 make with LINEAR (PS3.3 C.11.2.1.2.1, note 4), and right
// for float values too. A frame of one value only is black.
function rangeWindow(range: ValueRange | undefined, from: AppliedWindow['from']): Choice {
  if (range === undefined) return {};
  const { low, high } = range;
  // Doubles may be further apart than a double can say.
  const width = high > low ? Math.min(high - low, Number.MAX_VALUE) : 1;
  const center = high > low ? low / 2 + high / 2 : low + width / 2;
  return { window: { center, width, function: 'LINEAR_EXACT', from } };
}
