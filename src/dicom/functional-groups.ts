import type { Dataset, Element } from './dataset.ts';
import { parseElementPath } from './element-path.ts';
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
   * for in the macros, in the first of one item that has it; a path names the macro:
   * `get('ImagePositionPatient')` and `get('PlanePositionSequence.0.ImagePositionPatient')` are alike.
   * Standard attributes inside private sequences are not those of the frame: only a path leads there.
   */
  get<K extends Keyword>(keyword: K): TagValues<Dataset>[K] | undefined;
  get<P extends `${string}.${string}`>(path: P): ElementAt<P, Dataset> | undefined;
  get(tag: TagLike): unknown;
  /** Where it stands and what it is, as `dataset.element` gives it. */
  element(tag: TagLike): Element | undefined;
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
    element: (like) => holder(groups, dataset, like)?.element(like),
    has: (like) => holder(groups, dataset, like) !== undefined,
  };
}

/**
 * One attribute of `count` frames, as {@link FrameAttributes.get} gives it. Where all frames share
 * it, it is read once, and is the same value throughout.
 */
export function frameColumn(dataset: Dataset, like: TagLike, count: number): unknown[] {
  // What names no element is said of no frames too.
  parseElementPath(like);
  const shared = itemOf(dataset, SHARED, 0);
  const common = once(() => holder(shared === undefined ? [] : [shared], dataset, like)?.get(like));
  const own = functionalGroupCount(dataset);
  const values: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const group = i < own ? itemOf(dataset, PER_FRAME, i) : undefined;
    const found = group === undefined ? undefined : within(group, like);
    values.push(found === undefined ? common() : found.get(like));
  }
  return values;
}

/**
 * Several attributes of the first `count` frames, as the functional groups have them: the frame's own, then the shared
 * ones; undefined where these say nothing, whatever the object says. Each frame is gone to once.
 */
export function groupColumns(
  dataset: Dataset,
  likes: readonly TagLike[],
  count: number,
): unknown[][] {
  const shared = itemOf(dataset, SHARED, 0);
  const own = functionalGroupCount(dataset);
  const columns = likes.map((like) => {
    const values: unknown[] = [];
    const common = once(() => (shared === undefined ? undefined : within(shared, like)?.get(like)));
    return { like, values, common };
  });
  for (let i = 0; i < count; i++) {
    const group = i < own ? itemOf(dataset, PER_FRAME, i) : undefined;
    for (const { like, values, common } of columns) {
      const found = group === undefined ? undefined : within(group, like);
      values.push(found === undefined ? common() : found.get(like));
    }
  }
  return columns.map(({ values }) => values);
}

/** What no frame needs is not looked at: it may be at fault. */
function once(read: () => unknown): () => unknown {
  let result: { readonly value: unknown } | undefined;
  return () => (result ??= { value: read() }).value;
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

/** The same of one group of macros: a path starts there, an element is in one of them. */
function within(group: Dataset, like: TagLike): Dataset | undefined {
  if (group.has(like)) return group;
  const { steps, element } = parseElementPath(like);
  if (steps.length > 0) return undefined;
  if (typeof element === 'number') return firstItemWith(group, element);
  for (const { items } of group) if (items?.length === 1 && items[0]?.has(like)) return items[0];
  return undefined;
}
