import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import type { Palette } from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';
import type { Overlay } from '../frames/overlay.ts';
import { checkFrame } from './checked-frame.ts';
import { COLOUR_SAMPLES, colourPainter } from './colour.ts';
import { greyOf } from './grey.ts';
import type { Target } from './grey.ts';
import { createImage, createImage16 } from './image.ts';
import type { Image, Image16 } from './image.ts';
import { isObject, optionText } from './option-text.ts';
import { drawOverlays } from './overlays.ts';
import { palettePainter } from './palette.ts';
import type { PictureEncoders } from './picture-encoders.ts';
import { pictureSize } from './picture-size.ts';
import type { SizeOptions } from './picture-size.ts';
import { resize } from './resize.ts';
import type { PictureSamples, RowSource } from './resize.ts';
import { segmentationPalette } from './segmentation.ts';
import { painterOf, storedValues } from './stored-values.ts';
import type { Painter } from './stored-values.ts';
import { checkVoiOptions } from './voi.ts';
import type { AppliedVoiLut, AppliedWindow, VoiOptions } from './voi.ts';

/** How a frame becomes a picture. */
export interface RenderOptions extends VoiOptions, SizeOptions {
  /**
   * Dark for light, on top of what the frame itself asks for. Greys are turned around, and the components of
   * RGB and its kin, which become complementary; the colours of palettes and segments have their meaning and
   * stay, as padding stays black.
   */
  readonly invert?: boolean | undefined;
  /**
   * The overlay planes to draw over the picture, in white: all of them, or those of some groups
   * (`[0x6000]`). The frame must have been read with `overlays`, as `thumbnail` does it.
   */
  readonly overlays?: boolean | readonly number[] | undefined;
  /**
   * Real world values instead of those of the modality LUT, by the map of the frame with this number, its
   * place in the file counted from 0, or this LUT Label. The windows of the file are not of these values.
   */
  readonly realWorldValues?: number | string | undefined;
  /** Bits of a sample; 16 gives an {@link Image16}, which `bitDepth: 16` of the overload asks for. */
  readonly bitDepth?: 8 | undefined;
  /** What writes the picture; the platform's own where nothing is said. */
  readonly encoders?: PictureEncoders | undefined;
}

/** The options of a picture of 8 bits, for one of 16 bits a sample. */
export type For16Bits<O extends RenderOptions> = Omit<O, 'bitDepth'> & { readonly bitDepth: 16 };

/** What is painted of a frame, and what was applied for it. */
interface Painted {
  readonly channels: 1 | 3;
  readonly painter: Painter;
  readonly window?: AppliedWindow | undefined;
  readonly voiLut?: AppliedVoiLut | undefined;
}

const PHOTOMETRIC_INTERPRETATION = 0x00280004;
const ICC_PROFILE = 0x00282000;

/**
 * A frame as a picture with square pixels, whatever the frame's are: 1 channel for grey, 3 of RGB for
 * colour, which a segment with a recommended colour also is, and any label map: its segments without a colour
 * are in colours that are made up, the same for a number in all frames.
 *
 * Grey goes through modality LUT, VOI and inversion as PS3.4 N.2 orders them. Without a VOI LUT or a
 * usable window, all but the lowest and the highest 0.5 % of the frame's values are shown (see
 * {@link VoiOptions}); `window` of the picture says what was applied, and where it is from. Padding (Pixel Padding Value and its range) and NaN
 * are black background, and have no part in it. Colour has no window: those options mean nothing to it, as
 * to other viewers. ICC profiles are not applied. `warnings` of the picture are those of the frame, and what
 * was tolerated here.
 *
 * Smaller pictures are means of the colours or greys under each pixel, never of stored values or numbers
 * in a palette.
 *
 * @throws FramedexError `UNSUPPORTED_PHOTOMETRIC_INTERPRETATION` for what is none of MONOCHROME1,
 * MONOCHROME2, PALETTE COLOR, RGB, YBR_FULL, YBR_FULL_422, YBR_PARTIAL, YBR_PARTIAL_422, YBR_PARTIAL_420, HSV,
 * ARGB and CMYK, or lacks its palette; `BAD_PIXEL_MODULE` for a frame that contradicts itself or holds values
 * of more than 53 bits; `USAGE` for options that cannot be met, and for a frame that was read with `cells` or
 * `packed`.
 *
 * @example
 * ```ts
 * const picture = render(await file.frame(0), { size: 256, window: { center: 40, width: 400 } });
 * const png = await picture.encode('png');
 * ```
 */
