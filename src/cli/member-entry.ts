import type { CollectionEntry } from '../node/index.ts';
import type { OpenedInput } from './inputs.ts';

/** What is known of a file without reading its pixels. */
export type FileEntry = Partial<Pick<CollectionEntry, 'size' | 'compressedSize'>>;

type OpenedFile = OpenedInput & { readonly kind: 'file' };

/** Bytes of the object: of what was compressed, once it is inflated. */
export function sizeOf({ file, bytes, place }: OpenedFile): number {
  const isPart = place !== undefined || file.stats().inflation !== undefined;
  // Its index has the length of what it was read from, whatever that was inflated from.
  return isPart ? file.toIndex().source.size : bytes;
}

/**
 * {@link sizeOf}, and what it takes where it is compressed: what gzip compressed, the whole file; a member
 * of a zip, as the archive's directory says. Of what is deeper in archives only the size is known: to
 * list those, all around them is inflated.
 */
export async function fileEntry(opened: OpenedFile): Promise<FileEntry> {
  const { file, bytes, place } = opened;
  const size = sizeOf(opened);
  if (file.stats().inflation === undefined) return { size };
  if (place === undefined) return { size, compressedSize: bytes };
  const archive = await place.list();
  if (archive === undefined) return { size };
  try {
    for await (const { name, id, compressedSize } of archive.entries()) {
      if (name === place.member || id === place.member) return { size, compressedSize };
    }
    return { size };
  } finally {
    await archive.close();
  }
}
