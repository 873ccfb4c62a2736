import type { CheckpointIndex } from '../bytes/archived.ts';

/**
 * What a run over a deflate stream is told, in this order: `begin`, then all compressed bytes in pieces,
 * the next one when the one before was `taken`. Stretches may be wanted at any time.
 */
export type IndexingRequest =
  | {
      readonly kind: 'begin';
      /** Bytes that the stream should inflate to: it never gives more. */
      readonly size: number;
      /** Bytes of output between two checkpoints, at least. */
      readonly spacing: number;
    }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly last: boolean }
  | { readonly kind: 'want'; readonly id: number; readonly from: number; readonly to: number }
  | { readonly kind: 'forget'; readonly id: number };

/** What it answers. After `done` or `broken` it says nothing more. */
export type IndexingReply =
  | {
      readonly kind: 'taken';
      /** Bytes inflated so far. */
      readonly position: number;
    }
  | { readonly kind: 'given'; readonly id: number; readonly bytes: Uint8Array }
  /** The run has passed the start of what is wanted, or that is beyond the end. */
  | { readonly kind: 'passed'; readonly id: number }
  /** The stream has ended; its size and checksum are for the other side to compare. */
  | { readonly kind: 'done'; readonly index: CheckpointIndex }
  | {
      readonly kind: 'broken';
      readonly reason: 'broken' | 'cut' | 'too-long';
      readonly at: number;
    };

/** The other end of a run: a worker, or a part of this thread. */
export interface IndexingPort {
  /** `transfer` moves the memory where there is a thread to move it to. */
  post(request: IndexingRequest, transfer: ArrayBuffer[]): void;
  /** Of all there will be: asked for once, before anything is posted. */
  listen(reply: (reply: IndexingReply) => void, failed: (error: unknown) => void): void;
  /** Whether somebody waits: a thread that works for nobody keeps no process alive. Held at first. */
  hold(isAwaited: boolean): void;
  /** Gives up the run, or ends what did it. */
  close(): void;
}

/** Starts a run. */
export type StartIndexing = () => IndexingPort;
