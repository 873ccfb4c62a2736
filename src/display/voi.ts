import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import type {
  DisplayAttributes,
  LookUpTable,
  VoiFunction,
  Window,
} from '../frames/display-attributes.ts';
import type { ValueRange } from './automatic-window.ts';
import { hasEntries, lookUp } from './modality.ts';
import type { Transformation } from './modality.ts';

/** A window of the caller. `function` is the frame's own where nothing is said. */
export interface ExplicitWindow {
  readonly center: number;
  readonly width: number;
  readonly function?: VoiFunction | undefined;
}

/** A window as it was applied; given back as `window`, it makes the same picture. */
export interface AppliedWindow extends Window {
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
   * A window of the frame by its number, counted from 0, or by its name, as Window Center & Width
   * Explanation has it (upper or lower case); or any other. It goes before `voiLut` and `voi`.
   */
  readonly window?: number | string | ExplicitWindow | undefined;
  /** A VOI LUT of the frame by its number, counted from 0, or its name (LUT Explanation). */
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
  readonly table?: LookUpTable | undefined;
  readonly voiLut?: AppliedVoiLut | undefined;
}

/** What a VOI is chosen from. */
export interface VoiParts {
  readonly display: Pick<DisplayAttributes, 'windows' | 'voiFunction' | 'voiLuts'>;
  readonly options: VoiOptions;
  readonly ranges: OwnRanges;
  /** The grey that is white: 255, or 65535. */
  readonly white: number;
  /** Takes what is tolerated. */
  readonly warnings: Warning[];
}

const WINDOW_WIDTH = 0x00281051;

/**
 * The VOI transformation for a frame (PS3.3 C.11.2).
 *
 * @throws FramedexError `USAGE` for a window or VOI LUT that the frame has not, or a window that its
 * function does not allow.
 */
export function chooseVoi(parts: VoiParts): Voi {
  const { window, table, voiLut } = choice(parts);
  const { white } = parts;
  if (table !== undefined) return { apply: voiLutTransformation(table, white), voiLut };
  if (window === undefined) return { apply: (values) => void values.fill(NaN) };
  return { apply: windowTransformation(window, white), window };
}

function choice(parts: VoiParts): Choice {
  const { display, options, ranges } = parts;
  const { window, voiLut, voi } = options;
  if (typeof window === 'object') return explicitWindow(window, display.voiFunction);
  if (window !== undefined) {
    const number = numberOf('window', window, display.windows);
    return fileWindow(parts, number) ?? ownWindow(ranges);
  }
  if (voiLut !== undefined) {
    const number = numberOf('VOI LUT', voiLut, display.voiLuts);
    return fileTable(parts, number) ?? ownWindow(ranges);
  }
  if (voi === 'full') return rangeWindow(ranges.full(), 'range');
  if (voi === 'percentile') return percentileWindow(ranges);
  const preferred = voi === 'window' ? firstWindow(parts) : undefined;
  return preferred ?? firstTable(parts) ?? firstWindow(parts) ?? ownWindow(ranges);
}

/** A window as a formula of the standard; `ymin` is 0 and `ymax` is `white`. */
export function windowTransformation(
  { center, width, function: name }: Omit<AppliedWindow, 'from'>,
  white: number,
): Transformation {
  if (name === 'SIGMOID') return (values) => sigmoid(values, center, width, white);
  // PS3.3 C.11.2.1.2.1 and C.11.2.1.3.2 differ in these two alone.
  return name === 'LINEAR'
    ? (values) => linear(values, center - 0.5, width - 1, white)
    : (values) => linear(values, center, width, white);
}

function linear(values: Float64Array, middle: number, width: number, white: number): void {
  const low = middle - width / 2;
  const high = middle + width / 2;
  for (let k = 0; k < values.length; k++) {
    const x = values[k] ?? 0;
    if (x <= low) values[k] = 0;
    else if (x > high) values[k] = white;
    else values[k] = ((x - middle) / width + 0.5) * white;
  }
}

