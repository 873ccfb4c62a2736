import type { Archived, RunOptions } from '../bytes/archived.ts';
import { readExactly, type Source } from '../bytes/source.ts';
import type { Content } from '../dicom/content.ts';
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
import type { Image, Image16 } from '../display/image.ts';
import type { For16Bits } from '../display/render.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { Warning } from '../errors.ts';
import { isMemberFault } from '../inflate/deflated-member.ts';
import { displayReader } from '../frames/display-reader.ts';
import type { DisplayReader } from '../frames/display-reader.ts';
import { ownFrame } from '../frames/cache.ts';
import type { FrameIndex, LaidOutIndex } from '../frames/frame-index.ts';
import { readFrame } from '../frames/frame-reader.ts';
import type { FrameOptions, FrameParts } from '../frames/frame-reader.ts';
import type { Frame } from '../frames/frame.ts';
import { inOrder } from '../frames/ordered.ts';
import { iconReader } from '../frames/icon.ts';
import type { IconReader } from '../frames/icon.ts';
import { AnnouncedFrames } from './announced-frames.ts';
import { wholeNumber } from './context.ts';
import type { Context } from './context.ts';
import { encodedFrame, encodedStream } from './encoded-frames.ts';
import type { EncodedParts } from './encoded-frames.ts';
import { countFrame, readStats } from './meter.ts';
import type { Meter, ReadStats } from './meter.ts';
import { namedFault } from './named-fault.ts';
import { ProvedIndex } from './proved-index.ts';
import { saveIndex } from './saved-index-save.ts';
import type { Savable } from './saved-index-save.ts';
import type { FileIndexJson } from './saved-index.ts';
import { SharedReads } from '../bytes/shared-reads.ts';
import type { DicomFile, FramesOptions, SavingOptions, ThumbnailOptions } from './dicom-file.ts';
import { contentOfHeader, thumbnail } from './thumbnail.ts';
import type { ThumbnailParts } from './thumbnail.ts';

/** What a file is made of. */
export interface FileParts {
  readonly header: Header;
  /** Left out where it can be made at once, when it is asked for. */
  readonly index?: LaidOutIndex | undefined;
  readonly savable: Savable;
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
  readonly transferSyntax: string;
  readonly #parts: FileParts;
  readonly #frameParts: FrameParts;
  readonly #readBytes: (offset: number, length: number) => Promise<Uint8Array>;
  /** Frames that are being read, so that two callers of one frame cost one read. */
  readonly #underWay = new SharedReads<SharedFrame>();
  /** Frames that were put in the cache. */
  readonly #kept = new Set<number>();
  readonly #key: string;
  readonly #index: ProvedIndex;
  #icon: IconReader | undefined;
  #announced: AnnouncedFrames | undefined;
  #isDamaged = false;
  #closed = false;

  constructor(parts: FileParts) {
    const { header, index, context, limits } = parts;
    this.#readBytes = (offset, length) => readExactly(header.source, offset, length);
    let reader: DisplayReader | undefined;
    const display: DisplayReader = (i) =>
      (reader ??= displayReader(header.dataset, this.#readBytes, header.warnings))(i);
    this.#frameParts = { header, limits, codecs: context.codecs, display, noted: new Set() };
    this.name = header.name;
    this.transferSyntax = header.transferSyntax.uid;
    this.#parts = parts;
    this.#index = new ProvedIndex(header, limits, index, () => {
      this.#forget();
    });
    this.#key = String(filesOpened++);
  }

  get index(): FrameIndex {
    return this.#index.view;
  }

  get dataset(): Dataset {
    return this.#parts.header.dataset;
  }

  get meta(): Dataset {
    return this.#parts.header.meta;
  }

