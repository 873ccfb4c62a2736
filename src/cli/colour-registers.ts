/** Colours as sixel terminals keep them: each part in percent. */
export interface ColourRegisters {
  /** At most 256, in percent. */
  readonly registers: readonly Percentages[];
  /** Which of them each pixel has. */
  readonly indexes: Uint8Array;
}

/** Red, green and blue, 0 to 100. */
export type Percentages = readonly [number, number, number];

const MOST = 256;

/** How a colour is cut down where a picture has too many: the upper bits of each part. */
const BITS = 6;
const LOST = 8 - BITS;

/**
 * Registers for a picture of `0xRRGGBB`: each of its colours as exactly as percentages have it, which are
 * all where it is grey; of a picture of more than 256 such colours, those that are the mean of alike ones.
 */
export function colourRegisters(colours: Uint32Array): ColourRegisters {
  return exactRegisters(colours) ?? meanRegisters(colours);
}

function exactRegisters(colours: Uint32Array): ColourRegisters | undefined {
  const registers: Percentages[] = [];
  const byPercentages = new Map<string, number>();
  const byColour = new Map<number, number>();
  const indexes = new Uint8Array(colours.length);
  for (let k = 0; k < colours.length; k++) {
    const colour = colours[k] ?? 0;
    let index = byColour.get(colour);
    if (index === undefined) {
      const inPercent = percentages(colour >> 16, (colour >> 8) & 255, colour & 255);
      const key = inPercent.join();
      index = byPercentages.get(key);
      if (index === undefined) {
        if (registers.length === MOST) return undefined;
        index = registers.push(inPercent) - 1;
        byPercentages.set(key, index);
      }
      byColour.set(colour, index);
    }
    indexes[k] = index;
  }
  return { registers, indexes };
}

function percentages(red: number, green: number, blue: number): Percentages {
  const percent = (part: number): number => Math.round((part * 100) / 255);
  return [percent(red), percent(green), percent(blue)];
}

/** Colours that are to become one or, split in two, several. */
interface Box {
  readonly bins: Uint32Array;
  readonly pixels: number;
  /** The part that they differ most in, as the shift to its bits, and by how much. */
  readonly shift: number;
  readonly extent: number;
}

/** Median cut (P. Heckbert, Color image quantization for frame buffer display, 1982). */
function meanRegisters(colours: Uint32Array): ColourRegisters {
  const counts = new Uint32Array(1 << (3 * BITS));
  for (let k = 0; k < colours.length; k++) {
    const bin = binOf(colours[k] ?? 0);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const filled: number[] = [];
  for (let bin = 0; bin < counts.length; bin++) if ((counts[bin] ?? 0) > 0) filled.push(bin);
  const boxes = [boxOf(Uint32Array.from(filled), counts)];
  while (boxes.length < MOST) {
    const at = mostToSplit(boxes);
    const box = boxes[at];
    if (box === undefined) break;
    boxes.splice(at, 1, ...split(box, counts));
  }
  const register = new Uint8Array(counts.length);
  for (const [k, { bins }] of boxes.entries()) for (const bin of bins) register[bin] = k;
  const indexes = Uint8Array.from(colours, (colour) => register[binOf(colour)] ?? 0);
  return { registers: boxes.map((box) => meanOf(box, counts)), indexes };
}

function binOf(colour: number): number {
  const red = (colour >> (16 + LOST)) << (2 * BITS);
  const green = ((colour & 0xff00) >> (8 + LOST)) << BITS;
  return red | green | ((colour & 0xff) >> LOST);
}

const SHIFTS = [2 * BITS, BITS, 0] as const;
const MASK = (1 << BITS) - 1;

function boxOf(bins: Uint32Array, counts: Uint32Array): Box {
  let pixels = 0;
  for (const bin of bins) pixels += counts[bin] ?? 0;
  let widest = { shift: 0, extent: 0 };
  for (const shift of SHIFTS) {
    let low = MASK;
    let high = 0;
    for (const bin of bins) {
      const part = (bin >> shift) & MASK;
      if (part < low) low = part;
      if (part > high) high = part;
    }
    if (high - low > widest.extent) widest = { shift, extent: high - low };
  }
  return { bins, pixels, ...widest };
}

/** The one that most pixels are farthest off their mean in; -1 where none can be split. */
function mostToSplit(boxes: readonly Box[]): number {
  let most = 0;
  return boxes.reduce((found, { pixels, extent }, k) => {
    if (pixels * extent <= most) return found;
    most = pixels * extent;
    return k;
  }, -1);
}

/** Two boxes of about as many pixels. */
function split({ bins, pixels, shift }: Box, counts: Uint32Array): [Box, Box] {
  bins.sort((a, b) => ((a >> shift) & MASK) - ((b >> shift) & MASK));
  let at = 0;
  let before = 0;
  do before += counts[bins[at++] ?? 0] ?? 0;
  while (at < bins.length - 1 && before < pixels / 2);
  return [boxOf(bins.subarray(0, at), counts), boxOf(bins.subarray(at), counts)];
}

function meanOf({ bins, pixels }: Box, counts: Uint32Array): Percentages {
  // The middle of what the bits that were cut off can be.
  const half = ((1 << LOST) - 1) / 2;
  const mean = (shift: number): number => {
    let sum = 0;
    for (const bin of bins) {
      sum += ((((bin >> shift) & MASK) << LOST) + half) * (counts[bin] ?? 0);
    }
    return sum / pixels;
  };
  return percentages(mean(2 * BITS), mean(BITS), mean(0));
}
