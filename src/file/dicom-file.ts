import type { Source } from '../bytes/source.ts';
import { readExactly } from '../bytes/source.ts';
import type { ElementAt } from '../dicom/element-path.ts';
import { frameAttributes, frameColumn, functionalGroupCount } from '../dicom/functional-groups.ts';
import type { FrameAttributes } from '../dicom/functional-groups.ts';
import { readValue } from '../dicom/recorded-dataset.ts';
import type { Keyword, TagValues } from '../dicom/tag-values.ts';
import type { Dataset } from '../dicom/dataset.ts';
import type { Header } from '../dicom/header.ts';
import type { Limits } from '../dicom/limits.ts';
import type { TagLike } from '../dicom/tag.ts';
import type { WarningLog } from '../dicom/warnings.ts';
import { render } from '../display/render.ts';
import type { RenderOptions } from '../display/render.ts';
import type { Image } from '../display/image.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { displayReader } from '../frames/display-attributes.ts';
import { ownFrame } from '../frames/cache.ts';
import { confirmEncapsulated } from '../frames/encapsulated.ts';
import type { FrameIndex, LaidOutIndex } from '../frames/frame-index.ts';
import { indexAtOnce } from '../frames/index-frames.ts';
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
  /** What was tolerated so far: the first 1000 faults. Values are looked at when they are asked for. */
  readonly warnings: readonly Warning[];
  /** How many there were: more than `warnings` has only in files that are wrong everywhere. */
  readonly warningCount: number;
  /**
   * Stored values of frame `i` (PS3.5 8.1.1), counted from 0.
   *
   * `data` is the caller's own, to be written to. The frame is kept in a cache that all files of a
   * context share: asked for again, it costs a copy and no read.
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
  /**
   * The attributes of frame `i`, counted from 0: of its functional groups, of those that all frames
   * share, and of the object itself (PS3.3 C.7.6.16). After the first call it costs no more in an object of a million frames.
   *
   * @throws FramedexError `FRAME_RANGE`.
   *
   * @example
   * ```ts
   * file.perFrame(12).get('ImagePositionPatient'); // readonly number[] | undefined
   * file.perFrame(12).get('FrameContentSequence.0.DimensionIndexValues');
   * ```
   */
  perFrame(i: number): FrameAttributes;
  /**
   * One attribute of all frames, in their order, as {@link DicomFile.perFrame} gives it; however many
   * it declares, no more than the file has bytes.
   *
   * @example
   * ```ts
   * const positions = file.allFrames('ImagePositionPatient'); // (readonly number[] | undefined)[]
   * ```
   */
  allFrames<K extends Keyword>(keyword: K): (TagValues<Dataset>[K] | undefined)[];
  allFrames<P extends `${string}.${string}`>(path: P): (ElementAt<P, Dataset> | undefined)[];
  allFrames(tag: TagLike): unknown[];
  /** Bytes and frames that this file cost so far. */
  stats(): ReadStats;
  close(): Promise<void>;
}

/** What a file is made of. */
export interface FileParts {
  readonly header: Header;
  /** Left out where it can be made at once, when it is asked for. */
  readonly index?: LaidOutIndex | undefined;
  readonly context: Context;
  /** The context's, and what this file was opened with. */
  readonly limits: Limits;
  readonly meter: Meter;
  /** Closed with the file, where it is the file's own. */
  readonly owned?: Source | undefined;
}

