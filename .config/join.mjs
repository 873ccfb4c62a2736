/**
 * Joins the modules behind Node's entry points: these are written anew, over what tsc wrote, with the files that
 * each of them loads at once, and those that are loaded when they are needed. Everything else stays as it is.
 */
import { rmSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';

const PROCESSES = ['node/index', 'cli/main'];
const THREADS = ['node/codec-worker', 'node/indexing-worker'];
const ENTRIES = [...PROCESSES, ...THREADS];

/**
 * @param {string} folder what tsc wrote
 * @param {typeof import('rolldown').rolldown} rolldown
 */
export async function joinModules(folder, rolldown) {
  const paths = new Map(ENTRIES.map((name) => [name, join(folder, `${name}.js`)]));
  const bundle = await rolldown({
    // Comments name modules from here on.
    cwd: folder,
    input: Object.fromEntries(paths),
    platform: 'node',
    external: isApart,
    // Chunks of our own choice need this leave; what entry points export stays what it was (joined.test.ts).
    preserveEntrySignatures: 'allow-extension',
  });
  let chunks;
  try {
    await bundle.write({
      dir: folder,
      // Beside node/*.js: threads are started by names that are relative to the file that starts them.
      chunkFileNames: 'node/[name].joined.js',
      minifyInternalExports: false,
      comments: { legal: true, annotation: true, jsdoc: false },
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [
          {
            debugName: 'core',
            name: (id, graph) => (chunks ??= initialChunks(paths, graph)).get(id),
          },
        ],
      },
    });
  } finally {
    await bundle.close();
  }
  for (const path of paths.values()) rmSync(`${path}.map`);
}

/** Packages are found from where they are installed. Large tables are in the package once, for browsers as well. */
function isApart(name) {
  return !(name.startsWith('.') || isAbsolute(name)) || name.endsWith('.data.js');
}

/**
 * The chunk of each module that an entry point loads at once: one chunk for those of the same entry points. What a
 * thread loads later counts for it too, so that it never loads what is for processes.
 */
function initialChunks(paths, graph) {
  const entriesOf = new Map();
  const initial = new Set();
  for (const [name, path] of paths) {
    for (const id of reached(path, graph, THREADS.includes(name))) {
      entriesOf.set(id, [...(entriesOf.get(id) ?? []), basename(name)]);
    }
    for (const id of reached(path, graph, false)) initial.add(id);
  }
  // The command awaits its own end: what it loads meanwhile must not import from the file that waits.
  for (const path of paths.values()) {
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
