import { fileURLToPath } from 'node:url';
import { folderFiles } from '../archive/dropped-files.ts';
import type { FolderInput } from '../archive/dropped-files.ts';
import {
  httpSource,
  openArchiveAt,
  openListed,
  openPlace,
  placeOf,
  remoteSource,
} from '../archive/open-given.ts';
import type {
  HttpSourceOptions,
  OpenArchiveOptions,
  Opener,
  Place,
  RemoteSourceOptions,
} from '../archive/open-given.ts';
import type { ReadDirectory } from '../archive/zip-record.ts';
import type { GivenBytes } from '../bytes/given.ts';
import type { ReadRange } from '../bytes/remote-source.ts';
import type { Source } from '../bytes/source.ts';
import { isHttpUrl } from '../bytes/url.ts';
import type { Collection } from '../collection/collection.ts';
import { FramedexError } from '../errors.ts';
import type { DicomFile } from '../file/dicom-file.ts';
import { createMeter } from '../file/meter.ts';
import { checkOptions } from '../file/open.ts';
import { sharedContext } from './context.ts';
import type { NodeContext } from './context.ts';
import { openFileSource } from './file-source.ts';
import { systemErrorCode } from './io-error.ts';
import { memberOf } from './member-place.ts';

/**
 * What can be opened: a path, a `file:`, `http:` or `https:` URL (also as text), or what needs no file system. Paths
 * and URLs may name a member of an archive, by its name or its id: `study.zip!/a/b/IM0001`, `study.tar.gz!/tar#3`,
 * `https://example.org/study.zip!/a/b/IM0001`; and one of an archive in it: `study.zip!/ct.zip!/IM0001`.
 *
 * In a URL of HTTP the first `!/` stands before the member, behind the query where there is one; a `!` of the URL's
 * own is written as `%21`. In text the member is written as it is called, in a `URL` object it may be escaped.
 */
export type Input = string | URL | GivenBytes;

/** {@link OpenOptions} with the descriptors of Node. */
export interface NodeOpenOptions extends OpenArchiveOptions {
  readonly context?: NodeContext | undefined;
}

/**
 * Opens a DICOM object: reads its header and where its frames are. No pixel is decoded, and none is read
 * but what lies between small fragments. What gzip compressed (`IM0001.dcm.gz`) is opened as it was before.
 *
 * @throws FramedexError `IO`, `HTTP`, `EMPTY`, `NOT_DICOM`, `TRUNCATED`, `ZIP_...`; `USAGE` for what is no
 * input. What can be tolerated is a warning.
 *
 * @example
 * ```ts
 * const file = await open('study.zip!/CT/IM0042');
 * const { data, rows, columns } = await file.frame(0);
 * await file.close();
 * ```
 */
export async function open(input: Input, options: NodeOpenOptions = {}): Promise<DicomFile> {
  const opener = openerOf(options);
  options.signal?.throwIfAborted();
  return openPlace(placeIn(input, options, opener.context), opener, options);
}

/**
 * Opens an archive as a collection: zip, tar, tar.gz, or gzip of one file. Nothing is extracted: its
 * directory is read now, or the headers of a tar; headers and frames of its members when they are asked for.
 *
 * @throws FramedexError `IO`, `HTTP`, `ZIP_FORMAT`, `ZIP_LIMIT`; for gzip `INFLATE`, `ZIP_SIZE_MISMATCH` and other
 * faults of it; `USAGE` for what is no input.
 *
 * @example
 * ```ts
 * const headers = { authorization: `Bearer ${token}` };
 * const archive = await openArchive('https://example.org/study.zip', { http: { headers } });
 * const [first] = await archive.series();
 * ```
 */
export async function openArchive(
  input: Input,
  options: NodeOpenOptions = {},
): Promise<Collection> {
  options.signal?.throwIfAborted();
  const opener = openerOf(options);
  checkOptions(options, opener.context);
  return openArchiveAt(placeIn(input, options, opener.context), opener, options);
}

/**
 * Opens a folder, and all below it, as a collection. Archives in it (`.zip`, `.tar`, `.tgz`, `.gz`) are
 * walked too; their members are named `archive.zip!/member`. A file in gzip keeps its own name. In the place of a path,
 * `File` objects are a folder as well.
 *
 * @throws FramedexError `IO` where the folder itself cannot be read, `USAGE` for what is no folder.
 */
