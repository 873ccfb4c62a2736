import { openArchived, openIfArchive, openInPlace, openListing } from './archive.ts';
import { archiveLimits } from './archive-options.ts';
import type { ArchiveOptions } from './archive-options.ts';
import { bytesAt } from './archive-bytes.ts';
import { archiveKindOf, KIND_BYTES } from './archive-kind.ts';
import { openGzip } from './gzip.ts';
import { MEMBER_SEPARATOR, memberPath } from './member-names.ts';
import { memberNamed, refusingArchive, withArchives } from './nested.ts';
import type { ReadDirectory } from './zip-record.ts';
import type { Source } from '../bytes/source.ts';
import { whileAnnounced } from '../collection/announced-members.ts';
import type { Listing, Member } from '../collection/listing.ts';
import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { limitsOf } from '../file/context.ts';
import type { Context } from '../file/context.ts';
import type { OpenOptions } from '../file/open.ts';

/** What archives are opened with, and where to what is tolerated of them. */
export interface Opening {
  readonly context: Context;
  /** How the directory of a zip is read. */
  readonly readDirectory: ReadDirectory;
  readonly options: OpenOptions & Pick<ArchiveOptions, 'nested' | 'onProgress'>;
  readonly warnings: Warning[];
}

const TOO_DEEP = 'Unpack the archive first, and open the folder.';
const LISTS_THEM = '`framedex ls` of the archive, or entries() of it, lists them.';

/** The listing of an archive, which takes the source over; when this fails, the source is closed. */
export async function listArchive(source: Source, opening: Opening): Promise<Listing> {
  const { onProgress } = opening.options;
  return orClosed(source, openListing(source, { ...archiveOptions(source, opening), onProgress }));
}

/** A folder's listing in which each archive is replaced by what it holds. */
export async function listFolderArchives(folder: Listing, opening: Opening): Promise<Listing> {
  const openInner = (source: Source): ReturnType<typeof openIfArchive> =>
    openIfArchive(source, archiveOptions(source, opening, naming(source, opening)), openArchived);
  return orClosed(folder, withArchives(folder, openInner, opening.options.signal));
}

/**
 * A member of an archive, or of an archive in it; what gzip compressed, as it was before. It takes the
 * archive over; when this fails, the archive is closed.
 */
export async function memberSource(
  archive: Source,
  path: string,
  opening: Opening,
): Promise<Source> {
  const options = archiveOptions(archive, opening, naming(archive, opening));
  const { listing } = await orClosed(archive, openInPlace(archive, options));
  return orClosed(listing, memberOfListing(listing, path, archive.name, opening));
}

/** What is in a gzip file that holds a DICOM object. It takes the source over; when this fails, it is closed. */
export async function gunzipped(source: Source, opening: Opening): Promise<Source> {
  const inner = await orClosed(source, contentOf(source, archiveOptions(source, opening)));
  if (inner !== undefined) return { ...inner, name: source.name };
  await source.close?.();
  throw new FramedexError('NOT_DICOM', 'this is no DICOM object', {
    name: source.name,
    offset: 0,
    found: 'a tar archive',
    advice: 'Open it with openArchive (`framedex ls` on the command line).',
  });
}

/** Undefined for a tar. */
async function contentOf(source: Source, options: ArchiveOptions): Promise<Source | undefined> {
  const content = await openGzip(source, options);
  if (!content.isTar) {
    return closingToo(content.open(), async () => {
      content.close();
      await source.close?.();
    });
  }
  content.close();
  return undefined;
}

/** Closing it closes the listing too. */
async function memberOfListing(
  listing: Listing,
  path: string,
  archive: string,
  opening: Opening,
): Promise<Source> {
  const member = memberNamed(listing, path);
  if (member !== undefined) {
    const announced = whileAnnounced(opened(member, archive), listing, member);
    const source = await plainMember(announced, archiveOptions(announced, opening));
    return closingToo(source, () => listing.close());
  }
  for (const [outer, inner] of splits(path)) {
    const holder = memberNamed(listing, outer);
    if (holder === undefined) continue;
    const inside = opened(holder, archive);
    const options = archiveOptions(inside, opening, naming(inside, opening));
    const found = await openIfArchive(inside, options);
    if (found === undefined) continue;
    const source = await orClosed(found.listing, innerMember(found.listing, inner));
    return closingToo(source, async () => {
      await found.listing.close();
      await listing.close();
    });
  }
  throw noMember(archive, path, listing);
}