/** PS3.3 C.11.2.1.3.1. */
function sigmoid(values: Float64Array, center: number, width: number, white: number): void {
  for (let k = 0; k < values.length; k++) {
    values[k] = white / (1 + Math.exp((-4 * ((values[k] ?? 0) - center)) / width));
  }
}

/**
 * A VOI LUT: its full range of `bits` is the full range of grey (PS3.3 C.11.6.1, note 3). Entries
 * that are larger than `bits` allow are white.
 */
function voiLutTransformation(table: LookUpTable, white: number): Transformation {
  const scale = white / (2 ** table.bits - 1);
  return (values) => {
    lookUp(values, table, values);
    for (let k = 0; k < values.length; k++) values[k] = Math.min(white, (values[k] ?? 0) * scale);
  };
}

/** The number of what the caller named. */
function numberOf(
  what: string,
  named: number | string,
  list: readonly { readonly explanation?: string | undefined }[],
): number {
  const name = String(named).trim().toLowerCase();
  const number =
    typeof named === 'number'
      ? named
      : list.findIndex(({ explanation }) => explanation?.trim().toLowerCase() === name);
  if (list[number] !== undefined) return number;
  const names = list
    .map(({ explanation = '' }) => explanation.trim())
    .filter((text) => text !== '');
  throw new FramedexError('USAGE', `the frame has no such ${what}`, {
    expected: `a number counted from 0, or ${names.length === 0 ? 'a name' : names.join(', ')}`,
    found: `${named}; the frame has ${list.length}`,
  });
}

/** PS3.3 C.11.2.1.2.1: at least 1 for LINEAR; C.11.2.1.3: more than 0 for the other two. */
function isUsable({ center, width, function: name }: Omit<AppliedWindow, 'from'>): boolean {
  if (!Number.isFinite(center) || !Number.isFinite(width)) return false;
  return name === 'LINEAR' ? width >= 1 : width > 0;
}

function allowed(name: VoiFunction): string {
  return `a center, and a width of ${name === 'LINEAR' ? '1 or more' : 'more than 0'} for ${name}`;
}

// The file's function also governs windows "defined interactively by the user" (PS3.3 C.11.2.1.3.1).
function explicitWindow(option: ExplicitWindow, fileFunction: VoiFunction): Choice {
  const window: AppliedWindow = {
    ...option,
    function: option.function ?? fileFunction,
    from: 'caller',
  };
  if (isUsable(window)) return { window };
  throw new FramedexError('USAGE', 'this window cannot be applied', {
    expected: allowed(window.function),
    found: `center ${option.center}, width ${option.width}`,
  });
}

function fileWindow({ display, warnings }: VoiParts, number: number): Choice | undefined {
  const found = display.windows[number];
  if (found === undefined) return undefined;
  const window: AppliedWindow = { ...found, function: display.voiFunction, from: 'file' };
  if (isUsable(window)) return { window };
  const message = `window ${number} of the file is not ${allowed(window.function)}: it was not applied`;
  if (!warnings.some((warning) => warning.message === message)) {
    warnings.push({ code: 'WINDOW', message, offset: 0, tag: WINDOW_WIDTH });
  }
  return undefined;
}

function firstWindow(parts: VoiParts): Choice | undefined {
  for (let number = 0; number < parts.display.windows.length; number++) {
    const window = fileWindow(parts, number);
    if (window !== undefined) return window;
  }
  return undefined;
}

function fileTable({ display }: VoiParts, number: number): Choice | undefined {
  const table = display.voiLuts[number];
  if (!hasEntries(table)) return undefined;
  return { table, voiLut: { number, explanation: table.explanation } };
}

function firstTable(parts: VoiParts): Choice | undefined {
  const number = parts.display.voiLuts.findIndex(hasEntries);
  return number === -1 ? undefined : fileTable(parts, number);
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
  const width = range.high > range.low ? range.high - range.low : 1;
  const center = range.low + width / 2;
  return { window: { center, width, function: 'LINEAR_EXACT', from } };
}
