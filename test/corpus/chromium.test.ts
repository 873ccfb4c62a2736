import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Collection } from '../../src/collection/collection.ts';
import {
  createContext,
  open,
  openArchive,
  openFolder,
  planeLayout,
  render,
} from '../../src/node/index.ts';
import { corpusPage } from '../browser/corpus-page.ts';
import { observed, observedSeries, rgbaOf } from '../browser/observed.ts';
import type { Look, ObservedFile, ObservedFrame, ObservedSeries } from '../browser/observed.ts';
import { chromiumLaunch } from '../support/chromium.ts';
import { corpusFiles } from '../support/corpus.ts';
import { serve } from '../support/http-server.ts';
import type { FileServer } from '../support/http-server.ts';

const PURPOSE = 'real files in a browser, beside Node and independent readers';
const launch = chromiumLaunch(PURPOSE);
const sizes = corpusFiles(PURPOSE);
const corpus = process.env['FRAMEDEX_CORPUS'] ?? '';

interface ExpectedFrame {
  readonly o?: number;
  readonly l?: number;
  readonly frags?: readonly (readonly [offset: number, length: number])[];
  readonly sha?: string;
  /** Least, largest and mean value of each component. */
  readonly stat?: readonly (readonly [number, number, number])[];
  readonly missing?: boolean;
  readonly err?: string;
}

interface Expected {
  readonly file: string;
  readonly size: number;
  readonly features: readonly string[];
  readonly sopClassUID?: string | null;
  readonly expectedTags?: string;
  readonly effectiveTransferSyntaxUID?: string | null;
  readonly photometricInterpretation?: string | null;
  readonly frames?: readonly ExpectedFrame[];
  readonly pixel?: {
    readonly framesNotListed?: number;
    readonly offsetsAreIn?: string;
    readonly streamRanges?: unknown;
    readonly tolerance?: { readonly mean: number };
  } | null;
}

/** So many of each transfer syntax, beside those that are damaged. */
const OF_EACH = 5;
const DAMAGED = /trunc|unpars|error|bad-|wrong|missing|short|no-sequence|mismatch/;
/** What other readers have otherwise, and why that is right. */
const KNOWN: Readonly<Record<string, string>> = {
  'derived/jpeg_truncated_in_fragment.dcm #16': 'cut within its fragment: the other filled it up',
};

/** So many are chosen as a folder. */
const IN_FOLDER = 30;

/** Series of their own, and other ways to archive one: nested, and stored. */
const ARCHIVES = [
  ...['ct_ge_gantry_tilt_28.zip', 'media_dicomdir.zip', 'nested_mixed.zip', 'series_deflated.zip'],
  ...['series_j2k_lossless.zip', 'series_stored.zip', 'zip_in_zip.zip'],
];

