import type { LookUpTable, Palette, Segment, Segmentation } from '../frames/display-attributes.ts';
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
 * - LABELMAP: the values are numbers of segments. 0 is black, the background. Segments without a colour, and
 *   numbers that no segment has, are in colours of a rule: the hue turns by the golden angle from one number
 *   to the next, so that every number has one colour in all frames, and none is black. Behind 255, or behind
 *   65535 where a segment is, values share the last colour.
 *
 * Undefined where no colour is recommended and grey says the same: for BINARY and FRACTIONAL, also where it
 * is not known which of several segments the frame is of.
 */
export function segmentationPalette(segmentation: Segmentation): Palette | undefined {
  const { type, maximumFractionalValue } = segmentation;
  if (type === 'LABELMAP') return labelPalette(segmentation.segments);
  const colour = colourOf(shownSegment(segmentation));
  if (colour === undefined) return undefined;
  const most = type === 'BINARY' ? 1 : maximumFractionalValue;
  const last = Math.min(Math.max(1, Math.trunc(most) || 1), MOST_ENTRIES - 1);
  return palette(last + 1, (value) => {
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

function labelPalette(segments: readonly Segment[]): Palette {
  const colours = new Map<number, SRgb>([[0, BLACK]]);
  let count = FEWEST_LABELS;
  for (const segment of segments) {
    const { number } = segment;
    if (number >= count) count = MOST_ENTRIES;
    const colour = colourOf(segment);
    if (colour !== undefined && !colours.has(number)) colours.set(number, colour);
  }
  return palette(count, (number) => colours.get(number) ?? colourOfNumber(number));
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

function palette(count: number, colourAt: (value: number) => SRgb): Palette {
  const [red, green, blue] = [table(count), table(count), table(count)];
  for (let value = 0; value < count; value++) {
    const colour = colourAt(value);
    red.data[value] = Math.round(colour[0]);
    green.data[value] = Math.round(colour[1]);
    blue.data[value] = Math.round(colour[2]);
  }
  return { red, green, blue };
}

function table(count: number): LookUpTable {
  return { first: 0, bits: 8, data: new Uint16Array(count) };
}
