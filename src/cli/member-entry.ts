import { openArchive } from '../node/index.ts';
import type { CollectionEntry } from '../node/index.ts';
import { MEMBER_SEPARATOR } from '../archive/member-names.ts';
import { memberOf } from '../node/member-place.ts';
import type { OpenedInput } from './inputs.ts';

/** What is known of a file without reading it. */
export type FileEntry = Partial<Pick<CollectionEntry, 'size' | 'compressedSize'>>;

/**
 * What the system says of a file of its own, and an archive's directory of a member, `study.zip!/IM0042`,
 * or of what gzip compressed. Nothing where it came from standard input.
 */
export async function fileEntry({
  name,
  file,
  bytes,
}: OpenedInput & { readonly kind: 'file' }): Promise<FileEntry> {
  const place = memberOf(name);
  const isCompressed = file.stats().inflation !== undefined;
  if (place === undefined && !isCompressed) return { size: bytes };
  if (place === undefined && file.name === 'stdin') return {};
  const nested = place?.member.includes(MEMBER_SEPARATOR);
  const archive = await openArchive(place?.archive ?? name, { nested });
  try {
    for await (const entry of archive.entries()) {
      const isMeant = entry.name === place?.member || entry.id === place?.member;
      if (place === undefined || isMeant) return entry;
    }
    return {};
  } finally {
    await archive.close();
  }
}
