import { codeStreamFamily, RLE_HEADER } from '../codecs/code-stream-start.ts';
import type { Header } from '../dicom/header.ts';
import { ENCAPSULATED_UNCOMPRESSED, RLE_LOSSLESS } from '../dicom/transfer-syntax.ts';
import { groupFragments } from './fragment-groups.ts';
import { walkFragments } from './fragment-walk.ts';
import { frameFamily, hasKnownStarts } from './frame-evidence.ts';
import type { Encapsulated } from './frame-groups.ts';
import { emptyIndex } from './frame-index.ts';
import type { LaidOutIndex } from './frame-index.ts';
import { byLength } from './frame-length.ts';
import { walkItems } from './item-walk.ts';
import type { ItemWalk } from './item-walk.ts';
import { JoinedFragments } from './joined-fragments.ts';
import type { OffsetTable } from './offset-table.ts';
import { ambiguous, reportWalk } from './pixel-faults.ts';
import type { ReadSteps } from './read-steps.ts';

/** What starts like a code stream; a table that lies may look like an RLE header. */
export function startsStream({ transferSyntax }: Header, bytes: Uint8Array): boolean {
  const family = codeStreamFamily(bytes);
  return family !== undefined && (family !== 'rle' || transferSyntax.uid === RLE_LOSSLESS);
}

/** Some leave the item of the offset table out. */
export function* withoutTable(parts: Encapsulated, start: number): ReadSteps<LaidOutIndex> {
  const { header, element } = parts;
  const message = 'the pixel data starts with a fragment, there is no offset table item';
  header.warnings.report('OFFSET_TABLE', message, start, element.tag);
  return yield* groupFragments(parts, yield* walkFragments(parts, start), [], start);
}

/**
 * The index with the first item as a fragment. No offset table that can be starts like this item, and
 * with it the frames come out: it is the start of a code stream, or what native frames miss. Undefined
 * where it is as long as a table would be, or the frames are as many as declared without it. Where
 * nothing can tell, the fragments are ambiguous.
 */
export function* firstFragment(
  parts: Encapsulated,
  items: ItemWalk,
  tables: readonly OffsetTable[],
  start: number,
): ReadSteps<LaidOutIndex | undefined> {
  const { header, declared, pixel, limits } = parts;
  const { transferSyntax, source, littleEndian } = header;
  const { maxFragments } = limits;
  const whole = yield* walkItems(start, { size: source.size, littleEndian, maxFragments });
  if (hasKnownStarts(transferSyntax) && transferSyntax.uid !== ENCAPSULATED_UNCOMPRESSED) {
    const joined = new JoinedFragments(whole.offsets, whole.lengths);
    const head = yield* joined.read(0, Math.min(RLE_HEADER, joined.size));
    const starts = frameFamily(transferSyntax, pixel, head) !== undefined;
    return starts ? yield* withoutTable(parts, start) : undefined;
  }
  const length = whole.lengths[0] ?? 0;
  const fragments = items.offsets.length;
  if (transferSyntax.uid === ENCAPSULATED_UNCOMPRESSED) {
    const others = byLength(parts, items)?.firsts.length;
    if (others === declared.count) return undefined;
    const completes = byLength(parts, whole)?.firsts.length === declared.count;
    // It may be a table nevertheless, and Number of Frames be wrong.
    const isTable = others !== undefined && tables.some(({ starts }) => isAscending(starts));
    if (completes && isTable) return undecided(parts, items);
    if (completes) return yield* withoutTable(parts, start);
  } else if (declared.count > 1 && fragments === declared.count) return undefined;
  if (length === 4 * declared.count) return undefined;
  return undecided(parts, items);
}

function undecided(parts: Encapsulated, items: ItemWalk): LaidOutIndex {
  reportWalk(parts, items);
  const fragments = items.offsets.length;
  return emptyIndex(ambiguous(parts, fragments), parts, fragments);
}

function isAscending(starts: Float64Array): boolean {
  return starts.every((start, k) => start > (starts[k - 1] ?? 0));
}
