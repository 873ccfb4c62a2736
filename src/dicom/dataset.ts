import type { BulkValue, DicomJson, JsonElement } from './json.ts';
import type { ElementAt } from './element-path.ts';
import type { Naturalized } from './naturalized.ts';
import type { Keyword, TagValues } from './tag-values.ts';
import type { TagLike } from './tag.ts';

/** One data element. Its value is decoded when it is asked for, each time. */
export interface Element extends JsonElement {
  /** Empty for private and unknown elements. */
  readonly keyword: string;
  /** Of a private element: who reserved the block it is in (PS3.5 7.8.1); undefined where nobody did. */
  readonly creator: string | undefined;
  /** Of the tag's first byte in the DICOM object (in the inflated one, where it is deflated). */
  readonly offset: number;
  /** Of the value's first byte. */
  readonly valueOffset: number;
  /** In bytes, as written; `0xFFFFFFFF` where a delimiter ends the value. */
  readonly length: number;
  /** What `dataset.get(tag)` gives; undefined for pixel data in fragments, which `get` refuses. */
  readonly value: unknown;
  /** The bytes of the value as they are in the object, a view: padding, byte order and all. */
  readonly bytes: Uint8Array;
  /** The header pass left the value in the file. */
  readonly deferred: boolean;
  /** Where the value lies, if it is not to be had at once. */
  readonly bulk: BulkValue | undefined;
  /** The data sets of a sequence. */
  readonly items: readonly Dataset[] | undefined;
}

/** The elements of a file, or of one item of a sequence. */
export interface Dataset extends Iterable<Element> {
  /** How many elements there are. */
  readonly size: number;
  /**
   * The value of an element: one value where the standard's multiplicity (VM) is 1, an array where
   * it is anything else, an array of data sets for a sequence, one typed array for OB, OW and their
   * kin. Undefined where the element is absent or empty, and where one of several numbers is left empty:
   * `element(tag).values` has the others.
   *
   * An element is named by its keyword, by its tag as a number or in hexadecimal digits, by the
   * creator of its private block, or by the way to it through the items of sequences, from 0 on.
   *
   * Long values are not read in the header pass. They are read now where the source can be read at
   * once (local files, memory); elsewhere `VALUE_LIMIT` says so, and `file.value(tag)` reads them.
   *
   * @throws FramedexError `USAGE` for what names no element, `BAD_LENGTH` for pixel data in fragments; with `strict` also `BAD_VALUE`, `BAD_VR` and
   * `CHARACTER_SET` for values that are against PS3.5 6.2, which are warnings otherwise.
   *
   * @example
   * ```ts
   * const rows = file.dataset.get('Rows'); // number | undefined
   * const series = file.dataset.get('ReferencedSeriesSequence.0.SeriesInstanceUID'); // string | undefined
   * const bValue = file.dataset.get('(0019,xx0C,SIEMENS MR HEADER)'); // unknown: a private element
   * ```
   */
  get<K extends Keyword>(keyword: K): TagValues<Dataset>[K] | undefined;
  get<P extends `${string}.${string}`>(path: P): ElementAt<P, Dataset> | undefined;
  get(tag: TagLike): unknown;
  /** Where an element lies and what it is; undefined where it is absent. */
  element(tag: TagLike): Element | undefined;
  has(tag: TagLike): boolean;
  /**
   * The DICOM JSON model (PS3.18 F). What is too long to be in the header stands there as a
   * `BulkDataURI`: `#offset,length` in the object.
   */
  toJSON(): DicomJson;
  /**
   * The values by keyword, as dcmjs has them: its `denaturalizeDataset` takes them.
   *
   * @param meta file meta information to go along, as `_meta`
   */
  toNaturalized(meta?: Dataset): Naturalized;
}
