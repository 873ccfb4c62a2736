import { FramedexError } from '../errors.ts';
import { cross, dot, norm } from './geometry.ts';
import type { Vector } from './geometry.ts';
import type { FileContent } from './nrrd.ts';
import type { SamplesName } from './plan.ts';
import { rasAffine } from './ras-affine.ts';

/** `datatype` and `bitpix`. */
const TYPES: Readonly<Record<SamplesName, readonly [code: number, bits: number]>> = {
  Uint8Array: [2, 8],
  Int8Array: [256, 8],
  Uint16Array: [512, 16],
  Int16Array: [4, 16],
  Uint32Array: [768, 32],
  Int32Array: [8, 32],
  Float32Array: [16, 32],
  Float64Array: [64, 64],
  BigUint64Array: [1280, 64],
  BigInt64Array: [1024, 64],
};

/** Sizes are signed 16-bit words. */
const LONGEST = 32767;
/** Samples follow the header of 348 bytes and four that say that there is no extension. */
const VOX_OFFSET = 352;
/** `NIFTI_UNITS_MM`. */
const MILLIMETRES = 2;
/** `NIFTI_XFORM_SCANNER_ANAT`. */
const SCANNER = 1;
/** A twentieth of a millimetre at the end of half a metre: an axis that misses the perpendicular by more is sheared. */
const MOST_SHEAR = 1e-4;

/**
 * The header in front of the samples (NIfTI-1, https://nifti.nimh.nih.gov/pub/dist/src/niftilib/nifti1.h). Where voxels are is in `sform`, shear and all; in
 * `qform` as well where that can say the same: it has no place for shear, nor for what is all but a half turn.
 *
 * @throws FramedexError `USAGE` for more than 32,767 columns, rows or slices, and for a slope that NIfTI has for none.
 */
export function niftiHeader({ grid, samples, rescale }: FileContent): Uint8Array {
  const { size, affine } = grid;
  check(size, rescale.slope);
  const header = new Uint8Array(VOX_OFFSET);
  const view = new DataView(header.buffer);
  const words = (at: number, values: readonly number[]): void =>
    values.forEach((value, k) => view.setInt16(at + 2 * k, value, true));
  const floats = (at: number, values: readonly number[]): void =>
    values.forEach((value, k) => view.setFloat32(at + 4 * k, value, true));
  const ras = [...rasAffine(affine)];
  const axes = [0, 1, 2].map((k): Vector => [ras[k] ?? 0, ras[4 + k] ?? 0, ras[8 + k] ?? 0]);
  const [column = NONE, row = NONE, slice = NONE] = axes;
  const lengths = axes.map(norm);
  const rotation = rotationOf(column, row, slice);
  view.setInt32(0, 348, true);
  words(40, [3, ...size, 1, 1, 1, 1]);
  words(70, TYPES[samples]);
  floats(76, [rotation?.handedness ?? 1, ...lengths]);
  floats(108, [VOX_OFFSET, rescale.slope, rescale.intercept]);
  header[123] = MILLIMETRES;
  words(252, [rotation === undefined ? 0 : SCANNER, SCANNER]);
  if (rotation !== undefined) {
    floats(256, [...rotation.quaternion, ras[3] ?? 0, ras[7] ?? 0, ras[11] ?? 0]);
  }
  floats(280, ras.slice(0, 12));
  header.set([0x6e, 0x2b, 0x31], 344); // n+1
  return header;
}

const NONE: Vector = [0, 0, 0];

function check(size: readonly number[], slope: number): void {
  const longest = Math.max(...size);
  if (longest > LONGEST) {
    const expected = `at most ${LONGEST} columns, rows and slices`;
    const advice = 'Write it as NRRD.';
    const details = { expected, found: String(longest), advice };
    throw new FramedexError('USAGE', 'NIfTI-1 has no place for so many', details);
  }
  // `scl_slope` of 0 says that nothing is to be rescaled.
  if (Math.fround(slope) === 0) {
    const advice = 'Write it as NRRD.';
    throw new FramedexError('USAGE', 'NIfTI-1 has no slope of 0', { advice });
  }
}

/** The axes as a rotation, of which NIfTI keeps b, c and d, and whether the third is the other way round. */
function rotationOf(
  column: Vector,
  row: Vector,
  slice: Vector,
): { readonly quaternion: Vector; readonly handedness: 1 | -1 } | undefined {
  const [x, y, z] = [unit(column), unit(row), unit(slice)];
  const shear = Math.max(...[dot(x, y), dot(y, z), dot(z, x)].map(Math.abs));
  // Not a number where an axis has no length.
  if (!(shear < MOST_SHEAR)) return undefined;
  const handedness = dot(cross(x, y), z) > 0 ? 1 : -1;
  const [a, ...bcd] = quaternion(x, y, scaled(z, handedness));
  if (a > LEAST_PART) return { quaternion: bcd, handedness };
  return a < NO_PART ? { quaternion: scaled(bcd, 1 + 2 ** -24), handedness } : undefined;
}

/**
 * Readers have the first part, a, from the others: it is the root of what their squares lack of 1. What float32 rounds of those, 1e-7, is
 * nothing against the square of this, and makes 0.04 degrees of 0.
 */
const LEAST_PART = 0.01;
/** Half turns: taken for 0. The others are enlarged so far that rounding leaves nothing to take the root of. */
const NO_PART = 1e-5;

type Quaternion = readonly [a: number, b: number, c: number, d: number];

/** `nifti_mat44_to_quatern`: by the largest of the four, so that nothing is divided by little. */
function quaternion(x: Vector, y: Vector, z: Vector): Quaternion {
  const squares = [
    1 + x[0] + y[1] + z[2],
    1 + x[0] - y[1] - z[2],
    1 - x[0] + y[1] - z[2],
    1 - x[0] - y[1] + z[2],
  ];
  const most = Math.max(...squares);
  const yz = y[2] + z[1];
  const zx = z[0] + x[2];
  const xy = x[1] + y[0];
  const [p, q, r] = [y[2] - z[1], z[0] - x[2], x[1] - y[0]];
  const four: Quaternion =
    most === squares[0]
      ? [most, p, q, r]
      : most === squares[1]
        ? [p, most, xy, zx]
        : most === squares[2]
          ? [q, xy, most, yz]
          : [r, zx, yz, most];
  // A rotation has two quaternions; NIfTI takes the one whose first part is not negative.
  const factor = (four[0] < 0 ? -1 : 1) / (2 * Math.sqrt(most));
  return [four[0] * factor, four[1] * factor, four[2] * factor, four[3] * factor];
}

function unit(v: Vector): Vector {
  return scaled(v, 1 / norm(v));
}

function scaled(v: Vector, factor: number): Vector {
  return [v[0] * factor, v[1] * factor, v[2] * factor];
}