export function render(frame: Frame, options: For16Bits<RenderOptions>): Image16;
export function render(frame: Frame, options?: RenderOptions): Image;
export function render(
  frame: Frame,
  options: RenderOptions | For16Bits<RenderOptions> = {},
): Image | Image16 {
  checkOptions(options);
  const target: Target = {
    white: whiteOf(options.bitDepth),
    warnings: [...(frame.warnings ?? [])],
  };
  checkFrame(frame);
  const overlays = chosenOverlays(frame, options.overlays);
  const { channels, painter, window, voiLut } = paintedFrame(frame, options, target);
  const { white, warnings } = target;
  const { width, height } = pictureSize(frame, options, warnings);
  const data = samplesOf(width * height * channels, target);
  const { columns, rows, partial, unverified } = frame;
  resize(rowSource(painter, columns, rows, channels), width, height, data);
  const isColour = COLOUR_SAMPLES.has(frame.photometricInterpretation);
  if (isColour && options.invert === true) invertColours(data, white);
  if (overlays.length > 0) drawOverlays({ width, height, channels, data, white }, frame, overlays);
  const facts = {
    ...{ width, height, channels, warnings, encoders: options.encoders },
    ...(window && { window }),
    ...(voiLut && { voiLut }),
    ...(partial === true && { partial }),
    ...(unverified === true && { unverified }),
  };
  return data instanceof Uint16Array
    ? createImage16({ ...facts, bitDepth: 16, data })
    : createImage({ ...facts, bitDepth: 8, data });
}

/** Callers that were not compiled may ask for anything. */
function checkOptions(options: RenderOptions | For16Bits<RenderOptions>): void {
  if (!isObject(options)) {
    throw new FramedexError('USAGE', 'these are no options', {
      expected: 'an object',
      found: optionText(options),
    });
  }
  checkVoiOptions(options);
  const { overlays, realWorldValues } = options;
  const isGroups = Array.isArray(overlays) && overlays.every((group) => Number.isInteger(group));
  if (overlays !== undefined && typeof overlays !== 'boolean' && !isGroups) {
    throw new FramedexError('USAGE', '`overlays` names no overlays', {
      expected: 'true, false, or groups as [0x6000]',
      found: optionText(overlays),
    });
  }
  const isName = typeof realWorldValues === 'number' || typeof realWorldValues === 'string';
  if (realWorldValues !== undefined && !isName) {
    throw new FramedexError('USAGE', '`realWorldValues` names no map', {
      expected: 'a number counted from 0, or a LUT Label',
      found: optionText(realWorldValues),
    });
  }
}

function rowSource(
  { paint, add }: Painter,
  width: number,
  height: number,
  channels: 1 | 3,
): RowSource {
  return {
    ...{ width, height, channels },
    readRow: (y, into) => paint(y * width, width, into),
    addRow: add && ((y, units, sums) => add(y * width, width, units, sums)),
  };
}

function whiteOf(bitDepth: number | undefined): 255 | 65535 {
  if (bitDepth === undefined || bitDepth === 8) return 255;
  if (bitDepth === 16) return 65535;
  throw new FramedexError('USAGE', 'no depth of pictures', {
    expected: '8 or 16',
    found: String(bitDepth),
  });
}

function samplesOf(length: number, { white }: Target): PictureSamples {
  return white === 255 ? new Uint8ClampedArray(length) : new Uint16Array(length);
}

