import type { RunOptions } from '../bytes/archived.ts';
import type { ReadOptions } from '../bytes/source.ts';
import type { FramedexError } from '../errors.ts';
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

  constructor(options: SpooledReadsOptions) {
    const { file, deflated, inflater, meter, onEnd } = options;
    this.#options = options;
    countInflation(meter, 'spools');
    const keep = async (piece: Uint8Array): Promise<void> => {
      await file.write(piece);
      this.#written += piece.length;
      countInflation(meter, 'spooledBytes', piece.length);
    };
    this.#cursor = new ForwardCursor({ deflated, inflater, meter, keep, onEnd });
  }

  /** Whether all of the member is written, and right. */
  get isWhole(): boolean {
    return this.#cursor.isEnded;
  }

  get hasFailed(): boolean {
    return this.#cursor.hasFailed;
  }

  /** Whether the bytes before `to` can be read without inflating anything. */
  has(to: number): boolean {
    if (this.isWhole) return true;
    return to <= this.#written && !isNearEnd(to, this.#options.deflated.size);
  }

  /** The bytes `[from, to)`. */
  async read(from: number, to: number, { into, signal }: ReadOptions): Promise<Uint8Array> {
    if (!this.has(to)) await this.#cursor.pass(to, { signal });
    return this.#options.file.read(from, to - from, into);
  }

  /** Writes all of it. */
  async toEnd(options: RunOptions = {}): Promise<void> {
    if (!this.isWhole) await this.#cursor.pass(this.#options.deflated.size, options);
  }

  /** Those who wait are told the reason. */
  close(reason: unknown): void {
    this.#cursor.close(reason);
    this.#options.file.close();
    countInflation(this.#options.meter, 'spooledBytes', -this.#written);
    this.#written = 0;
  }
}
