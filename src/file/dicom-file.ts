import type { Source } from '../bytes/source.ts';
import { readExactly } from '../bytes/source.ts';
import { readValue } from '../dicom/dataset.ts';
import type { Dataset } from '../dicom/dataset.ts';
import type { Header } from '../dicom/header.ts';
import type { Limits } from '../dicom/limits.ts';
import type { TagLike } from '../dicom/tag.ts';
import { render } from '../display/render.ts';
import type { RenderOptions } from '../display/render.ts';
import type { Image } from '../display/image.ts';
import { FramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { displayReader } from '../frames/display-attributes.ts';
import { repairEncapsulated } from '../frames/encapsulated.ts';
import type { FrameIndex, LaidOutIndex } from '../frames/frame-index.ts';
import { readFrame } from '../frames/frame-reader.ts';
import type { FrameOptions, FrameParts } from '../frames/frame-reader.ts';
import type { Frame } from '../frames/frame.ts';
import { readFragments, readNative } from '../frames/read.ts';
import type { Context } from './context.ts';
import { countFrame, readStats } from './meter.ts';
import type { Meter, ReadStats } from './meter.ts';
import { SharedReads } from './shared-reads.ts';

/** Which frame a thumbnail shows, and how. */
export interface ThumbnailOptions extends RenderOptions {
  /** Counted from 0; `middle` by default. */
  readonly frame?: number | 'middle' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A run of frames. */
export interface FramesOptions {
  /** The first frame: 0 by default. */
  readonly start?: number | undefined;
  /** Exclusive; all by default. */
  readonly end?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One DICOM object: its tags, and its frames by number. Close it, or hold it with `await using`. */
export interface DicomFile extends AsyncDisposable {
  /** Of the file, member or URL it was opened from. */
  readonly name: string;
  /** The data set, up to the pixel data. */
  readonly dataset: Dataset;
  /** File Meta Information (PS3.10 7.1): group 0002. */
  readonly meta: Dataset;
  /** UID of the transfer syntax in effect. */
  readonly transferSyntax: string;
  /** Where the frames are; `count` is 0 where there is no pixel data. */
  readonly index: FrameIndex;
  /** What was tolerated so far. */
  readonly warnings: readonly Warning[];
  /**
   * Stored values of frame `i` (PS3.5 8.1.1), counted from 0.
   *
   * Frames come from a cache that all files of a context share. Treat `data` as read-only, or give
   * `into` to have a copy of your own.
   *
   * @throws FramedexError `FRAME_RANGE`, `FRAME_TRUNCATED`, `NO_PIXEL_DATA`, `BAD_PIXEL_MODULE`,
   * `UNSUPPORTED_TRANSFER_SYNTAX`, `CODEC`... for this frame; others stay readable.
   */
  frame(i: number, options?: FrameOptions): Promise<Frame>;
  /** Frames in order, each read when the one before was taken. They by-pass the cache. */
  frames(options?: FramesOptions): AsyncIterable<Frame>;
  /** The stored bytes of frame `i`, fragments joined, nothing decoded. */
  encodedFrame(
    i: number,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Uint8Array>;
  /** A picture of one frame: its bytes are all that is read of the pixel data. */
  thumbnail(options?: ThumbnailOptions): Promise<Image>;
  /** Reads a value that is too long to be in the header; as `dataset.get` gives it. */
  value(tag: TagLike): Promise<unknown>;
  /** Bytes and frames that this file cost so far. */
  stats(): ReadStats;
  close(): Promise<void>;
}

/** What a file is made of. */
export interface FileParts {
  readonly header: Header;
  readonly index: LaidOutIndex;
  readonly context: Context;
  /** The context's, and what this file was opened with. */
  readonly limits: Limits;
  readonly meter: Meter;
  /** Closed with the file, where it is the file's own. */
  readonly owned?: Source | undefined;
}

let filesOpened = 0;

export function createDicomFile(parts: FileParts): DicomFile {
  return new OpenFile(parts);
}

class OpenFile implements DicomFile {
  readonly name: string;
  readonly dataset: Dataset;
  readonly meta: Dataset;
  readonly transferSyntax: string;
  readonly #parts: FileParts;
  readonly #frameParts: FrameParts;
  /** Frames that are being read, so that two callers of one frame cost one read. */
  readonly #underWay = new SharedReads<Frame>();
  /** Frames that were put in the cache. */
  readonly #kept = new Set<number>();
  readonly #key: string;
  #index: LaidOutIndex;
  #repairing: Promise<void> | undefined;
  #closed = false;

  constructor(parts: FileParts) {
    const { header, index, context, limits } = parts;
    const read = (offset: number, length: number): Promise<Uint8Array> =>
      readExactly(header.source, offset, length);
    const display = displayReader(header.dataset, read);
    this.#frameParts = { header, limits, codecs: context.codecs, display };
    this.name = header.name;
    this.dataset = header.dataset;
    this.meta = header.meta;
    this.transferSyntax = header.transferSyntax.uid;
    this.#parts = parts;
    this.#index = index;
    this.#key = String(filesOpened++);
  }

  get index(): FrameIndex {
    return this.#index;
  }

  get warnings(): readonly Warning[] {
    return this.#parts.header.warnings.list;
  }

  async frame(i: number, options: FrameOptions = {}): Promise<Frame> {
    this.#check();
    options.signal?.throwIfAborted();
    const { into, cells, packed, signal } = options;
    if (into !== undefined || cells === true || packed === true) return this.#read(i, options);
    const { frames } = this.#parts.context;
    const kept = frames.get(`${this.#key}/${i}`);
    if (kept !== undefined) {
      countFrame(this.#parts.meter, 'cacheHits');
      return kept;
    }
    return this.#underWay.join(i, (shared) => this.#readAndKeep(i, shared), signal);
  }

  async *frames({ start = 0, end, signal }: FramesOptions = {}): AsyncGenerator<Frame> {
    const stop = Math.min(end ?? this.#index.count, this.#index.count);
    for (let i = start; i < stop; i++) {
      this.#check();
      yield await this.#read(i, { signal });
    }
  }

  async encodedFrame(
    i: number,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Uint8Array> {
    this.#check();
    signal?.throwIfAborted();
    const { header, limits } = this.#parts;
    const options = { signal, maxFrameBytes: limits.maxFrameBytes };
    const index = this.#index;
    const ranges = index.ranges(i);
    const { layout } = index;
    if (layout.kind === 'none') throw layout.reason;
    if (layout.kind === 'native') {
      return (await readNative(header.source, layout, i, 1, options)).bytes;
    }
    const bytes = await readFragments(header.source, layout, ranges, i, options);
    if (bytes !== undefined) return bytes;
    await this.#repair(index);
    return this.encodedFrame(i, { signal });
  }

  async thumbnail(options: ThumbnailOptions = {}): Promise<Image> {
    const { frame = 'middle', signal, ...rendering } = options;
    const i = frame === 'middle' ? Math.floor(this.#index.count / 2) : frame;
    const { deflate } = this.#parts.context.platform;
    return render(await this.frame(i, { signal }), { deflate, ...rendering });
  }

  async value(tag: TagLike): Promise<unknown> {
    this.#check();
    const { source } = this.#parts.header;
    return readValue(this.dataset, tag, (offset, length) => readExactly(source, offset, length));
  }

  stats(): ReadStats {
    return readStats(this.#parts.meter);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget();
    await this.#parts.owned?.close?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #readAndKeep(i: number, signal: AbortSignal): Promise<Frame> {
    const frame = await this.#read(i, { signal });
    if (!this.#closed) {
      this.#kept.add(i);
      this.#parts.context.frames.set(`${this.#key}/${i}`, frame);
    }
    return frame;
  }

  async #read(i: number, options: FrameOptions): Promise<Frame> {
    const index = this.#index;
    const frame = await readFrame(this.#frameParts, index, i, options);
    if (frame === undefined) {
      await this.#repair(index);
      options.signal?.throwIfAborted();
      return this.#read(i, options);
    }
    countFrame(this.#parts.meter, 'framesDecoded');
    return frame;
  }

  /** An item is not where the table of `wrong` says: the items themselves decide, for all callers. */
  async #repair(wrong: LaidOutIndex): Promise<void> {
    if (this.#index !== wrong) return;
    this.#repairing ??= this.#walkItems().finally(() => {
      this.#repairing = undefined;
    });
    await this.#repairing;
  }

  async #walkItems(): Promise<void> {
    const { header, limits } = this.#parts;
    const { pixelData: element, warnings } = header;
    if (element === undefined) return;
    const message = 'a frame is not where the offset table says; the items count';
    warnings.report('OFFSET_TABLE', message, element.valueOffset, element.tag);
    const { pixel, declaredCount } = this.#index;
    const declared = { count: declaredCount, valid: true };
    this.#index = await repairEncapsulated({ header, element, pixel, declared, limits });
    // Frames that were given by the table may be others' than their numbers say.
    this.#forget();
  }

  #forget(): void {
    for (const i of this.#kept) this.#parts.context.frames.delete(`${this.#key}/${i}`);
    this.#kept.clear();
  }

  #check(): void {
    if (this.#closed) {
      throw new FramedexError('CLOSED', 'the file was closed', { name: this.name });
    }
  }
}
