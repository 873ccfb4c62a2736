import { characterSet } from './character-set.ts';
import type { CharacterSet } from './character-set.ts';
import type { Dataset, Element } from './dataset.ts';
import { decidedVr, isPrivateCreator, rememberedTag, tagOf, vrOfTag } from './dictionary.ts';
import { isPath, parseElementPath, privateTags } from './element-path.ts';
import type { ElementAt, ElementName, PathStep, PrivateBlock } from './element-path.ts';
import {
  RECORD,
  findItemWith,
  findRecord,
  holdsRecords,
  isBigEndianItem,
  nextRecord,
  presentAtRecord,
  siblings,
  tagAtRecord,
  valueOffsetAtRecord,
  vrAtRecord,
} from './element-table.ts';
import type { ElementTable } from './element-table.ts';
import { datasetToJson, objectToJson } from './json.ts';
import type { DicomJson } from './json.ts';
import { naturalize } from './naturalized.ts';
import type { Naturalized } from './naturalized.ts';
import { privateVr } from './private-dictionary.ts';
import { isDeferred, isValue, valueBytes } from './record-bytes.ts';
import type { DatasetContext } from './record-bytes.ts';
import { reportFault } from './record-faults.ts';
import { recordLookUp } from './record-look-up.ts';
import { RecordedElement } from './recorded-element.ts';
import type { RecordReader } from './recorded-element.ts';
import { elementOf, groupOf, isPrivateTag, privateCreatorTag } from './tag.ts';
import type { Keyword, TagValues } from './tag-values.ts';
import type { Tag, TagLike } from './tag.ts';
import { SPECIFIC_CHARACTER_SET, specificCharacterSet } from './specific-character-set.ts';
import { givenValue } from './typed-values.ts';
import { asWritten, decodeValues } from './value.ts';
import type { ValueContext } from './value.ts';
import { isTextVr, isVr, unitBytes, usesCharacterSet } from './vr.ts';
import type { Vr } from './vr.ts';

const NO_CHARACTER_SET = characterSet([]).characterSet;

const PIXEL_REPRESENTATION = 0x00280103;

/** Reads bytes that the header pass left in the file. */
export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

/** A data set over what a header pass recorded. */
export function createDataset(context: DatasetContext, littleEndian: boolean): Dataset {
  return new RecordedDataset(context, 0, context.table.length, littleEndian, undefined);
}

/** The value of an element, read where the header pass left it in the file. */
export async function readValue(dataset: Dataset, tag: TagLike, read: ReadBytes): Promise<unknown> {
  return dataset instanceof RecordedDataset ? dataset.read(tag, read) : dataset.get(tag);
}

/** How many items a sequence has, without making data sets of them; 0 where it is absent. */
export function itemCount(dataset: Dataset, tag: Tag): number {
  if (dataset instanceof RecordedDataset) return dataset.itemCount(tag);
  return dataset.element(tag)?.items?.length ?? 0;
}

/** One item of a sequence, without making data sets of the others. */
export function itemOf(dataset: Dataset, tag: Tag, k: number): Dataset | undefined {
  if (dataset instanceof RecordedDataset) return dataset.itemOf(tag, k);
  return dataset.element(tag)?.items?.[k];
}

/**
 * The item that has the element, of the sequences of one item that are elements of `dataset`. What is in
 * a private sequence is private too, whatever its tag.
 */
export function firstItemWith(dataset: Dataset, tag: Tag): Dataset | undefined {
  if (dataset instanceof RecordedDataset) return dataset.firstItemWith(tag);
  for (const { items, tag: sequence } of dataset) {
    const [item] = items?.length === 1 ? items : [];
    if (item === undefined || (isPrivateTag(sequence) && !isPrivateTag(tag))) continue;
    if (item.has(tag)) return item;
  }
  return undefined;
}

/** A record, and the data set it is of. */
interface Place {
  readonly dataset: RecordedDataset;
  readonly record: number;
}

/** The items of a sequence: their records, and all data sets once somebody wanted all. */
interface Items {
  readonly records: readonly number[];
  datasets: readonly RecordedDataset[] | undefined;
}

/** One object per data set that is looked at, and none per element: a file can have a million items. */
class RecordedDataset implements Dataset, RecordReader {
  readonly context: DatasetContext;
  readonly #first: number;
  readonly #end: number;
  readonly #littleEndian: boolean;
  readonly #parent: RecordedDataset | undefined;
  #records: number[] | undefined;
  #lookUp: ((tag: Tag) => number) | undefined;
  #characterSet: CharacterSet | undefined;
  #items: Map<number, Items> | undefined;

  constructor(
    context: DatasetContext,
    first: number,
    end: number,
    littleEndian: boolean,
    parent: RecordedDataset | undefined,
  ) {
    this.context = context;
    this.#first = first;
    this.#end = end;
    this.#littleEndian = littleEndian;
    this.#parent = parent;
  }

  get size(): number {
    return this.#ordered().length;
  }

