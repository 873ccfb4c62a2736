import { isSynchronous } from '../bytes/source.ts';
import type { Source } from '../bytes/source.ts';
import { plainSyntax } from '../dicom/file-meta.ts';
import { readHeader } from '../dicom/header.ts';
import type { Header, HeaderOptions } from '../dicom/header.ts';
import { imagePixel } from '../dicom/image-pixel.ts';
import { EXPLICIT_LITTLE_ENDIAN, transferSyntax } from '../dicom/transfer-syntax.ts';
import type { TransferSyntax } from '../dicom/transfer-syntax.ts';
import { WarningLog } from '../dicom/warnings.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import { declaredCount } from '../frames/frame-count.ts';
import type { LaidOutIndex } from '../frames/frame-index.ts';
import { indexAtOnce, indexFrames, isIndexedAtOnce } from '../frames/index-frames.ts';
import { restoreCheckpoints } from './saved-index-checkpoints.ts';
import { fingerprintOfJson, parseFileIndex } from './saved-index-format.ts';
import { headerPieces, recordHeader, withHeader } from './saved-index-header.ts';
import { withProvedItems } from './saved-index-items.ts';
import { badIndex, isObject, oneOf, placeAt, placeOf, within } from './saved-index-json.ts';
import type { IndexPlace, JsonObject } from './saved-index-json.ts';
import { lazyHeader } from './saved-index-lazy.ts';
import { restoredIndex, savedFrames } from './saved-index-layout.ts';
import { entryPath, matchingNames, namesText } from './saved-index-names.ts';
import { changed, checkIdentity } from './saved-index-save.ts';
import type { Savable } from './saved-index-save.ts';
import { INDEX_VERSION } from './saved-index.ts';
import type { CollectionIndexJson, FileIndexJson, SavedFrames } from './saved-index.ts';

/** What `index` of `open` may be. */
type SavedIndex = FileIndexJson | CollectionIndexJson;

/** What a file is made of when it is opened. */
export interface Opened {
  readonly header: Header;
  /** Left out where it can be made at once, when it is asked for. */
  readonly index: LaidOutIndex | undefined;
  readonly savable: Savable;
}

/** Opens a source by its header pass: what takes no reading waits until it is asked for. */
export async function openByHeader(source: Source, options: HeaderOptions): Promise<Opened> {
  const recording = recordHeader(source);
  const read = await readHeader(recording.source, options);
  // What reads behind the header is recorded no more; a deflated data set is read from elsewhere anyway.
  const isRecorded = recording.source !== source && read.source === recording.source;
  const header = isRecorded ? { ...read, source } : read;
  const seen = recording.finish(header);
  // Most who look at headers never ask.
  const waits = isIndexedAtOnce(header) && options.strict !== true;
  const index = waits ? undefined : await indexFrames(header, options.limits, options);
  return { header, index, savable: { source, complete: options.keep === undefined, seen } };
}

/** What is to be the index of one file, and where it was found. */
export interface FoundIndex {
  readonly json: unknown;
  /** In what was given, for messages. */
  readonly path: string;
}

/** Finds the index of a file by its name in what was given. */
export type FindIndex = (index: SavedIndex, name: string) => FoundIndex | undefined;

/**
 * The index of the member of that name: `index` itself, unless it is of many files; undefined where it
 * has none.
 *
 * @throws FramedexError `INDEX_FORMAT`.
 */
export function indexNamed(index: SavedIndex, name: string): FoundIndex | undefined {
  if (!isOfMany(index)) return { json: index, path: '' };
  const files = filesOf(index, name);
  return Object.hasOwn(files, name) ? { json: files[name], path: entryPath(name) } : undefined;
}

/**
 * The index of the one file that is opened: `index` itself, unless it is of many files; then that of its
 * name, or of the one name that its path ends in.
 *
 * @throws FramedexError `USAGE` where there is none, or are several: whoever gives an index wants no
 * header read. `INDEX_FORMAT`.
 */
