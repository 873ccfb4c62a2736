import type { Sums } from './stored-values.ts';

/** The samples of a picture: of 8 bits, or of 16. */
export type PictureSamples = Uint8ClampedArray | Uint16Array;

/** A picture that is made row by row, when a row is asked for. */
export interface RowSource {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Writes row `y` into `into`, which holds exactly `width * channels` samples. */
  readRow(y: number, into: Uint16Array): void;
  /** Adds row `y` to `sums`, `units` times, where that is faster than to read it before. */
  addRow?: ((y: number, units: number, sums: Sums) => void) | undefined;
}

/**
 * Fills `result` with the picture at another size: each new pixel is the mean of the area of the source
 * that it covers, exact to the last bit before it is rounded. The same rule enlarges: source pixels
 * become rectangles, no value is invented between them.
 *
 * Rows are made one at a time: beside the result, two rows of the source are in memory.
 */
export function resize(
  source: RowSource,
  width: number,
  height: number,
  result: PictureSamples,
): void {
  const stride = width * source.channels;
  // One kind of array for rows of pictures of both depths: the engine keeps their loops fast.
  const line = new Uint16Array(source.width * source.channels);
  if (width === source.width && height === source.height) {
    for (let y = 0; y < height; y++) {
      source.readRow(y, line);
      result.set(line, y * stride);
    }
    return;
  }
  // All weights are whole numbers, so that the sums are exact.
  const { unit, span } = lengths(source.height, height);
  const across = spans(source.width, width);
  const share = 1 / (span * across.span);
  // Integers are faster, above all before the engine has compiled the loops; no frame of a file is too high.
  const isNarrow = span * 0xffff < 2 ** 32;
  const sums = isNarrow ? new Uint32Array(line.length) : new Float64Array(line.length);
  let current = -1;
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    const top = y * span;
    const bottom = top + span;
    for (let row = Math.floor(top / unit); row * unit < bottom; row++) {
      const units = Math.min(bottom, (row + 1) * unit) - Math.max(top, row * unit);
      if (source.addRow !== undefined) {
        source.addRow(row, units, sums);
        continue;
      }
      // Two new rows may share a row of the source.
      if (row !== current) source.readRow(row, line);
      current = row;
      addLine(line, units, sums);
    }
    writeMeans(sums, across, share, result.subarray(y * stride, (y + 1) * stride));
  }
}

function addLine(line: Uint16Array, units: number, sums: Sums): void {
  for (let i = 0; i < sums.length; i++) {
    sums[i] = (sums[i] ?? 0) + Math.imul(units, line[i] ?? 0);
  }
}

/** How long pixels are, so that all lengths are whole: one of the source `unit`, a new one `span`. */
function lengths(from: number, to: number): { readonly unit: number; readonly span: number } {
  const divisor = greatestCommonDivisor(from, to);
  return { unit: to / divisor, span: from / divisor };
}

/** Which pixels of the source are under each new one of a row. */
interface Spans {
  readonly unit: number;
  readonly span: number;
  /** The pixel in which each new one begins, and how much of that it covers. */
  readonly firsts: Int32Array;
  readonly firstUnits: Int32Array;
}

function spans(from: number, to: number): Spans {
  const { unit, span } = lengths(from, to);
  const firsts = new Int32Array(to);
  const firstUnits = new Int32Array(to);
  for (let x = 0; x < to; x++) {
    const left = x * span;
    const first = Math.floor(left / unit);
    firsts[x] = first;
    firstUnits[x] = Math.min(span, (first + 1) * unit - left);
  }
  return { unit, span, firsts, firstUnits };
}

/** The same along the row, from the sums down each column; `share` is that of one unit in a new pixel. */
function writeMeans(
  sums: Sums,
  { unit, span, firsts, firstUnits }: Spans,
  share: number,
  into: PictureSamples,
): void {
  const channels = into.length / firsts.length;
  if (unit === 1) {
    writeMeansOfWhole(sums, channels, span, share, into);
    return;
  }
  for (let x = 0; x < firsts.length; x++) {
    const units = firstUnits[x] ?? 0;
    const rest = span - units;
    const whole = Math.floor(rest / unit);
    const lastUnits = rest - whole * unit;
    for (let c = 0; c < channels; c++) {
      let i = (firsts[x] ?? 0) * channels + c;
      let sum = units * (sums[i] ?? 0);
      for (let k = 0; k < whole; k++) sum += unit * (sums[(i += channels)] ?? 0);
      // Beyond the last pixel there is none, and nothing is covered.
      if (lastUnits > 0) sum += lastUnits * (sums[i + channels] ?? 0);
      into[x * channels + c] = Math.floor(sum * share + 0.5);
    }
  }
}

/** The same where new pixels are of whole pixels, `span` of them. */
function writeMeansOfWhole(
  sums: Sums,
  channels: number,
  span: number,
  share: number,
  into: PictureSamples,
): void {
  for (let c = 0; c < channels; c++) {
    let from = c;
    for (let to = c; to < into.length; to += channels) {
      let sum = 0;
      for (let k = 0; k < span; k++, from += channels) sum += sums[from] ?? 0;
      into[to] = Math.floor(sum * share + 0.5);
    }
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
