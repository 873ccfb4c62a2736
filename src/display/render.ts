import { FramedexError } from '../errors.ts';
import type { Frame } from '../frames/frame.ts';
import { colourTransformation, ybrToRgb } from './colour.ts';
import { greyTransformation } from './grey.ts';
import type { Grey } from './grey.ts';
import { createImage } from './image.ts';
import type { Image } from './image.ts';
import type { PictureEncoders } from './picture-encoders.ts';
import { resize } from './resize.ts';
import { storedValues } from './stored-values.ts';
import type { StoredValues } from './stored-values.ts';
import type { VoiOptions } from './voi.ts';

/** How a frame becomes a picture. */
export interface RenderOptions extends VoiOptions {
  /** Dark for light, on top of what the frame itself asks for. */
  readonly invert?: boolean | undefined;
  /** Longest edge of the picture in pixels. A smaller frame stays as it is. */
  readonly size?: number | undefined;
  /** Lets `size` enlarge too. */
  readonly enlarge?: boolean | undefined;
  /**
   * The overlay planes to draw over the picture, in white: all of them, or those of some groups
   * (`[0x6000]`). The frame must have been read with `overlays`, as `thumbnail` does it.
   */
  readonly overlays?: boolean | readonly number[] | undefined;
  /**
   * Real world values instead of those of the modality LUT, by the map of the frame with this number,
   * counted from 0, or this LUT Label. The windows of the file are not of these values.
   */
  readonly realWorldValues?: number | string | undefined;
  /** Bits of a sample; 16 gives an {@link Image16}, which `bitDepth: 16` of the overload asks for. */
  readonly bitDepth?: 8 | undefined;
  /** What writes the picture; the platform's own where nothing is said. */
  readonly encoders?: PictureEncoders | undefined;
}

/** The options of a picture of 8 bits, for one of 16 bits a sample. */
export type For16Bits<O extends RenderOptions> = Omit<O, 'bitDepth'> & { readonly bitDepth: 16 };

const CHANNELS: ReadonlyMap<string, 1 | 3> = new Map([
  ['MONOCHROME1', 1],
  ['MONOCHROME2', 1],
  ['RGB', 3],
  ['YBR_FULL', 3],
]);

/** Longest edge that a picture may be enlarged to. */
const LARGEST_EDGE = 16_384;

/** A pixel this many times longer than wide, or wider than long, is a fault of the header. */
const LARGEST_ASPECT = 100;

/**
 * A frame as a picture: 1 channel for grey, 3 of RGB for colour, with square pixels, whatever the frame's are.
 *
 * Grey goes through modality LUT, VOI and inversion as PS3.4 N.2 orders them. Without a VOI LUT or a
 * usable window, the lowest value of the frame becomes black and the highest white; `window` of the
 * picture says what was applied. Colour has no window: those options mean nothing to it.
 *
 * @throws FramedexError `UNSUPPORTED_PHOTOMETRIC_INTERPRETATION` for all but MONOCHROME1,
 * MONOCHROME2, RGB and YBR_FULL; `BAD_PIXEL_MODULE` for a frame that contradicts itself or holds values of
 * more than 53 bits; `USAGE` for options that cannot be met.
 *
 * @example
 * ```ts
 * const picture = render(await file.frame(0), { size: 256, window: { center: 40, width: 400 } });
 * const png = await picture.encode('png');
 * ```
 */
export function render(frame: Frame, options: RenderOptions = {}): Image {
  const channels = channelsOf(frame);
  const { width, height } = pictureSize(frame, options);
  const { columns, rows } = frame;
  const stride = columns * channels;
  const values = storedValues(frame.data, rows * stride);
  const { transformation, window } = pixelTransformation(frame, values, options);
  const paint = values.painter(transformation);
  const readRow = (y: number, into: Uint8ClampedArray): void => paint(y * stride, into);
  const data = resize({ width: columns, height: rows, channels, readRow }, width, height);
  if (isYbr(frame)) ybrToRgb(data, options.invert ?? false);
  const { partial, unverified } = frame;
  return createImage({
    ...{ width, height, channels, data, window, deflate: options.deflate },
    ...(partial === true && { partial }),
    ...(unverified === true && { unverified }),
  });
}

function pixelTransformation(frame: Frame, values: StoredValues, options: RenderOptions): Grey {
  if (CHANNELS.get(frame.photometricInterpretation) === 1) {
    return greyTransformation(frame, values, options);
  }
  // Which colour is the opposite of another is known when it is RGB.
  const invert = !isYbr(frame) && options.invert === true;
  return { transformation: colourTransformation(frame, invert) };
}

/** They are mixed as they are, and become RGB when there are no more of them than in the picture. */
function isYbr({ photometricInterpretation }: Frame): boolean {
  return photometricInterpretation === 'YBR_FULL';
}

function channelsOf(frame: Frame): 1 | 3 {
  const { rows, columns, samplesPerPixel, photometricInterpretation } = frame;
  const channels = CHANNELS.get(photometricInterpretation);
  if (channels === undefined) {
    throw new FramedexError(
      'UNSUPPORTED_PHOTOMETRIC_INTERPRETATION',
      `cannot show ${photometricInterpretation}`,
      {
        tag: 0x00280004,
        expected: [...CHANNELS.keys()].join(', '),
        found: photometricInterpretation,
      },
    );
  }
  if (samplesPerPixel !== channels) {
    throw new FramedexError('BAD_PIXEL_MODULE', 'Samples per Pixel is wrong', {
      tag: 0x00280002,
      expected: `${channels} for ${photometricInterpretation}`,
      found: String(samplesPerPixel),
    });
  }
  const isPicture = Number.isInteger(rows) && Number.isInteger(columns) && rows > 0 && columns > 0;
  if (!isPicture || frame.data.length < rows * columns * channels) {
    throw new FramedexError('BAD_PIXEL_MODULE', 'not a frame', {
      expected: `${rows} rows of ${columns} pixels of ${channels} samples`,
      found: `${frame.data.length} samples`,
    });
  }
  return channels;
}

/** Square pixels: the axis with the longer pixels is stretched, so that no detail is lost. */
function pictureSize(
  frame: Frame,
  options: RenderOptions,
): { readonly width: number; readonly height: number } {
  const { rows, columns } = frame;
  const given = frame.display.pixelAspect;
  const isCredible = given >= 1 / LARGEST_ASPECT && given <= LARGEST_ASPECT;
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

function scaleFor(longest: number, options: RenderOptions): number {
  const { size } = options;
  if (size === undefined) return 1;
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_EDGE) {
    throw new FramedexError('USAGE', 'size is no picture size', {
      expected: `whole pixels, 1 to ${LARGEST_EDGE}`,
      found: String(size),
    });
  }
  return options.enlarge === true ? size / longest : Math.min(1, size / longest);
}