export function indexOfOne(index: SavedIndex, name: string): FoundIndex {
  if (!isOfMany(index)) return { json: index, path: '' };
  const files = filesOf(index, name);
  const found = matchingNames(files, name);
  const [key] = found;
  if (key !== undefined && found.length === 1) return { json: files[key], path: entryPath(key) };
  const [summary, names] =
    key === undefined
      ? ['the index has no file of that name', Object.keys(files)]
      : ['the index has several files that may be meant', found];
  throw new FramedexError('USAGE', summary, {
    name,
    found: namesText(names, name),
    advice: 'Give the index of the one file: index.files[name].',
  });
}

function filesOf(index: SavedIndex, name: string): JsonObject {
  const place = placeOf(index, { name, path: '' });
  oneOf(place, 'framedex', [INDEX_VERSION]);
  return placeAt(place, 'files').object;
}

/** Whether it is an index of many files. */
export function isOfMany(index: SavedIndex): boolean {
  return isObject(index) && Object.hasOwn(index, 'files');
}

/**
 * Opens a source by its saved index. Nothing is read where the source has a mark of its own, else its
 * first bytes; the header only where the index has none of it.
 *
 * @throws FramedexError `INDEX_FORMAT`, `SOURCE_CHANGED`.
 */
export async function openByIndex(
  source: Source,
  { json, path }: FoundIndex,
  options: HeaderOptions,
): Promise<Opened> {
  const place = { name: source.name, path };
  const saved: PlacedIndex = { ...parseFileIndex(json, options.limits, place), place };
  options.signal?.throwIfAborted();
  await checkIdentity(saved.source, source, { signal: options.signal });
  if (saved.checkpoints !== undefined) restoreCheckpoints(source, saved.checkpoints, place);
  const seen = (): [] => [];
  const given = { source: saved.source, header: saved.header };
  const savable = { source, complete: options.keep === undefined, seen, given };
  const lazy = openLazily(source, saved, options);
  if (lazy !== undefined) return { ...lazy, savable };
  const header = await headerOf(source, saved, options);
  if (header.partial) return { header, index: undefined, savable };
  checkHeader(header, saved);
  const { warnings } = saved;
  // Who is strict wants to know now whether a table lies.
  const isClaim = options.strict === true && saved.frames?.layout.kind === 'table';
  const frames = isClaim ? undefined : saved.frames;
  if (isIndexedAtOnce(header) || frames === undefined) {
    const waits = isIndexedAtOnce(header) && options.strict !== true;
    const index = waits ? undefined : await indexFrames(header, options.limits, options);
    return { header, index, savable };
  }
  checkFrames(header, saved, frames);
  const index = restored(header, frames, place);
  for (const { code, message, offset, tag } of warnings) {
    header.warnings.report(code, message, offset, tag);
  }
  const proved = provedSource(header.source, index, header.littleEndian);
  return { header: { ...header, source: proved }, index, savable };
}

/** What was saved, and where it stands. */
interface PlacedIndex extends FileIndexJson {
  readonly place: IndexPlace;
}

/** The header by the parser itself, over the bytes that were saved, or those of the source. */
async function headerOf(
  source: Source,
  { header, place }: PlacedIndex,
  options: HeaderOptions,
): Promise<Header> {
  if (header === undefined) return readHeader(source, options);
  const pieces = headerPieces(header, source.size, place);
  try {
    return { ...(await readHeader(withHeader(source, pieces), options)), source };
  } catch (error) {
    if (isFramedexError(error, 'NOT_DICOM') || isFramedexError(error, 'TRUNCATED')) {
      throw badIndex(within(place, 'header'), 'the header of a DICOM object');
    }
    throw error;
  }
}

/**
 * With a header that is read when somebody asks for an element: where the index has none of it, and it
 * can be read at once.
 */
