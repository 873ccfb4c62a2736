import type { CheckpointIndex, RunOptions } from '../bytes/archived.ts';
import { onAbort } from '../bytes/on-abort.ts';
import { FramedexError } from '../errors.ts';
import { compressedPiece } from './compressed-pieces.ts';
import { type DeflatedMember, isMemberFault, memberFault, wrongSize } from './deflated-member.ts';
import { isNearEnd } from './forward-cursor.ts';
import type { IndexingPort, IndexingReply } from './indexing-protocol.ts';
import { countInflation, type InflationMeter } from './inflation-stats.ts';

export interface IndexingRunOptions {
  readonly deflated: DeflatedMember;
  readonly port: IndexingPort;
  /** Bytes of output between two checkpoints, at least. */
  readonly spacing: number;
  readonly meter: InflationMeter;
  /** The index is that of the member, held against its checksum. */
  readonly onIndex: (index: CheckpointIndex) => void;
  /** The member is not what the archive says. */
  readonly onFault: (fault: FramedexError) => void;
}

interface Waiting {
  readonly resolve: (bytes: Uint8Array | undefined) => void;
  readonly reject: (error: unknown) => void;
  readonly progressed: RunOptions['onProgress'];
}

/** The id of those who wait for the end. */
const NO_STRETCH = -1;

/**
 * A run over all of a member that notes where it can be resumed, and gives what is wanted on its way. It
 * goes on whether or not somebody waits; whoever does keeps the process alive.
 */
export class IndexingRun {
  readonly #options: IndexingRunOptions;
  readonly #closing = new AbortController();
  readonly #waiting = new Map<Waiting, number>();
  #wanted = 0;
  #position = 0;
  #taken: () => void = () => undefined;
  #outcome: { readonly error: unknown } | 'indexed' | undefined;

  constructor(options: IndexingRunOptions) {
    this.#options = options;
    const { port, deflated, spacing, meter } = options;
    countInflation(meter, 'indexings');
    port.listen(
      (reply) => {
        this.#hear(reply);
      },
      (error) => {
        this.#end({ error });
      },
    );
    // Whoever began it may have its bytes from elsewhere.
    port.hold(false);
    port.post({ kind: 'begin', size: deflated.size, spacing }, []);
    void this.#feed();
  }

  /** It stopped without an index: it was closed, its source or its thread failed, or the member is broken. */
  get hasFailed(): boolean {
    return typeof this.#outcome === 'object';
  }

  /** Somebody waits for it. */
  get isAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  /** Bytes that it inflates before a read can be given: those to its end where it has passed its start. */
  distance(from: number, to: number): number {
    const { size } = this.#options.deflated;
    const isAtEnd = from < this.#position || isNearEnd(to, size);
    return (isAtEnd ? size : to) - this.#position;
  }

