import type { ReadOptions, Source } from '../bytes/source.ts';
import type { DecodedFrame } from '../codecs/codec.ts';
import type { DecodeCircumstances, FrameDecoding } from '../codecs/frame-decoding.ts';
import { checkedPicture } from '../codecs/jpeg-2000-claims.ts';
import { closedCodeStream } from '../codecs/jpeg-2000-cut.ts';
import { sizeWithout } from '../codecs/jpeg-2000-geometry.ts';
import type { PictureSize } from '../codecs/jpeg-2000-geometry.ts';
import { readJpeg2000Header } from '../codecs/jpeg-2000-header.ts';
import { walkPackets } from '../codecs/jpeg-2000-prefix.ts';
import { ITEM } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import type { ImagePixel } from '../dicom/image-pixel.ts';
import { isFramedexError } from '../errors.ts';
import type { FrameRange, LaidOutIndex } from './frame-index.ts';
import { ITEM_HEADER, itemHeader } from './item-walk.ts';
import type { FrameRead } from './read.ts';

/** The main header of most code streams, and some packets. */
const LEAST_READ = 1024;

/** What the first bytes of a frame gave. */
export interface EarlyFrame {
  /** Undefined where they are not enough, or anything is wrong with them: then the whole frame tells. */
  readonly decoded: DecodedFrame | undefined;
  /** The header to read the whole frame with: its source does not read these bytes again. */
  readonly header: Header;
}

/** The start of a code stream that is as much as the picture needs, as a code stream. */
interface Prefix extends PictureSize {
  readonly bytes: Uint8Array;
}

/** The first bytes of an item, from its header on. */
interface Head {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * Decodes frame `i` of JPEG 2000 or HTJ2K without its largest `levels` resolution levels, out of its first
 * bytes alone: where the frame is one fragment, and the headers of its packets prove that the rest is
 * not needed. Whether the rest is there, and sound, is not looked at.
 */
export async function decodePrefix(
  codecs: FrameDecoding,
  header: Header,
  index: LaidOutIndex,
  i: number,
  levels: number,
  read: FrameRead & DecodeCircumstances,
): Promise<EarlyFrame> {
  const range = soleFragment(header.source, index, i);
  const isShort = range !== undefined && firstWanted(range.length, levels) <= range.length / 2;
  if (!isShort || range.length > read.maxFrameBytes) return { decoded: undefined, header };
  const { prefix, head } = await readPrefix(header, range, index.pixel, levels, read);
  const whole = { ...header, source: sourceBehind(header.source, head) };
  if (prefix === undefined) return { decoded: undefined, header: whole };
  const { bytes, rows, columns } = prefix;
  const transferSyntax = header.transferSyntax.uid;
  const job = { transferSyntax, bytes, pixel: index.pixel, reduce: levels };
  try {
    const decoded = await codecs.decode(job, read);
    // A codec that knows no levels takes the rest to be blank.
    const { pixel } = decoded;
    const isRight = pixel.rows === rows && pixel.columns === columns;
    return { decoded: isRight ? decoded : undefined, header: whole };
  } catch (error) {
    if (isFramedexError(error, 'CODEC')) return { decoded: undefined, header: whole };
    throw error;
  }
}

/** Where the only fragment of a frame is, as far as the index knows. */
function soleFragment(source: Source, index: LaidOutIndex, i: number): FrameRange | undefined {
  const { layout } = index;
  if (layout.kind !== 'fragments' && layout.kind !== 'table') return undefined;
  const [range, ...others] = index.ranges(i);
  if (range === undefined || others.length > 0) return undefined;
  if (range.offset + range.length > source.size) return undefined;
  if (layout.kind === 'table') return range;
  const lost = layout.lost !== undefined && i >= layout.lost.from;
  return lost || layout.assumed !== undefined ? undefined : range;
}

/** Twice the picture's share of the samples: of small ones, there are more bits a sample. */
function firstWanted(length: number, levels: number): number {
  return LEAST_READ + Math.ceil((2 * length) / 4 ** levels);
}

/** Reads on until it is enough: first what tells whether it can be. */
async function readPrefix(
  { source, littleEndian }: Header,
  { offset, length }: FrameRange,
  pixel: ImagePixel,
  levels: number,
  options: FrameRead,
): Promise<{ readonly prefix: Prefix | undefined; readonly head: Head }> {
  let head: Head = { offset: offset - ITEM_HEADER, bytes: new Uint8Array(0) };
  let wanted = LEAST_READ;
  // Half the frame in pieces costs more than all of it at once.
  while (wanted <= length / 2) {
    head = await longerHead(source, head, ITEM_HEADER + wanted, options);
    const { bytes } = head;
    if (bytes.length < ITEM_HEADER + wanted) break;
    // What a table says is true of a frame whose item is as long as the way to the next entry.
    const item = itemHeader(bytes, 0, littleEndian);
    if (item.tag !== ITEM || item.length !== length) break;
    const prefix = prefixOf(bytes.subarray(ITEM_HEADER), length, pixel, levels);
    if (prefix !== 'more') return { prefix, head };
    wanted = Math.max(2 * wanted, firstWanted(length, levels));
  }
  return { prefix: undefined, head };
}

async function longerHead(
  source: Source,
  { offset, bytes }: Head,
  length: number,
  { signal }: ReadOptions,
): Promise<Head> {
  const from = bytes.length;
  const longer = new Uint8Array(length);
  longer.set(bytes);
  const into = longer.subarray(from);
  const more = await source.read(offset + from, length - from, { signal, into });
  return { offset, bytes: longer.subarray(0, from + more.length) };
}

/** The same source, which does not read what there is of it already. */
function sourceBehind(source: Source, { offset, bytes }: Head): Source {
  const end = offset + bytes.length;
  return {
    name: source.name,
    size: source.size,
    async read(at, length, { into, signal } = {}) {
      if (at < offset || at + length < end) return source.read(at, length, { into, signal });
      const whole = into?.subarray(0, length) ?? new Uint8Array(length);
      const known = end - at;
      whole.set(bytes.subarray(at - offset));
      const rest = whole.subarray(known);
      const { length: more } = await source.read(end, length - known, { into: rest, signal });
      return whole.subarray(0, known + more);
    },
  };
}

function prefixOf(
  bytes: Uint8Array,
  length: number,
  pixel: ImagePixel,
  wanted: number,
): Prefix | 'more' | undefined {
  if (bytes[0] !== 0xff) return undefined;
  const header = readJpeg2000Header(bytes);
  if (header === undefined) return 'more';
  try {
    checkedPicture(header, pixel, length);
  } catch (error) {
    if (isFramedexError(error, 'CODEC')) return undefined;
    throw error;
  }
  const levels = Math.min(wanted, header.fewestLevels);
  const walk = walkPackets(bytes, header, levels);
  if (walk?.outcome === 'more') return 'more';
  if (walk?.outcome !== 'all') return undefined;
  return { bytes: closedCodeStream(bytes, header, walk.end), ...sizeWithout(header, levels) };
}
