import type { ImagePixel } from '../dicom/image-pixel.ts';
import { isFramedexError } from '../errors.ts';
import type { CodecNote, DecodedFrame, DecodeOptions, Decoder } from './codec.ts';
import {
  beyondStored,
  checkCodedPicture,
  codedPixel,
  signNotes,
  surplusNotes,
} from './coded-picture.ts';
import type { CodedPicture } from './coded-picture.ts';
import { readJpegHeader, uint16 } from './jpeg-header.ts';
import type { JpegHeader } from './jpeg-header.ts';
import { huffmanTable, readHuffmanSpecifications } from './jpeg-huffman.ts';
import type { HuffmanSpecification, HuffmanTable } from './jpeg-huffman.ts';
import { losslessFault } from './jpeg-lossless-fault.ts';
import type { Predictor } from './jpeg-lossless-prediction.ts';
import { decodeLosslessScan } from './jpeg-lossless-scan.ts';
import type { LosslessPicture, LosslessScan } from './jpeg-lossless-scan.ts';
import { behindFill } from './jpeg-scan-bits.ts';

/** Second bytes of markers (T.81 table B.1). */
const TEM = 0x01;
const SOF3 = 0xc3;
const DHT = 0xc4;
const DAC = 0xcc;
const RST0 = 0xd0;
const RST7 = 0xd7;
const EOI = 0xd9;
const SOS = 0xda;
const DQT = 0xdb;
const DNL = 0xdc;
const DRI = 0xdd;
const APP0 = 0xe0;
const COM = 0xfe;

/**
 * JPEG Lossless, Huffman coded: process 14 with any predictor, and with the first alone (PS3.5 8.2.1,
 * A.4.1; T.81 annex H). Samples of 2 to 16 bits, any number of components and scans, all components of
 * one size; values are given as coded: two's complement stays that, colours stay what they are.
 */
export const jpegLosslessDecoder: Decoder = { decode: decodeJpegLossless };

/** What is known while the segments of a code stream are walked. */
interface Decoding {
  readonly bytes: Uint8Array;
  readonly header: JpegHeader;
  readonly picture: LosslessPicture;
  /** By destination. */
  readonly tables: (HuffmanSpecification | undefined)[];
  /** Components that are decoded to the last row. */
  readonly done: Set<number>;
  readonly notes: Set<string>;
  /** All bits that are set in any sample. */
  seen: number;
  restartInterval: number;
  /** The number of lines is known: from the frame header, or from DNL. */
  linesKnown: boolean;
}

/**
 * Decodes one frame. That the code stream was not cut is found by decoding: no sample is made of bits
 * that are not there. `lenient` gives the rows before the fault.
 *
 * @throws FramedexError `CODEC`.
 */
export function decodeJpegLossless(
  bytes: Uint8Array,
  pixel: ImagePixel,
  { into, lenient = false }: DecodeOptions = {},
): DecodedFrame {
  const header = readJpegHeader(bytes);
  if (header?.process !== SOF3) {
    const found = header === undefined ? 'none' : 'one of another process';
    throw losslessFault(found, 'the frame header of a lossless process, Huffman coded', 0);
  }
  const coded = checkedPicture(header, pixel);
  const { rows, columns, components, precision } = coded;
  const samples = rows * columns * components;
  // Before memory is taken on the word of Rows and Columns: no sample has less than one bit.
  if (!lenient && samples > bytes.length * 8) {
    throw losslessFault('the end of the coded data', `${samples} samples`, bytes.length);
  }
  const cells = cellsFor(pixel.bitsAllocated, samples, into, header.offset);
  if (lenient) cells.fill(0);
  const decoding: Decoding = {
    bytes,
    header,
    picture: { rows, columns, components, precision, cells },
    tables: [],
    done: new Set(),
    notes: new Set(),
    seen: 0,
    restartInterval: 0,
    linesKnown: header.rows > 0,
  };
  let partial = false;
  let surplus: readonly CodecNote[] = [];
  try {
    surplus = surplusNotes(bytes, decodeSegments(decoding));
    checkPrecision(decoding, pixel);
  } catch (error) {
    if (!lenient || !isFramedexError(error, 'CODEC')) throw error;
    partial = true;
    decoding.notes.add('the code stream is broken');
  }
  const decoded = codedPixel(pixel, coded);
  const messages = [...decoding.notes].map((message): CodecNote => ({ message }));
  const out = new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength);
  const beyond = beyondStored(out, coded, decoded, false);
  return {
    bytes: out,
    pixel: decoded,
    notes: [...beyond, ...signNotes(coded, pixel), ...messages, ...surplus],
    ...(partial && { partial }),
  };
}

