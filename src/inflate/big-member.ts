import type { Archived, CheckpointIndex, RunOptions } from '../bytes/archived.ts';
import { onAbort } from '../bytes/on-abort.ts';
import type { ReadOptions, Source } from '../bytes/source.ts';
import type { FramedexError } from '../errors.ts';
import { assertUsable } from './checkpoints-given.ts';
import { type DeflatedMember, memberClosed } from './deflated-member.ts';
import { FirstBytes, NEAR } from './first-bytes.ts';
import { ForwardCursor, isNearEnd } from './forward-cursor.ts';
import { IndexedReads, isServing } from './indexed-reads.ts';
import { createIndexingHere } from './indexing-here.ts';
import { IndexingRun } from './indexing-run.ts';
import type { Inflating } from './inflating.ts';
import { countInflation, createInflationMeter, inflationStats } from './inflation-stats.ts';
import { SpooledReads } from './spooled-reads.ts';
import { untilAborted } from './until-aborted.ts';

/** Longer reads are for pixels. */
const SMALL = 65536;
/** Bytes between two checkpoints: some hundred of them, unless they would be too close, or far apart. */
const POINTS = 512;
const CLOSEST = 1024 * 1024;
const FARTHEST = 8 * 1024 * 1024;

/**
 * What a deflated member of an archive inflates to, as a source, where all of it is too much for memory.
 * The order of its reads chooses what is done:
 *
 * 1. Short reads near the beginning inflate the first bytes, as headers need them.
 * 2. Reads in ascending order are given by a run from the start, which goes as far as they want.
 * 3. The first read behind that begins what random access takes: a run over all of it that notes where
 *    it can be resumed, or a temporary file. It gives what is wanted meanwhile.
 * 4. From then on, a read inflates the stretches between two checkpoints that it lies in.
 *
 * What is given before the end was held against its checksum is not verified. From the moment on that
 * the member turns out to be damaged, every read throws what is wrong with it.
 */
export class BigMember {
  readonly source: Source;
  readonly #deflated: DeflatedMember;
  readonly #inflating: Inflating;
  readonly #meter;
  readonly #first: FirstBytes;
  /** Aborts when nobody has it open any more. */
  #closing = new AbortController();
  #cursor: ForwardCursor | undefined;
  #run: IndexingRun | undefined;
  #indexed: IndexedReads | undefined;
  #spooled: SpooledReads | undefined;
  /** All of it was held against its size and checksum. */
  #isVerified = false;
  #fault: FramedexError | undefined;

