import type { ErrorCode } from '../errors.ts';
import { uidName } from '../node/index.ts';
import type { Diagnosis, FrameDiagnosis, Subject, UnreadableFrames, Verdict } from './diagnosis.ts';
import { tagAndKeyword } from './failures.ts';
import type { FaultWords } from './fault-words.ts';
import { countsText } from './frame-words.ts';
import type { DeflatedMember, MeasuredCost, ReadingCost } from './reading-cost.ts';
import type { PlanIssueCode } from '../node/index.ts';
import type { SeriesKind } from './series-diagnosis.ts';
import { sizeText } from './statistics.ts';
import { printable } from './terminal.ts';
import type { WarningGroup } from './warning-groups.ts';

const VERDICTS: Readonly<Record<Verdict, string>> = {
  sound: 'nothing wrong was found',
  tolerated: 'can be read, with faults',
  incomplete: 'something cannot be read',
  unreadable: 'cannot be read',
  other: 'no image',
};

/** In which they are counted up. */
const ORDER: readonly Verdict[] = ['sound', 'tolerated', 'incomplete', 'unreadable', 'other'];

/** So many different sentences of one code are shown. */
const MOST_CASES = 3;

/** With what faults mean, or without, where that is said later for many files. */
export type Detail = 'full' | 'short';

/** What `doctor` shows of one file. */
export function diagnosisText(diagnosis: Diagnosis, detail: Detail): string {
  const { name, size, verdict, error, warnings, warningCount, frames, bytesBehind } = diagnosis;
  const { checksum, cost } = diagnosis;
  const bytes = size === undefined ? '' : `  ${sizeText(size)}`;
  const lines = [`${printable(name)}${bytes}: ${VERDICTS[verdict]}`];
  if (error !== undefined) {
    lines.push(row('error', printable(`${error.code}: ${error.message}`)));
    if (detail === 'full') lines.push(...wordLines(error).map(indented));
  }
  for (const run of frames?.unreadable ?? []) {
    lines.push(row('not read', unreadableText(run)));
    if (detail === 'full') lines.push(...wordLines(run).map(indented));
  }
  lines.push(...warnings.flatMap((group) => faultLines(group, detail)));
  const more = warningCount - warnings.reduce((sum, { count }) => sum + count, 0);
  if (more > 0) lines.push(row('', `and ${counted(more, 'more fault')}, not kept`));
  if (frames !== undefined) lines.push(...frameLines(diagnosis, frames));
  if (bytesBehind !== undefined) {
    const were =
      bytesBehind === 1 ? 'byte behind the pixel data was' : 'bytes behind the pixel data were';
    lines.push(row('behind', `${bytesBehind} ${were} not looked at`));
  }
  if (checksum !== undefined) lines.push(row('checksum', CHECKSUMS[checksum]));
  if (cost !== undefined) lines.push(...costLines(cost));
  return `${lines.join('\n')}\n`;
}

const CHECKSUMS: Readonly<Record<NonNullable<Diagnosis['checksum']>, string>> = {
  right: 'that of the archive is right',
  wrong: 'that of the archive is wrong',
  none: 'none: nothing tells whether all bytes are as they were',
};

function faultLines(group: WarningGroup, detail: Detail): string[] {
  const { code, cases, count } = group;
  const shown = cases.slice(0, MOST_CASES);
  const lines = shown.map(({ message, tag, offset, count: times }, k) => {
    const element = tag === undefined ? '' : ` in ${tagAndKeyword(tag)}`;
    const place = times === 1 ? `at byte ${offset}` : `${times} times, first at byte ${offset}`;
    return row(k === 0 ? 'fault' : '', printable(`${code}: ${message}${element}, ${place}`));
  });
  const rest = count - shown.reduce((sum, one) => sum + one.count, 0);
  if (rest > 0) lines.push(row('', `${code}: and ${rest} more`));
  if (detail === 'full') lines.push(...wordLines(group).map(indented));
  return lines;
}

function wordLines({ meaning, advice, done }: FaultWords): string[] {
  const lines = [`meaning  ${meaning}`];
  if (done !== undefined) lines.push(`done     ${done}`);
  return [...lines, `advice   ${advice}`];
}

function indented(line: string): string {
  return row('', `  ${line}`);
}

function frameLines({ transferSyntax = '', decoder }: Diagnosis, frames: FrameDiagnosis): string[] {
  const { count, declaredCount, counts, strategy, unreadable } = frames;
  const encoding = `${uidName(transferSyntax) ?? 'unknown'} (${printable(transferSyntax)})`;
  const lines = [row('encoding', `${encoding}${decoder === undefined ? '' : DECODERS[decoder]}`)];
  if (strategy === 'none' && unreadable.length === 0) {
    return [...lines, row('frames', `none: ${printable(frames.explanation)}`)];
  }
  const isWhole = strategy === 'video' || counts.found >= declaredCount;
  const number = isWhole ? String(count) : `${counts.found} of ${declaredCount}`;
  const accounts = countsText(frames);
  lines.push(row('frames', accounts === undefined ? number : `${number}: ${accounts}`));
  return strategy === 'none' ? lines : [...lines, row('known by', frames.explanation)];
}

