import { RLE_HEADER } from '../codecs/code-stream-start.ts';
import { startsFrame } from './frame-evidence.ts';
import type { Encapsulated } from './frame-groups.ts';
import { frameIndex } from './frame-index.ts';
import type { LaidOutIndex } from './frame-index.ts';
import { ITEM_HEADER, walkItems } from './item-walk.ts';
import { isPlausible } from './offset-table.ts';
import type { OffsetTable } from './offset-table.ts';
import { reportBroken } from './pixel-faults.ts';
import type { ReadSteps } from './read-steps.ts';

/**
 * Items are broken inside of frames, and the offset table leads over them: each frame whose items reach
 * exactly from its entry to the next is kept. Undefined where no such frame lies behind a broken one, or
 * where the table alone says that a frame starts at one of its entries: none does, and the items before
 * do not end there.
 */
export function* salvage(
  parts: Encapsulated,
  table: OffsetTable,
  firstItem: number,
): ReadSteps<LaidOutIndex | undefined> {
  const { declared, pixel, header, limits } = parts;
  const { littleEndian, source, transferSyntax } = header;
  const { maxFragments } = limits;
  const { starts } = table;
  const count = starts.length;
  if (!declared.valid || count !== declared.count || !isPlausible(table, firstItem)) {
    return undefined;
  }
  const offsets: number[] = [];
  const lengths: number[] = [];
  const firsts = new Uint32Array(count);
  const broken = new Map<number, number>();
  let reached = true;
  let isWorthIt = false;
  for (const [k, start] of starts.entries()) {
    firsts[k] = offsets.length;
    const next = starts[k + 1];
    const size = Math.min(next ?? source.size, source.size);
    const walk = yield* walkItems(start, { size, littleEndian, maxFragments });
    const [first] = walk.offsets;
    if (first !== undefined) {
      const length = Math.min(RLE_HEADER, walk.lengths[0] ?? 0);
      const head = length === 0 ? undefined : yield { offset: first, length };
      if (head !== undefined && !startsFrame(head, pixel, transferSyntax)) return undefined;
    } else if (!reached && start < source.size) return undefined;
    reached =
      next === undefined
        ? walk.ending === 'delimiter'
        : walk.missing === 0 && walk.ending === 'end-of-file' && walk.end === next;
    if (reached) {
      for (const offset of walk.offsets) offsets.push(offset);
      for (const length of walk.lengths) lengths.push(length);
      isWorthIt ||= broken.size > 0;
    } else {
      const last = walk.offsets[walk.offsets.length - 1] ?? 0;
      broken.set(k, walk.missing > 0 ? last - ITEM_HEADER : walk.end);
    }
  }
  if (!isWorthIt) return undefined;
  reportBroken(parts, broken);
  const fragments = offsets.length;
  const found = count - broken.size;
  return frameIndex({
    count,
    declaredCount: declared.count,
    counts: { declared: declared.written, found, byBytes: undefined, fragments },
    strategy: 'salvaged',
    confidence: 'inferred',
    pixel,
    name: header.name,
    layout: {
      kind: 'fragments',
      offsets: Float64Array.from(offsets),
      lengths: Uint32Array.from(lengths),
      firsts,
      broken,
      assumed: 'code-streams',
    },
  });
}
