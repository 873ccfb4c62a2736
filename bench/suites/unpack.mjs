import { bitsFile } from '../data/bits.mjs';

const SIZES = {
  tiny: { frames: 9, matrix: 13 },
  small: { frames: 400, matrix: 511 },
  full: { frames: 400, matrix: 511 },
};

const CONTENDERS = ['floor', 'minimal', 'framedex'];

function workloads(size) {
  const { frames, matrix } = SIZES[size];
  return [
    {
      name: `bits-${frames}x${matrix}`,
      title: `${frames} frames of ${matrix} x ${matrix} x 1 bit, which start inside bytes`,
      generate: (folder) => bitsFile(folder, { frames, matrix }),
    },
  ];
}

/** Gigabytes of unpacked pixels a second. */
const LEAST_RATE = 1;

/** The rate in pixels, each of which is a byte once it is unpacked. */
function rate({ framedex, floor }, { frames, matrix }) {
  if (framedex.warmMs === undefined || floor.warmMs === undefined) return [];
  const pixels = frames * matrix ** 2;
  const perSecond = ({ warmMs }) => pixels / warmMs / 1e6;
  const [ours, bare] = [perSecond(framedex), perSecond(floor)];
  return [
    {
      text: `pixels: ${ours.toFixed(2)} GB/s (limit ${LEAST_RATE}), the floor ${bare.toFixed(2)}`,
      holds: ours >= LEAST_RATE,
    },
  ];
}

/** One bit a pixel to one byte a pixel, of frames that start at every bit of a byte. */
export const unpack = {
  name: 'unpack',
  does: 'reads all frames of one bit a pixel, a byte for each',
  contenders: CONTENDERS,
  workloads,
  expected: (data) => data.expected.unpacked,
  claims: rate,
};

/** The same frames, eight pixels to the byte, each frame from the start of a byte on. */
export const unpackPacked = {
  name: 'unpack-packed',
  does: 'reads all frames of one bit a pixel, eight to the byte',
  contenders: CONTENDERS,
  workloads,
  expected: (data) => data.expected.packed,
  claims: rate,
};
