import { areSeveral, partsText } from '../collection/part-placement.ts';
import type { FailureJson } from './failures.ts';
import type {
  ConcatenationListing,
  InputListing,
  InstanceListing,
  SeriesListing,
  StudyListing,
} from './listing.ts';
import { partLines, verdictText } from './plan-words.ts';
import { sizeText } from './statistics.ts';
import { cut, displayWidth, padded, printable } from './terminal.ts';

/** Wider descriptions are cut: a column of 200 would push all else off the screen. */
const WIDEST = 40;
/** So many files are named one by one; more of one kind are counted. */
const NAMED = 5;

/** What `ls` shows of one input. */
export function listingText({ name, error, studies, skipped }: InputListing): string {
  if (error !== undefined && studies.length === 0 && skipped.length === 0) return '';
  const lines = [printable(name)];
  const columns = columnWidths(studies.flatMap(({ series }) => series));
  for (const study of studies) {
    lines.push(`  ${studyLine(study)}`);
    for (const series of study.series) {
      lines.push(`    ${seriesLine(series, columns)}`.trimEnd());
      lines.push(...partLines(series.plan).map((line) => `        ${line}`));
      for (const one of series.concatenations ?? [])
        lines.push(`        ${concatenationText(one)}`);
      for (const instance of series.files ?? []) lines.push(`        ${instanceLine(instance)}`);
    }
  }
  lines.push(...skippedLines(skipped));
  return `${lines.join('\n')}\n`;
}

function studyLine({ uid, description, date, patient }: StudyListing): string {
  const who = [patient.name, patient.id === '' ? '' : `(${patient.id})`];
  const parts = [dayText(date), description, who.filter((part) => part !== '').join(' '), uid];
  return `Study  ${present(parts)}`;
}

/** `20240131`, or `2024.01.31` as ACR-NEMA had it (PS3.5 6.2); what is no day stays as it is. */
function dayText(date: string): string {
  const match = /^(\d{4})(\.?)(\d\d)\2(\d\d)$/.exec(date.trim());
  if (match === null) return date;
  const day = `${match[1] ?? ''}-${match[3] ?? ''}-${match[4] ?? ''}`;
  const time = Date.parse(`${day}T00:00:00Z`);
  const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
  return exists ? day : date;
}

function present(parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .map(printable)
    .join('  ');
}

function cells(series: SeriesListing): string[] {
  const { number, modality, description, instances, frames, bytes } = series;
  return [
    number === null ? '-' : String(number),
    cut(printable(modality === '' ? '-' : modality), WIDEST),
    cut(printable(description), WIDEST),
    counted(instances, 'instance'),
    countedFrames(frames),
    sizeText(bytes),
  ];
}

/** Numbers stand on the right of their column, words on the left. */
const SIDES = ['right', 'left', 'left', 'right', 'right', 'right'] as const;

function columnWidths(series: readonly SeriesListing[]): number[] {
  const rows = series.map(cells);
  return SIDES.map((_, k) =>
    rows.reduce((most, row) => Math.max(most, displayWidth(row[k] ?? '')), 0),
  );
}

function seriesLine(series: SeriesListing, widths: readonly number[]): string {
  const row = cells(series).map((cell, k) => padded(cell, widths[k] ?? 0, SIDES[k]));
  return [...row, verdictText(series.plan), printable(series.uid)].join('  ');
}

/** What `ls` says of a concatenation: how much it is of, and what is missing of it or wrong with it. */
function concatenationText(concatenation: ConcatenationListing): string {
  const { instances, frames, missing, issues } = concatenation;
  const least = missing.some((one) => one.frames === null) ? ' at least' : '';
  const size = `${counted(instances, 'instance')}, ${counted(frames, 'frame')}${least}`;
  const faults = [...missing.map(missingText), ...issues.map(contradictionText)];
  const because = faults.length === 0 ? '' : `: ${faults.join('; ')}`;
  return `concatenation of ${size}${because}`;
}

function missingText({ parts, from, frames }: ConcatenationListing['missing'][number]): string {
  if (parts.length === 0 && frames === null) return 'nothing tells whether more frames follow';
  const which = `${partsText(parts)} ${areSeveral(parts) ? 'are' : 'is'}`;
  if (frames === null || frames === 0) return `${which} missing`;
  const place = frames === 1 ? `frame ${from}` : `frames ${from} to ${from + frames - 1}`;
  return `${which} missing (${place})`;
}

function contradictionText({ message, instances }: ConcatenationListing['issues'][number]): string {
  const rest = instances.length - NAMED;
  const more = rest > 0 ? ` and ${rest} more` : '';
  return printable(`${message} (${instances.slice(0, NAMED).join(', ')}${more})`);
}

function instanceLine({ name, frames, bytes, sopInstanceUID }: InstanceListing): string {
  return present([name, countedFrames(frames), sizeText(bytes), sopInstanceUID]);
}

/** What was left out of an input, and why. */
export function skippedLines(skipped: readonly FailureJson[]): string[] {
  const reasons = new Map<string, FailureJson[]>();
  for (const one of skipped) {
    const same = reasons.get(one.code);
    if (same === undefined) reasons.set(one.code, [one]);
    else same.push(one);
  }
  return [...reasons].flatMap(([code, same]) => {
    if (same.length <= NAMED) return same.map((one) => `  left out: ${skippedText(one)}`);
    const names = same.slice(0, NAMED).map(({ name }) => printable(name ?? ''));
    const rest = same.length - NAMED;
    return [`  left out: ${same.length} files, ${code}: ${names.join(', ')} and ${rest} more`];
  });
}

/** A message has its code in front, then the name as the reader knew it: here the name leads. */
function skippedText({ name = '', code, message }: FailureJson): string {
  return printable(`${name}: ${reasonText(name, message, code)} (${code})`);
}

/** The message without its code, nor the name where it has that. */
export function reasonText(name: string, message: string, code: string): string {
  const prefix = `${name}: `;
  const at = message.indexOf(prefix);
  return message.slice(at < 0 ? code.length + 2 : at + prefix.length);
}

/** What a file says that cannot be is not told. */
function countedFrames(frames: number | null): string {
  return frames === null ? '? frames' : counted(frames, 'frame');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
