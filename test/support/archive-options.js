import { archiveLimits } from '../../src/archive/archive-options.js';
import { DEFAULT_LIMITS } from '../../src/dicom/limits.js';
import { createInflatedCache } from '../../src/inflate/inflated-cache.js';
import { nodeInflater } from '../../src/node/inflater.js';
import { readDirectory } from '../../src/node/zip-directory.js';
/** As a context has it where nothing is said. */
export function inflatingWith(given = {}) {
  const cache = createInflatedCache(64 * 2 ** 20);
  return { inflater: nodeInflater, cache, wholeBytes: 64 * 2 ** 20, ...given };
}
/** What archives are opened with, the usual limits but for those given. */
export function archiveOptions(given = {}) {
  const limits = { ...archiveLimits(DEFAULT_LIMITS), ...given.limits };
  return { inflating: inflatingWith(), readDirectory, ...given, limits };
}
