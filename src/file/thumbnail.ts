import { hasResolutionLevels } from '../codecs/code-stream-kind.ts';
import { contentOf } from '../dicom/content.ts';
import type { Content, ContentKind } from '../dicom/content.ts';
import type { Dataset } from '../dicom/dataset.ts';
import type { Header } from '../dicom/header.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Image, Image16 } from '../display/image.ts';
import { hasEntries, modalityTransformation } from '../display/modality.ts';
import type { PictureEncoders } from '../display/picture-encoders.ts';
import { render } from '../display/render.ts';
import type { For16Bits } from '../display/render.ts';
import { chooseVoi } from '../display/voi.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import type { ErrorCode, FaultDetails, Warning } from '../errors.ts';
import type { DisplayAttributes, LookUpTable } from '../frames/display-attributes.ts';
import type { DisplayReader } from '../frames/display-reader.ts';
import type { LaidOutIndex } from '../frames/frame-index.ts';
import type { FrameOptions } from '../frames/frame-reader.ts';
import type { Frame } from '../frames/frame.ts';
import { VIDEO_START, videoType } from '../frames/video-type.ts';
import type { VideoCoding } from '../frames/video-type.ts';
import type { ThumbnailOptions } from './dicom-file.ts';

/** What a thumbnail is made of. */
export interface ThumbnailParts {
  readonly header: Header;
  readonly index: LaidOutIndex;
  readonly display: DisplayReader;
  readonly encoders: PictureEncoders | undefined;
  /** Reads a frame for this picture alone. */
  readonly read: (i: number, options: FrameOptions) => Promise<Frame>;
  /** Gives the frame as others have it: nothing may be written to it. */
  readonly shared: (i: number, signal: AbortSignal | undefined) => Promise<Frame>;
}

/** What the object of a header is. */
export function contentOfHeader({ dataset, meta, pixelData, transferSyntax }: Header): Content {
  const hasPixelData = pixelData !== undefined;
  return contentOf(dataset, { transferSyntax: transferSyntax.uid, hasPixelData, meta });
}

type AnyOptions = ThumbnailOptions | For16Bits<ThumbnailOptions>;

/** A picture of one frame, as `DicomFile.thumbnail` gives it. */
export async function thumbnail(
  parts: ThumbnailParts,
  options: AnyOptions,
): Promise<Image | Image16> {
  const { index, header } = parts;
  const { frame, signal } = options;
  checkChoice(frame);
  if (index.strategy === 'video') throw await videoFault(parts, signal);
  const { layout } = index;
  if (layout.kind === 'none' && layout.reason.code === 'NO_PIXEL_DATA') {
    throw header.pixelData === undefined ? noPicture(header, layout.reason) : layout.reason;
  }
  if (typeof frame === 'number') return pictureOf(parts, frame, options);
  const { count } = index;
  return firstSound(count, frameByRule(header.dataset, count, frame), {
    isDamage: ({ code }) => FRAME_DAMAGE.has(code) && !header.warnings.strict,
    pictureOf: (i) => pictureOf(parts, i, options),
    nameOf: (i) => `frame ${i}`,
  });
}

/** What is wrong with one frame: its neighbours may be sound. */
const FRAME_DAMAGE: ReadonlySet<ErrorCode> = new Set([
  'TRUNCATED',
  'ITEM_EXPECTED',
  'BAD_PIXEL_MODULE',
  'FRAME_TRUNCATED',
  'CODEC',
]);

async function pictureOf(
  parts: ThumbnailParts,
  i: number,
  { frame: _, lenient, framesToCome = 0, signal, ...rendering }: AnyOptions,
): Promise<Image | Image16> {
  const { index, header } = parts;
  const overlays = rendering.overlays !== undefined && rendering.overlays !== false;
  const reduce = await levelsToLeaveOut(parts, i, rendering);
  const shown =
    reduce > 0 || lenient === true || overlays || framesToCome > 0
      ? await parts.read(i, { reduce, lenient, overlays, framesToCome, signal })
      : await parts.shared(i, signal);
  const { encoders = parts.encoders } = rendering;
  const reduced = Math.min(reduce, levelsLeftOut(shown, index.pixel));
  const facts = { shows: { name: header.name, frame: i }, ...(reduced > 0 && { reduced }) };
  const drawn = asLongAndWide(shown, index.pixel);
  return rendering.bitDepth === 16
    ? { ...render(drawn, { ...rendering, encoders }), ...facts }
    : { ...render(drawn, { ...rendering, encoders }), ...facts };
}

/**
 * The frame that stands for a multi-frame object (PS3.3 C.7.6.16.1), counted from 0; undefined where
 * Representative Frame Number is absent, or is none of its frames.
 */
export function representativeFrame(dataset: Dataset, count: number): number | undefined {
  const number = dataset.get('RepresentativeFrameNumber');
  const isFrame = number !== undefined && Number.isInteger(number) && number >= 1;
  return isFrame && number <= count ? number - 1 : undefined;
}

