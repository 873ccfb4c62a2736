import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Raise it when a generator writes anything else: old data is then made anew. */
const VERSION = 4;

/**
 * Makes the data of a work load, or finds it where an earlier run left it.
 * @param {string} root folder of all data
 * @param {{ name: string, generate: (folder: string) => object | Promise<object> }} workload
 * @returns {Promise<string>} path of the manifest
 */
export async function prepare(root, workload) {
  const folder = join(root, `v${VERSION}`, workload.name);
  const manifest = join(folder, 'manifest.json');
  if (existsSync(manifest)) return manifest;
  // The manifest is written last: without it, whatever is here is half of something.
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(manifest, JSON.stringify(await workload.generate(folder)));
  return manifest;
}

/** @param {string} manifest @returns {any} */
export function readManifest(manifest) {
  return { ...JSON.parse(readFileSync(manifest, 'utf8')), manifest };
}
