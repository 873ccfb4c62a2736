import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { givenSource } from '../bytes/given.ts';
import type { GivenBytes } from '../bytes/given.ts';
import type { Source } from '../bytes/source.ts';
import { createCollection } from '../collection/collection.ts';
import type { Collection } from '../collection/collection.ts';
import type { Listing, Member } from '../collection/listing.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { limitsOf } from '../file/context.ts';
import type { DicomFile } from '../file/dicom-file.ts';
import { createMeter, meteredSource } from '../file/meter.ts';
import { checkOptions, openSource } from '../file/open.ts';
import { indexNamed, indexOfOne } from '../file/saved-index-open.ts';
import type { FindIndex } from '../file/saved-index-open.ts';
import type { OpenOptions } from '../file/open.ts';
import { sharedContext } from './context.ts';
import type { NodeContext } from './context.ts';
import { openFileSource } from './file-source.ts';
import { MEMBER_SEPARATOR, memberOf } from './member-place.ts';
import type { ArchiveMember } from './member-place.ts';
import { listFolder } from './folder.ts';
import { systemErrorCode } from './io-error.ts';

/**
 * What can be opened: a path, a `file:` URL (also as text), or what needs no file system. A path may name a member
 * of an archive: `study.zip!/a/b/IM0001`.
 */
export type Input = string | URL | GivenBytes;

/** {@link OpenOptions} with the descriptors of Node. */
export interface NodeOpenOptions extends OpenOptions {
  readonly context?: NodeContext | undefined;
}

/**
 * Opens a DICOM object: reads its header and where its frames are. No pixel is decoded, and none is read
 * but what lies between small fragments.
 *
 * @throws FramedexError `IO`, `EMPTY`, `NOT_DICOM`, `TRUNCATED`, `ZIP_...`; `USAGE` for what is no
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
  const context = options.context ?? sharedContext();
  options.signal?.throwIfAborted();
  const place = typeof input === 'string' ? memberOf(pathOf(input)) : undefined;
  if (place !== undefined) return openMember(place, context, options);
  const source = sourceOf(input, context);
  return openSource(source, context, options, source === input ? 'borrowed' : 'owned');
}

/**
 * Opens a zip archive as a collection. Nothing is extracted: its directory is read now, headers and
 * frames when they are asked for.
 *
 * @throws FramedexError `IO`, `ZIP_FORMAT`, `ZIP_LIMIT`; `USAGE` for what is no input.
 */
export async function openArchive(
  input: Input,
  options: NodeOpenOptions = {},
): Promise<Collection> {
  options.signal?.throwIfAborted();
  const context = options.context ?? sharedContext();
  checkOptions(options, context);
  const meter = createMeter();
  const source = sourceOf(input, context);
  const counted = meteredSource(source, meter);
  // A source of the caller's own stays open: who creates, closes.
  const archive = source === input ? { ...counted, close: () => Promise.resolve() } : counted;
  const warnings: Warning[] = [];
  const listing = await listArchive(archive, context, options, warnings);
  return createCollection({ listing, context, options, meter, warnings });
}

/**
 * Opens a folder, and all below it, as a collection. Zip archives in it are walked too; their
 * members are named `archive.zip!/member`.
 *
 * @throws FramedexError `IO` where the folder itself cannot be read, `USAGE` for what is no path.
 */
export async function openFolder(path: string, options: NodeOpenOptions = {}): Promise<Collection> {
  options.signal?.throwIfAborted();
  if (typeof path !== 'string') {
    throw new FramedexError('USAGE', 'a folder is opened by its path', { found: String(path) });
  }
  const context = options.context ?? sharedContext();
  checkOptions(options, context);
  const folder = listFolder(pathOf(path), { pool: context.descriptors, io: context.io });
  const warnings: Warning[] = [];
  const listing = await withArchives(folder, context, options, warnings);
  return createCollection({ listing, context, options, warnings });
}

