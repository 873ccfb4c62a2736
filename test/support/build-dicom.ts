import { concat, hex, padded, tagBytes, valueBytes } from './build-value.ts';
import type { Encoding, Value } from './build-value.ts';
import { deflateRaw } from './outside.ts';

/**
 * Builds any DICOM byte sequence, right or wrong, with nothing of `src` in it:
 *
 *     const { bytes, pixelOffset } = dicom({
 *       transferSyntax: SYNTAX.explicitLittle,
 *       elements: [
 *         [0x00100010, 'PN', 'Doe^Jane'],
 *         sequence(0x00081140, [[[0x00081150, 'UI', '1.2']]], { undefinedLength: true }),
 *         ...imagePixel({ rows: 2, columns: 3 }),
 *         [0x7fe00010, 'OW', [1, 2, 3, 4, 5, 6]],
 *       ],
 *     });
 */

/** Transfer syntax UIDs (PS3.6 A). */
export const SYNTAX = {
  implicitLittle: '1.2.840.10008.1.2',
  explicitLittle: '1.2.840.10008.1.2.1',
  deflated: '1.2.840.10008.1.2.1.99',
  explicitBig: '1.2.840.10008.1.2.2',
  jpegBaseline: '1.2.840.10008.1.2.4.50',
  jpegExtended: '1.2.840.10008.1.2.4.51',
  jpegLossless: '1.2.840.10008.1.2.4.57',
  jpegLosslessFirstOrder: '1.2.840.10008.1.2.4.70',
  jpegLsLossless: '1.2.840.10008.1.2.4.80',
  jpegLsNear: '1.2.840.10008.1.2.4.81',
  jpeg2000Lossless: '1.2.840.10008.1.2.4.90',
  jpeg2000: '1.2.840.10008.1.2.4.91',
  mpeg2: '1.2.840.10008.1.2.4.100',
  mpeg4: '1.2.840.10008.1.2.4.102',
  htj2kLossless: '1.2.840.10008.1.2.4.201',
  rle: '1.2.840.10008.1.2.5',
} as const;

const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const PIXEL_DATA = [0x7fe00008, 0x7fe00009, 0x7fe00010];
/** VRs with a 4-byte length after two reserved bytes (PS3.5 7.1.2). */
const LONG_FORM = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));

/** The undefined length of sequences, items and encapsulated pixel data. */
export const UNDEFINED_LENGTH = 0xffffffff;

/** Something that writes itself in the encoding of the data set around it. */
export interface Piece {
  readonly tag?: number | undefined;
  encode(encoding: Encoding): Uint8Array;
}

/** What an element header may say against the truth. */
export interface Lies {
  /** Instead of the value's length. */
  readonly length?: number | undefined;
  /** Two characters, or two bytes, written instead of the VR. */
  readonly vr?: string | Uint8Array | undefined;
  /** 4-byte length after two reserved bytes, whatever the VR. */
  readonly longForm?: boolean | undefined;
  /** In the reserved bytes. */
  readonly reserved?: number | undefined;
  /** `false` leaves a value of odd length odd. */
  readonly pad?: boolean | undefined;
}

/** `[tag, VR, value]`, the header's lies behind it, or a piece. */
export type ElementLike =
  readonly [tag: number, vr: string, value: Value, lies?: Lies | undefined] | Piece;

/** One data element. The value is written as the VR says, padded to even length. */
export function element(tag: number, vr: string, value: Value, lies: Lies = {}): Piece {
  return {
    tag,
    encode(encoding) {
      const plain = valueBytes(vr, value, encoding.littleEndian);
      const bytes = lies.pad === false ? plain : padded(vr, plain);
      return concat(header(encoding, tag, vr, bytes.length, lies), bytes);
    },
  };
}

/** Bytes as they are, or as hexadecimal text: the way to write what no other function would. */
export function raw(bytes: Uint8Array | string): Piece {
  const given = typeof bytes === 'string' ? hex(bytes) : bytes;
  return { encode: () => given };
}

