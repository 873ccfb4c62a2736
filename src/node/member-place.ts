import { statSync } from 'node:fs';
import { MEMBER_SEPARATOR } from '../archive/member-names.ts';

/** What `study.zip!/a/b/IM0001` names; the member may be one of an archive in the archive. */
export interface ArchiveMember {
  readonly archive: string;
  readonly member: string;
}

/**
 * The member that a path names; undefined where it names none. The first `!/` behind an existing file
 * parts the two, because both names may have one too.
 */
export function memberOf(path: string): ArchiveMember | undefined {
  for (
    let at = path.indexOf(MEMBER_SEPARATOR);
    at > 0;
    at = path.indexOf(MEMBER_SEPARATOR, at + 1)
  ) {
    const archive = path.slice(0, at);
    if (isFile(archive)) {
      return { archive, member: path.slice(at + MEMBER_SEPARATOR.length) };
    }
  }
  return undefined;
}

/** What cannot be looked at is no archive; opening the path as a whole says why. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
