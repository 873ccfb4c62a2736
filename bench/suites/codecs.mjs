import { CODE_STREAM_KINDS } from '../data/code-stream-kinds.mjs';
import { canEncode, encodedFile, fixtureFile, KINDS } from '../data/code-streams.mjs';

const GREY = { frames: 8, matrix: 512, samples: 1 };
const LARGE = { frames: 2, matrix: 2048, samples: 1 };
const COLOUR = { frames: 4, matrix: 512, samples: 3 };
const SIZES = { small: [GREY, COLOUR], full: [GREY, LARGE, COLOUR] };

/** Samples of 12 bits have one component in DICOM. */
const GREY_ALONE = ['jpeg-12'];

/** Decoders besides ours, by what they decode. */
const PEERS = {
  jpeg: ['cornerstone', 'dcmjs-codecs', 'dcmtk'],
  'jpeg-12': ['dcmjs-codecs', 'dcmtk'],
  'jpeg-lossless': ['dcmjs-codecs', 'dcmtk'],
  'jpeg-ls': ['cornerstone', 'dcmjs-codecs', 'dcmtk'],
  'jpeg-2000': ['cornerstone', 'dcmjs-codecs', 'openjpeg'],
  htj2k: ['cornerstone', 'dcmjs-codecs', 'openjph'],
  'jpeg-xl': ['dcmjs-codecs', 'libjxl'],
};

function suiteOf(kind) {
  return {
    name: `codec-${kind}`,
    does: `decodes all frames of ${kind}, in one thread and in two; its floor only reads them`,
    contenders: ['floor', 'framedex', 'framedex-threads', ...PEERS[kind]],
    workloads: (size) => workloads(kind, size),
    expected: (data) => data.expected,
    claims: rates,
  };
}

function workloads(kind, size) {
  if (size === 'tiny') {
    return [{ name: `${kind}-fixture`, title: kind, generate: (at) => fixtureFile(at, kind) }];
  }
  if (!canEncode(kind)) {
    console.log(`(${KINDS[kind].program} is not installed: no ${kind})`);
    return [];
  }
  const sizes = SIZES[size].filter(({ samples }) => samples === 1 || !GREY_ALONE.includes(kind));
  return sizes.map((one) => {
    const { frames, matrix, samples } = one;
    const bits = samples === 3 ? 8 : KINDS[kind].bits;
    return {
      name: `${kind}-${frames}x${matrix}x${samples}`,
      title: `${kind}, ${frames} frames of ${matrix} x ${matrix}, ${samples} x ${bits} bits`,
      generate: (folder) => encodedFile(folder, kind, one),
    };
  });
}

/** Decoded megabytes a second: warm, or what a program took with its start. */
function rates(rows, { frames, frameLength }) {
  const megabytes = (frames * frameLength) / 1e6;
  return Object.values(rows)
    .filter(({ name }) => name !== 'floor')
    .map(({ name, coldMs, warmMs = coldMs }) => ({
      text: `${name}: ${((1000 * megabytes) / warmMs).toFixed(0)} MB/s`,
      holds: true,
    }));
}

/** One for each kind of code stream but RLE, which has its own. */
export const codecs = CODE_STREAM_KINDS.map(suiteOf);
