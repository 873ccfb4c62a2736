import type {
  Dataset,
  DicomFile,
  Element,
  FrameIndex,
  FramedexError,
  FrameRange,
  Warning,
} from '../node/index.ts';
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
  const { error } = placeOf(index, 0);
  // That one frame is lost says nothing of the others.
  const isOfOne = error?.code === 'FRAME_TRUNCATED' || error?.code === 'ITEM_EXPECTED';
  return isOfOne && index.strategy !== 'none' ? undefined : error;
}

/** Where a frame is; of one that is not there as a whole, nowhere, and why. */
export interface FramePlace {
  readonly ranges: readonly FrameRange[];
  readonly error?: FramedexError | undefined;
}

export function placeOf(index: FrameIndex, i: number): FramePlace {
  try {
    return { ranges: index.ranges(i) };
  } catch (error) {
    if (isFramedexError(error)) return { ranges: [], error };
    throw error;
  }
}

/** Whether there should be frames, where there are none: an object of another kind has none. */
export function isPromised(dataset: Dataset, reason: FramedexError): boolean {
  if (reason.code !== 'NO_PIXEL_DATA' || pixelElement(dataset) !== undefined) return true;
  // Spectra have rows as images do (PS3.3 C.8.14.4), and pixels that are elsewhere are not promised here.
  const isElsewhere = dataset.has('PixelDataProviderURL') || dataset.has('SpectroscopyData');
  return dataset.has('Rows') && !isElsewhere;
}

/** The pixel data, of any kind. */
export function pixelElement(dataset: Dataset): Element | undefined {
  for (const keyword of ['PixelData', 'FloatPixelData', 'DoubleFloatPixelData']) {
    const element = dataset.element(keyword);
    if (element !== undefined) return element;
  }
  return undefined;
}

/** Of more frames, the first and the last ones are shown. */
const SHOWN = 16;

/** What `frames` shows of one instance. */
export function framesText(file: DicomFile): string {
  const { transferSyntax, index, warnings } = file;
  const listed = listedFrames(index);
  const { count } = index;
  const accounts = countsText(index);
  const counts = accounts === undefined ? '' : `: ${accounts}`;
  const lines = [
    `transfer syntax  ${uidName(transferSyntax) ?? 'unknown'} (${printable(transferSyntax)})`,
    `image            ${pixelText(index)}`,
    `frames           ${count}${counts}`,
    `known by         ${knownBy(index)}`,
    ...frameTable(index, listed),
    ...warnings.map(warningText),
  ];
  return `${lines.join('\n')}\n`;
}

function knownBy(index: FrameIndex): string {
  const { strategy, confidence } = index;
  const reason = strategy === 'none' ? reasonForNone(index) : undefined;
  if (isFramedexError(reason)) return `nothing (none): ${printable(reason.message)}`;
  return `${STRATEGIES[strategy]} (${strategy}); ${CONFIDENCES[confidence]} (${confidence})`;
}

function pixelText({ pixel }: FrameIndex): string {
  if (pixel.rows === 0) return 'none';
  const { columns, rows, samplesPerPixel, photometricInterpretation, bitsAllocated } = pixel;
  const sign = pixel.pixelRepresentation === 1 ? 'signed' : 'unsigned';
  const cells =
    pixel.cells === 'integer'
      ? `${pixel.bitsStored} ${pixel.bitsStored === 1 ? 'bit' : 'bits'} stored in ${bitsAllocated}, high bit ${pixel.highBit}, ${sign}`
      : `${bitsAllocated}-bit floats`;
  const samples = samplesPerPixel === 1 ? '1 sample' : `${samplesPerPixel} samples`;
  return `${columns} x ${rows}, ${samples}, ${printable(photometricInterpretation)}, ${cells}`;
}

function frameTable(index: FrameIndex, count: number): string[] {
  if (count === 0) return [];
  const numbers = Array.from({ length: Math.min(count, SHOWN) }, (_, k) =>
    count > SHOWN && k >= SHOWN / 2 ? count - SHOWN + k : k,
  );
  const rows = numbers.map((i) => frameRow(i, placeOf(index, i).ranges));
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
