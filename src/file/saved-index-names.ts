import { nearest } from '../dicom/spelling.ts';

type Files = Readonly<Record<string, unknown>>;

/** Where the index of that name stands, as JavaScript would have it. */
export function entryPath(name: string): string {
  return `files[${JSON.stringify(name)}]`;
}

/**
 * The names in an index of many files that a path may mean: itself; or those that are the same path; or
 * those that it ends in, as `study/CT/1` does in `CT/1` of an index of `study`. None of several is better
 * than the others.
 *
 * @param resolved makes two names of one file the same
 */
export function matchingNames(
  files: Files,
  name: string,
  resolved: (name: string) => string = normalized,
): readonly string[] {
  if (Object.hasOwn(files, name)) return [name];
  const wanted = resolved(name);
  const names = Object.keys(files);
  const same = names.filter((one) => resolved(one) === wanted);
  if (same.length > 0) return same;
  const path = normalized(wanted);
  return names.filter((one) => path.endsWith(`/${normalized(one)}`));
}

/** Without `.`, with `/` between its parts, and `..` where it leads out of what is written only. */
function normalized(name: string): string {
  const parts: string[] = [];
  for (const [k, part] of name.split(/[\\/]/).entries()) {
    const last = parts[parts.length - 1];
    if (part === '..' && last !== undefined && last !== '..' && last !== '') parts.pop();
    else if (part !== '.' && (part !== '' || k === 0)) parts.push(part);
  }
  return parts.join('/');
}

/** More would fill the screen. */
const MOST_NAMES = 3;

/** Some of the names that there are, first that which was most likely meant. */
export function namesText(names: readonly string[], name: string): string {
  if (names.length === 0) return 'no names';
  const base = baseOf(name);
  const meant = names.find((one) => baseOf(one) === base) ?? nearest(name, names);
  const others = names.filter((one) => one !== meant);
  const shown = (meant === undefined ? others : [meant, ...others]).slice(0, MOST_NAMES);
  const more = names.length - shown.length;
  const list = shown.map((one) => JSON.stringify(one)).join(', ');
  return more === 0 ? list : `${list} and ${more} more`;
}

function baseOf(name: string): string | undefined {
  return normalized(name).split('/').pop();
}
