import type { Header } from '../dicom/header.ts';
import type { Limits } from '../dicom/limits.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import {
  provedAtOnce,
  regroup,
  tableRangesAtOnce,
  walkTable,
  walkTableAtOnce,
} from '../frames/encapsulated.ts';
import { declaredAgain } from '../frames/frame-count.ts';
import type { FrameIndex, FrameRange, LaidOutIndex } from '../frames/frame-index.ts';
import type { Encapsulated } from '../frames/frame-groups.ts';
import { indexAtOnce } from '../frames/index-frames.ts';
import { liveIndex } from '../frames/live-index.ts';
import { SharedReads } from '../bytes/shared-reads.ts';

/** Looks at the items that an index needs for proof, once for all who wait for it. */
interface Proof {
  readonly reads: SharedReads<void>;
  readonly closing: AbortController;
}

/**
 * The frame index of an open file, as it is known by now: made when it is asked for, where that takes no
 * reading, and held against the items before anything is given by it.
 */
export class ProvedIndex {
  readonly #header: Header;
  readonly #limits: Limits;
  readonly #onRefuted: () => void;
  // Most files are closed without any of these: ten thousand are opened for a tag.
  #known: LaidOutIndex | undefined;
  #view: FrameIndex | undefined;
  #proof: Proof | undefined;
  /** What a strict reader was told. */
  #fault: FramedexError | undefined;

  /** `onRefuted`: what was given by the index may have been wrong. */
  constructor(
    header: Header,
    limits: Limits,
    index: LaidOutIndex | undefined,
    onRefuted: () => void,
  ) {
    this.#header = header;
    this.#limits = limits;
    this.#known = index;
    this.#onRefuted = onRefuted;
  }

  /** What users see: always what is known by now. */
  get view(): FrameIndex {
    return (this.#view ??= liveIndex(
      () => this.current,
      (i) => this.ranges(i),
    ));
  }

  get current(): LaidOutIndex {
    return this.make();
  }

  /** Makes the index now, where it was not yet. */
  make(): LaidOutIndex {
    return (this.#known ??= indexAtOnce(this.#header));
  }

  /** Whether the items have shown meanwhile that `index` was wrong. */
  isStale({ strategy, count }: LaidOutIndex): boolean {
    return this.current.strategy !== strategy || this.current.count !== count;
  }

  /** The index with what it takes for granted proved, where that costs next to nothing. */
  proved(): LaidOutIndex {
    const index = this.current;
    const parts = this.#encapsulated(index);
    if (this.#fault !== undefined) throw this.#fault;
    if (parts === undefined) return index;
    try {
      const proved = provedAtOnce(parts, index);
      if (proved !== index) this.#replace(index, proved);
      return proved;
    } catch (error) {
      // Who is strict is told the same again, for no more reads.
      if (this.#header.warnings.strict && isFramedexError(error)) this.#fault = error;
      throw error;
    }
  }

  /** The ranges of a frame; of more frames than are proved at once, those of this one are. */
  ranges(i: number): readonly FrameRange[] {
    const index = this.proved();
    const parts = this.#encapsulated(index);
    const { layout } = index;
    if (parts === undefined || layout.kind !== 'table') return index.ranges(i);
    index.ranges(i);
    const ranges = tableRangesAtOnce(parts, layout, i);
    if (ranges !== undefined) return ranges;
    const proved = walkTableAtOnce(parts, layout);
    if (proved !== undefined) this.#replace(index, proved);
    return this.current.ranges(i);
  }

  /** A frame has shown that `claimed` needs proof: the items themselves decide, once for all callers. */
  async confirm(claimed: LaidOutIndex, signal: AbortSignal | undefined): Promise<void> {
    if (this.current !== claimed) return;
    const { reads, closing } = (this.#proof ??= {
      reads: new SharedReads(),
      closing: new AbortController(),
    });
    const look = (shared: AbortSignal): Promise<void> =>
      this.#lookAtItems(claimed, AbortSignal.any([shared, closing.signal]));
    await reads.join(0, look, signal);
  }

  async #lookAtItems(claimed: LaidOutIndex, signal: AbortSignal): Promise<void> {
    const { layout } = claimed;
    const parts = this.#encapsulated(claimed);
    if (parts === undefined) return;
    if (layout.kind === 'table') this.#replace(claimed, await walkTable(parts, layout, { signal }));
    else if (layout.kind === 'fragments') {
      this.#replace(claimed, await regroup(parts, claimed, layout, { signal }));
    }
  }

  /** Reads that are under way for a proof are given up. */
  close(): void {
    const { name } = this.#header;
    this.#proof?.closing.abort(new FramedexError('CLOSED', 'the file was closed', { name }));
  }

  #replace(claimed: LaidOutIndex, index: LaidOutIndex): void {
    this.#known = index;
    // A frame that was given by the table may be another's than its number says.
    if (this.isStale(claimed)) this.#onRefuted();
  }

  /** What the index was made from, of pixel data in fragments. */
  #encapsulated({ pixel, declaredCount, counts }: LaidOutIndex): Encapsulated | undefined {
    const header = this.#header;
    const { pixelData: element } = header;
    if (element === undefined) return undefined;
    return {
      header,
      element,
      pixel,
      declared: declaredAgain(declaredCount, counts),
      limits: this.#limits,
    };
  }
}
