import {
  ITEM,
  ITEM_DELIMITATION,
  SEQUENCE_DELIMITATION,
  UNDEFINED_LENGTH,
} from '../dicom/element.ts';
import { FramedexError } from '../errors.ts';
import type { ReadSteps } from './read-steps.ts';

/** The fragments of encapsulated pixel data, as their item headers tell (PS3.5 A.4). */
export interface ItemWalk {
  /** Of each payload, the offset table's left out. */
  readonly offsets: Float64Array;
  /** Of each payload, as far as it is inside the source. */
  readonly lengths: Uint32Array;
  /** Bytes that the last fragment misses. */
  readonly missing: number;
  /** Where the walk ended. */
  readonly end: number;
  /** What ended it: the delimiter, the end of the file, or bytes that are no item. */
  readonly ending: 'delimiter' | 'end-of-file' | 'not-an-item';
  /** What is wrong with the delimiter, where something is. */
  readonly fault?: string | undefined;
  /** The delimiter has a length, as an item whose tag is broken would. */
  readonly suspect?: boolean | undefined;
  /** Whether a frame starts with each payload that is not empty; where that was asked for. */
  readonly allStart?: boolean | undefined;
}

export const ITEM_HEADER = 8;
/** A delimiter that was never filled in: no more zeros than these stand behind the last fragment. */
const MOST_ZEROS = 4096;
/** Elements that may stand behind the pixel data: digital signatures, padding (PS3.3 C.12.1.1.3, PS3.10 7.3). */
const BEHIND_PIXELS: ReadonlySet<number> = new Set([0xfffafffa, 0xfffcfffc]);

/** What an item header says: 8 bytes at `at`. Asked for by the hundred thousand, hence without a view. */
export function itemHeader(
  bytes: Uint8Array,
  at: number,
  littleEndian: boolean,
): { tag: number; length: number } {
  const tag = (uint16(bytes, at, littleEndian) << 16) | uint16(bytes, at + 2, littleEndian);
  const low = uint16(bytes, littleEndian ? at + 4 : at + 6, littleEndian);
  const high = uint16(bytes, littleEndian ? at + 6 : at + 4, littleEndian);
  return { tag: tag >>> 0, length: ((high << 16) | low) >>> 0 };
}

function uint16(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  return littleEndian ? first | (second << 8) : (first << 8) | second;
}

/** What a walk may look at, and how. */
export interface WalkOptions {
  readonly size: number;
  readonly littleEndian: boolean;
  readonly maxFragments: number;
  /**
   * Where a read is a journey, the first bytes of each payload come along with its item header, and are
   * asked whether a frame starts with them.
   */
  readonly heads?:
    { readonly length: number; readonly start: (head: Uint8Array) => boolean } | undefined;
}

/**
 * Walks the items from the one at `start` (the first fragment's) on: 8 bytes are read of each and
 * its payload is jumped over, never searched for delimiters, which may occur in it by chance.
 */
export function* walkItems(start: number, options: WalkOptions): ReadSteps<ItemWalk> {
  const { size, littleEndian, maxFragments, heads } = options;
  const list = new FragmentList();
  const wanted = ITEM_HEADER + (heads?.length ?? 0);
  let allStart = heads === undefined ? undefined : true;
  let at = start;
  while (at + ITEM_HEADER <= size) {
    const head = yield { offset: at, length: Math.min(wanted, size - at) };
    const { tag, length } = itemHeader(head, 0, littleEndian);
    if (tag !== ITEM || length === UNDEFINED_LENGTH) {
      const ending = yield* endingAt(at, tag, length, size);
      return { ...list.done(), missing: 0, allStart, ...ending };
    }
    if (list.count === maxFragments) throw tooMany(at, maxFragments);
    const missing = Math.max(0, at + ITEM_HEADER + length - size);
    list.add(at + ITEM_HEADER, length - missing);
    if (allStart === true && length > 0)
      allStart = heads?.start(head.subarray(ITEM_HEADER, ITEM_HEADER + length));
    if (missing > 0) return { ...list.done(), missing, allStart, end: size, ending: 'end-of-file' };
    at += ITEM_HEADER + length;
  }
  return { ...list.done(), missing: 0, allStart, end: at, ending: 'end-of-file' };
}

type Ending = Pick<ItemWalk, 'end' | 'ending' | 'fault' | 'suspect'>;

/** What is no fragment: the delimiter, well written or not, or bytes that cannot be understood. */
function* endingAt(at: number, tag: number, length: number, size: number): ReadSteps<Ending> {
  const delimiter = { end: at + ITEM_HEADER, ending: 'delimiter' } as const;
  if (tag === SEQUENCE_DELIMITATION) {
    if (length === 0) return delimiter;
    const fault = `the sequence delimiter says a length of ${length}`;
    return { ...delimiter, fault, suspect: true };
  }
  if (tag === ITEM_DELIMITATION && length === 0) {
    return { ...delimiter, fault: 'an item delimiter ends the pixel data' };
  }
  if (BEHIND_PIXELS.has(tag)) {
    const fault = 'the sequence delimiter is missing before the next element';
    return { end: at, ending: 'delimiter', fault };
  }
  const rest = size - at;
  if (tag === 0 && length === 0 && rest <= MOST_ZEROS) {
    const bytes = yield { offset: at, length: rest };
    if (bytes.every((byte) => byte === 0)) {
      return { end: size, ending: 'delimiter', fault: 'zeros stand for the sequence delimiter' };
    }
  }
  return { end: at, ending: 'not-an-item' };
}

function tooMany(offset: number, limit: number): FramedexError {
  return new FramedexError('FRAME_LIMIT', 'more fragments than allowed', {
    offset,
    limit,
    advice: 'Raise limits.maxFragments if the file is sound.',
  });
}

/** Fragments by the hundred thousand take 12 bytes each. */
class FragmentList {
  count = 0;
  #offsets = new Float64Array(4);
  #lengths = new Uint32Array(4);

  add(offset: number, length: number): void {
    if (this.count === this.#offsets.length) {
      const offsets = new Float64Array(2 * this.count);
      const lengths = new Uint32Array(2 * this.count);
      offsets.set(this.#offsets);
      lengths.set(this.#lengths);
      this.#offsets = offsets;
      this.#lengths = lengths;
    }
    this.#offsets[this.count] = offset;
    this.#lengths[this.count] = length;
    this.count++;
  }

  /** Memory of just this length: an index is kept. */
  done(): Pick<ItemWalk, 'offsets' | 'lengths'> {
    const { count } = this;
    return { offsets: this.#offsets.slice(0, count), lengths: this.#lengths.slice(0, count) };
  }
}
