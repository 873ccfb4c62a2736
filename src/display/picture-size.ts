import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import type { Frame } from '../frames/frame.ts';

/** Which size a picture is to have. */
export interface SizeOptions {
  /** Longest edge of the picture in pixels. A smaller frame stays as it is. */
  readonly size?: number | undefined;
  /** Lets `size` enlarge too. */
  readonly enlarge?: boolean | undefined;
}

/** Longest edge that a picture may be enlarged to. */
const LARGEST_EDGE = 16_384;

/** A pixel this many times longer than wide, or wider than long, is a fault of the header. */
const LARGEST_ASPECT = 100;

const PIXEL_ASPECT_RATIO = 0x00280034;

/**
 * Square pixels: the axis with the longer pixels is stretched, so that no detail is lost.
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
  if (!isCredible) {
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
  );
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
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
