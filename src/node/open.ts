import { fileURLToPath } from 'node:url';
import { isArchiveName } from '../archive/archive-kind.ts';
import { givenSource } from '../bytes/given.ts';
import type { GivenBytes } from '../bytes/given.ts';
import type { Source } from '../bytes/source.ts';
import type { Collection } from '../collection/collection.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import type { DicomFile } from '../file/dicom-file.ts';
import { createMeter, meteredSource } from '../file/meter.ts';
import { checkOptions, openSource } from '../file/open.ts';
import { indexNamed, indexOfOne } from '../file/saved-index-open.ts';
import type { FindIndex } from '../file/saved-index-open.ts';
import type { OpenOptions } from '../file/open.ts';
import { sharedContext } from './context.ts';
import type { NodeContext } from './context.ts';
import { openFileSource } from './file-source.ts';
import { MEMBER_SEPARATOR } from '../archive/member-names.ts';
import { memberOf } from './member-place.ts';
import type { ArchiveMember } from './member-place.ts';
import { systemErrorCode } from './io-error.ts';

/**
 * What can be opened: a path, a `file:` URL (also as text), or what needs no file system. A path may name a member
 * of an archive, by its name or its id: `study.zip!/a/b/IM0001`, `study.tar.gz!/tar#3`; and one of an archive
 * in it: `study.zip!/ct.zip!/IM0001`.
 */
export type Input = string | URL | GivenBytes;

/** {@link OpenOptions} with the descriptors of Node. */
export interface NodeOpenOptions extends OpenOptions {
  readonly context?: NodeContext | undefined;
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

/**
 * Opens a DICOM object: reads its header and where its frames are. No pixel is decoded, and none is read
 * but what lies between small fragments. What gzip compressed (`IM0001.dcm.gz`) is opened as it was before.
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
  const ownership = source === input ? 'borrowed' : 'owned';
  const kept = keptOpen(source, input);
  if (await isGzip(input, kept, options.signal)) return openGzip(kept, context, options);
  try {
    return await openSource(source, context, options, ownership);
  } catch (error) {
    if (!isPath(input) || !isFramedexError(error, 'NOT_DICOM')) throw error;
    const again = sourceOf(input, context);
    if (await beginsGzip(again, options.signal)) return openGzip(again, context, options);
    await again.close?.();
    throw error;
  }
}

/**
 * Opens an archive as a collection: zip, tar, tar.gz, or gzip of one file. Nothing is extracted: its
 * directory is read now, or the headers of a tar; headers and frames of its members when they are asked for.
 *
 * @throws FramedexError `IO`, `ZIP_FORMAT`, `ZIP_LIMIT`; for gzip `INFLATE`, `ZIP_SIZE_MISMATCH` and other
 * faults of it; `USAGE` for what is no input.
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
  const counted = meteredSource(keptOpen(source, input), meter);
  const warnings: Warning[] = [];
  const { listArchive } = await import('./archives.ts');
  const listing = await listArchive(counted, { context, options, warnings });
  const { createCollection } = await import('../collection/collection.ts');
  return createCollection({ listing, context, options, meter, warnings });
}

/**
 * Opens a folder, and all below it, as a collection. Archives in it (`.zip`, `.tar`, `.tgz`, `.gz`) are
 * walked too; their members are named `archive.zip!/member`. A file in gzip keeps its own name.
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
  const meter = createMeter();
  // Series and volumes are a fifth of what there is to load, and no use to who opens one file.
  const { createCollection } = await import('../collection/collection.ts');
  const { listFolder } = await import('./folder.ts');
  const folder = listFolder(pathOf(path), { pool: context.descriptors, io: context.io }, meter);
  const warnings: Warning[] = [];
  const hasArchives = folder.members.some(({ name }) => isArchiveName(name));
  const archives = hasArchives ? await import('./archives.ts') : undefined;
  const listing =
    (await archives?.listFolderArchives(folder, { context, options, warnings })) ?? folder;
  return createCollection({ listing, context, options, meter, warnings });
}

async function openMember(
  { archive, member }: ArchiveMember,
  context: NodeContext,
  options: NodeOpenOptions,
): Promise<DicomFile> {
  const meter = createMeter();
  const counted = meteredSource(sourceOf(archive, context), meter);
  const { memberSource } = await import('./archives.ts');
  const source = await memberSource(counted, member, { context, options, warnings: [] });
  const find: FindIndex = (index) =>
    indexNamed(index, member) ?? indexOfOne(index, `${archive}${MEMBER_SEPARATOR}${member}`);
  return openSource(source, context, options, 'owned', meter, find);
}

/** What gzip compressed, as it was before. It takes the source over; when this fails, it is closed. */
async function openGzip(
  source: Source,
  context: NodeContext,
  options: NodeOpenOptions,
): Promise<DicomFile> {
  const meter = createMeter();
  const counted = meteredSource(source, meter);
  // Most processes open no archive: what reads them is loaded by the first one.
  const { gunzipped } = await import('./archives.ts');
  const inner = await gunzipped(counted, { context, options, warnings: [] });
  return openSource(inner, context, options, 'owned', meter);
}

/**
 * Whether gzip compressed it, by its bytes: of what is named so, or has no name. No others are looked at,
 * since that takes a read: a path is when it turns out to be no DICOM object. When this fails, the source is closed.
 */
async function isGzip(input: Input, source: Source, signal?: AbortSignal): Promise<boolean> {
  const isNamed = isPath(input) || 'name' in input;
  if (isNamed && !/\.t?gz$/i.test(source.name)) return false;
  return beginsGzip(source, signal);
}

async function beginsGzip(source: Source, signal?: AbortSignal): Promise<boolean> {
  try {
    const [first, second] = await source.read(0, Math.min(2, source.size), { signal });
    return first === 0x1f && second === 0x8b;
  } catch (error) {
    await source.close?.();
    throw error;
  }
}

/** A source of the caller's own stays open: who creates, closes. */
function keptOpen(source: Source, input: Input): Source {
  return source === input ? { ...source, close: () => Promise.resolve() } : source;
}

function isPath(input: Input): input is string | URL {
  return typeof input === 'string' || input instanceof URL;
}

function sourceOf(input: Input, { descriptors, io }: NodeContext): Source {
  if (isPath(input)) {
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
