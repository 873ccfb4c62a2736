import { bytesAt } from './archive-bytes.ts';
import { archiveKindOf, isArchiveName, KIND_BYTES } from './archive-kind.ts';
import { MEMBER_SEPARATOR, memberPath } from './member-names.ts';
import type { ReadDirectory } from './zip-record.ts';
import { givenSource } from '../bytes/given.ts';
import type { GivenBytes } from '../bytes/given.ts';
import type { HttpOptions } from '../bytes/http.ts';
import type { ReadRange } from '../bytes/remote-source.ts';
import type { Source } from '../bytes/source.ts';
import { absoluteUrl, isHttpUrl, openUrl } from '../bytes/url.ts';
import type { Collection } from '../collection/collection.ts';
import type { Listing } from '../collection/listing.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import type { Context } from '../file/context.ts';
import type { DicomFile } from '../file/dicom-file.ts';
import { createMeter, meteredSource } from '../file/meter.ts';
import type { Meter } from '../file/meter.ts';
import { openSource } from '../file/open.ts';
import type { OpenOptions, Ownership, SourceOpening } from '../file/open.ts';
import { indexNamed, indexOfOne } from '../file/saved-index-open.ts';
import type { FindIndex } from '../file/saved-index-open.ts';

/**
 * What can be opened: a Blob (the `File` of a file input), bytes, a Source, or a URL of HTTP, also as text, which may be
 * relative to the page as for `fetch`. A URL may name a member of an archive, by its name or its id:
 * `https://example.org/study.zip!/CT/IM0042`.
 *
 * The first `!/` of it stands before the member, behind the query where there is one; a `!` of the URL's own is written
 * as `%21`. In text the member is written as it is called, in a `URL` object it may be escaped.
 */
export type Input = string | URL | GivenBytes;

