import { functionalGroupsFile } from '../data/functional-groups.mjs';

const SIZES = {
  tiny: [{ frames: 6, matrix: 16 }],
  small: [{ frames: 200, matrix: 16 }],
  full: [{ frames: 2000, matrix: 16 }],
  huge: [{ frames: 180_000, matrix: 4 }],
};

const CONTENDERS = ['floor', 'framedex', 'dicom-parser', 'dcmjs', 'pydicom', 'dcmtk'];
/** The others would take minutes. */
const CONTENDERS_HUGE = ['floor', 'framedex'];

/** Both ways of writing sequences: a length says where one ends, or a delimiter does. */
function workloads(size) {
  return SIZES[size].flatMap(({ frames, matrix }) =>
    ['undefined', 'defined'].map((lengths) => ({
      name: `functional-groups-${frames}x${matrix}-${lengths}`,
      title: `an enhanced CT of ${frames} frames, sequences of ${lengths} length`,
      contenders: size === 'huge' ? CONTENDERS_HUGE : CONTENDERS,
      generate: (folder) => functionalGroupsFile(folder, { frames, matrix, lengths }),
    })),
  );
}

/** W2: what a header full of functional groups costs before anything of them is asked for. */
export const functionalGroupsOpen = {
  name: 'functional-groups-open',
  does: 'opens an object with functional groups for each of its frames',
  contenders: CONTENDERS,
  isHugeToo: true,
  workloads,
  expected: (data) => data.expected.open,
};

/** W2: where all frames are, which only their functional groups tell. */
export const functionalGroupsPositions = {
  name: 'functional-groups-positions',
  does: 'opens that object and reads the position of every frame',
  contenders: CONTENDERS,
  isHugeToo: true,
  workloads,
  expected: (data) => data.expected.positions,
};
