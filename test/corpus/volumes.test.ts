import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Series } from '../../src/collection/series.ts';
import { openArchive, openFolder } from '../../src/node/index.ts';
import { corpusFiles } from '../support/corpus.ts';
import { SERIES_ZIPS } from '../support/corpus-series.ts';
import { stackedVolumes, whyNoPython } from '../support/python-readers.ts';

const found = corpusFiles('volumes of real series, beside pydicom and the hashes of their frames');
const corpus = process.env['FRAMEDEX_CORPUS'] ?? '';
const noPydicom = whyNoPython(['pydicom', 'numpy']);
if (found.length > 0 && noPydicom !== undefined) {
  console.warn(`SKIPPED: volumes of real series: ${noPydicom}.`);
}

/** Of the same series, archived in other ways. */
const OTHER_ZIPS = [
  ...['series_datadesc.zip', 'series_stored.zip', 'series_streamed.zip', 'series_zip64.zip'],
  'series_zip64_stored.zip',
];

interface ExpectedFile {
  readonly file: string;
  readonly frames?: readonly { readonly sha?: string }[];
}

describe.skipIf(found.length === 0)('volumes of real series', () => {
  it.skipIf(noPydicom !== undefined)(
    'P12 out of archives have the stored values that pydicom and numpy stack',
    async () => {
      const zips = [...SERIES_ZIPS, ...OTHER_ZIPS].filter((zip) =>
        existsSync(join(corpus, 'zips', zip)),
      );
      const ours: Record<string, string> = {};
      const asked: [string, string[]][] = [];
      for (const zip of zips) {
        const path = join(corpus, 'zips', zip);
        await using archive = await openArchive(path);
        const series = (await archive.series()).filter(isStack);
        asked.push([path, series.map(({ uid }) => uid)]);
        for (const one of series) {
          ours[`${path} ${one.uid}`] = sha256((await one.volume()).data);
        }
      }
      expect(ours).toEqual(stackedVolumes(asked));
      expect(Object.keys(ours)).toHaveLength(12);
    },
    60_000,
  );

  it('P12 of files have the frames that independent decoders find, slice by slice', async () => {
    const manifest = readFileSync(join(corpus, 'manifest.json'), 'utf8');
    const expected = new Map(
      (JSON.parse(manifest) as ExpectedFile[]).map(({ file, frames = [] }) => [file, frames]),
    );
    const wrong: string[] = [];
    let slices = 0;
    await using folder = await openFolder(join(corpus, 'files'));
    for (const series of await folder.series()) {
      const plan = series.plan();
      const plans = plan.verdict === 'none' ? [...plan.parts.keys()] : [undefined];
      for (const part of plans) {
        const one = part === undefined ? plan : plan.parts[part];
        if (one === undefined || one.verdict === 'none' || one.slices.length < 2) continue;
        const { data, size, rescale } = await series.volume({ part, mixedRescale: 'stored' });
        const cells = size[0] * size[1];
        one.slices.forEach(({ name, frame }, k) => {
          const sha = expected.get(name)?.[frame]?.sha;
          if (sha === undefined) return;
          slices++;
          if (sha256(data.subarray(k * cells, (k + 1) * cells)) !== sha) {
            wrong.push(`${name} ${frame} ${JSON.stringify(rescale)}`);
          }
        });
      }
    }
    expect(wrong).toEqual([]);
    expect(slices).toBeGreaterThanOrEqual(150);
  }, 60_000);
});

/** Of plain images at places of their own: what is sorted in Python by a line or two. */
function isStack(series: Series): boolean {
  const { verdict, slices, sortedBy } = series.plan();
  const plain = series.instances.every(({ frames }) => frames === undefined);
  return plain && verdict !== 'none' && slices.length > 1 && sortedBy === 'position';
}

function sha256(data: ArrayBufferView): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}
