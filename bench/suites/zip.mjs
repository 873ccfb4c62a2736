import { ctZip } from '../data/ct.mjs';

const SIZES = {
  tiny: { count: 6, matrix: 64 },
  small: { count: 60, matrix: 256 },
  full: { count: 222, matrix: 512 },
};

function workloads(size) {
  const { count, matrix } = SIZES[size];
  return [
    {
      name: `ct-zip-${count}x${matrix}`,
      title: `${count} deflated CT slices of ${matrix} x ${matrix}`,
      generate: (folder) => ctZip(folder, { count, matrix }),
    },
  ];
}

/** W3: what is in an archive. */
export const zipList = {
  name: 'zip-list',
  does: 'reads the headers of all members of a zip archive',
  contenders: ['floor', 'minimal', 'framedex', 'yauzl-head', 'yauzl', 'pydicom'],
  workloads,
  expected: (data) => data.expected.list,
};

/** W3: which slice is the middle one is known only when all headers are. */
export const zipSlice = {
  name: 'zip-slice',
  does: 'finds the middle slice of the series in a zip archive by its position, and reads it',
  contenders: ['floor', 'minimal', 'framedex', 'yauzl-head', 'yauzl', 'pydicom'],
  workloads,
  expected: (data) => data.expected.slice,
};

/** W3: the whole series as one array, in spatial order. */
export const zipVolume = {
  name: 'zip-volume',
  does: 'reads the series in a zip archive into one volume',
  contenders: ['floor', 'minimal', 'framedex', 'yauzl', 'pydicom'],
  workloads,
  expected: (data) => data.expected.volume,
};
