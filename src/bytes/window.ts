import { isSynchronous, readExactly, readExactlySync } from './source.ts';
import type { ReadOptions, Source } from './source.ts';

/** Bytes that a parser wants to see before it can go on. */
export interface Need {
  readonly offset: number;
  readonly length: number;
  /** After a jump: where the bytes end that are still of use before it. */
  readonly passed?: number | undefined;
}

/** Bytes of a first read: most headers are shorter than this. */
const FIRST_READ = 8 * 1024;
/** After a jump over a long value: the elements between two long values tend to be few. */
const READ_AFTER_JUMP = 1024;
/** Longer reads bring nothing on a local disk and waste bandwidth elsewhere. */
const LONGEST_READ_AHEAD = 64 * 1024;

interface Segment {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** Memory to read into, seen in three ways. */
interface Buffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly halves: Uint16Array;
}

const NOTHING = buffer(0);
/** Long enough for nearly all headers. */
const SPARE_LENGTH = 32 * 1024;
// A header pass leaves its memory to the next one: ten thousand headers need it once.
let spare: Buffer | undefined = undefined;

function buffer(length: number): Buffer {
  const bytes = new Uint8Array(length + (length % 2));
  return {
    bytes,
    view: new DataView(bytes.buffer),
    halves: new Uint16Array(bytes.buffer),
  };
}

function bufferOf(length: number): Buffer {
  if (length > SPARE_LENGTH) return buffer(length);
  const taken = spare ?? buffer(SPARE_LENGTH);
  spare = undefined;
  return taken;
}

function giveBack(left: Buffer): void {
  if (left.bytes.length === SPARE_LENGTH) spare = left;
}

/**
 * The bytes of a source that a parser looks through: a contiguous stretch that grows at its end,
 * with reads that double, and starts anew where the parser jumps. It is the only buffer of a header
 * pass. It takes at most twice the bytes that the parser asked for and one read ahead, 32 KiB at least.
 */
export class Window {
  /** The stretch in sight: `bytes[0]` is at `start` in the source, `end` is exclusive. */
  start: number;
  end: number;
  bytes: Uint8Array = NOTHING.bytes;
  view: DataView = NOTHING.view;
  /** The same bytes two by two, in the byte order of this machine: for loops where a view is too slow. */
  halves: Uint16Array = NOTHING.halves;
  readonly size: number;
  readonly #source: Source;
  readonly #passed: Segment[] = [];
  #buffer: Buffer = NOTHING;
  #readAhead: number;

  constructor(source: Source, start = 0, firstRead: number = FIRST_READ) {
    this.#source = source;
    this.size = source.size;
    this.start = start;
    this.end = start;
    this.#readAhead = firstRead;
  }

  covers(offset: number, length: number): boolean {
    return offset >= this.start && offset + length <= this.end;
  }

  /** Brings the needed bytes in sight. They must lie inside the source: `TRUNCATED` otherwise. */
  async fill(need: Need, options?: ReadOptions): Promise<void> {
    const target = this.#prepare(need);
    const { signal } = options ?? {};
    this.#accept(
      await readExactly(this.#source, this.end, target.length, { into: target, signal }),
    );
  }

  /** {@link fill} at once; only where {@link Window.synchronous}. */
  fillSync(need: Need): void {
    if (!isSynchronous(this.#source)) throw new TypeError('the source cannot be read at once');
    const target = this.#prepare(need);
    this.#accept(readExactlySync(this.#source, this.end, target.length, target));
  }

  get synchronous(): boolean {
    return isSynchronous(this.#source);
  }

  /** Makes room behind what is in sight and says where the next read goes. */
  #prepare(need: Need): Uint8Array {
    if (need.offset < this.start || need.offset > this.end) this.#jump(need);
    const wanted = need.offset + need.length - this.end;
    const atHand = this.#source.atHand?.(this.end);
    const ahead = atHand === undefined ? this.#readAhead : Math.min(atHand, LONGEST_READ_AHEAD);
    const length = Math.min(Math.max(wanted, ahead), Math.max(wanted, this.size - this.end));
    this.#readAhead = Math.min(this.#readAhead * 2, LONGEST_READ_AHEAD);
    const used = this.end - this.start;
    if (used + length > this.bytes.length) {
      const grown = bufferOf(used === 0 ? length : Math.max(used + length, used * 2));
      if (used > 0) grown.bytes.set(this.bytes.subarray(0, used));
      giveBack(this.#buffer);
      this.#look(grown);
    }
    return this.bytes.subarray(used, used + length);
  }

  #accept(read: Uint8Array): void {
    this.end += read.length;
  }

  /** Keeps a copy of what is still of use, so that a thousand jumps do not keep a thousand blocks. */
  #jump({ offset, passed = this.end }: Need): void {
    const useful = Math.min(passed, this.end) - this.start;
    if (useful > 0) this.#passed.push({ start: this.start, bytes: this.bytes.slice(0, useful) });
    this.start = offset;
    this.end = offset;
    this.#readAhead = READ_AFTER_JUMP;
  }

  #look(buffer: Buffer): void {
    this.#buffer = buffer;
    this.bytes = buffer.bytes;
    this.view = buffer.view;
    this.halves = buffer.halves;
  }