function openLazily(
  source: Source,
  saved: PlacedIndex,
  options: HeaderOptions,
): Omit<Opened, 'savable'> | undefined {
  const { header: bytes, frames, pixelData, littleEndian, warnings, place } = saved;
  const syntax = syntaxOf(saved.transferSyntax);
  const eager = options.strict === true || options.until !== undefined || syntax.deflated;
  if (bytes !== undefined || !isSynchronous(source) || eager) return undefined;
  if (pixelData !== undefined && frames === undefined) return undefined;
  const log = new WarningLog(source.name, false);
  const known = { transferSyntax: syntax, littleEndian, pixelData };
  const index = restored({ pixelData, source }, frames, place);
  for (const { code, message, offset, tag } of warnings) log.report(code, message, offset, tag);
  const check = headerCheck({ ...saved, frames: frames && withoutFragments(frames) });
  const read = { source, frames: provedSource(source, index, littleEndian) };
  return { header: lazyHeader(known, { ...read, options, warnings: log, check }), index };
}

/** Looks at a header when it is read. What it needs of the index is kept until then, no fragments. */
function headerCheck(saved: PlacedIndex): (header: Header) => void {
  return (header) => {
    checkHeader(header, saved);
    if (saved.frames !== undefined) checkFrames(header, saved, saved.frames);
  };
}

/** What a header is held against: of frames in fragments, it tells how many and of what shape. */
function withoutFragments(frames: SavedFrames): SavedFrames {
  const { layout } = frames;
  if (layout.kind === 'native') return frames;
  const none = layout.kind === 'table' ? { padded: undefined } : { fragments: undefined };
  return { ...frames, layout: { ...layout, ...none, lengths: [] } };
}

function syntaxOf(uid: string): TransferSyntax {
  return transferSyntax(uid) ?? { ...plainSyntax(EXPLICIT_LITTLE_ENDIAN), uid, name: uid };
}

/** What the header says and the index says too, for those who do not look at the header. */
function checkHeader(header: Header, saved: PlacedIndex): void {
  const { pixelData: found, transferSyntax: syntax, littleEndian } = header;
  const { pixelData: said } = saved;
  const same =
    syntax.uid === saved.transferSyntax &&
    littleEndian === saved.littleEndian &&
    found?.tag === said?.tag &&
    found?.vr === said?.vr &&
    found?.offset === said?.offset &&
    found?.valueOffset === said?.valueOffset &&
    found?.length === said?.length;
  if (!same) throw contradiction(header, saved);
}

/** The same of what frames are made from, which is recorded where it is wrong. */
function checkFrames(header: Header, saved: PlacedIndex, frames: SavedFrames): void {
  const { dataset, pixelData, warnings } = header;
  if (pixelData === undefined) throw contradiction(header, saved);
  const same = isIndexedAtOnce(header)
    ? isSame(savedFrames(indexAtOnce(header)), frames)
    : declaredCount(header).count === frames.declaredCount &&
      isSame(imagePixel(dataset, pixelData.tag, warnings), frames.pixel);
  if (!same) throw contradiction(header, saved);
}

function isSame(found: unknown, said: unknown): boolean {
  return fingerprintOfJson(found) === fingerprintOfJson(said);
}

function contradiction({ source }: Header, { header, place }: PlacedIndex): FramedexError {
  if (header !== undefined)
    return badIndex(within(place, 'header'), 'what the rest of it tells of');
  return changed(source, 'the header that the index tells of', 'another');
}

function restored(
  { pixelData, source }: Pick<Header, 'pixelData' | 'source'>,
  frames: SavedFrames | undefined,
  place: IndexPlace,
): LaidOutIndex | undefined {
  if (pixelData === undefined || frames === undefined) return undefined;
  return restoredIndex(frames, { element: pixelData, source, place });
}

function provedSource(
  source: Source,
  index: LaidOutIndex | undefined,
  littleEndian: boolean,
): Source {
  if (index?.layout.kind !== 'fragments') return source;
  return withProvedItems(source, index.layout, littleEndian);
}