/** How an item or a sequence is bounded. */
export interface Bounds {
  readonly undefinedLength?: boolean | undefined;
  /** Instead of the true length. */
  readonly length?: number | undefined;
  /** Instead of the delimitation item; an empty array leaves it out. */
  readonly delimiter?: Uint8Array | undefined;
}

/** One item with elements in it (PS3.5 7.5). */
export function item(elements: readonly ElementLike[], bounds: Bounds = {}): Piece {
  return {
    encode(encoding) {
      const inside = encodeAll(elements, encoding);
      const end = boundedEnd(bounds, ITEM_END, encoding);
      const length = boundedLength(bounds, inside.length);
      return concat(itemHeader(ITEM, length, encoding), inside, end);
    },
  };
}

/** A sequence of items; an item is given as its elements, or as a piece when its bounds matter. */
export function sequence(
  tag: number,
  items: readonly (readonly ElementLike[] | Piece)[],
  bounds: Bounds & { readonly lies?: Lies | undefined } = {},
): Piece {
  return {
    tag,
    encode(encoding) {
      const pieces = items.map((one) => ('encode' in one ? one : item(one)));
      const inside = encodeAll(pieces, encoding);
      const length = boundedLength(bounds, inside.length);
      return concat(
        header(encoding, tag, 'SQ', length, bounds.lies ?? {}),
        inside,
        boundedEnd(bounds, SEQUENCE_END, encoding),
      );
    },
  };
}

/** What encapsulated pixel data is made of. */
export interface Encapsulated {
  /** Frames; one that has several fragments is an array of them. */
  readonly frames: readonly (Uint8Array | readonly Uint8Array[])[];
  /** `exact` by default; `empty` is the item without entries; `none` leaves even the item out. */
  readonly offsetTable?: 'exact' | 'empty' | 'none' | readonly number[] | undefined;
  /** Instead of the sequence delimitation item; an empty array leaves it out. */
  readonly delimiter?: Uint8Array | undefined;
  readonly lies?: Lies | undefined;
}

/** Encapsulated pixel data (PS3.5 A.4). */
export function encapsulated(parts: Encapsulated): Piece {
  return {
    tag: 0x7fe00010,
    encode(encoding) {
      const little = encoding.littleEndian;
      const { offsetTable = 'exact' } = parts;
      const entries = typeof offsetTable === 'string' ? frameOffsets(parts.frames) : offsetTable;
      const table = valueBytes('UL', offsetTable === 'empty' ? [] : entries, little);
      return concat(
        header(encoding, 0x7fe00010, 'OB', UNDEFINED_LENGTH, parts.lies ?? {}),
        offsetTable === 'none' ? new Uint8Array(0) : fragment(table).encode(encoding),
        ...parts.frames.flat().map((bytes) => fragment(bytes).encode(encoding)),
        boundedEnd({ ...parts, undefinedLength: true }, SEQUENCE_END, encoding),
      );
    },
  };
}

/** One fragment: an item whose bytes are no elements, padded with NUL. `length` is a lie. */
export function fragment(bytes: Uint8Array, length?: number): Piece {
  const even = padded('OB', bytes);
  return {
    encode: (encoding) => concat(itemHeader(ITEM, length ?? even.length, encoding), even),
  };
}

/** The extended offset table and its lengths (PS3.3 C.7.6.3.1.8), to stand before pixel data. */
export function extendedOffsetTable(frames: readonly Uint8Array[]): ElementLike[] {
  return [
    [0x7fe00001, 'OV', frameOffsets(frames)],
    [0x7fe00002, 'OV', frames.map((frame) => frame.length)],
  ];
}

/** Where frames start, counted from the first item behind the offset table. */
function frameOffsets(frames: Encapsulated['frames']): number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const frame of frames) {
    offsets.push(at);
    for (const bytes of [frame].flat()) at += 8 + bytes.length + (bytes.length % 2);
  }
  return offsets;
}

