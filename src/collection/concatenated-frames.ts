import type { FrameAttributes } from '../dicom/functional-groups.ts';
import type { Image, Image16 } from '../display/image.ts';
import type { For16Bits } from '../display/render.ts';
import { FramedexError } from '../errors.ts';
import { wholeNumber } from '../file/context.ts';
import type { DicomFile, FramesOptions, ThumbnailOptions } from '../file/dicom-file.ts';
import { checkChoice, representativeFrame } from '../file/thumbnail.ts';
import type { FrameOptions } from '../frames/frame-reader.ts';
import type { Frame } from '../frames/frame.ts';
import type { Instance } from './instance.ts';
import { areSeveral, partsText } from './part-placement.ts';
import type { ConcatenationPart, MissingParts } from './part-placement.ts';

/** A frame of a concatenation, as a frame of the instance that has it. */
export interface PlacedFrame {
  /** Closed with the concatenation: not to be closed by the caller. */
  readonly file: DicomFile;
  /** Of the frame in that file, counted from 0. */
  readonly index: number;
}

/**
 * The frames of all parts of a concatenation, numbered through from 0. A part is opened when the first
 * of its frames is asked for. What is wrong with a part fails for its own frames alone, and names the
 * part's file; `details.frame` of such an error counts within that file. Close it, or hold it with
 * `await using`.
 */
