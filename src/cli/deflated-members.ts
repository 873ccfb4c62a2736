import { openFileSource } from '../node/file-source.ts';
import { sharedContext } from '../node/context.ts';
import { memberOf } from '../node/member-place.ts';
import { readDirectory } from '../node/zip-directory.ts';
import { DEFLATED } from '../archive/zip-member.ts';

/** What a deflated member of an archive is inflated from and to, in bytes. */
export interface DeflatedMember {
  readonly compressed: number;
  readonly size: number;
}

/** Finds out whether a name such as `study.zip!/CT/IM0042` is that of a deflated member. */
export type FindDeflated = (name: string) => Promise<DeflatedMember | undefined>;

/**
 * By the archives' directories: each is read once, as long as names of the same archive are asked for.
 * Nothing is said of names that no directory has, such as those given to the second of two equal ones.
 */
export function deflatedMembers(): FindDeflated {
  let known: string | undefined;
  let members: ReadonlyMap<string, DeflatedMember> = new Map();
  return async (name) => {
    const place = memberOf(name);
    if (place === undefined) return undefined;
    if (place.archive !== known) {
      members = await readMembers(place.archive);
      known = place.archive;
    }
    return members.get(place.member);
  };
}

async function readMembers(archive: string): Promise<Map<string, DeflatedMember>> {
  const { descriptors, io, limits } = sharedContext();
  const source = openFileSource(archive, { pool: descriptors, io });
  try {
    const { records } = await readDirectory(source, {
      entries: limits.maxArchiveMembers,
      directoryBytes: limits.maxArchiveDirectoryBytes,
    });
    const members = new Map<string, DeflatedMember>();
    for (const { name, method, compressedSize, size } of records) {
      if (method === DEFLATED) members.set(name, { compressed: compressedSize, size });
    }
    return members;
  } finally {
    await source.close?.();
  }
}
