import { RLE_HEADER } from '../codecs/code-stream-start.ts';
import { startsFrame } from './frame-evidence.ts';
import type { Encapsulated } from './frame-groups.ts';
import { frameIndex } from './frame-index.ts';
import type { LaidOutIndex } from './frame-index.ts';
import { ITEM_HEADER, walkItems } from './item-walk.ts';
import type { ItemWalk, WalkOptions } from './item-walk.ts';
import { canBeStarts } from './offset-table.ts';
import type { OffsetTable } from './offset-table.ts';
import { JoinedFragments } from './joined-fragments.ts';
import { reportBroken } from './pixel-faults.ts';
import type { ReadSteps } from './read-steps.ts';

/** What the walk through all items came to, and the table. */
export interface SalvageReason {
  /** The walk did not end well: items are broken, and not only the table may lie. */
  readonly damaged: boolean;
  /** Nothing else makes frames of the items. */
  readonly needed: boolean;
}

/**
 * Items are broken inside of frames, and the offset table leads over them: each frame whose items reach
 * exactly from its entry to the next is kept. Undefined where there is no such frame behind a broken one
 * (or, where it is needed, none at all), and where the table alone says that a frame starts at one of its
 * entries: none does, and the items before do not end there.
 */
export function* salvage(
  parts: Encapsulated,
  table: OffsetTable,
  firstItem: number,
  { damaged, needed }: SalvageReason,
): ReadSteps<LaidOutIndex | undefined> {
  const { declared } = parts;
  const { starts } = table;
  const count = starts.length;
  if (!declared.valid || count !== declared.count || !canBeStarts(table, firstItem)) {
    return undefined;
  }
  const offsets: number[] = [];
  const lengths: number[] = [];
  const firsts = new Uint32Array(count);
  const broken = new Map<number, number>();
  let reached = true;
  let isWorthIt = damaged && needed;
  for (const [k, start] of starts.entries()) {
    firsts[k] = offsets.length;
    const walk = yield* walkItems(start, walkOptions(parts, starts[k + 1]));
    const reaches = isWhole(walk, starts[k + 1]);
    const starting = yield* startsHere(parts, walk, starts[k + 1]);
    // Of a chain that is whole, an entry that neither bytes nor items confirm is a lie.
    if (!starting && (reaches || (!reached && !damaged))) return undefined;
    if (reaches) {
      for (const offset of walk.offsets) offsets.push(offset);
      for (const length of walk.lengths) lengths.push(length);
      isWorthIt ||= broken.size > 0;
    } else {
      const last = walk.offsets[walk.offsets.length - 1] ?? 0;
      broken.set(k, walk.missing > 0 ? last - ITEM_HEADER : walk.end);
    }
    reached = reaches;
  }
  // Of a table that most frames speak against, the others are there by chance.
  if (!isWorthIt || broken.size === 0 || 2 * broken.size > count) return undefined;
  reportBroken(parts, broken);
  return salvagedIndex(parts, { offsets, lengths, firsts, broken });
}

interface Salvaged {
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
  readonly firsts: Uint32Array;
  readonly broken: ReadonlyMap<number, number>;
}

function salvagedIndex(
  { header, declared, pixel }: Encapsulated,
  { offsets, lengths, firsts, broken }: Salvaged,
): LaidOutIndex {
  const count = firsts.length;
  const found = count - broken.size;
  return frameIndex({
    count,
    declaredCount: declared.count,
    counts: { declared: declared.written, found, byBytes: undefined, fragments: offsets.length },
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

/** Whether the items lead exactly to the next entry; the last frame's to the delimiter. */
function isWhole({ ending, fault, missing, end }: ItemWalk, next: number | undefined): boolean {
  if (next === undefined) return ending === 'delimiter' && fault === undefined;
  return missing === 0 && ending === 'end-of-file' && end === next;
}

function walkOptions({ header, limits }: Encapsulated, next: number | undefined): WalkOptions {
  const { source, littleEndian } = header;
  const size = Math.min(next ?? source.size, source.size);
  return { size, littleEndian, maxFragments: limits.maxFragments };
}

/** Whether a frame starts here, be it that its first item's length lies. */
function* startsHere(
  { header, pixel }: Encapsulated,
  { offsets, lengths }: ItemWalk,
  next: number | undefined,
): ReadSteps<boolean> {
  const [offset] = offsets;
  if (offset === undefined) return false;
  const { transferSyntax, source } = header;
  const joined = new JoinedFragments(offsets, lengths);
  if (joined.size > 0) {
    const head = yield* joined.read(0, Math.min(RLE_HEADER, joined.size));
    if (startsFrame(head, pixel, transferSyntax)) return true;
  }
  const length = Math.min(RLE_HEADER, (next ?? source.size) - offset, source.size - offset);
  return length > 0 && startsFrame(yield { offset, length }, pixel, transferSyntax);
}
