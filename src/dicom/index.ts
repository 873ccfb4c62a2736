/**
 * framedex/dicom: what the header of a DICOM object says, and where its pixels are. No frame, no codec, no
 * picture: for programs that want tags alone, in browsers, workers and Node.
 *
 * @module
 */
import { givenSource } from '../bytes/given.ts';
import type { GivenBytes } from '../bytes/given.ts';
import { readExactly } from '../bytes/source.ts';
import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import type { Inflater } from '../inflate/inflater.ts';
import type { Dataset } from './dataset.ts';
import { tagOf } from './dictionary.ts';
import { isPath } from './element-path.ts';
import type { PixelElement } from './element.ts';
import { readHeader as passHeader } from './header.ts';
import type { Header } from './header.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { GivenLimits, Limits } from './limits.ts';
import { readValue } from './recorded-dataset.ts';
import type { Tag, TagLike } from './tag.ts';
import type { TransferSyntax } from './transfer-syntax.ts';
import { wantedTags } from './wanted-tags.ts';

export type { GivenBytes } from '../bytes/given.ts';
export type { ReadOptions, Source } from '../bytes/source.ts';
export { FramedexError, isFramedexError } from '../errors.ts';
export type { ErrorCode, ErrorDetails, FaultDetails, Warning } from '../errors.ts';
export type { Inflated, Inflater, InflateOptions } from '../inflate/inflater.ts';
export type { Dataset, Element } from './dataset.ts';
export {
  dateTimeToDate,
  parseAge,
  parseDate,
  parseDateRange,
  parseDateTime,
  parseDateTimeRange,
  parseTime,
  parseTimeRange,
} from './date-time.ts';
export type {
  DicomAge,
  DicomDate,
  DicomDateTime,
  DicomRange,
  DicomTime,
  TimePrecision,
} from './date-time.ts';
export { STANDARD_EDITION, dictionaryEntry } from './dictionary.ts';
export type { DictionaryEntry, DictionaryVr } from './dictionary.ts';
export type { ElementAt } from './element-path.ts';
export type { PixelElement } from './element.ts';
export type { DicomJson, DicomJsonAttribute } from './json.ts';
export { DEFAULT_LIMITS } from './limits.ts';
export type { GivenLimits, Limits } from './limits.ts';
export type { Naturalized } from './naturalized.ts';
export { parsePersonName } from './person-name.ts';
export type { PersonName, PersonNameGroup } from './person-name.ts';
export type { Keyword, TagValues } from './tag-values.ts';
export { formatTag } from './tag.ts';
export type { Tag, TagLike } from './tag.ts';
export type { TransferSyntax } from './transfer-syntax.ts';
export type { Vr } from './vr.ts';

/** How a header is read. */
export interface ReadHeaderOptions {
  /**
   * Keep only these elements; others are jumped over. Of a path, the outermost sequence is kept; private
   * elements may be named by their creator.
   */
  readonly tags?: readonly TagLike[] | undefined;
  /** Stop before this element, named by keyword or tag. */
  readonly until?: TagLike | undefined;
  /** Faults that would be tolerated, and recorded in `warnings`, are thrown. */
  readonly strict?: boolean | undefined;
  /** Read the elements behind the pixel data too, jumping over it. */
  readonly behindPixelData?: boolean | undefined;
  readonly limits?: GivenLimits | undefined;
  /** What undoes deflate (PS3.5 A.5): our own decoder by default, loaded when a data set is deflated. */
  readonly inflater?: Inflater | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What the header of a DICOM object says. Close it, or hold it with `await using`, where data sets may be deflated. */
export interface DicomHeader extends AsyncDisposable {
  /** Of the file or source it was read from. */
  readonly name: string;
  /** The data set, up to the pixel data. */
  readonly dataset: Dataset;
  /** File Meta Information (PS3.10 7.1): group 0002. */
  readonly meta: Dataset;
  /** In effect: that of the bytes, where the meta information says another. */
  readonly transferSyntax: TransferSyntax;
  /** Where the pixel data are, in bytes of the object (of the inflated one, where it is deflated); undefined without. */
  readonly pixelData: PixelElement | undefined;
  /** What was tolerated so far: the first 1000 faults. Values are looked at when they are asked for. */
  readonly warnings: readonly Warning[];
  /** A part of the header is missing, or could not be understood: elements are lost, the pixel data perhaps. */
  readonly isCut: boolean;
  /**
   * What `dataset.get(tag)` gives, read from the source where the header pass left it there because it is long.
   *
   * @throws FramedexError `USAGE` for what names no element, `TRUNCATED`, `CLOSED` for a deflated data set that was
   * closed; `VALUE_LIMIT`.
   */
  value(tag: TagLike): Promise<unknown>;
  /** Gives up what was inflated. What was given as a source stays open. */
  close(): Promise<void>;
}

/**
 * Reads the header of a DICOM object: everything before the pixel data, and not a byte of it.
 *
 * @throws FramedexError `EMPTY` or `NOT_DICOM` for what is no DICOM object, `DEPTH_LIMIT`, `ELEMENT_LIMIT`,
 * `INFLATE` and `INFLATE_LIMIT` for hostile ones, `USAGE` for options that mean nothing. What can be tolerated
 * is a warning.
 *
 * @example
 * ```ts
 * import { readHeader } from 'framedex/dicom';
 *
 * await using header = await readHeader(file, { tags: ['Modality', 'Rows'] });
 * console.log(header.dataset.get('Modality'), header.dataset.get('Rows'), header.pixelData?.valueOffset);
 * ```
 */
export async function readHeader(
  input: GivenBytes,
  options: ReadHeaderOptions = {},
): Promise<DicomHeader> {
  const { tags, until, strict, behindPixelData, signal } = options;
  const header = await passHeader(givenSource(input), {
    limits: limitsOf(options.limits),
    inflater: options.inflater ?? loadInflater,
    keep: tags === undefined ? undefined : wantedTags(tags),
    until: until === undefined ? undefined : placeOf(until),
    strict,
    behindPixelData,
    signal,
  });
  return publicHeader(header);
}

/** Few data sets are deflated: what undoes it comes with the first. */
async function loadInflater(): Promise<Inflater> {
  return (await import('../inflate/portable-inflater.ts')).portableInflater;
}

function publicHeader(header: Header): DicomHeader {
  const { name, dataset, meta, transferSyntax, pixelData, source, inflated, warnings } = header;
  const read = (offset: number, length: number) => readExactly(source, offset, length);
  const close = async (): Promise<void> => {
    await inflated?.close?.();
  };
  return {
    name,
    dataset,
    meta,
    transferSyntax,
    pixelData,
    get warnings() {
      return warnings.list;
    },
    get isCut() {
      return warnings.isCut;
    },
    value: (tag) => readValue(dataset, tag, read),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Where the header pass stops is a place in the order of tags: no private block, nor what is in an item. */
function placeOf(until: TagLike): Tag {
  if (!isPath(until)) return tagOf(until);
  throw new FramedexError('USAGE', 'until is no place in a header', {
    expected: 'a keyword such as PixelData or a tag such as (7FE0,0010)',
    found: JSON.stringify(until),
  });
}

function limitsOf(given: GivenLimits = {}): Limits {
  const limits: Record<keyof Limits, number> = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(limits) as (keyof Limits)[]) {
    const limit = given[name];
    if (limit === undefined) continue;
    if (!Number.isSafeInteger(limit) || limit < 0) {
      throw new FramedexError('USAGE', `limits.${name} cannot be`, {
        expected: 'a whole number, 0 or more',
        found: String(limit),
      });
    }
    limits[name] = limit;
  }
  return limits;
}
