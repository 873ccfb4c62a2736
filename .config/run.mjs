import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder, which may have spaces in its name. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Runs a program with this Node, from the project's folder, and waits for it.
 *
 * @param {readonly string[]} args script and arguments
 * @param {import('node:child_process').SpawnSyncOptions} [options] what differs from the defaults
 */
export function node(args, options) {
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', ...options });
}

/**
 * Runs npm. Inside `npm run` its own script is known, which spares the `npm.cmd` of Windows and a
 * shell.
 *
 * @param {readonly string[]} args arguments
 * @param {import('node:child_process').SpawnSyncOptions} [options] what differs from the defaults
 */
export function npm(args, options) {
  const script = process.env.npm_execpath;
  if (script !== undefined && /npm-cli\.[cm]?js$/.test(script))
    return node([script, ...args], options);
  const windows = process.platform === 'win32';
  return spawnSync('npm', args, { cwd: ROOT, stdio: 'inherit', shell: windows, ...options });
}

/**
 * The script behind a command of an installed package: `bin('typescript', 'tsc')`.
 *
 * @param {string} name package
 * @param {string} [command] its command, when not the package's own name
 */
export function bin(name, command = name) {
  const folder = join(ROOT, 'node_modules', name);
  const manifest = createRequire(import.meta.url)(join(folder, 'package.json'));
  const path = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[command];
  return join(folder, path);
}
