import type { Dataset } from '../dicom/dataset.ts';
import { FramedexError } from '../errors.ts';
import type { DisplayAttributes, Segment, Segmentation } from '../frames/display-attributes.ts';
import { readSegmentation } from '../frames/segmentation.ts';
import { NO_SEGMENT } from './label-painter.ts';

/** Stored values have 16 bits at most (PS3.3 C.8.20.2). */
const ENTRIES = 0x10000;

/** Background of PS3.16 as the type of a segment: it is there so that all values of a LABELMAP have one, and is what labels call 0. */
const BACKGROUND = { code: '125040', scheme: 'DCM' };

/** Which segments become labels, and from which part of a voxel on. */
export interface SegmentChoice {
  readonly segments?: readonly number[] | undefined;
  readonly threshold?: number | undefined;
}

/** What the values of a segmentation become. */
export interface SegmentLabels {
  readonly type: Segmentation['type'];
  /** All that it describes but the background. */
  readonly segments: readonly Segment[];
  /** Of BINARY and FRACTIONAL: the label of each stored value of a frame of the segment. */
  ofSegment(number: number): Int32Array;
  /** Of LABELMAP. */
  ofMap(padding: DisplayAttributes['padding']): Int32Array;
}

/**
 * What the values of one instance stand for (PS3.3 C.8.20).
 *
 * @throws FramedexError `NOT_A_VOLUME` where it does not say so; `USAGE` for FRACTIONAL without a threshold.
 */
export function segmentLabels(
  dataset: Dataset,
  name: string,
  choice: SegmentChoice,
): SegmentLabels {
  // What pictures are made in spite of makes no labels: an unknown type, and no value that is all of a voxel.
  const segmentation = readSegmentation(dataset, (_, __, { offset, tag }) => {
    const summary = 'it does not say what its values stand for';
    throw new FramedexError('NOT_A_VOLUME', summary, { name, offset, tag });
  });
  if (segmentation === undefined) throw noSegmentation(name);
  const { type, maximumFractionalValue } = segmentation;
  const background = type === 'LABELMAP' ? backgroundOf(dataset) : new Set<number>();
  const segments = segmentation.segments.filter(({ number }) => !background.has(number));
  const threshold = type === 'FRACTIONAL' ? thresholdOf(choice) : 0;
  // One after the other: of many segments, all tables would be more than the labels.
  let last: { readonly number: number; readonly table: Int32Array } | undefined;
  let map: Int32Array | undefined;
  return {
    type,
    segments,
    ofSegment: (number) => {
      if (last?.number === number) return last.table;
      const table =
        type === 'FRACTIONAL'
          ? Int32Array.from({ length: ENTRIES }, (_, value) =>
              value / maximumFractionalValue >= threshold ? number : 0,
            )
          : new Int32Array(ENTRIES).fill(number, 1);
      last = { number, table };
      return table;
    },
    // Padding is that of the instance.
    ofMap: (padding) => (map ??= mapTable({ segments, background, padding, choice, name })),
  };
}

function mapTable(parts: {
  readonly segments: readonly Segment[];
  readonly background: ReadonlySet<number>;
  readonly padding: DisplayAttributes['padding'];
  readonly choice: SegmentChoice;
  readonly name: string;
}): Int32Array {
  const { segments, background, padding, choice, name } = parts;
  const isAll = choice.segments === undefined;
  const isPadding = padding !== undefined && padding.low <= 0 && padding.high >= 0;
  if (isAll && !isPadding && segments.some(({ number }) => number === 0)) throw segmentZero(name);
  const table = new Int32Array(ENTRIES).fill(isAll ? NO_SEGMENT : 0);
  table[0] = 0;
  for (const number of background) table[number] = 0;
  for (const { number } of segments) if (isChosen(number, choice)) table[number] = number;
  if (padding !== undefined) table.fill(0, Math.max(0, padding.low), padding.high + 1);
  return table;
}

/** Whether a segment is to become a label. */
export function isChosen(number: number, { segments }: SegmentChoice): boolean {
  return segments === undefined || segments.includes(number);
}

/** @throws FramedexError `USAGE`. */
export function checkChoice({ segments, threshold }: SegmentChoice): void {
  const wrong = segments?.find((one) => !Number.isInteger(one) || one < 1 || one >= ENTRIES);
  if (wrong !== undefined) {
    const expected = `whole numbers, 1 to ${ENTRIES - 1}`;
    throw new FramedexError('USAGE', 'no number of a segment', { expected, found: `${wrong}` });
  }
  // With 0, all that a frame covers would be of its segment.
  if (threshold === undefined || (threshold > 0 && threshold <= 1)) return;
  const expected = 'a part of a voxel: more than 0, 1 at most';
  throw new FramedexError('USAGE', '`threshold` is no part', { expected, found: `${threshold}` });
}

/** A label 0 would be none. */
export function segmentZero(name: string): FramedexError {
  return new FramedexError('NOT_A_VOLUME', 'segment 0 cannot be told from no segment', {
    name,
    expected: 'segments from 1 on',
    advice: '`segments` takes the others.',
  });
}

function noSegmentation(name: string): FramedexError {
  const expected = 'a segmentation';
  return new FramedexError('NOT_A_VOLUME', 'it has no Segmentation Type', { name, expected });
}

function thresholdOf({ threshold }: SegmentChoice): number {
  if (threshold !== undefined) return threshold;
  throw new FramedexError('USAGE', 'parts of voxels become labels from a threshold on', {
    advice: 'Give `threshold`, as 0.5.',
  });
}

function backgroundOf(dataset: Dataset): ReadonlySet<number> {
  const background = new Set<number>();
  for (const item of dataset.get('SegmentSequence') ?? []) {
    const number = item.get('SegmentNumber');
    const [type] = item.get('SegmentedPropertyTypeCodeSequence') ?? [];
    const isBackground =
      type?.get('CodeValue') === BACKGROUND.code &&
      type.get('CodingSchemeDesignator') === BACKGROUND.scheme;
    if (number !== undefined && isBackground) background.add(number);
  }
  return background;
}