function frameByRule(
  dataset: Dataset,
  count: number,
  rule: 'middle' | 'representative' = 'representative',
): number {
  const middle = Math.floor(count / 2);
  return rule === 'middle' ? middle : (representativeFrame(dataset, count) ?? middle);
}

/**
 * Callers that were not compiled may ask for anything.
 *
 * @throws FramedexError `USAGE`.
 */
export function checkChoice(frame: ThumbnailOptions['frame']): void {
  if (frame === undefined || frame === 'middle' || frame === 'representative') return;
  if (typeof frame === 'number') return;
  throw new FramedexError('USAGE', '`frame` chooses none', {
    expected: "a number counted from 0, 'middle' or 'representative'",
    found: typeof frame === 'string' ? JSON.stringify(frame) : String(frame),
  });
}

/** So many neighbours of what is broken are tried. */
const MOST_NEIGHBOURS = 8;

/** How a picture is had of one of several things, by its number. */
export interface Candidates {
  /** Whether it is the fault of that one alone, and may be passed over. */
  readonly isDamage: (error: FramedexError) => boolean;
  readonly pictureOf: (k: number) => Promise<Image | Image16>;
  readonly nameOf: (k: number) => string;
}

/** The picture of one of several things, or of the nearest that is sound, which is a warning then. */
export async function firstSound(
  count: number,
  chosen: number,
  { isDamage, pictureOf: picture, nameOf }: Candidates,
): Promise<Image | Image16> {
  const broken: string[] = [];
  let first: FramedexError | undefined;
  for (const k of fromOneOn(chosen, count)) {
    try {
      const found = await picture(k);
      return broken.length === 0 ? found : withWarning(found, broken, nameOf(k));
    } catch (error) {
      if (!isFramedexError(error) || !isDamage(error)) throw error;
      first ??= error;
      const { offset } = error.details;
      const place = offset === undefined ? '' : ` at byte ${offset}`;
      broken.push(`${nameOf(k)} (${error.code}${place})`);
    }
  }
  // Of none at all, the one that was chosen says why.
  if (first === undefined) return picture(chosen);
  throw first;
}

/** One behind, one before, two behind... */
function* fromOneOn(chosen: number, count: number): Generator<number> {
  for (let n = 0; n <= MOST_NEIGHBOURS; n++) {
    const k = chosen + Math.ceil(n / 2) * (n % 2 === 1 ? 1 : -1);
    if (k >= 0 && k < count) yield k;
  }
}

function withWarning<I extends Image | Image16>(
  picture: I,
  broken: readonly string[],
  shown: string,
): I {
  const message = `what was to be shown is broken: ${broken.join(', ')}; ${shown} is shown`;
  // The bytes to blame are of other objects than the picture, perhaps.
  const warning: Warning = { code: 'NOT_THE_MIDDLE', message, offset: 0 };
  return { ...picture, warnings: [...picture.warnings, warning] };
}

/**
 * Rows and columns of a reduced frame are rounded up, so that its pixels are not quite of the shape that
 * they have in the whole one: the picture is of the same size whatever it is made from.
 */
function asLongAndWide(frame: Frame, { rows, columns }: ImagePixel): Frame {
  if (frame.rows === rows && frame.columns === columns) return frame;
  const { display } = frame;
  const pixelAspect = (display.pixelAspect * rows * frame.columns) / (columns * frame.rows);
  return { ...frame, display: { ...display, pixelAspect } };
}

/** By what the frame came with: a code stream may have fewer levels than were to be left out. */
function levelsLeftOut(shown: Frame, { rows, columns }: ImagePixel): number {
  const edge = Math.max(shown.rows, shown.columns);
  return Math.ceil(Math.log2(Math.max(rows, columns) / edge));
}

/** A level keeps more of the edges than an average does, and puts bright and dark rims along them. */
const LEVELS_TO_AVERAGE = 1;

/**
 * Resolution levels that a picture of this size does without: what is left has twice the rows and columns of
 * the picture, or all, so that each of its pixels is an average of four at least.
 */
async function levelsToLeaveOut(
  { header, index, display }: ThumbnailParts,
  i: number,
  options: Omit<AnyOptions, 'frame'>,
): Promise<number> {
  const { size } = options;
  const { pixel } = index;
  if (size === undefined || !hasResolutionLevels(header.transferSyntax.uid)) return 0;
  const { attributes } = await display(i);
  const halvings = Math.floor(Math.log2(shrinking(pixel, attributes) / size));
  const levels = halvings - LEVELS_TO_AVERAGE;
  if (!(levels > 0 && Number.isFinite(levels))) return 0;
  return mayBeAveraged(pixel, attributes, options) ? levels : 0;
}

/**
 * Each level is an average of the stored values of the one above. That stands for an average of what they
 * look like where brighter and darker come in their order: in colours, and in greys of a window or a
 * rising table. It does not among numbers in a palette, of segments or bits; where a window is found among
 * the frame's values; nor where a mixture of padding and tissue would be seen.
 */
