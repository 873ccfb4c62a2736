import type { RankCriteria } from '../collection/rank-series.ts';
import type { Series } from '../collection/series.ts';
import { rankSeries } from '../node/index.ts';
import type { RankReason, RankedSeries } from '../node/index.ts';
import type { FailureJson } from './failures.ts';
import { planListing } from './listing.ts';
import type { PlanListing } from './listing.ts';
import { skippedLines } from './listing-text.ts';
import { labelText, verdictText } from './plan-words.ts';
import { printable } from './terminal.ts';

/** The series of one input, the best first, as `--rank --json` has it. */
export interface RankedListing {
  readonly name: string;
  /** Why nothing of it could be read. */
  readonly error?: FailureJson | undefined;
  readonly ranked: readonly RankedEntry[];
  readonly skipped: readonly FailureJson[];
}

/** A series, or a part of one. */
export interface RankedEntry {
  readonly uid: string;
  readonly study: string;
  readonly number: number | null;
  readonly modality: string;
  readonly description: string;
  /** Null: the series as a whole. */
  readonly part: number | null;
  readonly eligible: boolean;
  readonly reasons: readonly RankReason[];
  readonly plan: PlanListing;
}

export function rankedEntries(
  series: readonly Series[],
  criteria: RankCriteria | undefined,
): RankedEntry[] {
  return rankSeries(series, criteria).map(entryOf);
}

function entryOf({ series, part, plan, eligible, reasons }: RankedSeries): RankedEntry {
  const { uid, study, modality, description, instances } = series;
  return {
    ...{ uid, study, modality, description },
    number: instances[0]?.dataset.get('SeriesNumber') ?? null,
    part: part ?? null,
    ...{ eligible, reasons },
    plan: planListing(plan),
  };
}

/** What `ls --rank` shows of one input: two lines for each, what it is and why it stands there. */
export function rankingText({ name, error, ranked, skipped }: RankedListing): string {
  if (error !== undefined && ranked.length === 0 && skipped.length === 0) return '';
  const lines = [printable(name)];
  for (const [k, entry] of ranked.entries()) {
    const place = entry.eligible ? `${k + 1}.` : '-';
    lines.push(`  ${place.padEnd(4)}${entryText(entry)}`, `      ${whyText(entry)}`);
  }
  return `${[...lines, ...skippedLines(skipped)].join('\n')}\n`;
}

function entryText({ uid, number, modality, description, part, plan }: RankedEntry): string {
  const label = labelText(plan);
  const which = part === null ? '' : `part ${part}${label === '' ? '' : ` (${label})`}`;
  const names = [number === null ? '-' : String(number), modality, description, which];
  return [...names.map(printable), verdictText(plan), printable(uid)]
    .filter((one) => one !== '')
    .join('  ');
}

/** First what is against it. */
function whyText({ reasons, eligible }: RankedEntry): string {
  const messages = (met: boolean): string =>
    reasons
      .filter((one) => one.met === met)
      .map(({ message }) => printable(message))
      .join('; ');
  return eligible ? messages(true) : `not chosen: ${messages(false)}`;
}
