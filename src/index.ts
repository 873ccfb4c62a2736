/**
 * framedex: where the bytes of a DICOM frame are, and what they mean.
 *
 * The portable surface: what browsers and Node share. In Node, `framedex` is this and paths.
 *
 * @module
 */
import { folderFiles } from './archive/dropped-files.ts';
import type { FolderInput } from './archive/dropped-files.ts';
import {
  httpSource,
  openArchiveAt,
  openListed,
  openPlace,
  placeOf,
  remoteSource,
} from './archive/open-given.ts';
import type {
  HttpSourceOptions,
  Input,
  OpenArchiveOptions,
  Opener,
  RemoteSourceOptions,
} from './archive/open-given.ts';
import type { ReadDirectory } from './archive/zip-record.ts';
import type { ReadRange } from './bytes/remote-source.ts';
import type { Source } from './bytes/source.ts';
import type { Collection } from './collection/collection.ts';
import { codecsOfBrowser } from './codecs/browser-platform.ts';
import type { BrowserCodecOptions } from './codecs/browser-platform.ts';
import { createPlatformContext } from './file/context.ts';
import type { Context, ContextOptions } from './file/context.ts';
import type { DicomFile } from './file/dicom-file.ts';
import { createMeter } from './file/meter.ts';
import { checkOptions } from './file/open.ts';
import type { OpenOptions } from './file/open.ts';
import { portableInflater } from './inflate/portable-inflater.ts';