  constructor(deflated: DeflatedMember, inflating: Inflating) {
    this.#deflated = deflated;
    this.#inflating = inflating;
    this.#meter = createInflationMeter(deflated.above);
    this.#first = new FirstBytes(deflated, inflating, {
      meter: this.#meter,
      isOpen: () => !this.#closing.signal.aborted,
    });
    const { name, size } = deflated;
    this.source = {
      name,
      size,
      fresh: true,
      atHand: (offset) => this.#first.length - offset,
      archived: this.#archived(),
      read: async (offset, length, options) => {
        options?.signal?.throwIfAborted();
        const end = Math.min(size, offset + length);
        if (offset >= end) return new Uint8Array(0);
        const into = options?.into?.subarray(0, end - offset);
        const bytes = this.#read(offset, end, { into, signal: options?.signal });
        return this.#unlessEnded(bytes, options?.signal);
      },
    };
  }

  reopen(): void {
    if (this.#closing.signal.aborted) this.#closing = new AbortController();
  }

  /** Nobody reads it now: gives up all but the checkpoints, or a temporary file that is whole. */
  release(): void {
    const closed = memberClosed(this.#deflated.name);
    this.#closing.abort(closed);
    this.#cursor?.close(closed);
    this.#run?.close(closed);
    if (this.#spooled?.isWhole === false) this.#giveUpSpool(closed);
    this.#cursor = undefined;
    this.#run = undefined;
    this.#first.drop();
    this.#indexed?.drop();
  }

  close(): void {
    this.release();
    this.#giveUpSpool(memberClosed(this.#deflated.name));
    this.#useIndex(undefined);
  }

  #archived(): Archived {
    const isVerified = (): boolean =>
      this.#fault === undefined && (this.#isVerified || this.#indexed !== undefined);
    const stats = (): ReturnType<typeof inflationStats> => inflationStats(this.#meter);
    return {
      get verified() {
        return isVerified();
      },
      verify: async (options) => {
        await this.#unlessEnded(this.#verify(options), options?.signal);
      },
      prepare: async (options) => {
        await this.#unlessEnded(this.#prepare(options), options?.signal);
      },
      get inflation() {
        return stats();
      },
      checkpoints: () => this.#indexed?.index,
      useCheckpoints: (index) => {
        assertUsable(index, this.#deflated);
        this.#useIndex(index);
      },
    };
  }

  /** Rejects as soon as the caller does not want it any more, or nobody has the member open. */
  #unlessEnded<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return untilAborted(untilAborted(work, signal), this.#closing.signal);
  }

  async #read(from: number, to: number, options: ReadOptions): Promise<Uint8Array> {
    this.#assertSound();
    // First bytes have no checksum; stretches have, so where only that is known of them they come first.
    const isNearStart = to <= NEAR && to - from < SMALL;
    if (isNearStart && (this.#isVerified || this.#indexed === undefined)) {
      const bytes = await this.#first.upTo(to, { signal: this.#closing.signal });
      this.#assertSound();
      if (bytes !== undefined) return placed(bytes.subarray(from, to), options.into);
    }
    if (this.#indexed !== undefined)
      return this.#indexed.read(from, to, options, this.#closing.signal);
    const isSpooled = this.#usableSpool()?.has(to) === true;
    const cursor = isSpooled ? undefined : this.#cursorAt(from);
    return cursor?.read(from, to, options) ?? this.#readAnywhere(from, to, options);
  }

  async #readAnywhere(from: number, to: number, options: ReadOptions): Promise<Uint8Array> {
    const way = this.#randomAccess();
    if (way instanceof SpooledReads) return way.read(from, to, options);
    const { signal, into } = options;
    const given = await way.read(from, to, signal);
    if (given === undefined || isNearEnd(to, this.#deflated.size)) await way.wait({ signal });
    if (given !== undefined) {
      into?.set(given);
      return into ?? given;
    }
    // It is ready now, unless its stretches are too long.
    return (
      this.#indexed?.read(from, to, options, this.#closing.signal) ??
      this.#readAlone(from, to, options)
    );
  }

  /** A stream whose blocks are too long to be resumed at is inflated from the start for each read. */
  async #readAlone(from: number, to: number, options: ReadOptions): Promise<Uint8Array> {
    const cursor = this.#createCursor();
    const stop = onAbort(this.#closing.signal, () => cursor.close(this.#closing.signal.reason));
    try {
      return await cursor.read(from, to, options);
    } finally {
      stop();
      cursor.close(memberClosed(this.#deflated.name));
    }
  }

  async #verify(options: RunOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    this.#assertSound();
    const { size } = this.#deflated;
    const spooled = this.#usableSpool();
    if (this.#isVerified) options.onProgress?.(size, size);
    else if (this.#usableRun() !== undefined) await this.#run?.wait(options);
    else if (spooled !== undefined) await spooled.toEnd(options);
    else await (this.#usableCursor() ?? this.#startCursor()).pass(size, options);
  }

  async #prepare(options: RunOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    this.#assertSound();
    if (this.#indexed !== undefined) return;
    const way = this.#randomAccess();
    if (way instanceof SpooledReads) await way.toEnd(options);
    else await way.wait(options);
  }

  #assertSound(): void {
    if (this.#fault !== undefined) throw this.#fault;
    this.#closing.signal.throwIfAborted();
  }

  /** The cursor that can serve a read there: the first read of all starts one. */
  #cursorAt(offset: number): ForwardCursor | undefined {
    const cursor = this.#usableCursor();
    if (cursor !== undefined) return cursor.reaches(offset) ? cursor : undefined;
    const isFirst = this.#usableRun() === undefined && this.#usableSpool() === undefined;
    return isFirst ? this.#startCursor() : undefined;
  }

  #usableCursor(): ForwardCursor | undefined {
    return this.#cursor?.hasFailed === true ? undefined : this.#cursor;
  }

  #usableRun(): IndexingRun | undefined {
    return this.#run?.hasFailed === true ? undefined : this.#run;
  }

  #usableSpool(): SpooledReads | undefined {
    if (this.#spooled?.hasFailed === true) this.#giveUpSpool(undefined);
    return this.#spooled;
  }

  #startCursor(): ForwardCursor {
    this.#cursor = this.#createCursor();
    return this.#cursor;
  }

  #createCursor(): ForwardCursor {
    countInflation(this.#meter, 'cursors');
    const { inflater } = this.#inflating;
    // Where headers cannot be inflated otherwise, they are kept from what passes here.
    const isKept = inflater.inflatePrefixSync === undefined;
    return new ForwardCursor({
      deflated: this.#deflated,
      inflater,
      meter: this.#meter,
      keep: (piece, at) => {
        if (isKept && at === 0) this.#first.keep(piece);
      },
      onEnd: (fault) => {
        this.#conclude(fault);
      },
    });
  }

  /** What makes reads at any place quick, under way or done; begun, if there is none. */
  #randomAccess(): IndexingRun | SpooledReads {
    const begun = this.#usableSpool() ?? this.#usableRun();
    if (begun !== undefined) return begun;
    const { inflater, spool } = this.#inflating;
    const deflated = this.#deflated;
    const meter = this.#meter;
    const file = spool?.open(deflated.size);
    if (file !== undefined) {
      const onEnd = (fault: FramedexError | undefined): void => {
        this.#conclude(fault);
      };
      this.#spooled = new SpooledReads({ file, deflated, inflater, meter, onEnd });
      return this.#spooled;
    }
    this.#run = this.#startRun();
    return this.#run;
  }

  #startRun(): IndexingRun {
    const { inflater, startIndexing } = this.#inflating;
    return new IndexingRun({
      deflated: this.#deflated,
      port: startIndexing?.() ?? createIndexingHere(inflater),
      spacing: Math.min(Math.max(Math.ceil(this.#deflated.size / POINTS), CLOSEST), FARTHEST),
      meter: this.#meter,
      onIndex: (index) => {
        if (isServing(index)) this.#useIndex(index);
        this.#conclude(undefined);
      },
      onFault: (fault) => {
        this.#conclude(fault);
      },
    });
  }

  /** All of the member was looked at. */
  #conclude(fault: FramedexError | undefined): void {
    if (fault === undefined) {
      this.#isVerified = true;
      return;
    }
    this.#fault ??= fault;
    this.#cursor?.close(fault);
    this.#run?.close(fault);
    this.#giveUpSpool(fault);
    this.#useIndex(undefined);
  }

  #useIndex(index: CheckpointIndex | undefined): void {
    this.#indexed?.drop();
    countInflation(this.#meter, 'checkpointBytes', -bytesOf(this.#indexed?.index));
    countInflation(this.#meter, 'checkpointBytes', bytesOf(index));
    this.#indexed =
      index === undefined
        ? undefined
        : new IndexedReads(index, this.#deflated, this.#inflating, this.#meter);
  }

  #giveUpSpool(reason: unknown): void {
    this.#spooled?.close(reason);
    this.#spooled = undefined;
  }
}

/** Memory that an index takes: three numbers and a window for each point. */
function bytesOf(index: CheckpointIndex | undefined): number {
  if (index === undefined) return 0;
  const { bits, starts, checksums, windows } = index;
  const numbers = bits.byteLength + starts.byteLength + checksums.byteLength;
  return windows.reduce((sum, { length }) => sum + length, numbers);
}

/** A copy, which is the caller's own, unless there is a place for it. */
function placed(bytes: Uint8Array, into: Uint8Array | undefined): Uint8Array {
  if (into === undefined) return bytes.slice();
  into.set(bytes);
  return into;
}
