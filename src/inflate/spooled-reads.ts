import type { RunOptions } from '../bytes/archived.ts';
import { type FramedexError, isFramedexError } from '../errors.ts';
import type { DeflatedMember } from './deflated-member.ts';
import { ForwardCursor, isNearEnd } from './forward-cursor.ts';
import type { Inflater } from './inflater.ts';
import { countInflation, type InflationMeter } from './inflation-stats.ts';
import type { SpoolFile } from './spool.ts';

export interface SpooledReadsOptions {
  readonly file: SpoolFile;
  readonly deflated: DeflatedMember;
  readonly inflater: Inflater;
  readonly meter: InflationMeter;
  /** The member is written as the archive says; or it is not what it says, with the fault. */
  readonly onEnd: (fault: FramedexError | undefined) => void;
}

/**
 * Reads of a member that is written to a temporary file, as far as somebody wants it: what was written
 * once is read there. It takes no more than one run over the member in all.
 */
export class SpooledReads {
  readonly #options: SpooledReadsOptions;
  readonly #cursor: ForwardCursor;
  #written = 0;
  #hasNoFile = false;

  constructor(options: SpooledReadsOptions) {
    const { file, deflated, inflater, meter, onEnd } = options;
    this.#options = options;
    countInflation(meter, 'spools');
    const keep = async (piece: Uint8Array): Promise<void> => {
      await this.#withFile(file.write(piece));
      this.#written += piece.length;
      countInflation(meter, 'spooledBytes', piece.length);
    };
    this.#cursor = new ForwardCursor({ deflated, inflater, meter, keep, onEnd });
  }

  /** Whether all of the member is written, and right. */
  get isWhole(): boolean {
    return this.#cursor.isEnded;
  }

  /** The disk is full, or fails: that is no fault of the member, which can be read otherwise. */
  get hasNoFile(): boolean {
    return this.#hasNoFile;
  }

  get hasFailed(): boolean {
    return this.#cursor.hasFailed;
  }

  /** Whether the bytes before `to` can be read without inflating anything. */
  has(to: number): boolean {
    if (this.isWhole) return true;
    return to <= this.#written && !isNearEnd(to, this.#options.deflated.size);
  }

  /**
   * The bytes `[from, to)`, in memory of their own: a file that is being read cannot be told that its
   * caller has given up, and uses the memory again.
   */
  async read(from: number, to: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    if (!this.has(to)) await this.#cursor.pass(to, { signal });
    return this.#withFile(this.#options.file.read(from, to - from));
  }

  /** Writes all of it. */
  async toEnd(options: RunOptions = {}): Promise<void> {
    if (!this.isWhole) await this.#cursor.pass(this.#options.deflated.size, options);
  }

  async #withFile<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.#hasNoFile ||= isFramedexError(error, 'IO');
      throw error;
    }
  }

  /** Those who wait are told the reason. */
  close(reason: unknown): void {
    this.#cursor.close(reason);
    this.#options.file.close();
    countInflation(this.#options.meter, 'spooledBytes', -this.#written);
    this.#written = 0;
  }
}
