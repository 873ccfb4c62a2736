/**
 * Encapsulated pixel data of all kinds (PS3.5 A.4), made by chance: frames that tell their number, cut
 * into fragments anywhere, with tables right and wrong. Written without anything of `src`.
 */
import { imagePixel } from './build-dicom.ts';
import type { DicomParts, ElementLike } from './build-dicom.ts';
import { concat, hex, valueBytes } from './build-value.ts';
import { bigEndian, jpeg, jpeg2000, segment, tilePart } from './code-streams.ts';
import { deflateRaw } from './outside.ts';
import { rleEncode } from './rle-encode.ts';

/** Chance that a seed repeats. */
export interface Random {
  /** A whole number from 0 up to, and without, `n`. */
  below(n: number): number;
  /** True once in `n` times. */
  once(n: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  bytes(length: number): Uint8Array;
}

/** The same chance every time: mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  for (let k = 0; k < 4; k++) next();
  const below = (n: number): number => Math.floor((next() / 2 ** 32) * n);
  return {
    below,
    once: (n) => below(n) === 0,
    pick: (list) => list[below(list.length)] ?? list[0],
    bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
  };
}

/** The Image Pixel module of all of them, 8 bits grey. */
export interface FrameShape {
  readonly rows: number;
  readonly columns: number;
}

/** A frame, and places inside of it where a fragment that starts there deceives. */
export interface MadeFrame {
  readonly bytes: Uint8Array;
  readonly traps: readonly number[];
}

/** A way to encode frames. */
export interface FrameFamily {
  readonly name: string;
  readonly transferSyntax: string;
  /** What its bytes tell: where a frame starts and ends, where it starts, how long it is, or nothing. */
  readonly tells: 'start-and-end' | 'start' | 'length' | 'nothing';
  make(number: number, shape: FrameShape, random: Random): MadeFrame;
}

/** What is a marker nowhere: no FF at all. */
function plainData(random: Random, length: number): Uint8Array {
  return random.bytes(length).map((byte) => (byte === 0xff ? 0xfe : byte));
}

const FAKE_ITEM = hex('fe ff 00 e0 04 00 00 00 01 02 03 04');
const FAKE_DELIMITER = hex('fe ff dd e0 00 00 00 00');

/** Bytes inside a segment that look like something else: its traps are where they start. */
function deceit(
  random: Random,
  image: () => Uint8Array,
): { contents: Uint8Array; places: number[] } {
  const parts: Uint8Array[] = [plainData(random, 2 * random.below(6))];
  const places: number[] = [];
  for (let k = random.below(3); k >= 0; k--) {
    places.push(concat(...parts).length);
    const part = random.pick([image, () => FAKE_ITEM, () => FAKE_DELIMITER])();
    parts.push(part, new Uint8Array(part.length % 2));
  }
  places.push(concat(...parts).length);
  return { contents: concat(...parts), places };
}

function jpegFrame(sof: number) {
  return (number: number, _: FrameShape, random: Random): MadeFrame => {
    const name = segment(0xfe, concat(bigEndian(number, 2), random.bytes(6)));
    const lies = deceit(random, () => jpeg({ sof, before: segment(0xdb, new Uint8Array(7)) }));
    const within = random.once(2) ? segment(random.pick([0xe1, 0xfe]), lies.contents) : undefined;
    const before = concat(name, within ?? new Uint8Array(0), segment(0xdb, new Uint8Array(7)));
    const scans = Array.from({ length: 1 + random.below(2) }, () =>
      concat(plainData(random, random.below(40)), hex('ff 00'), plainData(random, random.below(9))),
    );
    const start = 2 + name.length + 4;
    return {
      bytes: jpeg({ sof, before, scans }),
      traps: within === undefined ? [] : lies.places.map((place) => start + place),
    };
  };
}

function jpeg2000Frame(number: number, _: FrameShape, random: Random): MadeFrame {
  const lies = deceit(random, () => jpeg2000());
  const name = segment(0x64, concat(bigEndian(number, 2), random.bytes(6)));
  const within = random.once(2) ? segment(0x64, lies.contents) : new Uint8Array(0);
  const tiles = Array.from({ length: 1 + random.below(2) }, () =>
    tilePart(plainData(random, random.below(40))),
  );
  const bytes = jpeg2000(tiles, concat(name, within));
  // SOC, SIZ, COD and QCD come first.
  const start = 2 + 43 + 14 + 8 + name.length + 4;
  return { bytes, traps: within.length === 0 ? [] : lies.places.map((place) => start + place) };
}

function jpegXlFrame(number: number, _: FrameShape, random: Random): MadeFrame {
  const data = plainData(random, 20 + 2 * random.below(20));
  return { bytes: concat(hex('ff 0a'), bigEndian(number, 2), data, FAKE_DELIMITER), traps: [] };
}

/** Runs and literals by chance; the first pixels are the number. */
function cellsOf(number: number, { rows, columns }: FrameShape, random: Random): Uint8Array {
  const noise = random.bytes(rows * columns);
  const cells = noise.map((byte, k) => (byte % 3 === 0 ? (noise[k - 1] ?? byte) : byte));
  cells.set(bigEndian(number, 2).subarray(0, cells.length));
  return cells;
}

function rleFrame(number: number, shape: FrameShape, random: Random): MadeFrame {
  const cells = cellsOf(number, shape, random);
  return {
    bytes: rleEncode(cells, { ...shape, samplesPerPixel: 1, bytesPerSample: 1 }),
    traps: [],
  };
}

export const FAMILIES: readonly [FrameFamily, ...FrameFamily[]] = [
  {
    ...{ name: 'JPEG', transferSyntax: '1.2.840.10008.1.2.4.50', tells: 'start-and-end' },
    make: jpegFrame(0xc0),
  },
  {
    ...{ name: 'JPEG-LS', transferSyntax: '1.2.840.10008.1.2.4.80', tells: 'start-and-end' },
    make: jpegFrame(0xf7),
  },
  {
    ...{ name: 'JPEG 2000', transferSyntax: '1.2.840.10008.1.2.4.90', tells: 'start-and-end' },
    make: jpeg2000Frame,
  },
  {
    ...{ name: 'JPEG XL', transferSyntax: '1.2.840.10008.1.2.4.110', tells: 'start' },
    make: jpegXlFrame,
  },
  { name: 'RLE', transferSyntax: '1.2.840.10008.1.2.5', tells: 'start', make: rleFrame },
  {
    ...{ name: 'uncompressed', transferSyntax: '1.2.840.10008.1.2.1.98', tells: 'length' },
    make: (number, shape, random) => ({ bytes: cellsOf(number, shape, random), traps: [] }),
  },
  {
    ...{ name: 'deflated', transferSyntax: '1.2.840.10008.1.2.8.1', tells: 'nothing' },
    make: (number, shape, random) => ({
      bytes: deflateRaw(cellsOf(number, shape, random)),
      traps: [],
    }),
  },
  {
    ...{ name: 'unknown', transferSyntax: '1.2.3.4.5', tells: 'nothing' },
    make: (number, _, random) => ({
      bytes: concat(bigEndian(number, 2), random.bytes(10 + random.below(30))),
      traps: [],
    }),
  },
];

/** A frame and the fragments that it lies in. */
export interface FragmentedFrame {
  readonly bytes: Uint8Array;
  readonly fragments: readonly Uint8Array[];
  /** A fragment begins at one of the frame's traps. */
  readonly trapped?: boolean | undefined;
}

/**
 * Cuts a frame into `count` pieces, some of 1 to 3 bytes, some none, some at its traps. Of even length, as
 * they shall be (PS3.5 A.4), unless `odd`.
 */
export function fragmented(
  { bytes, traps }: MadeFrame,
  count: number,
  odd: boolean,
  random: Random,
): FragmentedFrame {
  const even = (at: number): number => (odd ? at : at - (at % 2));
  const cuts = Array.from({ length: count - 1 }, () => {
    const [first, ...others] = traps;
    if (first !== undefined && random.once(2)) return even(random.pick([first, ...others]));
    if (random.once(4)) return even(random.pick([2, 3, bytes.length - 1, bytes.length]));
    return even(random.below(bytes.length + 1));
  });
  const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
  return {
    bytes,
    fragments: places.slice(1).map((place, k) => bytes.subarray(places[k] ?? 0, place)),
    trapped: cuts.some((cut) => traps.includes(cut)),
  };
}

/** Which tables stand before the fragments; `none` leaves even the item of the basic one out. */
export type TableKind = 'none' | 'empty' | 'basic' | 'extended' | 'both';

/** Offsets from the first fragment's item on, and bytes of each frame. */
export interface FrameTable {
  readonly offsets: readonly (number | bigint)[];
  readonly lengths: readonly (number | bigint)[];
}

/** The table that is right. */
export function tableOf(frames: readonly FragmentedFrame[], odd = false): FrameTable {
  const offsets: number[] = [];
  let at = 0;
  for (const { fragments } of frames) {
    offsets.push(at);
    for (const { length } of fragments) at += 8 + length + (odd ? 0 : length % 2);
  }
  return { offsets, lengths: frames.map(({ bytes }) => bytes.length) };
}

/** All that an object in fragments is built from. */
export interface Encapsulation {
  readonly family: FrameFamily;
  readonly shape: FrameShape;
  readonly frames: readonly FragmentedFrame[];
  /** Fragments of odd length are left odd. */
  readonly odd: boolean;
  readonly tables: TableKind;
  readonly basic: FrameTable;
  readonly extended: FrameTable;
  /** As written; undefined where it is absent. */
  readonly numberOfFrames: string | undefined;
  readonly delimiter: Uint8Array;
}

export const DELIMITER: Uint8Array = hex('fe ff dd e0 00 00 00 00');

/** An item of these bytes, as they are. */
export function itemOf(bytes: Uint8Array): Uint8Array {
  return concat(hex('fe ff 00 e0'), valueBytes('UL', bytes.length, true), bytes);
}

/** Where things are in the pixel data that was built, counted from its value. */
export interface BuiltEncapsulation {
  readonly parts: DicomParts;
  /** Of each item, the table's left out, with its payload's length; the delimiter is behind the last. */
  readonly items: readonly {
    readonly at: number;
    readonly length: number;
    readonly frame: number;
  }[];
}

function extendedTable({ offsets, lengths }: FrameTable): ElementLike[] {
  return [
    [0x7fe00001, 'OV', offsets.map(BigInt)],
    [0x7fe00002, 'OV', lengths.map(BigInt)],
  ];
}

/** The object as parts of a file. */
export function built(made: Encapsulation): BuiltEncapsulation {
  const { family, shape, frames, odd, tables, basic, extended, numberOfFrames, delimiter } = made;
  const hasBasic = tables === 'basic' || tables === 'both';
  const table = itemOf(valueBytes('UL', hasBasic ? basic.offsets.map(Number) : [], true));
  const pieces: Uint8Array[] = tables === 'none' ? [] : [table];
  const items: { at: number; length: number; frame: number }[] = [];
  let at = tables === 'none' ? 0 : table.length;
  for (const [frame, { fragments }] of frames.entries()) {
    for (const bytes of fragments) {
      const payload = odd ? bytes : concat(bytes, new Uint8Array(bytes.length % 2));
      pieces.push(itemOf(payload));
      items.push({ at, length: payload.length, frame });
      at += 8 + payload.length;
    }
  }
  const hasExtended = tables === 'extended' || tables === 'both';
  const header = hex('e0 7f 10 00 4f 42 00 00 ff ff ff ff');
  const pixels = {
    ...{ tag: 0x7fe00010 },
    encode: () => concat(header, ...pieces, delimiter),
  };
  const module = imagePixel({ ...shape, bitsAllocated: 8 });
  const count: ElementLike[] =
    numberOfFrames === undefined ? [] : [[0x00280008, 'IS', numberOfFrames]];
  return {
    parts: {
      transferSyntax: family.transferSyntax,
      elements: [
        ...module.slice(0, 2),
        ...count,
        ...module.slice(2),
        ...(hasExtended ? extendedTable(extended) : []),
        pixels,
      ],
    },
    items,
  };
}

/** A JPEG that tells its number, of `44 + 2 * k` bytes: what a test without chance is made of. */
export function numberedJpeg(k: number): Uint8Array {
  const number = segment(0xfe, concat(bigEndian(k, 2), hex('0a 0b')));
  return jpeg({ before: number, scans: [new Uint8Array(9 + 2 * k).fill(k + 1)] });
}

/** Offsets of the frames' first items, counted from the first of all. */
export function startsOf(frames: readonly (Uint8Array | readonly Uint8Array[])[]): number[] {
  const fragments = frames.map((frame) => [frame].flat());
  const all = fragments.map((pieces) => ({ bytes: pieces[0] ?? DELIMITER, fragments: pieces }));
  return tableOf(all).offsets.map(Number);
}

/** Cut at these places. */
export function piecesOf(bytes: Uint8Array, ...places: readonly number[]): Uint8Array[] {
  const ends = [...places, bytes.length];
  return ends.map((end, k) => bytes.subarray(k === 0 ? 0 : ends[k - 1], end));
}