/** A frame, and whether others hold it: the cache, or callers that waited for the same read. */
interface SharedFrame {
  readonly frame: Frame;
  readonly shared: boolean;
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
  readonly #underWay = new SharedReads<SharedFrame>();
  /** Frames that were put in the cache. */
  readonly #kept = new Set<number>();
  readonly #key: string;
  #knownIndex: LaidOutIndex | undefined;
  #confirming: Promise<void> | undefined;
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
    this.#knownIndex = index;
    this.#key = String(filesOpened++);
  }

  get index(): FrameIndex {
    return this.#index;
  }

  /** What is wrong with the pixels is found when they are indexed; that they cannot be read is told there. */
  get #warnings(): WarningLog {
    try {
      this.#knownIndex ??= indexAtOnce(this.#parts.header);
    } catch (error) {
      if (!isFramedexError(error)) throw error;
    }
    return this.#parts.header.warnings;
  }

  get #index(): LaidOutIndex {
    return (this.#knownIndex ??= indexAtOnce(this.#parts.header));
  }

  get warnings(): readonly Warning[] {
    return this.#warnings.list;
  }

  get warningCount(): number {
    return this.#warnings.count;
  }

  async frame(i: number, options: FrameOptions = {}): Promise<Frame> {
    this.#check();
    options.signal?.throwIfAborted();
    const { into, cells, packed, signal } = options;
    if (into !== undefined || cells === true || packed === true) return this.#read(i, options);
    const { frame, shared } = await this.#keptFrame(i, signal);
    return shared ? ownFrame(frame) : frame;
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
    if (bytes !== undefined && !this.#isStale(index)) return bytes;
    await this.#confirm(index);
    return this.encodedFrame(i, { signal });
  }

  async thumbnail(options: ThumbnailOptions = {}): Promise<Image> {
    const { frame = 'middle', signal, ...rendering } = options;
    this.#check();
    signal?.throwIfAborted();
    const i = frame === 'middle' ? Math.floor(this.#index.count / 2) : frame;
    const { deflate } = this.#parts.context.platform;
    const kept = await this.#keptFrame(i, signal);
    return render(kept.frame, { deflate, ...rendering });
  }

  async value(tag: TagLike): Promise<unknown> {
    this.#check();
    const { source } = this.#parts.header;
    return readValue(this.dataset, tag, (offset, length) => readExactly(source, offset, length));
  }

  perFrame(i: number): FrameAttributes {
    const count = this.#frameCount();
    if (!Number.isInteger(i) || i < 0 || i >= count) {
      throw new FramedexError('FRAME_RANGE', `there is no frame ${i}`, {
        name: this.name,
        frame: i,
        count,
      });
    }
    return frameAttributes(this.dataset, i);
  }

  allFrames<K extends Keyword>(keyword: K): (TagValues<Dataset>[K] | undefined)[];
  allFrames<P extends `${string}.${string}`>(path: P): (ElementAt<P, Dataset> | undefined)[];
  allFrames(tag: TagLike): unknown[];
  allFrames(tag: TagLike): unknown[] {
    // A frame takes a bit at least, and as many of them as the file has bytes are enough to list.
    const most = Math.max(functionalGroupCount(this.dataset), this.#parts.header.source.size);
    const count = Math.min(this.#frameCount(), most);
    return frameColumn(this.dataset, tag, count);
  }

  /** Where the pixels are not there, or were not looked at, as many as are declared. */
  #frameCount(): number {
    const { count, declaredCount } = this.#index;
    return count > 0 ? count : Math.max(declaredCount, functionalGroupCount(this.dataset));
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

  /** The frame as it is for all who ask for it: nothing may be written to one that is shared. */
  async #keptFrame(i: number, signal: AbortSignal | undefined): Promise<SharedFrame> {
    const frame = this.#parts.context.frames.get(`${this.#key}/${i}`);
    if (frame !== undefined) {
      countFrame(this.#parts.meter, 'cacheHits');
      return { frame, shared: true };
    }
    const start = (shared: AbortSignal): Promise<SharedFrame> => this.#readAndKeep(i, shared);
    const { result, alone } = await this.#underWay.join(i, start, signal);
    return alone ? result : { ...result, shared: true };
  }

  async #readAndKeep(i: number, signal: AbortSignal): Promise<SharedFrame> {
    let shared = false;
    const frame = await this.#read(i, { signal }, (read) => {
      if (this.#closed) return;
      shared = this.#parts.context.frames.set(`${this.#key}/${i}`, read);
      if (shared) this.#kept.add(i);
    });
    return { frame, shared };
  }

  /** `keep` is given the frame in the same moment in which it is known to be that of the index. */
  async #read(i: number, options: FrameOptions, keep?: (frame: Frame) => void): Promise<Frame> {
    const index = this.#index;
    const frame = await readFrame(this.#frameParts, index, i, options);
    if (frame === undefined || this.#isStale(index)) {
      await this.#confirm(index);
      options.signal?.throwIfAborted();
      return this.#read(i, options, keep);
    }
    countFrame(this.#parts.meter, 'framesDecoded');
    keep?.(frame);
    return frame;
  }

  /** Whether the items have shown meanwhile that the table of `index` was wrong. */
  #isStale({ strategy }: LaidOutIndex): boolean {
    return this.#index.strategy !== strategy;
  }

  /** The table of `claimed` needs proof: the items themselves decide, once for all callers. */
  async #confirm(claimed: LaidOutIndex): Promise<void> {
    if (this.#index !== claimed) return;
    this.#confirming ??= this.#walkItems(claimed).finally(() => {
      this.#confirming = undefined;
    });
    await this.#confirming;
  }

  async #walkItems({ layout, pixel, declaredCount }: LaidOutIndex): Promise<void> {
    const { header, limits } = this.#parts;
    const { pixelData: element } = header;
    if (element === undefined || layout.kind !== 'fragments' || layout.claim === undefined) return;
    const declared = { count: declaredCount, valid: true };
    const parts = { header, element, pixel, declared, limits };
    const index = await confirmEncapsulated(parts, layout.claim);
    const wrong = this.#isStale(index);
    this.#knownIndex = index;
    // A frame that was given by the table may be another's than its number says.
    if (wrong) this.#forget();
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
