import { parseElementPath } from './element-path.ts';
import type { PrivateName } from './element-path.ts';
import { isPrivateCreator } from './dictionary.ts';
import { elementOf, groupOf, privateCreatorTag } from './tag.ts';
import type { Tag, TagLike } from './tag.ts';

/** Which elements of a data set are wanted: a set of tags, or anything that knows like one. */
export type WantedTags = Pick<ReadonlySet<Tag>, 'has'>;

/**
 * The elements that `names` name, and the private creators without which private ones mean nothing. Of
 * a path it is the outermost sequence.
 *
 * @throws FramedexError `USAGE` for what names no element.
 */
export function wantedTags(names: readonly TagLike[]): WantedTags {
  const tags = new Set<Tag>();
  const privates: PrivateName[] = [];
  for (const like of names) {
    const { steps, element } = parseElementPath(like);
    const name = steps[0]?.sequence ?? element;
    if (typeof name !== 'number') {
      privates.push(name);
      continue;
    }
    tags.add(name);
    const creator = privateCreatorTag(name);
    if (creator !== undefined) tags.add(creator);
  }
  if (privates.length === 0) return tags;
  return { has: (tag) => tags.has(tag) || privates.some((name) => mayBe(tag, name)) };
}

/** Which block a creator has reserved is known only when its element was read. */
function mayBe(tag: Tag, { group, element }: PrivateName): boolean {
  if (groupOf(tag) !== group) return false;
  return isPrivateCreator(tag) || (elementOf(tag) >= 0x1000 && (tag & 0xff) === element);
}