/** The listing of an archive, which takes the source over. What it tolerates goes to `warnings`. */
async function listArchive(
  source: Source,
  context: NodeContext,
  options: NodeOpenOptions,
  warnings: Warning[],
): Promise<Listing> {
  const limits = limitsOf(context.limits, options.limits);
  const onWarning = (warning: Warning): void => {
    if (options.strict !== true) {
      warnings.push(warning);
      return;
    }
    const { message, offset } = warning;
    throw new FramedexError('ZIP_FORMAT', message, { name: source.name, offset });
  };
  try {
    // Most processes open no archive: what reads them is loaded by the first one.
    const [{ openListing }, { readDirectory }] = await Promise.all([
      import('../archive/archive.ts'),
      import('./zip-directory.ts'),
    ]);
    return await openListing(source, {
      inflating: context.inflating,
      readDirectory,
      limits: {
        members: limits.maxArchiveMembers,
        directoryBytes: limits.maxArchiveDirectoryBytes,
        memberBytes: limits.maxArchiveMemberBytes,
        ratio: limits.maxArchiveRatio,
      },
      onWarning,
    });
  } catch (error) {
    await source.close?.();
    throw error;
  }
}

/** A folder's listing in which each zip archive is replaced by what it holds. */
async function withArchives(
  folder: Listing,
  context: NodeContext,
  options: NodeOpenOptions,
  warnings: Warning[],
): Promise<Listing> {
  const members: Member[] = [];
  const archives: Listing[] = [];
  for (const member of folder.members) {
    if (extname(member.name).toLowerCase() !== '.zip' || member.fault !== undefined) {
      members.push(member);
      continue;
    }
    try {
      const archive = await listArchive(member.open(), context, options, warnings);
      archives.push(archive);
      members.push(
        ...archive.members.map((inner) =>
          renamed(inner, `${member.name}${MEMBER_SEPARATOR}${inner.name}`),
        ),
      );
    } catch (error) {
      if (!isFramedexError(error)) throw error;
      members.push({ ...member, fault: error });
    }
  }
  const close = async (): Promise<void> => {
    await Promise.all(archives.map((archive) => archive.close()));
    await folder.close();
  };
  return { name: folder.name, members, close };
}

function renamed(member: Member, name: string): Member {
  const { size, fault } = member;
  return { name, size, fault, open: () => ({ ...member.open(), name }) };
}

async function openMember(
  { archive, member }: ArchiveMember,
  context: NodeContext,
  options: NodeOpenOptions,
): Promise<DicomFile> {
  const meter = createMeter();
  const source = meteredSource(sourceOf(archive, context), meter);
  const listing = await listArchive(source, context, options, []);
  const found = listing.members.find(({ name }) => name === member);
  if (found === undefined || found.fault !== undefined) {
    await listing.close();
    throw found?.fault ?? noMember(archive, member, listing);
  }
  const inner = found.open();
  const close = async (): Promise<void> => {
    await inner.close?.();
    await listing.close();
  };
  const find: FindIndex = (index) =>
    indexNamed(index, member) ?? indexOfOne(index, `${archive}${MEMBER_SEPARATOR}${member}`);
  return openSource({ ...inner, close }, context, options, 'owned', meter, find);
}

function noMember(archive: string, member: string, { members }: Listing): FramedexError {
  const last = basename(member).toLowerCase();
  const near = members.find(({ name }) => basename(name).toLowerCase() === last);
  return new FramedexError('IO', 'the archive has no member of that name', {
    name: `${archive}${MEMBER_SEPARATOR}${member}`,
    found: `${members.length} members`,
    advice:
      near === undefined ? 'entries() of the archive lists them.' : `Did you mean ${near.name}?`,
  });
}

function sourceOf(input: Input, { descriptors, io }: NodeContext): Source {
  if (typeof input === 'string' || input instanceof URL) {
    return openFileSource(pathOf(input), { pool: descriptors, io });
  }
  return givenSource(input);
}

/** The path of a `file:` URL; URLs written as text are URLs too. */
function pathOf(given: string | URL): string {
  if (typeof given === 'string' && !given.startsWith('file://')) {
    if (given !== '') return given;
    throw new FramedexError('USAGE', 'the path is empty', { expected: 'a path' });
  }
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'file:') {
    throw new FramedexError('USAGE', 'only file: URLs can be opened', {
      found: url?.protocol ?? String(given),
      advice: 'Give a Source of your own for other schemes.',
    });
  }
  try {
    return fileURLToPath(url);
  } catch (cause) {
    const details = { name: url.href, found: systemErrorCode(cause) };
    throw new FramedexError('USAGE', 'the URL names no file of this system', details, { cause });
  }
}
