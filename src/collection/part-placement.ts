import type { Keyword } from '../dicom/tag-values.ts';
import type { Instance } from './instance.ts';

/** What of a concatenation is not as PS3.3 C.7.6.16.2.2 has it. */
export type ConcatenationIssueCode =
  | 'DUPLICATE_PART'
  | 'FRAME_COUNT'
  | 'FRAME_OFFSET'
  | 'MIXED_PIXELS'
  | 'PART_NUMBER'
  | 'PART_TOTAL'
  | 'UNPLACED_PART';

/** One of them, for people and for programs. */
export interface ConcatenationIssue {
  readonly code: ConcatenationIssueCode;
  readonly message: string;
  /** Names of the instances concerned. */
  readonly instances: readonly string[];
}

/** An instance of a concatenation, and which frames of the whole are in it. */
export interface ConcatenationPart {
  readonly instance: Instance;
  /** In-concatenation Number, counted from 1; undefined where there is none that can be. */
  readonly number: number | undefined;
  /** Its first frame, counted from 0 over the whole. */
  readonly from: number;
  /** How many frames it has. */
  readonly count: number;
}

/** In-concatenation Numbers that follow each other, both ends included. */
export interface PartNumbers {
  readonly from: number;
  readonly to: number;
}

/** Parts that are not there, all between the same neighbours, or frames that nothing counts. */
export interface MissingParts {
  /**
   * Their In-concatenation Numbers, ascending: however many a file claims, runs of them. Empty where
   * nothing tells them, as of a last part without a usable Number of Frames, which may have more.
   */
  readonly numbers: readonly PartNumbers[];
  /** Their first frame. */
  readonly from: number;
  /** How many frames they have; undefined behind the last part, where nothing tells. */
  readonly count: number | undefined;
}

/** Which frames are where. */
export interface Placement {
  /** In the order of their frames. */
  readonly parts: readonly ConcatenationPart[];
  readonly missing: readonly MissingParts[];
  readonly issues: readonly ConcatenationIssue[];
}

/** The parts that have a place. */
interface PlacedParts {
  readonly parts: readonly ConcatenationPart[];
  /** Whether it is known where the frames end that are there. */
  readonly hasEnd: boolean;
}

/** What an instance says of its place. */
interface Claim {
  readonly instance: Instance;
  readonly number: number | undefined;
  readonly total: number | undefined;
  readonly offset: number | undefined;
  readonly frames: number | undefined;
}

/**
 * Finds the place of each part. Concatenation Frame Offset Number is what the standard numbers frames
 * by: it counts wherever all parts have one and no two of them claim the same frame, and what the
 * numbers of the parts say against it is an issue. Otherwise the numbers count, from 1 up to the first that
 * is missing: each part starts behind the frames of those before it. What is behind cannot be placed: it
 * is named, and no frame of it is given under a number that may be another's.
 */
export function placeParts(instances: readonly Instance[]): Placement {
  const issues: ConcatenationIssue[] = [];
  const report: Report = (code, message, about) => {
    issues.push({ code, message, instances: about.map(({ instance }) => instance.name) });
  };
  const claims = withoutCopies(instances.map(claimOf), 'number and offset', report);
  checkTotals(claims, report);
  checkFrames(claims, report);
  checkPixels(claims, report);
  const { parts, hasEnd } = byOffsets(claims) ?? byNumbers(claims, report);
  const ordered = isAscending(parts);
  if (!ordered) {
    const message =
      'In-concatenation Numbers are not in the order of the frame offsets, which count';
    report('PART_NUMBER', message, parts);
  }
  const missing = missingBetween(parts, ordered, report);
  const numbers = numbersBehind(parts, claims, ordered, report);
  if (numbers === undefined && hasEnd) return { parts, missing, issues };
  const behind = { numbers: numbers ?? [], from: endOf(parts), count: undefined };
  return { parts, missing: [...missing, behind], issues };
}

type Report = (
  code: ConcatenationIssueCode,
  message: string,
  about: readonly { readonly instance: Instance }[],
) => void;

