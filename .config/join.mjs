/**
 * Joins the modules behind the entry points of Node, and of pages without a bundler: each becomes one file with what it
 * loads at once, and files that are loaded when they are needed. Bundlers get every module as tsc wrote it.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { FOLDER as CODECS, notice } from './browser-modules.mjs';

/**
 * Entry points that share files: where each is written, and the module that it is. Of those that are `apart`, what
 * they load later counts too, so that it brings nothing along that is for others.
 */
const SETS = [
  {
    platform: 'node',
    folder: 'node',
    entries: {
      'node/index': 'node/index',
      'node/dicom': 'node/dicom',
      'cli/main': 'cli/main',
      'node/codec-worker': 'node/codec-worker',
      'node/indexing-worker': 'node/indexing-worker',
    },
    apart: ['node/dicom', 'node/codec-worker', 'node/indexing-worker'],
    // Packages are found from where they are installed.
    external: (name) => isPackage(name) || isTable(name),
  },
  {
    platform: 'browser',
    folder: 'browser',
    entries: {
      'browser/index': 'index',
      'browser/dicom': 'dicom/index',
      'browser/web-worker': 'codecs/web-worker',
    },
    apart: ['browser/dicom', 'browser/web-worker'],
    // Pages find no packages: what is always needed is inside.
    inside: ['lru-cache'],
    external: (name) => OPTIONAL.test(name) || isTable(name) || isCodec(name),
    plugins: [{ name: 'places', transform: (code) => code.replaceAll(WASM, `$1'../${CODECS}/`) }],
  },
];

/** Peer dependencies, which a page may name in an import map. */
const OPTIONAL = /^(?:dcmjs-codecs|sharp)(?:\/|$)/;
/** Where a module of `codecs` says that WebAssembly is, from itself. */
const WASM = /(new URL\()'\.\/wasm\//g;

/**
 * @param {string} folder what tsc wrote
 * @param {typeof import('rolldown').rolldown} rolldown
 */
export async function joinModules(folder, rolldown) {
  for (const set of SETS) await joinSet(folder, set, rolldown);
}

async function joinSet(folder, set, rolldown) {
  const path = (name) => join(folder, ...`${name}.js`.split('/'));
  const modules = new Map(Object.entries(set.entries).map(([name, of]) => [name, path(of)]));
  const bundle = await rolldown({
    // Comments name modules from here on.
    cwd: folder,
    input: Object.fromEntries(modules),
    platform: set.platform,
    external: set.external,
    plugins: set.plugins,
    // Chunks of our own choice need this leave; what entry points export stays what it was (joined.test.ts).
    preserveEntrySignatures: 'allow-extension',
  });
  let chunks;
  try {
    await bundle.write({
      dir: folder,
      // All beside each other: threads are started by names that are relative to the file that starts them.
      chunkFileNames: `${set.folder}/[name].joined.js`,
      minifyInternalExports: false,
      comments: { legal: true, annotation: true, jsdoc: false },
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [
          {
            debugName: 'core',
            name: (id, graph) => (chunks ??= initialChunks(modules, set.apart, graph)).get(id),
          },
        ],
      },
    });
  } finally {
    await bundle.close();
  }
  if (set.inside !== undefined) {
    const parts = set.inside.map((name) => notice('index.js and others', name));
    writeFileSync(join(folder, set.folder, 'NOTICE'), parts.join('\n'));
  }
  // Of what tsc wrote there.
  for (const name of modules.keys()) rmSync(`${path(name)}.map`, { force: true });
}

function isPackage(name) {
  return !(name.startsWith('.') || isAbsolute(name));
}

/** Large tables are in the package once, for all. */
function isTable(name) {
  return name.endsWith('.data.js');
}

/** Codecs have their files of their own, with their WebAssembly beside them. */
function isCodec(name) {
  return name.replaceAll('\\', '/').includes('/wasm/');
}

/**
 * The chunk of each module that an entry point loads at once: one chunk for those of the same entry points, and of the
 * same that load it later.
 */
function initialChunks(modules, apart, graph) {
  const entriesOf = new Map();
  const initial = new Set();
  for (const [name, path] of modules) {
    const atOnce = reached(path, graph, false);
    for (const id of atOnce) initial.add(id);
    const label = name.slice(name.lastIndexOf('/') + 1);
    for (const id of apart.includes(name) ? reached(path, graph, true) : atOnce) {
      const entry = atOnce.has(id) ? label : `${label}-later`;
      entriesOf.set(id, [...(entriesOf.get(id) ?? []), entry]);
    }
  }
  // The command awaits its own end: what it loads meanwhile must not import from the file that waits.
  for (const path of modules.values()) {
    if (graph.getModuleInfo(path)?.importers.length === 0) initial.delete(path);
  }
  return new Map([...initial].map((id) => [id, `core-${entriesOf.get(id)?.join('-')}`]));
}

/** An entry point and what it imports, also what it imports `later`. */
function reached(entry, graph, later) {
  const found = new Set([entry]);
  for (const id of found) {
    const module = graph.getModuleInfo(id);
    for (const next of module?.importedIds ?? []) found.add(next);
    if (later) for (const next of module?.dynamicallyImportedIds ?? []) found.add(next);
  }
  return found;
}
