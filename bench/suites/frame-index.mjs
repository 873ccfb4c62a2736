import { encapsulatedFile, nativeFrames, savedFile } from '../data/encapsulated.mjs';

const SIZES = {
  tiny: [{ frames: 7, matrix: 16 }],
  small: [
    { frames: 1, matrix: 100 },
    { frames: 1000, matrix: 100 },
  ],
  full: [
    { frames: 1, matrix: 100 },
    { frames: 1000, matrix: 100 },
    { frames: 180_000, matrix: 32 },
  ],
};

/** What else indexes frames; command lines only decode them. */
const CONTENDERS = ['floor', 'framedex', 'dicom-parser', 'pydicom'];

/** What tells where the frames are, from the least to be read to the most, and all of that saved. */
const KINDS = [
  { kind: 'native', title: 'native' },
  { kind: 'table', title: 'full offset table', table: true, fragments: 1 },
  { kind: 'no-table', title: 'empty offset table', table: false, fragments: 1 },
  { kind: 'fragments', title: 'two fragments a frame, no table', table: false, fragments: 2 },
  {
    kind: 'saved',
    title: 'two fragments a frame, the index saved',
    // Others have nothing to save, nor to be given.
    contenders: ['floor', 'framedex'],
    table: false,
    fragments: 2,
  },
];

function workloads(size) {
  return SIZES[size].flatMap((frames) => KINDS.map((kind) => workload(frames, kind)));
}

function workload({ frames, matrix }, { kind, title, contenders, ...how }) {
  const frameBytes = 2 * matrix ** 2;
  return {
    name: `frames-${frames}x${frameBytes}-${kind}`,
    title: `${frames === 1 ? '1 frame' : `${frames} frames`} of ${frameBytes} bytes, ${title}`,
    contenders,
    generate: (folder) => {
      const make = { native: nativeFrames, saved: savedFile }[kind] ?? encapsulatedFile;
      return { kind, ...make(folder, { frames, matrix, frameBytes, ...how }) };
    },
  };
}

/** Until the frames can be counted: all there is to know, but for what an offset table only claims. */
export const frameIndexCount = {
  name: 'frame-index-count',
  does: 'opens an object, indexes its frames and counts them; its floor only reads',
  contenders: CONTENDERS,
  measuresHeld: true,
  workloads,
  expected: (data) => data.expected.count,
};

/** What an offset table claims must be proved for it. */
export const frameIndexFrame = {
  name: 'frame-index-frame',
  does: 'opens the same and reads the encoded bytes of its middle frame',
  contenders: CONTENDERS,
  measuresHeld: true,
  workloads,
  expected: (data) => data.expected.middle,
};
