import { latin1 } from './member-names.ts';
import { BLOCK, isTar } from './tar-header.ts';

/** Kinds of archives that are read in place. */
export type ArchiveKind = 'zip' | 'tar' | 'gzip';

/** So many first bytes tell a kind. */
export const KIND_BYTES: number = BLOCK;

/**
 * What the first {@link KIND_BYTES} bytes begin; undefined for what is no archive, and for a zip with other
 * bytes before it, which only its end tells. A DICOM object may have anything in front of its prefix
 * (PS3.10 7.1), and is none.
 */
export function archiveKindOf(head: Uint8Array): ArchiveKind | undefined {
  if (hasDicomPrefix(head)) return undefined;
  if (['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'].includes(latin1(head.subarray(0, 4))))
    return 'zip';
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return isTar(head) ? 'tar' : undefined;
}

/** `DICM` behind a preamble: a DICOM object, whatever the preamble looks like. */
export function hasDicomPrefix(head: Uint8Array): boolean {
  return latin1(head.subarray(128, 132)) === 'DICM';
}

/** Whether a name is one of an archive; of `.gz`, the bytes tell whether there is one in it. */
export function isArchiveName(name: string): boolean {
  return /\.(?:zip|tar|tgz|gz)$/i.test(name);
}

/** Kinds that are not read, by their first bytes. */
const OTHERS: readonly (readonly [name: string, start: string])[] = [
  ['a 7z archive', '7z\xbc\xaf'],
  ['a RAR archive', 'Rar!'],
  ['an xz file', '\xfd7zXZ'],
  ['a bzip2 file', 'BZh'],
  ['a zstd file', '\x28\xb5\x2f\xfd'],
  ['a cabinet', 'MSCF'],
];

/** What archive of another kind this is. */
export function otherArchive(head: Uint8Array): string | undefined {
  if (hasDicomPrefix(head)) return undefined;
  return OTHERS.find(([, start]) => latin1(head.subarray(0, start.length)) === start)?.[0];
}
