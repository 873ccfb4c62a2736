import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
/**
 * The files of the folder that FRAMEDEX_CORPUS names, smallest first; none, and a line that says so,
 * where it names no such folder. They are no part of this project.
 */
export function corpusFiles(purpose) {
  const folder = process.env['FRAMEDEX_CORPUS'];
  const manifest = folder === undefined ? undefined : join(folder, 'manifest.json');
  if (folder === undefined || manifest === undefined || !existsSync(manifest)) {
    console.warn(`SKIPPED: ${purpose}. Set FRAMEDEX_CORPUS to the folder that holds real files.`);
    return [];
  }
  const entries = JSON.parse(readFileSync(manifest, 'utf8'));
  return entries
    .map(({ file, size }) => ({ name: file, path: join(folder, 'files', file), size }))
    .sort((a, b) => a.size - b.size);
}
/** Numbers from 0 to below 1, the same every time. */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
