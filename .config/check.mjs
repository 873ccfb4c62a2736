/**
 * Everything about the project that can be judged without running it: `node check.mjs [NAME]...`.
 * All checks are run even when one fails; a check is silent unless it finds something.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, node, npm, ROOT } from './run.mjs';

const config = (name) => join(ROOT, '.config', name);

const CHECKS = {
  types: () => run([bin('typescript', 'tsc'), '--noEmit', '-p', join(ROOT, 'tsconfig.json')]),
  portable: () =>
    run([bin('typescript', 'tsc'), '--noEmit', '-p', config('tsconfig.portable.json')]),
  lint: () =>
    run([bin('eslint'), '--config', config('eslint.config.js'), '--max-warnings', '0', '.']),
  format: () =>
    run([
      ...[bin('prettier'), '--log-level', 'warn', '--check'],
      ...['{src,test,bench,.config,.ci}/**/*.{ts,js,cjs,mjs,json,css,html}', '*.json'],
      ...['!**/*.data.ts', '!**/tag-values.ts', '!package-lock.json'],
    ]),
  layers: () => run([config('check-layers.mjs')]),
  package: checkPackage,
};

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(CHECKS)) {
  const start = performance.now();
  const { ok, output } = CHECKS[name]?.() ?? { ok: false, output: 'there is no such check' };
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  if (!ok) console.log(output.trimEnd());
  console.log(`check ${name.padEnd(8)} ${ok ? 'ok' : 'FAILED'} ${seconds} s`);
  if (!ok) process.exitCode = 1;
}

function run(args) {
  const { status, stdout, stderr } = node(args, { stdio: 'pipe', encoding: 'utf8' });
  return { ok: status === 0, output: stdout + stderr };
}

/** What would be published is what publint and attw read: the packed file itself. */
function checkPackage() {
  const built = run([config('build.mjs'), '--if-needed']);
  if (!built.ok) return built;
  const folder = mkdtempSync(join(tmpdir(), 'framedex-check-'));
  try {
    const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    const packed = npm(args, { stdio: 'pipe', encoding: 'utf8' });
    if (packed.status !== 0) return { ok: false, output: packed.stdout + packed.stderr };
    const file = join(folder, readdirSync(folder)[0]);
    const linted = run([bin('publint'), 'run', file, '--strict']);
    if (!linted.ok) return linted;
    return run([bin('@arethetypeswrong/cli', 'attw'), file, '--profile', 'esm-only', '--no-emoji']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
