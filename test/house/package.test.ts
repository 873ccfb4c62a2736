import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly license: string;
  readonly sideEffects: readonly string[];
  readonly engines: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const manifest = read('package.json') as Manifest;
const lock = read('package-lock.json') as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

describe('package.json', () => {
  it('asks for exact versions', () => {
    const asked = { ...manifest.dependencies, ...manifest.devDependencies };
    expect(Object.keys(asked).length).toBeGreaterThan(0);
    const loose = Object.entries(asked).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
  });

  it('has optional peers only, at versions that the tests run', () => {
    const peers = manifest.peerDependencies ?? {};
    for (const name of Object.keys(peers)) {
      expect(manifest.peerDependenciesMeta?.[name], name).toEqual({ optional: true });
      expect(manifest.devDependencies, name).toHaveProperty([name]);
    }
  });

  it('is an ES module, of which only what is run by itself has side effects, for Node 20.15 and later', () => {
    expect(manifest.type).toBe('module');
    expect(manifest.sideEffects).toEqual([
      './dist/codecs/web-worker.js',
      './dist/browser/web-worker.js',
      './dist/node/codec-worker.js',
      './dist/node/indexing-worker.js',
      './dist/cli/main.js',
    ]);
    expect(manifest.engines).toEqual({ node: '>=20.15' });
    expect(manifest.license).toBe('MIT');
  });

  it('exports the portable surface to browsers and all of it to Node, types first', () => {
    expect(Object.keys(manifest.exports)).toEqual([
      '.',
      './dicom',
      './codec-worker',
      './package.json',
    ]);
    // The order of conditions decides, so the text is compared.
    expect(JSON.stringify(manifest.exports['.'])).toBe(
      JSON.stringify({
        browser: { types: './dist/index.d.ts', default: './dist/index.js' },
        default: { types: './dist/node/index.d.ts', default: './dist/node/index.js' },
      }),
    );
    expect(JSON.stringify(manifest.exports['./dicom'])).toBe(
      JSON.stringify({
        browser: { types: './dist/dicom/index.d.ts', default: './dist/dicom/index.js' },
        default: { types: './dist/node/dicom.d.ts', default: './dist/node/dicom.js' },
      }),
    );
    expect(manifest.bin).toEqual({ framedex: 'dist/cli/main.js' });
  });

  it('ships the build and the sources that its source maps name, nothing else', () => {
    expect(manifest.files).toEqual(['dist', 'src', 'CHANGELOG.md']);
  });

  it('runs nothing when it is installed', () => {
    const names = Object.keys(manifest.scripts);
    expect(names).toEqual(expect.arrayContaining(['start', 'test', 'check', 'build', 'bench']));
    expect(names.filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  });
});

describe('package-lock.json', () => {
  it('is the lock of package.json', () => {
    const locked = lock.packages[''];
    expect(locked?.version).toBe(manifest.version);
    expect(locked?.dependencies).toEqual(manifest.dependencies);
    expect(locked?.devDependencies).toEqual(manifest.devDependencies);
  });

  it('names no host', () => {
    const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(entries.filter(([, { integrity }]) => integrity === undefined)).toEqual([]);
  });

  it('holds no dependency with an install script', () => {
    const shipped = Object.entries(lock.packages).filter(
      ([, entry]) => entry.dev !== true && entry.devOptional !== true && entry.optional !== true,
    );
    expect(shipped.filter(([, entry]) => entry.hasInstallScript)).toEqual([]);
  });
});

describe('the top level', () => {
  it('holds what was agreed', () => {
    const agreed = [
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'bench', 'fixtures', 'package-lock.json'],
      ...['package.json', 'src', 'test', 'tsconfig.json'],
    ];
    const made = ['node_modules', 'dist', 'coverage', 'framedex-thumbs'];
    const found = readdirSync(root).filter(
      (name) => !name.startsWith('.') && !made.includes(name) && !name.endsWith('.tgz'),
    );
    expect(found.sort()).toEqual(agreed.sort());
  });

  it('holds the licence that package.json names', () => {
    const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
    expect(licence).toMatch(/^MIT License\n\nCopyright \(c\) \d{4} framedex contributors\n/);
  });
});

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
