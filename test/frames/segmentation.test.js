import { describe, expect, it } from 'vitest';
import { readSegmentation, segmentNumber } from '../../src/frames/segmentation.js';
import { imagePixel, sequence } from '../support/build-dicom.js';
import { openBuilt } from '../support/open-built.js';
async function segmentationOf(elements) {
  const all = [...imagePixel({ rows: 1, columns: 1, bitsAllocated: 8 }), ...elements];
  const { file } = await openBuilt({ elements: [...all, [0x7fe00010, 'OW', [1]]] });
  const faults = [];
  const segmentation = readSegmentation(file.dataset, (code, message, { tag }) => {
    faults.push(`${code} ${tag.toString(16)} ${message}`);
  });
  return { segmentation, faults };
}
const type = (text) => [0x00620001, 'CS', text];
const SEGMENTS = sequence(0x00620002, [
  [
    [0x00620004, 'US', 1],
    [0x00620005, 'LO', 'Liver'],
    [0x0062000d, 'US', [41661, 41167, 40792]],
  ],
  [
    [0x00620004, 'US', 7],
    [0x0062000d, 'US', [1, 2]],
  ],
  [[0x00620005, 'LO', 'without a number']],
]);
describe('segmentations', () => {
  it('reads type and segments of all three', async () => {
    for (const text of ['BINARY', 'LABELMAP', 'FRACTIONAL']) {
      const maximum = [0x0062000e, 'US', 200];
      const { segmentation, faults } = await segmentationOf([type(text), SEGMENTS, maximum]);
      expect(faults).toEqual([]);
      expect(segmentation).toEqual({
        type: text,
        maximumFractionalValue: text === 'FRACTIONAL' ? 200 : 1,
        segments: [
          { number: 1, label: 'Liver', recommendedCIELab: [41661, 41167, 40792] },
          { number: 7, label: '', recommendedCIELab: undefined },
        ],
      });
    }
  });
  it('takes 255 for a maximum that is missing or 0, and tells it', async () => {
    const missing = await segmentationOf([type('FRACTIONAL')]);
    expect(missing.segmentation?.maximumFractionalValue).toBe(255);
    expect(missing.faults).toEqual([expect.stringMatching(/^BAD_VALUE 620001 .*255/)]);
    const zero = await segmentationOf([type('FRACTIONAL'), [0x0062000e, 'US', 0]]);
    expect(zero.segmentation?.maximumFractionalValue).toBe(255);
    expect(zero.faults).toEqual([expect.stringMatching(/^BAD_VALUE 62000e .*255/)]);
  });
  it('is none without a type, or of an unknown one, which is told', async () => {
    expect(await segmentationOf([SEGMENTS])).toEqual({ segmentation: undefined, faults: [] });
    const { segmentation, faults } = await segmentationOf([type('CONTOUR')]);
    expect(segmentation).toBeUndefined();
    expect(faults).toEqual([expect.stringMatching(/^BAD_VALUE 620001 .*unknown type/)]);
    expect(faults[0]).not.toContain('CONTOUR');
  });
  it('finds the segment of a frame', async () => {
    const { file } = await openBuilt({ elements: [[0x0062000b, 'US', 5]] });
    expect(segmentNumber(file.dataset)).toBe(5);
    expect(segmentNumber(undefined)).toBeUndefined();
  });
});
