import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import * as source from '../../src/node/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');
const ENTRIES = ['node/index.js', 'cli/main.js', 'node/codec-worker.js', 'node/indexing-worker.js'];

beforeAll(() => {
  const built = spawnSync(process.execPath, [join(root, '.config', 'build.mjs'), '--if-needed']);
  if (built.status !== 0) throw new Error(built.stdout.toString());
});

describe('import of the built library', () => {
  it('loads few files', () => {
    const loaded = loadedByNode('node/index.js');
    expect(loaded).toContain('node/index.js');
    expect(loaded.length).toBeLessThan(12);
    // Each file on the way is one that the graph knows: what is said of that below is said of this.
    expect(loaded).toEqual([...reachedFrom('node/index.js', STATIC)].sort());
  });

  it('has the exports of its source', async () => {
    const url = pathToFileURL(join(dist, 'node', 'index.js')).href;
    const built = (await import(url)) as Readonly<Record<string, unknown>>;
    expect(Object.keys(built).sort()).toEqual(Object.keys(source).sort());
  });

  it('loads what a thumbnail needs', () => {
    const modules = modulesIn(reachedFrom('node/index.js', STATIC));
    expect(modules).toEqual(expect.arrayContaining(['dicom/header.js', 'display/render.js']));
  });

  it.each([
    // But for what is called at once, without a series: where planes lie, and files of volumes.
    [
      'series and volumes',
      /^series\/(?!(anatomical-planes|encode-volume|encoded-samples|geometry|image-kind|nifti|npy|nrrd|ras-affine|tolerances)\.js$)/,
    ],
    ['collections', /^collection\/(collection|series|concatenation)\.js$/],
    ['folders', /^node\/folder\.js$/],
    ['archives', /^(archive\/(zip|tar|gzip|archive)|node\/archives|node\/zip-directory)\.js$/],
    ['our own inflating', /^inflate\/deflate-(decoder|tables|symbols)\.js$/],
    ['codecs', /^codecs\/(jpeg|jpeg-ls|jpeg-2000|htj2k|jpeg-xl|rle)\.js$/],
    ['the command line', /^cli\//],
    ['letters and names', /^(display\/lettering|dicom\/private-names)/],
  ])('does not load %s', (_, what) => {
    const everything = modulesIn(new Set(joinedFiles()));
    expect(everything.filter((name) => what.test(name))).not.toEqual([]);
    const loaded = modulesIn(reachedFrom('node/index.js', STATIC));
    expect(loaded.filter((name) => what.test(name))).toEqual([]);
  });
});

describe('a thread', () => {
  it.each(['codec-worker', 'indexing-worker'])('%s has nothing of the library', (name) => {
    const modules = modulesIn(reachedFrom(`node/${name}.js`, ANY));
    expect(modules).toContain(`node/${name}.js`);
    const library = /^(archive|cli|collection|display|file|frames|series)\//;
    expect(modules.filter((one) => library.test(one))).toEqual([]);
  });
});

describe('joined files', () => {
  it('have each module once', () => {
    const modules = joinedFiles().flatMap((file) => modulesIn(new Set([file])));
    expect(modules.length).toBeGreaterThan(200);
    const twice = modules.filter((name, at) => modules.indexOf(name) !== at);
    expect(twice).toEqual([]);
  });

  it('import nothing that was joined from where tsc wrote it', () => {
    const known = new Set(joinedFiles());
    for (const file of known) {
      const others = importsOf(file, ANY).filter((name) => !known.has(name));
      expect(others.filter((name) => !name.endsWith('.data.js'))).toEqual([]);
    }
  });

  /** The command awaits its end: a file that it loads meanwhile and that imports from it would wait for ever. */
  it('import from no entry point but the library’s', () => {
    const imported = new Set(joinedFiles().flatMap((file) => importsOf(file, ANY)));
    expect(imported.size).toBeGreaterThan(ENTRIES.length);
    for (const entry of ENTRIES.slice(1)) expect([...imported]).not.toContain(entry);
  });

  it('import each other in no circle', () => {
    for (const file of joinedFiles()) {
      for (const next of importsOf(file, STATIC)) {
        expect([...reachedFrom(next, STATIC)], `${next}, which ${file} imports`).not.toContain(
          file,
        );
      }
    }
  });

  it('are all reached', () => {
    const reached = ENTRIES.flatMap((entry) => [...reachedFrom(entry, ANY)]);
    expect(joinedFiles().filter((file) => !reached.includes(file))).toEqual([]);
  });
});

const STATIC = [/^(?:import|export)\b[^;'"]*["']([^"']+)["']/gm];
const ANY = [...STATIC, /\bimport\("([^"]+)"\)/g];

/** Files of dist that a file imports, by their paths there. */
function importsOf(file: string, forms: readonly RegExp[]): string[] {
  const text = readFileSync(join(dist, file), 'utf8');
  const names = forms.flatMap((form) => [...text.matchAll(form)].map(([, name = '']) => name));
  return names
    .filter((name) => name.startsWith('.'))
    .map((name) => slashed(relative(dist, resolve(dist, dirname(file), name))));
}

function reachedFrom(entry: string, forms: readonly RegExp[]): Set<string> {
  const found = new Set([entry]);
  for (const file of found) for (const next of importsOf(file, forms)) found.add(next);
  return found;
}

function joinedFiles(): string[] {
  const chunks = readdirSync(join(dist, 'node')).filter((name) => name.endsWith('.joined.js'));
  return [...ENTRIES, ...chunks.map((name) => `node/${name}`)];
}

/** The modules that were joined in these files: a comment names each. */
function modulesIn(files: ReadonlySet<string>): string[] {
  return [...files]
    .filter((file) => ENTRIES.includes(file) || basename(file).endsWith('.joined.js'))
    .flatMap((file) => [
      ...readFileSync(join(dist, file), 'utf8').matchAll(/^\/\/(?:#region)? ?([\w./-]+\.js)$/gm),
    ])
    .map(([, name = '']) => name);
}

/** What Node itself loads of dist, by hooks of its loader. */
function loadedByNode(entry: string): string[] {
  const hooks = `import { writeSync } from 'node:fs';
    export function load(url, context, next) { writeSync(1, url + '\\n'); return next(url, context); }`;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(inline(hooks))});`;
  const url = pathToFileURL(join(dist, entry)).href;
  const program = `await import(${JSON.stringify(url)});`;
  const args = ['--import', inline(register), '--input-type=module', '--eval', program];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const folder = `${pathToFileURL(dist).href}/`;
  const urls = stdout.split('\n').filter((line) => line.startsWith(folder));
  return urls.map((line) => line.slice(folder.length)).sort();
}

function inline(program: string): string {
  return `data:text/javascript,${encodeURIComponent(program)}`;
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
