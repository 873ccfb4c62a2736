import { archiveLimits } from '../../src/archive/archive-options.ts';
import type { ArchiveLimits, ArchiveOptions } from '../../src/archive/archive-options.ts';
import { DEFAULT_LIMITS } from '../../src/dicom/limits.ts';
import { createInflatedCache } from '../../src/inflate/inflated-cache.ts';
import type { Inflating } from '../../src/inflate/inflating.ts';
import { nodeInflater } from '../../src/node/inflater.ts';
import { readDirectory } from '../../src/node/zip-directory.ts';

/** As a context has it where nothing is said. */
export function inflatingWith(given: Partial<Inflating> = {}): Inflating {
  const cache = createInflatedCache(64 * 2 ** 20);
  return { inflater: nodeInflater, cache, wholeBytes: 64 * 2 ** 20, ...given };
}

/** What archives are opened with, the usual limits but for those given. */
export function archiveOptions(
  given: Partial<Omit<ArchiveOptions, 'limits'>> & {
    readonly limits?: Partial<ArchiveLimits> | undefined;
  } = {},
): ArchiveOptions {
  const limits = { ...archiveLimits(DEFAULT_LIMITS), ...given.limits };
  return { inflating: inflatingWith(), readDirectory, ...given, limits };
}
