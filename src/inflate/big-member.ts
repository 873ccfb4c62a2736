import type { Archived, CheckpointIndex, RunOptions } from '../bytes/archived.ts';
import type { Source } from '../bytes/source.ts';
import { type FramedexError, isFramedexError } from '../errors.ts';
import { assertUsable } from './checkpoints-given.ts';
import { type DeflatedMember, isMemberFault, memberClosed } from './deflated-member.ts';
import { FirstBytes, NEAR } from './first-bytes.ts';
import { ForwardCursor, isNearEnd } from './forward-cursor.ts';
import { ForwardReads } from './forward-reads.ts';
import { IndexedReads, isServing } from './indexed-reads.ts';
import { createIndexingHere } from './indexing-here.ts';
import { IndexingRun } from './indexing-run.ts';
import type { Inflating } from './inflating.ts';
import { countInflation, createInflationMeter, inflationStats } from './inflation-stats.ts';
import type { SpoolFile } from './spool.ts';
import { assertWanted, placed, type Reading } from './reading.ts';
import { SpooledReads } from './spooled-reads.ts';
import { untilAborted } from './until-aborted.ts';

/** Longer reads are for pixels. */
const SMALL = 65536;
/** A run that makes checkpoints inflates some 200 MB/s, and a cursor by the platform's own means 450. */
const RUN_SLOWNESS = 2.25;
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
 *    it can be resumed, or a temporary file. What is wanted meanwhile is given by whatever comes by sooner:
 *    that run, or a run from the start again.
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
  readonly #forward: ForwardReads;
  #run: IndexingRun | undefined;
  /** Nothing but `prepare` wanted the run so far. */
  #isRunToPrepare = false;
  #indexed: IndexedReads | undefined;
  #spooled: SpooledReads | undefined;
  /** The disk was full. */
  #isWithoutSpool = false;
  /** The index that came from outside. */
  #given: CheckpointIndex | undefined;
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
    this.#forward = new ForwardReads({ size, createCursor: () => this.#createCursor() });
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
        const reading = { into, signal: options?.signal, closing: this.#closing.signal };
        return this.#unlessEnded(this.#read(offset, end, reading), options?.signal);
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
    this.#forward.close(closed);
    this.#run?.close(closed);
    if (this.#spooled?.isWhole === false) this.#giveUpSpool(closed);
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
      checkpoints: () => {
        const index = this.#indexed?.index;
        return index !== undefined && isServing(index) ? index : undefined;
      },
      useCheckpoints: (index) => {
        assertUsable(index, this.#deflated);
        // One of our own is as good, and may be in use.
        if (this.#indexed !== undefined && this.#given === undefined) return;
        this.#given = index;
        this.#useIndex(index);
      },
    };
  }

  /** Rejects as soon as the caller does not want it any more, or nobody has the member open. */
  #unlessEnded<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return untilAborted(untilAborted(work, signal), this.#closing.signal);
  }

  async #read(from: number, to: number, reading: Reading): Promise<Uint8Array> {
    this.#assertSound();
    // First bytes have no checksum; stretches have, so where only that is known of them they come first.
    const isNearStart = to <= NEAR && to - from < SMALL;
    if (isNearStart && (this.#isVerified || this.#indexed === undefined)) {
      const bytes = await this.#first.upTo(to, { signal: reading.closing });
      assertWanted(reading);
      this.#assertSound();
      const wanted = bytes?.subarray(from, to);
      if (wanted !== undefined) {
        return placed(reading.into === undefined ? wanted.slice() : wanted, reading);
      }
    }
    if (this.#indexed !== undefined) return this.#readIndexed(this.#indexed, from, to, reading);
    const begun = this.#usableSpool() ?? this.#usableRun();
    const isPast = this.#forward.isPast(from);
    if (begun === undefined && !isPast) return this.#forward.read(from, to, reading);
    const way = begun ?? this.#randomAccess();
    if (way instanceof IndexingRun) return this.#readMeanwhile(way, from, to, reading);
    const isAhead = !way.has(to) && this.#forward.reaches(from);
    if (isAhead) return this.#forward.read(from, to, reading);
    return this.#withSpool(
      way,
      async () => placed(await way.read(from, to, reading.signal), reading),
      () => this.#read(from, to, reading),
    );
  }

  /** By checkpoints; those that were given may be what is wrong, which a run over all of it tells. */
  async #readIndexed(
    indexed: IndexedReads,
    from: number,
    to: number,
    reading: Reading,
  ): Promise<Uint8Array> {
    if (!indexed.serves(from, to)) return this.#forward.read(from, to, reading);
    try {
      return await indexed.read(from, to, reading);
    } catch (error) {
      if (indexed.index !== this.#given || !isMemberFault(error)) throw error;
    }
    assertWanted(reading);
    if (this.#indexed === indexed) this.#useIndex(undefined);
    await this.#prepare({ signal: reading.signal });
    assertWanted(reading);
    return this.#read(from, to, reading);
  }

  /** By a temporary file, as long as there is room for one on the disk. */
  async #withSpool<T>(
    spooled: SpooledReads,
    work: () => Promise<T>,
    otherwise: () => Promise<T>,
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!spooled.hasNoFile) throw error;
      this.#isWithoutSpool = true;
      this.#giveUpSpool(error);
    }
    return otherwise();
  }

  /** By the run that is under way, or without it where that is sooner. */
  async #readMeanwhile(
    run: IndexingRun,
    from: number,
    to: number,
    reading: Reading,
  ): Promise<Uint8Array> {
    const { signal } = reading;
    const { size } = this.#deflated;
    const isSooner = (distance: number): boolean =>
      this.#forward.distance(from, to) < RUN_SLOWNESS * distance;
    const isByCursor = isSooner(run.distance(from, to));
    if (!isByCursor || this.#forward.isPast(from)) this.#isRunToPrepare = false;
    if (isByCursor) return this.#forward.read(from, to, reading);
    const given = await run.read(from, to, signal);
    assertWanted(reading);
    // It may have passed since it last told where it is.
    if (given === undefined && isSooner(run.distance(from, size))) {
      return this.#forward.read(from, to, reading);
    }
    if (given === undefined || isNearEnd(to, size)) await run.wait({ signal });
    if (given !== undefined) return placed(given, reading);
    assertWanted(reading);
    return this.#read(from, to, reading);
  }

  async #verify(options: RunOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    this.#assertSound();
    const { size } = this.#deflated;
    const [run, spooled] = [this.#usableRun(), this.#usableSpool()];
    if (this.#isVerified) options.onProgress?.(size, size);
    else if (run !== undefined) await this.#wait(run, options);
    else if (spooled !== undefined) {
      const otherwise = (): Promise<void> => this.#verify(options);
      await this.#withSpool(spooled, () => spooled.toEnd(options), otherwise);
    } else await this.#forward.toEnd(options);
  }

  async #prepare(options: RunOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    this.#assertSound();
    if (this.#indexed !== undefined) return;
    const begun = this.#usableSpool() ?? this.#usableRun();
    const way = begun ?? this.#randomAccess();
    if (begun === undefined) this.#isRunToPrepare = true;
    if (way instanceof IndexingRun) await this.#wait(way, options);
    else {
      const otherwise = (): Promise<void> => this.#prepare(options);
      await this.#withSpool(way, () => way.toEnd(options), otherwise);
    }
  }

  /** Waits for a run; with the last who wanted nothing but that, it is given up. */
  async #wait(run: IndexingRun, options: RunOptions): Promise<void> {
    try {
      await run.wait(options);
    } catch (error) {
      if (this.#isRunToPrepare && !run.isAwaited) run.close(error);
      throw error;
    }
  }

  #assertSound(): void {
    if (this.#fault !== undefined) throw this.#fault;
    this.#closing.signal.throwIfAborted();
  }

  #usableRun(): IndexingRun | undefined {
    return this.#run?.hasFailed === true ? undefined : this.#run;
  }

  #usableSpool(): SpooledReads | undefined {
    if (this.#spooled?.hasNoFile === true) this.#isWithoutSpool = true;
    if (this.#spooled?.hasFailed === true) this.#giveUpSpool(undefined);
    return this.#spooled;
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

  /** Begins what makes reads at any place quick. */
  #randomAccess(): IndexingRun | SpooledReads {
    const { inflater } = this.#inflating;
    const deflated = this.#deflated;
    const meter = this.#meter;
    const file = this.#isWithoutSpool ? undefined : this.#spoolFile();
    if (file !== undefined) {
      const onEnd = (fault: FramedexError | undefined): void => {
        this.#conclude(fault);
      };
      this.#spooled = new SpooledReads({ file, deflated, inflater, meter, onEnd });
      return this.#spooled;
    }
    this.#forward.limitRestarts();
    this.#isRunToPrepare = false;
    this.#run = this.#startRun();
    return this.#run;
  }

  #spoolFile(): SpoolFile | undefined {
    try {
      return this.#inflating.spool?.open(this.#deflated.size);
    } catch (error) {
      if (!isFramedexError(error, 'IO')) throw error;
      this.#isWithoutSpool = true;
      return undefined;
    }
  }

  #startRun(): IndexingRun {
    const { inflater, startIndexing } = this.#inflating;
    return new IndexingRun({
      deflated: this.#deflated,
      port: startIndexing?.() ?? createIndexingHere(inflater),
      spacing: Math.min(Math.max(Math.ceil(this.#deflated.size / POINTS), CLOSEST), FARTHEST),
      meter: this.#meter,
      onIndex: (index) => {
        this.#useIndex(index);
        this.#run = undefined;
        if (isServing(index)) this.#forward.retire();
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
    this.#forward.close(fault);
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
