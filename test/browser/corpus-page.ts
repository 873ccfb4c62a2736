import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { transformWithOxc } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the page has of packages. */
const PACKAGES = ['node_modules/dcmjs-codecs/build/dcmjs-native-codecs.wasm'];

/** The page, what it imports and the build, which is made if there is none: files by their paths on a server. */
export async function corpusPage(): Promise<Record<string, Uint8Array>> {
  const built = spawnSync(process.execPath, [join(root, '.config', 'build.mjs'), '--if-needed']);
  if (built.status !== 0) throw new Error(built.stdout.toString());
  const dist = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:js|wasm)$/.test(path))
    .map((path) => `dist/${path.replaceAll('\\', '/')}`);
  const page = ['corpus.html', 'corpus.mjs'].map((name) => `test/browser/${name}`);
  const paths = [...dist, ...PACKAGES, ...page];
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path))]));
  const typed = readFileSync(join(root, 'test/browser/observed.ts'), 'utf8');
  const { code } = await transformWithOxc(typed, 'observed.ts');
  return { ...files, 'test/browser/observed.js': new TextEncoder().encode(code) };
}
