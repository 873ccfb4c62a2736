/** Oblique, with the normal along row x column. */
export const OBLIQUE = {
  origin: [-40, 13.5, 7],
  row: [0.8, 0.6, 0],
  column: [0, 0, -1],
  normal: [-0.6, 0.8, 0],
};
export const STRAIGHT = {
  origin: [-10, 20, -30],
  row: [1, 0, 0],
  column: [0, 1, 0],
  normal: [0, 0, 1],
};
/** An issue with the code alone: what a grid is made by. */
export function issue(code, ...instances) {
  return { code, message: `this is ${code}`, instances };
}
/** A planned series, without files and without headers. */
export function slicePhantom(parts) {
  const { plane = STRAIGHT, spacing = [0.5, 0.75, 2], columns = 7, rows = 5 } = parts;
  const slices = parts.slices.map(({ at }, k) => {
    const origin = placeAt(plane, at);
    const attributes = { get: () => undefined, has: () => false };
    const own = { ...plane, origin };
    return {
      ...{ instance: { name: `IM${k}` }, frame: 0, attributes, plane: own },
      instanceNumber: undefined,
    };
  });
  const plan = {
    verdict: parts.verdict ?? 'volume',
    reasons: parts.reasons ?? [],
    size: [columns, rows, slices.length],
    spacing: [...spacing],
    affine: new Float64Array(16),
    tilt: 0,
    slices: slices.map(({ instance: { name } }, k) => ({
      ...{ name, frame: 0 },
      position: parts.slices[k]?.at[2],
    })),
    sortedBy: 'position',
    samples: undefined,
    byteLength: 0,
    rescale: undefined,
    parts: [],
  };
  const reads = [];
  const readSlice = async (slice, { into }) => {
    const number = slices.indexOf(slice);
    reads.push(number);
    // As from a disk: later, and not in the order in which they were asked for.
    await new Promise((resolve) => setTimeout(resolve, (number * 7) % 3));
    return phantomFrame(parts, slice.plane ?? plane, number, into, { columns, rows, spacing });
  };
  return { planned: { plan, slices, parts: [] }, readSlice, reads };
}
function phantomFrame(
  { value, type = Int16Array, slices, padding },
  plane,
  number,
  into,
  { columns, rows, spacing },
) {
  const made = new type(columns * rows);
  for (let j = 0; j < made.length; j++) {
    const across = (j % columns) * spacing[0];
    const down = Math.floor(j / columns) * spacing[1];
    const stored = value(placeAt(plane, [across, down, 0]));
    made[j] = made instanceof BigInt64Array || made instanceof BigUint64Array ? 0 : stored;
    if (made instanceof BigInt64Array || made instanceof BigUint64Array) made[j] = BigInt(stored);
  }
  into?.set(new Uint8Array(made.buffer));
  return {
    ...{ index: 0, rows, columns, samplesPerPixel: 1 },
    photometricInterpretation: 'MONOCHROME2',
    bitsStored: made.BYTES_PER_ELEMENT * 8,
    data: into === undefined ? made : new type(into.buffer, into.byteOffset, made.length),
    display: {
      rescale: slices[number]?.rescale ?? { slope: 1, intercept: 0 },
      windows: [],
      voiFunction: 'LINEAR',
      voiLuts: [],
      pixelAspect: 1,
      inverse: false,
      padding,
    },
  };
}
function placeAt({ origin, row, column, normal }, [across, down, along]) {
  const axis = (k) => origin[k] + row[k] * across + column[k] * down + normal[k] * along;
  return [axis(0), axis(1), axis(2)];
}
/** Where a voxel is in the patient. */
export function voxelPlace(affine, [x, y, z]) {
  const axis = (k) => {
    const [a = 0, b = 0, c = 0, d = 0] = affine.subarray(4 * k, 4 * k + 4);
    return a * x + b * y + c * z + d;
  };
  return [axis(0), axis(1), axis(2)];
}
