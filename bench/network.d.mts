import type * as framedex from '../src/node/index.ts';

/** What one task cost with one reader. */
export interface NetworkRow {
  readonly task: string;
  readonly reader: string;
  readonly requests: number;
  readonly bytes: number;
  readonly ms: number;
}

export function networkRows(
  path: string,
  reading: typeof framedex,
  latency: number,
): Promise<readonly NetworkRow[]>;

/** Writes an archive of a series of slices. */
export function madeArchive(
  folder: string,
  size: { readonly count: number; readonly matrix: number },
): string;
