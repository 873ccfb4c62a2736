import { ITEM } from '../dicom/element.ts';
import type { Encapsulated } from './frame-groups.ts';
import { frameIndex } from './frame-index.ts';
import type { LaidOutIndex } from './frame-index.ts';
import { ITEM_HEADER, itemHeader, walkItems } from './item-walk.ts';
import type { ItemWalk } from './item-walk.ts';
import { isPlausible } from './offset-table.ts';
import type { OffsetTable } from './offset-table.ts';
import { reportBroken } from './pixel-faults.ts';
import type { ReadSteps } from './read-steps.ts';

/** Chains of items, one behind the other, with gaps between them that nobody understands. */
interface Chains {
  readonly offsets: number[];
  readonly lengths: number[];
  /** Where the last one ends, and with what. */
  end: number;
  ending: ItemWalk['ending'];
}

/**
 * The chain of items is broken, and the offset table leads over the gap: frames whose entries are at
 * items behind it are kept. Those that the gap is in are lost. Undefined where the table does not agree
 * with the items before the gap either.
 */
export function* salvage(
  parts: Encapsulated,
  walk: ItemWalk,
  table: OffsetTable,
): ReadSteps<LaidOutIndex | undefined> {
  const { declared, pixel } = parts;
  const { starts } = table;
  const count = starts.length;
  if (declared.valid && count !== declared.count) return undefined;
  if (!isPlausible(table, (walk.offsets[0] ?? 0) - ITEM_HEADER)) return undefined;
  const chains = { offsets: [...walk.offsets], lengths: [...walk.lengths], ...endOf(walk) };
  const firsts = new Uint32Array(count);
  const broken = new Map<number, number>();
  let fragment = 0;
  for (const [k, start] of starts.entries()) {
    if (start >= chains.end) {
      // What the chain ended in was the frame before.
      if (k > 0 && !broken.has(k - 1)) broken.set(k - 1, chains.end);
      if (!(yield* nextChain(parts, chains, start))) broken.set(k, chains.end);
    }
    while (
      fragment < chains.offsets.length &&
      (chains.offsets[fragment] ?? 0) < start + ITEM_HEADER
    )
      fragment++;
    firsts[k] = fragment;
    if (!broken.has(k) && chains.offsets[fragment] !== start + ITEM_HEADER) return undefined;
  }
  if (chains.ending !== 'delimiter') broken.set(count - 1, chains.end);
  // Nothing was found behind the gap.
  if (chains.offsets.length === walk.offsets.length) return undefined;
  reportBroken(parts, broken);
  return frameIndex({
    count,
    declaredCount: declared.count,
    counts: {
      declared: declared.written,
      found: count - broken.size,
      byBytes: undefined,
      fragments: chains.offsets.length,
    },
    strategy: 'salvaged',
    confidence: 'inferred',
    pixel,
    layout: {
      kind: 'fragments',
      offsets: Float64Array.from(chains.offsets),
      lengths: Uint32Array.from(chains.lengths),
      firsts,
      broken,
      assumed: 'code-streams',
    },
  });
}

/** Walks on from an entry, if an item is there. */
function* nextChain(
  { header, limits }: Encapsulated,
  chains: Chains,
  start: number,
): ReadSteps<boolean> {
  const { source, littleEndian } = header;
  const { size } = source;
  if (start + ITEM_HEADER > size) return false;
  const { tag } = itemHeader(yield { offset: start, length: ITEM_HEADER }, 0, littleEndian);
  if (tag !== ITEM) return false;
  const maxFragments = limits.maxFragments - chains.offsets.length;
  const walk = yield* walkItems(start, { size, littleEndian, maxFragments });
  for (const offset of walk.offsets) chains.offsets.push(offset);
  for (const length of walk.lengths) chains.lengths.push(length);
  Object.assign(chains, endOf(walk));
  return true;
}

function endOf({ end, ending }: ItemWalk): Pick<Chains, 'end' | 'ending'> {
  return { end, ending };
}
