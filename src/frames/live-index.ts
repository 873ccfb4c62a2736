import type { FrameIndex, LaidOutIndex } from './frame-index.ts';

/**
 * An index that is always what is known by now: `current` is. `ranges` holds a table against the items
 * first, where that costs next to nothing.
 */
export function liveIndex(current: () => LaidOutIndex, ranges: FrameIndex['ranges']): FrameIndex {
  return {
    get count() {
      return current().count;
    },
    get declaredCount() {
      return current().declaredCount;
    },
    get counts() {
      return current().counts;
    },
    get strategy() {
      return current().strategy;
    },
    get confidence() {
      return current().confidence;
    },
    get pixel() {
      return current().pixel;
    },
    ranges,
  };
}