const DECODERS: Readonly<Record<NonNullable<Diagnosis['decoder']>, string>> = {
  native: '',
  'built in': ', decoded by a codec of framedex',
  package: ', decoded by the package dcmjs-codecs',
  missing: ': decoded once the package dcmjs-codecs is installed; given as they are encoded',
  unknown: ', decoded where the frames say what they are',
  none: ': no codec decodes it, so frames are given as they are encoded',
};

/** `frames 16 to 29: the pixel data ends in frame 16, at byte 4711`. */
function unreadableText(frames: UnreadableFrames): string {
  const { from, to, code, message, end, available = 0 } = frames;
  const which = from === to ? `frame ${from}` : `frames ${from} to ${to}`;
  if (end === undefined) {
    const isNamed = from === to && message.startsWith(`${which} `);
    return printable(`${isNamed ? message : `${which}: ${message}`} (${code})`);
  }
  const where = available > 0 ? `ends in frame ${from}` : `ends before frame ${from}`;
  return `${which}: the pixel data ${where}, at byte ${end} (${code})`;
}

function costLines(cost: ReadingCost): string[] {
  const { open, proof, frame, frames, requests, fragmentsPerFrame, inflated } = cost;
  const lines = [row('cost', `opening: ${readsText(open)} (measured)`)];
  if (proof !== undefined) {
    lines.push(
      row('', `before the first frame, once: ${readsText(proof)}, to see all items (measured)`),
    );
  }
  if (frame !== undefined && frames !== undefined && inflated !== 'data set') {
    const { first, median, largest } = frame;
    const even = first === median && median === largest;
    const bytes = even
      ? sizeText(first)
      : `${sizeText(first)} for the first, ${sizeText(median)} the median, ${sizeText(largest)} the largest`;
    const { least, most } = fragmentsPerFrame ?? { least: 1, most: 1 };
    const many = least === most ? String(most) : `${least} to ${most}`;
    const fragments = most > 1 ? `, ${many} fragments a frame` : '';
    const read = requests === undefined ? '1 read' : `${requestsText(requests.frame)} at most`;
    lines.push(row('', `a frame: ${read}, ${bytes}${fragments} (computed)`));
    if (frames.count > 1) {
      const all = { reads: frames.count, bytes: frames.bytes };
      const order =
        requests === undefined ? '' : `; in order about ${requestsText(requests.frames)}`;
      lines.push(row('', `all ${frames.count} frames: ${readsText(all)}${order} (computed)`));
    }
  }
  if (inflated === 'data set' && frame !== undefined) {
    lines.push(
      row('', 'a frame: no read; the data set is deflated, and opening inflated all of it'),
    );
  } else if (inflated !== undefined && inflated !== 'data set' && frame !== undefined) {
    const { size, compressed, by } = inflated;
    const what = `inflating ${sizeText(compressed)} to ${sizeText(size)}`;
    const rungs = RUNGS[by];
    lines.push(
      row('', `deflated in the archive: ${rungs.first} ${what}${rungs.then[0]}`),
      ...rungs.then.slice(1).map((more) => row('', more)),
      row('', 'the computed figures above are of what it inflates to'),
    );
  }
  return lines;
}

/** Which frame takes inflating all of a member, and what the others take. */
const RUNGS: Readonly<
  Record<DeflatedMember['by'], { readonly first: string; readonly then: readonly string[] }>
> = {
  whole: { first: 'a frame takes', then: [', once while that stays in the cache;'] },
  checkpoints: {
    first: 'frames in order take',
    then: [
      ' in passing;',
      'the first one out of order once more, and then a frame takes a stretch of a MiB or some;',
    ],
  },
  spool: {
    first: 'frames in order take',
    then: [' in passing;', 'the first one out of order once more, to a temporary file;'],
  },
};

function readsText({ reads, bytes, requests, bytesReceived }: MeasuredCost): string {
  const text = `${reads} ${reads === 1 ? 'read' : 'reads'}, ${sizeText(bytes)}`;
  if (requests === undefined || bytesReceived === undefined) return text;
  return `${text}; ${requestsText(requests)}, ${sizeText(bytesReceived)} received`;
}

