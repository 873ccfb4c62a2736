import { describe, expect, it } from 'vitest';
import { rasAffine } from '../../src/series/ras-affine.js';
describe('rasAffine', () => {
  // The axial identity of DICOM, as nibabel's documentation has it: x and y change their sign, z does not.
  const lps = Float64Array.of(0.5, 0, 0, -100, 0, 0.25, 0.125, 50, 0, 0, 2, -7, 0, 0, 0, 1);
  it('K17: turns x and y around, and nothing else', () => {
    const expected = [-0.5, 0, 0, 100, 0, -0.25, -0.125, -50, 0, 0, 2, -7, 0, 0, 0, 1];
    expect([...rasAffine(lps)]).toEqual(expected);
  });
  it('twice, it is what it was, and the one given stays as it is', () => {
    const before = lps.slice();
    expect(rasAffine(rasAffine(lps))).toEqual(before);
    expect(lps).toEqual(before);
  });
});
