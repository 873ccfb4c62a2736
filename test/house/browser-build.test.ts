import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { build, createServer as createViteServer } from 'vite';
import type { InlineConfig } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createContext, open } from '../../src/node/index.ts';
import { dicom, encapsulated, imagePixel } from '../support/build-dicom.ts';
import { chromiumLaunch } from '../support/chromium.ts';
import {
  codeStreamFixture,
  codeStreamFixtures,
  codeStreamOf,
} from '../support/code-stream-fixtures.ts';
import type { CodeStreamFixture } from '../support/code-stream-fixtures.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');
const app = fileURLToPath(new URL('../browser/vite', import.meta.url));

const IMPORTS = { framedex: '/dist/browser/index.js' };
/** Of the optional package, which is not in dist. */
const SPECIFIER = 'dcmjs-codecs/build/dcmjs-native-codecs.wasm';
const WASM = { [SPECIFIER]: `/node_modules/${SPECIFIER}` };
/** WebAssembly is compiled; no text becomes code. */
const STRICT = [
  "default-src 'none'; connect-src 'self'; worker-src 'self'",
  "script-src 'self' 'nonce-map' 'wasm-unsafe-eval'",
].join('; ');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Of this one, so many frames that workers are worth their start. */
const MANY = 'jpeg-ls-u12-256';
const FRAMES = 200;
/** Milliseconds in which any frame is decoded, on a machine that has other work too. */
const WAIT = 3000;

/** One of each transfer syntax and of each of the codecs that take no syntax of their own. */
const FIXTURES = codeStreamFixtures().filter(
  ({ name, transferSyntax, refused }, at, all) =>
    refused === undefined &&
    (name === MANY ||
      name.startsWith('jpeg-u12') ||
      all.findIndex((one) => one.transferSyntax === transferSyntax) === at),
);
const FILES = new Map(FIXTURES.map((fixture) => [`/files/${fixture.name}.dcm`, fileOf(fixture)]));
const URLS = [...FILES.keys()];
FILES.set('/files/many.dcm', fileOf(codeStreamFixture(MANY), FRAMES));

/** What a server does otherwise than others. */
interface Ways {
  readonly headers?: Readonly<Record<string, string>>;
  readonly types?: Readonly<Record<string, string>>;
  /** Milliseconds before an answer. */
  readonly slow?: Readonly<Record<string, number>>;
  /** What `/` is, instead of what stands there. */
  readonly page?: string;
}

beforeAll(() => {
  const built = spawnSync(process.execPath, [join(root, '.config', 'build.mjs'), '--if-needed']);
  if (built.status !== 0) throw new Error(built.stdout.toString());
});

describe('the build for browsers', () => {
  it('E20: imports one package, and none where a worker runs', () => {
    expect([...packagesOf('index.js')]).toEqual(['lru-cache']);
    expect([...packagesOf('codecs/web-worker.js')]).toEqual([]);
  });

  it('E20: is there without a bundler too, in few files and no package but what is optional', () => {
    for (const entry of ['browser/index.js', 'browser/dicom.js', 'browser/web-worker.js']) {
      expect([...packagesOf(entry)]).toEqual([]);
    }
    expect(readFileSync(join(dist, 'browser', 'NOTICE'), 'utf8')).toMatch(
      /lru-cache [\d.]+ inside/,
    );
  });

  it.each(['charls', 'libjpeg-turbo', 'openjpeg', 'openjph'])(
    'asks for nothing of Node in the codec %s: bundlers put something else there',
    (name) => {
      const text = readFileSync(join(dist, 'codecs', 'wasm', `${name}.js`), 'utf8');
      expect(text).toContain('WebAssembly');
      expect(text).not.toMatch(/__filename|__dirname|\brequire\b|(?<![.\w])process\b/);
    },
  );

  it('names the packages inside of it, and their terms', () => {
    const notice = readFileSync(join(dist, 'codecs', 'wasm', 'NOTICE'), 'utf8');
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    const codecs = Object.entries(dependencies).filter(([name]) => name.includes('codec-'));
    expect(codecs).toHaveLength(4);
    for (const [name, version] of codecs)
      expect(notice).toContain(`${name} ${version} inside, license:`);
    expect(notice).toContain('Permission is hereby granted');
  });
});

