import { statSync } from 'node:fs';
import { ctZip } from '../data/ct.mjs';

const SIZES = {
  tiny: { count: 6, matrix: 64 },
  small: { count: 60, matrix: 256 },
  full: { count: 222, matrix: 512 },
};
const PEERS = ['yauzl', 'dcmjs', 'pydicom', 'unzip'];

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
  contenders: ['floor', 'minimal', 'framedex', 'yauzl-head', ...PEERS],
  workloads,
  expected: (data) => data.expected.list,
  aims: listAims,
};

/** W3: which slice is the middle one is known only when all headers are. */
export const zipSlice = {
  name: 'zip-slice',
  does: 'finds the middle slice of the series in a zip archive by its position, and reads it',
  contenders: ['floor', 'minimal', 'framedex', 'yauzl-head', ...PEERS],
  workloads,
  expected: (data) => data.expected.slice,
  aims: sliceAims,
};

/** W3: the whole series as one array, in spatial order. Its floor is one thread of plain zlib. */
export const zipVolume = {
  name: 'zip-volume',
  does: 'reads the series in a zip archive into one volume',
  contenders: ['floor', 'minimal', 'framedex', 'framedex-one-thread', ...PEERS, 'dcm2niix'],
  workloads,
  expected: (data) => data.expected.volume,
  aims: volumeAims,
};

const LIST_TIMES = 1.3;
const LIST_PART = 0.02;

/** Of headers alone, little is read, and little time goes into anything but reading and inflating them. */
function listAims({ framedex, floor }, data) {
  const part = framedex.bytesRead / statSync(data.zip).size;
  return [
    timeAim(framedex, floor, LIST_TIMES),
    {
      text: `bytes read: ${(100 * part).toFixed(2)} % of the archive (aim ${100 * LIST_PART} %)`,
      holds: part < LIST_PART,
    },
  ];
}

const SLICE_MILLISECONDS = 10;

function sliceAims({ framedex }) {
  const milliseconds = framedex.details['slice ms'];
  return [
    {
      text: `the slice takes ${milliseconds.toFixed(1)} ms more than all headers (aim ${SLICE_MILLISECONDS} ms)`,
      holds: milliseconds <= SLICE_MILLISECONDS,
    },
  ];
}

const VOLUME_TIMES = 1.15;
const MEGABYTES_BEYOND = 80;

function volumeAims({ framedex, floor, 'framedex-one-thread': alone }, { count, matrix }) {
  const volume = (2 * count * matrix ** 2) / 1e6;
  const peak = framedex.peakRss / 1e6;
  return [
    ...(alone === undefined ? [] : [timeAim(alone, floor, VOLUME_TIMES)]),
    timeAim(framedex, floor, 1),
    {
      text: `peak resident set: ${peak.toFixed(0)} MB (aim ${(volume + MEGABYTES_BEYOND).toFixed(0)} MB, the volume and ${MEGABYTES_BEYOND} MB)`,
      holds: peak <= volume + MEGABYTES_BEYOND,
    },
  ];
}

/** Where the work is too long to be repeated, there is no warm time. */
function timeAim({ name, ...row }, floor, most) {
  const times = ['coldMs', 'warmMs'].flatMap((key) =>
    row[key] === undefined || floor[key] === undefined ? [] : [[key, row[key] / floor[key]]],
  );
  const said = times.map(
    ([key, ratio]) => `${ratio.toFixed(2)} ${key === 'coldMs' ? 'cold' : 'warm'}`,
  );
  return {
    text: `${name} against the floor's time: ${said.join(', ')} (aim ${most})`,
    holds: times.every(([, ratio]) => ratio <= most),
  };
}
