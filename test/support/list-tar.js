import { expect } from 'vitest';
import { openTar } from '../../src/archive/tar.js';
import { memorySource } from '../../src/bytes/memory.js';
import { isFramedexError } from '../../src/errors.js';
import { archiveOptions } from './archive-options.js';
/** Lists a tar, called m.tar. */
export function listTar(tar, given = {}) {
  return openTar(memorySource(tar, 'm.tar'), archiveOptions(given));
}
/** What each member holds, or the code of its fault. */
export async function contentsOf(listing) {
  const found = {};
  for (const member of listing.members) {
    try {
      const source = member.open();
      const bytes = await source.read(0, source.size);
      expect([source.name, source.size, bytes.length]).toEqual([
        member.name,
        member.size,
        member.size,
      ]);
      expect(member.fault).toBeUndefined();
      found[member.name] = Buffer.from(bytes).toString();
      await source.close?.();
    } catch (error) {
      if (!isFramedexError(error)) throw error;
      expect(error.message).toBe(member.fault?.message);
      found[member.name] = error.code;
    }
  }
  return found;
}