const launch = chromiumLaunch('codecs of the build in a browser');

describe.skipIf(launch === undefined)('a browser with the build', () => {
  let browser: Browser;
  let expected: readonly string[] = [];
  const closing: (() => Promise<unknown>)[] = [];
  const scratch = mkdtempSync(join(tmpdir(), 'framedex browser '));

  beforeAll(async () => {
    browser = await chromium.launch(launch);
    const context = createContext({ workers: 0 });
    expected = await Promise.all(
      URLS.map(async (url) => {
        const { data } = await (await open(FILES.get(url) ?? '', { context })).frame(0);
        return createHash('sha256').update(data).digest('hex');
      }),
    );
    await context.close();
  });

  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  afterAll(async () => {
    rmSync(scratch, { recursive: true, force: true });
    await browser.close();
  });

  /** A page of a server over a folder, with all that was asked of the server. */
  const visit = async (folder: string, ways: Ways = {}): Promise<Visit> => {
    const requests: string[] = [];
    const server = await serve(folder, ways, requests);
    closing.push(() => closed(server));
    const { port } = server.address() as AddressInfo;
    return pageAt(`http://127.0.0.1:${port}/`, requests);
  };

  const pageAt = async (url: string, requests: readonly string[]): Promise<Visit> => {
    const page = await browser.newPage();
    closing.push(() => page.close());
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(worker.url()));
    await page.goto(url);
    await expect.poll(() => page.evaluate('typeof decode'), { timeout: 20_000 }).toBe('function');
    return { page, workers, requests };
  };

  it('E20: decodes every transfer syntax in the page, from a server of files', async () => {
    const { page, workers } = await visit(root, { page: pageWith() });
    expect(await decoded(page, URLS, { workers: 0, wasm: WASM })).toEqual(expected);
    expect(workers).toEqual([]);
  });

  it('E20: decodes every transfer syntax in workers', async () => {
    const { page, workers } = await visit(root, { page: pageWith() });
    expect(await decoded(page, URLS, { isolate: true, workers: 1, wasm: WASM })).toEqual(expected);
    expect(workers).toHaveLength(1);
    expect(new URL(workers[0] ?? '').pathname).toBe('/dist/browser/web-worker.js');
  });

  it('E20: does so where no text may become code', async () => {
    const headers = { 'content-security-policy': STRICT };
    const { page, workers } = await visit(root, { page: pageWith('nonce="map"'), headers });
    expect(await decoded(page, URLS, { workers: 0, wasm: WASM })).toEqual(expected);
    expect(await decoded(page, URLS, { isolate: true, workers: 1, wasm: WASM })).toEqual(expected);
    expect(workers).toHaveLength(1);
  });

  it('E20: decodes in the page where no worker may start, and tries that once', async () => {
    const headers = {
      'content-security-policy': STRICT.replace("worker-src 'self'", 'worker-src'),
    };
    const { page, requests } = await visit(root, { page: pageWith('nonce="map"'), headers });
    let refused = 0;
    page.on('console', (message) => (refused += Number(message.text().includes('worker-src'))));
    const [, digest] = digestOf(MANY, URLS, expected);
    expect(await decoded(page, ['/files/many.dcm'], { workers: 1 })).toEqual([digest]);
    expect(refused).toBe(1);
    expect(requests.filter((path) => path.endsWith('/web-worker.js'))).toEqual([]);
    const [fault] = await decoded(page, ['/files/many.dcm'], { isolate: true });
    expect(fault).toMatch(/CODEC_MISSING: .*found its script was not loaded/);
  });

  it('asks for the WebAssembly of the codec that is needed, and for no other', async () => {
    const { page, requests } = await visit(root, { page: pageWith() });
    const [url = '', digest] = digestOf('jpeg-ls-', URLS, expected);
    expect(await decoded(page, [url], { workers: 0 })).toEqual([digest]);
    const ofCodecs = requests.filter((path) => path.includes('/codecs/wasm/'));
    expect(ofCodecs).toEqual(['/dist/codecs/wasm/charls.js', '/dist/codecs/wasm/charls.wasm']);
  });

  it.each(['application/octet-stream', 'application/wasm; charset=utf-8'])(
    'takes WebAssembly from a server that calls it %s',
    async (type) => {
      const { page } = await visit(root, { page: pageWith(), types: { '.wasm': type } });
      expect(await decoded(page, URLS, { workers: 0, wasm: WASM })).toEqual(expected);
    },
  );

  it('takes WebAssembly from where the page says, in workers that the page starts too', async () => {
    const { page, workers, requests } = await visit(root, { page: pageWith() });
    const [url = '', digest] = digestOf('jpeg-ls-', URLS, expected);
    const moved = '/node_modules/@cornerstonejs/codec-charls/dist/charlswasm_decode.wasm';
    const wasm = { '@cornerstonejs/codec-charls/decodewasm': moved };
    const own = '/dist/browser/web-worker.js?own';
    const options = { isolate: true, workers: 1, wasm, own };
    expect(await decoded(page, [url], options)).toEqual([digest]);
    expect(workers.map((one) => new URL(one).search)).toEqual(['?own']);
    expect(requests.filter((path) => path.endsWith('.wasm'))).toEqual([moved]);
  });

  it('counts no time in which WebAssembly is on its way', async () => {
    const slow = { '.wasm': 2 * WAIT };
    const { page, requests } = await visit(root, { page: pageWith(), slow });
    const [url = '', digest] = digestOf('jpeg-ls-', URLS, expected);
    const options = { isolate: true, workers: 1, codecTimeout: WAIT };
    expect(await decoded(page, [url], options)).toEqual([digest]);
    expect(requests.filter((path) => path.endsWith('.wasm'))).toHaveLength(1);
  });

  it('F09: says how to get what is not in the build', async () => {
    const { page } = await visit(root, { page: pageWith() });
    const [url = ''] = digestOf('jpeg-u12-extended', URLS, expected);
    for (const options of [{ workers: 0 }, { isolate: true }]) {
      const [fault] = await decoded(page, [url], options);
      expect(fault).toMatch(/CODEC_MISSING.*createContext\(\{ wasm: \{ 'dcmjs-codecs\/build\//);
    }
  });

  it('E20: decodes what Vite built, in the page and in workers', async () => {
    const folder = installed(join(scratch, 'built'));
    await build({ ...viteOptions(folder), build: { minify: false } });
    const { page, workers } = await visit(join(folder, 'dist'));
    expect(await decoded(page, URLS, { workers: 0, wasm: WASM })).toEqual(expected);
    expect(workers).toEqual([]);
    expect(await decoded(page, URLS, { isolate: true, workers: 1, wasm: WASM })).toEqual(expected);
    expect(workers).toHaveLength(1);
  });

  it('E20: decodes in Vite’s development server', async () => {
    const folder = installed(join(scratch, 'served'));
    const files = await serve(root, {}, []);
    closing.push(() => closed(files));
    const target = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
    const proxy = { '/files': target, '/node_modules/dcmjs-codecs': target };
    const server = await createViteServer({
      ...viteOptions(folder),
      server: { host: '127.0.0.1', port: 0, proxy, watch: null, hmr: false, ws: false },
    });
    closing.push(() => server.close());
    await server.listen();
    const { port } = server.httpServer?.address() as AddressInfo;
    const { page, workers } = await pageAt(`http://127.0.0.1:${port}/`, []);
    expect(await decoded(page, URLS, { workers: 0, wasm: WASM })).toEqual(expected);
    expect(await decoded(page, URLS, { isolate: true, workers: 1, wasm: WASM })).toEqual(expected);
    expect(workers).toHaveLength(1);
  });
});

interface Visit {
  readonly page: Page;
  /** URLs of those that were started. */
  readonly workers: readonly string[];
  /** Paths. */
  readonly requests: readonly string[];
}

function decoded(page: Page, urls: readonly string[], options: object): Promise<string[]> {
  const call = `decode(${JSON.stringify(urls)}, ${JSON.stringify(options)})`;
  return page.evaluate<string[]>(call);
}

/** The first file of such a name, and the digest of its samples. */
function digestOf(
  name: string,
  urls: readonly string[],
  digests: readonly string[],
): readonly [url: string | undefined, digest: string | undefined] {
  const at = urls.findIndex((url) => url.startsWith(`/files/${name}`));
  return [urls[at], digests[at]];
}

/** A page without a bundler: that is all it takes. */
function pageWith(nonce = ''): string {
  return [
    '<!doctype html>',
    `<script type="importmap" ${nonce}>${JSON.stringify({ imports: IMPORTS })}</script>`,
    '<script type="module" src="/test/browser/vite/main.mjs"></script>',
  ].join('\n');
}

function fileOf(fixture: CodeStreamFixture, numberOfFrames = 1): Uint8Array {
  const { transferSyntax, pixel } = fixture;
  const frames = Array.from({ length: numberOfFrames }, () => codeStreamOf(fixture));
  return dicom({
    transferSyntax,
    elements: [...imagePixel({ ...pixel, numberOfFrames }), encapsulated({ frames })],
  }).bytes;
}

function serve(folder: string, ways: Ways, requests: string[]): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const path = pathname === '/' ? '/index.html' : pathname;
    requests.push(path);
    const type = { ...TYPES, ...ways.types }[extname(path)];
    if (type !== undefined) response.setHeader('content-type', type);
    for (const [name, value] of Object.entries(ways.headers ?? {})) response.setHeader(name, value);
    const body = pathname === '/' ? (ways.page ?? read(folder, path)) : read(folder, path);
    response.statusCode = body === undefined ? 404 : 200;
    setTimeout(() => response.end(body), ways.slow?.[extname(path)] ?? 0);
  });
  return new Promise((resolved) => server.listen(0, '127.0.0.1', () => resolved(server)));
}