export interface ConcatenatedFrames extends AsyncDisposable {
  /** Frames that can be numbered, those of missing parts included. */
  readonly count: number;
  /**
   * Stored values of frame `i`, as {@link DicomFile.frame} gives them; `index` is `i`.
   *
   * @throws FramedexError `FRAME_RANGE`; `NO_PIXEL_DATA` for a frame of a part that is missing, which it
   * names; what opening the part and reading the frame throw.
   */
  frame(i: number, options?: FrameOptions): Promise<Frame>;
  /** Frames in order, as {@link DicomFile.frames} gives them. It ends with the error of the first that fails. */
  frames(options?: FramesOptions): AsyncIterable<Frame>;
  /** The stored bytes of frame `i`, fragments joined, nothing decoded. */
  encodedFrame(
    i: number,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Uint8Array>;
  /** {@link ConcatenatedFrames.encodedFrame} piece by piece, as {@link DicomFile.encodedStream} gives it. */
  encodedStream(
    i: number,
    options?: { readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<Uint8Array>;
  /** The attributes of frame `i`: of its functional groups, and of the part that has it. */
  perFrame(i: number): Promise<FrameAttributes>;
  /**
   * A picture of one frame: by default the one that the middle part names (Representative Frame Number), else the
   * middle one of those that are there. `shows` says which part it is of, and the frame of that.
   */
  thumbnail(options: For16Bits<ThumbnailOptions>): Promise<Image16>;
  thumbnail(options?: ThumbnailOptions): Promise<Image>;
  /** Which instance has frame `i`, and where. */
  fileOf(i: number): Promise<PlacedFrame>;
  close(): Promise<void>;
}

/** What the frames of a concatenation are made of. */
interface Parts {
  /** In the order of their frames. */
  readonly parts: readonly ConcatenationPart[];
  readonly missing: readonly MissingParts[];
  readonly frameCount: number;
}

export function concatenatedFrames(parts: Parts): ConcatenatedFrames {
  return new OpenParts(parts);
}

class OpenParts implements ConcatenatedFrames {
  readonly count: number;
  readonly #parts: Parts;
  readonly #files = new Map<Instance, Promise<DicomFile>>();
  #closed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.count = parts.frameCount;
  }

  async frame(i: number, options: FrameOptions = {}): Promise<Frame> {
    options.signal?.throwIfAborted();
    const { file, index } = await this.fileOf(i);
    return { ...(await file.frame(index, options)), index: i };
  }

  async *frames({ start = 0, end, ...options }: FramesOptions = {}): AsyncGenerator<Frame> {
    const { readAhead, ...given } = options;
    const { signal } = options;
    if (readAhead !== undefined) wholeNumber('readAhead', readAhead);
    const stop = Math.min(end ?? this.count, this.count);
    let i = start;
    while (i < stop) {
      signal?.throwIfAborted();
      const part = this.#partOf(i);
      const file = await this.#fileOf(part);
      const run = { start: i - part.from, end: Math.min(part.count, stop - part.from), ...options };
      for await (const frame of file.frames(run)) yield { ...frame, index: i++ };
      // A file with fewer frames than it declares says so of the first that it has not.
      if (i < part.from + run.end) yield await this.frame(i++, given);
    }
  }

  async encodedFrame(
    i: number,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const { file, index } = await this.fileOf(i);
    return file.encodedFrame(index, options);
  }

  async *encodedStream(
    i: number,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<Uint8Array> {
    options.signal?.throwIfAborted();
    const { file, index } = await this.fileOf(i);
    yield* file.encodedStream(index, options);
  }

  async perFrame(i: number): Promise<FrameAttributes> {
    const { file, index } = await this.fileOf(i);
    return file.perFrame(index);
  }

  thumbnail(options: For16Bits<ThumbnailOptions>): Promise<Image16>;
  thumbnail(options?: ThumbnailOptions): Promise<Image>;
  async thumbnail(
    options: ThumbnailOptions | For16Bits<ThumbnailOptions> = {},
  ): Promise<Image | Image16> {
    const { frame = 'representative', signal } = options;
    checkChoice(frame);
    signal?.throwIfAborted();
    const { file, index } = await this.fileOf(
      typeof frame === 'number' ? frame : middleFrame(this.#parts.parts),
    );
    const named =
      frame === 'representative' ? representativeFrame(file.dataset, file.index.count) : undefined;
    const given = { frame: named ?? index };
    return options.bitDepth === 16
      ? file.thumbnail({ ...options, ...given })
      : file.thumbnail({ ...options, ...given });
  }

  async fileOf(i: number): Promise<PlacedFrame> {
    const part = this.#partOf(i);
    return { file: await this.#fileOf(part), index: i - part.from };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opened = await Promise.allSettled(this.#files.values());
    this.#files.clear();
    const files = opened.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    await Promise.all(files.map((file) => file.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Callers that ask for frames of one part at a time share its header pass. */
  #fileOf({ instance }: ConcatenationPart): Promise<DicomFile> {
    let file = this.#files.get(instance);
    if (file === undefined) {
      file = instance.open();
      this.#files.set(instance, file);
      // What could not be opened may be opened the next time.
      file.catch(() => this.#files.delete(instance));
    }
    return file;
  }

  #partOf(i: number): ConcatenationPart {
    if (this.#closed) throw new FramedexError('CLOSED', 'the concatenation was closed', {});
    const { parts, missing } = this.#parts;
    if (!Number.isInteger(i) || i < 0 || i >= this.count) throw noFrame(i, this.count, missing);
    let low = 0;
    for (let high = parts.length; high - low > 1;) {
      const middle = (low + high) >>> 1;
      if ((parts[middle]?.from ?? 0) <= i) low = middle;
      else high = middle;
    }
    const part = parts[low];
    if (part !== undefined && i >= part.from && i < part.from + part.count) return part;
    throw notThere(i, missing);
  }
}

/** The middle one of the frames that are there: in a gap there is nothing to show. */
function middleFrame(parts: readonly ConcatenationPart[]): number {
  const present = parts.reduce((sum, { count }) => sum + count, 0);
  let k = Math.floor(present / 2);
  for (const { from, count } of parts) {
    if (k < count) return from + k;
    k -= count;
  }
  return 0;
}

const IN_CONCATENATION_NUMBER = 0x00209162;

function noFrame(frame: number, count: number, missing: readonly MissingParts[]): FramedexError {
  const behind = missing.find((one) => one.count === undefined);
  return new FramedexError('FRAME_RANGE', `there is no frame ${frame}`, {
    frame,
    count,
    expected: count === 0 ? 'a concatenation with frames' : `0 to ${count - 1}`,
    found: String(frame),
    advice: behind === undefined ? undefined : moreText(behind),
  });
}

function notThere(frame: number, missing: readonly MissingParts[]): FramedexError {
  const gap = missing.find(({ from, count = 0 }) => frame >= from && frame < from + count);
  const where = whereText(gap?.numbers ?? []);
  return new FramedexError('NO_PIXEL_DATA', `frame ${frame} is in ${where}, which is missing`, {
    tag: IN_CONCATENATION_NUMBER,
    advice: 'Put all instances of the concatenation into one folder or archive.',
  });
}

function moreText({ numbers }: MissingParts): string {
  return numbers.length === 0
    ? 'Nothing tells whether there are more.'
    : `More are in ${whereText(numbers)}, which is missing.`;
}

function whereText(numbers: MissingParts['numbers']): string {
  return areSeveral(numbers) ? `one of the ${partsText(numbers)}` : partsText(numbers);
}