function claimOf(instance: Instance): Claim {
  const { dataset } = instance;
  // Number of Frames may stand behind the place where a header was cut; where Rows follows, it is absent.
  const one = dataset.has('NumberOfFrames') || !dataset.has('Rows') ? undefined : 1;
  return {
    instance,
    number: within(dataset.get('InConcatenationNumber'), 1, 0xffff),
    total: within(dataset.get('InConcatenationTotalNumber'), 1, 0xffff),
    offset: within(dataset.get('ConcatenationFrameOffsetNumber'), 0, 0xffffffff),
    frames: within(dataset.get('NumberOfFrames'), 1, 0x7fffffff) ?? one,
  };
}

/** A file may write a number in any VR: a fraction, or no number, counts nothing. */
function within(value: number | undefined, least: number, most: number): number | undefined {
  const fits = Number.isInteger(value) && value !== undefined && value >= least && value <= most;
  return fits ? value : undefined;
}

/** Of parts of one number, at one offset or at any, the first counts. */
function withoutCopies(
  claims: readonly Claim[],
  same: 'number' | 'number and offset',
  report: Report,
): Claim[] {
  const kept = new Map<unknown, Claim>();
  const copies = new Map<number, Claim[]>();
  for (const claim of claims) {
    const { number, offset } = claim;
    const key = same === 'number' ? number : `${number} at ${offset}`;
    if (number === undefined) kept.set(claim, claim);
    else if (!kept.has(key)) kept.set(key, claim);
    else {
      const others = copies.get(number);
      if (others === undefined) copies.set(number, [claim]);
      else others.push(claim);
    }
  }
  for (const [number, others] of copies) {
    report('DUPLICATE_PART', `part ${number} is there more than once, the first counts`, others);
  }
  return [...kept.values()];
}

/** All parts where their offsets say, unless one has none, or two claim the same frame. */
function byOffsets(claims: readonly Claim[]): PlacedParts | undefined {
  const parts: ConcatenationPart[] = [];
  const sorted = [...claims].sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
  for (const [k, { instance, number, offset, frames }] of sorted.entries()) {
    if (offset === undefined) return undefined;
    const end = sorted[k + 1]?.offset;
    const count = frames ?? (end === undefined ? 1 : end - offset);
    if (end !== undefined && (end <= offset || offset + count > end)) return undefined;
    parts.push({ instance, number, from: offset, count });
  }
  return { parts, hasEnd: sorted[sorted.length - 1]?.frames !== undefined };
}

/** The parts from number 1 on, one behind the other, as long as none is missing. */
function byNumbers(claims: readonly Claim[], report: Report): PlacedParts {
  const unique = withoutCopies(claims, 'number', report);
  const byNumber = new Map(unique.map((claim) => [claim.number, claim]));
  const parts: ConcatenationPart[] = [];
  let isCounted = true;
  for (let number = 1; isCounted; number++) {
    const claim = byNumber.get(number);
    if (claim === undefined) break;
    const { instance, frames } = claim;
    parts.push({ instance, number, from: endOf(parts), count: frames ?? 1 });
    isCounted = frames !== undefined;
  }
  const message =
    'frame offsets are absent or contradict each other: the numbers of the parts count';
  report('FRAME_OFFSET', message, claims);
  const last = parts.length;
  const unplaced = unique.filter(({ number }) => number === undefined || number > last);
  if (unplaced.length > 0) {
    report('UNPLACED_PART', 'nothing tells which frames these parts have', unplaced);
  }
  return { parts, hasEnd: isCounted && unplaced.length === 0 };
}

/** The frame behind the last that has a place. */
function endOf(parts: readonly ConcatenationPart[]): number {
  const last = parts[parts.length - 1];
  return last === undefined ? 0 : last.from + last.count;
}

function isAscending(parts: readonly ConcatenationPart[]): boolean {
  return parts.every(
    ({ number }, k) => number !== undefined && number > (parts[k - 1]?.number ?? 0),
  );
}