/** A whole file. */
export interface DicomParts {
  readonly transferSyntax?: string | undefined;
  /** 128 zero bytes by default; `false` leaves out both the preamble and `DICM`. */
  readonly preamble?: Uint8Array | false | undefined;
  /** Instead of the usual file meta elements (without the group length); `false` for none. */
  readonly meta?: readonly ElementLike[] | false | undefined;
  /** Instead of the true length of the file meta group; `none` leaves the element out. */
  readonly metaGroupLength?: number | 'none' | undefined;
  /** The encoding of the data set, where it is not what the transfer syntax says. */
  readonly encoding?: Encoding | undefined;
  readonly elements?: readonly ElementLike[] | undefined;
  /** Behind the data set; of a deflated one, behind the compressed bytes. */
  readonly trailing?: Uint8Array | undefined;
  /** Only the first so many bytes; a negative number cuts from the end. */
  readonly truncate?: number | undefined;
}

/** A built file and where things are in it. In a deflated one: in it before it was deflated. */
export interface BuiltDicom {
  readonly bytes: Uint8Array;
  /** Where each element of the data set starts, by tag; the last one of a tag that stands twice. */
  readonly offsets: ReadonlyMap<number, number>;
  /** Where the value of the pixel data starts: samples, or the item of the offset table. */
  readonly pixelOffset: number | undefined;
}

/** Builds a file: preamble, file meta information, data set. */
export function dicom(parts: DicomParts = {}): BuiltDicom {
  const syntax = parts.transferSyntax ?? SYNTAX.explicitLittle;
  const encoding = parts.encoding ?? encodingOf(syntax);
  const head = concat(preamble(parts.preamble), fileMeta(parts, syntax));

  const offsets = new Map<number, number>();
  const encoded: Uint8Array[] = [];
  let at = head.length;
  for (const piece of (parts.elements ?? []).map(asPiece)) {
    const bytes = piece.encode(encoding);
    if (piece.tag !== undefined) offsets.set(piece.tag, at);
    encoded.push(bytes);
    at += bytes.length;
  }

  const dataSet = concat(...encoded);
  const body = syntax === SYNTAX.deflated ? deflated(dataSet) : dataSet;
  const bytes = concat(head, body, parts.trailing ?? new Uint8Array(0));
  const [pixelStart] = PIXEL_DATA.flatMap((tag) => offsets.get(tag) ?? []);
  return {
    bytes: bytes.slice(0, parts.truncate),
    offsets,
    pixelOffset: pixelStart === undefined ? undefined : pixelStart + (encoding.explicit ? 12 : 8),
  };
}

/** What the Image Pixel module needs for pixels to be read (PS3.3 C.7.6.3). */
export interface ImagePixelParts {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel?: number | undefined;
  readonly photometricInterpretation?: string | undefined;
  readonly planarConfiguration?: number | undefined;
  readonly numberOfFrames?: number | undefined;
  readonly bitsAllocated?: number | undefined;
  readonly bitsStored?: number | undefined;
  readonly highBit?: number | undefined;
  readonly pixelRepresentation?: number | undefined;
}

/** The elements of the Image Pixel module, 16-bit MONOCHROME2 unless told otherwise. */
export function imagePixel(parts: ImagePixelParts): ElementLike[] {
  const { samplesPerPixel = 1, bitsAllocated = 16, pixelRepresentation = 0 } = parts;
  const { bitsStored = bitsAllocated } = parts;
  const colour = samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2';
  const { numberOfFrames: frames, planarConfiguration: planar } = parts;
  const elements: (ElementLike | undefined)[] = [
    [0x00280002, 'US', samplesPerPixel],
    [0x00280004, 'CS', parts.photometricInterpretation ?? colour],
    planar === undefined ? undefined : [0x00280006, 'US', planar],
    frames === undefined ? undefined : [0x00280008, 'IS', String(frames)],
    [0x00280010, 'US', parts.rows],
    [0x00280011, 'US', parts.columns],
    [0x00280100, 'US', bitsAllocated],
    [0x00280101, 'US', bitsStored],
    [0x00280102, 'US', parts.highBit ?? bitsStored - 1],
    [0x00280103, 'US', pixelRepresentation],
  ];
  return elements.filter((one) => one !== undefined);
}

