/** What `framedex doctor --json` says, as far as tests look at it. */
import { cli } from '../cli/run-cli.ts';

/** What it says of one file, archive or folder. */
export interface Told {
  readonly name: string;
  readonly kind: string;
  readonly size: number;
  readonly verdict: string;
  readonly opened: boolean;
  readonly error?: { readonly code: string; readonly message: string; readonly meaning: string };
  readonly transferSyntax: string;
  readonly warnings: { code: string; count: number; meaning: string; done: string }[];
  readonly frames: {
    readonly count: number;
    readonly counts: Record<string, number | null>;
    readonly unreadable: { from: number; to: number; code: string; offset: number }[];
  };
  readonly bytesBehind?: number;
  readonly checksum?: string;
  readonly cost: {
    readonly open: { reads: number; bytes: number };
    readonly frame: { first: number; median: number; largest: number };
    readonly frames: { count: number; bytes: number };
    readonly fragmentsPerFrame: { least: number; most: number };
    readonly inflated?: unknown;
  };
}

/** What it says of a series. */
export interface ToldOfSeries {
  readonly name: string;
  readonly kind: 'series';
  readonly number: number | null;
  readonly plan: {
    readonly verdict: string;
    readonly reasons: { code: string; instances: string[]; meaning: string; advice: string }[];
    readonly parts: unknown[];
  };
}

/** Records of files, archives and folders, and those of series, which stand behind them. */
export async function doctorJson(
  ...args: string[]
): Promise<{ code: number; records: Told[]; series: ToldOfSeries[] }> {
  const { code, out } = await cli(['doctor', ...args, '--json']);
  const all = JSON.parse(out) as (Told | ToldOfSeries)[];
  const isSeries = (one: Told | ToldOfSeries): one is ToldOfSeries => one.kind === 'series';
  return {
    code,
    records: all.filter((one): one is Told => !isSeries(one)),
    series: all.filter(isSeries),
  };
}
