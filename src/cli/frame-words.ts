import { isPixelData } from '../dicom/element.ts';
import type { FrameIndex, Warning } from '../node/index.ts';

type Strategy = FrameIndex['strategy'];
type Confidence = FrameIndex['confidence'];

/** How many frames an index has, by each account. */
export type CountedFrames = Pick<FrameIndex, 'count' | 'counts' | 'strategy'>;

/** How the frame boundaries are known, in a few words. */
export const STRATEGIES: Readonly<Record<Strategy, string>> = {
  native: 'native pixel data, by arithmetic',
  'extended-offset-table': 'the extended offset table',
  'basic-offset-table': 'the basic offset table',
  'one-fragment-per-frame': 'as many fragments as frames',
  'all-fragments': 'one frame, which all fragments make up',
  'frame-length': 'the length of a frame, which all have',
  'end-marker': 'end markers of the compressed images',
  'rle-header': 'RLE headers',
  repaired: 'the items, because the offset table is wrong',
  salvaged: 'the offset table, over a gap in the items',
  video: 'one video stream',
  none: 'no frames',
};

/** How sure that is. */
export const CONFIDENCES: Readonly<Record<Confidence, string>> = {
  exact: 'certain',
  verified: 'compared with the bytes',
  inferred: 'inferred, the file does not confirm it',
  guessed: 'guessed',
};

/** The same as the beginning of a sentence. */
const SENTENCES: Readonly<Record<Strategy, string>> = {
  native: 'uncompressed frames of one length lie one behind the other',
  'extended-offset-table': 'the extended offset table says where each frame starts',
  'basic-offset-table': 'the basic offset table says where each frame starts',
  'one-fragment-per-frame': 'each frame is one fragment',
  'all-fragments': 'there is one frame, which all fragments make up',
  'frame-length': 'uncompressed frames have one length, at which fragments were parted',
  'end-marker': 'fragments were put together where a compressed image starts and ends',
  'rle-header': 'fragments were put together where an RLE header starts a frame',
  repaired: 'the offset table is wrong, so the fragments themselves were grouped into frames',
  salvaged:
    'the chain of fragments is broken, and the offset table leads to the frames behind the gap',
  video: 'the fragments are one video stream: only a video decoder finds frames in it',
  none: 'no frame can be found',
};

/** The same of a single frame, where it is another sentence. */
const OF_ONE: Readonly<Partial<Record<Strategy, string>>> = {
  native: 'there is one uncompressed frame',
  'extended-offset-table': 'the extended offset table says where the frame starts',
  'basic-offset-table': 'the basic offset table says where the frame starts',
  'one-fragment-per-frame': 'there is one frame, and one fragment',
};

/** How each frame boundary is known and how sure that is, in a sentence. */
export function explanation(index: FrameIndex, warnings: readonly Warning[]): string {
  const { strategy, confidence } = index;
  if (strategy === 'none') return SENTENCES.none;
  const how = index.count === 1 ? (OF_ONE[strategy] ?? SENTENCES[strategy]) : SENTENCES[strategy];
  return `${how}; ${certainty(index, warnings)} (${strategy}, ${confidence})`;
}

function certainty({ strategy, confidence, counts }: FrameIndex, warnings: readonly Warning[]) {
  const isNative = strategy === 'native';
  switch (confidence) {
    case 'exact':
      return isNative ? 'found by arithmetic' : itemsSeen(counts.fragments, warnings);
    case 'verified':
      return strategy === 'extended-offset-table' || strategy === 'basic-offset-table'
        ? 'its first and last entries were compared with their items, each other one is before its frame is given'
        : 'as many were found as are declared';
    case 'inferred':
      return isNative ? 'how many, their bytes alone tell' : 'the file does not confirm it';
    case 'guessed':
      return 'this is a guess';
  }
}

function itemsSeen(fragments: number | undefined, warnings: readonly Warning[]): string {
  if (fragments === undefined) return 'certain';
  const isBroken = warnings.some(
    ({ code, tag }) =>
      (code === 'DELIMITER' || code === 'ITEM_EXPECTED') && tag !== undefined && isPixelData(tag),
  );
  const end = isBroken ? '' : ', from the first to the delimiter';
  return fragments === 1
    ? `the one item was seen${end === '' ? '' : ', and the delimiter behind it'}`
    : `${fragments === 2 ? 'both' : `all ${fragments}`} items were seen${end}`;
}

/**
 * The accounts of how many frames there are, where they disagree; undefined where they come to the
 * same.
 */
export function countsText({ strategy, counts, count }: CountedFrames): string | undefined {
  const { declared, found, byBytes, fragments } = counts;
  if (strategy === 'video') {
    return declared === undefined ? 'one stream' : `one stream; Number of Frames says ${declared}`;
  }
  const agree = (declared ?? found) === found && (byBytes ?? found) === found && count === found;
  if (agree) return undefined;
  const accounts = [
    declared === undefined ? 'there is no Number of Frames' : `Number of Frames says ${declared}`,
    byBytes === undefined ? '' : `the bytes are enough for ${byBytes}`,
    fragments === undefined
      ? ''
      : `there ${fragments === 1 ? 'is 1 fragment' : `are ${fragments} fragments`}`,
    count === found || strategy === 'none'
      ? ''
      : `${found === 0 ? 'none' : found} ${found < 2 ? 'is' : 'are'} there as a whole`,
  ];
  return accounts.filter((account) => account !== '').join(', ');
}
