import type { ThumbnailOptions } from '../node/index.ts';
import { usage, wholeNumber } from './arguments.ts';

/** What every verb that makes pictures takes. */
export const PICTURE_OPTIONS = {
  frame: { type: 'string' },
  icon: { type: 'boolean' },
  window: { type: 'string' },
  voi: { type: 'string' },
  'voi-lut': { type: 'string' },
  invert: { type: 'boolean' },
  overlays: { type: 'boolean' },
  lenient: { type: 'boolean' },
} as const;

/** The lines of help for them, but for `--frame` and `--icon`, which each verb says in its own words. */
export const PICTURE_HELP: string = `  --window W    centre and width, --window -600,1500; or a window of the file, by its number,
                counted from 0, or its name: --window LUNG. What has no such window is shown as
                without it, which is said; where nothing has it, nothing is. Colours have none,
                nor a VOI LUT, and stay as they are
  --voi V       what to prefer: lut or window, the first of the file; percentile or full, by the
                values of the frame: without the rarest, or all
  --voi-lut T   a VOI LUT of the file, by its number or name
  --invert      dark for light
  --overlays    with the overlays of the file, in white
  --lenient     of a frame that is broken, a picture of what can be decoded, black where that is
                nothing; said on standard error
`;

/** Their values, as they were given. */
type Given = {
  readonly [
    K in keyof typeof PICTURE_OPTIONS
  ]?: (typeof PICTURE_OPTIONS)[K]['type'] extends 'string'
    ? string | undefined
    : boolean | undefined;
};

/**
 * Which frame is shown, and how. An icon is for the verb to take, in place of a frame.
 *
 * @throws FramedexError `USAGE`.
 */
export function pictureOptions(given: Given): ThumbnailOptions {
  const { frame, icon, window, voi, 'voi-lut': voiLut, invert, overlays, lenient } = given;
  if (icon === true && frame !== undefined) throw usage('an icon is no frame: --icon or --frame');
  return {
    frame: frame === undefined ? undefined : frameOf(frame),
    window: window === undefined ? undefined : windowOf(window),
    voiLut: voiLut === undefined ? undefined : numberOrName(voiLut, '--voi-lut'),
    voi: voi === undefined ? undefined : voiOf(voi),
    invert,
    overlays,
    lenient,
  };
}

const LARGEST_EDGE = 16_384;

/** The longest edge of a picture, in pixels. */
export function longestEdge(text: string, option = '--size'): number {
  const size = wholeNumber(text, option, 1);
  if (size > LARGEST_EDGE) throw usage(`${option} is at most ${LARGEST_EDGE}, not ${size}`);
  return size;
}

function frameOf(text: string): number | 'middle' | 'representative' {
  if (text === 'middle' || text === 'representative') return text;
  return wholeNumber(text, 'the number of a frame');
}

const VOI = ['lut', 'window', 'percentile', 'full'] as const;

function voiOf(text: string): (typeof VOI)[number] {
  const voi = VOI.find((one) => one === text);
  if (voi !== undefined) return voi;
  throw usage(`--voi is ${VOI.join(', ')}, not ${JSON.stringify(text)}`);
}

function windowOf(text: string): NonNullable<ThumbnailOptions['window']> {
  const [center = Number.NaN, width = Number.NaN, ...rest] = text
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (Number.isFinite(center) && width > 0 && Number.isFinite(width) && rest.length === 0) {
    return { center, width };
  }
  const expected = 'centre and width, such as 40,400, or the number or the name of a window';
  return numberOrName(text, '--window', expected);
}

/** A name has a letter in it: what has none is meant as numbers. */
function numberOrName(
  text: string,
  option: string,
  expected = 'a number counted from 0, or a name',
): number | string {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  if (/\p{L}/u.test(text)) return text;
  throw usage(`${option} is ${expected}, not ${JSON.stringify(text)}`);
}
