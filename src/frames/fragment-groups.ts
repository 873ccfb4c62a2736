import { ENCAPSULATED_UNCOMPRESSED } from '../dicom/transfer-syntax.ts';
import { areFrames, byCodeStream, startFrames } from './code-stream-groups.ts';
import { hasKnownStarts } from './frame-evidence.ts';
import { byLength } from './frame-length.ts';
import { emptyIndex, frameIndex } from './frame-index.ts';
import type { Encapsulated, FrameGroups } from './frame-groups.ts';
import type { FragmentLayout, LaidOutIndex } from './frame-index.ts';
import { ITEM_HEADER } from './item-walk.ts';
import type { ItemWalk } from './item-walk.ts';
import type { OffsetTable } from './offset-table.ts';
import { salvage } from './salvage.ts';
import { ambiguous, noFragments, reportCount, reportTable, reportWalk } from './pixel-faults.ts';
import type { ReadSteps } from './read-steps.ts';

/**
 * All items are known: an offset table groups them where it agrees with them, else the rules of the
 * standard do (PS3.5 A.4), and where those leave it open, the places where code streams start and end.
 */
export function* groupFragments(
  parts: Encapsulated,
  walk: ItemWalk,
  tables: readonly OffsetTable[],
  firstItem: number,
): ReadSteps<LaidOutIndex> {
  reportWalk(parts, walk);
  const fragments = walk.offsets.length;
  let tabled: FrameGroups | undefined;
  const wrong: OffsetTable[] = [];
  for (const table of tables) {
    tabled = fragments === 0 ? undefined : yield* groupsByTable(parts, walk, table);
    const damaged = walk.ending !== 'delimiter' || walk.suspect === true;
    if (tabled !== undefined && !damaged) break;
    const salvaged = isCutBefore(parts, walk, table)
      ? undefined
      : yield* salvage(parts, table, firstItem, { damaged, needed: tabled === undefined });
    if (salvaged !== undefined) return salvaged;
    if (tabled !== undefined) break;
    wrong.push(table);
  }
  if (fragments === 0) return emptyIndex(noFragments(parts), parts, fragments);
  const groups = tabled ?? (yield* byItems(parts, walk, wrong.length > 0));
  // What the items come to may be what a table says, and Number of Frames is wrong.
  const agreeing = tables.find((table) => groups !== undefined && agrees(walk, table, groups));
  for (const table of wrong) {
    if (table !== agreeing) reportTable(parts, walk, table, groups?.firsts);
  }
  if (groups === undefined) {
    return emptyIndex(ambiguous(parts, fragments), parts, fragments);
  }
  if (tabled !== undefined || tables.length === 0) return laidOut(parts, walk, groups);
  return laidOut(parts, walk, { ...groups, strategy: agreeing?.kind ?? 'repaired' });
}

/** Whether the file ends before the last entry: it was cut, and nothing is behind the gap. */
function isCutBefore(
  { header }: Encapsulated,
  { ending }: ItemWalk,
  { starts }: OffsetTable,
): boolean {
  const last = starts[starts.length - 1] ?? 0;
  return ending === 'end-of-file' && last + ITEM_HEADER >= header.source.size;
}

/** Whether the table has exactly these frames. */
function agrees({ offsets, lengths }: ItemWalk, table: OffsetTable, groups: FrameGroups): boolean {
  const { starts } = table;
  const { firsts } = groups;
  if (starts.length !== firsts.length) return false;
  const walked = { offsets, lengths, ending: 'delimiter' } as const;
  if (!holdsLengths(walked, table, Uint32Array.from(firsts))) return false;
  return starts.every((start, k) => offsets[firsts[k] ?? 0] === start + ITEM_HEADER);
}

/**
 * The fragments were taken for frames because they are as many. Where each starts a code stream, they
 * are frames, however they end; else the code streams group them.
 */
export function* regroupFragments(
  parts: Encapsulated,
  { strategy, confidence }: LaidOutIndex,
  { offsets, lengths, firsts }: FragmentLayout,
): ReadSteps<LaidOutIndex> {
  const last = offsets.length - 1;
  // Their number counts only where the delimiter was reached.
  const end = (offsets[last] ?? 0) + (lengths[last] ?? 0) + ITEM_HEADER;
  const walk: ItemWalk = { offsets, lengths, missing: 0, end, ending: 'delimiter' };
  const counted: FrameGroups = {
    ...{ strategy, confidence },
    firsts: firsts ?? Uint32Array.from(offsets, (_, k) => k),
    whole: firsts?.length ?? offsets.length,
  };
  if (yield* startFrames(parts, walk, counted)) {
    const proved = parts.declared.valid ? 'exact' : confidence;
    return laidOut(parts, walk, { ...counted, confidence: proved });
  }
  const groups = yield* byCodeStream(parts, walk, true);
  if (groups !== undefined) {
    const repaired = strategy === 'repaired';
    return laidOut(parts, walk, repaired ? { ...groups, strategy } : groups);
  }
  // What looks like a frame still is one; each of the others fails by itself.
  return laidOut(parts, walk, { ...counted, confidence: 'guessed', assumed: 'code-streams' });
}

