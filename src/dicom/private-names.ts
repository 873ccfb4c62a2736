import { privateGroup } from './private-dictionary.ts';
import { PRIVATE_NAMES } from './private-names.data.ts';
import type { Tag } from './tag.ts';

/**
 * What `creator` calls a private element, for people: `B_value`. The element is the low byte of `tag`,
 * whatever block its creator reserved. Not part of what programs load: import it where it is shown.
 */
export function privateName(creator: string, tag: Tag): string | undefined {
  const names = privateGroup(PRIVATE_NAMES, creator, tag);
  const start = names?.indexOf(`~${elementInBlock(tag)}`) ?? -1;
  if (names === undefined || start < 0) return undefined;
  const end = names.indexOf('~', start + 1);
  return names.slice(start + 3, end < 0 ? undefined : end);
}

/** The element of `tag` in its block, in two digits. */
function elementInBlock(tag: Tag): string {
  return (tag & 0xff).toString(16).toUpperCase().padStart(2, '0');
}
