import { FramedexError } from '../errors.ts';
import type {
  DisplayAttributes,
  LookUpTable,
  VoiFunction,
  Window,
} from '../frames/display-attributes.ts';
import { hasEntries, tableTransformation } from './modality.ts';
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
   * Where it is from: the file, the caller, or the values of the frame: their percentiles, or all from the
   * lowest to the highest.
   */
  readonly from: 'file' | 'caller' | 'percentile' | 'range';
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
   * frame has: between two percentiles of them, or all, from the lowest to the highest. What is missing or
   * unusable falls back to the next in this order.
   */
  readonly voi?: 'lut' | 'window' | 'percentile' | 'full' | undefined;
}

/** Lowest and highest of some values. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

/** From modality values to grey: 0 is black, 255 is white, nothing is rounded yet. */
export interface Voi {
  readonly apply: Transformation;
  /** Absent where a VOI LUT was applied, or where the frame has no value at all. */
  readonly window?: AppliedWindow | undefined;
}

const WHITE = 255;

/**
 * The VOI transformation for a frame. `fullRange` is asked only when neither options nor frame name
 * a usable window or table.
 *
 * @throws FramedexError `USAGE` for a window number that the frame has not, or a window that its
 * function does not allow.
 */
export function chooseVoi(
  display: DisplayAttributes,
  options: VoiOptions,
  fullRange: () => ValueRange | undefined,
): Voi {
  if (typeof options.window === 'object') return explicitVoi(options.window, display.voiFunction);
  if (typeof options.window === 'number') {
    return fileWindowVoi(display, options.window) ?? rangeVoi(fullRange());
  }
  if (options.voi === 'full') return rangeVoi(fullRange());
  const table = display.voiLuts.find(hasEntries);
  const window = display.windows.length === 0 ? undefined : fileWindowVoi(display, 0);
  if (options.voi === 'window' && window !== undefined) return window;
  if (table !== undefined) return { apply: voiLutTransformation(table) };
  return window ?? rangeVoi(fullRange());
}

/** A window as a formula of the standard; `ymin` is 0 and `ymax` 255. */
export function windowTransformation(window: AppliedWindow): Transformation {
  const { center: c, width: w } = window;
  switch (window.function) {
    case 'SIGMOID': // PS3.3 C.11.2.1.3.1
      return (x) => WHITE / (1 + Math.exp((-4 * (x - c)) / w));
    case 'LINEAR_EXACT': // PS3.3 C.11.2.1.3.2
      return (x) => {
        if (x <= c - w / 2) return 0;
        if (x > c + w / 2) return WHITE;
        return ((x - c) / w + 0.5) * WHITE;
      };
    case 'LINEAR': // PS3.3 C.11.2.1.2.1
      return (x) => {
        if (x <= c - 0.5 - (w - 1) / 2) return 0;
        if (x > c - 0.5 + (w - 1) / 2) return WHITE;
        return ((x - (c - 0.5)) / (w - 1) + 0.5) * WHITE;
      };
  }
}

/**
 * A VOI LUT: its full range of `bits` is the full range of grey (PS3.3 C.11.6.1, note 3). Entries
 * that are larger than `bits` allow are white.
 */
export function voiLutTransformation(table: LookUpTable): Transformation {
  const entry = tableTransformation(table);
  const scale = WHITE / (2 ** table.bits - 1);
  return (value) => Math.min(WHITE, entry(value) * scale);
}

/** PS3.3 C.11.2.1.2.1: at least 1 for LINEAR; C.11.2.1.3: more than 0 for the other two. */
function isUsable(window: AppliedWindow): boolean {
  const { center, width } = window;
  if (!Number.isFinite(center) || !Number.isFinite(width)) return false;
  return window.function === 'LINEAR' ? width >= 1 : width > 0;
}

// The file's function also governs windows "defined interactively by the user" (PS3.3 C.11.2.1.3.1).
function explicitVoi(option: ExplicitWindow, fileFunction: VoiFunction): Voi {
  const window = { ...option, function: option.function ?? fileFunction };
  if (!isUsable(window)) {
    const least = window.function === 'LINEAR' ? '1 or more' : 'more than 0';
    throw new FramedexError('USAGE', 'this window cannot be applied', {
      expected: `a center, and a width of ${least} for ${window.function}`,
      found: `center ${option.center}, width ${option.width}`,
    });
  }
  return { apply: windowTransformation(window), window };
}

function fileWindowVoi(display: DisplayAttributes, number: number): Voi | undefined {
  const found = display.windows[number];
  if (found === undefined) {
    throw new FramedexError('USAGE', `the frame has no window number ${number}`, {
      expected: 'a number counted from 0',
      found: `${display.windows.length} windows`,
    });
  }
  const window = { ...found, function: display.voiFunction };
  return isUsable(window) ? { apply: windowTransformation(window), window } : undefined;
}

// The lowest value present is black, the highest white: the same picture as center
// (x1 + x2 + 1) / 2 and width x2 - x1 + 1 make with LINEAR (PS3.3 C.11.2.1.2.1, note 4), and right
// for float values too. A frame of one value only is black.
function rangeVoi(range: ValueRange | undefined): Voi {
  if (range === undefined) return { apply: () => 0 };
  const width = range.high > range.low ? range.high - range.low : 1;
  const center = range.low + width / 2;
  const window: AppliedWindow = { center, width, function: 'LINEAR_EXACT' };
  return { apply: windowTransformation(window), window };
}
