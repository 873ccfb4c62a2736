/** A picture that is made row by row, when a row is asked for. */
export interface RowSource {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Writes row `y` into `into`, which holds exactly `width * channels` bytes. */
  readRow(y: number, into: Uint8ClampedArray): void;
}

/**
 * The picture at another size: each new pixel is the mean of the area of the source that it covers,
 * exact to the last bit before it is rounded. The same rule enlarges: source pixels become
 * rectangles, no value is invented between them.
 *
 * Rows are made one at a time: beside the result, two rows of the source are in memory.
 */
export function resize(source: RowSource, width: number, height: number): Uint8ClampedArray {
  const stride = width * source.channels;
  const result = new Uint8ClampedArray(stride * height);
  if (width === source.width && height === source.height) {
    for (let y = 0; y < height; y++) source.readRow(y, rowOf(result, y, stride));
    return result;
  }
  // All weights are whole numbers: a source pixel measures `width` by `height` units, a new one
  // `source.width` by `source.height`.
  const bytes = new Uint8ClampedArray(source.width * source.channels);
  const sums = new Int32Array(bytes.length);
  let current = -1;
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    const top = y * source.height;
    const bottom = top + source.height;
    for (let row = Math.floor(top / height); row * height < bottom; row++) {
      // Two new rows may share a row of the source.
      if (row !== current) source.readRow(row, bytes);
      current = row;
      const units = Math.min(bottom, (row + 1) * height) - Math.max(top, row * height);
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + units * (bytes[i] ?? 0);
    }
    writeMeans(source, sums, rowOf(result, y, stride));
  }
  return result;
}

function rowOf(bytes: Uint8ClampedArray, y: number, stride: number): Uint8ClampedArray {
  return bytes.subarray(y * stride, (y + 1) * stride);
}

/** The same along the row, from the sums down each column. */
function writeMeans(source: RowSource, sums: Int32Array, into: Uint8ClampedArray): void {
  const { channels } = source;
  const width = into.length / channels;
  const area = source.width * source.height;
  for (let x = 0; x < width; x++) {
    const left = x * source.width;
    const right = left + source.width;
    const first = Math.floor(left / width);
    const last = Math.ceil(right / width) - 1;
    const firstUnits = Math.min(right, (first + 1) * width) - left;
    const lastUnits = first === last ? 0 : right - last * width;
    for (let c = 0; c < channels; c++) {
      let sum = firstUnits * (sums[first * channels + c] ?? 0);
      for (let i = first + 1; i < last; i++) sum += width * (sums[i * channels + c] ?? 0);
      sum += lastUnits * (sums[last * channels + c] ?? 0);
      into[x * channels + c] = Math.round(sum / area);
    }
  }
}
