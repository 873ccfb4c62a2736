import type { DicomFile, FrameIndex, FramedexError, FrameRange, Warning } from '../node/index.ts';
import { isFramedexError, uidName } from '../node/index.ts';
import { CONFIDENCES, STRATEGIES, countsText } from './frame-words.ts';
import { padded, printable } from './terminal.ts';

/** No more native frames are listed: of one bit each, a small file has as many. */
const MOST_LISTED = 1_000_000;

/** How many frames are worth a line. The index is held against the items first, where it can be. */
export function listedFrames(index: FrameIndex): number {
  if (reasonForNone(index) !== undefined) return 0;
  const { count, strategy } = index;
  return strategy === 'native' ? Math.min(count, MOST_LISTED) : count;
}

/** Why the frames cannot be told, where they cannot. */
export function reasonForNone(index: FrameIndex): FramedexError | undefined {
  try {
    index.ranges(0);
    return undefined;
  } catch (error) {
    if (isFramedexError(error)) return error;
    throw error;
  }
}

/** Of more frames, the first and the last ones are shown. */
const SHOWN = 16;

/** What `frames` shows of one instance. */
export function framesText(file: DicomFile): string {
  const { transferSyntax, index, warnings } = file;
  const listed = listedFrames(index);
  const { count, strategy, confidence } = index;
  const accounts = countsText(index);
  const counts = accounts === undefined ? '' : `: ${accounts}`;
  const lines = [
    `transfer syntax  ${uidName(transferSyntax) ?? 'unknown'} (${printable(transferSyntax)})`,
    `image            ${pixelText(index)}`,
    `frames           ${count}${counts}`,
    `known by         ${STRATEGIES[strategy]} (${strategy}); ${CONFIDENCES[confidence]} (${confidence})`,
    ...frameTable(index, listed),
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
