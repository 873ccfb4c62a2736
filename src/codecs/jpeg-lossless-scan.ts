import { decodeDifferences, joinedLookups } from './jpeg-huffman.ts';
import type { HuffmanTable } from './jpeg-huffman.ts';
import { losslessFault } from './jpeg-lossless-fault.ts';
import { undoFirstRow, undoRow } from './jpeg-lossless-prediction.ts';
import type { Predictor } from './jpeg-lossless-prediction.ts';
import { behindFill, codedBits, codedPosition, takeCodedData } from './jpeg-scan-bits.ts';
import type { CodedBits } from './jpeg-scan-bits.ts';

/** A code and a difference have 31 bits at most: a row that is not there reads so far, and one word. */
const BYTES_A_SAMPLE = 4;
const RST0 = 0xd0;
/** Zeros that writers put behind coded data: more than that is data, of which too little was read. */
const MOST_PADDING = 16;

/** The picture that scans decode into. */
export interface LosslessPicture {
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  readonly precision: number;
  /** Samples side by side. */
  readonly cells: Uint8Array | Uint16Array | Uint32Array;
}

/** What a scan header says (T.81 B.2.3, H.1). */
export interface LosslessScan {
  /** Which components of the frame, counted from 0, ascending. */
  readonly components: readonly number[];
  /** Theirs. */
  readonly tables: readonly HuffmanTable[];
  readonly predictor: Predictor;
  /** Lowest bits that are left out of every sample. */
  readonly pointTransform: number;
  /** Rows between two restarts. */
  readonly restartRows: number;
}

/** What came of a scan. */
export interface DecodedScan {
  /** Position of the marker behind it. */
  readonly end: number;
  /** There were zeros behind the samples, as padding. */
  readonly padded: boolean;
  /** All bits that are set in any sample. */
  readonly seen: number;
}

/**
 * Decodes the coded data of a scan, from `start` on, row by row: what was decoded before a fault is in
 * its place.
 *
 * @throws FramedexError `CODEC` where the bits end too early or too late, are no code, or a restart is
 * not there.
 */
export function decodeLosslessScan(
  bytes: Uint8Array,
  start: number,
  scan: LosslessScan,
  picture: LosslessPicture,
): DecodedScan {
  const { rows, columns, precision } = picture;
  const { components, tables, predictor, pointTransform, restartRows } = scan;
  const step = components.length;
  const bits = codedBits(bytes, start, (columns * step + 1) * BYTES_A_SAMPLE);
  const lookups = joinedLookups(tables);
  let row = new Uint16Array(columns * step);
  let above = new Uint16Array(columns * step);
  let seen = 0;
  let padded = false;
  let at = start;
  for (let y = 0; y < rows; y++) {
    const first = y % restartRows === 0;
    if (first) {
      if (y > 0) at = behindRestart(bytes, at, y / restartRows - 1);
      takeCodedData(bits, bytes, at);
      at = bits.end;
    }
    const found = decodeDifferences(bits, tables, lookups, row);
    if (!found || bits.at > bits.length) throw missingBits(bits, bytes);
    seen |= first
      ? undoFirstRow(row, step, 1 << (precision - pointTransform - 1))
      : undoRow(row, above, step, predictor);
    putRow(row, y, scan, picture);
    if ((y + 1) % restartRows === 0 || y === rows - 1) padded = isPadded(bits, bytes) || padded;
    const decoded = row;
    row = above;
    above = decoded;
  }
  return { end: at, padded, seen: seen << pointTransform };
}

/**
 * Whether whole bytes are left over.
 *
 * @throws FramedexError `CODEC` where they are no padding: then codes were read that were not written.
 */
function isPadded(bits: CodedBits, bytes: Uint8Array): boolean {
  const first = Math.ceil(bits.at / 8);
  const length = bits.length / 8;
  if (first === length) return false;
  let place = first;
  while (place < length && bits.view.getUint8(place) === 0) place++;
  if (place === length && length - first <= MOST_PADDING) return true;
  throw losslessFault('coded data left over', 'the end of the scan', codedPosition(bits, bytes));
}

/** Restarts are counted modulo 8 (T.81 B.2.1): one that is not there is data that was lost. */
function behindRestart(bytes: Uint8Array, at: number, restart: number): number {
  const code = behindFill(bytes, at);
  if (bytes[code] === RST0 + (restart & 7)) return code + 1;
  throw losslessFault('another marker, or none', `restart ${restart & 7}`, at);
}

function missingBits(bits: CodedBits, bytes: Uint8Array): Error {
  // Bits that are not there may look like a code that is none.
  if (bits.at + 16 > bits.length) {
    return losslessFault('the end of the coded data', 'more samples', bits.end);
  }
  return losslessFault('bits that are no code', 'a Huffman code', codedPosition(bits, bytes));
}

function putRow(row: Uint16Array, y: number, scan: LosslessScan, picture: LosslessPicture): void {
  const { cells, columns, components } = picture;
  const { pointTransform } = scan;
  const start = y * columns * components;
  const step = scan.components.length;
  if (step === components && pointTransform === 0) {
    cells.set(row, start);
    return;
  }
  for (let k = 0; k < step; k++) {
    let to = start + (scan.components[k] ?? 0);
    for (let x = k; x < row.length; x += step) {
      cells[to] = (row[x] ?? 0) << pointTransform;
      to += components;
    }
  }
}