export type {
  DirectoryHandle,
  Dropped,
  DroppedEntry,
  DroppedItem,
  FileHandle,
  FolderInput,
  GivenFile,
} from './archive/dropped-files.ts';
export type {
  HttpSourceOptions,
  Input,
  OpenArchiveOptions,
  RemoteSourceOptions,
} from './archive/open-given.ts';
export type { GivenBytes } from './bytes/given.ts';
export type { Archived, CheckpointIndex, InflationStats, RunOptions } from './bytes/archived.ts';
export type { HttpOptions } from './bytes/http.ts';
export type { RangeReply, ReadRange, ReadRangeOptions } from './bytes/remote-source.ts';
export type {
  ByteRange,
  ReadOptions,
  RemoteStats,
  Source,
  SourceIdentity,
} from './bytes/source.ts';
export type {
  Collection,
  CollectionEntry,
  SeriesOptions,
  Skipped,
} from './collection/collection.ts';
export type { ConcatenatedFrames, PlacedFrame } from './collection/concatenated-frames.ts';
export type { Concatenation } from './collection/concatenation.ts';
export { contactSheet } from './collection/contact-sheet.ts';
export type { ContactSheet, ContactSheetOptions } from './collection/contact-sheet.ts';
export type { Instance } from './collection/instance.ts';
export type { LabelVolume, LabelVolumeOptions } from './collection/label-volume.ts';
export { labelVolume } from './collection/labels.ts';
export type {
  ConcatenationIssue,
  ConcatenationIssueCode,
  ConcatenationPart,
  MissingParts,
  PartNumbers,
} from './collection/part-placement.ts';
export { rankSeries } from './collection/rank-series.ts';
export type { RankCriteria, RankReason, RankedSeries } from './collection/rank-series.ts';
export type { Series } from './collection/series.ts';
export type { SeriesWindowOptions } from './collection/series-window.ts';
export type { Inflated, Inflater, InflateOptions } from './inflate/inflater.ts';
export type { CodeStreamKind } from './codecs/code-stream-kind.ts';
export { interleavedPixel } from './codecs/codec.ts';
export type {
  Codec,
  CodecNote,
  CodecPlatform,
  DecodedFrame,
  DecodeOptions,
  Decoder,
} from './codecs/codec.ts';
export type { WorkerEvent, WorkerLike } from './codecs/pool.ts';
export { defaultCodecs } from './codecs/default-codecs.ts';
export type { Content, ContentKind } from './dicom/content.ts';
export type { Dataset, Element } from './dicom/dataset.ts';
export {
  dateTimeToDate,
  parseAge,
  parseDate,
  parseDateRange,
  parseDateTime,
  parseDateTimeRange,
  parseTime,
  parseTimeRange,
} from './dicom/date-time.ts';
export type {
  DicomAge,
  DicomDate,
  DicomDateTime,
  DicomRange,
  DicomTime,
  TimePrecision,
} from './dicom/date-time.ts';
export { STANDARD_EDITION, dictionaryEntry } from './dicom/dictionary.ts';
export type { DictionaryEntry, DictionaryVr } from './dicom/dictionary.ts';
export type { ElementAt } from './dicom/element-path.ts';
export type { FrameAttributes } from './dicom/functional-groups.ts';
export type { ImagePixel } from './dicom/image-pixel.ts';
export type { DicomJson, DicomJsonAttribute } from './dicom/json.ts';
export { DEFAULT_LIMITS } from './dicom/limits.ts';
export type { GivenLimits, Limits } from './dicom/limits.ts';
export type { Naturalized } from './dicom/naturalized.ts';
export { parsePersonName } from './dicom/person-name.ts';
export type { PersonName, PersonNameGroup } from './dicom/person-name.ts';
export type { Keyword, TagValues } from './dicom/tag-values.ts';
export { formatTag } from './dicom/tag.ts';
export type { Tag, TagLike } from './dicom/tag.ts';
export { uidName } from './dicom/uid.ts';
export type { Vr } from './dicom/vr.ts';
export { commonWindow } from './display/common-window.ts';
export type { CommonVoi } from './display/common-window.ts';
export type { EncodeOptions, Image, Image16, ImageFacts, ImageFormat } from './display/image.ts';
export type {
  BytePicture,
  Deflate,
  EncodeLossy,
  LossyFormat,
  PictureEncoders,
} from './display/picture-encoders.ts';
export { modalityValues } from './display/modality.ts';
export { realWorldValues } from './display/real-world-values.ts';
export type { RealWorldValues } from './display/real-world-values.ts';
export type { SizeOptions } from './display/picture-size.ts';
export { render } from './display/render.ts';
export type { For16Bits, RenderOptions } from './display/render.ts';
export type { AppliedVoiLut, AppliedWindow, ExplicitWindow, VoiOptions } from './display/voi.ts';
export { FramedexError, isFramedexError } from './errors.ts';
export type {
  ErrorCode,
  ErrorDetails,
  FaultDetails,
  FrameDetails,
  LimitDetails,
  MissingBytes,
  NoPictureDetails,
  Warning,
} from './errors.ts';
export type { Context, ContextOptions } from './file/context.ts';
export type {
  DicomFile,
  FramesOptions,
  SavingOptions,
  ThumbnailOptions,
} from './file/dicom-file.ts';
export type { ReadStats } from './file/meter.ts';
export type { OpenOptions } from './file/open.ts';
export type {
  CollectionIndexJson,
  FileIndexJson,
  SavedCheckpoints,
  SavedFragmentLayout,
  SavedFrames,
  SavedIdentity,
  SavedLayout,
  SavedNativeLayout,
  SavedTableLayout,
  SavedWarning,
  SavedWarningCode,
} from './file/saved-index.ts';
export type {
  CodedConcept,
  DisplayAttributes,
  IccProfile,
  LookUpTable,
  Palette,
  RealWorldValueMap,
  Segment,
  Segmentation,
  VoiFunction,
  VoiLut,
  Window,
  WrittenCounts,
} from './frames/display-attributes.ts';
export type {
  FrameConfidence,
  FrameCounts,
  FrameIndex,
  FrameRange,
  FrameStrategy,
} from './frames/frame-index.ts';
export type { FrameOptions } from './frames/frame-reader.ts';
export type { Frame, Samples } from './frames/frame.ts';
export type { Overlay } from './frames/overlay.ts';
export { planeLayout } from './series/anatomical-planes.ts';
export type {
  AnatomicalPlane,
  Grid,
  PlaneFrame,
  PlaneGeometry,
  PlaneLayout,
} from './series/anatomical-planes.ts';
export { encodeVolume } from './series/encode-volume.ts';
export type { EncodeVolumeOptions, VolumeFormat } from './series/encode-volume.ts';
export type { FrameTable, SliceAttributes } from './series/frame-table.ts';
export type { Vector } from './series/geometry.ts';
export type { LabelGrid } from './series/label-grid.ts';
export type {
  PartLabel,
  PlanIssue,
  PlanIssueCode,
  PlannedImage,
  SamplesName,
  SplitCode,
  VolumePlan,
} from './series/plan.ts';
export { rasAffine } from './series/ras-affine.ts';
export type { SortedBy } from './series/sort.ts';
export { DEFAULT_TOLERANCES } from './series/tolerances.ts';
export type { PlanOptions, PlanTolerances, Tolerances } from './series/tolerances.ts';
export type { GridOptions } from './series/volume-grid.ts';
export type {
  ObliquePlane,
  PlaneOptions,
  Rescale,
  SliceWarning,
  Volume,
  VolumeOptions,
} from './series/volume.ts';

