/**
 * Installs what package-lock.json names, when node_modules does not hold it yet. Needs nothing but
 * Node and npm, so that `npm start` and `npm test` work in a fresh clone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, ROOT } from './run.mjs';

const reason = whyNot();
if (reason !== undefined) {
  console.log(`framedex: ${reason}, running npm ci`);
  // Without scripts: `prepare` would build, and whoever needs the build makes sure of it.
  const { status } = npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  process.exitCode = status ?? 1;
}

/** Versions are compared, not dates: a checkout touches files that it does not change. */
function whyNot() {
  const wanted = packages('package-lock.json');
  const installed = packages(join('node_modules', '.package-lock.json'));
  if (installed === undefined) return 'nothing is installed';
  for (const [path, { version, optional, devOptional, link }] of Object.entries(wanted ?? {})) {
    if (path === '' || link) continue;
    const found = installed[path]?.version;
    // What is optional is left out on machines that it is not made for.
    if (found === undefined && (optional || devOptional)) continue;
    if (found !== version) return `${path} should be ${version}, is ${found ?? 'missing'}`;
  }
  return undefined;
}

function packages(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
