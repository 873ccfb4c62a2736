/**
 * Holds the imports of a source folder against the floors: `node check-layers.mjs [FOLDER]`.
 * Prints one line for each fault, then how many modules were looked at. No module is a fault too:
 * a checker that cannot read TypeScript finds nothing wrong.
 */
import { basename, dirname, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import { FLOORS, NODE_ROOMS } from './floors.mjs';
import { layers } from './layers.mjs';

const source = resolve(process.argv[2] ?? fileURLToPath(new URL('../src', import.meta.url)));
const prefix = `${basename(source)}/`;

const { forbidden, options } = layers(basename(source));
const { output } = await cruise([basename(source)], {
  ...options,
  baseDir: dirname(source),
  validate: true,
  ruleSet: { forbidden, options },
});

const modules = output.modules.map(({ source: path }) => path).filter(isInside);
const faults = new Set([
  ...modules
    .map(inSource)
    .filter(hasNoFloor)
    .map((path) => `${path} has no floor`),
  ...output.summary.violations.map(describe),
]);

for (const fault of [...faults].sort()) console.log(fault);
console.log(`${modules.length} modules, ${faults.size} faults`);
if (modules.length === 0) console.log('no module was found, so nothing was checked');
process.exitCode = modules.length === 0 || faults.size > 0 ? 1 : 0;

function describe({ rule, from, to, cycle }) {
  if (rule.name === 'cycle') return circle(cycle.map(({ name }) => inSource(name)));
  if (rule.name === 'node') {
    return `${inSource(from)} -> node:${to.replace(/^node:/, '')} is for ${NODE_ROOMS.join(', ')}`;
  }
  if (rule.name === 'undeclared') {
    return `${inSource(from)} -> ${to} ${to.startsWith('.') ? 'does not exist' : 'is not a dependency'}`;
  }
  const verdict = rule.name === 'entry' ? 'is an entry point' : rule.name;
  return `${inSource(from)} -> ${specifier(from, to)} ${verdict}`;
}

/** Every member of a cycle reports it; starting at the first name makes these reports equal. */
function circle(names) {
  const start = names.indexOf([...names].sort()[0]);
  const turned = [...names.slice(start), ...names.slice(0, start)];
  return [...turned, turned[0]].join(' -> ');
}

function specifier(from, to) {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

function hasNoFloor(path) {
  return !(path.split('/')[0] in FLOORS);
}

function isInside(path) {
  return path.startsWith(prefix);
}

function inSource(path) {
  return isInside(path) ? path.slice(prefix.length) : path;
}
