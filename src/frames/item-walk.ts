import { isSynchronous, readExactly, readExactlySync } from '../bytes/source.ts';
import type { ReadOptions, Source } from '../bytes/source.ts';
import type { Need } from '../bytes/window.ts';
import { ITEM, SEQUENCE_DELIMITATION } from '../dicom/element.ts';
import { FramedexError } from '../errors.ts';

/** The fragments of encapsulated pixel data, as their item headers tell (PS3.5 A.4). */
export interface ItemWalk {
  /** Of each payload, the offset table's left out. */
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
  /** Where the walk ended. */
  readonly end: number;
  /** What ended it: the delimiter, the end of the file, or bytes that are no item. */
  readonly ending: 'delimiter' | 'end-of-file' | 'not-an-item';
}

/** Steps that ask for bytes and are given them. */
export type ReadSteps<T> = Generator<Need, T, Uint8Array>;

const ITEM_HEADER = 8;
/** Behind a fragment shorter than this, the next item headers come along in one read. */
const SHORT_FRAGMENT = 4096;
const BLOCK = 64 * 1024;

/** Runs steps over a source, without promises where it can be read at once. */
export async function runSteps<T>(
  steps: ReadSteps<T>,
  source: Source,
  options?: ReadOptions,
): Promise<T> {
  options?.signal?.throwIfAborted();
  // A walk looks at each block once: one buffer serves them all.
  const buffer = new Uint8Array(BLOCK);
  let step = steps.next();
  while (step.done !== true) {
    const { offset, length } = step.value;
    const into = length <= BLOCK ? buffer.subarray(0, length) : new Uint8Array(length);
    const bytes = isSynchronous(source)
      ? readExactlySync(source, offset, length, into)
      : await readExactly(source, offset, length, { into, signal: options?.signal });
    step = steps.next(bytes);
  }
  return step.value;
}

/** What an item header says: 8 bytes at `at`. */
export function itemHeader(
  bytes: Uint8Array,
  at: number,
  littleEndian: boolean,
): { tag: number; length: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const group = view.getUint16(at, littleEndian);
  return {
    tag: group * 0x10000 + view.getUint16(at + 2, littleEndian),
    length: view.getUint32(at + 4, littleEndian),
  };
}

/**
 * Walks the items from the one at `start` (the first fragment's) on: 8 bytes are read of each and
 * its payload is jumped over, never searched for delimiters, which may occur in it by chance.
 */
export function* walkItems(
  start: number,
  size: number,
  littleEndian: boolean,
  maxFragments: number,
): ReadSteps<ItemWalk> {
  const offsets: number[] = [];
  const lengths: number[] = [];
  let block: Uint8Array = new Uint8Array(0);
  let blockStart = start;
  let ahead = ITEM_HEADER;
  let at = start;
  while (at + ITEM_HEADER <= size) {
    if (at + ITEM_HEADER > blockStart + block.length) {
      block = yield { offset: at, length: Math.min(ahead, size - at) };
      blockStart = at;
    }
    const { tag, length } = itemHeader(block, at - blockStart, littleEndian);
    if (tag === SEQUENCE_DELIMITATION) {
      return { offsets, lengths, end: at + ITEM_HEADER, ending: 'delimiter' };
    }
    if (tag !== ITEM) return { offsets, lengths, end: at, ending: 'not-an-item' };
    if (offsets.length === maxFragments) {
      throw new FramedexError('FRAME_LIMIT', 'more fragments than allowed', {
        offset: at,
        limit: maxFragments,
        advice: 'Raise limits.maxFragments if the file is sound.',
      });
    }
    offsets.push(at + ITEM_HEADER);
    lengths.push(length);
    ahead = length < SHORT_FRAGMENT ? BLOCK : ITEM_HEADER;
    at += ITEM_HEADER + length;
  }
  return { offsets, lengths, end: Math.min(at, size), ending: 'end-of-file' };
}
