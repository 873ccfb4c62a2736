/**
 * Codecs for browsers. Their packages are CommonJS, which no browser loads, so each module of codecs/wasm is written
 * anew with its package inside, and the package's WebAssembly is put beside it: what a page serves is all in dist.
 */
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** Where the modules are, in src as in dist. */
export const FOLDER = 'codecs/wasm';

/** Of each module its package, what that calls its WebAssembly, and the library that is compiled to it. */
export const MODULES = {
  charls: {
    name: '@cornerstonejs/codec-charls',
    wasm: 'decodewasm',
    library: 'CharLS, BSD-3-Clause, https://github.com/team-charls/charls',
  },
  openjpeg: {
    name: '@cornerstonejs/codec-openjpeg',
    wasm: 'decodewasm',
    library: 'OpenJPEG, BSD-2-Clause, https://github.com/uclouvain/openjpeg',
  },
  openjph: {
    name: '@cornerstonejs/codec-openjph',
    wasm: 'wasm',
    library: 'OpenJPH, BSD-2-Clause, https://github.com/aous72/OpenJPH',
  },
  'libjpeg-turbo': {
    name: '@cornerstonejs/codec-libjpeg-turbo-8bit',
    wasm: 'decodewasm',
    library:
      'libjpeg-turbo, IJG and BSD-3-Clause and zlib, https://github.com/libjpeg-turbo/libjpeg-turbo',
  },
};

const NAMES_OF_NODE = { __filename: 'undefined', __dirname: 'undefined', process: 'undefined' };

/** What stands for modules of Node, which packages ask for where they find that they run there. */
const NOTHING = '\0nothing';

/**
 * @param {string} folder what tsc wrote
 * @param {typeof import('rolldown').rolldown} rolldown
 */
export async function writeBrowserModules(folder, rolldown) {
  const path = (file) => join(folder, ...FOLDER.split('/'), file);
  // Each on its own: none shares a file with another.
  for (const [name, { name: from, wasm }] of Object.entries(MODULES)) {
    await writeModule(path(`${name}.js`), rolldown);
    copyFileSync(require.resolve(`${from}/${wasm}`), path(`${name}.wasm`));
  }
  const parts = Object.entries(MODULES).map(([name, { name: from, library }]) =>
    notice(`${name}.js and ${name}.wasm`, from, `Compiled from ${library}.`),
  );
  writeFileSync(path('NOTICE'), parts.join('\n'));
}

/** Over what tsc wrote; its map is of no use then. */
async function writeModule(file, rolldown) {
  const bundle = await rolldown({
    input: file,
    platform: 'browser',
    // Asked for where they might run in Node: webpack puts something else there.
    transform: { define: NAMES_OF_NODE },
    plugins: [
      {
        name: 'packages',
        // From this checkout, wherever the build is made.
        resolveId: (id) => (['fs', 'path'].includes(id) ? NOTHING : packageFile(id)),
        load: (id) => (id === NOTHING ? 'export {};' : undefined),
      },
    ],
  });
  try {
    // They are short already, but for what was put around them.
    await bundle.write({ file, minify: { compress: false, mangle: false, codegen: true } });
  } finally {
    await bundle.close();
  }
  rmSync(`${file}.map`);
}

function packageFile(id) {
  return id.startsWith('@cornerstonejs/') ? require.resolve(id) : undefined;
}

/** What is said of a package that is inside of files of ours: its version, its license, and the terms of that. */
export function notice(files, name, origin) {
  const { root, version, license } = packageOf(name);
  const found = ['LICENSE', 'LICENSE.md'].map((file) => join(root, file)).find(existsSync);
  const terms = found === undefined ? [] : ['', readFileSync(found, 'utf8').trim()];
  const origins = origin === undefined ? [] : [origin];
  const of = `${files} have ${name} ${version} inside, license: ${license}.`;
  return `${[of, ...origins, ...terms].join('\n')}\n`;
}

/** A folder within a package may have a `package.json` too, which names none. */
function packageOf(name) {
  let root = dirname(require.resolve(name));
  for (;;) {
    const path = join(root, 'package.json');
    const manifest = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
    if (manifest.name === name) return { ...manifest, root };
    if (root === dirname(root)) throw new Error(`${name} has no package.json of its name`);
    root = dirname(root);
  }
}

/**
 * For Vite over src, where no build has put WebAssembly beside the modules: answers for it from the packages.
 *
 * @returns {import('vite').Plugin}
 */
export function packageWasmPlugin() {
  return {
    name: 'framedex-package-wasm',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => {
        const [, name] = /\/codecs\/wasm\/([\w-]+)\.wasm(?:\?|$)/.exec(request.url ?? '') ?? [];
        const found = name === undefined ? undefined : MODULES[name];
        if (found === undefined) return next();
        response.setHeader('content-type', 'application/wasm');
        response.end(readFileSync(require.resolve(`${found.name}/${found.wasm}`)));
      });
    },
  };
}