/** A video, which is one stream (PS3.5 8.2.5). */
export function oneStream(parts: Encapsulated, walk: ItemWalk): LaidOutIndex {
  reportWalk(parts, walk);
  if (walk.offsets.length === 0) return emptyIndex(noFragments(parts), parts, 0);
  return laidOut(parts, walk, allFragments(walk, 'video'));
}

/** All fragments as one frame. What is cut off a stream of video leaves a stream. */
function allFragments(
  { ending, missing, fault }: ItemWalk,
  strategy: 'all-fragments' | 'video',
): FrameGroups {
  const complete = ending === 'delimiter' && fault === undefined;
  return {
    strategy,
    confidence: complete ? 'exact' : 'inferred',
    firsts: [0],
    whole: strategy === 'video' || missing === 0 ? 1 : 0,
  };
}

/**
 * By the table, if each of its entries is at an item where a frame starts, or behind the place where
 * the file was cut. With more entries than frames it may list fragments: it does not count. With
 * fewer, nothing tells which frames it leaves out, unless the file was cut behind them.
 */
function* groupsByTable(
  parts: Encapsulated,
  walk: ItemWalk,
  table: OffsetTable,
): ReadSteps<FrameGroups | undefined> {
  const { starts } = table;
  const { declared, header } = parts;
  const frames = declared.valid ? declared.count : starts.length;
  const count = walk.offsets.length;
  const short = starts.length < frames;
  if (starts.length > frames) return undefined;
  if (short && (count === frames || walk.ending === 'delimiter')) return undefined;
  const firsts = startedFragments(walk, starts);
  if (firsts === undefined) return undefined;
  const known = hasKnownStarts(header.transferSyntax);
  const isWhole = isLastComplete(walk, table, firsts, known, header.source.size);
  const isEnded = walk.ending === 'delimiter' && walk.fault === undefined;
  const groups: FrameGroups = {
    strategy: table.kind,
    confidence: short || !isEnded ? 'inferred' : 'exact',
    firsts,
    whole: isWhole ? firsts.length : firsts.length - 1,
    // Whether the last fragment that was found is the last of its frame, its bytes must show.
    assumed: isEnded || !known ? undefined : 'code-streams',
  };
  if (!holdsLengths(walk, table, firsts)) return undefined;
  if (firsts.length === count || frames === 1) return groups;
  if (!known) return { ...groups, confidence: 'inferred' };
  return (yield* areFrames(parts, walk, groups)) ? groups : undefined;
}

/** The fragment at each entry; undefined where there is none, unless the file was cut before it. */
function startedFragments(walk: ItemWalk, starts: Float64Array): Uint32Array | undefined {
  const { offsets, ending, end } = walk;
  const count = offsets.length;
  const firsts = new Uint32Array(starts.length);
  let fragment = 0;
  let found = 0;
  for (const start of starts) {
    while (fragment < count && (offsets[fragment] ?? 0) < start + ITEM_HEADER) fragment++;
    if (fragment < count && offsets[fragment] === start + ITEM_HEADER) {
      // Two frames cannot start at one item, nor the first one behind fragments that are nobody's.
      if (found === 0 ? fragment > 0 : firsts[found - 1] === fragment) return undefined;
      firsts[found++] = fragment;
    } else if (ending === 'delimiter' || start < end) return undefined;
  }
  return found === 0 ? undefined : firsts.subarray(0, found);
}

/**
 * Whether the last frame that was found has all its fragments: they reach the delimiter or the next
 * entry. Else its code stream has to show its end; where none is known, the fragments have to reach
 * exactly the end of the file, where some writers leave the delimiter out.
 */
function isLastComplete(
  { offsets, lengths, ending, end, missing }: ItemWalk,
  { starts, lengths: claimed }: OffsetTable,
  firsts: Uint32Array,
  known: boolean,
  size: number,
): boolean {
  const last = offsets.length - 1;
  const found = firsts.length;
  if (missing > 0) return false;
  const length = claimed?.[found - 1];
  if (length !== undefined) {
    let total = 0;
    for (let k = firsts[found - 1] ?? 0; k <= last; k++) total += lengths[k] ?? 0;
    return total === length || total === length + 1;
  }
  if (found < starts.length) return (offsets[last] ?? 0) + (lengths[last] ?? 0) === starts[found];
  return ending === 'delimiter' || known || (ending === 'end-of-file' && end === size);
}

/** Whether the lengths beside the offsets, where there are any, are those of the fragments, which may be padded. */
function holdsLengths(
  walk: Pick<ItemWalk, 'offsets' | 'lengths' | 'ending'>,
  table: OffsetTable,
  firsts: Uint32Array,
): boolean {
  const { lengths } = table;
  if (lengths === undefined) return true;
  const { offsets, ending } = walk;
  for (let i = 0; i < firsts.length; i++) {
    const end = firsts[i + 1] ?? offsets.length;
    let total = 0;
    for (let k = firsts[i] ?? 0; k < end; k++) total += walk.lengths[k] ?? 0;
    const length = lengths[i] ?? 0;
    const cut = i === firsts.length - 1 && ending !== 'delimiter';
    if (!cut && length !== total && length !== total - 1) return false;
  }
  return true;
}

