import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleSizes } from '../../bench/bundle-size.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Bytes, minified and gzipped, when the figures of `.adr/0018-header-only.md` were written. What is 5 % more has
 * brought something along: `node bench/bundle-size.mjs --modules` says what.
 */
const WRITTEN = [
  ['framedex/dicom', 'first', 86_600],
  ['framedex/dicom', 'all', 91_700],
  ['framedex/dicom, readHeader alone', 'first', 82_100],
  ['framedex/dicom, without its tables', 'first', 29_900],
  ['framedex', 'first', 177_900],
  ['framedex', 'all', 278_500],
] as const;

let sizes: Awaited<ReturnType<typeof bundleSizes>>;

describe('bundles for browsers', () => {
  beforeAll(async () => {
    const built = spawnSync(process.execPath, [join(root, '.config', 'build.mjs'), '--if-needed']);
    if (built.status !== 0) throw new Error(built.stdout.toString());
    sizes = await bundleSizes(join(root, 'dist'));
  });

  it.each(WRITTEN)('%s: what is loaded (%s) stays at %i bytes', (name, part, bytes) => {
    expect(sizes[name][part]).toBeGreaterThan(bytes * 0.5);
    expect(sizes[name][part]).toBeLessThan(bytes * 1.05);
  });

  it('headers alone need no more than the dictionary and the parser', () => {
    const tables =
      sizes['framedex/dicom'].first - sizes['framedex/dicom, without its tables'].first;
    expect(tables).toBeGreaterThan(40_000);
    expect(sizes['framedex/dicom'].all).toBeLessThan(sizes.framedex.first * 0.6);
  });

  it('who reads headers and asks for no display name is spared their table', () => {
    const { first } = sizes['framedex/dicom, readHeader alone'];
    expect(sizes['framedex/dicom'].first - first).toBeGreaterThan(3_500);
  });
});
