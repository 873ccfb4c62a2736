import { describe, expect, it } from 'vitest';
import { forgedArchives, outcomeOf } from '../../bench/data/forged-archives.mjs';
import { openZip } from '../../src/archive/zip.js';
import { memorySource } from '../../src/bytes/memory.js';
import { archiveOptions } from '../support/archive-options.js';
import { buildZip } from '../support/build-zip.js';
const MOST = 16 * 2 ** 20;
async function open(bytes) {
  const warnings = [];
  const onWarning = (warning) => {
    warnings.push(warning);
  };
  const listing = await openZip(memorySource(bytes, 'm.zip'), archiveOptions({ onWarning }));
  return { listing, warnings };
}
const all = forgedArchives(buildZip);
describe('forged archives', () => {
  it('N21, O20: there are at least 41 of them, each of its own', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(41);
  });
  it.each(all)('N21, O20: $name is $code', async (forged) => {
    const { code, opened } = await outcomeOf(forged, open);
    expect(code).toBe(forged.code);
    expect(opened?.listing.members.length).toBe(forged.members);
    expect((opened?.warnings ?? []).map((warning) => warning.code)).toEqual(forged.warnings ?? []);
    expect(opened?.listing.inflation?.bytesInflated ?? 0).toBeLessThanOrEqual(MOST);
    // The others of the archive are as good as ever.
    const sound = opened?.listing.members.find(({ name }) => name === 'after');
    if (sound !== undefined) {
      const source = sound.open();
      expect((await source.read(0, source.size)).length).toBe(50_000);
      await source.close?.();
    }
    await opened?.listing.close();
  });
});