/**
 * What files share in a browser: beside caches and workers, where modules of codecs are.
 *
 * TypeScript sees this, and the rest of what the package is in browsers, where its `compilerOptions` have
 * `customConditions: ["browser"]`, which bundlers set by themselves; without it, types are those of Node.
 */
export interface BrowserContextOptions extends ContextOptions, BrowserCodecOptions {}

/**
 * Creates the resources that files share in a page or a worker of a browser. Files opened without one share a
 * default context.
 *
 * @throws FramedexError `USAGE` for a bound that is no whole number, 0 or more, and for a place that is no URL.
 *
 * @example
 * ```ts
 * const context = createContext({ workers: 2, frameCacheBytes: 64 * 2 ** 20 });
 * const file = await open(input.files[0], { context });
 * ```
 */
export function createContext(options: BrowserContextOptions = {}): Context {
  const { worker, ...others } = options;
  const platform = { inflater: portableInflater, ...codecsOfBrowser(options, worker) };
  return createPlatformContext(platform, others);
}

/**
 * Opens a DICOM object: reads its header and where its frames are. No pixel is decoded, and none is read
 * but what lies between small fragments. What gzip compressed is opened as it was before.
 *
 * @throws FramedexError `HTTP`, `EMPTY`, `NOT_DICOM`, `TRUNCATED`, `ZIP_...`; `USAGE` for what is no input. What can be
 * tolerated is a warning.
 *
 * @example
 * ```ts
 * const file = await open(input.files[0]);
 * const frame = await file.frame(12);
 *
 * // A URL, with a token; one that is presigned needs none.
 * const headers = { authorization: `Bearer ${token}` };
 * const far = await open('https://example.org/study.zip!/CT/IM0042', { http: { headers } });
 * ```
 */
export async function open(input: Input, options: OpenOptions = {}): Promise<DicomFile> {
  options.signal?.throwIfAborted();
  const opener = openerOf(options);
  return openPlace(placeOf(input, options, opener.context), opener, options);
}

/**
 * Opens an archive as a collection: zip, tar, tar.gz, or gzip of one file. Nothing is extracted: its
 * directory is read now, or the headers of a tar; headers and frames of its members when they are asked for.
 *
 * @throws FramedexError `HTTP`, `ZIP_FORMAT`, `ZIP_LIMIT`; for gzip `INFLATE`, `ZIP_SIZE_MISMATCH` and other
 * faults of it; `USAGE` for what is no input.
 *
 * @example
 * ```ts
 * const archive = await openArchive('https://example.org/study.zip');
 * const [first] = await archive.series();
 * ```
 */
export async function openArchive(
  input: Input,
  options: OpenArchiveOptions = {},
): Promise<Collection> {
  options.signal?.throwIfAborted();
  const opener = openerOf(options);
  checkOptions(options, opener.context);
  return openArchiveAt(placeOf(input, options, opener.context), opener, options);
}

/**
 * Opens a folder, and all below it, as a collection: one that was dropped, or chosen by `showDirectoryPicker()` or
 * `<input type="file" webkitdirectory>`, or any `File` objects. Archives in it (`.zip`, `.tar`, `.tgz`, `.gz`) are walked
 * too; their members are named `archive.zip!/member`. Files are read when they are opened, no sooner.
 *
 * @throws FramedexError `IO` where the folder itself cannot be read, `USAGE` for what is no folder.
 *
 * @example
 * ```ts
 * // In the event itself, before anything is awaited: what was dropped is gone afterwards.
 * target.addEventListener('drop', (event) => {
 *   event.preventDefault();
 *   if (event.dataTransfer !== null) void show(openFolder(event.dataTransfer));
 * });
 * ```
 */
export async function openFolder(
  input: FolderInput,
  options: OpenArchiveOptions = {},
): Promise<Collection> {
  options.signal?.throwIfAborted();
  const opener = openerOf(options);
  checkOptions(options, opener.context);
  const { name, files } = await folderFiles(input, options.signal);
  const { listFiles } = await import('./collection/given-files.ts');
  const meter = createMeter();
  return openListed(listFiles(name, files, meter), opener, options, meter);
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
  return httpSource(url, options, openerOf(options).context);
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
  return remoteSource(key, readRange, options, openerOf(options).context);
}

/** Most of what is opened is no archive. */
async function readDirectory(...args: Parameters<ReadDirectory>): ReturnType<ReadDirectory> {
  const { readZipDirectory } = await import('./archive/zip-directory.ts');
  return readZipDirectory(...args);
}

let shared: Context | undefined;

function openerOf({ context }: Pick<OpenOptions, 'context'>): Opener {
  return { context: context ?? (shared ??= createContext()), readDirectory };
}