  /** What is wrong with the pixels is found when they are indexed; that they cannot be read is told there. */
  get #warnings(): WarningLog {
    try {
      // A header that waits to be read has something to say too.
      this.#parts.header.dataset.has('PixelData');
      this.#index.make();
    } catch (error) {
      if (!isFramedexError(error)) throw error;
    }
    return this.#parts.header.warnings;
  }

  get warnings(): readonly Warning[] {
    return this.#warnings.list;
  }

  get isCut(): boolean {
    const { header } = this.#parts;
    // One that was not read yet is read by that.
    return header.end >= 0 && header.warnings.isCut;
  }

  get warningCount(): number {
    return this.#warnings.count;
  }

  async frame(i: number, options: FrameOptions = {}): Promise<Frame> {
    this.#check();
    options.signal?.throwIfAborted();
    const { into, cells, packed, reduce, lenient, overlays, signal } = options;
    const isOther = [cells, packed, lenient, overlays].includes(true);
    if (isOther || into !== undefined || (reduce !== undefined && reduce !== 0)) {
      return this.#marked(await this.#read(i, options));
    }
    const { frame, shared } = await this.#keptFrame(i, signal);
    return this.#marked(shared ? ownFrame(frame) : frame);
  }

  async *frames(options: FramesOptions = {}): AsyncGenerator<Frame> {
    const { start = 0, end, readAhead, signal, ...given } = options;
    const ahead =
      readAhead === undefined
        ? this.#framesAhead(this.#framesFrom(start, end))
        : wholeNumber('readAhead', readAhead);
    const has = (i: number): boolean => {
      // How many there are may turn out while they are read.
      if (i >= Math.min(end ?? Infinity, this.#index.proved().count)) return false;
      this.#check();
      return true;
    };
    const known = (): LaidOutIndex => this.#index.current;
    const announced = this.#announcing.begin(start, end ?? Infinity, known);
    const begin = async (i: number, either: AbortSignal | undefined) => {
      announced?.reach(i);
      let index = this.#index.current;
      // Those that are asked for one after another never need several workers.
      const framesToCome = ahead > 0 ? this.#framesFrom(i + 1, end) : 0;
      const frame = await this.#read(
        i,
        { ...given, signal: either, framesToCome },
        () => (index = this.#index.current),
      );
      return { frame, index };
    };
    try {
      for await (const { frame, index } of inOrder({ start, ahead, has, begin, signal })) {
        // One that was read ahead may have been found to be another's since.
        const isStale = this.#index.isStale(index);
        yield this.#marked(isStale ? await this.#read(frame.index, { ...given, signal }) : frame);
      }
    } finally {
      announced?.end();
    }
  }

  /** How many frames there are from one on, as far as is known now. */
  #framesFrom(start: number, end = Infinity): number {
    return Math.max(0, Math.min(end, this.#index.current.count) - start);
  }

  /** How many frames of a run are under way, so that all threads that decode have some. */
  #framesAhead(frames: number): number {
    const { context, header } = this.#parts;
    const { layout, pixel } = this.#index.current;
    if (layout.kind === 'none' || layout.kind === 'native') return 0;
    return context.codecs.framesAhead(header.transferSyntax.uid, pixel, frames);
  }

  async encodedFrame(
    i: number,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Uint8Array> {
    this.#check();
    signal?.throwIfAborted();
    return encodedFrame(this.#encoded, i, signal);
  }

  async *encodedStream(
    i: number,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<Uint8Array> {
    this.#check();
    yield* encodedStream(this.#encoded, i, signal);
  }

  get content(): Content {
    return contentOfHeader(this.#parts.header);
  }

  thumbnail(options: For16Bits<ThumbnailOptions>): Promise<Image16>;
  thumbnail(options?: ThumbnailOptions): Promise<Image>;
  async thumbnail(
    options: ThumbnailOptions | For16Bits<ThumbnailOptions> = {},
  ): Promise<Image | Image16> {
    this.#check();
    options.signal?.throwIfAborted();
    const parts: ThumbnailParts = {
      header: this.#parts.header,
      index: this.#index.proved(),
      display: this.#frameParts.display,
      encoders: this.#parts.context.platform.encoders,
      read: async (i, how) => this.#marked(await this.#read(i, how)),
      shared: async (i, signal) => this.#marked((await this.#keptFrame(i, signal)).frame),
    };
    return this.#minding(thumbnail(parts, options));
  }

  async icon(options: FrameOptions = {}): Promise<Frame | undefined> {
    this.#check();
    this.#icon ??= iconReader(this.#frameParts);
    const frame = await this.#minding(this.#icon(options));
    if (frame === undefined) return undefined;
    countFrame(this.#parts.meter, 'framesDecoded');
    return this.#marked(frame);
  }

  async value(tag: TagLike): Promise<unknown> {
    this.#check();
    return this.#minding(readValue(this.dataset, tag, this.#readBytes));
  }

  perFrame(i: number): FrameAttributes {
    const count = this.#frameCount();
    if (!Number.isInteger(i) || i < 0 || i >= count) {
      const details = { name: this.name, frame: i, count };
      throw new FramedexError('FRAME_RANGE', `there is no frame ${i}`, details);
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

  /** A frame that was cut off has its attributes in the header nevertheless. */
  #frameCount(): number {
    const { count, declaredCount } = this.#index.current;
    return Math.max(count, declaredCount, count > 0 ? 0 : functionalGroupCount(this.dataset));
  }

  toIndex({ checkpoints = false }: SavingOptions = {}): FileIndexJson {
    this.#check();
    const { savable, header } = this.#parts;
    return saveIndex(savable, header, this.#index.proved(), checkpoints);
  }

  async verify(options: RunOptions = {}): Promise<boolean> {
    await this.#runOver('verify', options);
    return this.#archived?.verified === true;
  }

  prepare(options: RunOptions = {}): Promise<void> {
    return this.#runOver('prepare', options);
  }

  stats(): ReadStats {
    return readStats(this.#parts.meter, this.#parts.savable.source);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#index.close();
    this.#announced?.close();
    this.#forget();
    await this.#parts.owned?.close?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #announcing(): AnnouncedFrames {
    return (this.#announced ??= new AnnouncedFrames(this.#parts.header.source));
  }

  get #encoded(): EncodedParts {
    const { header, limits } = this.#parts;
    const parts = { header, limits, index: this.#index, announced: this.#announcing };
    return { ...parts, minding: (reading) => this.#minding(reading) };
  }

  get #archived(): Archived | undefined {
    return this.#parts.savable.source.archived;
  }

  async #runOver(run: 'verify' | 'prepare', options: RunOptions): Promise<void> {
    this.#check();
    options.signal?.throwIfAborted();
    await this.#minding(this.#archived?.[run](options) ?? Promise.resolve());
  }

  /** Frames of a damaged member were given with a mark; as soon as a read finds it out, there are none. */
  async #minding<T>(reading: Promise<T>): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      this.#isDamaged ||= this.#archived !== undefined && isMemberFault(error);
      if (this.#isDamaged) this.#forget();
      throw namedFault(error, this.name);
    }
  }

  /** What the cache holds may be verified since, so that the mark is of the frame that is given. */
  #marked(frame: Frame): Frame {
    const archived = this.#archived;
    return archived === undefined || archived.verified ? frame : { ...frame, unverified: true };
  }

  /** The frame as it is for all who ask for it: nothing may be written to one that is shared. */
  async #keptFrame(i: number, signal: AbortSignal | undefined): Promise<SharedFrame> {
    const { frames } = this.#parts.context;
    // By its key, a number that is written as text would be found too.
    const frame = this.#kept.has(i) ? frames.get(`${this.#key}/${i}`) : undefined;
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
      if (this.#closed || this.#isDamaged) return;
      shared = this.#parts.context.frames.set(`${this.#key}/${i}`, read);
      if (shared) this.#kept.add(i);
    });
    return { frame, shared };
  }

  /** `keep` is given the frame in the same moment in which it is known to be that of the index. */
  async #read(i: number, options: FrameOptions, keep?: (frame: Frame) => void): Promise<Frame> {
    const index = this.#index.proved();
    const frame = await this.#minding(readFrame(this.#frameParts, index, i, options));
    if (frame === undefined || this.#index.isStale(index)) {
      await this.#index.confirm(index, options.signal);
      options.signal?.throwIfAborted();
      return this.#read(i, options, keep);
    }
    countFrame(this.#parts.meter, 'framesDecoded');
    keep?.(frame);
    return frame;
  }

  #forget(): void {
    for (const i of this.#kept) this.#parts.context.frames.delete(`${this.#key}/${i}`);
    this.#kept.clear();
  }

  #check(): void {
    if (!this.#closed) return;
    throw new FramedexError('CLOSED', 'the file was closed', { name: this.name });
  }
}