  /** Bytes that were in sight once, as far as the window still has them; good until it moves. */
  seen(offset: number, length: number): Uint8Array | undefined {
    if (this.covers(offset, length)) {
      return this.bytes.subarray(offset - this.start, offset - this.start + length);
    }
    const held = this.#passed.findLast(
      ({ start, bytes }) => offset >= start && offset + length <= start + bytes.length,
    );
    return held?.bytes.subarray(offset - held.start, offset - held.start + length);
  }

  /**
   * Leaves the memory to other windows. Nothing is in sight any more, what was retained stays. Not to
   * be called after a read that failed: it may still be under way.
   */
  release(): void {
    giveBack(this.#buffer);
    this.#look(NOTHING);
    this.end = this.start;
  }

  /**
   * Copies the given stretches out of what was read, so that the read buffers can go: a few retained
   * values never keep a read-ahead block alive. What of them is `skipped`, or was never read, is left
   * out. Both lists are in ascending order; stretches do not overlap.
   */
  retain(stretches: readonly Need[], skipped: readonly Need[] = []): RetainedBytes {
    const segments = [...this.#passed];
    if (this.end > this.start) {
      segments.push({ start: this.start, bytes: this.bytes.subarray(0, this.end - this.start) });
    }
    segments.sort((a, b) => a.start - b.start);
    return retained(segments, skipped.length === 0 ? stretches : without(stretches, skipped));
  }
}

/** What is in the stretches and not in the skipped ones. */
function without(stretches: readonly Need[], skipped: readonly Need[]): readonly Need[] {
  const rest: Need[] = [];
  let next = 0;
  for (const { offset, length } of stretches) {
    const end = offset + length;
    let at = offset;
    for (let gap = skipped[next]; gap !== undefined && gap.offset < end; gap = skipped[++next]) {
      if (gap.offset > at) rest.push({ offset: at, length: gap.offset - at });
      at = Math.max(at, gap.offset + gap.length);
    }
    if (at < end) rest.push({ offset: at, length: end - at });
  }
  return rest;
}

/** Stretches of a source, copied together into one array. */
export interface RetainedBytes {
  readonly bytes: Uint8Array;
  /** Where each stretch starts in the source, ascending. */
  readonly starts: readonly number[];
  /** Where each stretch starts in `bytes`; one more entry for the end. */
  readonly places: readonly number[];
}

function retained(segments: readonly Segment[], stretches: readonly Need[]): RetainedBytes {
  const parts: Uint8Array[] = [];
  const starts: number[] = [];
  const places: number[] = [0];
  let total = 0;
  let first = 0;
  let reached = 0;
  for (const { offset, length } of stretches) {
    let segment = segments[first];
    while (segment !== undefined && segment.start + segment.bytes.length <= offset) {
      segment = segments[++first];
    }
    for (
      let k = first;
      segment !== undefined && segment.start < offset + length;
      segment = segments[++k]
    ) {
      // A parser that jumped back has seen some bytes twice.
      const from = Math.max(offset, segment.start, reached);
      const to = Math.min(offset + length, segment.start + segment.bytes.length);
      if (to <= from) continue;
      reached = to;
      parts.push(segment.bytes.subarray(from - segment.start, to - segment.start));
      starts.push(from);
      total += to - from;
      places.push(total);
    }
  }
  const bytes = new Uint8Array(total);
  parts.forEach((part, k) => {
    bytes.set(part, places[k]);
  });
  return { bytes, starts, places };
}

/** The view of `[offset, offset + length)`, or undefined where it was not retained as a whole. */
export function retainedView(
  { bytes, starts, places }: RetainedBytes,
  offset: number,
  length: number,
): Uint8Array | undefined {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const start = starts[low];
  const place = places[low];
  const end = places[low + 1];
  if (start === undefined || place === undefined || end === undefined || offset < start)
    return undefined;
  const at = place + offset - start;
  return at + length <= end ? bytes.subarray(at, at + length) : undefined;
}