function paintedFrame(
  frame: Frame,
  options: RenderOptions | For16Bits<RenderOptions>,
  target: Target,
): Painted {
  const { rows, columns, data, display, photometricInterpretation } = frame;
  const isColour = COLOUR_SAMPLES.has(photometricInterpretation);
  const isPalette = photometricInterpretation === 'PALETTE COLOR';
  if (isColour || isPalette) refuseRealWorldValues(options);
  if (isColour || isPalette) noteIccProfile(frame, target.warnings);
  if (isColour) return { channels: 3, painter: colourPainter(frame, target.white) };
  const values = storedValues(data, rows * columns, display.padding);
  const ownColours = isPalette ? paletteOf(frame) : segmentColours(frame, options);
  if (ownColours !== undefined) {
    return { channels: 3, painter: palettePainter(values, ownColours, target.white) };
  }
  const supplemental = options.realWorldValues === undefined ? display.palette : undefined;
  if (supplemental !== undefined) {
    noteIccProfile(frame, target.warnings);
    const grey = greyOf(frame, values, options, target);
    const painter = palettePainter(values, supplemental, target.white, grey);
    return { channels: 3, painter, window: grey.window, voiLut: grey.voiLut };
  }
  const { toSamples, window, voiLut } = greyOf(frame, values, options, target);
  return { channels: 1, painter: painterOf(values, toSamples, 1), window, voiLut };
}

function segmentColours(
  { display }: Frame,
  options: Pick<RenderOptions, 'realWorldValues'>,
): Palette | undefined {
  if (display.segmentation === undefined || options.realWorldValues !== undefined) return undefined;
  return segmentationPalette(display.segmentation, display.padding);
}

function paletteOf({ display }: Frame): Palette {
  const { palette } = display;
  const isWhole =
    palette !== undefined &&
    [palette.red, palette.green, palette.blue].every(({ data }) => data.length > 0);
  if (isWhole) return palette;
  throw new FramedexError(
    'UNSUPPORTED_PHOTOMETRIC_INTERPRETATION',
    'cannot show PALETTE COLOR without its palette',
    {
      tag: PHOTOMETRIC_INTERPRETATION,
      expected: 'Red, Green and Blue Palette Color Lookup Table Descriptor and Data',
      advice: 'The warnings of the file say what is wrong with them, where they are there.',
    },
  );
}

function refuseRealWorldValues({ realWorldValues }: Pick<RenderOptions, 'realWorldValues'>): void {
  if (realWorldValues === undefined) return;
  throw new FramedexError('USAGE', 'colours have no real world values', {
    expected: 'a frame of MONOCHROME1 or MONOCHROME2',
  });
}

function noteIccProfile({ display: { iccProfile } }: Frame, warnings: Warning[]): void {
  if (iccProfile === undefined || iccProfile.colourSpace === 'SRGB') return;
  const message = 'colours are shown as they are: the ICC profile was not applied';
  const { offset } = iccProfile;
  warnings.push({ code: 'ICC_PROFILE', message, offset, tag: ICC_PROFILE });
}

/** The planes to draw; USAGE where they are asked for and not there. */
function chosenOverlays(frame: Frame, asked: RenderOptions['overlays']): readonly Overlay[] {
  if (asked === undefined || asked === false) return [];
  const { overlays, display } = frame;
  const groups = display.overlayGroups ?? [];
  const missing = asked === true ? undefined : asked.find((group) => !groups.includes(group));
  if (missing !== undefined) {
    throw new FramedexError('USAGE', 'the frame has no overlay of this group', {
      expected: groups.length === 0 ? 'none' : groups.map(groupText).join(', '),
      found: groupText(missing),
    });
  }
  const wanted = asked === true ? groups : asked;
  if (overlays === undefined && wanted.length > 0) {
    throw new FramedexError('USAGE', 'the frame was read without its overlays', {
      advice: 'Read it with frame(i, { overlays: true }).',
    });
  }
  return asked === true
    ? (overlays ?? [])
    : (overlays ?? []).filter(({ group }) => asked.includes(group));
}

function groupText(group: number): string {
  return `0x${group.toString(16).toUpperCase()}`;
}

function invertColours(samples: PictureSamples, white: number): void {
  for (let i = 0; i < samples.length; i++) samples[i] = white - (samples[i] ?? 0);
}
