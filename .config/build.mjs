/**
 * Builds dist from src: `node build.mjs [--if-needed]`. The build is made beside dist and takes its
 * place when it is complete, so that no stale file ships and no reader meets half a build.
 */
import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeBrowserModules } from './browser-modules.mjs';
import { joinModules } from './join.mjs';
import { bin, node, ROOT } from './run.mjs';

const DIST = join(ROOT, 'dist');
/** What decides, beside src, what is built. */
const MAKERS = ['tsconfig.build.json', 'join.mjs', 'browser-modules.mjs'];
const COMMAND = join('cli', 'main.js');

if (!existsSync(join(ROOT, 'node_modules', 'typescript'))) {
  // `npm install --omit=dev` in a clone: the compiler was declined, so there is nothing to do.
  console.log('framedex: not built, because typescript is not installed');
} else if (!process.argv.includes('--if-needed') || isStale()) {
  await build();
}

async function build() {
  console.log('framedex: building dist');
  const fresh = join(ROOT, `.dist-${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  try {
    const project = join(ROOT, '.config', 'tsconfig.build.json');
    const { status } = node([bin('typescript', 'tsc'), '-p', project, '--outDir', fresh]);
    if (status === 0) {
      await joinIfPossible(fresh);
      if (existsSync(join(fresh, COMMAND))) chmodSync(join(fresh, COMMAND), 0o755);
      replace(fresh);
    }
    process.exitCode = status ?? 1;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Without rolldown, or its package for this platform, there is what tsc wrote: the same, but later there. */
async function joinIfPossible(folder) {
  const found = await import('rolldown').catch((error) => ({ error }));
  if ('error' in found) {
    const [why] = String(found.error).split('\n');
    console.log(`framedex: modules are not joined, because rolldown cannot be loaded: ${why}`);
    console.log(
      'framedex: codecs are for Node alone, and there is nothing for pages without a bundler',
    );
  } else {
    await joinModules(folder, found.rolldown);
    await writeBrowserModules(folder, found.rolldown);
  }
}

function replace(fresh) {
  const old = `${fresh}-old`;
  if (existsSync(DIST)) renameSync(DIST, old);
  renameSync(fresh, DIST);
  rmSync(old, { recursive: true, force: true });
}

/** Folders count as well as files: theirs is the date of what was removed. */
function isStale() {
  const built = join(DIST, 'errors.js');
  if (!existsSync(built)) return true;
  const since = statSync(built).mtimeMs;
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true }).map((path) =>
    join('src', path),
  );
  const makers = ['tsconfig.json', ...MAKERS.map((name) => join('.config', name))];
  return ['src', ...makers, ...sources].some((path) => statSync(join(ROOT, path)).mtimeMs > since);
}
