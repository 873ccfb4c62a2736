import type { FailureJson } from './failures.ts';
import type { InputListing, InstanceListing, SeriesListing, StudyListing } from './listing.ts';
import { sizeText } from './statistics.ts';
import { cut, displayWidth, padded, printable } from './terminal.ts';

/** Wider descriptions are cut: a column of 200 would push all else off the screen. */
const WIDEST = 40;
/** So many skipped files are named one by one; more of one reason are counted. */
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
      for (const instance of series.files ?? []) lines.push(`        ${instanceLine(instance)}`);
    }
  }
  lines.push(...skippedLines(skipped));
  return `${lines.join('\n')}\n`;
}

function studyLine({ uid, description, date, patient }: StudyListing): string {
  const day = date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  const who = [patient.name, patient.id === '' ? '' : `(${patient.id})`];
  const parts = [day, description, who.filter((part) => part !== '').join(' '), uid];
  return `Study  ${present(parts)}`;
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
    counted(frames, 'frame'),
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

/** What the series would be as a volume, in words. */
function verdictText({ verdict, size, spacing, reasons }: SeriesListing['plan']): string {
  const measures = `${size.join(' x ')}, ${spacing.map(rounded).join(' x ')} mm`;
  const why = [...new Map(reasons.map((reason) => [reason.code, reason])).keys()].map((code) => {
    const same = reasons.filter((reason) => reason.code === code);
    const message = printable(same[0]?.message ?? code);
    return same.length > 1 ? `${message} (${same.length} times)` : message;
  });
  const because = why.length === 0 ? '' : `: ${why.join('; ')}`;
  switch (verdict) {
    case 'volume':
      return `volume ${measures}${because}`;
    case 'stack':
      return `stack of ${size.join(' x ')}${because}`;
    case 'none':
      return `no volume${because}`;
  }
}

function instanceLine({ name, frames, bytes, sopInstanceUID }: InstanceListing): string {
  return present([name, counted(frames, 'frame'), sizeText(bytes), sopInstanceUID]);
}

function skippedLines(skipped: readonly FailureJson[]): string[] {
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
  const prefix = `${name}: `;
  const at = message.indexOf(prefix);
  const reason = message.slice(at < 0 ? code.length + 2 : at + prefix.length);
  return printable(`${name}: ${reason} (${code})`);
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
