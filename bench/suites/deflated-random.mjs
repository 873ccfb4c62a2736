import { deflatedObject } from '../data/deflated.mjs';

const SIZES = {
  tiny: { frames: 24, matrix: 256, picks: 6, wholeMemberBytes: 1 },
  small: { frames: 256, matrix: 512, picks: 40 },
  full: { frames: 1024, matrix: 512, picks: 40 },
};
const PEAK_MEGABYTES = 200;
const MEDIAN_MILLISECONDS = 15;

/** Frames here and there in a member that deflate lets nobody enter in its middle. */
export const deflatedRandom = {
  name: 'deflated-random',
  does: 'opens a large deflated member of an archive and reads its middle frame, then others here and there',
  contenders: ['floor', 'framedex', 'framedex-saved', 'framedex-spool', 'stream-and-discard'],
  workloads: (size) => {
    const { frames, matrix, picks } = SIZES[size];
    const megabytes = Math.round((frames * 2 * matrix ** 2) / 1e6);
    return [
      {
        name: `deflated-${frames}x${matrix}`,
        title: `${1 + picks} of ${frames} frames of ${matrix} x ${matrix} x 16 bit (${megabytes} MB), deflated`,
        generate: (folder) => deflatedObject(folder, SIZES[size]),
      },
    ];
  },
  expected: (data) => data.expected,
  aims,
};

function aims({ framedex, 'framedex-saved': saved }) {
  return [
    ['checkpoints', framedex],
    ['saved checkpoints', saved],
  ].flatMap(([how, row]) => {
    if (row?.details === undefined) return [];
    const { 'median ms': median } = row.details;
    const peak = row.peakRss / 1e6;
    return [
      {
        text: `${how}: median of ${median.toFixed(1)} ms a frame (aim ${MEDIAN_MILLISECONDS} ms)`,
        holds: median <= MEDIAN_MILLISECONDS,
      },
      {
        text: `${how}: peak resident set of ${peak.toFixed(0)} MB (aim ${PEAK_MEGABYTES} MB)`,
        holds: peak <= PEAK_MEGABYTES,
      },
    ];
  });
}