/** What stands before and behind each separator. */
function* splits(path: string): Generator<readonly [outer: string, inner: string]> {
  let at = path.indexOf(MEMBER_SEPARATOR);
  for (; at > 0; at = path.indexOf(MEMBER_SEPARATOR, at + 1)) {
    yield [path.slice(0, at), path.slice(at + MEMBER_SEPARATOR.length)];
  }
}

async function innerMember(listing: Listing, path: string): Promise<Source> {
  const member = memberNamed(listing, path);
  if (member !== undefined) {
    const source = opened(member, listing.name);
    return refusingArchive(source, source.name, TOO_DEEP);
  }
  for (const [name] of splits(path)) {
    if (memberNamed(listing, name) === undefined) continue;
    const details = { name: memberPath(listing.name, name), advice: TOO_DEEP };
    throw new FramedexError('ZIP_NESTED', 'an archive in an archive in an archive', details);
  }
  throw noMember(listing.name, path, listing);
}

/** By its name and its bytes; another member as it is, but for archives. */
async function plainMember(source: Source, options: ArchiveOptions): Promise<Source> {
  const { name } = source;
  const advice = `Name what is in it: ${memberPath(name, '...')}`;
  const refused = refusingArchive(source, name, advice);
  if (!/\.gz$/i.test(name)) return refused;
  const inner = await orClosed(source, gunzippedIf(source, options));
  return inner ?? refused;
}

async function gunzippedIf(source: Source, options: ArchiveOptions): Promise<Source | undefined> {
  const head = await bytesAt(source, 0, KIND_BYTES, options.signal);
  return archiveKindOf(head) === 'gzip' ? contentOf(source, options) : undefined;
}

/** What is opened by a path is named by it. */
function opened(member: Member, archive: string): Source {
  if (member.fault !== undefined) throw member.fault;
  return { ...member.open(), name: memberPath(archive, member.name) };
}

function closingToo(source: Source, also: () => Promise<void>): Source {
  const close = async (): Promise<void> => {
    await source.close?.();
    await also();
  };
  return { ...source, close };
}

/** What comes of a promise; when it fails, this is closed. */
async function orClosed<T>(what: Source | Listing, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    await what.close?.();
    throw error;
  }
}

/** Warnings say which archive they are about, where they are kept beside those of others. */
function naming({ name }: Source, { warnings }: Opening): (warning: Warning) => void {
  return (warning) => void warnings.push({ ...warning, message: `${name}: ${warning.message}` });
}

function archiveOptions(
  { name }: { readonly name: string },
  opening: Opening,
  note = (warning: Warning): void => void opening.warnings.push(warning),
): ArchiveOptions {
  const { context, readDirectory, options } = opening;
  return {
    inflating: context.inflating,
    readDirectory,
    limits: archiveLimits(limitsOf(context.limits, options.limits)),
    nested: options.nested,
    signal: options.signal,
    onWarning: (warning) => {
      if (options.strict !== true) {
        note(warning);
        return;
      }
      const { code, message, offset } = warning;
      throw new FramedexError(code, message, { name, offset });
    },
  };
}

/** What stands behind the last folder of a name. */
function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).toLowerCase();
}

function noMember(archive: string, member: string, { members }: Listing): FramedexError {
  const last = lastOf(member);
  const near = members.find(({ name }) => lastOf(name) === last);
  return new FramedexError('IO', 'the archive has no member of that name', {
    name: memberPath(archive, member),
    found: `${members.length} members`,
    advice: near === undefined ? LISTS_THEM : `Did you mean ${near.name}?`,
  });
}
