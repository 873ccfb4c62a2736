import { retainedView } from '../bytes/window.ts';
import type { RetainedBytes } from '../bytes/window.ts';
import { FramedexError } from '../errors.ts';
import { characterSet } from './character-set.ts';
import type { CharacterSet } from './character-set.ts';
import { dictionaryEntry, tagOf, vrOfTag } from './dictionary.ts';
import { UNDEFINED_LENGTH } from './element.ts';
import type { ElementRecord } from './element.ts';
import { datasetToJson, objectToJson } from './json.ts';
import type { BulkValue, DicomJson, JsonElement } from './json.ts';
import type { Keyword, TagValues } from './tag-values.ts';
import { formatTag } from './tag.ts';
import type { Tag, TagLike } from './tag.ts';
import { isTypedArray, typedValues } from './typed-values.ts';
import { decodeValues } from './value.ts';
import { isVr } from './vr.ts';
import type { Vr } from './vr.ts';
import type { WarningLog } from './warnings.ts';

/** One data element. Its value is decoded when it is asked for, each time. */
export interface Element extends JsonElement {
  /** Empty for private and unknown elements. */
  readonly keyword: string;
  /** Of the tag's first byte in the DICOM object (in the inflated one, where it is deflated). */
  readonly offset: number;
  /** Of the value's first byte. */
  readonly valueOffset: number;
  /** In bytes, as written; `0xFFFFFFFF` where a delimiter ends the value. */
  readonly length: number;
  /** What `dataset.get(tag)` gives. */
  readonly value: unknown;
  /** The header pass left the value in the file. */
  readonly deferred: boolean;
  /** The data sets of a sequence. */
  readonly items?: readonly Dataset[] | undefined;
}

/** The elements of a file, or of one item of a sequence. */
export interface Dataset extends Iterable<Element> {
  /** How many elements there are. */
  readonly size: number;
  /**
   * The value of an element: one value where the standard's multiplicity (VM) is 1, an array where
   * it is anything else, an array of data sets for a sequence, one typed array for OB, OW and their
   * kin. Undefined where the element is absent or empty.
   *
   * Long values are not read in the header pass. They are read now where the source can be read at
   * once (local files, memory); elsewhere `VALUE_LIMIT` says so, and `file.value(tag)` reads them.
   *
   * @example
   * ```ts
   * const rows = file.dataset.get('Rows'); // number | undefined
   * const names = file.dataset.get(0x00091001); // unknown: a private element
   * ```
   */
  get<K extends Keyword>(keyword: K): TagValues<Dataset>[K] | undefined;
  get(tag: TagLike): unknown;
  /** Where an element lies and what it is; undefined where it is absent. */
  element(tag: TagLike): Element | undefined;
  has(tag: TagLike): boolean;
  /** The DICOM JSON model (PS3.18 F). Values too long to be in the header are left out, with a `BulkDataURI`. */
  toJSON(): DicomJson;
}

/** What all data sets of one file share. */
export interface DatasetContext {
  readonly bytes: RetainedBytes;
  readonly name: string;
  readonly warnings: WarningLog;
  readonly maxValueBytes: number;
  /** Reads what was not retained, where that can be done at once. */
  readonly load?: ((offset: number, length: number) => Uint8Array) | undefined;
}

/** A data set over the records of a header pass. */
export function createDataset(
  context: DatasetContext,
  records: readonly ElementRecord[],
  littleEndian: boolean,
): Dataset {
  return new RecordedDataset(context, records, littleEndian, undefined);
}

/** The value of an element, read where the header pass left it in the file. */
export async function readValue(
  dataset: Dataset,
  tag: TagLike,
  read: (offset: number, length: number) => Promise<Uint8Array>,
): Promise<unknown> {
  return dataset instanceof RecordedDataset ? dataset.read(tagOf(tag), read) : dataset.get(tag);
}

/** One object per data set and none per element: a file can have a hundred thousand items. */
class RecordedDataset implements Dataset {
  readonly #context: DatasetContext;
  readonly #records: readonly ElementRecord[];
  readonly #littleEndian: boolean;
  readonly #parent: RecordedDataset | undefined;
  #lookUp: ((tag: Tag) => ElementRecord | undefined) | undefined;
  #characterSet: CharacterSet | undefined;
  #items: Map<ElementRecord, readonly Dataset[]> | undefined;
  /** Elements whose value was found not to be of its type: each is a warning once. */
  #reported: Set<ElementRecord> | undefined;

  constructor(
    context: DatasetContext,
    records: readonly ElementRecord[],
    littleEndian: boolean,
    parent: RecordedDataset | undefined,
  ) {
    this.#context = context;
    this.#records = records;
    this.#littleEndian = littleEndian;
    this.#parent = parent;
  }

