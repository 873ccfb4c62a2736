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
import { fingerprintOfJson, parseFileIndex } from './saved-index-format.ts';
import { headerPieces, recordHeader, withHeader } from './saved-index-header.ts';
import { withProvedItems } from './saved-index-items.ts';
import { badIndex, isObject, oneOf, placeAt, placeOf, valueAt } from './saved-index-json.ts';
import { lazyHeader } from './saved-index-lazy.ts';
import { restoredIndex, savedFrames } from './saved-index-layout.ts';
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

/**
 * The index of that name: `index` itself, unless it is of many files; undefined where it has none.
 *
 * @throws FramedexError `INDEX_FORMAT`.
 */
export function indexNamed(index: SavedIndex, name: string): unknown {
  if (!isOfMany(index)) return index;
  const place = placeOf(index, 'the saved index');
  oneOf(place, 'framedex', [INDEX_VERSION]);
  return valueAt(placeAt(place, 'files'), name);
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
  json: unknown,
  options: HeaderOptions,
): Promise<Opened> {
  const saved = parseFileIndex(json, options.limits);
  options.signal?.throwIfAborted();
  await checkIdentity(saved.source, source, { signal: options.signal });
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
  const index = restored(header, frames);
  for (const { code, message, offset, tag } of warnings) {
    header.warnings.report(code, message, offset, tag);
  }
  const proved = provedSource(header.source, index, header.littleEndian);
  return { header: { ...header, source: proved }, index, savable };
}

/** The header by the parser itself, over the bytes that were saved, or those of the source. */
async function headerOf(
  source: Source,
  saved: FileIndexJson,
  options: HeaderOptions,
): Promise<Header> {
  if (saved.header === undefined) return readHeader(source, options);
  const pieces = headerPieces(saved.header, source.size);
  try {
    return { ...(await readHeader(withHeader(source, pieces), options)), source };
  } catch (error) {
    if (isFramedexError(error, 'NOT_DICOM') || isFramedexError(error, 'TRUNCATED')) {
      throw new FramedexError(
        'INDEX_FORMAT',
        'the header in the saved index is none',
        error.details,
        {
          cause: error,
        },
      );
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
  saved: FileIndexJson,
  options: HeaderOptions,
): Omit<Opened, 'savable'> | undefined {
  const { header: bytes, frames, pixelData, littleEndian, warnings } = saved;
  const syntax = syntaxOf(saved.transferSyntax);
  const eager = options.strict === true || options.until !== undefined || syntax.deflated;
  if (bytes !== undefined || !isSynchronous(source) || eager) return undefined;
  if (pixelData !== undefined && frames === undefined) return undefined;
  const log = new WarningLog(source.name, false);
  const known = { transferSyntax: syntax, littleEndian, pixelData };
  const index = restored({ pixelData, source }, frames);
  for (const { code, message, offset, tag } of warnings) log.report(code, message, offset, tag);
  const check = (header: Header): void => {
    checkHeader(header, saved);
    if (frames !== undefined) checkFrames(header, saved, frames);
  };
  const read = { source, frames: provedSource(source, index, littleEndian) };
  return { header: lazyHeader(known, { ...read, options, warnings: log, check }), index };
}

function syntaxOf(uid: string): TransferSyntax {
  return transferSyntax(uid) ?? { ...plainSyntax(EXPLICIT_LITTLE_ENDIAN), uid, name: uid };
}

/** What the header says and the index says too, for those who do not look at the header. */
function checkHeader(header: Header, saved: FileIndexJson): void {
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
function checkFrames(header: Header, saved: FileIndexJson, frames: SavedFrames): void {
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

function contradiction({ source }: Header, saved: FileIndexJson): FramedexError {
  if (saved.header !== undefined) return badIndex('header', 'what the rest of it says');
  return changed(source, 'the header that the index tells of', 'another');
}

function restored(
  { pixelData, source }: Pick<Header, 'pixelData' | 'source'>,
  frames: SavedFrames | undefined,
): LaidOutIndex | undefined {
  if (pixelData === undefined || frames === undefined) return undefined;
  return restoredIndex(frames, { element: pixelData, size: source.size });
}

function provedSource(
  source: Source,
  index: LaidOutIndex | undefined,
  littleEndian: boolean,
): Source {
  if (index?.layout.kind !== 'fragments') return source;
  return withProvedItems(source, index.layout, littleEndian);
}
