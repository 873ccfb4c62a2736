import { readExactly } from '../bytes/source.ts';
import type { Dataset, Element } from '../dicom/dataset.ts';
import { UNDEFINED_LENGTH } from '../dicom/element.ts';
import type { PixelElement } from '../dicom/element.ts';
import { plainSyntax } from '../dicom/file-meta.ts';
import type { Header } from '../dicom/header.ts';
import { itemOf } from '../dicom/recorded-dataset.ts';
import { EXPLICIT_LITTLE_ENDIAN } from '../dicom/transfer-syntax.ts';
import { FramedexError } from '../errors.ts';
import { displayReader } from './display-reader.ts';
import type { LaidOutIndex } from './frame-index.ts';
import { readFrame } from './frame-reader.ts';
import type { FrameOptions, FrameParts } from './frame-reader.ts';
import type { Frame } from './frame.ts';
import { indexFrames } from './index-frames.ts';

const ICON_IMAGE_SEQUENCE = 0x00880200;

/** Reads the icon of an object; undefined where it has none. */
export type IconReader = (options?: FrameOptions) => Promise<Frame | undefined>;

/** An icon is an image of its own, inside another: all that is read of frames is read of its item. */
interface Icon {
  readonly parts: FrameParts;
  readonly index: LaidOutIndex;
}

/**
 * Reads the picture of Icon Image Sequence (0088,0200) by its own Image Pixel module (PS3.3 F.7). Where
 * it lies is found once, for the first who asks: what is tolerated of it is recorded then, with its
 * place in the object, and what is wrong with it is no fault of the object's own pixels.
 */
export function iconReader(parts: Pick<FrameParts, 'header' | 'codecs' | 'limits'>): IconReader {
  let finding: Promise<Icon | undefined> | undefined;
  return async (options = {}) => {
    options.signal?.throwIfAborted();
    if (finding === undefined) {
      finding = findIcon(parts);
      // What failed for want of a disk may be read the next time.
      finding.catch(() => {
        finding = undefined;
      });
    }
    const icon = await finding;
    options.signal?.throwIfAborted();
    return icon === undefined ? undefined : readIcon(icon, options);
  };
}

async function readIcon({ parts, index }: Icon, options: FrameOptions): Promise<Frame> {
  const frame = await readFrame(parts, index, 0, options);
  if (frame !== undefined) return frame;
  // Number of Frames is none of its attributes: where it is there, and wrong too, nothing tells.
  throw new FramedexError('FRAME_AMBIGUOUS', 'which fragments are the icon cannot be told', {
    name: parts.header.name,
    frame: 0,
    offset: parts.header.pixelData?.valueOffset,
  });
}

async function findIcon({
  header,
  codecs,
  limits,
}: Pick<FrameParts, 'header' | 'codecs' | 'limits'>): Promise<Icon | undefined> {
  // The sequence has one item (PS3.3 C.7.6.1.1.6 and F.7); further ones are not the icon.
  const item = itemOf(header.dataset, ICON_IMAGE_SEQUENCE, 0);
  if (item === undefined) return undefined;
  const { source, name } = header;
  const pixelData = pixelElement(item.element('PixelData'));
  if (pixelData === undefined) {
    const tag = ICON_IMAGE_SEQUENCE;
    const offset = header.dataset.element(tag)?.offset;
    throw new FramedexError('NO_PIXEL_DATA', 'the icon has no pixel data', { name, offset, tag });
  }
  const own = iconHeader(header, item, pixelData);
  const { transferSyntax } = own;
  if (transferSyntax.encapsulated && !codecs.transferSyntaxes.has(transferSyntax.uid)) {
    const message = `no codec decodes the icon: ${transferSyntax.name} (${transferSyntax.uid})`;
    const { offset, tag } = pixelData;
    throw new FramedexError('UNSUPPORTED_TRANSFER_SYNTAX', message, { name, offset, tag });
  }
  const display = displayReader(
    item,
    (offset, length) => readExactly(source, offset, length),
    header.warnings,
  );
  return {
    parts: { header: own, codecs, limits, display, noted: new Set() },
    index: await indexFrames(own, limits),
  };
}

/**
 * The item as an object. Its pixels may be native where those of the object are compressed (PS3.5 A.4),
 * and then they are little endian, as every encapsulated transfer syntax is.
 */
function iconHeader(header: Header, item: Dataset, pixelData: PixelElement): Header {
  const isNative = pixelData.length !== UNDEFINED_LENGTH;
  const { transferSyntax } = header;
  return {
    ...header,
    dataset: item,
    pixelData,
    littleEndian: isLittleEndian(item, header.littleEndian),
    transferSyntax:
      isNative && transferSyntax.encapsulated
        ? plainSyntax(EXPLICIT_LITTLE_ENDIAN)
        : transferSyntax,
  };
}

/** Native pixels end with their item, whatever length they claim: what is behind it is not the icon's. */
function pixelElement(element: Element | undefined): PixelElement | undefined {
  if (element === undefined) return undefined;
  const { tag, vr, offset, valueOffset } = element;
  const length =
    element.length === UNDEFINED_LENGTH
      ? UNDEFINED_LENGTH
      : (element.bulk?.length ?? element.bytes.length);
  return { tag, vr, offset, valueOffset, length };
}

/**
 * The byte order of an item may be another than that of what it is in: of a sequence that was written as
 * UN it is little endian (PS3.5 6.2.2). Bits Allocated is a number below 256, so that one byte of it is 0.
 */
function isLittleEndian(item: Dataset, around: boolean): boolean {
  const [first, second] = item.element('BitsAllocated')?.bytes ?? [];
  return first === undefined || first === second ? around : first !== 0;
}
