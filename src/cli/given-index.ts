import { readFileSync } from 'node:fs';
import type { CollectionIndexJson, FileIndexJson } from '../node/index.ts';
import { FramedexError } from '../node/index.ts';
import { ioError } from '../node/io-error.ts';
import { memberOf } from '../node/member-place.ts';
import type { Io } from './io.ts';
import { printable } from './terminal.ts';

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

/** The index of one input; undefined where it has none, which is said. */
export async function indexOfFile(
  input: string,
  io: IndexedIo,
): Promise<FileIndexJson | undefined> {
  const { index } = io;
  if (index === undefined) return undefined;
  const files = filesOf(index);
  if (files === undefined) return index.json as FileIndexJson;
  const found = own(files, input) ?? own(files, memberOf(input)?.member ?? input);
  if (found === undefined) await note(io, `${input} is not in ${index.path}: opened without it`);
  return found;
}

/**
 * The indexes of the members of a folder or archive, by their names in it, whether the index is of that
 * alone or of several inputs.
 *
 * @param prefix what stands before their names where they are inputs
 */
export function indexOfMembers(
  prefix: string,
  { index }: IndexedIo,
): FileIndexJson | CollectionIndexJson | undefined {
  const files = index && filesOf(index);
  if (files === undefined) return index?.json;
  const entries = Object.entries(files);
  const below = entries
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, one]) => [name.slice(prefix.length), one] as const);
  return { framedex: 1, files: Object.fromEntries([...below, ...entries]) };
}

/** Says how many members are not in the index. */
export async function noteMissing(
  names: AsyncIterable<{ readonly name: string }>,
  json: FileIndexJson | CollectionIndexJson | undefined,
  io: IndexedIo,
): Promise<void> {
  const { index } = io;
  if (json === undefined || index === undefined || !('files' in json)) return;
  let members = 0;
  let missing = 0;
  for await (const { name } of names) {
    members++;
    if (own(json.files, name) === undefined) missing++;
  }
  if (missing === 0) return;
  await note(io, `${missing} of ${members} members are not in ${index.path}: opened without it`);
}

function filesOf({ json, path }: GivenIndex): CollectionIndexJson['files'] | undefined {
  if (!isRecord(json) || !Object.hasOwn(json, 'files')) return undefined;
  const { files } = json as CollectionIndexJson;
  if (isRecord(files)) return files;
  const details = { name: path, expected: '{ framedex, files: { name: index } }' };
  throw new FramedexError('INDEX_FORMAT', 'the saved index cannot be used', details);
}

/** Nothing of a file that somebody names is what its type says. */
function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(files: CollectionIndexJson['files'], name: string): FileIndexJson | undefined {
  return Object.hasOwn(files, name) ? files[name] : undefined;
}

async function note({ stderr }: Io, text: string): Promise<void> {
  await stderr.write(`framedex: ${printable(text)}\n`);
}
