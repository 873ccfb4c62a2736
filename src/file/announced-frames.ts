import { announcedReads } from '../bytes/announced-reads.ts';
import type { AnnouncedReads } from '../bytes/announced-reads.ts';
import type { ByteRange, Source } from '../bytes/source.ts';
import { CODE_STREAM_START } from '../codecs/code-stream-start.ts';
import { isFramedexError } from '../errors.ts';
import type { LaidOutIndex } from '../frames/frame-index.ts';
import { ITEM_HEADER } from '../frames/item-walk.ts';

/** A stream that is longer is announced in parts of this length. */
const PART_BYTES = 1024 * 1024;

/** Reads of the frames of a file, announced to its source where that wants to know of them. */
export class AnnouncedFrames {
  readonly #source: Source;
  readonly #runs = new Set<AnnouncedReads>();

  constructor(source: Source) {
    this.#source = source;
  }

  /**
   * Frames that will be read in their order, up to `end`, which is left out. `index` says where they are, as far as
   * that is known when they are announced.
   */
  begin(start: number, end: number, index: () => LaidOutIndex): AnnouncedReads | undefined {
    const { willRead } = this.#source;
    if (willRead === undefined || end - start < 2) return undefined;
    return this.#keep(
      announcedReads(willRead, start, (i) => (i < end ? framePlace(index(), i) : undefined)),
    );
  }

  /** Ranges that will be read piece by piece. */
  beginPieces(ranges: readonly ByteRange[]): AnnouncedReads | undefined {
    const { willRead } = this.#source;
    if (willRead === undefined) return undefined;
    const parts = partsOf(ranges);
    return this.#keep(
      announcedReads(willRead, 0, () => {
        const { value } = parts.next();
        return value && [value];
      }),
    );
  }

  /** Ends all that were begun. */
  close(): void {
    for (const run of this.#runs) run.end();
  }

  #keep(run: AnnouncedReads): AnnouncedReads {
    const kept: AnnouncedReads = {
      reach: (i) => {
        run.reach(i);
      },
      end: () => {
        this.#runs.delete(kept);
        run.end();
      },
    };
    this.#runs.add(kept);
    return kept;
  }
}

/** Where a frame is read, undefined behind the last. Of one that cannot be read, reading it tells why. */
function framePlace(index: LaidOutIndex, i: number): readonly ByteRange[] | undefined {
  const { layout, count } = index;
  if (i >= count || layout.kind === 'none') return undefined;
  try {
    const ranges = index.ranges(i);
    // Its item is held against the table, and so is the one behind it.
    return layout.kind === 'table' ? ranges.map(withItems) : ranges;
  } catch (error) {
    if (!isFramedexError(error)) throw error;
    return [];
  }
}

function withItems({ offset, length }: ByteRange): ByteRange {
  return {
    offset: offset - ITEM_HEADER,
    length: ITEM_HEADER + length + ITEM_HEADER + CODE_STREAM_START,
  };
}

function* partsOf(ranges: readonly ByteRange[]): Generator<ByteRange, undefined> {
  for (const { offset, length } of ranges) {
    for (let at = 0; at < length; at += PART_BYTES) {
      yield { offset: offset + at, length: Math.min(PART_BYTES, length - at) };
    }
  }
}
