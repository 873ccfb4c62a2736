import type { Dataset } from './dataset.ts';
import { isPath } from './element-path.ts';
import type { ElementAt } from './element-path.ts';
import { tagOf } from './dictionary.ts';
import { firstItemWith, itemCount, itemOf } from './recorded-dataset.ts';
import type { Keyword, TagValues } from './tag-values.ts';
import type { TagLike } from './tag.ts';

const SHARED = 0x52009229;
const PER_FRAME = 0x52009230;

/**
 * The attributes of one frame: those of its functional groups, then those that all frames share, then
 * those of the object itself (PS3.3 C.7.6.16). Of an object without functional groups they are its own.
 */
export interface FrameAttributes {
  /**
   * The value of an attribute, wherever it stands, as `dataset.get` gives it. A keyword or tag is looked
   * for in the groups, in the first that has it; a path names the group: with both,
   * `get('ImagePositionPatient')` and `get('PlanePositionSequence.0.ImagePositionPatient')` are alike.
   */
  get<K extends Keyword>(keyword: K): TagValues<Dataset>[K] | undefined;
  get<P extends `${string}.${string}`>(path: P): ElementAt<P, Dataset> | undefined;
  get(tag: TagLike): unknown;
  has(tag: TagLike): boolean;
}

/** How many frames have functional groups of their own; 0 where the object has none. */
export function functionalGroupCount(dataset: Dataset): number {
  return itemCount(dataset, PER_FRAME);
}

/** The attributes of frame `i`, counted from 0. Nothing is made of the other frames. */
export function frameAttributes(dataset: Dataset, i: number): FrameAttributes {
  const groups = groupsOf(dataset, i);
  return {
    get: (like: TagLike) => holder(groups, dataset, like)?.get(like) as never,
    has: (like) => holder(groups, dataset, like) !== undefined,
  };
}

/**
 * One attribute of `count` frames, as {@link FrameAttributes.get} gives it. Where all frames share
 * it, it is read once, and is the same value throughout.
 */
export function frameColumn(dataset: Dataset, like: TagLike, count: number): unknown[] {
  const shared = itemOf(dataset, SHARED, 0);
  const common = holder(shared === undefined ? [] : [shared], dataset, like)?.get(like);
  const values = new Array<unknown>(count).fill(common);
  const own = Math.min(count, functionalGroupCount(dataset));
  for (let i = 0; i < own; i++) {
    const group = itemOf(dataset, PER_FRAME, i);
    const found = group === undefined ? undefined : within(group, like);
    if (found !== undefined) values[i] = found.get(like);
  }
  return values;
}

/**
 * The item of a functional group macro of frame `i`: the frame's own, else the one that all share
 * (PS3.3 C.7.6.16.1).
 */
export function frameMacro(dataset: Dataset, i: number, macro: Keyword): Dataset | undefined {
  const tag = tagOf(macro);
  for (const group of groupsOf(dataset, i)) {
    const item = itemOf(group, tag, 0);
    if (item !== undefined) return item;
  }
  return undefined;
}

function groupsOf(dataset: Dataset, i: number): readonly Dataset[] {
  return [itemOf(dataset, PER_FRAME, i), itemOf(dataset, SHARED, 0)].filter(
    (group) => group !== undefined,
  );
}

/** The data set that has the element. */
function holder(groups: readonly Dataset[], dataset: Dataset, like: TagLike): Dataset | undefined {
  for (const group of groups) {
    const found = within(group, like);
    if (found !== undefined) return found;
  }
  return dataset.has(like) ? dataset : undefined;
}

/** The same of one group of macros: a path starts there, a tag is in one of its items. */
function within(group: Dataset, like: TagLike): Dataset | undefined {
  if (group.has(like)) return group;
  return isPath(like) ? undefined : firstItemWith(group, tagOf(like));
}
