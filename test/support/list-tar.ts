import { expect } from 'vitest';
import type { ArchiveOptions } from '../../src/archive/archive-options.ts';
import { openTar } from '../../src/archive/tar.ts';
import { memorySource } from '../../src/bytes/memory.ts';
import type { Listing } from '../../src/collection/listing.ts';
import { isFramedexError } from '../../src/errors.ts';
import { archiveOptions } from './archive-options.ts';

/** Lists a tar, called m.tar. */
export function listTar(tar: Uint8Array, given: Partial<ArchiveOptions> = {}): Promise<Listing> {
  return openTar(memorySource(tar, 'm.tar'), archiveOptions(given));
}

/** What each member holds, or the code of its fault. */
export async function contentsOf(listing: Listing): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
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
