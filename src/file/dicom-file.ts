import type { RunOptions } from '../bytes/archived.ts';
import type { Content } from '../dicom/content.ts';
import type { ElementAt } from '../dicom/element-path.ts';
import type { FrameAttributes } from '../dicom/functional-groups.ts';
import type { Keyword, TagValues } from '../dicom/tag-values.ts';
import type { Dataset } from '../dicom/dataset.ts';
import type { TagLike } from '../dicom/tag.ts';
import type { For16Bits, RenderOptions } from '../display/render.ts';
import type { Image, Image16 } from '../display/image.ts';
import type { Warning } from '../errors.ts';
import type { FrameIndex } from '../frames/frame-index.ts';
import type { SampleOptions } from '../frames/decode.ts';
import type { FrameOptions } from '../frames/frame-reader.ts';
import type { Frame } from '../frames/frame.ts';
import type { ReadStats } from './meter.ts';
import type { FileIndexJson } from './saved-index.ts';

/** What goes into a saved index beside header and frames. */
export interface SavingOptions {
  /**
   * Where a big deflated member of an archive can be resumed, as far as that is known and verified:
   * after `prepare()` it is. About 43 KiB of base64 for each point, and a point each MiB of the member, or
   * fewer: 22 MiB of JSON for members of 512 MiB to 4 GiB. Members of a `.tar.gz` have none.
   */
  readonly checkpoints?: boolean | undefined;
}