  get<K extends Keyword>(keyword: K): TagValues<Dataset>[K] | undefined;
  get<P extends `${string}.${string}`>(path: P): ElementAt<P, Dataset> | undefined;
  get(tag: TagLike): unknown;
  get(like: TagLike): unknown {
    const tag = rememberedTag(like);
    if (tag !== undefined) {
      const record = this.#record(tag);
      return record < 0 ? undefined : this.value(record);
    }
    const place = this.#placeOf(like);
    return place?.dataset.value(place.record);
  }

  has(like: TagLike): boolean {
    return this.#placeOf(like) !== undefined;
  }

  element(like: TagLike): Element | undefined {
    const place = this.#placeOf(like);
    return place === undefined ? undefined : new RecordedElement(place.dataset, place.record);
  }

  *[Symbol.iterator](): Iterator<Element> {
    for (const record of this.#ordered()) yield new RecordedElement(this, record);
  }

  toJSON(): DicomJson {
    return this.#parent === undefined ? objectToJson(this) : datasetToJson(this);
  }

  toNaturalized(meta?: Dataset): Naturalized {
    return naturalize(this, meta);
  }

  get table(): ElementTable {
    return this.context.table;
  }

  /** The records of the elements, in the order of the file. */
  #ordered(): readonly number[] {
    return (this.#records ??= siblings(this.table, this.#first, this.#end));
  }

  /** The record of a tag, or -1. */
  #record(tag: Tag): number {
    const { table } = this.context;
    if (this.#end - this.#first <= FEW * RECORD) {
      return findRecord(table, this.#first, this.#end, tag);
    }
    this.#lookUp ??= recordLookUp(table, this.#ordered());
    return this.#lookUp(tag);
  }

  #placeOf(like: TagLike): Place | undefined {
    if (!isPath(like)) return this.#placed(tagOf(like));
    const { steps, element } = parseElementPath(like);
    const dataset = this.#follow(steps, 0);
    return dataset === undefined ? undefined : dataset.#named(element);
  }

