import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import * as portable from '../../src/index.ts';
import * as source from '../../src/node/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dist = join(root, 'dist');

/** Entry points by the folder of the files that they share; the first is the library's. */
const SETS = {
  node: [
    'node/index.js',
    'node/dicom.js',
    'cli/main.js',
    'node/codec-worker.js',
    'node/indexing-worker.js',
  ],
  browser: ['browser/index.js', 'browser/dicom.js', 'browser/web-worker.js'],
} as const;
type Folder = keyof typeof SETS;
const FOLDERS = ['node', 'browser'] as const satisfies readonly Folder[];
const ENTRIES: readonly string[] = [...SETS.node, ...SETS.browser];

beforeAll(() => {
  const built = spawnSync(process.execPath, [join(root, '.config', 'build.mjs'), '--if-needed']);
  if (built.status !== 0) throw new Error(built.stdout.toString());
});

describe('import of the built library', () => {
  it.each(['node/index.js', 'node/dicom.js', 'browser/index.js', 'browser/dicom.js'])(
    'loads few files: %s',
    (entry) => {
      const loaded = loadedByNode(entry);
      expect(loaded).toContain(entry);
      expect(loaded.length).toBeLessThan(14);
      // Each file on the way is one that the graph knows: what is said of that below is said of this.
      expect(loaded).toEqual([...reachedFrom(entry, STATIC)].sort());
    },
  );

  it.each([
    ['node', source],
    ['browser', portable],
  ])('has the exports of its source: %s', async (folder, { ...names }) => {
    const built = await exportsOf(`${folder}/index.js`);
    expect(Object.keys(built).sort()).toEqual(Object.keys(names).sort());
  });

  it.each(FOLDERS)('has one class of errors, whichever entry point threw: %s', async (folder) => {
    const { FramedexError } = await exportsOf(`${folder}/index.js`);
    expect(FramedexError).toBeTypeOf('function');
    expect((await exportsOf(`${folder}/dicom.js`))['FramedexError']).toBe(FramedexError);
  });

  it.each(FOLDERS)('reads headers alone without what draws or builds: %s', (folder) => {
    const modules = modulesIn(reachedFrom(`${folder}/dicom.js`, ANY));
    expect(modules).toContain('dicom/header.js');
    const others = /^(archive|cli|codecs|collection|display|file|frames|series)\//;
    expect(modules.filter((name) => others.test(name))).toEqual([]);
  });

  it.each(FOLDERS)('loads what a thumbnail needs: %s', (folder) => {
    const modules = modulesIn(reachedFrom(`${folder}/index.js`, STATIC));
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
    const everything = modulesIn(new Set(joinedFiles('node')));
    expect(everything.filter((name) => what.test(name))).not.toEqual([]);
    const loaded = modulesIn(reachedFrom('node/index.js', STATIC));
    expect(loaded.filter((name) => what.test(name))).toEqual([]);
  });
});

describe('a thread', () => {
  it.each([
    ['node/codec-worker.js', 'node/codec-worker.js'],
    ['node/indexing-worker.js', 'node/indexing-worker.js'],
    ['browser/web-worker.js', 'codecs/web-worker.js'],
  ])('%s has nothing of the library', (name, module) => {
    const modules = modulesIn(reachedFrom(name, ANY));
    expect(modules).toContain(module);
    const library = /^(archive|cli|collection|display|file|frames|series)\//;
    expect(modules.filter((one) => library.test(one))).toEqual([]);
  });
});

describe.each(FOLDERS)('joined files of %s', (folder) => {
  const entries: readonly string[] = SETS[folder];

  it('have each module once', () => {
    const modules = joinedFiles(folder).flatMap((file) => modulesIn(new Set([file])));
    expect(modules.length).toBeGreaterThan(200);
    const twice = modules.filter((name, at) => modules.indexOf(name) !== at);
    expect(twice).toEqual([]);
  });

  it('import nothing that was joined from where tsc wrote it', () => {
    const known = new Set(joinedFiles(folder));
    const apart = /\.data\.js$|^codecs\/wasm\/[\w-]+\.js$/;
    for (const file of known) {
      const others = importsOf(file, ANY).filter((name) => !known.has(name));
      expect(others.filter((name) => !apart.test(name))).toEqual([]);
    }
  });

  /** The command awaits its end: a file that it loads meanwhile and that imports from it would wait for ever. */
  it('import from no entry point but the library’s', () => {
    const imported = new Set(joinedFiles(folder).flatMap((file) => importsOf(file, ANY)));
    expect(imported.size).toBeGreaterThan(entries.length);
    for (const entry of entries.slice(1)) expect([...imported]).not.toContain(entry);
  });

  it('import each other in no circle', () => {
    for (const file of joinedFiles(folder)) {
      for (const next of importsOf(file, STATIC)) {
        expect([...reachedFrom(next, STATIC)], `${next}, which ${file} imports`).not.toContain(
          file,
        );
      }
    }
  });

  it('are all reached', () => {
    const reached = entries.flatMap((entry) => [...reachedFrom(entry, ANY)]);
    expect(joinedFiles(folder).filter((file) => !reached.includes(file))).toEqual([]);
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

function joinedFiles(folder: Folder): string[] {
  const chunks = readdirSync(join(dist, folder)).filter((name) => name.endsWith('.joined.js'));
  return [...SETS[folder], ...chunks.map((name) => `${folder}/${name}`)];
}

async function exportsOf(file: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(pathToFileURL(join(dist, file)).href)) as Readonly<Record<string, unknown>>;
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
