import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { madeArchive, networkRows } from '../../bench/network.mjs';
import * as framedex from '../../src/node/index.ts';

const root = mkdtempSync(join(tmpdir(), 'framedex-bench-test-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

it('what tasks cost over a network is counted for each reader', async () => {
  const zip = madeArchive(root, { count: 24, matrix: 64 });
  const rows = await networkRows(zip, framedex, 0);
  const requestsOf = (reader: string): (readonly [string, number])[] =>
    rows.filter((row) => row.reader === reader).map(({ task, requests }) => [task, requests]);
  // The whole is 200 KB: the last run of it is brought with the first header.
  const most = new Map(requestsOf('framedex'));
  expect(most.get('list the archive')).toBeLessThanOrEqual(2);
  expect([...most.values()].reduce((sum, count) => sum + count)).toBeLessThanOrEqual(4);
  expect(requestsOf('download').map(([, count]) => count)).toEqual([1, 0, 0, 0]);
  // HEAD, its beginning, its end, its directory; then each member anew.
  const naive = new Map(requestsOf('naive'));
  expect(naive.get('list the archive')).toBeGreaterThan(2);
  expect(naive.get('volume of the series')).toBeGreaterThanOrEqual(24);
});
