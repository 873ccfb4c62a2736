import { checksum, checksumOf } from '../data/checksum.mjs';
import { ctFolder, ctSeriesFolder } from '../data/ct.mjs';
import {
  canEncode,
  encodedFile,
  encodedSeries,
  fixtureFile,
  KINDS,
} from '../data/code-streams.mjs';
import { sparseFile } from '../data/multi-frame.mjs';
import { EDGES } from '../peers/framedex-thumbnails.mjs';

const SIZE = 256;
/** Of a fixture, which has less than that. */
const TINY_SIZE = 16;
const KIBIBYTES_BEYOND = 16;

const GIGABYTE = { frames: 2048, matrix: 512 };
const NATIVE = { tiny: { frames: 8, matrix: 512 }, small: GIGABYTE, full: GIGABYTE };
const MILLISECONDS = 20;
const PEAK_MEGABYTES = 55;

/** The middle frame of a large file as a picture, in a process that did nothing before. */
export const thumbnailsNative = {
  name: 'thumbnails-native',
  does: 'makes a PNG of 256 x 256 of the middle frame of a file of 1 GB; its floor takes single pixels',
  contenders: ['floor', 'framedex', 'dcmtk', 'pydicom'],
  workloads: (size) => {
    const { frames, matrix } = NATIVE[size];
    const megabytes = Math.round((frames * 2 * matrix ** 2) / 1e6);
    return [
      {
        name: `sparse-${frames}x${matrix}`,
        title: `native, ${frames} frames of ${matrix} x ${matrix} x 16 bit (${megabytes} MB)`,
        generate: (folder) => ({ ...sparseFile(folder, { frames, matrix }), size: SIZE }),
      },
    ];
  },
  expected: () => checksumOf(`${SIZE} x ${SIZE}`),
  claims: ({ framedex }, { matrix }) => {
    const beyond = framedex.bytesRead - 2 * matrix ** 2;
    return [
      {
        text: `bytes read: the frame and ${beyond} more (limit ${KIBIBYTES_BEYOND} KiB)`,
        holds: beyond <= KIBIBYTES_BEYOND * 1024,
      },
    ];
  },
  aims: ({ framedex }) => {
    const { coldMs, peakRss } = framedex;
    return [
      {
        text: `after the start: ${coldMs.toFixed(1)} ms (aim ${MILLISECONDS})`,
        holds: coldMs < MILLISECONDS,
      },
      {
        text: `peak resident set: ${(peakRss / 1e6).toFixed(1)} MB (aim ${PEAK_MEGABYTES})`,
        holds: peakRss / 1e6 <= PEAK_MEGABYTES,
      },
    ];
  },
};

const LARGE = { frames: 1, matrix: 2048, samples: 1 };
const TIMES_FASTER = 10;
/** Of the bytes, per cent: an eighth of the rows and columns is a sixty-fourth of the coefficients. */
const MOST_READ = 15;

/** A picture of the few resolutions that it needs, of those that a code stream has. */
function ofResolutions(kind, program) {
  return {
    name: `thumbnails-${kind}`,
    does: `makes a PNG of 256 x 256 of ${kind} of 2048 x 2048, by its lower resolutions and as a whole`,
    contenders: ['floor', 'framedex', 'framedex-whole', program],
    workloads: (size) => encodedWorkloads(kind, size),
    expected: (data) => checksumOf(data.expectedSize),
    claims: ({ framedex }, { fragments }) => {
      const share = (100 * framedex.bytesRead) / fragments[0].length;
      const text = `bytes read: ${share.toFixed(1)} % of the code stream (limit ${MOST_READ})`;
      return [{ text, holds: share <= MOST_READ }];
    },
    aims: ({ framedex, 'framedex-whole': whole }) =>
      whole === undefined ? [] : ['cold', 'warm'].flatMap((how) => faster(framedex, whole, how)),
  };
}

