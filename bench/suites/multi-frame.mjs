import { nativeFile, rleFile } from '../data/multi-frame.mjs';
import { checksumOf } from '../data/checksum.mjs';
import { THUMBNAIL } from '../peers/png.mjs';

const GIGABYTE = {
  tiny: { frames: 8, matrix: 256 },
  small: { frames: 128, matrix: 512 },
  full: { frames: 2000, matrix: 512 },
};
const ALL_FRAMES = {
  tiny: { frames: 8, matrix: 256 },
  small: { frames: 40, matrix: 512 },
  full: { frames: 200, matrix: 512 },
};

/** @param {{ frames: number, matrix: number }} size */
function nativeWorkload({ frames, matrix }) {
  return {
    name: `native-${frames}x${matrix}`,
    title: `native, ${frames} frames of ${matrix} x ${matrix} x 16 bit (${megabytes(frames, matrix)} MB)`,
    generate: (folder) => nativeFile(folder, { frames, matrix }),
  };
}

function megabytes(frames, matrix) {
  return Math.round((frames * 2 * matrix ** 2) / 1e6);
}

/** W2: one frame out of the middle of a large file, from opening it on. */
export const oneFrame = {
  name: 'one-frame',
  does: 'opens a large multi-frame file and reads its middle frame',
  contenders: [
    ...['floor', 'minimal', 'framedex', 'dicom-parser-head', 'dicom-parser', 'dcmjs'],
    'pydicom',
  ],
  workloads: (size) => [nativeWorkload(GIGABYTE[size])],
  expected: (data) => data.expected.middle,
  claims: oneFrameClaims,
};

const KIBIBYTES_BEYOND = 16;
const PEAK_MEGABYTES = 60;

/** What one frame may cost beyond its own bytes. */
function oneFrameClaims({ framedex, floor }, data) {
  const beyond = framedex.bytesRead - 2 * data.matrix ** 2;
  const peak = framedex.peakRss / 1e6;
  return [
    {
      text: `bytes read: ${framedex.bytesRead}, the frame and ${beyond} more (limit ${KIBIBYTES_BEYOND} KiB)`,
      holds: beyond <= KIBIBYTES_BEYOND * 1024,
    },
    {
      text: `peak resident set: ${peak.toFixed(1)} MB (limit ${PEAK_MEGABYTES} MB)`,
      holds: peak <= PEAK_MEGABYTES,
    },
    {
      text:
        `time against the bare positional read of the same bytes: ` +
        `${(framedex.coldMs / floor.coldMs).toFixed(2)} cold, ` +
        `${(framedex.warmMs / floor.warmMs).toFixed(2)} warm`,
      holds: true,
    },
  ];
}

/** W4: every frame of a native file. */
export const nativeAll = {
  name: 'native-all',
  does: 'reads all frames of a native multi-frame file',
  contenders: ['floor', 'minimal', 'framedex', 'dicom-parser-head', 'dicom-parser', 'pydicom'],
  workloads: (size) => [nativeWorkload(ALL_FRAMES[size])],
  expected: (data) => data.expected.all,
};

/** W4: every frame of an RLE file without an offset table. */
export const rle = {
  name: 'rle',
  does: 'decodes all frames of an RLE file; its floor only reads them',
  contenders: ['floor', 'minimal', 'framedex', 'dicom-parser-head', 'pydicom', 'dcmtk', 'gdcm'],
  workloads: (size) => {
    const { frames, matrix } = ALL_FRAMES[size];
    return [
      {
        name: `rle-${frames}x${matrix}`,
        title: `RLE, ${frames} frames of ${matrix} x ${matrix} x 16 bit (${megabytes(frames, matrix)} MB decoded)`,
        generate: (folder) => rleFile(folder, { frames, matrix }),
      },
    ];
  },
  expected: (data) => data.expected.all,
};

/** W5: a picture of the middle frame of a large file. */
export const thumbnail = {
  name: 'thumbnail',
  does: 'makes a PNG of 128 x 128 of the middle frame of a large file; its floor only reads it',
  contenders: ['floor', 'minimal', 'framedex', 'dicom-parser-head', 'dcmtk'],
  workloads: (size) => [nativeWorkload(GIGABYTE[size])],
  expected: () => checksumOf(`PNG ${THUMBNAIL} x ${THUMBNAIL}`),
};