export async function openFolder(
  input: string | FolderInput,
  options: NodeOpenOptions = {},
): Promise<Collection> {
  options.signal?.throwIfAborted();
  const opener = openerOf(options);
  checkOptions(options, opener.context);
  const meter = createMeter();
  if (typeof input !== 'string') {
    const { listFiles } = await import('../collection/given-files.ts');
    const { name, files } = await folderFiles(input, options.signal);
    return openListed(listFiles(name, files, meter), opener, options, meter);
  }
  const { descriptors: pool, io } = opener.context;
  const path = pathOf(input);
  const { listFolder } = await import('./folder.ts');
  return openListed(listFolder(path, { pool, io }, meter), opener, options, meter);
}

/**
 * What a URL names, as a source: for `open`, `openArchive`, or to be read.
 *
 * @throws FramedexError `HTTP`, `HTTP_NO_RANGE`; `USAGE` for other schemes.
 *
 * @example
 * ```ts
 * const source = await openHttp(presignedUrl, { wholeBytes: 64 * 2 ** 20 });
 * await using file = await open(source);
 * ```
 */
export function openHttp(url: string | URL, options: HttpSourceOptions = {}): Promise<Source> {
  return httpSource(url, options, options.context ?? sharedContext());
}

/**
 * An object of a store as a source, read by a function of your own. Reads of it are coalesced, shared and cached as
 * those of a URL are.
 *
 * @param key - What your function knows the object by.
 * @throws FramedexError `IO` with what your function throws as its cause, unless that is a `FramedexError`; `USAGE` for
 * a reply without bytes or size.
 *
 * @example
 * ```ts
 * const source = await openRemote('studies/7.zip', readRange, { name: 's3://archive/studies/7.zip' });
 * await using archive = await openArchive(source);
 * ```
 */
export function openRemote(
  key: string,
  readRange: ReadRange,
  options: RemoteSourceOptions = {},
): Promise<Source> {
  return remoteSource(key, readRange, options, options.context ?? sharedContext());
}

/** yauzl reads the directories of zip archives; it is loaded by the first one. */
async function readDirectory(...args: Parameters<ReadDirectory>): ReturnType<ReadDirectory> {
  const { readDirectory: read } = await import('./zip-directory.ts');
  return read(...args);
}

function openerOf({ context = sharedContext() }: NodeOpenOptions): Opener & {
  readonly context: NodeContext;
} {
  return { context, readDirectory };
}

function placeIn(input: Input, options: NodeOpenOptions, context: NodeContext): Place {
  const isPath = (typeof input === 'string' && !isHttpUrl(input)) || isFileUrl(input);
  if (!isPath) return placeOf(input, options, context);
  const path = pathOf(input);
  const { archive = path, member } = memberOf(path) ?? {};
  const { descriptors: pool, io } = context;
  const open = (): Source => openFileSource(archive, { pool, io });
  return { open, ownership: 'owned', member, isNamed: true };
}

function isFileUrl(input: Input): input is URL {
  return input instanceof URL && input.protocol === 'file:';
}

/** The path of a `file:` URL; URLs written as text are URLs too. */
function pathOf(given: string | URL): string {
  if (typeof given === 'string' && !given.startsWith('file://')) {
    if (given === '' || isHttpUrl(given)) {
      const found = given === '' ? 'an empty text' : 'the URL of one object';
      throw new FramedexError('USAGE', 'this is no path', { expected: 'a path', found });
    }
    // No path of any system begins so; its query may give rights, and `data:` is the patient's object itself.
    const scheme = /^(?:([a-z][a-z0-9+.-]+):\/\/|(data|blob):)/i
      .exec(given)
      ?.slice(1)
      .find(Boolean);
    if (scheme === undefined) return given;
    const expected = 'a path, or a URL of http, https or file';
    throw new FramedexError('USAGE', 'this cannot be opened', { expected, found: `${scheme}:` });
  }
  try {
    return fileURLToPath(given);
  } catch (cause) {
    const details = { name: String(given), found: systemErrorCode(cause) };
    throw new FramedexError('USAGE', 'the URL names no file of this system', details, { cause });
  }
}
