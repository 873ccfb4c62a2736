import { hasResolutionLevels } from '../codecs/code-stream-kind.ts';
import { contentOf } from '../dicom/content.ts';
import type { Content, ContentKind } from '../dicom/content.ts';
import type { Dataset } from '../dicom/dataset.ts';
import type { Header } from '../dicom/header.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import type { Image, Image16 } from '../display/image.ts';
import type { PictureEncoders } from '../display/picture-encoders.ts';
import { render } from '../display/render.ts';
import type { For16Bits } from '../display/render.ts';
import { FramedexError } from '../errors.ts';
import type { FaultDetails } from '../errors.ts';
import type { DisplayAttributes } from '../frames/display-attributes.ts';
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

/** A picture of one frame, as `DicomFile.thumbnail` gives it. */
export async function thumbnail(
  parts: ThumbnailParts,
  options: ThumbnailOptions | For16Bits<ThumbnailOptions>,
): Promise<Image | Image16> {
  const { frame, lenient, signal, ...rendering } = options;
  const { index, header } = parts;
  if (index.strategy === 'video') throw await videoFault(parts, signal);
  const { layout } = index;
  if (layout.kind === 'none' && layout.reason.code === 'NO_PIXEL_DATA') {
    throw header.pixelData === undefined ? noPicture(header, layout.reason) : layout.reason;
  }
  const i = frameOf(header.dataset, index.count, frame);
  const overlays = rendering.overlays !== undefined && rendering.overlays !== false;
  const reduce = await levelsToLeaveOut(parts, i, rendering.size);
  const shown =
    reduce > 0 || lenient === true || overlays
      ? await parts.read(i, { reduce, lenient, overlays, signal })
      : await parts.shared(i, signal);
  const { encoders = parts.encoders } = rendering;
  const shows = { name: header.name, frame: i };
  const drawn = asLongAndWide(shown, index.pixel);
  return rendering.bitDepth === 16
    ? { ...render(drawn, { ...rendering, encoders }), shows }
    : { ...render(drawn, { ...rendering, encoders }), shows };
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

function frameOf(
  dataset: Dataset,
  count: number,
  frame: ThumbnailOptions['frame'] = 'representative',
): number {
  if (typeof frame === 'number') return frame;
  const middle = Math.floor(count / 2);
  return frame === 'middle' ? middle : (representativeFrame(dataset, count) ?? middle);
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

/** A level keeps more of the edges than an average does, and puts bright and dark rims along them. */
const LEVELS_TO_AVERAGE = 1;

/**
 * Resolution levels that a picture of this size does without: what is left has twice the rows and columns of
 * the picture, or all, so that each of its pixels is an average of four at least. Each level is an average of the one
 * above: of greys and colours, not of numbers in a palette or of segments, nor of bits.
 */
async function levelsToLeaveOut(
  { header, index, display }: ThumbnailParts,
  i: number,
  size: number | undefined,
): Promise<number> {
  const { rows, columns, bitsStored, photometricInterpretation } = index.pixel;
  if (size === undefined || !hasResolutionLevels(header.transferSyntax.uid)) return 0;
  if (bitsStored === 1 || photometricInterpretation === 'PALETTE COLOR') return 0;
  const attributes = await display(i);
  if (attributes.palette !== undefined || attributes.segmentation?.type === 'LABELMAP') return 0;
  const halvings = Math.floor(Math.log2(shrinking(rows, columns, attributes) / size));
  const levels = halvings - LEVELS_TO_AVERAGE;
  return Number.isFinite(levels) ? Math.max(0, levels) : 0;
}

/**
 * The edge of a square picture that takes each axis of the frame at least once: of pixels that are not
 * square, the axis that is stretched is the one to run out of them first.
 */
function shrinking(rows: number, columns: number, { pixelAspect }: DisplayAttributes): number {
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
    mediaType: type?.mediaType ?? contentOfHeader(header).mediaType,
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