describe.skipIf(launch === undefined || sizes.length === 0)('real files in Chromium', () => {
  const files = chosen();
  const looks = files.map((file) => ({ url: `/files/${file.file}`, ...lookOf(file) }));
  const folder = mkdtempSync(join(tmpdir(), 'framedex chosen '));
  let browser: Browser;
  let server: FileServer;
  /** Whom pages of others may ask. */
  let elsewhere: FileServer;
  let page: Page;
  let workers = 0;
  let inNode: readonly ObservedFile[] = [];

  beforeAll(async () => {
    cpSync(join(corpus, 'zips', 'series_deflated.zip'), join(folder, 'series.zip'));
    for (const { file } of files.slice(0, IN_FOLDER)) {
      cpSync(pathOf(file), join(folder, 'CT', file));
    }
    const context = createContext({ workers: 0 });
    const found: ObservedFile[] = [];
    for (const file of files) {
      found.push(await observed(open(pathOf(file.file), { context }), lookOf(file)));
    }
    await context.close();
    inNode = found;
    const served = Object.fromEntries(
      files.map(({ file }) => [`files/${file}`, read('files', file)]),
    );
    elsewhere = await serve(served, { cors: 'exposed' });
    server = await serve({
      ...(await corpusPage()),
      ...served,
      ...Object.fromEntries(ARCHIVES.map((zip) => [`zips/${zip}`, read('zips', zip)])),
    });
    browser = await chromium.launch(launch);
    page = await browser.newPage();
    page.on('worker', () => (workers += 1));
    await page.goto(`${server.url}test/browser/corpus.html`);
    await page.waitForFunction('globalThis.observeFiles');
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    await elsewhere.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const inPage = (from: readonly object[], options: object, asFiles: boolean) =>
    evaluated<ObservedFile[]>(page, 'observeFiles', from, options, asFiles);

  it('E20: are read in the page as in Node, and as independent readers find them', async () => {
    const found = await inPage(looks, { workers: 0 }, true);
    expect(found).toEqual(inNode);
    expect(workers).toBe(0);
    const { counts, faults } = compared(files, found);
    expect(faults).toEqual(Object.keys(KNOWN));
    expect(new Set(files.map((file) => file.effectiveTransferSyntaxUID)).size).toBeGreaterThan(25);
    expect(files.length).toBeGreaterThanOrEqual(60);
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(60);
  }, 60_000);

  it('E20: are read in workers as in Node', async () => {
    expect(await inPage(looks, { isolate: true }, true)).toEqual(inNode);
    expect(workers).toBe(1);
  }, 60_000);

  it.each(['its own', 'another'])(
    'E20: are read from URLs of %s origin as in Node, a part at a time',
    async (origin) => {
      const of = origin === 'another' ? elsewhere : server;
      const some = looks.filter((_, k) => k % 4 === 0);
      of.requests.length = 0;
      const given = some.map((look) => ({ ...look, url: new URL(look.url, of.url).href }));
      const found = await inPage(given, {}, false);
      expect(found).toEqual(inNode.filter((_, k) => k % 4 === 0));
      const asked = of.requests.filter(
        ({ path, method }) => method === 'GET' && path.startsWith('files/'),
      );
      expect(asked.length).toBeGreaterThanOrEqual(some.length);
      expect(asked.filter(({ headers }) => headers.range === undefined)).toEqual([]);
    },
    60_000,
  );

  it.each(ARCHIVES)('E20: the series of %s are drawn from a File as in Node', async (zip) => {
    const found = await evaluated<ObservedSeries[]>(page, 'observeArchive', `/zips/${zip}`, true);
    expect(found).toEqual(await seriesInNode(zip));
    expect(found.flatMap(({ pictures }) => pictures).join()).toMatch(/^\d+ x \d+ [\da-f]{64}\b/);
  });

  it('E20: a series is drawn from the URL of its archive', async () => {
    const [zip = ''] = ARCHIVES;
    server.requests.length = 0;
    const found = await evaluated<ObservedSeries[]>(page, 'observeArchive', `/zips/${zip}`, false);
    expect(found).toEqual(await seriesInNode(zip));
    expect(server.requests.map(({ path }) => path)).toContain(`zips/${zip}`);
    expect(server.bytes).toBeLessThan(2 * read('zips', zip).length);
  });

  it('E20: a folder with an archive in it is chosen, or dropped', async () => {
    const inNode = await seriesOf(openFolder(folder));
    expect(inNode.length).toBeGreaterThan(2);

    await page.setInputFiles('input', folder);
    expect(await given()).toEqual(inNode);

    const protocol = await page.context().newCDPSession(page);
    const dropped = ['CT', 'series.zip'].map((name) => join(folder, name));
    const data = { items: [], files: dropped, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await protocol.send('Input.dispatchDragEvent', { type, x: 20, y: 20, data });
    }
    expect(await given()).toEqual(inNode);
  });

  /** What the page has been given by now, which it then forgets. */
  async function given(): Promise<ObservedSeries[]> {
    await page.waitForFunction('globalThis.given');
    const found = await evaluated<ObservedSeries[]>(page, 'given');
    await page.evaluate('given = undefined');
    return found;
  }

  function seriesInNode(zip: string): Promise<ObservedSeries[]> {
    return seriesOf(openArchive(join(corpus, 'zips', zip)));
  }

  function seriesOf(opening: Promise<Collection>): Promise<ObservedSeries[]> {
    return observedSeries(opening, { render, planeLayout, draw: rgbaOf });
  }
});

/** Smallest first. */
function chosen(): readonly Expected[] {
  if (sizes.length === 0) return [];
  const all = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8')) as Expected[];
  const seen = new Map<string, number>();
  return all
    .toSorted((a, b) => a.size - b.size)
    .filter(({ effectiveTransferSyntaxUID, features }) => {
      const syntax = effectiveTransferSyntaxUID ?? 'none';
      const before = seen.get(syntax) ?? 0;
      seen.set(syntax, before + 1);
      return before < OF_EACH || features.some((name) => DAMAGED.test(name));
    });
}

function lookOf({ frames = [], photometricInterpretation, pixel }: Expected): Look {
  if (pixel?.streamRanges !== undefined) return { frames: 0, packed: [] };
  // The hashes of native 4:2:2 are of its cells.
  const isPacked = photometricInterpretation === 'YBR_FULL_422';
  const packed = frames.flatMap(({ o }, i) => (isPacked && o !== undefined ? [i] : []));
  return { frames: frames.length, packed };
}

/** What independent readers found, against what is found here. */
function compared(
  files: readonly Expected[],
  found: readonly ObservedFile[],
): { readonly counts: Readonly<Record<string, number>>; readonly faults: readonly string[] } {
  const counts = { open: 0, index: 0, pixels: 0 };
  const faults: string[] = [];
  for (const [k, file] of files.entries()) {
    const { frames = [], fault, ranges = [], count } = found[k] ?? {};
    const { pixel, frames: wanted = [] } = file;
    counts.open++;
    const isReadable = file.expectedTags !== undefined && file.sopClassUID !== null;
    if (fault !== undefined && (isReadable || fault.startsWith('not ours'))) faults.push(file.file);
    if (fault !== undefined || pixel?.streamRanges !== undefined) continue;
    const isWhole = !wanted.some(({ missing, err }) => missing === true || err !== undefined);
    if (isWhole && wanted.length > 0 && pixel?.framesNotListed === undefined) {
      counts.index++;
      if (count !== wanted.length) faults.push(`${file.file} ${count} frames`);
    }
    for (const [i, frame] of wanted.entries()) {
      if (pixel?.offsetsAreIn === undefined && !isAt(ranges[i], frame)) {
        faults.push(`${file.file} #${i} at ${JSON.stringify(ranges[i])}`);
      }
      counts.pixels++;
      if (!isSame(frames[i] ?? {}, frame, pixel?.tolerance?.mean ?? 0.5)) {
        faults.push(`${file.file} #${i}`);
      }
    }
  }
  return { counts, faults };
}

function isAt(found: unknown, { o, l, frags, missing }: ExpectedFrame): boolean {
  if (missing === true || (o === undefined && frags === undefined)) return true;
  const places = (found as readonly (readonly number[])[]).map(([at, length]) => [at, length]);
  return JSON.stringify(places) === JSON.stringify(frags ?? [[o, l]]);
}

function isSame(found: ObservedFrame, wanted: ExpectedFrame, tolerance: number): boolean {
  if (wanted.missing === true || wanted.err !== undefined) return found.fault !== undefined;
  if (wanted.sha !== undefined) return found.sha256 === wanted.sha;
  const { means = [] } = found;
  const off = (wanted.stat ?? []).map(([, , mean], k) => Math.abs(mean - (means[k] ?? Infinity)));
  return off.length > 0 && Math.max(...off) <= tolerance;
}

function evaluated<T>(page: Page, what: string, ...given: readonly unknown[]): Promise<T> {
  const call = given.length === 0 ? '' : `(${given.map((one) => JSON.stringify(one)).join(', ')})`;
  return page.evaluate<T>(`${what}${call}`);
}

function pathOf(name: string): string {
  return join(corpus, 'files', name);
}

function read(folder: string, name: string): Uint8Array {
  return readFileSync(join(corpus, folder, name));
}
