import { ctZip } from '../data/ct.mjs';

const SIZES = {
  tiny: { count: 6, matrix: 64 },
  small: { count: 60, matrix: 256 },
  full: { count: 222, matrix: 512 },
};
const STREAMING_MEGABYTES = 120;
const MEGABYTES_BEYOND = 80;

/** A study as pictures: what is looked at, not what is calculated with. Its floor inflates all slices once. */
export const volumePlanes = {
  name: 'volume-planes',
  does: 'makes JPEGs of all axial, coronal and sagittal planes of the series in a zip archive',
  contenders: ['floor', 'framedex', 'framedex-volume', 'pydicom'],
  workloads: (size) => {
    const { count, matrix } = SIZES[size];
    return [
      {
        name: `ct-planes-${count}x${matrix}`,
        title: `${count} deflated CT slices of ${matrix} x ${matrix}, ${count + 2 * matrix} planes`,
        generate: (folder) => ctZip(folder, { count, matrix }),
      },
    ];
  },
  expected: (data) => data.expected.planes,
  aims: ({ framedex, 'framedex-volume': built }, { count, matrix }) => {
    const most = (2 * count * matrix ** 2) / 1e6 + MEGABYTES_BEYOND;
    const aim = { text: 'streaming, peak resident set', row: framedex, most: STREAMING_MEGABYTES };
    const all = [aim, { text: 'from the volume, peak resident set', row: built, most }];
    return all.flatMap(({ text, row, most: megabytes }) => {
      if (row === undefined) return [];
      const peak = row.peakRss / 1e6;
      const said = `${text}: ${peak.toFixed(0)} MB (aim ${megabytes.toFixed(0)} MB)`;
      return [{ text: said, holds: peak <= megabytes }];
    });
  },
};
