import type { Source } from '../bytes/source.ts';
import type { Listing } from '../collection/listing.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { bytesAt } from './archive-bytes.ts';
import {
  archiveKindOf,
  hasDicomPrefix,
  KIND_BYTES,
  otherArchive,
  type ArchiveKind,
} from './archive-kind.ts';
import type { ArchiveOptions } from './archive-options.ts';
import { openGzip } from './gzip.ts';
import type { GzipContent } from './gzip.ts';
import { memberPath } from './member-names.ts';
import { refusingArchives, withArchives } from './nested.ts';
import type { OpenedArchive } from './nested.ts';
import { isEmptyTar } from './tar-header.ts';
import { openTar } from './tar.ts';
import type { ReadDirectory } from './zip-record.ts';
import { openZip } from './zip.ts';

const NOT_ASKED =
  'Open the archive with `nested: true` (`--nested` on the command line), or name what is in it: ' +
  'outer.zip!/inner.zip!/file';
const TOO_DEEP = 'Unpack the archive first, and open the folder';

/**
 * Lists an archive of any kind: zip, tar, or either compressed by gzip; what else gzip compressed is a
 * listing of one. The bytes decide which it is. The listing takes the source over: closing it closes the
 * source. When this fails, the source is the caller's still.
 *
 * Archives in it are refused when they are read (`ZIP_NESTED`); with `nested` they are replaced by what
 * they hold, and those in them are refused.
 *
 * Throws `ZIP_FORMAT` for what is no archive, `ZIP_LIMIT`, and for gzip what {@link openGzip} throws.
 */
export async function openListing(source: Source, options: ArchiveOptions): Promise<Listing> {
  return (await openArchived(source, options)).listing;
}

/** {@link openListing}, which also says what it is. */
export async function openArchived(
  source: Source,
  options: ArchiveOptions,
): Promise<OpenedArchive> {
  const together = { ...options, used: options.used ?? { members: 0, directoryBytes: 0 } };
  const { kind, listing } = await openInPlace(source, together);
  if (options.nested !== true) return { kind, listing: refusingArchives(listing, NOT_ASKED) };
  const openInner = async (inner: Source): Promise<OpenedArchive | undefined> => {
    const onWarning = (warning: Warning): void =>
      options.onWarning?.({ ...warning, message: `${inner.name}: ${warning.message}` });
    const named = { ...inner, name: memberPath(source.name, inner.name) };
    const opened = await openIfArchive(named, { ...together, onWarning });
    if (opened === undefined) return undefined;
    return { kind: opened.kind, listing: refusingArchives(opened.listing, TOO_DEEP) };
  };
  return { kind, listing: await withArchives(listing, openInner, options.signal) };
}

/**
 * Opens what may be an archive; undefined where its bytes say that it is none. The source is closed then,
 * and when this fails; what it used of the limits is given back.
 */
export async function openIfArchive(
  source: Source,
  options: ArchiveOptions,
  open: typeof openInPlace = openInPlace,
): Promise<OpenedArchive | undefined> {
  const { used, signal } = options;
  const before = { ...used };
  try {
    const head = await bytesAt(source, 0, KIND_BYTES, signal);
    // Other bytes may precede a zip: only its end says that it is none.
    const mayBeZip = /\.zip$/i.test(source.name) && !hasDicomPrefix(head);
    if (mayBeZip || kindOf(source, head) !== undefined) return await open(source, options);
  } catch (error) {
    if (used !== undefined) Object.assign(used, before);
    await source.close?.();
    throw error;
  }
  await source.close?.();
  return undefined;
}

/** What is in an archive, whatever it is: archives too. */
export async function openInPlace(source: Source, options: ArchiveOptions): Promise<OpenedArchive> {
  const head = await bytesAt(source, 0, KIND_BYTES, options.signal);
  const kind = kindOf(source, head);
  if (kind === 'gzip') return openCompressed(source, options);
  if (kind === 'tar') return { kind, listing: await openTar(source, options) };
  try {
    const readDirectory = counting(options);
    return { kind: 'zip', listing: await openZip(source, { ...options, readDirectory }) };
  } catch (error) {
    if (!isFramedexError(error, 'ZIP_FORMAT')) throw error;
    const isObject = hasDicomPrefix(head);
    const found = isObject ? 'a DICOM object' : otherArchive(head);
    if (found === undefined) throw error;
    const advice = isObject ? 'Open it with open().' : TOO_DEEP;
    const details = { name: source.name, expected: 'zip, tar or gzip', found, advice };
    throw new FramedexError('ZIP_FORMAT', 'no archive that is read', details, { cause: error });
  }
}

/** Archives that are opened together share their limits. */
function counting({ readDirectory, used }: ArchiveOptions): ReadDirectory {
  if (used === undefined) return readDirectory;
  return async (source, limits, signal) => {
    const left = {
      entries: Math.max(0, limits.entries - used.members),
      directoryBytes: Math.max(0, limits.directoryBytes - used.directoryBytes),
    };
    const directory = await readDirectory(source, left, signal);
    used.members += directory.names.length;
    used.directoryBytes += directory.end - directory.start;
    return directory;
  };
}

async function openCompressed(source: Source, options: ArchiveOptions): Promise<OpenedArchive> {
  const content = await openGzip(source, options);
  const { remote } = source;
  const close = async (): Promise<void> => {
    content.close();
    await source.close?.();
  };
  if (content.isTar)
    return { kind: 'tar', listing: await tarIn(content, options, { remote, close }) };
  const { name, size, compressedSize } = content;
  const members = [{ name, size, compressedSize, id: 'gzip#0', open: () => content.open() }];
  const listing: Listing = {
    name: source.name,
    members,
    remote,
    get inflation() {
      return content.inflation();
    },
    close,
  };
  return { kind: 'gzip', listing };
}

/**
 * The headers of a tar are all over it, so that listing one takes all of what gzip made of it. It is held
 * against its checksum then.
 */
async function tarIn(
  content: GzipContent,
  options: ArchiveOptions,
  { remote, close }: { readonly remote: Source['remote']; readonly close: () => Promise<void> },
): Promise<Listing> {
  const { signal, inflating } = options;
  const tar = content.open();
  try {
    // As a whole it is inflated at once, and not in this thread.
    if (tar.size <= inflating.wholeBytes) await tar.read(0, tar.size, { signal });
    const listing = await openTar({ ...tar, remote, close }, options);
    await tar.archived?.verify({ signal });
    return {
      name: listing.name,
      members: listing.members,
      remote: listing.remote,
      get inflation() {
        return content.inflation();
      },
      close: () => listing.close(),
    };
  } catch (error) {
    content.close();
    throw error;
  }
}

/** By the bytes; a tar without members has none but zeros, and its name. */
function kindOf(source: Source, head: Uint8Array): ArchiveKind | undefined {
  return archiveKindOf(head) ?? (isEmptyTar(source, head) ? 'tar' : undefined);
}
