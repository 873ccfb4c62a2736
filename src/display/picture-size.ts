import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { LARGEST_ASPECT } from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';

/** Which size a picture is to have. */
export interface SizeOptions {
  /**
   * Longest edge of the picture in pixels. A smaller frame stays as it is. Pixels that are not square make a
   * picture of four times as many pixels as the frame at most, or of 4 million; `enlarge` knows no such bound.
   */
  readonly size?: number | undefined;
  /** Lets `size` enlarge too. */
  readonly enlarge?: boolean | undefined;
}

/** Longest edge that a picture may be enlarged to. */
const LARGEST_EDGE = 16_384;

/** Pixels are stretched to so many times what the frame has, or to so many: a lying aspect would fill the memory. */
const LARGEST_GROWTH = 4;
const FREE_PIXELS = 2 ** 22;

const PIXEL_ASPECT_RATIO = 0x00280034;

/**
 * Square pixels: the axis with the longer pixels is stretched, so that no detail is lost; where that would
 * be out of all proportion, the other one shrinks.
 *
 * @throws FramedexError `USAGE` for a size that is none.
 */
export function pictureSize(
  { rows, columns, display }: Frame,
  options: SizeOptions,
  warnings: Warning[],
): { readonly width: number; readonly height: number } {
  const given = display.pixelAspect;
  const isCredible = given >= 1 / LARGEST_ASPECT && given <= LARGEST_ASPECT;
  // The reader of a file has said it already.
  if (!isCredible && !warnings.some(({ code }) => code === 'PIXEL_ASPECT')) {
    const message = 'pixels of this shape cannot be: they are shown square';
    warnings.push({ code: 'PIXEL_ASPECT', message, offset: 0, tag: PIXEL_ASPECT_RATIO });
  }
  const aspect = isCredible ? given : 1;
  const width = aspect < 1 ? columns / aspect : columns;
  const height = aspect > 1 ? rows * aspect : rows;
  const longest = Math.max(width, height);
  const scale = Math.min(
    scaleFor(longest, options),
    Math.max(rows, columns, LARGEST_EDGE) / longest,
    options.enlarge === true ? Infinity : growthLimit(rows * columns, width * height),
  );
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
}

function growthLimit(pixels: number, stretched: number): number {
  return Math.sqrt(Math.max(LARGEST_GROWTH * pixels, FREE_PIXELS) / stretched);
}

function scaleFor(longest: number, { size, enlarge }: SizeOptions): number {
  if (size === undefined) return 1;
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_EDGE) {
    throw new FramedexError('USAGE', 'size is no picture size', {
      expected: `whole pixels, 1 to ${LARGEST_EDGE}`,
      found: String(size),
    });
  }
  return enlarge === true ? size / longest : Math.min(1, size / longest);
}