/** The bytes of elements alone, for a place that no other function reaches. */
export function encodeAll(elements: readonly ElementLike[], encoding: Encoding): Uint8Array {
  return concat(...elements.map((one) => asPiece(one).encode(encoding)));
}

function asPiece(one: ElementLike): Piece {
  return 'encode' in one ? one : element(...one);
}

function encodingOf(transferSyntax: string): Encoding {
  return {
    explicit: transferSyntax !== SYNTAX.implicitLittle,
    littleEndian: transferSyntax !== SYNTAX.explicitBig,
  };
}

/** Deflated data sets have even length too (PS3.5 A.5). */
function deflated(dataSet: Uint8Array): Uint8Array {
  return padded('OB', deflateRaw(dataSet));
}

function preamble(given: Uint8Array | false | undefined): Uint8Array {
  if (given === false) return new Uint8Array(0);
  return concat(given ?? new Uint8Array(128), new TextEncoder().encode('DICM'));
}

/** File meta information is explicit little endian whatever follows (PS3.10 7.1). */
function fileMeta(parts: DicomParts, transferSyntax: string): Uint8Array {
  if (parts.meta === false) return new Uint8Array(0);
  const encoding = { explicit: true, littleEndian: true };
  const usual: readonly ElementLike[] = [
    [0x00020001, 'OB', [0, 1]],
    [0x00020002, 'UI', '1.2.840.10008.5.1.4.1.1.2'],
    [0x00020003, 'UI', '2.25.1'],
    [0x00020010, 'UI', transferSyntax],
    [0x00020012, 'UI', '2.25.2'],
  ];
  const group = encodeAll(parts.meta ?? usual, encoding);
  const { metaGroupLength = group.length } = parts;
  if (metaGroupLength === 'none') return group;
  return concat(element(0x00020000, 'UL', metaGroupLength).encode(encoding), group);
}

function header(
  { explicit, littleEndian }: Encoding,
  tag: number,
  vr: string,
  trueLength: number,
  lies: Lies,
): Uint8Array {
  const start = tagBytes(tag, littleEndian);
  const length = lies.length ?? trueLength;
  if (!explicit) return concat(start, valueBytes('UL', length, littleEndian));
  const letters = lies.vr instanceof Uint8Array ? lies.vr : new TextEncoder().encode(lies.vr ?? vr);
  const longForm = lies.longForm ?? LONG_FORM.has(vr);
  const reserved = valueBytes('US', longForm ? [lies.reserved ?? 0] : [], littleEndian);
  const count = valueBytes(longForm ? 'UL' : 'US', length, littleEndian);
  return concat(start, letters, reserved, count);
}

/** Item and delimiter headers have no VR in either encoding (PS3.5 7.5). */
function itemHeader(tag: number, length: number, { littleEndian }: Encoding): Uint8Array {
  return concat(tagBytes(tag, littleEndian), valueBytes('UL', length, littleEndian));
}

function boundedLength(bounds: Bounds, trueLength: number): number {
  return bounds.length ?? (bounds.undefinedLength === true ? UNDEFINED_LENGTH : trueLength);
}

function boundedEnd(bounds: Bounds, delimiter: number, encoding: Encoding): Uint8Array {
  if (bounds.delimiter !== undefined) return bounds.delimiter;
  if (bounds.undefinedLength !== true) return new Uint8Array(0);
  return itemHeader(delimiter, 0, encoding);
}
