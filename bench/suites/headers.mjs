import { ctFolder } from '../data/ct.mjs';

const SIZES = {
  tiny: [{ count: 6, matrix: 64 }],
  small: [
    { count: 60, matrix: 256 },
    { count: 1000, matrix: 16 },
  ],
  full: [
    { count: 222, matrix: 512 },
    { count: 10_000, matrix: 16 },
  ],
};

/** W1: the headers of loose files, opened one after the other. */
export const headers = {
  name: 'headers',
  does: 'reads the headers of loose files',
  contenders: [
    ...['floor', 'minimal', 'framedex', 'dicom-parser-head', 'dicom-parser', 'dcmjs'],
    ...['pydicom', 'dcmtk'],
  ],
  workloads: (size) =>
    SIZES[size].map(({ count, matrix }) => ({
      name: `ct-files-${count}x${matrix}`,
      title: `${count} CT slices of ${matrix} x ${matrix}`,
      generate: (folder) => ctFolder(folder, { count, matrix }),
    })),
  expected: (data) => data.expected,
};
