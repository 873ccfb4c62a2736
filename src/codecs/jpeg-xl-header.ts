import type { CodedPicture } from './coded-picture.ts';

/** What a JPEG XL code stream says of its picture (ISO/IEC 18181-1 D.2, D.3, E.2). */
export interface JpegXlHeader extends CodedPicture {
  /** Samples are floats. */
  readonly float: boolean;
  /** Colours of the eye, which nothing is made into without a loss. */
  readonly xyb: boolean;
  /** Alpha, depth and others, behind the colours. */
  readonly extraChannels: number;
  /** 1 where rows and columns are as they are shown (EXIF). */
  readonly orientation: number;
  /** It has a preview, or more frames than one. */
  readonly hasOthers: boolean;
}

const SIGNATURE_BYTES = 2;
const CODE_STREAM = 'jxlc';
const PART = 'jxlp';
/** Width for height, where a code stream gives the height alone. */
const RATIOS: readonly (readonly [number, number])[] = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
];

/** Undefined where the bytes are no JPEG XL, bare or in boxes, or end within its header. */
export function readJpegXlHeader(bytes: Uint8Array): JpegXlHeader | undefined {
  const offset = codeStreamStart(bytes);
  if (offset === undefined || bytes[offset] !== 0xff || bytes[offset + 1] !== 0x0a)
    return undefined;
  const bits = new BitReader(bytes, offset + SIGNATURE_BYTES);
  const header = { ...readSize(bits), offset, ...readMetadata(bits) };
  return bits.isBeyondEnd ? undefined : header;
}

/** Where the code stream, or its first part, starts (ISO/IEC 18181-2 9.8, 9.9). */
function codeStreamStart(bytes: Uint8Array): number | undefined {
  if (bytes[0] === 0xff) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 16 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const contents = at + (length === 1 ? 16 : 8);
    if (type === CODE_STREAM) return contents;
    if (type === PART) return contents + 4;
    const next = length === 1 ? at + Number(view.getBigUint64(at + 8)) : at + length;
    if (next < contents) return undefined;
    at = next;
  }
  return undefined;
}

function readSize(bits: BitReader): { readonly rows: number; readonly columns: number } {
  const small = bits.flag();
  const rows = readEdge(bits, small);
  const ratio = RATIOS[bits.read(3) - 1];
  if (ratio === undefined) return { rows, columns: readEdge(bits, small) };
  return { rows, columns: Math.floor((rows * ratio[0]) / ratio[1]) };
}

function readEdge(bits: BitReader, small: boolean): number {
  return small ? 8 * (bits.read(5) + 1) : 1 + bits.choose([0, 9], [0, 13], [0, 18], [0, 30]);
}

function readMetadata(bits: BitReader): Omit<JpegXlHeader, 'rows' | 'columns' | 'offset'> {
  const usual = { components: 3, precision: 8, float: false, extraChannels: 0, xyb: true };
  const plain = { orientation: 1, hasOthers: false };
  if (bits.flag()) return { ...usual, ...plain };
  const { orientation, hasOthers } = bits.flag() ? readExtraFields(bits) : plain;
  if (hasOthers) return { ...usual, orientation, hasOthers };
  const float = bits.flag();
  const precision = float
    ? bits.choose([32, 0], [16, 0], [24, 0], [1, 6])
    : bits.choose([8, 0], [10, 0], [12, 0], [1, 6]);
  // Bits of the exponent; then whether 16 bits are enough for a decoder.
  if (float) bits.read(4);
  bits.read(1);
  const extraChannels = bits.choose([0, 0], [1, 0], [2, 4], [1, 12]);
  const described = { precision, float, extraChannels, orientation, hasOthers };
  // What they are is written between here and the colours.
  if (extraChannels > 0) return { ...described, components: 3, xyb: false };
  const xyb = bits.flag();
  return { ...described, xyb, components: readComponents(bits) };
}

/** Stops in front of a preview, or an animation. */
function readExtraFields(bits: BitReader): {
  readonly orientation: number;
  readonly hasOthers: boolean;
} {
  const orientation = bits.read(3) + 1;
  // A size to be shown in.
  if (bits.flag()) readSize(bits);
  return { orientation, hasOthers: bits.flag() || bits.flag() };
}

function readComponents(bits: BitReader): 1 | 3 {
  if (bits.flag()) return 3;
  // An ICC profile says no more of how many there are.
  bits.read(1);
  const space = bits.choose([0, 0], [1, 0], [2, 4], [18, 6]);
  return space === 1 ? 1 : 3;
}

/** Bits, the lowest of each byte first (ISO/IEC 18181-1 B.2). */
class BitReader {
  readonly #bytes: Uint8Array;
  #bit: number;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#bit = start * 8;
  }

  /** Bits that are not there were read, as 0. */
  get isBeyondEnd(): boolean {
    return this.#bit > this.#bytes.length * 8;
  }

  read(count: number): number {
    let value = 0;
    for (let k = 0; k < count; k++, this.#bit++) {
      const byte = this.#bytes[Math.floor(this.#bit / 8)] ?? 0;
      value += ((byte >> (this.#bit % 8)) & 1) * 2 ** k;
    }
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  /** One of four: a number, and bits to add to it. */
  choose(...choices: readonly (readonly [number, number])[]): number {
    const [number, count] = choices[this.read(2)] ?? [0, 0];
    return number + this.read(count);
  }
}
