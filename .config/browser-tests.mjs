/** Which tests run in a browser as well, and what they need there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ROOT } from './run.mjs';

/** Rooms of `src` that browsers have. Their tests run in both places, if they can. */
const ROOMS = ['bytes', 'inflate', 'dicom', 'codecs', 'frames', 'display', 'series', 'file'].concat(
  'collection',
  'archive',
);
/** What is loaded of a module in a browser, where there is such a file beside it. */
const COUNTERPART = '.browser.ts';
/** Packages that tests import and that run anywhere. */
const ANYWHERE = new Set(['vitest', 'fast-check']);
/** What a Node process has and a page has not. */
const GLOBALS = /(?<![.\w])(?:Buffer|process)\.\w|(?<![.\w])(?:gc|setImmediate)\(/;
const COMMENTS = /\/\*[^]*?\*\/|^\s*\/\/.*$/gm;
/** Imports that stay when types are erased. */
const IMPORTS =
  /^(?:import|export)\s+(?!type\b)(?:[\w*{][^'"`;]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

/**
 * The tests of portable rooms, by whether they and all that they import can be loaded in a browser.
 *
 * @returns {{ portable: string[], left: { file: string, why: string }[] }} paths from the project's folder
 */
export function browserTests() {
  const portable = [];
  const left = [];
  for (const file of ROOMS.flatMap(testsOf)) {
    const why = obstacle(file, new Set());
    if (why === undefined) portable.push(shown(file));
    else left.push({ file: shown(file), why });
  }
  return { portable, left };
}

/**
 * A plugin of Vite that loads `x.browser.ts` in place of `x.ts`.
 *
 * @returns {import('vite').Plugin}
 */
export function counterparts() {
  return {
    name: 'counterparts',
    enforce: 'pre',
    resolveId(source, importer) {
      if (importer === undefined || !source.startsWith('.')) return undefined;
      const file = resolve(dirname(importer.replace(/\?.*$/, '')), source);
      return counterpartOf(file);
    },
  };
}

function testsOf(room) {
  const folder = join(ROOT, 'test', room);
  const names = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  return names.sort().map((name) => join(folder, name));
}

/** The first reason, at the end of a chain of imports, why a file cannot be loaded. */
function obstacle(given, seen) {
  const file = counterpartOf(given) ?? given;
  if (seen.has(file)) return undefined;
  seen.add(file);
  if (!existsSync(file)) return `${shown(file)} is not there`;
  if (relative(join(ROOT, 'src', 'node'), file).split(sep)[0] !== '..') return shown(file);
  const { imports, global } = read(file);
  if (global !== undefined) return `${shown(file)}: ${global}`;
  for (const name of imports) {
    if (!name.startsWith('.')) {
      if (ANYWHERE.has(name) || isDependency(name)) continue;
      return `${shown(file)}: ${name}`;
    }
    const why = obstacle(resolve(dirname(file), name), seen);
    if (why !== undefined) return why;
  }
  return undefined;
}

const files = new Map();

function read(file) {
  const known = files.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(file, 'utf8').replaceAll(COMMENTS, '');
  const imports = [...text.matchAll(IMPORTS)].map(([, fixed, loaded]) => fixed ?? loaded);
  const facts = { imports: [...new Set(imports)], global: GLOBALS.exec(text)?.[0] };
  files.set(file, facts);
  return facts;
}

function counterpartOf(file) {
  const other = file.replace(/\.ts$/, COUNTERPART);
  return other !== file && !file.endsWith(COUNTERPART) && existsSync(other) ? other : undefined;
}

const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** What the package itself imports in portable rooms is there to run in browsers; but for yauzl, which is Node's. */
function isDependency(name) {
  return name !== 'yauzl' && Object.keys(dependencies).some((one) => name.startsWith(one));
}

function shown(file) {
  return relative(ROOT, file).split(sep).join('/');
}
