import type { Dataset, Element } from './dataset.ts';
import { namelessEntry } from './dictionary.ts';
import {
  holdsRecords,
  lengthAtRecord,
  offsetAtRecord,
  tagAtRecord,
  valueOffsetAtRecord,
} from './element-table.ts';
import type { BulkValue } from './json.ts';
import { bulkValue, isDeferred, isValue, valueBytes } from './record-bytes.ts';
import type { DatasetContext } from './record-bytes.ts';
import type { Tag } from './tag.ts';
import type { Vr } from './vr.ts';

/** What a data set knows of its records. */
export interface RecordReader {
  readonly context: DatasetContext;
  vr(record: number): Vr;
  creator(record: number): string | undefined;
  value(record: number): unknown;
  values(record: number): readonly unknown[];
  written(record: number): readonly string[];
  items(record: number): readonly Dataset[] | undefined;
}

/** A view of one record. What it gives is found out when it is asked for. */
export class RecordedElement implements Element {
  readonly tag: Tag;
  readonly #reader: RecordReader;
  readonly #record: number;

  constructor(reader: RecordReader, record: number) {
    this.#reader = reader;
    this.#record = record;
    this.tag = tagAtRecord(reader.context.table, record);
  }

  get vr(): Vr {
    return this.#reader.vr(this.#record);
  }

  get keyword(): string {
    return namelessEntry(this.tag)?.keyword ?? '';
  }

  get creator(): string | undefined {
    return this.#reader.creator(this.#record);
  }

  get offset(): number {
    return offsetAtRecord(this.#reader.context.table, this.#record);
  }

  get valueOffset(): number {
    return valueOffsetAtRecord(this.#reader.context.table, this.#record);
  }

  get length(): number {
    return lengthAtRecord(this.#reader.context.table, this.#record);
  }

  get value(): unknown {
    return this.#isFragments() ? undefined : this.#reader.value(this.#record);
  }

  get values(): readonly unknown[] {
    return this.#isFragments() ? [] : this.#reader.values(this.#record);
  }

  /** Pixel data in fragments has no value of its own, and stops nobody who looks through all elements. */
  #isFragments(): boolean {
    const { table } = this.#reader.context;
    return !holdsRecords(table, this.#record) && !isValue(table, this.#record);
  }

  get written(): readonly string[] {
    return this.#reader.written(this.#record);
  }

  get bytes(): Uint8Array {
    return valueBytes(this.#reader.context, this.#record);
  }

  get deferred(): boolean {
    return isDeferred(this.#reader.context, this.#record);
  }

  get bulk(): BulkValue | undefined {
    return bulkValue(this.#reader.context, this.#record, this.vr);
  }

  get items(): readonly Dataset[] | undefined {
    return this.#reader.items(this.#record);
  }
}
