import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { archiveKindOf, hasDicomPrefix, otherArchive } from '../archive/archive-kind.ts';
import { MEMBER_SEPARATOR } from '../archive/member-names.ts';
import { memorySource } from '../bytes/memory.ts';
import type { Source } from '../bytes/source.ts';
import { isHttpUrl } from '../bytes/url.ts';
import { FramedexError } from '../errors.ts';
import { open, openArchive, openFolder, openHttp } from '../node/index.ts';
import type { Collection, DicomFile, NodeOpenOptions } from '../node/index.ts';
import { ioError } from '../node/io-error.ts';
import { usage } from './arguments.ts';
import { indexOfFile, indexOfMembers, isOfOneFile, noteMissing } from './given-index.ts';
import type { IndexedIo } from './given-index.ts';
import { fullUrl, memberOfInput } from './url-inputs.ts';

/** Where a file is that is a member of an archive. */
export interface ArchivePlace {
  readonly member: string;
  /** What is in the archive; undefined where all of it would be read for that. */
  readonly list: () => Promise<ListedArchive | undefined>;
}

type ListedArchive = Pick<Collection, 'entries' | 'close'>;

/** What an INPUT turned out to be. */
export type OpenedInput =
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly file: DicomFile;
      /**
       * Bytes of the file that is read from: of an archive's member, those of the archive; 0 where that is at a
       * URL, whose size is not asked for.
       */
      readonly bytes: number;
      /** Where it is in an archive that has a name; undefined for a file of its own, and for a stream. */
      readonly place?: ArchivePlace | undefined;
      /** What it is read from, where that is to be closed too. */
      readonly source?: Source | undefined;
    }
  | {
      readonly kind: 'collection';
      readonly name: string;
      readonly collection: Collection;
      /** Bytes of the archive, or of all files in the folder, archives among them. */
      readonly bytes: number;
      readonly source?: Source | undefined;
    };

/** Standard input on the command line. */
export const STDIN = '-';

/** Standard input has no random access, so it is kept: so many bytes at most. */
const MOST_KEPT = 2 ** 30;

/**
 * Opens a file, an archive, a member of one, a folder, or `-` for standard input. An archive is
 * told from a DICOM file by its bytes, and by its name where they say nothing.
 *
 * @param input of a URL, the name that stands for it
 * @throws FramedexError what `open`, `openArchive` and `openFolder` throw.
 */
export async function openInput(
  input: string,
  io: IndexedIo,
  options: NodeOpenOptions = {},
): Promise<OpenedInput> {
  const opening = { io, options: { ...options, http: io.urls?.http, signal: io.signal } };
  if (input === STDIN) {
    return openSource(memorySource(await readAll(io.stdin(), 'stdin'), 'stdin'), opening);
  }
  if (isHttpUrl(input)) return openUrl(input, opening);
  const stats = statsOf(input);
  if (stats?.isDirectory() === true) {
    if (isOfOneFile(io)) throw ofOneFile(input, opening);
    const index = indexOfMembers(prefixOf(input), io);
    const collection = await openFolder(input, { ...opening.options, index });
    await noteMissing(collection.entries(), index, io);
    return { kind: 'collection', name: input, collection, bytes: await totalSize(collection) };
  }
  if (stats === undefined) {
    // A member of an archive, or nothing at all: `open` knows and says so.
    return asMember(input, opening);
  }
  if (stats.isFile()) return openPath(input, stats.size, opening);
  // A pipe, such as the shell's <(command): read like standard input.
  const bytes = await readAll(createReadStream(input, { signal: io.signal }), input);
  return openSource(memorySource(bytes, input), opening);
}

/** The DICOM objects of an input; of a collection each is closed when the next is taken. */
export async function* filesOf(input: OpenedInput): AsyncGenerator<DicomFile> {
  if (input.kind === 'file') {
    yield input.file;
    return;
  }
  for await (const file of input.collection) {
    try {
      yield file;
    } finally {
      await file.close();
    }
  }
}

/** How a member of a folder or an archive is named on the command line. */
export function memberPath(collection: string, name: string): string {
  return !isHttpUrl(collection) && statsOf(collection)?.isDirectory() === true
    ? join(collection, name)
    : `${collection}!/${name}`;
}

/** The archive in `archive.zip!/member`; undefined where no file, and no URL, is in front of a `!/`. */
export function archiveOf(input: string): string | undefined {
  return memberOfInput(input)?.archive;
}

export async function closeInput(input: OpenedInput): Promise<void> {
  await (input.kind === 'file' ? input.file : input.collection).close();
  await input.source?.close?.();
}

/**
 * All bytes of a stream.
 *
 * @throws FramedexError `VALUE_LIMIT` for more than `limit` of them.
 */
