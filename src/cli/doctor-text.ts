import type { ErrorCode } from '../errors.ts';
import { uidName } from '../node/index.ts';
import type {
  Diagnosis,
  FrameDiagnosis,
  UnreadableFrames,
  Verdict,
  WarningGroup,
} from './diagnosis.ts';
import { tagAndKeyword } from './failures.ts';
import { faultWords } from './fault-words.ts';
import type { FaultWords } from './fault-words.ts';
import { countsText } from './frame-words.ts';
import type { ReadingCost } from './reading-cost.ts';
import { sizeText } from './statistics.ts';
import { printable } from './terminal.ts';

const VERDICTS: Readonly<Record<Verdict, string>> = {
  sound: 'nothing wrong was found',
  tolerated: 'can be read, with faults',
  incomplete: 'something cannot be read',
  unreadable: 'cannot be read',
  other: 'no image',
};

/** So many different sentences of one code are shown. */
const MOST_CASES = 3;

/** With what faults mean, or without, where that is said later for many files. */
export type Detail = 'full' | 'short';

/** What `doctor` shows of one file. */
export function diagnosisText(diagnosis: Diagnosis, detail: Detail): string {
  const { name, size, verdict, error, warnings, warningCount, frames, cost } = diagnosis;
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
  const kept = warnings.reduce((sum, { count }) => sum + count, 0);
  if (warningCount > kept) lines.push(row('', `and ${warningCount - kept} more faults, not kept`));
  if (frames !== undefined) lines.push(...frameLines(diagnosis, frames));
  if (cost !== undefined) lines.push(...costLines(cost));
  return `${lines.join('\n')}\n`;
}

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
  none: ': no codec yet, so frames are given as they are encoded',
};

/** `frames 16 to 29: the pixel data ends in frame 16, at byte 4711`. */
function unreadableText(frames: UnreadableFrames): string {
  const { from, to, code, message, end, available = 0 } = frames;
  const which = from === to ? `frame ${from}` : `frames ${from} to ${to}`;
  if (end === undefined) return printable(`${which}: ${message} (${code})`);
  const where = available > 0 ? `ends in frame ${from}` : `ends before frame ${from}`;
  return `${which}: the pixel data ${where}, at byte ${end} (${code})`;
}

function costLines(cost: ReadingCost): string[] {
  const { open, proof, frame, frames, fragmentsPerFrame, inflated } = cost;
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
    lines.push(row('', `a frame: 1 read, ${bytes}${fragments} (computed)`));
    if (frames.count > 1) {
      lines.push(row('', `all ${frames.count} frames: ${readsText(frames)} (computed)`));
    }
  }
  if (inflated === 'data set' && frame !== undefined) {
    lines.push(
      row('', 'a frame: no read; the data set is deflated, and opening inflated all of it'),
    );
  } else if (inflated !== undefined && inflated !== 'data set') {
    const { size, compressed } = inflated;
    lines.push(
      row(
        '',
        `deflated in the archive: a frame takes inflating ${sizeText(compressed)} to ${sizeText(size)},`,
      ),
      row('', 'once while that stays in the cache; the figures above are of what it inflates to'),
    );
  }
  return lines;
}

function readsText({ reads, bytes }: { readonly reads: number; readonly bytes: number }): string {
  return `${reads} ${reads === 1 ? 'read' : 'reads'}, ${sizeText(bytes)}`;
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(10)}${text}`;
}

/** How often a fault was met, and whether it was tolerated. */
interface TalliedFault {
  files: number;
  times: number;
  tolerated: boolean;
}

/** What was found in many files. */
export interface Tally {
  files: number;
  /** The first file that cannot be read in full. */
  failed: string | undefined;
  readonly verdicts: Record<Verdict, number>;
  readonly faults: Map<ErrorCode, TalliedFault>;
}

export function createTally(): Tally {
  return {
    files: 0,
    failed: undefined,
    verdicts: { sound: 0, tolerated: 0, incomplete: 0, unreadable: 0, other: 0 },
    faults: new Map(),
  };
}

export function addToTally(tally: Tally, diagnosis: Diagnosis): void {
  const { name, verdict, error, warnings, frames } = diagnosis;
  tally.files++;
  if (verdict === 'incomplete' || verdict === 'unreadable') tally.failed ??= name;
  tally.verdicts[verdict]++;
  const times = new Map<ErrorCode, number>();
  const add = (code: ErrorCode, more: number): void => {
    times.set(code, (times.get(code) ?? 0) + more);
  };
  if (error !== undefined && verdict !== 'other') add(error.code, 1);
  for (const { code } of frames?.unreadable ?? []) add(code, 1);
  for (const { code, count } of warnings) add(code, count);
  for (const [code, more] of times) {
    const known = tally.faults.get(code) ?? { files: 0, times: 0, tolerated: false };
    known.files++;
    known.times += more;
    known.tolerated ||= warnings.some((group) => group.code === code);
    tally.faults.set(code, known);
  }
}

/**
 * How many files of which kind, and what their faults mean, the most frequent first.
 *
 * @param check whether frames were read
 */
export function summaryText({ files, verdicts, faults }: Tally, check: boolean): string {
  const { sound, tolerated, incomplete, unreadable, other } = verdicts;
  const kinds = [
    sound > 0 ? `${counted(sound, 'file')}: nothing to say` : '',
    tolerated > 0 ? `${counted(tolerated, 'file')}: can be read, with faults` : '',
    incomplete > 0 ? `${counted(incomplete, 'file')}: something cannot be read` : '',
    unreadable > 0 ? `${counted(unreadable, 'file')}: cannot be read` : '',
    other > 0 ? `${counted(other, 'file')}: no image` : '',
  ];
  const lines = files === 0 ? ['no file'] : kinds.filter((kind) => kind !== '');
  if (!check) lines.push('No pixel was read; --check reads and decodes every frame.');
  const sorted = [...faults].sort(([, a], [, b]) => b.files - a.files);
  for (const [code, found] of sorted) {
    lines.push('', `${code}  in ${counted(found.files, 'file')}, ${timesText(found.times)}`);
    const { meaning, advice } = faultWords(code);
    const words = found.tolerated ? faultWords(code) : { meaning, advice };
    lines.push(...wordLines(words).map((line) => `  ${line}`));
  }
  return `${lines.join('\n')}\n`;
}

function timesText(times: number): string {
  return times === 1 ? 'once' : `${times} times`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