/** Without a table: by the number of fragments, the length of native frames, or the code streams. */
function* byItems(
  parts: Encapsulated,
  walk: ItemWalk,
  doubted: boolean,
): ReadSteps<FrameGroups | undefined> {
  const { declared, header } = parts;
  const { uid } = header.transferSyntax;
  if (uid === ENCAPSULATED_UNCOMPRESSED) return byLength(parts, walk) ?? byCount(parts, walk);
  if (declared.valid && declared.count === 1) return yield* bySingle(parts, walk, doubted);
  if (!hasKnownStarts(header.transferSyntax)) return byCount(parts, walk);
  const counted = declared.valid ? byCount(parts, walk) : undefined;
  if (counted === undefined) return yield* byCodeStream(parts, walk, doubted);
  // A table of another opinion costs a look at each.
  const looked = doubted && walk.allStart === undefined;
  const allStart = looked ? yield* startFrames(parts, walk, counted) : walk.allStart;
  if (allStart === undefined) return counted;
  if (allStart) return { ...counted, confidence: 'exact', assumed: undefined };
  return (yield* byCodeStream(parts, walk, true)) ?? counted;
}

/** One frame is all there is, whatever its fragments; unless they are several images, each with its start and end. */
function* bySingle(
  parts: Encapsulated,
  walk: ItemWalk,
  doubted: boolean,
): ReadSteps<FrameGroups | undefined> {
  const { offsets, ending, missing } = walk;
  const all = allFragments(walk, 'all-fragments');
  const complete = ending === 'delimiter' && missing === 0 && walk.fault === undefined;
  if (complete && offsets.length === 1) return all;
  // A table says that there are several, and nothing else tells.
  if (!hasKnownStarts(parts.header.transferSyntax)) return doubted ? undefined : all;
  const found = yield* byCodeStream(parts, walk, false);
  if (found !== undefined && found.firsts.length > 1) return found;
  return complete ? all : { ...all, whole: found?.whole ?? 0, assumed: found?.assumed };
}

/**
 * By the number of fragments, where all of them are known. Empty ones are no frame where that makes
 * the number right.
 */
function byCount(parts: Encapsulated, walk: ItemWalk): FrameGroups | undefined {
  const { declared, header } = parts;
  const { offsets, lengths, ending } = walk;
  const count = offsets.length;
  // Of a file that was cut, the fragments may be as many as frames by chance.
  if (ending !== 'delimiter') return undefined;
  const frames = declared.valid ? declared.count : count;
  const filled: number[] = [];
  for (let k = 0; k < count; k++) if (frames === count || (lengths[k] ?? 0) > 0) filled.push(k);
  if (filled.length !== frames) return undefined;
  const known = hasKnownStarts(header.transferSyntax);
  return {
    strategy: 'one-fragment-per-frame',
    confidence: declared.valid && !known ? 'exact' : 'inferred',
    firsts: filled,
    whole: frames,
    assumed: known ? 'number-of-fragments' : undefined,
  };
}

function laidOut(parts: Encapsulated, walk: ItemWalk, groups: FrameGroups): LaidOutIndex {
  const { declared, pixel } = parts;
  const { offsets, lengths, end, ending, missing } = walk;
  const { strategy, confidence, firsts, whole, assumed } = groups;
  const count = firsts.length;
  const fragments = offsets.length;
  if (strategy !== 'video' && count !== declared.count) reportCount(parts, count);
  // Where there are as many fragments as frames, each is one.
  const single = count === fragments;
  const declaredFrames = strategy === 'video' ? 1 : declared.count;
  const cut = ending !== 'delimiter' || whole < Math.max(count, declaredFrames);
  return frameIndex({
    count,
    declaredCount: declared.count,
    counts: {
      declared: declared.written,
      found: whole - emptyFrames(walk, groups),
      byBytes: undefined,
      fragments,
    },
    strategy,
    confidence,
    pixel,
    name: parts.header.name,
    layout: {
      kind: 'fragments',
      offsets,
      lengths,
      firsts: single ? undefined : Uint32Array.from(firsts),
      lost: cut ? { from: whole, at: end, ending, missing } : undefined,
      assumed,
    },
  });
}

/** Frames whose fragments have no bytes: they are not there as a whole, however many are. */
function emptyFrames({ lengths }: ItemWalk, { firsts, whole }: FrameGroups): number {
  let empty = 0;
  for (let i = 0; i < whole; i++) {
    const end = firsts[i + 1] ?? lengths.length;
    let k = firsts[i] ?? end;
    while (k < end && lengths[k] === 0) k++;
    if (k === end) empty++;
  }
  return empty;
}