/** {@link OpenOptions}, and how archives are listed. */
export interface OpenArchiveOptions extends OpenOptions {
  /**
   * `openArchive` and `openFolder` also open archives that are in an archive, though not those in them:
   * their members are named `inner.zip!/member`, and all count to the limits of the outer one. Without it
   * such an archive is left out as `ZIP_NESTED`; a path that names a member of it opens that in either way.
   */
  readonly nested?: boolean | undefined;
  /**
   * Told by `openArchive` how far the listing of a tar has come, which has no directory: bytes looked at, and
   * all of them. A `.tar.gz` is inflated for it.
   */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** How a URL is opened as a source. */
export interface HttpSourceOptions extends HttpOptions {
  /** Whose cache the bytes go to; the one that all share where it is left out. */
  readonly context?: Context | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How an object of a store is opened. */
export interface RemoteSourceOptions {
  /** For messages; the key where it is left out. */
  readonly name?: string | undefined;
  /** Whose cache the bytes go to; the one that all share where it is left out. */
  readonly context?: Context | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a platform opens things with. */
export interface Opener {
  readonly context: Context;
  readonly readDirectory: ReadDirectory;
}

/** Where the bytes of an input are. Nothing of it was read. */
export interface Place {
  readonly open: () => Source | Promise<Source>;
  /** Whether the source is of the library's own making. */
  readonly ownership: Ownership;
  /** By its name or its id: what is opened is a member of the archive that this place has. */
  readonly member?: string | undefined;
  /** It has a name that would say so if gzip had compressed it: to look at its bytes costs a read. */
  readonly isNamed: boolean;
}

/**
 * The place of what needs no file system.
 *
 * @throws FramedexError `USAGE` for what is no input, and for URLs that are not read by HTTP.
 */
export function placeOf(
  input: Input,
  { http, signal }: OpenOptions,
  { remote: cache }: Context,
): Place {
  if (typeof input === 'string' || input instanceof URL) {
    const { url, member } = partsOf(input);
    const open = (): Promise<Source> => openUrl(url, { http, cache, signal });
    // The first bytes of what is far away are read anyway, and kept.
    return { open, ownership: 'owned', member, isNamed: false };
  }
  const source = givenSource(input);
  const ownership = source === input ? 'borrowed' : 'owned';
  return { open: () => source, ownership, isNamed: 'name' in input };
}

/** Opens the object, or the member, at a place; what gzip compressed, as it was before. */
export async function openPlace(
  place: Place,
  opener: Opener,
  options: OpenOptions,
): Promise<DicomFile> {
  const source = await place.open();
  const meter = createMeter();
  const counted = ownedSource(source, place.ownership, meter);
  if (place.member !== undefined) {
    return openMember(counted, place.member, { opener, options, meter });
  }
  const opening = { opener, options, meter };
  const looksFirst = !place.isNamed || /\.t?gz$/i.test(source.name);
  if (looksFirst && (await orClosed(counted, beginsGzip(source, options.signal)))) {
    return openGzip(counted, opening);
  }
  // Whatever it is named, gzip may have compressed it: then it is needed once more.
  let isOpened = false;
  const close = async (): Promise<void> => {
    if (isOpened) await counted.close();
  };
  try {
    const file = await openSource({ ...counted, close }, sourceOpening(opening));
    isOpened = true;
    return file;
  } catch (error) {
    const again = !looksFirst && isFramedexError(error, 'NOT_DICOM');
    if (again && (await orClosed(counted, beginsGzip(source, options.signal)))) {
      return openGzip(counted, opening);
    }
    await counted.close();
    throw error;
  }
}

/** The archive at a place, as a collection. */
export async function openArchiveAt(
  place: Place,
  opener: Opener,
  options: OpenArchiveOptions,
): Promise<Collection> {
  if (place.member !== undefined) {
    throw new FramedexError('USAGE', 'an archive is opened as a whole', {
      expected: `a URL without ${MEMBER_SEPARATOR}`,
      advice: 'open() opens a member; `nested: true` lists archives in the archive.',
    });
  }
  const meter = createMeter();
  const counted = ownedSource(await place.open(), place.ownership, meter);
  const warnings: Warning[] = [];
  const { listArchive } = await import('./open-archives.ts');
  const listing = await listArchive(counted, { ...opener, options, warnings });
  const { createCollection } = await import('../collection/collection.ts');
  return createCollection({ listing, context: opener.context, options, meter, warnings });
}

/** A folder as a collection; archives in it are replaced by what they hold. */
export async function openListed(
  folder: Listing,
  opener: Opener,
  options: OpenArchiveOptions,
  meter: Meter,
): Promise<Collection> {
  // Series and volumes are a fifth of what there is to load, and no use to who opens one file.
  const { createCollection } = await import('../collection/collection.ts');
  const warnings: Warning[] = [];
  const hasArchives = folder.members.some(({ name }) => isArchiveName(name));
  const archives = hasArchives ? await import('./open-archives.ts') : undefined;
  const listing =
    (await archives?.listFolderArchives(folder, { ...opener, options, warnings })) ?? folder;
  return createCollection({ listing, context: opener.context, options, meter, warnings });
}

/** What a URL names, over the cache of a context. */
export async function httpSource(
  url: string | URL,
  http: HttpSourceOptions,
  { remote: cache }: Context,
): Promise<Source> {
  const absolute = absoluteUrl(url);
  if (!isHttpUrl(absolute) || !URL.canParse(absolute)) throw notReadByHttp(String(url));
  return openUrl(absolute, { http, cache, signal: http.signal });
}

/** An object of a store, over the cache of a context. */
export async function remoteSource(
  key: string,
  readRange: ReadRange,
  { name, signal }: RemoteSourceOptions,
  { remote: cache }: Context,
): Promise<Source> {
  const { openRemote } = await import('../bytes/remote-source.ts');
  if (typeof readRange !== 'function') {
    const details = { expected: 'a function that reads ranges', advice: 'open() takes URLs.' };
    throw new FramedexError(
      'USAGE',
      'an object of a store is read by a function of yours',
      details,
    );
  }
  return openRemote(key, readRange, { name, cache, signal });
}

/** How one object is opened, and what counts its reads. */
interface Opening {
  readonly opener: Opener;
  readonly options: OpenOptions;
  readonly meter: Meter;
}

function sourceOpening({ opener, options, meter }: Opening): SourceOpening {
  return { context: opener.context, options, ownership: 'owned', meter };
}

async function openMember(archive: Source, member: string, opening: Opening): Promise<DicomFile> {
  const { memberSource } = await import('./open-archives.ts');
  const { opener, options } = opening;
  const { name } = archive;
  const tolerated: Warning[] = [];
  const source = await memberSource(archive, member, { ...opener, options, warnings: tolerated });
  const find: FindIndex = (index) =>
    indexNamed(index, member) ?? indexOfOne(index, memberPath(name, member));
  return openSource(source, { ...sourceOpening(opening), find, tolerated });
}

/** What gzip compressed, as it was before. It takes the source over; when this fails, it is closed. */
async function openGzip(source: Source, opening: Opening): Promise<DicomFile> {
  // Most processes open no archive: what reads them is loaded by the first one.
  const { gunzipped } = await import('./open-archives.ts');
  const { opener, options } = opening;
  const inner = await gunzipped(source, { ...opener, options, warnings: [] });
  return openSource(inner, sourceOpening(opening));
}

/** By its bytes; what is written in front of a DICOM object's prefix says nothing (PS3.10 7.1). */
async function beginsGzip(source: Source, signal?: AbortSignal): Promise<boolean> {
  return archiveKindOf(await bytesAt(source, 0, KIND_BYTES, signal)) === 'gzip';
}

/** Its reads counted; one of the caller's own stays open: who creates, closes. */
function ownedSource(
  source: Source,
  ownership: Ownership,
  meter: Meter,
): Source & Required<Pick<Source, 'close'>> {
  const close = async (): Promise<void> => {
    if (ownership === 'owned') await source.close?.();
  };
  return { ...meteredSource(source, meter), close };
}

async function orClosed<T>(source: Source, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    await source.close?.();
    throw error;
  }
}

/** The URL of an object, and the member that is named in it. */
function partsOf(given: string | URL): {
  readonly url: string;
  readonly member: string | undefined;
} {
  const text = String(given);
  const at = text.indexOf(MEMBER_SEPARATOR);
  const url = absoluteUrl(at < 0 ? text : text.slice(0, at));
  if (!isHttpUrl(url) || !URL.canParse(url)) throw notReadByHttp(text);
  if (at < 0) return { url, member: undefined };
  const member = text.slice(at + MEMBER_SEPARATOR.length);
  return { url, member: typeof given === 'string' ? member : asWritten(member) };
}

/** A URL object escapes what text may have as it is. */
function asWritten(member: string): string {
  try {
    return decodeURIComponent(member);
  } catch {
    return member;
  }
}

const ADVICE: readonly (readonly [scheme: RegExp, advice: string])[] = [
  [/^blob:/i, 'Give the Blob itself.'],
  [/^data:/i, 'Give the bytes themselves, as a Uint8Array.'],
  [/^[a-z][a-z\d+.-]*:/i, 'Give a Source of your own for other schemes.'],
];

const NO_PAGE = 'Give all of the URL: there is no page that it could be relative to.';

function notReadByHttp(text: string): FramedexError<'USAGE'> {
  const scheme = /^[a-z][a-z\d+.-]*:/i.exec(text)?.[0];
  return new FramedexError('USAGE', 'this URL cannot be opened', {
    expected: 'https:// or http://',
    found: scheme ?? 'text without a scheme',
    advice: ADVICE.find(([known]) => known.test(text))?.[1] ?? NO_PAGE,
  });
}
