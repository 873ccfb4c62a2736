/**
 * framedex: where the bytes of a DICOM frame are, and what they mean.
 *
 * The portable surface: what browsers and Node share. In Node, `framedex` is this and paths, folders
 * and archives.
 *
 * @module
 */
import { givenSource } from './bytes/given.ts';
import type { GivenBytes } from './bytes/given.ts';
import type { LabelVolume, LabelVolumeOptions } from './collection/label-volume.ts';
import type { Series } from './collection/series.ts';
import { fetchWasm } from './codecs/fetch-wasm.ts';
import { createPlatformContext } from './file/context.ts';
import type { Context, ContextOptions } from './file/context.ts';
import type { DicomFile } from './file/dicom-file.ts';
import { openSource } from './file/open.ts';
import type { OpenOptions } from './file/open.ts';
import { streamInflater } from './inflate/stream-inflater.ts';

export type { GivenBytes } from './bytes/given.ts';
export type { Archived, CheckpointIndex, InflationStats, RunOptions } from './bytes/archived.ts';
export type { ReadOptions, Source, SourceIdentity } from './bytes/source.ts';
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

/** A context for browsers and workers. */
export function createContext(options?: ContextOptions): Context {
  return createPlatformContext({ inflater: streamInflater, wasm: fetchWasm }, options);
}

let shared: Context | undefined;

/**
 * Opens a DICOM object: reads its header and where its frames are. No pixel is decoded, and none is read
 * but what lies between small fragments.
 *
 * @throws FramedexError `EMPTY`, `NOT_DICOM`, `TRUNCATED`... What can be tolerated is a warning.
 *
 * @example
 * ```ts
 * const file = await open(input.files[0]);
 * const frame = await file.frame(12);
 * ```
 */
export async function open(input: GivenBytes, options: OpenOptions = {}): Promise<DicomFile> {
  const context = options.context ?? (shared ??= createContext());
  const source = givenSource(input);
  return openSource(source, context, options, source === input ? 'borrowed' : 'owned');
}

/**
 * A segmentation (PS3.3 A.51) as a volume of labels: `Uint8Array`, or `Uint16Array` where numbers go beyond 255. BINARY,
 * FRACTIONAL and LABELMAP, of one instance or of several. With `on`, voxels are those of the images that were segmented.
 *
 * @throws FramedexError `NOT_A_VOLUME` where it is no segmentation, its frames say no place, do not lie on the grid or have
 * labels outside of it, or segments overlap; `USAGE` for FRACTIONAL without a threshold, and for numbers that no segment
 * has; what reading a frame throws.
 *
 * @example
 * ```ts
 * const volume = await ct.volume();
 * const labels = await labelVolume(segmentation, { on: volume });
 * const liver = labels.segments.find(({ label }) => label === 'Liver')?.number;
 * ```
 */
export async function labelVolume(
  segmentation: Series,
  options?: LabelVolumeOptions,
): Promise<LabelVolume> {
  // Loaded when it is asked for: a thumbnail needs nothing of it.
  const { labelVolume: build } = await import('./collection/label-volume.ts');
  return build(segmentation, options);
}
