import type { RunOptions } from '../bytes/archived.ts';
import { onAbort } from '../bytes/on-abort.ts';
import type { ReadOptions } from '../bytes/source.ts';
import type { FramedexError } from '../errors.ts';
import { compressedPieces } from './compressed-pieces.ts';
import { crc32 as portableCrc32 } from './crc32.ts';
import { type DeflatedMember, isMemberFault, memberFault, wrongSize } from './deflated-member.ts';
import type { Inflater, InflateStream } from './inflater.ts';
import { countInflation, type InflationMeter } from './inflation-stats.ts';

/**
 * A read that ends so near the end of a member waits for the end: whoever reads all frames is told of
 * damage by the last one at the latest.
 */
const NEAR_END = 1024 * 1024;
const NOTHING: Uint8Array = new Uint8Array(0);

/** What has passed and is still there. */
interface Kept {
  readonly at: number;
  readonly bytes: Uint8Array;
}

export interface CursorOptions {
  readonly deflated: DeflatedMember;
  readonly inflater: Inflater;
  readonly meter: InflationMeter;
  /** Is given each piece before anybody else. */
  readonly keep?: ((piece: Uint8Array, at: number) => Promise<void> | void) | undefined;
  /** The stream has ended as the archive says; or it has not, with the fault. */
  readonly onEnd: (fault: FramedexError | undefined) => void;
}

/** Somebody waits until the cursor has passed `to`. */
interface Waiting {
  /** Where the bytes from `from` on go. */
  readonly from: number;
  readonly target: Uint8Array;
  readonly to: number;
  readonly progressed: RunOptions['onProgress'];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Whether a read that ends there waits for the end of the member. */
export function isNearEnd(to: number, size: number): boolean {
  return to + NEAR_END >= size;
}

/**
 * A run over a deflate stream that gives its bytes in ascending order, to however many wait. It holds the
 * last piece, or all near the end, and what is waited for; it runs only while somebody waits, and goes on where it stopped. It
 * counts and sums what passes, so that at the end the whole is held against its size and checksum.
 */
export class ForwardCursor {
  readonly #options: CursorOptions;
  readonly #stream: InflateStream;
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #closing = new AbortController();
  readonly #waiting = new Set<Waiting>();
  /** The last piece; and near the end all of them, for reads that the end came before. */
  #kept: Kept[] = [];
  #position = 0;
  #crc = 0;
  #isRunning = false;
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: CursorOptions) {
    const { deflated, inflater } = options;
    this.#options = options;
    const { stream = portableStream } = inflater;
    const input = compressedPieces(deflated.source, this.#closing.signal);
    this.#stream = stream(input, deflated.name);
    this.#pieces = this.#stream[Symbol.asyncIterator]();
  }

  /** Bytes that have passed. */
  get position(): number {
    return this.#position;
  }

  /** It stopped for good: it was closed, its source failed, or the member is broken. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Somebody waits for what it comes by. */
  get isAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  /** The stream ended as it should. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether it comes by `offset`, or still has it. */
  reaches(offset: number): boolean {
    return !this.hasFailed && offset >= (this.#kept[0]?.at ?? 0);
  }

  /** The bytes `[from, to)`, which it must reach. */
  async read(from: number, to: number, { into, signal }: ReadOptions): Promise<Uint8Array> {
    const target = into ?? new Uint8Array(to - from);
    await this.#wait(from, target, to, { signal });
    return target;
  }

  /** Waits until it has passed `to`; with the end of the member, until that is held against its checksum. */
  async pass(to: number, options: RunOptions = {}): Promise<void> {
    await this.#wait(this.#position, NOTHING, to, options);
  }

  /** Stops it; those who wait are told the reason. */
  close(reason: unknown): void {
    if (this.hasFailed) return;
    this.#failWith(reason);
    this.#closing.abort(reason);
    // It may be in the middle of a piece, and fail because of this.
    this.#pieces.return?.().catch(() => undefined);
  }

  #wait(from: number, target: Uint8Array, to: number, options: RunOptions): Promise<void> {
    const { signal, onProgress } = options;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#failure !== undefined) throw this.#failure.error;
      let forget: (() => void) | undefined;
      const waiting: Waiting = {
        from,
        target,
        to,
        progressed: onProgress,
        resolve: () => {
          forget?.();
          resolve();
        },
        reject: (error) => {
          forget?.();
          reject(error);
        },
      };
      this.#waiting.add(waiting);
      if (signal !== undefined) {
        forget = onAbort(signal, () => {
          this.#waiting.delete(waiting);
          waiting.reject(signal.reason);
        });
      }
      this.#serve(waiting, this.#kept);
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      // Who closes it leaves nobody waiting.
      while (this.#waiting.size > 0) {
        const step = await this.#pieces.next();
        if (this.hasFailed) break;
        if (step.done === true) this.#end();
        else await this.#pass(step.value);
      }
    } catch (error) {
      if (!this.hasFailed) this.#fail(error);
    } finally {
      this.#isRunning = false;
    }
  }

  async #pass(piece: Uint8Array): Promise<void> {
    const { deflated, inflater, meter, keep } = this.#options;
    if (this.#position + piece.length > deflated.size) throw wrongSize(deflated, 'more');
    if (keep !== undefined) await keep(piece, this.#position);
    this.#crc = (inflater.crc32 ?? portableCrc32)(piece, this.#crc);
    countInflation(meter, 'bytesInflated', piece.length);
    const passed = { at: this.#position, bytes: piece };
    if (!isNearEnd(this.#position, deflated.size)) this.#kept = [];
    this.#kept.push(passed);
    this.#position += piece.length;
    for (const waiting of this.#waiting) this.#serve(waiting, [passed]);
  }

  /** Gives what is wanted of what is there. */
  #serve(waiting: Waiting, there: readonly Kept[]): void {
    const { from, target, to } = waiting;
    const { size } = this.#options.deflated;
    for (const { at, bytes } of there) {
      const start = Math.max(from, at);
      const end = Math.min(from + target.length, at + bytes.length);
      if (start < end) target.set(bytes.subarray(start - at, end - at), start - from);
    }
    try {
      waiting.progressed?.(this.#position, size);
    } catch (error) {
      // It is the caller's own; nobody else has to hear of it.
      this.#waiting.delete(waiting);
      waiting.reject(error);
    }
    if (this.#position < to || (isNearEnd(to, size) && !this.#isEnded)) return;
    this.#waiting.delete(waiting);
    waiting.resolve();
  }

  #end(): void {
    const { deflated, onEnd } = this.#options;
    const { used } = this.#stream;
    const fault = memberFault(deflated, { size: this.#position, used, crc32: this.#crc });
    if (fault !== undefined) throw fault;
    this.#isEnded = true;
    onEnd(undefined);
    for (const waiting of this.#waiting) this.#serve(waiting, []);
  }

  #fail(error: unknown): void {
    this.#failWith(error);
    // What the stream itself threw has ended it already.
    this.#pieces.return?.().catch(() => undefined);
    if (isMemberFault(error)) this.#options.onEnd(error);
  }

  #failWith(error: unknown): void {
    this.#failure = { error };
    this.#kept = [];
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const each of waiting) each.reject(error);
  }
}

/** Our own, loaded by the first that needs it. */
function portableStream(input: AsyncIterable<Uint8Array>, name: string): InflateStream {
  let used: number | undefined;
  return {
    get used() {
      return used;
    },
    async *[Symbol.asyncIterator]() {
      const { inflateStream } = await import('./deflate-stream.ts');
      const stream = inflateStream(input, name);
      yield* stream;
      ({ used } = stream);
    },
  };
}
