import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createInflatedCache } from '../../src/inflate/inflated-cache.js';
import { createDescriptorPool } from '../../src/node/descriptor-pool.js';
import { openFileSource } from '../../src/node/file-source.js';
import { openZip } from '../../src/archive/zip.js';
import { archiveOptions, inflatingWith } from '../support/archive-options.js';
const folder = join(process.env['FRAMEDEX_CORPUS'] ?? '', 'zips');
const manifest = join(folder, 'manifest.json');
const present = process.env['FRAMEDEX_CORPUS'] !== undefined && existsSync(manifest);
if (!present)
  console.warn('FRAMEDEX_CORPUS has no zips/manifest.json: real archives are NOT tested');
const archives = present ? JSON.parse(readFileSync(manifest, 'utf8')) : [];
const pool = createDescriptorPool();
const cache = createInflatedCache(256 * 2 ** 20);
afterAll(() => {
  pool.close();
  expect(cache.bytes).toBe(0);
});
function open(zip) {
  const source = openFileSource(join(folder, zip), { pool });
  return openZip(source, archiveOptions({ inflating: inflatingWith({ cache }) }));
}
/** sha256 of all bytes, read as a header pass and then as a frame would; or the code of the error. */
async function digests(listing) {
  const found = [];
  for (const member of listing.members) {
    if (member.fault !== undefined) {
      found.push(member.fault.code);
      continue;
    }
    const source = member.open();
    try {
      source.readSync?.(0, 132);
      const bytes = await source.read(0, source.size);
      found.push(createHash('sha256').update(bytes).digest('hex'));
    } catch (error) {
      found.push(error.code);
    }
    await source.close?.();
  }
  return found;
}
/** Codes for members of archives that the tools could list and not (or not safely) read. */
const refused = {
  'encrypted_zipcrypto.zip': 'ZIP_ENCRYPTED',
  'encrypted_aes256.zip': 'ZIP_ENCRYPTED',
  'method_bzip2.zip': 'ZIP_METHOD',
  'method_lzma.zip': 'ZIP_METHOD',
  'method_deflate64.zip': 'ZIP_METHOD',
  'corrupt_entry.zip': { 'MR01.dcm': 'ZIP_SIZE_MISMATCH' },
  'bomb_lying_size.zip': 'ZIP_SIZE_MISMATCH',
};
/** Members whose bytes no tool vouches for, and why they are read all the same. */
const unverified = new Set([
  // One bit of stored pixel data is wrong: only a checksum over all of it could tell.
  'corrupt_stored_crc.zip MR03.dcm',
  // 200 MiB of zeros, honestly declared.
  'bomb_honest.zip bomb.dcm',
]);
describe.skipIf(!present)('O20: the archives of the corpus', () => {
  for (const { zip, entries, openError } of archives) {
    it(zip, async () => {
      if (entries === undefined && zip !== 'comment.zip') {
        expect(openError).toBeDefined();
        await expect(open(zip)).rejects.toMatchObject({ code: 'ZIP_FORMAT' });
        return;
      }
      const listing = await open(zip);
      const found = await digests(listing);
      if (entries === undefined) {
        // Its comment looks like an end record: Python and Info-ZIP give up, and the files are there.
        expect(listing.members.map((member) => member.size)).toEqual([132_830, 132_830]);
        return;
      }
      const files = entries.filter((entry) => entry.dir !== true);
      expect(listing.members.map((member) => member.size)).toEqual(files.map(({ size }) => size));
      files.forEach((file, index) => {
        if (unverified.has(`${zip} ${file.name}`)) return;
        const codes = refused[zip];
        const code = typeof codes === 'object' ? codes[file.name] : codes;
        expect([file.name, found[index]]).toEqual([file.name, code ?? file.sha256]);
      });
      await listing.close();
    });
  }
});
