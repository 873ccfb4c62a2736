import { describe, expect, it } from 'vitest';
import { jpegColour } from '../../src/codecs/jpeg-colour.js';
import { pixelOf } from '../support/pixel.js';
function headerOf({ jfif = false, adobe, ids = '123', sampling = '11 11 11' }) {
  const components = sampling.split(' ').map((factors, k) => ({
    id: ids.charCodeAt(k),
    horizontal: Number(factors[0]),
    vertical: Number(factors[1]),
  }));
  const size = { precision: 8, rows: 8, columns: 8, offset: 2, process: 0xc0 };
  return { ...size, components, jfif, adobeTransform: adobe };
}
function colourOf(row) {
  const pixel = pixelOf({
    samplesPerPixel: 3,
    bitsAllocated: 8,
    photometricInterpretation: row.label,
  });
  return jpegColour(headerOf(row), pixel);
}
describe('jpegColour', () => {
  const rows = [
    // Nothing in the code stream says it: most of what there is.
    { label: 'RGB', gives: 'RGB' },
    { label: 'YBR_FULL', gives: 'YBR_FULL' },
    { label: 'YBR_FULL_422', gives: 'YBR_FULL' },
    { label: 'YBR_PARTIAL_420', gives: 'YBR_PARTIAL' },
    { label: 'HSV', gives: 'HSV' },
    { label: 'RGB', adobe: 2, gives: 'RGB' },
    // Chroma that is shared, as all JPEG of cameras has it; also the other way round.
    { label: 'RGB', sampling: '22 11 11', gives: 'YBR_FULL', overruled: true },
    { label: 'YBR_FULL_422', sampling: '22 12 12', gives: 'YBR_FULL' },
    { label: 'RGB', sampling: '11 22 11', gives: 'RGB' },
    // JFIF and Adobe say YCbCr: GIMP, libjpeg, most of all.
    { label: 'RGB', jfif: true, gives: 'YBR_FULL', overruled: true },
    { label: 'RGB', adobe: 1, gives: 'YBR_FULL', overruled: true },
    { label: 'YBR_FULL', jfif: true, gives: 'YBR_FULL' },
    { label: 'YBR_PARTIAL_422', jfif: true, gives: 'YBR_PARTIAL' },
    // Adobe and the identifiers say that there is none: DCMTK, libjpeg with RGB.
    { label: 'RGB', adobe: 0, ids: 'RGB', gives: 'RGB' },
    { label: 'YBR_FULL_422', adobe: 0, gives: 'RGB', overruled: true },
    { label: 'YBR_FULL', ids: 'RGB', gives: 'RGB', overruled: true },
    // One against the other: the label decides.
    { label: 'RGB', jfif: true, adobe: 0, gives: 'RGB', both: true },
    { label: 'YBR_FULL', jfif: true, ids: 'RGB', gives: 'YBR_FULL', both: true },
    // cjpeg -rgb -sample 2x2
    { label: 'RGB', sampling: '22 11 11', adobe: 0, ids: 'RGB', gives: 'RGB', both: true },
    { label: 'RGB', sampling: '21 11 11', adobe: 0, gives: 'RGB', both: true },
    { label: 'YBR_FULL_422', sampling: '21 11 11', adobe: 0, gives: 'YBR_FULL', both: true },
    // Of JPEG 2000, which a decoder of it would have undone.
    { label: 'YBR_RCT', gives: 'YBR_FULL', overruled: true },
    { label: 'YBR_ICT', jfif: true, gives: 'YBR_FULL', overruled: true },
  ];
  for (const row of rows) {
    const { label, gives, overruled = false, both = false, ...markers } = row;
    it(`H33: ${label} ${JSON.stringify(markers)} is ${gives}`, () => {
      const { photometricInterpretation, notes } = colourOf(row);
      expect(photometricInterpretation).toBe(gives);
      const tag = 0x00280004;
      const labelled = `components of ${gives} in the code stream, labelled otherwise`;
      const contradiction = 'a code stream that says both RGB and YBR_FULL: its label decides';
      expect(notes).toEqual([
        ...(both ? [{ message: contradiction, tag }] : []),
        ...(overruled ? [{ message: labelled, tag }] : []),
      ]);
    });
  }
  it('H33: leaves one and four components to their label', () => {
    const header = headerOf({ label: '', jfif: true, gives: '' });
    for (const [count, label] of [
      [1, 'MONOCHROME1'],
      [4, 'CMYK'],
    ]) {
      const components = Array.from({ length: count }, (_, id) => ({
        id,
        horizontal: 1,
        vertical: 1,
      }));
      const pixel = pixelOf({ samplesPerPixel: count, photometricInterpretation: label });
      expect(jpegColour({ ...header, components }, pixel)).toEqual({
        photometricInterpretation: label,
        notes: [],
      });
    }
  });
});