export async function readAll(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  limit: number = MOST_KEPT,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > limit) {
      throw new FramedexError('VALUE_LIMIT', 'a stream longer than is kept in memory', {
        name,
        limit,
        expected: `at most ${limit} bytes`,
        advice: 'Write it to a file first.',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** How an input is opened. */
interface Opening {
  readonly io: IndexedIo;
  readonly options: NodeOpenOptions;
}

async function openPath(path: string, size: number, opening: Opening): Promise<OpenedInput> {
  const as = looksOf(headOf(path), path) === 'archive' ? asArchive : asFile;
  return as(path, path, size, opening);
}

/** What tells what it is was fetched with its size, and is asked for once. */
async function openUrl(name: string, opening: Opening): Promise<OpenedInput> {
  if (memberOfInput(name) !== undefined) return asMember(name, opening);
  const source = await remoteSource(name, opening);
  try {
    return { ...(await openSource(source, opening)), source };
  } catch (error) {
    await source.close?.();
    throw error;
  }
}

async function remoteSource(name: string, { io, options }: Opening): Promise<Source> {
  const { http, signal } = options;
  return { ...(await openHttp(fullUrl(name, io.urls), { ...http, signal })), name };
}

async function openSource(source: Source, opening: Opening): Promise<OpenedInput> {
  const { name, size } = source;
  const start = await source.read(0, HEAD, { signal: opening.options.signal });
  if (looksOf(start, name) === 'archive') return asArchive(source, name, size, opening);
  // What comes through a pipe has no name that says so, and `open` goes by it.
  const isGzip = archiveKindOf(start) === 'gzip';
  return asFile(isGzip ? { ...source, name: `${name}.gz` } : source, name, size, opening);
}

async function asFile(
  input: string | Source,
  name: string,
  bytes: number,
  { io, options }: Opening,
): Promise<OpenedInput & { readonly kind: 'file' }> {
  const index = await indexOfFile(name, io);
  return { kind: 'file', name, file: await open(input, { ...options, index }), bytes };
}

async function asArchive(
  input: string | Source,
  name: string,
  bytes: number,
  { io, options }: Opening,
): Promise<OpenedInput> {
  if (isOfOneFile(io)) return asOnlyMember(input, name, { io, options });
  const index = indexOfMembers(prefixOf(name), io);
  const collection = await openArchive(input, { ...options, index });
  await noteMissing(collection.entries(), index, io);
  return { kind: 'collection', name, collection, bytes };
}

async function asMember(path: string, opening: Opening): Promise<OpenedInput> {
  const place = memberOfInput(path);
  const isFar = isHttpUrl(path);
  const input = isFar ? fullUrl(path, opening.io.urls) : path;
  const bytes = place === undefined || isFar ? 0 : (statsOf(place.archive)?.size ?? 0);
  const opened = await asFile(input, path, bytes, opening);
  if (place === undefined) return opened;
  const { archive, member } = place;
  return { ...opened, place: { member, list: () => listed(archive, opening) } };
}

/** What is in an archive, unless listing it inflates all of it, or walks through it. */
async function listed(archive: string, opening: Opening): Promise<ListedArchive | undefined> {
  const source = isHttpUrl(archive) ? await remoteSource(archive, opening) : undefined;
  const { signal } = opening.options;
  try {
    const start = source === undefined ? headOf(archive) : await source.read(0, HEAD, { signal });
    const kind = archiveKindOf(start);
    if (kind === 'gzip' || kind === 'tar') {
      await source?.close?.();
      return undefined;
    }
    const collection = await openArchive(source ?? archive, { signal });
    const close = async (): Promise<void> => {
      await collection.close();
      await source?.close?.();
    };
    return { entries: () => collection.entries(), close };
  } catch (error) {
    await source?.close?.();
    throw error;
  }
}

/** An archive with the index of one file is that file, where there is no other in it. */
async function asOnlyMember(
  input: string | Source,
  name: string,
  opening: Opening,
): Promise<OpenedInput> {
  const archive = await openArchive(input, opening.options);
  const names: string[] = [];
  try {
    for await (const entry of archive.entries()) names.push(entry.name);
  } finally {
    await archive.close();
  }
  const [only = ''] = names;
  if ((typeof input === 'string' || isHttpUrl(name)) && names.length === 1) {
    return asMember(memberPath(name, only), opening);
  }
  throw ofOneFile(name, opening);
}

function ofOneFile(name: string, { io }: Opening): FramedexError<'USAGE'> {
  const example = memberPath(name, '...');
  return usage(
    `${io.index?.path ?? ''} is the index of one file: name that in ${name}, as ${example} (framedex ls --members lists what there is)`,
  );
}

/** What stands before the name of a member where it is an input of its own. */
function prefixOf(collection: string): string {
  return memberPath(collection, 'x').slice(0, -1);
}

/** So many bytes of a gzip file inflate to a block of the tar that may be in it. */
const HEAD = 4096;

/** What begins a file of gzip that is no archive: it is opened as what it was before. */
function looksOf(start: Uint8Array, name: string): 'file' | 'archive' {
  const kind = archiveKindOf(start);
  if (kind === 'gzip') return archiveKindOf(gunzipStart(start)) === 'tar' ? 'archive' : 'file';
  if (kind !== undefined || otherArchive(start) !== undefined) return 'archive';
  // Other bytes may precede a zip: its name says so.
  return /\.zip$/i.test(name) && !hasDicomPrefix(start) ? 'archive' : 'file';
}

/** Nothing for what is broken: opening it says why. */
function gunzipStart(start: Uint8Array): Uint8Array {
  try {
    return gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array(0);
  }
}

/** The first bytes of a file, as many as tell what it is. */
function headOf(path: string): Uint8Array {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const bytes = new Uint8Array(HEAD);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, HEAD, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw ioError(error, path, 'open the file');
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw ioError(error, path, 'open the file');
  }
}

/** Of the archives in a folder, whose members it holds instead, what they take themselves. */
async function totalSize(folder: Collection): Promise<number> {
  const archives = new Map<string, number | undefined>();
  let total = 0;
  for await (const { name, size, compressedSize = size } of folder.entries()) {
    const at = name.indexOf(MEMBER_SEPARATOR);
    const archive = name.slice(0, Math.max(0, at));
    if (at > 0 && !archives.has(archive)) {
      const stats = statsOf(join(folder.name, archive));
      archives.set(archive, stats?.isFile() === true ? stats.size : undefined);
    }
    if (archives.get(archive) === undefined) total += compressedSize;
  }
  for (const bytes of archives.values()) total += bytes ?? 0;
  return total;
}
