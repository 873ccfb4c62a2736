import type { Source } from '../bytes/source.ts';
import { transferSyntaxesOf } from '../codecs/code-stream-kind.ts';
import type { DecodedFrame } from '../codecs/codec.ts';
import { closedCodeStream } from '../codecs/jpeg-2000-cut.ts';
import { sizeWithout } from '../codecs/jpeg-2000-geometry.ts';
import type { PictureSize } from '../codecs/jpeg-2000-geometry.ts';
import { readJpeg2000Header } from '../codecs/jpeg-2000-header.ts';
import { resolutionEnd } from '../codecs/jpeg-2000-prefix.ts';
import type { CodecRegistry } from '../codecs/registry.ts';
import { ITEM } from '../dicom/element.ts';
import type { Header } from '../dicom/header.ts';
import { isFramedexError } from '../errors.ts';
import type { FrameRange, LaidOutIndex } from './frame-index.ts';
import { ITEM_HEADER, itemHeader } from './item-walk.ts';
import type { FrameRead } from './read.ts';

const SYNTAXES: ReadonlySet<string> = new Set([
  ...transferSyntaxesOf('jpeg-2000'),
  ...transferSyntaxesOf('htj2k'),
]);
/** The main header of most code streams, and some packets. */
const LEAST_READ = 1024;

/** The start of a code stream that is as much as the picture needs, as a code stream. */
interface Prefix extends PictureSize {
  readonly bytes: Uint8Array;
}

/**
 * Decodes frame `i` without its largest `levels` resolution levels, out of its first bytes alone: where
 * the frame is one fragment, and the headers of its packets prove that the rest is not needed.
 * Undefined otherwise, and where anything is wrong with it: then the whole frame tells.
 */
export async function decodePrefix(
  codecs: CodecRegistry,
  header: Header,
  index: LaidOutIndex,
  i: number,
  levels: number,
  read: FrameRead,
): Promise<DecodedFrame | undefined> {
  const transferSyntax = header.transferSyntax.uid;
  if (!SYNTAXES.has(transferSyntax)) return undefined;
  const range = await soleFragment(header, index, i, read);
  if (range === undefined || range.length > read.maxFrameBytes) return undefined;
  const prefix = await readPrefix(header.source, range, levels, read);
  if (prefix === undefined) return undefined;
  const { bytes, rows, columns } = prefix;
  const job = { transferSyntax, bytes, pixel: index.pixel, reduce: levels };
  try {
    const decoded = await codecs.decode(job);
    // A codec that knows no levels takes the rest to be blank.
    const { pixel } = decoded;
    return pixel.rows === rows && pixel.columns === columns ? decoded : undefined;
  } catch (error) {
    if (isFramedexError(error)) return undefined;
    throw error;
  }
}

/** Where the only fragment of a frame is, if it is known to be that. */
async function soleFragment(
  { source, littleEndian }: Header,
  index: LaidOutIndex,
  i: number,
  { signal }: FrameRead,
): Promise<FrameRange | undefined> {
  const { layout } = index;
  if (layout.kind !== 'fragments' && layout.kind !== 'table') return undefined;
  const [range, ...others] = index.ranges(i);
  if (range === undefined || others.length > 0) return undefined;
  const { offset, length } = range;
  if (offset + length > source.size) return undefined;
  if (layout.kind === 'fragments') {
    const lost = layout.lost !== undefined && i >= layout.lost.from;
    return lost || layout.assumed !== undefined ? undefined : range;
  }
  // What a table says is true of a frame whose item is as long as the way to the next entry.
  const bytes = await source.read(offset - ITEM_HEADER, ITEM_HEADER, { signal });
  if (bytes.length < ITEM_HEADER) return undefined;
  const item = itemHeader(bytes, 0, littleEndian);
  return item.tag === ITEM && item.length === length ? range : undefined;
}

/**
 * Reads on until it is enough. The first read is twice what the picture's share of the samples is: of
 * small ones, there are more bits a sample.
 */
async function readPrefix(
  source: Source,
  { offset, length }: FrameRange,
  levels: number,
  { signal }: FrameRead,
): Promise<Prefix | undefined> {
  let wanted = LEAST_READ + Math.ceil((2 * length) / 4 ** levels);
  let bytes = new Uint8Array(0);
  // Half the frame in pieces costs more than all of it at once.
  while (wanted <= length / 2) {
    const from = bytes.length;
    const more = await source.read(offset + from, wanted - from, { signal });
    if (more.length < wanted - from) return undefined;
    const longer = new Uint8Array(wanted);
    longer.set(bytes);
    longer.set(more, from);
    bytes = longer;
    const outcome = prefixOf(bytes, levels);
    if (outcome !== 'more') return outcome;
    wanted *= 2;
  }
  return undefined;
}

function prefixOf(bytes: Uint8Array, wanted: number): Prefix | 'more' | undefined {
  if (bytes[0] !== 0xff) return undefined;
  const header = readJpeg2000Header(bytes);
  if (header === undefined) return 'more';
  const levels = Math.min(wanted, header.fewestLevels);
  const end = resolutionEnd(bytes, header, levels);
  if (typeof end !== 'number') return end;
  return { bytes: closedCodeStream(bytes, header, end), ...sizeWithout(header, levels) };
}
