/**
 * What programs that use framedex weigh, minified and gzipped, packages left out:
 * `node bench/bundle-size.mjs [FOLDER] [--modules]`. FOLDER is what `tsc` wrote, `dist` by default.
 * With `--modules`, a table of what each module of `framedex/dicom` weighs by itself.
 */
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));
const DATA = /\.data\.js$/;

/**
 * The bundles whose sizes are spoken of. `first` is what is loaded at once, `all` has what is behind `import()` too;
 * both in bytes of gzip.
 *
 * @param {string} folder
 */
export async function bundleSizes(folder) {
  const entry = (name) => resolve(folder, name);
  const readHeaderAlone = `export { readHeader } from ${JSON.stringify(entry('dicom/index.js'))};`;
  return {
    'framedex/dicom': await sizeOf(entry('dicom/index.js')),
    'framedex/dicom, readHeader alone': await sizeOf(VIRTUAL, { text: readHeaderAlone }),
    'framedex/dicom, without its tables': await sizeOf(entry('dicom/index.js'), { apart: DATA }),
    framedex: await sizeOf(entry('index.js')),
  };
}

const VIRTUAL = 'virtual:entry';

async function sizeOf(entry, { apart, text } = {}) {
  const bundle = await rolldown({
    input: entry,
    platform: 'browser',
    // Of codecs, what their packages bring is apart: WebAssembly, and what loads it.
    external: (id) =>
      (isPackage(id) && id !== VIRTUAL) || CODEC_MODULE.test(id) || apart?.test(id) === true,
    plugins: text === undefined ? [] : [virtual(text)],
    logLevel: 'silent',
  });
  try {
    const { output } = await bundle.generate({ minify: true, format: 'esm' });
    const chunks = output.filter(({ type }) => type === 'chunk');
    const first = withImports(chunks, chunks.find(({ isEntry }) => isEntry).fileName);
    return {
      first: gzipped(chunks.filter(({ fileName }) => first.has(fileName))),
      all: gzipped(chunks),
    };
  } finally {
    await bundle.close();
  }
}

function virtual(text) {
  return {
    name: 'entry',
    resolveId: (id) => (id === VIRTUAL ? id : null),
    load: (id) => (id === VIRTUAL ? text : null),
  };
}

const CODEC_MODULE = /[\\/]codecs[\\/]wasm[\\/]|\.\/wasm\/[a-z-]+\.js$/;

function isPackage(id) {
  return !/^(\.|\/|\0|[A-Za-z]:[\\/])/.test(id);
}

/** The chunks that are loaded with one. */
function withImports(chunks, name) {
  const found = new Set([name]);
  for (const one of found) {
    const chunk = chunks.find(({ fileName }) => fileName === one);
    for (const next of chunk?.imports ?? []) found.add(next);
  }
  return found;
}

function gzipped(chunks) {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}

/** What each module weighs alone: more in the sum than together, for less repeats itself. */
async function moduleSizes(entry) {
  const bundle = await rolldown({ input: entry, platform: 'browser', external: isPackage });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  const rows = [];
  for (const { isEntry, modules } of output) {
    for (const id of isEntry ? Object.keys(modules) : []) {
      const one = await rolldown({ input: id, external: (other) => other !== id });
      const { output: chunks } = await one.generate({ format: 'esm', minify: true });
      await one.close();
      rows.push({ id, minified: chunks[0].code.length, gzip: gzipped(chunks) });
    }
  }
  return rows.sort((a, b) => b.gzip - a.gzip);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [given] = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
  const folder = resolve(given ?? DIST);
  for (const [name, { first, all }] of Object.entries(await bundleSizes(folder))) {
    console.log(`${name.padEnd(36)} ${kilobytes(first)} at once, ${kilobytes(all)} in all`);
  }
  if (process.argv.includes('--modules')) {
    for (const { id, minified, gzip } of await moduleSizes(resolve(folder, 'dicom/index.js'))) {
      console.log(`${id.slice(folder.length + 1).padEnd(36)} ${minified} ${gzip}`);
    }
  }
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1).padStart(6)} KB`;
}