  get size(): number {
    return this.#records.length;
  }

  get<K extends Keyword>(keyword: K): TagValues<Dataset>[K] | undefined;
  get(tag: TagLike): unknown;
  get(tag: TagLike): unknown {
    const record = this.#record(tagOf(tag));
    return record === undefined ? undefined : this.#value(record);
  }

  has(tag: TagLike): boolean {
    return this.#record(tagOf(tag)) !== undefined;
  }

  element(tag: TagLike): Element | undefined {
    const record = this.#record(tagOf(tag));
    return record === undefined ? undefined : this.#element(record);
  }

  *[Symbol.iterator](): Iterator<Element> {
    for (const record of this.#records) yield this.#element(record);
  }

  toJSON(): DicomJson {
    return this.#parent === undefined ? objectToJson(this) : datasetToJson(this);
  }

  #record(tag: Tag): ElementRecord | undefined {
    this.#lookUp ??= recordLookUp(this.#records);
    return this.#lookUp(tag);
  }

  #element(record: ElementRecord): Element {
    const { tag, offset, valueOffset, length, items } = record;
    const entry = dictionaryEntry(tag);
    const value = (): unknown => this.#value(record);
    const values = (): readonly unknown[] => this.#values(record);
    const datasets = (): readonly Dataset[] => this.#datasets(record);
    const deferred = (): boolean => items === undefined && this.#isDeferred(record);
    const bulk = (): BulkValue | undefined => this.#bulk(record);
    return {
      tag,
      vr: this.#vr(record),
      keyword: entry?.keyword ?? '',
      offset,
      valueOffset,
      length,
      get deferred() {
        return deferred();
      },
      get bulk() {
        return bulk();
      },
      get value() {
        return value();
      },
      get values() {
        return values();
      },
      get items() {
        return items === undefined ? undefined : datasets();
      },
    };
  }

  async read(
    tag: Tag,
    readBytes: (offset: number, length: number) => Promise<Uint8Array>,
  ): Promise<unknown> {
    const record = this.#record(tag);
    if (record === undefined) return undefined;
    const { length, valueOffset, end } = record;
    const present = Math.min(length, end - valueOffset);
    const far = record.items === undefined && length > 0 && present <= this.#context.maxValueBytes;
    if (!far || !this.#isDeferred(record)) return this.#value(record);
    return this.#asGiven(record, this.#decode(record, await readBytes(valueOffset, present)));
  }

  #value(record: ElementRecord): unknown {
    return this.#asGiven(record, this.#values(record));
  }

  /**
   * One value or an array of them, as the standard's multiplicity has it. The types of `get` are the
   * standard's: a value that a file wrote otherwise is recorded, and left to `element(tag).values`.
   */
  #asGiven(record: ElementRecord, values: readonly unknown[]): unknown {
    const entry = dictionaryEntry(record.tag);
    if (record.items !== undefined && (entry === undefined || entry.vr === 'SQ')) return values;
    if (values.length === 0) return undefined;
    if (entry === undefined) return values.length === 1 ? values[0] : values;
    const given = record.items === undefined ? typedValues(entry.vr, values) : undefined;
    if (given === undefined) {
      const message = 'the value is not of the type that the standard gives the element';
      this.#reported ??= new Set();
      if (!this.#reported.has(record)) {
        this.#reported.add(record);
        this.#context.warnings.report('BAD_VALUE', message, record.valueOffset, record.tag);
      }
      return undefined;
    }
    return entry.vm === '1' || isTypedArray(given[0]) ? given[0] : given;
  }

  #values(record: ElementRecord): readonly unknown[] {
    if (record.items !== undefined) return this.#datasets(record);
    return this.#decode(record, this.#bytes(record));
  }

  #decode(record: ElementRecord, bytes: Uint8Array): readonly unknown[] {
    return decodeValues(this.#vr(record), bytes, {
      // What is in UN is little endian whatever is around it (PS3.5 6.2.2).
      littleEndian: this.#littleEndian || record.vr === 'UN',
      characterSet: this.#charset(),
    });
  }

  #datasets(record: ElementRecord): readonly Dataset[] {
    this.#items ??= new Map<ElementRecord, readonly Dataset[]>();
    let datasets = this.#items.get(record);
    if (datasets === undefined) {
      datasets = (record.items ?? []).map(
        ({ elements, littleEndian }) =>
          new RecordedDataset(this.#context, elements, littleEndian, this),
      );
      this.#items.set(record, datasets);
    }
    return datasets;
  }

  #isDeferred({ valueOffset, end, length }: ElementRecord): boolean {
    if (length === UNDEFINED_LENGTH) return true;
    return (
      retainedView(this.#context.bytes, valueOffset, Math.min(length, end - valueOffset)) ===
      undefined
    );
  }

  /** Where the value lies, if it is not to be had at once. */
  #bulk(record: ElementRecord): BulkValue | undefined {
    if (record.items !== undefined || !this.#isDeferred(record)) return undefined;
    const { valueOffset: offset, length, end } = record;
    if (length === UNDEFINED_LENGTH) return { offset };
    const present = Math.min(length, end - offset);
    const { load, maxValueBytes } = this.#context;
    const atOnce = load !== undefined && present <= maxValueBytes && isNumeric(this.#vr(record));
    return atOnce ? undefined : { offset, length: present };
  }

  #bytes({ tag, valueOffset, length, end }: ElementRecord): Uint8Array {
    const { bytes, name, maxValueBytes, load } = this.#context;
    if (length === 0) return new Uint8Array(0);
    if (length === UNDEFINED_LENGTH) {
      throw new FramedexError('BAD_LENGTH', 'pixel data in fragments is no single value', {
        name,
        tag,
        offset: valueOffset,
        advice: 'Read it frame by frame.',
      });
    }
    const present = Math.min(length, end - valueOffset);
    const view = retainedView(bytes, valueOffset, present);
    if (view !== undefined) return view;
    if (load !== undefined && present <= maxValueBytes) return load(valueOffset, present);
    throw new FramedexError('VALUE_LIMIT', `the value of ${formatTag(tag)} is still in the file`, {
      name,
      tag,
      offset: valueOffset,
      limit: maxValueBytes,
      found: `${present} bytes`,
      advice: 'Read it with file.value(tag), or raise limits.maxValueBytes.',
    });
  }

  /** The VR with what the dictionary leaves open decided (PS3.5 annex A, PS3.3 C.7.6.3). */
  #vr({ tag, vr, items }: ElementRecord): Vr {
    if (items !== undefined) return 'SQ';
    switch (vr) {
      case 'ox':
      case 'px':
      case 'lt':
        return 'OW';
      case 'xs':
        return this.#isSigned() ? 'SS' : 'US';
      case 'up':
        return 'UL';
      case 'na':
        return 'UN';
      case 'UN':
        return this.#knownVr(tag);
      default:
        return vr;
    }
  }

  /** UN with a tag that the dictionary knows is what the dictionary says (PS3.5 6.2.2 note 2). */
  #knownVr(tag: Tag): Vr {
    const known = vrOfTag(tag);
    return known === undefined || known === 'UN' || !isVr(known) || known === 'SQ' ? 'UN' : known;
  }

  /** Pixel Representation of this data set, or of the nearest one around it. */
  #isSigned(): boolean {
    const record = this.#record(0x00280103);
    if (record === undefined) return this.#parent === undefined ? false : this.#parent.#isSigned();
    return this.#values(record)[0] === 1;
  }

  /** Specific Character Set of an item takes the place of that around it (PS3.3 C.12.1.1.2). */
  #charset(): CharacterSet {
    if (this.#characterSet === undefined) {
      const record = this.#record(0x00080005);
      if (record === undefined && this.#parent !== undefined) {
        this.#characterSet = this.#parent.#charset();
      } else {
        const { characterSet: set, fault } = characterSet(this.#characterSetTerms(record));
        if (fault !== undefined) {
          this.#context.warnings.report('CHARACTER_SET', fault, record?.offset ?? 0, 0x00080005);
        }
        this.#characterSet = set;
      }
    }
    return this.#characterSet;
  }

  #characterSetTerms(record: ElementRecord | undefined): string[] {
    if (record === undefined || this.#isDeferred(record)) return [];
    const { characterSet: ascii } = characterSet([]);
    const context = { littleEndian: this.#littleEndian, characterSet: ascii };
    return decodeValues('CS', this.#bytes(record), context).map((term) =>
      typeof term === 'string' ? term : '',
    );
  }
}

/** Records are in ascending order but in broken files, where the first of two with one tag counts. */
function recordLookUp(records: readonly ElementRecord[]): (tag: Tag) => ElementRecord | undefined {
  let last = -1;
  for (const { tag } of records) {
    if (tag <= last) {
      const byTag = new Map(records.toReversed().map((record) => [record.tag, record]));
      return (wanted) => byTag.get(wanted);
    }
    last = tag;
  }
  return (wanted) => {
    let low = 0;
    let high = records.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const record = records[middle];
      if (record === undefined || record.tag === wanted) return record;
      if (record.tag < wanted) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  };
}

/** The VRs whose long values are tables, and stand in the JSON model as numbers. */
function isNumeric(vr: Vr): boolean {
  return vr === 'US' || vr === 'SS' || vr === 'UL' || vr === 'SL' || vr === 'FL' || vr === 'FD';
}