/**
 * Samples are counted modulo 2 to the 16 (T.81 H.1.2.1): of more bits than the precision, they may be
 * two's complement, the sign of which was coded with them. Otherwise codes were read that were not written.
 */
function checkPrecision({ seen, picture, notes, header }: Decoding, pixel: ImagePixel): void {
  const { precision, cells } = picture;
  if (seen >>> precision === 0) return;
  const shift = 32 - precision;
  const isSigned =
    pixel.pixelRepresentation === 1 &&
    pixel.bitsAllocated > 8 &&
    cells.every((value: number) => (((value << shift) >> shift) & 0xffff) === value);
  if (!isSigned) {
    throw losslessFault('samples of more bits', `${precision} bits`, header.offset);
  }
  notes.add('samples of more bits than the precision');
}

/** The frame header, held against what there is to decode (T.81 table B.2, H.1.1). */
function checkedPicture(header: JpegHeader, pixel: ImagePixel): CodedPicture {
  const { columns, precision, offset, components } = header;
  // Where DNL tells them, it is held against the same number.
  const rows = header.rows === 0 ? pixel.rows : header.rows;
  const coded = { rows, columns, components: components.length, precision, offset };
  checkCodedPicture(coded, pixel);
  if (precision < 2 || precision > 16) {
    throw losslessFault(`${precision} bits`, 'a precision of 2 to 16 bits', offset);
  }
  // The factors of a single component say nothing (T.81 A.2.2).
  const sampled = components.some((factors) => factors.horizontal !== 1 || factors.vertical !== 1);
  if (components.length > 1 && sampled) {
    throw losslessFault('other sampling factors', 'components of the size of the picture', offset);
  }
  return coded;
}

function cellsFor(
  bitsAllocated: number,
  samples: number,
  into: Uint8Array | undefined,
  offset: number,
): LosslessPicture['cells'] {
  switch (bitsAllocated) {
    case 8:
      return into ? new Uint8Array(into.buffer, into.byteOffset, samples) : new Uint8Array(samples);
    case 16:
      return into
        ? new Uint16Array(into.buffer, into.byteOffset, samples)
        : new Uint16Array(samples);
    case 32:
      return into
        ? new Uint32Array(into.buffer, into.byteOffset, samples)
        : new Uint32Array(samples);
    default:
      throw losslessFault(`${bitsAllocated} bits allocated`, '8, 16 or 32 bits', offset);
  }
}

/**
 * Walks all marker segments, from the first one behind SOI to EOI. That it is not there is all that a
 * code stream may lack.
 *
 * @returns Where it ends.
 */
function decodeSegments(decoding: Decoding): number {
  const { bytes, done, picture, notes } = decoding;
  let at = 2;
  for (;;) {
    if (at < bytes.length && bytes[at] !== 0xff) {
      throw losslessFault('another byte', 'a marker', at);
    }
    const place = behindFill(bytes, at);
    const marker = bytes[place];
    const isDone = done.size === picture.components;
    if (marker === EOI || (marker === undefined && isDone)) {
      if (!decoding.linesKnown) throw losslessFault('no DNL', 'the number of lines', at);
      if (!isDone) throw losslessFault(`${done.size} components`, `${picture.components}`, at);
      if (marker === undefined) notes.add('no EOI behind the coded data');
      return place + 1;
    }
    if (marker === TEM || (marker !== undefined && marker >= RST0 && marker <= RST7)) {
      at = place + 1;
      continue;
    }
    const start = place + 3;
    const end = place + 1 + uint16(bytes, place + 1);
    if (marker === undefined || end < start || end > bytes.length) {
      throw losslessFault('another length, or the end', 'a marker segment', at);
    }
    at = decodeSegment(decoding, marker, start, end);
  }
}

