import { FramedexError } from '../errors.ts';
import type { Palette } from '../frames/display-attributes.ts';
import type { Frame } from '../frames/frame.ts';
import { paletteSamples } from './palette.ts';
import { numbersOf, painterOf, storedValues } from './stored-values.ts';
import type { Painter, ToSamples } from './stored-values.ts';

/** Samples of a frame of colour, unsigned. */
type Components = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Writes red, green and blue of some pixels, whose samples begin at `start`. */
type Convert = (samples: Components, start: number, count: number, into: Uint16Array) => void;

/** Photometric Interpretations of three or four samples a pixel, and how many (PS3.3 C.7.6.3.1.2). */
export const COLOUR_SAMPLES: ReadonlyMap<string, 3 | 4> = new Map([
  ['RGB', 3],
  ['YBR_FULL', 3],
  ['YBR_FULL_422', 3],
  ['YBR_PARTIAL', 3],
  ['YBR_PARTIAL_422', 3],
  ['YBR_PARTIAL_420', 3],
  // Retired: PS3.3 of 1998 has them.
  ['HSV', 3],
  ['ARGB', 4],
  ['CMYK', 4],
]);

/**
 * Paints the pixels of a frame of colour, in red, green and blue. Colour knows neither modality nor VOI: the
 * full range of `bitsStored` is the full range of each component (PS3.3 C.7.6.3.1.2).
 *
 * @throws FramedexError `BAD_PIXEL_MODULE` when `bitsStored` is no depth, or the samples are signed.
 */
export function colourPainter(frame: Frame, white: 255 | 65535): Painter {
  const { photometricInterpretation, samplesPerPixel, rows, columns, data } = frame;
  const highest = highestComponent(frame);
  const count = rows * columns * samplesPerPixel;
  if (photometricInterpretation === 'RGB') {
    if (data instanceof Uint8Array && highest === white) {
      return {
        paint: (start, pixels, into) => into.set(data.subarray(start * 3, (start + pixels) * 3)),
      };
    }
    const scale = white / highest;
    const toSamples: ToSamples = (values, into) => {
      for (let k = 0; k < values.length; k++) into[k] = sample((values[k] ?? 0) * scale, white);
    };
    const { paint } = painterOf(storedValues(data, count), toSamples, 1);
    return { paint: (start, pixels, into) => paint(start * 3, pixels * 3, into) };
  }
  const samples = componentsOf(frame, count);
  const convert = conversion(photometricInterpretation, { highest, white }, frame.display.palette);
  return {
    paint: (start, pixels, into) => convert(samples, start * samplesPerPixel, pixels, into),
  };
}

/** What a component is at most, and what becomes of that. */
interface Scale {
  readonly highest: number;
  readonly white: number;
}

function highestComponent({ bitsStored, data }: Frame): number {
  if (!Number.isInteger(bitsStored) || bitsStored < 1 || bitsStored > 64) {
    throw new FramedexError('BAD_PIXEL_MODULE', 'Bits Stored is no depth', {
      tag: 0x00280101,
      expected: '1 to 64',
      found: String(bitsStored),
    });
  }
  const isUnsigned =
    data instanceof Uint8Array ||
    data instanceof Uint16Array ||
    data instanceof Uint32Array ||
    data instanceof BigUint64Array;
  if (!isUnsigned) {
    throw new FramedexError('BAD_PIXEL_MODULE', 'colour is unsigned', {
      tag: 0x00280103,
      expected: 'Pixel Representation 0',
      found: data.constructor.name,
    });
  }
  return 2 ** bitsStored - 1;
}

function componentsOf({ data }: Frame, count: number): Components {
  const numbers = numbersOf(data, count);
  return numbers instanceof Uint8Array ||
    numbers instanceof Uint16Array ||
    numbers instanceof Uint32Array ||
    numbers instanceof Float64Array
    ? numbers
    : Float64Array.from(numbers);
}

function conversion(interpretation: string, scale: Scale, palette: Palette | undefined): Convert {
  switch (interpretation) {
    case 'HSV':
      return fromHsv(scale);
    case 'ARGB':
      return fromArgb(scale, palette);
    case 'CMYK':
      return fromCmyk(scale);
    default:
      return fromYbr(interpretation.startsWith('YBR_PARTIAL') ? PARTIAL : FULL, scale);
  }
}

