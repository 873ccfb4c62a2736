import { LRUCache } from 'lru-cache';
import type { Frame } from './frame.ts';

/** Decoded frames, bounded in bytes. A frame longer than the whole cache is not kept. */
export interface FrameCache {
  get(key: string): Frame | undefined;
  /** Whether the frame is held now, and is therefore nobody else's to write to. */
  set(key: string, frame: Frame): boolean;
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
      set: () => false,
      delete: () => undefined,
      bytes: 0,
      clear: () => undefined,
    };
  const frames = new LRUCache<string, Frame>({
    maxSize: maxBytes,
    sizeCalculation: ({ data }) => Math.max(1, data.buffer.byteLength),
  });
  return {
    get: (key) => frames.get(key),
    set: (key, frame) => {
      frames.set(key, compact(frame));
      return frames.has(key);
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

/** Samples in a small part of a large buffer would hold all of it: they get memory of their own. */
function compact(frame: Frame): Frame {
  const { data } = frame;
  return data.buffer.byteLength > 2 * data.byteLength ? ownFrame(frame) : frame;
}

/** The same frame with samples that nobody else holds. */
export function ownFrame(frame: Frame): Frame {
  return { ...frame, data: frame.data.slice() };
}