function requestsText(requests: number): string {
  return `${requests} ${requests === 1 ? 'request' : 'requests'}`;
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(10)}${text}`;
}

/** A fault that was met, and how often. */
interface TalliedFault {
  readonly code: ErrorCode;
  words: FaultWords;
  readonly subjects: Record<Subject, number>;
  times: number;
}

/** What was found in many files. */
export interface Tally {
  reports: number;
  /** The first name that cannot be read in full. */
  failed: string | undefined;
  /** Some file has frames. */
  hasFrames: boolean;
  readonly verdicts: Readonly<Record<Subject, Record<Verdict, number>>>;
  /** By code and meaning. */
  readonly faults: Map<string, TalliedFault>;
  readonly series: Record<SeriesKind, number>;
  /** Issues of plans whose meaning was told. */
  readonly told: Set<PlanIssueCode>;
}

export function createTally(): Tally {
  const none = { sound: 0, tolerated: 0, incomplete: 0, unreadable: 0, other: 0 };
  return {
    reports: 0,
    failed: undefined,
    hasFrames: false,
    verdicts: { file: { ...none }, archive: { ...none }, folder: { ...none } },
    faults: new Map(),
    series: { volume: 0, stack: 0, parts: 0, none: 0 },
    told: new Set(),
  };
}

/** A fault with its code. */
type CodedWords = FaultWords & { readonly code: ErrorCode };

export function addToTally(tally: Tally, diagnosis: Diagnosis): void {
  const { name, kind, verdict, error, warnings, frames } = diagnosis;
  tally.reports++;
  tally.verdicts[kind][verdict]++;
  if (verdict === 'incomplete' || verdict === 'unreadable') tally.failed ??= name;
  tally.hasFrames ||= (frames?.count ?? 0) > 0;
  const met = new Set<TalliedFault>();
  const add = (fault: CodedWords, times: number): void => {
    met.add(tallied(tally, fault, times));
  };
  if (error !== undefined && verdict !== 'other') add(error, 1);
  for (const frame of frames?.unreadable ?? []) add(frame, 1);
  for (const group of warnings) add(group, group.count);
  for (const { subjects } of met) subjects[kind]++;
}

function tallied({ faults }: Tally, fault: CodedWords, times: number): TalliedFault {
  const { code, meaning, advice, done } = fault;
  const key = `${code} ${meaning}`;
  const subjects = { file: 0, archive: 0, folder: 0 };
  const known = faults.get(key) ?? { code, words: { meaning, advice }, subjects, times: 0 };
  known.times += times;
  // What is tolerated in one file may end the reading of another.
  if (done !== undefined) known.words = { meaning, advice, done };
  faults.set(key, known);
  return known;
}

/** What a report without `--check` says nothing about. */
export const NOT_DECODED = 'No frame was decoded; --check reads and decodes each.\n';

const SERIES_KINDS: readonly (readonly [SeriesKind, string])[] = [
  ['volume', 'a regular volume'],
  ['stack', 'a stack of slices, no regular grid'],
  ['parts', 'to be taken apart'],
  ['none', 'no volume'],
];

const SUBJECTS: readonly Subject[] = ['file', 'archive', 'folder'];

/** `2 of 5 files`, or the name of the one, cannot be read in full; undefined where all can. */
export function failedText({ failed, verdicts }: Tally): string | undefined {
  if (failed === undefined) return undefined;
  const failures = SUBJECTS.flatMap((subject) => {
    const { sound, tolerated, incomplete, unreadable, other } = verdicts[subject];
    const number = incomplete + unreadable;
    const all = number + sound + tolerated + other;
    return number === 0 ? [] : [{ number, text: `${number} of ${counted(all, subject)}` }];
  });
  const isOne = failures.reduce((sum, { number }) => sum + number, 0) === 1;
  return isOne ? failed : failures.map(({ text }) => text).join(' and ');
}

/**
 * How many files of which kind, and what their faults mean, the most frequent first.
 *
 * @param check whether frames were read
 */
export function summaryText({ verdicts, faults, series }: Tally, check: boolean): string {
  const lines = SUBJECTS.flatMap((subject) => verdictLines(subject, verdicts[subject]));
  for (const [kind, words] of SERIES_KINDS) {
    if (series[kind] > 0) lines.push(`${series[kind]} series: ${words}`);
  }
  if (!check) lines.push(NOT_DECODED.trimEnd());
  const total = ({ subjects }: TalliedFault): number =>
    SUBJECTS.reduce((sum, subject) => sum + subjects[subject], 0);
  const sorted = [...faults.values()].sort((a, b) => total(b) - total(a));
  for (const { code, subjects, times, words } of sorted) {
    const where = SUBJECTS.filter((subject) => subjects[subject] > 0)
      .map((subject) => counted(subjects[subject], subject))
      .join(' and ');
    lines.push('', `${code}  in ${where}, ${timesText(times)}`);
    lines.push(...wordLines(words).map((line) => `  ${line}`));
  }
  return `${lines.join('\n')}\n`;
}

function verdictLines(subject: Subject, verdicts: Readonly<Record<Verdict, number>>): string[] {
  return ORDER.filter((verdict) => verdicts[verdict] > 0).map(
    (verdict) => `${counted(verdicts[verdict], subject)}: ${VERDICTS[verdict]}`,
  );
}

function timesText(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
