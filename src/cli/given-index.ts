import { readFileSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { parseFileIndex } from '../file/saved-index-format.ts';
import { oneOf, placeAt, placeOf } from '../file/saved-index-json.ts';
import type { IndexPlace } from '../file/saved-index-json.ts';
import { entryPath, matchingNames, namesText } from '../file/saved-index-names.ts';
import type { CollectionIndexJson, FileIndexJson } from '../node/index.ts';
import { DEFAULT_LIMITS, FramedexError } from '../node/index.ts';
import { ioError } from '../node/io-error.ts';
import type { Io } from './io.ts';
import { printable } from './terminal.ts';
import { memberOfInput } from './url-inputs.ts';

/** The file that `--index` names, read. */
export interface GivenIndex {
  readonly path: string;
  readonly json: FileIndexJson | CollectionIndexJson;
}

/** What a verb has of the process, and the index that its inputs are opened with. */
export interface IndexedIo extends Io {
  readonly index?: GivenIndex | undefined;
}

/**
 * Reads a saved index. What is in it is held against its format when a file is opened with it.
 *
 * @throws FramedexError `IO`, `INDEX_FORMAT`.
 */
export function readIndex(path: string): GivenIndex {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw ioError(error, path, 'read the index');
  }
  try {
    return { path, json: JSON.parse(text) as FileIndexJson | CollectionIndexJson };
  } catch (cause) {
    const details = { name: path, expected: 'JSON, as framedex index writes it' };
    throw new FramedexError('INDEX_FORMAT', 'the saved index cannot be used', details, { cause });
  }
}

/**
 * The index of one input: of its name, as given or as a path, of the member that it names, or of the one
 * name that its path ends in. Undefined where it has none, or several, which is said.
 *
 * @throws FramedexError `INDEX_FORMAT`, with the file that the index is from.
 */
export async function indexOfFile(
  input: string,
  io: IndexedIo,
): Promise<FileIndexJson | undefined> {
  const { index } = io;
  if (index === undefined) return undefined;
  const files = filesOf(index);
  if (files === undefined)
    return checked(index.json as FileIndexJson, { name: index.path, path: '' });
  const member = memberOfInput(input)?.member;
  const found =
    member !== undefined && !Object.hasOwn(files, input) && Object.hasOwn(files, member)
      ? [member]
      : matchingNames(files, input, (name) => resolve(name));
  const [key] = found;
  if (key !== undefined && found.length === 1) {
    return checked(files[key], { name: index.path, path: entryPath(key) });
  }
  const reason =
    key === undefined
      ? `is not in ${index.path}, which has ${namesText(Object.keys(files), input)}`
      : `may be several of ${index.path}, ${namesText(found, input)}`;
  await note(io, `${input} ${reason}: opened without it`);
  return undefined;
}

/** Whether what `--index` names is of one file, not of a folder, an archive or several. */
export function isOfOneFile({ index }: IndexedIo): boolean {
  return index !== undefined && filesOf(index) === undefined;
}

/**
 * The indexes of the members of a folder or archive, by their names in it, whether the index is of that
 * alone or of several inputs. A name that may be a member's in both ways is left out.
 *
 * @param prefix what stands before their names where they are inputs
 * @throws FramedexError `INDEX_FORMAT`, with the file that the index is from.
 */
export function indexOfMembers(
  prefix: string,
  { index }: IndexedIo,
): FileIndexJson | CollectionIndexJson | undefined {
  const files = index && filesOf(index);
  if (index === undefined || files === undefined) return index?.json;
  const members = new Map<string, FileIndexJson | undefined>();
  const start = resolve(`${prefix}x`).slice(0, -1);
  for (const [key, json] of Object.entries(files)) {
    checked(json, { name: index.path, path: entryPath(key) });
    const path = resolve(key);
    const isBelow = path.startsWith(start);
    for (const name of isBelow ? [key, path.slice(start.length).replaceAll(sep, '/')] : [key]) {
      const isOne = !members.has(name) || members.get(name) === json;
      members.set(name, isOne ? json : undefined);
    }
  }
  const known = [...members].filter(([, json]) => json !== undefined);
  return { framedex: 1, files: Object.fromEntries(known) as CollectionIndexJson['files'] };
}

/** The same index, once it is one: what is wrong with it is told of the file that it is from. */
function checked(json: FileIndexJson | undefined, place: IndexPlace): FileIndexJson | undefined {
  parseFileIndex(json, DEFAULT_LIMITS, place);
  return json;
}

/** Says how many members are not in the index. */
export async function noteMissing(
  entries: AsyncIterable<{ readonly name: string }>,
  json: FileIndexJson | CollectionIndexJson | undefined,
  io: IndexedIo,
): Promise<void> {
  const { index } = io;
  if (json === undefined || index === undefined || !('files' in json)) return;
  let members = 0;
  let missing = 0;
  for await (const { name } of entries) {
    members++;
    if (!Object.hasOwn(json.files, name)) missing++;
  }
  if (missing === 0) return;
  const names = Object.keys(filesOf(index) ?? {});
  const hint = missing < members ? '' : `, which has ${namesText(names, '')}`;
  const text = `${missing} of ${members} members ${missing === 1 ? 'is' : 'are'} not in ${index.path}${hint}`;
  await note(io, `${text}: opened without it`);
}

/** Nothing of a file that somebody names is what its type says. */
function filesOf({ json, path }: GivenIndex): CollectionIndexJson['files'] | undefined {
  const place = placeOf(json, { name: path, path: '' });
  if (!Object.hasOwn(place.object, 'files')) return undefined;
  oneOf(place, 'framedex', [1]);
  return placeAt(place, 'files').object as CollectionIndexJson['files'];
}

async function note({ stderr }: Io, text: string): Promise<void> {
  await stderr.write(`framedex: ${printable(text)}\n`);
}