/** Where the next marker is. */
function decodeSegment(decoding: Decoding, marker: number, start: number, end: number): number {
  const { bytes, header, picture, tables } = decoding;
  switch (marker) {
    case SOS:
      return decodeScan(decoding, start, end);
    case DHT:
      readHuffmanSpecifications(bytes, start, end, tables);
      return end;
    case DRI:
      decoding.restartInterval = uint16(bytes, start);
      return end;
    case DNL:
      if (uint16(bytes, start) !== picture.rows) {
        throw losslessFault(`${uint16(bytes, start)} lines`, `${picture.rows}`, start);
      }
      decoding.linesKnown = true;
      return end;
    case SOF3:
      if (start - 3 > behindFill(bytes, header.offset)) {
        throw losslessFault('a second frame header', 'one picture', start - 4);
      }
      return end;
    case DQT:
    case DAC:
      return end;
    default:
      if (marker >= APP0 && marker <= COM) return end;
      throw losslessFault('another marker', 'one of JPEG Lossless', start - 4);
  }
}

function decodeScan(decoding: Decoding, start: number, end: number): number {
  const { bytes, picture, done, notes } = decoding;
  const scan = readScanHeader(decoding, start, end);
  const decoded = decodeLosslessScan(bytes, end, scan, picture);
  for (const component of scan.components) done.add(component);
  if (decoded.padded) notes.add('zeros behind the coded data');
  decoding.seen |= decoded.seen;
  return decoded.end;
}

/** @throws FramedexError `CODEC` for what T.81 B.2.3 and H.1 do not allow. */
function readScanHeader(decoding: Decoding, start: number, end: number): LosslessScan {
  const { bytes, header, picture, tables, done, restartInterval } = decoding;
  const count = bytes[start] ?? 0;
  const parameters = start + 1 + 2 * count;
  const predictor = bytes[parameters] ?? 0;
  const pointTransform = (bytes[parameters + 2] ?? 0) & 15;
  if (count === 0 || end !== parameters + 3) {
    throw losslessFault('another length', 'a scan header', start);
  }
  if (!isPredictor(predictor)) {
    throw losslessFault(`predictor ${predictor}`, 'predictors 1 to 7', parameters);
  }
  if (pointTransform >= picture.precision) {
    throw losslessFault(`point transform ${pointTransform}`, 'less than all bits', parameters + 2);
  }
  // One MCU is one sample of each component, and restarts come between rows (T.81 H.1.1).
  if (restartInterval % picture.columns !== 0) {
    throw losslessFault(`a restart interval of ${restartInterval}`, 'whole rows', start);
  }
  const components: number[] = [];
  const used: HuffmanTable[] = [];
  for (let at = start + 1; at < parameters; at += 2) {
    const component = header.components.findIndex(({ id }) => id === bytes[at]);
    const table = tables[(bytes[at + 1] ?? 0) >> 4];
    // In the order of the frame header, each in one scan.
    if (component <= (components.at(-1) ?? -1) || done.has(component) || table === undefined) {
      throw losslessFault('another component or table', 'those of the frame, in order', at);
    }
    components.push(component);
    used.push(huffmanTable(table));
  }
  const restartRows = restartInterval === 0 ? picture.rows : restartInterval / picture.columns;
  return { components, tables: used, predictor, pointTransform, restartRows };
}

function isPredictor(value: number): value is Predictor {
  return value >= 1 && value <= 7;
}