function faster(part, whole, how) {
  const [quick, slow] = [part[`${how}Ms`], whole[`${how}Ms`] ?? whole.coldMs];
  if (quick === undefined) return [];
  const text = `${how}, ${(slow / quick).toFixed(1)} times as fast as by all (aim ${TIMES_FASTER})`;
  return [{ text, holds: slow / quick >= TIMES_FASTER }];
}

function encodedWorkloads(kind, size) {
  if (size === 'tiny') {
    const generate = (folder) => {
      const made = fixtureFile(folder, kind);
      const { rows, columns } = made.pixel;
      const height = Math.round((TINY_SIZE * rows) / columns);
      return { ...made, size: TINY_SIZE, expectedSize: `${TINY_SIZE} x ${height}` };
    };
    return [{ name: `thumbnail-${kind}-fixture`, title: kind, generate }];
  }
  if (!isEncodable(kind)) return [];
  return [
    {
      name: `thumbnail-${kind}-${LARGE.matrix}`,
      title: `${kind}, ${LARGE.matrix} x ${LARGE.matrix} x ${KINDS[kind].bits} bits`,
      generate: (folder) => ({
        ...encodedFile(folder, kind, LARGE),
        ...{ size: SIZE, expectedSize: `${SIZE} x ${SIZE}` },
      }),
    },
  ];
}

function isEncodable(kind) {
  if (canEncode(kind)) return true;
  console.log(`(${KINDS[kind].program} is not installed: no ${kind})`);
  return false;
}

export const thumbnailsJpeg2000 = ofResolutions('jpeg-2000', 'openjpeg');
export const thumbnailsHtj2k = ofResolutions('htj2k', 'openjph');

const SLICES = {
  tiny: { count: 3, matrix: 512 },
  small: { count: 24, matrix: 512 },
  full: { count: 222, matrix: 512 },
};

/** What a browser of studies does: a picture of every slice. */
export const thumbnailsSeries = {
  name: 'thumbnails-series',
  does: 'makes PNGs, by sharp JPEGs, of 256 and of 128 of all slices; its floor reads the files',
  contenders: ['floor', 'framedex', 'framedex-threads', 'framedex-sharp'],
  workloads: (size) => {
    const { count, matrix } = SLICES[size];
    const title = (kind) => `${count} slices of ${matrix} x ${matrix}, ${kind}`;
    const encoded = ['jpeg-ls', 'jpeg-2000'].filter((kind) => size !== 'tiny' && isEncodable(kind));
    return [
      {
        name: `slices-${count}x${matrix}-native`,
        title: title('native'),
        generate: (folder) => ({ files: ctFolder(folder, { count, matrix }).files }),
      },
      ...encoded.map((kind) => ({
        name: `slices-${count}x${matrix}-${kind}`,
        title: title(kind),
        generate: (folder) => encodedSeries(folder, kind, { count, matrix }),
      })),
    ];
  },
  expected: ({ files }) => {
    const sum = checksum();
    for (const edge of EDGES) files.forEach(() => sum.take(`${edge} x ${edge}`));
    return sum.result();
  },
};

const SHEETS = {
  tiny: { series: 4, count: 3, matrix: 64 },
  small: { series: 30, count: 5, matrix: 512 },
  full: { series: 30, count: 20, matrix: 512 },
};

/** One picture of all series of a folder. */
export const thumbnailsSheet = {
  name: 'thumbnails-sheet',
  does: 'makes a contact sheet, a PNG, of all series of a folder; its floor reads the files',
  contenders: ['floor', 'framedex', 'framedex-threads'],
  workloads: (size) => {
    const { series, count, matrix } = SHEETS[size];
    return [
      {
        name: `sheet-${series}x${count}x${matrix}`,
        title: `${series} series of ${count} slices of ${matrix} x ${matrix}`,
        generate: (folder) => ({ ...ctSeriesFolder(folder, SHEETS[size]), series }),
      },
    ];
  },
  expected: ({ series }) => checksumOf(`${series} pictures`),
};
