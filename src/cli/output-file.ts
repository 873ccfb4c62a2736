import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { isHttpUrl } from '../bytes/url.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import { openFolder } from '../node/index.ts';
import type { Collection } from '../node/index.ts';
import { systemErrorCode } from '../node/io-error.ts';
import { usage } from './arguments.ts';
import type { IndexedIo } from './given-index.ts';
import { archiveOf, memberPath } from './inputs.ts';
import type { OpenedInput } from './inputs.ts';

/**
 * Writes a file that the user named: it is overwritten, and is there as a whole or not at all. What
 * is no regular file, such as /dev/null, is written to as it is.
 *
 * @throws FramedexError `IO`.
 */
export async function writeNamed(path: string, bytes: Uint8Array): Promise<void> {
  await writePieces(path, [bytes]);
}

/**
 * {@link writeNamed} of what comes piece by piece. What the pieces themselves fail with comes through.
 *
 * @returns bytes that were written
 */
export async function writePieces(
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw outputError(error, path, 'write the file');
    }
  };
  const stats = attempt(() => statSync(path, { throwIfNoEntry: false }));
  const isOther = stats !== undefined && !stats.isFile();
  const place = attempt(() => (stats === undefined || isOther ? path : realpathSync(path)));
  const { descriptor, beside } = attempt(() =>
    isOther ? { descriptor: openSync(path, 'w'), beside: undefined } : createBeside(dirname(place)),
  );
  let total = 0;
  try {
    try {
      for await (const piece of pieces) {
        attempt(() => writeFileSync(descriptor, piece));
        total += piece.length;
      }
    } finally {
      closeSync(descriptor);
    }
    if (beside !== undefined) attempt(() => renameSync(beside, place));
  } catch (error) {
    if (beside !== undefined) rmSync(beside, { force: true });
    throw error;
  }
  return total;
}

/**
 * Writes a file whose name was made up: `base.png`, or where that is taken `base-2.png`,
 * `base-3.png` and so on. Nothing is overwritten; a file that holds these very bytes already is left
 * as it is.
 *
 * @param taken names, in lower case, that other pictures of this run have
 * @returns the path
 * @throws FramedexError `IO`.
 */
export function writeBeside(path: string, bytes: Uint8Array, taken: Set<string>): string {
  const extension = extname(path);
  const base = join(dirname(path), basename(path, extension));
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${base}-${number}${extension}`;
    const key = candidate.toLowerCase();
    if (taken.has(key)) continue;
    try {
      const stats = lstatSync(candidate, { throwIfNoEntry: false });
      if (stats !== undefined && !holds(candidate, stats, bytes)) continue;
      if (stats === undefined) replace(candidate, bytes);
    } catch (error) {
      throw outputError(error, candidate, 'write the file');
    }
    taken.add(key);
    return candidate;
  }
}

/**
 * Makes a folder, and those above it. One by one: Node's own `recursive` never ends where the
 * system refuses a name in a folder that exists, as /proc does.
 *
 * @throws FramedexError `IO`.
 */
export function makeFolder(path: string): void {
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
    if (dirname(path) !== path) makeFolder(dirname(path));
    mkdirSync(path);
  } catch (error) {
    throw isFramedexError(error) ? error : outputError(error, path, 'make the folder');
  }
}

/**
 * No verb writes over what it reads: neither an input, nor the archive that it is a member of, nor the index
 * that it is opened with.
 *
 * @throws FramedexError `USAGE`.
 */
export function refuseInputs(
  output: string,
  inputs: readonly string[],
  { index }: Pick<IndexedIo, 'index'>,
): void {
  const there = identity(output);
  if (there === undefined) return;
  const files = inputs.filter((input) => !isHttpUrl(input));
  const read = files.flatMap((input) => [input, archiveOf(input) ?? input]);
  if (index !== undefined) read.push(index.path);
  if (read.some((path) => identity(path) === there)) throw isRead(output);
}

/**
 * Nor any file of a folder that is read, by whatever name or link it is reached.
 *
 * @throws FramedexError `USAGE`.
 */
export async function refuseMembers(output: string, opened: OpenedInput): Promise<void> {
  const there = identity(output);
  if (there === undefined || opened.kind !== 'collection' || isHttpUrl(opened.name)) return;
  const { name: folder, collection } = opened;
  let last = '';
  for await (const { name } of collection.entries()) {
    const path = memberPath(folder, name);
    const file = archiveOf(path) ?? path;
    if (file !== last && identity(file) === there) throw isRead(output);
    last = file;
  }
}

/**
 * {@link refuseMembers} of folders that are opened when something was written already. A file that is not
 * there yet is none that they read.
 *
 * @throws FramedexError `USAGE`.
 */
export async function refuseFolders(
  output: string,
  inputs: readonly string[],
  nested: boolean,
): Promise<void> {
  if (identity(output) === undefined) return;
  for (const input of inputs) {
    const collection = await folderAt(input, nested);
    if (collection === undefined) continue;
    try {
      await refuseMembers(output, { kind: 'collection', name: input, collection, bytes: 0 });
    } finally {
      await collection.close();
    }
  }
}

/** What cannot be listed is not read either, and is named when its turn comes. */
async function folderAt(input: string, nested: boolean): Promise<Collection | undefined> {
  if (isHttpUrl(input)) return undefined;
  try {
    const isFolder = statSync(input, { throwIfNoEntry: false })?.isDirectory() === true;
    return isFolder ? await openFolder(input, { nested }) : undefined;
  } catch (error) {
    if (isFramedexError(error) || systemErrorCode(error) !== undefined) return undefined;
    throw error;
  }
}

function isRead(output: string): FramedexError {
  return usage(`${output} is what is read: write somewhere else`);
}

function identity(path: string): string | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() === true ? `${stats.dev} ${stats.ino}` : undefined;
  } catch {
    return undefined;
  }
}

function holds(path: string, stats: Stats, bytes: Uint8Array): boolean {
  return stats.isFile() && stats.size === bytes.length && readFileSync(path).equals(bytes);
}

/** Beside the place first, then into it: nobody meets half a file. */
function replace(path: string, bytes: Uint8Array): void {
  const { descriptor, beside } = createBeside(dirname(path));
  try {
    try {
      writeFileSync(descriptor, bytes);
    } finally {
      closeSync(descriptor);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** A new file: one of that name may be that of a process on another machine, or in a container. */
function createBeside(folder: string): { readonly descriptor: number; readonly beside: string } {
  for (let number = 1; ; number++) {
    const beside = join(folder, `.framedex-${process.pid}-${number}.part`);
    try {
      return { descriptor: openSync(beside, 'wx'), beside };
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    }
  }
}

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'The folder is not there'],
  ['ENOTDIR', 'A part of the path is a file, not a folder'],
  ['EISDIR', 'This is a folder: name a file in it'],
  ['EACCES', 'Check the permissions of the file and of its folder'],
  ['EPERM', 'Check the permissions of the file and of its folder'],
  ['ENOSPC', 'The disk is full'],
  ['EROFS', 'The disk is read-only'],
]);

function outputError(cause: unknown, name: string, action: string): FramedexError {
  const code = systemErrorCode(cause);
  const found = code ?? (cause instanceof Error ? cause.message : undefined);
  const advice = code === undefined ? undefined : ADVICE.get(code);
  return new FramedexError('IO', `cannot ${action}`, { name, found, advice }, { cause });
}
