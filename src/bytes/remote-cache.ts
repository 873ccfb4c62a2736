import { LRUCache } from 'lru-cache';
import type { Stretch } from './coalesce.ts';

/** Bytes of a source that came in one reply. */
export interface RemoteSegment extends Stretch {
  /** All of its buffer. */
  readonly bytes: Uint8Array;
}

/** Called when a segment is not held any more. */
type Forget = (segment: RemoteSegment) => void;

/** Bytes that came over the network, of all sources of a context together, bounded in bytes. */
export interface RemoteCache {
  /** Bytes that are held. */
  readonly bytes: number;
  /** No more are held. */
  readonly maxBytes: number;
  /**
   * Holds a segment until others take its place, or it is dropped: `forget` is called then. Whether it is held:
   * one that is longer than the whole cache is not.
   */
  keep(segment: RemoteSegment, forget: Forget): boolean;
  /** What is used stays longest. */
  use(segment: RemoteSegment): void;
  drop(segment: RemoteSegment): void;
  clear(): void;
}

/** A store only: what is under way is shared elsewhere, and what failed is never kept. */
export function createRemoteCache(maxBytes: number): RemoteCache {
  // A bound of none would be no bound.
  const segments = new LRUCache<RemoteSegment, Forget>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: (_, { bytes }) => bytes.buffer.byteLength,
    dispose: (forget, segment) => {
      forget(segment);
    },
  });
  return {
    maxBytes,
    get bytes() {
      return segments.calculatedSize;
    },
    keep: (segment, forget) => {
      const { byteLength } = segment.bytes.buffer;
      if (byteLength === 0 || byteLength > maxBytes) return false;
      segments.set(segment, forget);
      return true;
    },
    use: (segment) => {
      segments.get(segment);
    },
    drop: (segment) => {
      segments.delete(segment);
    },
    clear: () => {
      segments.clear();
    },
  };
}
