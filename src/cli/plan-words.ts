import { uidName } from '../node/index.ts';
import type { PlanIssue, PlanIssueCode, VolumePlan } from '../node/index.ts';
import { PLAN_ISSUE_WORDS } from './plan-issue-words.ts';
import { sizeText } from './statistics.ts';
import { printable } from './terminal.ts';

/** As much of a plan as there are words for; the JSON of one is enough. */
export interface PlanInWords extends Pick<
  VolumePlan,
  'verdict' | 'reasons' | 'labels' | 'samples' | 'byteLength'
> {
  readonly size: readonly number[];
  readonly spacing: readonly number[];
  readonly parts: readonly PlanInWords[];
}

/** So many files are named of an issue. */
const NAMED = 5;
/** So many issues of one code are written out. */
const MOST_ISSUES = 20;
/** So many parts have lines of their own. */
const MOST_PARTS = 8;

/** What a series would be as a volume, in one line. */
export function verdictText(plan: PlanInWords): string {
  const { reasons } = plan;
  const codecs = reasons.filter(({ code }) => code === 'NO_CODEC').map(codecText);
  const why = byCode(reasons.filter(({ code }) => code !== 'NO_CODEC')).map(issuesText);
  const because = why.length === 0 ? '' : `: ${why.join('; ')}`;
  const but = codecs.length === 0 ? '' : `, but ${codecs.join('; ')}`;
  return `${gridText(plan)}${because}${but}`;
}

/** `volume 512 x 512 x 222, 0.7 x 0.7 x 1.25 mm`. */
function gridText({ verdict, size, spacing, parts }: PlanInWords): string {
  const columnsRowsSlices = size.join(' x ');
  const runs =
    parts.length === 0 ? '' : `, ${parts.length} regular ${parts.length === 1 ? 'run' : 'runs'}`;
  switch (verdict) {
    case 'volume':
      return `volume ${columnsRowsSlices}, ${spacing.map(rounded).join(' x ')} mm`;
    case 'stack':
      return `stack of ${columnsRowsSlices}${runs}`;
    case 'none':
      return parts.length === 0 ? 'no volume' : `${parts.length} parts`;
  }
}

/** `no codec for JPEG 2000 Image Compression` is what the plan says, for programs too. */
function codecText({ message }: PlanIssue): string {
  const syntax = message.replace(/^no codec for /, '');
  return `${printable(uidName(syntax) ?? syntax)} is not decoded`;
}

/** Issues of one code, summed up. */
function issuesText(same: readonly PlanIssue[]): string {
  const [first] = same;
  const message = printable(first?.message ?? '');
  if (same.length === 1) return message;
  if (first?.code === 'UNEVEN_SPACING') return gapsText(same);
  if (first?.code === 'MISSING_SLICES') return missingText(same);
  const values = new Set(same.map((reason) => reason.message));
  if (values.size === 1) return `${message} (${same.length} times)`;
  return `${message}, and ${same.length - 1} more such`;
}

/** Distances that differ from the usual one. */
function gapsText(same: readonly PlanIssue[]): string {
  const gaps = same.map(({ value }) => value ?? 0);
  // As many as the series has slices: too many to be arguments.
  const [least, most] = [Math.min, Math.max].map((extreme) =>
    gaps.reduce((a, b) => extreme(a, b)).toFixed(3),
  );
  const usual = same[0]?.usual;
  const range =
    least === most
      ? `${gaps.length} distances of ${most} mm`
      : `distances of ${least} to ${most} mm`;
  return usual === undefined ? range : `${range}, ${usual.toFixed(3)} mm is usual`;
}

function missingText(same: readonly PlanIssue[]): string {
  const missing = same.reduce((sum, { count = 1 }) => sum + count, 0);
  return `${missing} slices are missing, in ${same.length} places`;
}

/**
 * Its parts, a line each, with the number that `part` takes; of more than a few, those that follow each other and are alike
 * share one, as the times of a series in four dimensions do. Empty where it has none.
 */
export function partLines({ parts }: PlanInWords): string[] {
  return [...partRuns(parts).map(({ name, text }) => `${name}: ${text}`), ...restLines(parts)];
}

interface PartRun {
  readonly from: number;
  readonly to: number;
  /** `part 3 (4.92 ms)`, `parts 0 to 299 (time 1 of 300 ... time 300 of 300)`. */
  readonly name: string;
  readonly text: string;
}

