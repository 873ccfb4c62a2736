import type { Series } from '../collection/series.ts';
import type { PlanIssue, PlanIssueCode } from '../node/index.ts';
import { planListing } from './listing.ts';
import type { PlanListing } from './listing.ts';
import { PLAN_ISSUE_WORDS } from './plan-issue-words.ts';
import type { PlanIssueWords } from './plan-issue-words.ts';
import { planLines } from './plan-words.ts';
import { printable } from './terminal.ts';

/** What there is to say of a series as a volume. */
export interface SeriesDiagnosis {
  /** Of the folder or archive. */
  readonly name: string;
  readonly kind: 'series';
  readonly uid: string;
  readonly study: string;
  readonly number: number | null;
  readonly modality: string;
  readonly description: string;
  readonly instances: number;
  readonly plan: ExplainedPlan;
}

/** A plan whose reasons say what they mean. */
export interface ExplainedPlan extends Omit<PlanListing, 'reasons' | 'parts'> {
  readonly reasons: readonly (PlanIssue & PlanIssueWords)[];
  readonly parts: readonly ExplainedPlan[];
}

/** How series are counted: those that are taken apart are a kind of their own. */
export type SeriesKind = 'volume' | 'stack' | 'parts' | 'none';

export function diagnoseSeries(series: Series, name: string): SeriesDiagnosis {
  const { uid, study, modality, description, instances } = series;
  return {
    ...{ name, kind: 'series', uid, study },
    number: instances[0]?.dataset.get('SeriesNumber') ?? null,
    ...{ modality, description, instances: instances.length },
    plan: explained(planListing(series.plan())),
  };
}

function explained({ reasons, parts, ...plan }: PlanListing): ExplainedPlan {
  return {
    ...plan,
    reasons: reasons.map((reason) => ({ ...reason, ...PLAN_ISSUE_WORDS[reason.code] })),
    parts: parts.map(explained),
  };
}

export function kindOfSeries({ plan: { verdict, parts } }: SeriesDiagnosis): SeriesKind {
  return verdict === 'none' && parts.length > 0 ? 'parts' : verdict;
}

/** What such images are: as a volume there is nothing to expect of them, and nothing wrong with them. */
const EXPECTED: ReadonlySet<PlanIssueCode> = new Set([
  'NO_PIXELS',
  'ONE_SLICE',
  'MULTI_FRAME',
  'COLOUR',
]);

/** Whether there is something about the series that somebody who builds a volume has to know. */
export function isRemarkable({ plan: { reasons, parts } }: SeriesDiagnosis): boolean {
  return parts.length > 0 || reasons.some(({ code }) => !EXPECTED.has(code));
}

/**
 * What `doctor` shows of a series.
 *
 * @param told - Codes whose meaning was told before; those that are told here are added.
 */
export function seriesText(diagnosis: SeriesDiagnosis, told: Set<PlanIssueCode>): string {
  const { name, number, modality, description, uid, plan } = diagnosis;
  const facts = [number === null ? '' : String(number), modality, description, uid];
  const title = ['series', ...facts].filter((fact) => fact !== '').join('  ');
  const [head = '', ...more] = planLines(plan, told);
  return `${[`${printable(`${name}: ${title}`)}: ${head}`, ...more].join('\n')}\n`;
}