/** What the offsets leave out must be what the numbers leave out. */
function missingBetween(
  parts: readonly ConcatenationPart[],
  ordered: boolean,
  report: Report,
): MissingParts[] {
  const missing: MissingParts[] = [];
  let from = 0;
  let next = 1;
  for (const part of parts) {
    const numbers = ordered ? runBetween(next - 1, part.number ?? next) : [];
    const count = part.from - from;
    if (count > 0 || numbers.length > 0) missing.push({ numbers, from, count });
    if (ordered && count > 0 !== numbers.length > 0) {
      const message =
        count > 0
          ? `the frame offsets leave out ${count} frame${count === 1 ? '' : 's'}, the numbers no part`
          : 'the numbers leave out a part, the frame offsets no frames';
      report('FRAME_OFFSET', message, [part]);
    }
    from = part.from + part.count;
    next = (part.number ?? next) + 1;
  }
  return missing;
}

/** Numbers of parts behind the last that has a place; undefined where none is missing there. */
function numbersBehind(
  parts: readonly ConcatenationPart[],
  claims: readonly Claim[],
  ordered: boolean,
  report: Report,
): PartNumbers[] | undefined {
  const total = claims.reduce((most, claim) => Math.max(most, claim.total ?? 0), 0);
  if (!ordered) {
    if (total <= claims.length) return undefined;
    report('PART_TOTAL', `${claims.length} of ${total} parts are there`, parts);
    return [];
  }
  const last = parts[parts.length - 1]?.number ?? 0;
  const present = claims.flatMap(({ number }) => ((number ?? 0) > last ? (number ?? 0) : []));
  const numbers: PartNumbers[] = [];
  let before = last;
  for (const number of present.sort((a, b) => a - b)) {
    numbers.push(...runBetween(before, number));
    before = number;
  }
  numbers.push(...runBetween(before, total + 1));
  return numbers.length === 0 ? undefined : numbers;
}

/** The numbers between two others, where there are any. */
function runBetween(before: number, behind: number): PartNumbers[] {
  return behind - before > 1 ? [{ from: before + 1, to: behind - 1 }] : [];
}

/** Whether these are the numbers of several parts. */
export function areSeveral([first, ...others]: readonly PartNumbers[]): boolean {
  return others.length > 0 || (first !== undefined && first.to > first.from);
}

/** Numbers of parts for people: `a part`, `part 2`, `parts 2 to 4`, `parts 2, 5 to 7`. */
export function partsText(numbers: readonly PartNumbers[]): string {
  if (numbers.length === 0) return 'a part';
  const runs = numbers.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
  return `${areSeveral(numbers) ? 'parts' : 'part'} ${runs.join(', ')}`;
}

function checkTotals(claims: readonly Claim[], report: Report): void {
  const totals = new Set(claims.flatMap(({ total }) => total ?? []));
  const least = [...totals].reduce((a, b) => Math.min(a, b), Infinity);
  const beyond = claims.filter(({ number }) => number !== undefined && number > least);
  if (totals.size > 1) {
    report('PART_TOTAL', 'the parts differ in how many of them there are', claims);
  } else if (beyond.length > 0) {
    report('PART_TOTAL', `a number beyond the total of ${least}`, beyond);
  }
}

function checkFrames(claims: readonly Claim[], report: Report): void {
  const uncounted = claims.filter(({ frames }) => frames === undefined);
  if (uncounted.length === 0) return;
  report('FRAME_COUNT', 'Number of Frames has no number that can be', uncounted);
}

/** What all parts must have in common, for the frames to be those of one image. */
const PIXEL_KEYWORDS: readonly Keyword[] = [
  'SamplesPerPixel',
  'PhotometricInterpretation',
  'Rows',
  'Columns',
  'BitsAllocated',
  'BitsStored',
  'HighBit',
  'PixelRepresentation',
];

function checkPixels(claims: readonly Claim[], report: Report): void {
  for (const keyword of PIXEL_KEYWORDS) {
    const [first, ...others] = claims.filter(({ instance }) => instance.dataset.has(keyword));
    const usual = first?.instance.dataset.get(keyword);
    const different = others.filter(({ instance }) => instance.dataset.get(keyword) !== usual);
    if (different.length > 0) {
      report('MIXED_PIXELS', `${keyword} is not that of the other parts`, different);
    }
  }
}
