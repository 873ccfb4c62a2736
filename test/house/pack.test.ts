import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The public names that every way into the package must offer. */
const NAMES = [
  'FramedexError',
  'createContext',
  'isFramedexError',
  'open',
  'openArchive',
  'openFolder',
  'openHttp',
  'openRemote',
  'render',
];

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framedex pack '));
  node(root, [join(root, '.config', 'build.mjs'), '--if-needed']);
  // Its dependencies are packed from this checkout, so that the installation needs no network.
  const packages = ['.', ...shippedDependencies()].map((path) => join(root, path));
  npm(folder, ['pack', '--ignore-scripts', '--silent', ...packages]);
  const packed = readdirSync(folder).map((name) => `./${name}`);
  write('package.json', '{ "private": true }');
  npm(folder, ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', ...packed]);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the packed package', () => {
  it('is imported by an ES module', () => {
    write('names.mjs', `import * as framedex from 'framedex';${PRINT_NAMES}`);
    expect(names(['names.mjs'])).toEqual(expect.arrayContaining(NAMES));
  });

  // Node has require() of ES modules, unflagged, from 20.19 and 22.12 on.
  it.runIf('require_module' in process.features)('is required by a CommonJS module', () => {
    write('names.cjs', `const framedex = require('framedex');${PRINT_NAMES}`);
    expect(names(['--no-warnings', 'names.cjs'])).toEqual(expect.arrayContaining(NAMES));
  });

  it('offers browsers the portable surface, which needs nothing of Node', () => {
    write('portable.mjs', `import * as framedex from 'framedex';${PRINT_NAMES}`);
    const offered = names(['--conditions=browser', 'portable.mjs']);
    expect(offered).toEqual(expect.arrayContaining(NAMES));
    write('which.mjs', "console.log(JSON.stringify([import.meta.resolve('framedex')]));");
    expect(names(['--conditions=browser', 'which.mjs'])[0]).toMatch(/dist\/index\.js$/);
    expect(names(['which.mjs'])[0]).toMatch(/dist\/node\/index\.js$/);
  });

  it('has types that a strict NodeNext project resolves', () => {
    write(
      'user.mts',
      [
        "import { open, openArchive, type DicomFile, type Frame } from 'framedex';",
        'export async function rows(path: string): Promise<number | undefined> {',
        '  const file: DicomFile = await open(path);',
        '  const frame: Frame = await file.frame(0);',
        '  const declared: number | undefined = file.dataset.get("Rows");',
        '  await file.close();',
        '  return declared ?? frame.rows;',
        '}',
        'export const series: Promise<unknown> = openArchive("a.zip").then((found) => found.series());',
      ].join('\n'),
    );
    write('wrong.mts', "import { open } from 'framedex';\nexport const wrong: string = open;\n");
    const errors = typeErrors(['user.mts', 'wrong.mts']);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^wrong\.mts\(2,14\): error TS2322/);
  });

  it('has a command that explains itself', () => {
    const bin = join(folder, 'node_modules', '.bin', 'framedex');
    const windows = process.platform === 'win32';
    const { stdout, status } = spawnSync(windows ? `"${bin}.cmd"` : bin, ['--help'], {
      cwd: folder,
      encoding: 'utf8',
      shell: windows,
    });
    expect(stdout).toContain('framedex');
    expect(status).toBe(0);
  });

  it('holds the build, its sources and the licence, and nothing of the house', () => {
    const installed = join(folder, 'node_modules', 'framedex');
    const found = readdirSync(installed).sort();
    expect(found).toEqual(expect.arrayContaining(['LICENSE', 'dist', 'package.json', 'src']));
    const allowed = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json', 'src'];
    expect(found.filter((name) => !allowed.includes(name))).toEqual([]);
    expect(readdirSync(join(installed, 'dist')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('has no built file without a source', () => {
    const installed = join(folder, 'node_modules', 'framedex');
    const sources = new Set(modulesOf(join(installed, 'src'), '.ts'));
    const built = modulesOf(join(installed, 'dist'), '.js');
    const ofOne = built.filter((name) => !name.endsWith('.joined'));
    expect(ofOne.length).toBeGreaterThan(0);
    expect(ofOne.length).toBeLessThan(built.length);
    const pages = ofOne.filter((name) => name.startsWith('browser/'));
    expect(pages).toEqual(['browser/dicom', 'browser/index', 'browser/web-worker']);
    expect(ofOne.filter((name) => !sources.has(name) && !pages.includes(name))).toEqual([]);
  });

  // Typed arrays have had a parameter since TypeScript 5.7: older ones cannot read it.
  it.each(['index.d.ts', 'node/index.d.ts', 'node/dicom.d.ts'])(
    'has declarations that older compilers read: %s',
    (entry) => {
      const built = join(folder, 'node_modules', 'framedex', 'dist');
      const files = new Set([entry]);
      for (const file of files) {
        const text = readFileSync(join(built, file), 'utf8');
        expect(text, file).not.toMatch(/Array<(?:Shared)?ArrayBuffer(?:Like)?>/);
        for (const [, name = ''] of text.matchAll(/(?:from|import\() ?["'](\.[^"']+)\.[jt]s["']/g))
          files.add(join(file, '..', `${name}.d.ts`));
      }
      expect(files.size).toBeGreaterThan(20);
    },
  );

  it('has the source of each of its maps', () => {
    const built = join(folder, 'node_modules', 'framedex', 'dist');
    const maps = modulesOf(built, '.js.map').map((name) => join(built, `${name}.js.map`));
    const named = maps.flatMap((path) => {
      const { sources } = JSON.parse(readFileSync(path, 'utf8')) as { readonly sources: string[] };
      return sources.map((name) => join(path, '..', name));
    });
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !existsSync(path))).toEqual([]);
  });
});

const PRINT_NAMES = '\nconsole.log(JSON.stringify(Object.keys(framedex)));\n';

function names(args: readonly string[]): string[] {
  return JSON.parse(node(folder, args)) as string[];
}

/** What a user of Node sees who has no DOM library and checks the declarations of libraries too. */
function typeErrors(files: readonly string[]): string[] {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const types = join(root, 'node_modules', '@types');
  const { stdout } = spawnSync(
    process.execPath,
    [
      ...[tsc, '--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext'],
      ...['--lib', 'es2022', '--typeRoots', types, '--types', 'node', ...files],
    ],
    { cwd: folder, encoding: 'utf8' },
  );
  return stdout.split('\n').filter((line) => line.includes(': error TS'));
}

function modulesOf(path: string, extension: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length));
}

function shippedDependencies(): string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev, devOptional, optional }]) => {
      return path !== '' && dev !== true && devOptional !== true && optional !== true;
    })
    .map(([path]) => path);
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function node(cwd: string, args: readonly string[]): string {
  return finished(spawnSync(process.execPath, args, { cwd, encoding: 'utf8' }));
}

function npm(cwd: string, args: readonly string[]): string {
  const shell = process.platform === 'win32';
  return finished(spawnSync('npm', args, { cwd, encoding: 'utf8', shell }));
}

function finished(result: {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}): string {
  if (result.status !== 0) throw new Error(result.stdout + result.stderr);
  return result.stdout;
}
