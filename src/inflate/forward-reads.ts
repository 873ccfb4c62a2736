import type { RunOptions } from '../bytes/archived.ts';
import type { ReadOptions } from '../bytes/source.ts';
import { type ForwardCursor, isNearEnd } from './forward-cursor.ts';

export interface ForwardReadsOptions {
  /** Of the member, in bytes. */
  readonly size: number;
  /** A cursor at the start of the member. */
  readonly createCursor: () => ForwardCursor;
}

/**
 * Reads of a member in ascending order, by a cursor that goes as far as they want. A read behind it can
 * have another one from the start, which serves reads from then on. What waits for the one before still
 * gets its bytes of that.
 */
export class ForwardReads {
  readonly #options: ForwardReadsOptions;
  /** The last one serves reads; others are there as long as somebody waits for them. */
  readonly #cursors = new Set<ForwardCursor>();
  #latest: ForwardCursor | undefined;
  /** How far the latest was to go. */
  #reach = 0;
  /** Whether it was begun since {@link ForwardReads.limitRestarts}, and bytes that all such had to inflate. */
  #isRestarted = false;
  #restartedBytes = 0;

  constructor(options: ForwardReadsOptions) {
    this.#options = options;
  }

  /** A cursor is there, and has passed `offset`. */
  isPast(offset: number): boolean {
    const cursor = this.#usable();
    return cursor !== undefined && !cursor.reaches(offset);
  }

  /** A cursor is there, and comes by `offset` or still has it. */
  reaches(offset: number): boolean {
    return this.#usable()?.reaches(offset) === true;
  }

  /** From now on, cursors that are begun may inflate as much as the member has, all together. */
  limitRestarts(): void {
    this.#isRestarted = false;
    this.#restartedBytes = 0;
  }

  /**
   * Bytes that a read has to wait for to be inflated; Infinity where that is too much, so that readers at
   * several places do not have cursors begun for each other endlessly.
   */
  distance(from: number, to: number): number {
    const { size } = this.#options;
    const end = isNearEnd(to, size) ? size : to;
    const cursor = this.#usable();
    if (cursor?.reaches(from) === true) return Math.max(0, end - cursor.position);
    return this.#restartedBytes + end <= size ? end : Infinity;
  }

  /** The bytes `[from, to)`. */
  read(from: number, to: number, options: ReadOptions): Promise<Uint8Array> {
    const cursor = this.#usable();
    const serving = cursor?.reaches(from) === true ? cursor : this.#begin();
    return this.#served(serving, to, () => serving.read(from, to, options));
  }

  /** Waits for the end of the member, held against its checksum. */
  toEnd(options: RunOptions): Promise<void> {
    const { size } = this.#options;
    const cursor = this.#usable() ?? this.#begin();
    return this.#served(cursor, size, () => cursor.pass(size, options));
  }

  /** Leaves further reads to others. Those who wait get their bytes. */
  retire(): void {
    this.#latest = undefined;
    this.#closeUnawaited();
  }

  /** Those who wait are told the reason. */
  close(reason: unknown): void {
    for (const cursor of this.#cursors) cursor.close(reason);
    this.#cursors.clear();
    this.#latest = undefined;
  }

  #usable(): ForwardCursor | undefined {
    return this.#latest?.hasFailed === true ? undefined : this.#latest;
  }

  #begin(): ForwardCursor {
    const cursor = this.#options.createCursor();
    this.#cursors.add(cursor);
    this.#latest = cursor;
    this.#reach = 0;
    this.#isRestarted = true;
    this.#closeUnawaited();
    return cursor;
  }

  async #served<T>(cursor: ForwardCursor, to: number, serve: () => Promise<T>): Promise<T> {
    if (cursor === this.#latest) {
      if (this.#isRestarted) this.#restartedBytes += Math.max(0, to - this.#reach);
      this.#reach = Math.max(this.#reach, to);
    }
    try {
      return await serve();
    } finally {
      this.#closeUnawaited();
    }
  }

  #closeUnawaited(): void {
    for (const cursor of this.#cursors) {
      if (cursor === this.#latest || cursor.isAwaited) continue;
      this.#cursors.delete(cursor);
      cursor.close(new Error('nobody waits for it'));
    }
  }
}
