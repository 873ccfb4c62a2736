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

export async function doctorJson(...args: string[]): Promise<{ code: number; records: Told[] }> {
  const { code, out } = await cli(['doctor', ...args, '--json']);
  return { code, records: JSON.parse(out) as Told[] };
}