function read(folder: string, path: string): Uint8Array | undefined {
  if (FILES.has(path)) return FILES.get(path);
  const base = path === WASM[SPECIFIER] ? root : folder;
  try {
    return readFileSync(join(base, path));
  } catch {
    return undefined;
  }
}

function closed(server: Server): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolved) => server.close(resolved));
}

/** A folder of the app in which the package is installed with its one dependency. */
function installed(folder: string): string {
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  cpSync(app, folder, { recursive: true });
  for (const path of ['dist', 'package.json']) {
    cpSync(join(root, path), join(modules, 'framedex', path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules', 'lru-cache'), join(modules, 'lru-cache'), 'dir');
  return folder;
}

/** Nothing of it is about framedex. */
function viteOptions(folder: string): InlineConfig {
  return {
    root: folder,
    configFile: false,
    logLevel: 'error',
    cacheDir: join(folder, '.vite'),
  };
}

/** As tsc writes them: at once, and later. */
const IMPORTS_OF =
  /^(?:import|export) (?:[^;'"()=]* from )?["']([^"']+)["']|\bimport\(["']([^"']+)["']\)/gm;

/** Packages that a file of dist needs, and those that it loads, now or later. */
function packagesOf(entry: string): Set<string> {
  const files = new Set([entry]);
  const packages = new Set<string>();
  for (const file of files) {
    const text = readFileSync(join(dist, file), 'utf8');
    for (const [, now, later] of text.matchAll(IMPORTS_OF)) {
      const name = now ?? later ?? '';
      if (!name.startsWith('.')) packages.add(name);
      else files.add(relative(dist, resolve(dist, dirname(file), name)));
    }
  }
  expect(files.size).toBeGreaterThan(5);
  return packages;
}
