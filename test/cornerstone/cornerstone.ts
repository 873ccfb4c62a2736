import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** It brings 75 MB, so that it is no dependency of the project. Vite puts the last two where vtk.js asks for modules of Node. */
const DEPENDENCIES = { '@cornerstonejs/core': '5.14.0', events: '3.3.0', url: '0.11.4' };

/**
 * The `node_modules` that has Cornerstone3D: installed once, into a folder for temporary files. Undefined, and a line that
 * says so, where that cannot be done.
 */
export function cornerstoneModules(): string | undefined {
  const version = DEPENDENCIES['@cornerstonejs/core'];
  const folder = join(tmpdir(), `framedex-cornerstone-${version}`);
  const modules = join(folder, 'node_modules');
  if (existsSync(modules)) return modules;
  const fresh = mkdtempSync(`${folder}-`);
  const manifest = { private: true, dependencies: DEPENDENCIES };
  writeFileSync(join(fresh, 'package.json'), JSON.stringify(manifest));
  const options = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--silent'];
  const isWindows = process.platform === 'win32';
  const installed = spawnSync('npm', ['install', ...options], {
    ...{ cwd: fresh, shell: isWindows, timeout: 180_000, encoding: 'utf8' },
  });
  if (installed.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    const why = installed.error?.message ?? installed.stderr.trim().split('\n')[0] ?? '';
    console.warn(`SKIPPED: Cornerstone3D. npm does not install ${version} of it: ${why}`);
    return undefined;
  }
  mkdirSync(folder, { recursive: true });
  // Whoever was faster has installed the same.
  if (!existsSync(modules)) renameSync(join(fresh, 'node_modules'), modules);
  rmSync(fresh, { recursive: true, force: true });
  return modules;
}
