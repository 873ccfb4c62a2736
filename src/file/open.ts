import type { HttpOptions } from '../bytes/http.ts';
import type { Source } from '../bytes/source.ts';
import type { Keyword } from '../dicom/tag-values.ts';
import { tagOf } from '../dicom/dictionary.ts';
import { isPath } from '../dicom/element-path.ts';
import type { Header } from '../dicom/header.ts';
import type { GivenLimits } from '../dicom/limits.ts';
import type { Tag, TagLike } from '../dicom/tag.ts';
import { wantedTags } from '../dicom/wanted-tags.ts';
import type { WantedTags } from '../dicom/wanted-tags.ts';
import { DISPLAY_KEYWORDS } from '../frames/display-reader.ts';
import { isOverlayTag } from '../frames/overlay-planes.ts';
import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { limitsOf } from './context.ts';
import type { Context } from './context.ts';
import type { DicomFile } from './dicom-file.ts';
import { createMeter, meteredInflater, meteredSource } from './meter.ts';
import { createDicomFile } from './open-file.ts';
import type { Meter, MeteredInflater } from './meter.ts';
import { indexOfOne, isOfMany, openByHeader, openByIndex } from './saved-index-open.ts';
import type { FindIndex } from './saved-index-open.ts';
import type { CollectionIndexJson, FileIndexJson } from './saved-index.ts';

/** How a DICOM object is opened. */
export interface OpenOptions {
  /** Shared caches, codecs and descriptors; a default that all files share where it is left out. */
  readonly context?: Context | undefined;
  /**
   * What `toIndex()` gave, of this very file: no header is read, and no offset table. An index of many
   * files serves members of a folder or archive by their names, and opens others as usual; a file of its
   * own by its name, or by the one name that its path ends in, and `USAGE` is thrown where it has none.
   * `tags`, `until` and `strict` do with it what they do without: `until` leaves the frames out.
   */
  readonly index?: FileIndexJson | CollectionIndexJson | undefined;
  /** Faults that would be tolerated, and recorded in `warnings`, are thrown. */
  readonly strict?: boolean | undefined;
  /** Stop before this element, named by keyword or tag. Frames are then not indexed. */
  readonly until?: TagLike | undefined;
  /**
   * Keep only these elements, and those that frames need; others are jumped over. Of a path, the
   * outermost sequence is kept; private elements may be named by their creator.
   */
  readonly tags?: readonly TagLike[] | undefined;
  /** Read the elements behind the pixel data too, jumping over it. */
  readonly behindPixelData?: boolean | undefined;
  readonly limits?: GivenLimits | undefined;
  /** Of what is opened by an `http:` or `https:` URL: headers, another `fetch`, servers without ranges. */
  readonly http?: HttpOptions | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What frames are made from, beside the pixel data (PS3.3 C.7.6.3 and C.7.6.6). */
const FRAME_ELEMENTS: readonly Keyword[] = [
  'RepresentativeFrameNumber',
  'SpecificCharacterSet',
  'SamplesPerPixel',
  'PhotometricInterpretation',
  'PlanarConfiguration',
  'NumberOfFrames',
  'Rows',
  'Columns',
  'BitsAllocated',
  'BitsStored',
  'HighBit',
  'PixelRepresentation',
  'ExtendedOffsetTable',
  'ExtendedOffsetTableLengths',
  ...DISPLAY_KEYWORDS,
];

/** What somebody wants of a header, and what its frames need. */
function withFrameElements(tags: readonly TagLike[]): WantedTags {
  const wanted = wantedTags([...tags, ...FRAME_ELEMENTS]);
  return { has: (tag) => wanted.has(tag) || isOverlayTag(tag) };
}

/** Where the header pass stops is a place in the order of tags: no private block, nor what is in an item. */
function placeOf(until: TagLike): Tag {
  if (!isPath(until)) return tagOf(until);
  throw new FramedexError('USAGE', 'until is no place in a header', {
    expected: 'a keyword such as PixelData or a tag such as (7FE0,0010)',
    found: JSON.stringify(until),
  });
}

/**
 * Throws `USAGE` for options that no file could be opened with, before many are: what is wrong with all
 * of them is no fault of each.
 */
export function checkOptions(options: OpenOptions, context: Context): void {
  const { tags, until, limits, index } = options;
  limitsOf(context.limits, limits);
  if (index !== undefined && !isOfMany(index)) {
    throw new FramedexError('USAGE', 'the index of one file opens no folder and no archive', {
      expected: 'an index of many files: { framedex, files }',
    });
  }
  if (tags !== undefined) wantedTags(tags);
  if (until !== undefined) placeOf(until);
}

/** Whether closing the file closes its source. */
export type Ownership = 'owned' | 'borrowed';

/** How the object that a source holds is opened. */
export interface SourceOpening {
  readonly context: Context;
  readonly options: OpenOptions;
  readonly ownership: Ownership;
  /** Counts the reads of the source already; they are counted here where it is left out. */
  readonly meter?: Meter | undefined;
  /** The index of this file in what was given. */
  readonly find?: FindIndex | undefined;
  /** What was tolerated on the way to the source, in the archive that it is in. */
  readonly tolerated?: readonly Warning[] | undefined;
}

/**
 * Opens the object that a source holds: header pass, then frame index, or the index that was saved; no
 * pixel byte is read.
 *
 * @throws FramedexError `EMPTY`, `NOT_DICOM` and what else a header pass throws; `INDEX_FORMAT`,
 * `SOURCE_CHANGED`; `USAGE` for an index of other files.
 */
export async function openSource(source: Source, opening: SourceOpening): Promise<DicomFile> {
  const { context, options, ownership, find = indexOfOne, tolerated = [] } = opening;
  const { strict, until, tags, behindPixelData, signal, index: given } = options;
  const limits = limitsOf(context.limits, options.limits);
  const meter = opening.meter ?? createMeter();
  const metered = opening.meter === undefined ? meteredSource(source, meter) : source;
  const inflating = meteredInflater(context.platform.inflater, meter);
  try {
    const reading = {
      limits,
      inflater: inflating.inflater,
      strict,
      behindPixelData,
      signal,
      until: until === undefined ? undefined : placeOf(until),
      keep: tags === undefined ? undefined : withFrameElements(tags),
    };
    const saved = given === undefined ? undefined : find(given, source.name);
    const opened =
      saved === undefined
        ? await openByHeader(metered, reading)
        : await openByIndex(metered, saved, reading);
    for (const warning of tolerated) opened.header.warnings.add(warning);
    const owned = closedWithFile(
      opened.header,
      ownership === 'owned' ? source : undefined,
      inflating,
    );
    return createDicomFile({ ...opened, context, limits, meter, owned });
  } catch (error) {
    inflating.release();
    if (ownership === 'owned') await source.close?.();
    throw error;
  }
}

/** What was inflated for the file is its own, whoever owns the source. */
function closedWithFile(
  { inflated }: Header,
  source: Source | undefined,
  inflating: MeteredInflater,
): Source | undefined {
  if (inflated === undefined) return source;
  const close = async (): Promise<void> => {
    inflating.release();
    await inflated.close?.();
    await source?.close?.();
  };
  return { ...inflated, close };
}
