import type {
  DisplayAttributes,
  LookUpTable,
  Palette,
  Segment,
  Segmentation,
} from '../frames/display-attributes.ts';
import { sRgbOfCIELab } from './cielab.ts';
import type { SRgb } from './cielab.ts';

const BLACK: SRgb = [0, 0, 0];

/** Stored values have 16 bits at most (PS3.3 C.8.20.2). */
const MOST_ENTRIES = 0x10000;

/** All numbers of 8 bits, of which nearly all label maps are. */
const FEWEST_LABELS = 0x100;

/** Degrees from one hue to the next: however many there are, none is near the ones before. */
const GOLDEN_ANGLE = 137.508;

/**
 * The colours of a segmentation's stored values (PS3.3 C.8.20), by Recommended Display CIELab Value:
 *
 * - BINARY: 0 is black, 1 the colour of the frame's segment.
 * - FRACTIONAL: from black at 0 to the colour at Maximum Fractional Value, in equal steps of sRGB. These
 *   look equal, as the steps of a grey picture do; equal steps of light would show a tenth as a third.
 * - LABELMAP: the values are numbers of segments. 0 is black, unless a colour is recommended for a segment of
 *   that number. Other segments without a colour, and numbers that no segment has, are in colours of a rule:
 *   the hue turns by the golden angle from one number to the next, so that every number has one colour in all
 *   frames, and none is black. Behind 255, or behind 65535 where a segment or padding is, values share the last
 *   colour.
 *
 * Padding is background, which is black (PS3.3 C.7.5.1.1.2), whatever its number.
 *
 * Undefined where no colour is recommended and grey says the same: for BINARY and FRACTIONAL, also where it
 * is not known which of several segments the frame is of.
 */
export function segmentationPalette(
  segmentation: Segmentation,
  padding?: DisplayAttributes['padding'],
): Palette | undefined {
  const { type, maximumFractionalValue } = segmentation;
  if (type === 'LABELMAP') return labelPalette(segmentation, padding);
  const colour = colourOf(shownSegment(segmentation));
  if (colour === undefined) return undefined;
  const most = type === 'BINARY' ? 1 : maximumFractionalValue;
  const last = Math.min(Math.max(1, Math.trunc(most) || 1), MOST_ENTRIES - 1);
  return palette(last + 1, padding, (value) => {
    const share = value / last;
    return [colour[0] * share, colour[1] * share, colour[2] * share];
  });
}

function shownSegment({ segmentNumber, segments }: Segmentation): Segment | undefined {
  if (segmentNumber !== undefined) return segments.find(({ number }) => number === segmentNumber);
  return segments.length === 1 ? segments[0] : undefined;
}

function colourOf(segment: Segment | undefined): SRgb | undefined {
  const written = segment?.recommendedCIELab;
  return written && sRgbOfCIELab(written);
}

interface LabelPalette {
  readonly palette: Palette;
  readonly padding: DisplayAttributes['padding'];
}

/** Of all frames of an object, which share their segments, it is one: of 16 bits it is dear. */
const labelPalettes = new WeakMap<Segmentation['segments'], LabelPalette>();

function labelPalette({ segments }: Segmentation, padding: DisplayAttributes['padding']): Palette {
  const known = labelPalettes.get(segments);
  const isSame = known?.padding?.low === padding?.low && known?.padding?.high === padding?.high;
  if (known !== undefined && isSame) return known.palette;
  const colours = new Map<number, SRgb>();
  let most = padding?.high ?? 0;
  for (const segment of segments) {
    const { number } = segment;
    most = Math.max(most, number);
    const colour = colourOf(segment);
    if (colour !== undefined && !colours.has(number)) colours.set(number, colour);
  }
  if (!colours.has(0)) colours.set(0, BLACK);
  const count = most < FEWEST_LABELS ? FEWEST_LABELS : MOST_ENTRIES;
  const made = palette(count, padding, (number) => colours.get(number) ?? colourOfNumber(number));
  labelPalettes.set(segments, { palette: made, padding });
  return made;
}

/** A full hue between white and black, that both stand out against. */
function colourOfNumber(number: number): SRgb {
  const hue = ((number * GOLDEN_ANGLE) % 360) / 60;
  const channel = (turned: number): number => {
    const place = (hue + turned) % 6;
    return 60 + 180 * Math.min(1, Math.max(0, Math.abs(place - 3) - 1));
  };
  return [channel(0), channel(4), channel(2)];
}

function palette(
  count: number,
  padding: DisplayAttributes['padding'],
  colourAt: (value: number) => SRgb,
): Palette {
  const [red, green, blue] = [table(count), table(count), table(count)];
  for (let value = 0; value < count; value++) {
    const isPadding = padding !== undefined && value >= padding.low && value <= padding.high;
    const colour = isPadding ? BLACK : colourAt(value);
    red.data[value] = Math.round(colour[0]);
    green.data[value] = Math.round(colour[1]);
    blue.data[value] = Math.round(colour[2]);
  }
  return { red, green, blue };
}

function table(count: number): LookUpTable {
  return { first: 0, bits: 8, data: new Uint16Array(count) };
}