  /** The item that a path leads to, from its step `k` on. */
  #follow(steps: readonly PathStep[], k: number): RecordedDataset | undefined {
    const step = steps[k];
    if (step === undefined) return this;
    const place = this.#named(step.sequence);
    const item = place?.dataset.item(place.record, step.item);
    return item === undefined ? undefined : item.#follow(steps, k + 1);
  }

  #placed(tag: Tag): Place | undefined {
    const record = this.#record(tag);
    return record < 0 ? undefined : { dataset: this, record };
  }

  #named(name: ElementName): Place | undefined {
    if (typeof name === 'number') return this.#placed(name);
    for (const tag of privateTags(name, this.#privateBlocks(name.group))) {
      const place = this.#placed(tag);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** Who reserved which elements of a private group (PS3.5 7.8.1). */
  *#privateBlocks(group: number): Generator<PrivateBlock> {
    for (const record of this.#ordered()) {
      const tag = tagAtRecord(this.table, record);
      if (groupOf(tag) !== group || !isPrivateCreator(tag)) continue;
      // Of two creators of one block the first counts, as of all elements.
      if (this.#record(tag) !== record) continue;
      const creator = this.#privateCreator(record);
      if (creator !== undefined) yield { block: elementOf(tag), creator };
    }
  }

  #privateCreator(record: number): string | undefined {
    if (isDeferred(this.context, record) || this.items(record) !== undefined) return undefined;
    const context = { characterSet: this.#charset() };
    return asWritten('LO', valueBytes(this.context, record), context)[0];
  }

  /** Who reserved the block of a private element. */
  creator(record: number): string | undefined {
    const tag = privateCreatorTag(tagAtRecord(this.table, record));
    const creator = tag === undefined ? -1 : this.#record(tag);
    return creator < 0 ? undefined : this.#privateCreator(creator);
  }

  async read(like: TagLike, readBytes: ReadBytes): Promise<unknown> {
    const place = this.#placeOf(like);
    if (place === undefined) return undefined;
    const { dataset, record } = place;
    const present = presentAtRecord(this.table, record);
    const far = isValue(this.table, record) && present > 0 && present <= this.context.maxValueBytes;
    if (!far || !isDeferred(this.context, record)) return dataset.value(record);
    const bytes = await readBytes(valueOffsetAtRecord(this.table, record), present);
    return dataset.#asGiven(record, dataset.#decode(record, bytes));
  }

  value(record: number): unknown {
    return this.#asGiven(record, this.values(record));
  }

  #asGiven(record: number, values: readonly unknown[]): unknown {
    const { table } = this;
    const written = holdsRecords(table, record) ? 'SQ' : vrAtRecord(table, record);
    return givenValue(tagAtRecord(table, record), written, values, (code, message) => {
      reportFault(this.context, record, code, message);
    });
  }

  values(record: number): readonly unknown[] {
    return this.items(record) ?? this.#decode(record, valueBytes(this.context, record));
  }

  /** Text as written. */
  written(record: number): readonly string[] {
    const vr = this.vr(record);
    if (!isValue(this.table, record) || !isTextVr(vr)) return [];
    return asWritten(vr, valueBytes(this.context, record), this.#valueContext(record, vr));
  }

  #decode(record: number, bytes: Uint8Array): readonly unknown[] {
    const vr = this.vr(record);
    return decodeValues(vr, bytes, this.#valueContext(record, vr));
  }

  #valueContext(record: number, vr: Vr): ValueContext {
    return {
      // What is in UN is little endian whatever is around it (PS3.5 6.2.2).
      littleEndian: this.#littleEndian || vrAtRecord(this.table, record) === 'UN',
      characterSet: usesCharacterSet(vr) ? this.#charset() : NO_CHARACTER_SET,
      fault: (code, message) => {
        reportFault(this.context, record, code, message);
      },
    };
  }

  /** The data sets of a sequence; undefined where it is none. */
  items(record: number): readonly Dataset[] | undefined {
    if (!holdsRecords(this.table, record)) return undefined;
    const items = this.#itemsOf(record);
    items.datasets ??= items.records.map((at) => this.#itemAt(at));
    return items.datasets;
  }

  /** One of them, without making the others. */
  item(record: number, k: number): RecordedDataset | undefined {
    if (!holdsRecords(this.table, record)) return undefined;
    const { records, datasets } = this.#itemsOf(record);
    const at = records[k];
    return at === undefined ? undefined : (datasets?.[k] ?? this.#itemAt(at));
  }

  itemCount(tag: Tag): number {
    const record = this.#record(tag);
    const isSequence = record >= 0 && holdsRecords(this.table, record);
    return isSequence ? this.#itemsOf(record).records.length : 0;
  }

  itemOf(tag: Tag, k: number): RecordedDataset | undefined {
    const record = this.#record(tag);
    return record < 0 ? undefined : this.item(record, k);
  }

  firstItemWith(tag: Tag): RecordedDataset | undefined {
    const item = findItemWith(this.table, this.#first, this.#end, tag);
    return item < 0 ? undefined : this.#itemAt(item);
  }

  #itemAt(at: number): RecordedDataset {
    const end = nextRecord(this.table, at);
    const littleEndian = !isBigEndianItem(this.table, at);
    return new RecordedDataset(this.context, at + RECORD, end, littleEndian, this);
  }

  #itemsOf(record: number): Items {
    this.#items ??= new Map<number, Items>();
    let items = this.#items.get(record);
    if (items === undefined) {
      const end = nextRecord(this.table, record);
      const records = siblings(this.table, record + RECORD, end);
      items = { records, datasets: undefined };
      this.#items.set(record, items);
    }
    return items;
  }

  vr(record: number): Vr {
    if (holdsRecords(this.table, record)) return 'SQ';
    const vr = vrAtRecord(this.table, record);
    if (vr === 'UN') return this.#knownVr(record);
    return isVr(vr) ? vr : decidedVr(vr, () => this.#isSigned());
  }

  /** UN with a tag that a dictionary knows is what the dictionary says (PS3.5 6.2.2 note 2). */
  #knownVr(record: number): Vr {
    const tag = tagAtRecord(this.table, record);
    const creator = this.creator(record);
    if (creator !== undefined) return this.#privateVr(record, privateVr(creator, tag));
    const known = vrOfTag(tag) ?? 'UN';
    const vr = isVr(known) ? known : decidedVr(known, () => this.#isSigned());
    return vr === 'SQ' ? 'UN' : vr;
  }

  /** No standard says what private bytes are: they must at least be what the dictionary takes them for. */
  #privateVr(record: number, vr: Vr | undefined): Vr {
    if (
      vr === undefined ||
      vr === 'SQ' ||
      presentAtRecord(this.table, record) % unitBytes(vr) !== 0
    ) {
      return 'UN';
    }
    // What is not here is taken on the dictionary's word, and held against it when it is read.
    if (!isTextVr(vr) || isDeferred(this.context, record)) return vr;
    const faults: string[] = [];
    decodeValues(vr, valueBytes(this.context, record), {
      littleEndian: true,
      characterSet: usesCharacterSet(vr) ? this.#charset() : NO_CHARACTER_SET,
      fault: (code, message) => {
        if (code === 'BAD_VALUE') faults.push(message);
      },
    });
    return faults.length === 0 ? vr : 'UN';
  }

  /** Pixel Representation of this data set, or of the nearest one around it. */
  #isSigned(): boolean {
    const record = this.#record(PIXEL_REPRESENTATION);
    if (record < 0) return this.#parent === undefined ? false : this.#parent.#isSigned();
    return this.values(record)[0] === 1;
  }

  /** Specific Character Set of an item takes the place of that around it (PS3.3 C.12.1.1.2). */
  #charset(): CharacterSet {
    if (this.#characterSet === undefined) {
      const record = this.#record(SPECIFIC_CHARACTER_SET);
      this.#characterSet =
        record < 0 && this.#parent !== undefined
          ? this.#parent.#charset()
          : specificCharacterSet(this.context, record);
    }
    return this.#characterSet;
  }
}

/** Data sets of so few elements are looked through from the start. */
const FEW = 16;