function partRuns(parts: readonly PlanInWords[]): PartRun[] {
  return allRuns(parts)
    .slice(0, MOST_PARTS)
    .map(({ from, to, text }) => {
      const labels = [...new Set([labelText(parts[from]), labelText(parts[to])])];
      const by = labels.filter((label) => label !== '').join(' ... ');
      const which = from === to ? `part ${from}` : `parts ${from} to ${to}`;
      return { from, to, text, name: by === '' ? which : `${which} (${by})` };
    });
}

function allRuns(parts: readonly PlanInWords[]): Omit<PartRun, 'name'>[] {
  const runs: { from: number; to: number; text: string }[] = [];
  for (const [k, part] of parts.entries()) {
    const text = verdictText(part);
    const last = runs[runs.length - 1];
    // Many of a kind, and what is nothing, take one line.
    const together = parts.length > MOST_PARTS || part.verdict === 'none';
    if (together && last?.text === text) last.to = k;
    else runs.push({ from: k, to: k, text });
  }
  return runs;
}

function restLines(parts: readonly PlanInWords[]): string[] {
  const next = allRuns(parts)[MOST_PARTS]?.from;
  return next === undefined ? [] : [`and ${parts.length - next} more parts`];
}

/** `4.92 ms, magnitude`: by what a part differs from the others. */
export function labelText(part: Pick<PlanInWords, 'labels'> | undefined): string {
  return printable((part?.labels ?? []).map(({ value }) => value).join(', '));
}

/**
 * All that there is to say of a plan: what it is, every issue with its numbers and its files, what it means and what
 * can be done about it, then its parts.
 *
 * @param explained - Codes whose meaning was told before; those that are told here are added.
 */
export function planLines(
  plan: PlanInWords,
  explained: Set<PlanIssueCode> = new Set<PlanIssueCode>(),
): string[] {
  const { reasons, parts } = plan;
  const lines = [headLine(plan)];
  for (const same of byCode(reasons)) lines.push(...issueLines(same, explained).map(indented));
  for (const { from, to, name } of partRuns(parts)) {
    const [head = '', ...more] = planLines(parts[from] ?? plan, explained);
    lines.push(indented(`${name}: ${head}`));
    if (more.length > 0 && from !== to) lines.push(indented(indented(`of part ${from}:`)));
    lines.push(...more.map(indented));
  }
  return [...lines, ...restLines(parts).map(indented)];
}

function headLine(plan: PlanInWords): string {
  const { samples, byteLength, verdict } = plan;
  if (samples === undefined || verdict === 'none') return gridText(plan);
  return `${gridText(plan)}, ${samples}, ${sizeText(byteLength)}`;
}

function indented(line: string): string {
  return `  ${line}`;
}

/** Issues of one code, and once what they mean. */
function issueLines(same: readonly PlanIssue[], explained: Set<PlanIssueCode>): string[] {
  const code = same[0]?.code;
  if (code === undefined) return [];
  const lines = same.slice(0, MOST_ISSUES).map((issue) => {
    const files = filesText(issue);
    return printable(`${code}: ${issue.message}${files === '' ? '' : `: ${files}`}`);
  });
  const rest = same.slice(MOST_ISSUES);
  if (rest.length > 0) lines.push(`${code}: and ${rest.length} more: ${issuesText(rest)}`);
  if (explained.has(code)) return lines;
  explained.add(code);
  const { meaning, advice } = PLAN_ISSUE_WORDS[code];
  return [...lines, `  meaning  ${meaning}`, `  advice   ${advice}`];
}

/** `IM0013, IM0014`; of frames `head.dcm frame 12, head.dcm frame 13`. */
function filesText({ instances, frames }: PlanIssue): string {
  const names = instances.slice(0, NAMED).map((name, k) => {
    const frame = frames?.[k];
    return frame === undefined ? name : `${name} frame ${frame}`;
  });
  const rest = instances.length - NAMED;
  return `${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function byCode(reasons: readonly PlanIssue[]): PlanIssue[][] {
  const groups = new Map<PlanIssueCode, PlanIssue[]>();
  for (const issue of reasons) {
    const same = groups.get(issue.code);
    if (same === undefined) groups.set(issue.code, [issue]);
    else same.push(issue);
  }
  return [...groups.values()];
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}