function mayBeAveraged(
  { bitsStored, photometricInterpretation }: ImagePixel,
  display: DisplayAttributes,
  options: Omit<AnyOptions, 'frame'>,
): boolean {
  if (/^(?:RGB$|YBR_)/.test(photometricInterpretation)) return true;
  if (!photometricInterpretation.startsWith('MONOCHROME') || bitsStored === 1) return false;
  if (display.palette !== undefined || display.segmentation !== undefined) return false;
  if (options.realWorldValues !== undefined) return false;
  const none = (): undefined => undefined;
  const { apply, window, voiLut } = chooseVoi({
    ...{ display, options, white: 1, warnings: [] },
    ranges: { depth: none, percentiles: none, full: none },
  });
  const table = display.voiLuts.find(({ number }) => number === voiLut?.number);
  if (window === undefined && voiLut === undefined) return false;
  if (!isMonotone(display.modalityLut) || !isMonotone(table)) return false;
  if (display.padding === undefined) return true;
  const { low, high } = display.padding;
  const greys = Float64Array.of(low, high);
  modalityTransformation(display)(greys);
  apply(greys);
  const darkIsHigh = photometricInterpretation === 'MONOCHROME1' || display.inverse;
  const black = darkIsHigh === (options.invert ?? false) ? 0 : 1;
  return greys.every((grey) => grey === black);
}

/** Whether the entries of a table only rise, or only fall: one that is not there is no hindrance. */
function isMonotone(table: LookUpTable | undefined): boolean {
  if (!hasEntries(table)) return true;
  const { data } = table;
  const rises = data.every((entry, k) => k === 0 || entry >= (data[k - 1] ?? 0));
  return rises || data.every((entry, k) => k === 0 || entry <= (data[k - 1] ?? 0));
}

/**
 * The edge of a square picture that takes each axis of the frame at least once: of pixels that are not
 * square, the axis that is stretched is the one to run out of them first.
 */
function shrinking({ rows, columns }: ImagePixel, { pixelAspect }: DisplayAttributes): number {
  return pixelAspect > 1
    ? Math.max(rows, columns / pixelAspect)
    : Math.max(columns, rows * pixelAspect);
}

/** Names that are of one thing without an article. */
const UNCOUNTED: ReadonlySet<ContentKind> = new Set(['raw-data', 'spectroscopy', 'tractography']);

/** That an object has no pixels, and what it is. */
export function withoutPixels(content: Content, details: FaultDetails): FramedexError {
  const { kind, sopClassName, mediaType } = content;
  const thing = kind === 'other' ? 'object' : kind.replaceAll('-', ' ');
  const name = sopClassName.replace(/ Storage(?= -|$)/, '');
  const what = name === '' ? thing : `${thing} (${name})`;
  const article = /^[aeiou]/.test(what) ? 'an ' : 'a ';
  const isPlain = UNCOUNTED.has(kind) || thing.endsWith('s');
  const has = thing.endsWith('s') ? 'have' : 'has';
  const summary = `${isPlain ? '' : article}${what} ${has} no pixels`;
  return new FramedexError('NO_PIXEL_DATA', summary, { ...details, content: kind, mediaType });
}

/** Why there is no picture: what the object is, unless its pixels are elsewhere, or perhaps lost. */
function noPicture(header: Header, reason: FramedexError): FramedexError {
  const { dataset, name, partial, warnings } = header;
  const what = contentOfHeader(header);
  const mayBeImage = what.kind === 'image' || what.kind === 'other';
  const isUnknown = partial || warnings.isCut || dataset.has('PixelDataProviderURL');
  if (mayBeImage && isUnknown) return reason;
  return withoutPixels(what, { name, advice: adviceFor(dataset, what) ?? reason.details.advice });
}

function adviceFor(dataset: Dataset, { kind }: Content): string | undefined {
  if (dataset.has('IconImageSequence')) return 'icon() gives the picture that it brings along.';
  return kind === 'document' ? "value('EncapsulatedDocument') gives its bytes." : undefined;
}

/** What a video is: the type of its bytes, and whether that can be what the transfer syntax says. */
async function videoFault(
  { header, index }: ThumbnailParts,
  signal: AbortSignal | undefined,
): Promise<FramedexError> {
  const { name, source, transferSyntax } = header;
  const [first] = index.ranges(0);
  const length = Math.min(first?.length ?? 0, VIDEO_START);
  const start = await source.read(first?.offset ?? 0, length, { signal });
  const type = videoType(start);
  const coding = codingOf(transferSyntax.name);
  const isExpected = type !== undefined && (coding === undefined || type.codings.includes(coding));
  return new FramedexError('VIDEO', 'a video has no picture without a decoder of videos', {
    name,
    content: 'video',
    mediaType: type?.mediaType,
    ...(!isExpected && {
      offset: first?.offset,
      expected: transferSyntax.name,
      found: type?.name ?? 'bytes of no known type of video',
    }),
    advice: 'encodedStream(0) gives its bytes, for a player.',
  });
}

function codingOf(transferSyntaxName: string): VideoCoding | undefined {
  if (transferSyntaxName.includes('MPEG2')) return 'MPEG-2';
  if (transferSyntaxName.includes('H.264')) return 'H.264';
  return transferSyntaxName.includes('H.265') ? 'H.265' : undefined;
}
