import { LRUCache } from 'lru-cache';
import type { Frame } from './frame.ts';

/** Decoded frames, bounded in bytes. A frame longer than the whole cache is not kept. */
export interface FrameCache {
  get(key: string): Frame | undefined;
  set(key: string, frame: Frame): void;
  delete(key: string): void;
  /** Bytes of the frames that are held. */
  readonly bytes: number;
  clear(): void;
}

/** A store only: what is under way is shared elsewhere, and what failed is never kept. */
export function createFrameCache(maxBytes: number): FrameCache {
  if (maxBytes <= 0)
    return {
      get: () => undefined,
      set: () => undefined,
      delete: () => undefined,
      bytes: 0,
      clear: () => undefined,
    };
  const frames = new LRUCache<string, Frame>({
    maxSize: maxBytes,
    sizeCalculation: ({ data }) => Math.max(1, data.byteLength),
  });
  return {
    get: (key) => frames.get(key),
    set: (key, frame) => {
      frames.set(key, frame);
    },
    delete: (key) => {
      frames.delete(key);
    },
    get bytes() {
      return frames.calculatedSize;
    },
    clear: () => {
      frames.clear();
    },
  };
}
