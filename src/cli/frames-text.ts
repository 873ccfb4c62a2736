import type { DicomFile, FrameIndex, FrameRange, Warning } from '../node/index.ts';
import { uidName } from '../node/index.ts';
import { padded, printable } from './terminal.ts';

/** A count is a claim: a file of a few bytes can claim two thousand million native frames. */
const BELIEVED = 10_000;
/** No more are listed, whatever the pixel data claims to hold. */
const MOST_LISTED = 1_000_000;

/** How many frames are worth a line. */
export function listedFrames({ index, dataset }: DicomFile): number {
  const { count, strategy } = index;
  if (reasonForNone(index) !== undefined) return 0;
  if (count <= BELIEVED || strategy !== 'native') return count;
  const [first] = index.ranges(0);
  const bits = first?.bitLength ?? (first?.length ?? 0) * 8;
  const length = PIXEL_DATA.map((keyword) => dataset.element(keyword)?.length ?? 0);
  const within = Math.ceil((Math.max(...length) * 8) / bits);
  return Math.min(count, MOST_LISTED, Math.max(BELIEVED, within));
}

const PIXEL_DATA = ['PixelData', 'FloatPixelData', 'DoubleFloatPixelData'];

/** Why the frames cannot be told, where they cannot. */
export function reasonForNone(index: FrameIndex): unknown {
  try {
    index.ranges(0);
    return undefined;
  } catch (error) {
    return error;
  }
}

const STRATEGIES: Readonly<Record<FrameIndex['strategy'], string>> = {
  native: 'native pixel data, by arithmetic',
  'extended-offset-table': 'the extended offset table',
  'basic-offset-table': 'the basic offset table',
  'one-fragment-per-frame': 'as many fragments as frames',
  'all-fragments': 'one frame, which all fragments make up',
  'end-marker': 'end markers of the compressed images',
  'rle-header': 'RLE headers',
  repaired: 'the items, because the offset table is wrong',
  salvaged: 'what of the items is left',
  video: 'one video stream',
  none: 'no frames',
};

const CONFIDENCES: Readonly<Record<FrameIndex['confidence'], string>> = {
  exact: 'certain',
  verified: 'compared with the items',
  inferred: 'inferred, the file does not confirm it',
  guessed: 'guessed',
};

/** Of more frames, the first and the last ones are shown. */
const SHOWN = 16;

/** What `frames` shows of one instance. */
export function framesText(file: DicomFile): string {
  const { transferSyntax, index, warnings } = file;
  const { count, declaredCount, strategy, confidence } = index;
  const differs = declaredCount === count ? '' : ` (the file says ${declaredCount})`;
  const lines = [
    `transfer syntax  ${uidName(transferSyntax) ?? 'unknown'} (${printable(transferSyntax)})`,
    `image            ${pixelText(index)}`,
    `frames           ${count}${differs}`,
    `known by         ${STRATEGIES[strategy]} (${strategy}); ${CONFIDENCES[confidence]} (${confidence})`,
    ...frameTable(index, listedFrames(file)),
    ...warnings.map(warningText),
  ];
  return `${lines.join('\n')}\n`;
}

function pixelText({ pixel }: FrameIndex): string {
  if (pixel.rows === 0) return 'none';
  const { columns, rows, samplesPerPixel, photometricInterpretation, bitsAllocated } = pixel;
  const sign = pixel.pixelRepresentation === 1 ? 'signed' : 'unsigned';
  const cells =
    pixel.cells === 'integer'
      ? `${pixel.bitsStored} bits stored in ${bitsAllocated}, high bit ${pixel.highBit}, ${sign}`
      : `${bitsAllocated}-bit floats`;
  const samples = samplesPerPixel === 1 ? '1 sample' : `${samplesPerPixel} samples`;
  return `${columns} x ${rows}, ${samples}, ${printable(photometricInterpretation)}, ${cells}`;
}

function frameTable(index: FrameIndex, count: number): string[] {
  if (count === 0) return [];
  const numbers = Array.from({ length: Math.min(count, SHOWN) }, (_, k) =>
    count > SHOWN && k >= SHOWN / 2 ? count - SHOWN + k : k,
  );
  const rows = numbers.map((i) => frameRow(i, index.ranges(i)));
  if (count > SHOWN) rows.splice(SHOWN / 2, 0, ['...', '', '', '']);
  const table = [['frame', 'offset', 'bytes', 'fragments'], ...rows];
  const widths = [0, 1, 2, 3].map((k) => Math.max(...table.map((row) => row[k]?.length ?? 0)));
  return table.map((row) => row.map((cell, k) => padded(cell, widths[k] ?? 0, 'right')).join('  '));
}

function frameRow(i: number, ranges: readonly FrameRange[]): string[] {
  const [first] = ranges;
  const bit = first?.bitOffset ?? 0;
  const offset = `${first?.offset ?? '-'}${bit > 0 ? ` bit ${bit}` : ''}`;
  const bytes = ranges.reduce((sum, { length }) => sum + length, 0);
  return [String(i), offset, String(bytes), String(ranges.length)];
}

function warningText({ code, message, offset }: Warning): string {
  return `warning          ${code} at byte ${offset}: ${printable(message)}`;
}