/** Which frame a thumbnail shows, and how. */
export interface ThumbnailOptions extends RenderOptions {
  /**
   * Counted from 0, of a series over all its frames in their order. By default `representative`: the frame
   * that the object itself names (Representative Frame Number, PS3.3 C.7.6.16), else the one in the middle, which
   * may show nothing: of a segmentation, a frame without its segment.
   */
  readonly frame?: number | 'middle' | 'representative' | undefined;
  /** Of a frame that is broken, a picture of what can be decoded, `partial`; otherwise that is an error. */
  readonly lenient?: boolean | undefined;
  /**
   * How many more pictures will be asked for soon, of this object or of others: several of compressed frames
   * are worth starting workers, when two or more are asked for at a time. The frame by-passes the cache then.
   */
  readonly framesToCome?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A run of frames, and how each is given: as {@link FrameOptions} has it. */
export interface FramesOptions
  extends SampleOptions, Pick<FrameOptions, 'reduce' | 'lenient' | 'overlays'> {
  /** The first frame: 0 by default. */
  readonly start?: number | undefined;
  /** Exclusive; all by default. */
  readonly end?: number | undefined;
  /**
   * How many frames are read and decoded before the one that was asked for is taken: by default twice as
   * many as there are workers where these decode them, as far as 64 MiB hold them, otherwise none.
   */
  readonly readAhead?: number | undefined;
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
  /**
   * What was tolerated so far: the first 1000 faults. Values are looked at when they are asked for. Of a member that was
   * opened by its path, faults of its archive are among them; a collection has those of its own.
   */
  readonly warnings: readonly Warning[];
  /** A part of the header is missing, or could not be understood: elements are lost, the pixel data perhaps. */
  readonly isCut: boolean;
  /** How many there were: more than `warnings` has only in files that are wrong everywhere. */
  readonly warningCount: number;
  /**
   * Stored values of frame `i` (PS3.5 8.1.1), counted from 0.
   *
   * `data` is the caller's own, to be written to. The frame is kept in a cache that all files of a
   * context share: asked for again, it costs a copy and no read.
   *
   * @throws FramedexError `FRAME_RANGE`, `FRAME_TRUNCATED`, `NO_PIXEL_DATA`, `BAD_PIXEL_MODULE`,
   * `UNSUPPORTED_TRANSFER_SYNTAX`, `CODEC`... for this frame; others stay readable. `ZIP_CRC`,
   * `ZIP_SIZE_MISMATCH`, `INFLATE`: the member of an archive is damaged, and gives no frame from then on.
   */
  frame(i: number, options?: FrameOptions): Promise<Frame>;
  /**
   * Frames in order. Each is read when the one before was taken; compressed ones some time before, so
   * that workers decode several at a time. They by-pass the cache. A frame that is broken ends them with
   * its error, behind those before it; leaving the loop gives up what is under way.
   *
   * @throws FramedexError `USAGE` for a `readAhead` that is no whole number, 0 or more.
   */
  frames(options?: FramesOptions): AsyncIterable<Frame>;
  /**
   * The stored bytes of frame `i`, fragments joined, nothing decoded. Bytes bear no mark: what a frame of
   * them would be, `unverified` or not, {@link DicomFile.verify} decides.
   */
  encodedFrame(
    i: number,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Uint8Array>;
  /**
   * {@link DicomFile.encodedFrame} piece by piece: a video, which is one stream, is never in memory as a
   * whole. Other frames are one piece.
   *
   * @example
   * ```ts
   * for await (const piece of file.encodedStream(0)) output.write(piece);
   * ```
   */
  encodedStream(
    i: number,
    options?: { readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<Uint8Array>;
  /** What the object is, and whether there is a picture to be had. */
  readonly content: Content;
  /**
   * A picture of one frame: its bytes are all that is read of the pixel data, and of JPEG 2000 and HTJ2K
   * only those that a picture of this size needs: all of it where overlays are drawn. `shows` says which
   * frame it is.
   *
   * Of JPEG 2000 and HTJ2K, resolution levels are left out that a picture of this `size` does without: what
   * is decoded is at least twice as large as the picture. `reduced` says how many they were. Pixels of a
   * lower level are no means of those below them, but what a wavelet keeps: so made of the frames of a public
   * corpus, pictures of 32, 64 and 128 pixels differ from those of the whole frame by 4.3, 3.4 and 2.2 of 255
   * grey levels in the mean, the worst by 9.1, and most of it is along edges. `render` of the whole frame is
   * without this. None is left out where it would change what is seen: where the window is found among the
   * frame's values, with real world values, where padding is not black by its value, with tables that rise
   * and fall, and of palettes, segments and masks.
   *
   * A frame that is broken, and was not asked for by its number, is passed over for the nearest that is sound,
   * within four to either side: `warnings` then has `NOT_THE_MIDDLE`. Of a file that was opened `strict`, it
   * is an error.
   *
   * @throws FramedexError `NO_PIXEL_DATA` for objects without pixels and `VIDEO` for videos: their details
   * say in `content` and `mediaType` what there is instead. There is no `content` where pixels may have been
   * lost: the header is cut or was not read to its end, or the pixels are elsewhere, or empty. `USAGE` for a
   * `frame` that chooses none. Otherwise as {@link DicomFile.frame} does.
   *
   * @example
   * ```ts
   * const picture = await file.thumbnail({ size: 128 });
   * await writeFile('thumbnail.png', await picture.encode('png'));
   * ```
   *
   * @example
   * ```ts
   * const picture = await file.thumbnail().catch((error: unknown) => {
   *   if (!isFramedexError(error, 'NO_PIXEL_DATA')) throw error;
   *   console.log(error.details.content, error.details.mediaType); // document application/pdf
   * });
   * ```
   */
  thumbnail(options: For16Bits<ThumbnailOptions>): Promise<Image16>;
  thumbnail(options?: ThumbnailOptions): Promise<Image>;
  /**
   * The picture of Icon Image Sequence (0088,0200), by its own Image Pixel module (PS3.3 F.7): an instant
   * thumbnail, which no frame is read for. Undefined where the object has none, or was opened with `tags`
   * or `until` that leave it out.
   *
   * @throws FramedexError as {@link DicomFile.frame} does; the object's own frames stay readable.
   */
  icon(options?: FrameOptions): Promise<Frame | undefined>;
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
  /**
   * What is known of the header and of the frames by now, as JSON: given back as `index` of `open`, it
   * spares reading either again. The file must be the same by then, in its place: of one that was
   * written or copied since, `open` throws `SOURCE_CHANGED`.
   *
   * @throws FramedexError `USAGE` where the file was opened with `until`.
   *
   * @example
   * ```ts
   * await writeFile('slide.json', JSON.stringify(file.toIndex()));
   * // later, or in another process
   * const index = JSON.parse(await readFile('slide.json', 'utf8'));
   * const again = await open('slide.dcm', { index });
   * ```
   *
   * @example
   * ```ts
   * // A big deflated member: once, and any frame costs milliseconds whenever it is opened.
   * await file.prepare();
   * await writeFile('member.json', JSON.stringify(file.toIndex({ checkpoints: true })));
   * ```
   */
  toIndex(options?: SavingOptions): FileIndexJson;
  /**
   * Holds all bytes of a member of an archive against the checksum that the archive has of it (CRC-32),
   * and tells whether there is one: false for a file of its own. Reads all of the member once, unless
   * that was done: the one frame of a slice, which is nearly all of it, was compared when it was read. A
   * frame that was given before it is `unverified`, and a picture of one.
   *
   * @throws FramedexError `ZIP_CRC`, `ZIP_SIZE_MISMATCH`, `INFLATE`: the member is damaged; reads of it
   * throw the same from then on. `CLOSED`.
   *
   * @example
   * ```ts
   * const file = await open('study.zip!/CT/IM0042');
   * console.log((await file.verify()) ? 'as it was archived' : 'there is no checksum');
   * ```
   */
  verify(options?: RunOptions): Promise<boolean>;
  /**
   * Makes every later read cost milliseconds, whichever frame it is of: one run over a big deflated
   * member of an archive, which is verified by that. Does nothing where that is so already.
   *
   * @throws FramedexError as {@link DicomFile.verify} does.
   *
   * @example
   * ```ts
   * await file.prepare({ onProgress: (done, total) => console.log(`${done} of ${total} bytes`) });
   * await file.frame(file.index.count - 1);
   * ```
   */
  prepare(options?: RunOptions): Promise<void>;
  /** Bytes and frames that this file cost so far. */
  stats(): ReadStats;
  close(): Promise<void>;
}
