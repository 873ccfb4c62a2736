/**
 * The affine of a plan or a volume in the other convention: millimetres with x to the right, y to the front and z to the head
 * (RAS, as NIfTI, FreeSurfer and 3D Slicer have it) instead of DICOM's left, back and head (PS3.3 C.7.6.2.1.1). Of an affine in RAS,
 * that in DICOM's.
 *
 * @param affine - 4 x 4, row by row.
 *
 * @example
 * ```ts
 * const { affine } = series.plan();
 * const [a, b, c, x] = rasAffine(affine); // the first row: what is to the right
 * ```
 */
export function rasAffine(affine: Float64Array): Float64Array {
  // Taken from 0, and not negated: no -0.
  return affine.map((value, k) => (k < 8 ? 0 - value : value));
}