  /** The bytes `[from, to)`, when the run comes by; undefined when it was there already. */
  read(from: number, to: number, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    const id = this.#wanted++;
    const { port } = this.#options;
    const bytes = this.#wait(id, { signal });
    if (this.#outcome === undefined) port.post({ kind: 'want', id, from, to }, []);
    return bytes;
  }

  /** Waits for the index. */
  async wait(options: RunOptions = {}): Promise<void> {
    await this.#wait(NO_STRETCH, options);
  }

  /** Gives it up; those who wait are told the reason. */
  close(reason: unknown): void {
    this.#end({ error: reason });
  }

  #wait(id: number, { signal, onProgress }: RunOptions): Promise<Uint8Array | undefined> {
    const { port, deflated } = this.#options;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#outcome === 'indexed') {
        resolve(undefined);
        return;
      }
      if (this.#outcome !== undefined) throw this.#outcome.error;
      // Who throws at its first word does not wait.
      onProgress?.(this.#position, deflated.size);
      let forget: (() => void) | undefined;
      const waiting: Waiting = {
        resolve: (bytes) => {
          forget?.();
          resolve(bytes);
        },
        reject: (error) => {
          forget?.();
          reject(error);
        },
        progressed: onProgress,
      };
      if (signal !== undefined) {
        forget = onAbort(signal, () => {
          if (!this.#leave(waiting)) return;
          if (id !== NO_STRETCH) port.post({ kind: 'forget', id }, []);
          waiting.reject(signal.reason);
        });
      }
      this.#waiting.set(waiting, id);
      if (this.#waiting.size === 1) port.hold(true);
    });
  }

  #leave(waiting: Waiting): boolean {
    if (!this.#waiting.delete(waiting)) return false;
    if (this.#waiting.size === 0 && this.#outcome === undefined) this.#options.port.hold(false);
    return true;
  }

  /** The next piece is read while the one before is inflated. */
  async #feed(): Promise<void> {
    const { deflated, port } = this.#options;
    const { source } = deflated;
    try {
      let next = compressedPiece(source, 0, this.#closing.signal);
      for (let at = 0; ;) {
        const bytes = await next;
        if (this.#outcome !== undefined) return;
        at += bytes.length;
        const last = at >= source.size;
        const taken = new Promise<void>((resolve) => {
          this.#taken = resolve;
        });
        port.post({ kind: 'bytes', bytes, last }, [bytes.buffer]);
        if (last) return;
        next = compressedPiece(source, at, this.#closing.signal);
        // It is looked at when the piece before was taken, which may be never.
        next.catch(() => undefined);
        await taken;
      }
    } catch (error) {
      this.#end({ error });
    }
  }

  #hear(reply: IndexingReply): void {
    if (this.#outcome !== undefined) return;
    if (reply.kind === 'taken') this.#moveTo(reply.position);
    else if (reply.kind === 'given') this.#give(reply.id, reply.bytes);
    else if (reply.kind === 'passed') this.#give(reply.id, undefined);
    else if (reply.kind === 'done') this.#compare(reply.index);
    else this.#end({ error: this.#brokenFault(reply) });
  }

  #moveTo(position: number): void {
    const { deflated, meter } = this.#options;
    countInflation(meter, 'bytesInflated', position - this.#position);
    this.#position = position;
    for (const waiting of this.#waiting.keys()) {
      try {
        waiting.progressed?.(position, deflated.size);
      } catch (error) {
        // It is the caller's own; nobody else has to hear of it.
        this.#leave(waiting);
        waiting.reject(error);
      }
    }
    this.#taken();
  }

  #give(id: number, bytes: Uint8Array | undefined): void {
    for (const [waiting, its] of this.#waiting) {
      if (its !== id) continue;
      this.#leave(waiting);
      waiting.resolve(bytes);
    }
  }

  #compare(index: CheckpointIndex): void {
    const { deflated, onIndex } = this.#options;
    const { size, compressedSize, crc32 } = index;
    const fault = memberFault(deflated, { size, used: compressedSize, crc32 });
    if (fault !== undefined) {
      this.#end({ error: fault });
      return;
    }
    this.#moveTo(size);
    onIndex(index);
    this.#end('indexed');
  }

  #brokenFault({ reason, at }: IndexingReply & { readonly kind: 'broken' }): FramedexError {
    const { deflated } = this.#options;
    if (reason === 'too-long') return wrongSize(deflated, 'more');
    const { name, offset } = deflated;
    const summary =
      reason === 'cut' ? 'the deflate stream ends early' : 'the deflate stream is broken';
    const found = `${at} bytes of it that are whole`;
    return new FramedexError('INFLATE', summary, { name, offset, found });
  }

  #end(outcome: { readonly error: unknown } | 'indexed'): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    const { port, onFault } = this.#options;
    port.close();
    this.#taken();
    const waiting = [...this.#waiting.keys()];
    this.#waiting.clear();
    if (outcome === 'indexed') {
      for (const each of waiting) each.resolve(undefined);
      return;
    }
    const { error } = outcome;
    this.#closing.abort(error);
    for (const each of waiting) each.reject(error);
    if (isMemberFault(error)) onFault(error);
  }
}