/** What undoes a transformation to luminance and chrominance, for components of 8 bits. */
interface Ybr {
  readonly black: number;
  readonly luminance: number;
  readonly redOfCr: number;
  readonly greenOfCb: number;
  readonly greenOfCr: number;
  readonly blueOfCb: number;
}

/** The inverse of PS3.3 C.7.6.3.1.2, YBR_FULL (T.871 clause 7). */
const FULL: Ybr = {
  black: 0,
  luminance: 1,
  redOfCr: 1.402,
  greenOfCb: -0.344136,
  greenOfCr: -0.714136,
  blueOfCb: 1.772,
};

/** The inverse of PS3.3 C.7.6.3.1.2, YBR_PARTIAL_422: luminance is 16 to 235, chrominance 16 to 240. */
const PARTIAL: Ybr = {
  black: 16,
  luminance: 255 / 219,
  redOfCr: (1.402 * 255) / 224,
  greenOfCb: (-0.344136 * 255) / 224,
  greenOfCr: (-0.714136 * 255) / 224,
  blueOfCb: (1.772 * 255) / 224,
};

function fromYbr(ybr: Ybr, { highest, white }: Scale): Convert {
  // The standard's numbers are those of 8 bits.
  const neutral = (highest + 1) / 2;
  const black = (ybr.black * (highest + 1)) / 256;
  const scale = white / highest;
  const luminance = ybr.luminance * scale;
  const redOfCr = ybr.redOfCr * scale;
  const greenOfCb = ybr.greenOfCb * scale;
  const greenOfCr = ybr.greenOfCr * scale;
  const blueOfCb = ybr.blueOfCb * scale;
  return (samples, start, count, into) => {
    for (let i = start, to = 0; to < 3 * count; i += 3, to += 3) {
      const y = ((samples[i] ?? 0) - black) * luminance;
      const cb = (samples[i + 1] ?? 0) - neutral;
      const cr = (samples[i + 2] ?? 0) - neutral;
      into[to] = sample(y + redOfCr * cr, white);
      into[to + 1] = sample(y + greenOfCb * cb + greenOfCr * cr, white);
      into[to + 2] = sample(y + blueOfCb * cb, white);
    }
  };
}

/** Ink takes light away, black from all three. */
function fromCmyk({ highest, white }: Scale): Convert {
  const scale = white / highest;
  return (samples, start, count, into) => {
    for (let k = 0; k < count; k++) {
      const light = highest - (samples[start + 4 * k + 3] ?? 0);
      for (let c = 0; c < 3; c++) {
        into[3 * k + c] = sample((light - (samples[start + 4 * k + c] ?? 0)) * scale, white);
      }
    }
  };
}

/** Where alpha is more than 0, its entries in the palette take the place of the colour. */
function fromArgb({ highest, white }: Scale, palette: Palette | undefined): Convert {
  const scale = white / highest;
  const entries = palette && paletteSamples(palette, white);
  const alpha = new Float64Array(1);
  return (samples, start, count, into) => {
    for (let k = 0; k < count; k++) {
      alpha[0] = samples[start + 4 * k] ?? 0;
      for (let c = 0; c < 3; c++) {
        into[3 * k + c] = sample((samples[start + 4 * k + 1 + c] ?? 0) * scale, white);
      }
      if (alpha[0] !== 0) entries?.(alpha, into.subarray(3 * k, 3 * k + 3));
    }
  };
}

/** Hue goes round from red over green and blue. */
function fromHsv({ highest, white }: Scale): Convert {
  return (samples, start, count, into) => {
    for (let k = 0; k < count; k++) {
      const hue = ((samples[start + 3 * k] ?? 0) * 6) / (highest + 1);
      const saturation = (samples[start + 3 * k + 1] ?? 0) / highest;
      const value = ((samples[start + 3 * k + 2] ?? 0) / highest) * white;
      for (let c = 0; c < 3; c++) {
        // How far the hue is from this colour: 0 to 3 of 6.
        const distance = Math.abs(((hue - 2 * c + 9) % 6) - 3);
        const share = Math.min(1, Math.max(0, 2 - distance));
        into[3 * k + c] = sample(value * (1 - saturation * (1 - share)), white);
      }
    }
  };
}

function sample(value: number, white: number): number {
  return value <= 0 ? 0 : value >= white ? white : (value + 0.5) | 0;
}
