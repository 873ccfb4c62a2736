import { transferSyntax } from '../dicom/transfer-syntax.ts';
import type { DicomFile, FrameIndex, FrameRange, ReadStats, RemoteStats } from '../node/index.ts';
import { sharedContext } from '../node/context.ts';
import { placeOf, reasonForNone } from './frames-text.ts';

/** What a deflated member of an archive is inflated from and to, in bytes. */
export interface DeflatedMember {
  readonly compressed: number;
  readonly size: number;
  /** How its frames are inflated: with all of it, from where it can be resumed, or from a temporary file. */
  readonly by: 'whole' | 'checkpoints' | 'spool';
}

/** Undefined for what is none. */
export function deflatedMember(
  file: DicomFile,
  size: number | undefined,
  compressed: number | undefined,
): DeflatedMember | undefined {
  const isDeflated = file.stats().inflation !== undefined;
  if (!isDeflated || size === undefined || compressed === undefined) return undefined;
  const { wholeBytes, spool } = sharedContext().inflating;
  if (size <= wholeBytes) return { compressed, size, by: 'whole' };
  return { compressed, size, by: spool === undefined ? 'checkpoints' : 'spool' };
}

/** What was read of an object, and what was asked of the server for it, where it is at one. */
export interface MeasuredCost extends Partial<RemoteStats> {
  readonly reads: number;
  readonly bytes: number;
}

/** What reading costs, in reads and bytes of the object. */
export interface ReadingCost {
  /** Measured: header pass and frame index. */
  readonly open: MeasuredCost;
  /** Measured: what is looked at once, before the first frame, to hold an offset table against the items. */
  readonly proof?: MeasuredCost | undefined;
  /**
   * Computed, of the frames that are there as a whole: bytes, with the item headers between fragments. A
   * frame is one read.
   */
  readonly frame?:
    { readonly first: number; readonly median: number; readonly largest: number } | undefined;
  /** Computed: all of them, one by one. */
  readonly frames?: { readonly count: number; readonly bytes: number } | undefined;
  /** Computed, where a read of frames is one of a server: the most that one takes, and about what all take in order. */
  readonly requests?: { readonly frame: number; readonly frames: number } | undefined;
  /** Of encapsulated frames. */
  readonly fragmentsPerFrame?: { readonly least: number; readonly most: number } | undefined;
  /** What must be inflated for a frame: the member of the archive, or the data set when it is opened. */
  readonly inflated?: 'data set' | DeflatedMember | undefined;
}

/** What was read of a file until it was open, and until its frames could be placed. */
interface Measured {
  readonly opening: ReadStats;
  readonly proved: ReadStats;
  readonly deflated: DeflatedMember | undefined;
  /** Nothing else is read from where it is, so that all that the server was asked for is for it. */
  readonly isAlone: boolean;
}

/** What is read in order is fetched by so many bytes. */
const FETCHED_AT_ONCE = 8 * 2 ** 20;

export function readingCost(file: DicomFile, measured: Measured): ReadingCost {
  const { opening, proved, deflated, isAlone } = measured;
  const isDeflated = transferSyntax(file.transferSyntax)?.deflated === true;
  const reads = proved.reads - opening.reads;
  const bytes = proved.bytesRead - opening.bytesRead;
  const [asked, then] = isAlone ? [opening.remote, proved.remote] : [];
  const more = asked &&
    then && {
      requests: then.requests - asked.requests,
      bytesReceived: then.bytesReceived - asked.bytesReceived,
    };
  const cost = frameCost(file);
  const inflated = isDeflated ? 'data set' : deflated;
  const isFar = opening.remote !== undefined && inflated === undefined;
  return {
    open: { reads: opening.reads, bytes: opening.bytesRead, ...asked },
    proof: reads > 0 ? { reads, bytes, ...more } : undefined,
    ...cost,
    requests: isFar && cost.frames !== undefined ? requestsFor(cost.frames.bytes) : undefined,
    inflated,
  };
}

function requestsFor(bytes: number): ReadingCost['requests'] {
  return { frame: 1, frames: Math.ceil(bytes / FETCHED_AT_ONCE) };
}

function frameCost(file: DicomFile): Pick<ReadingCost, 'frame' | 'frames' | 'fragmentsPerFrame'> {
  const { index } = file;
  if (reasonForNone(index) !== undefined) return {};
  const { strategy, counts, count: all } = index;
  if (strategy === 'native') return counts.found === 0 ? {} : nativeCost(index, counts.found);
  const sizes = new Float64Array(all);
  let [count, least, most, bytes] = [0, Infinity, 0, 0];
  // What is cut off is behind those that are there as a whole; what is broken or empty, between them.
  for (let i = 0; i < all && count < counts.found; i++) {
    const { ranges } = placeOf(index, i);
    const size = extent(ranges);
    if (size === 0) continue;
    sizes[count++] = size;
    bytes += size;
    least = Math.min(least, ranges.length);
    most = Math.max(most, ranges.length);
  }
  if (count === 0) return {};
  const [first = 0] = sizes;
  const sorted = sizes.subarray(0, count).sort();
  return {
    frame: { first, median: sorted[count >>> 1] ?? 0, largest: sorted[count - 1] ?? 0 },
    frames: { count, bytes },
    fragmentsPerFrame: { least, most },
  };
}

/** From the first byte of a frame to the last one. */
function extent(ranges: readonly FrameRange[]): number {
  const [first] = ranges;
  const last = ranges[ranges.length - 1];
  return first === undefined || last === undefined ? 0 : last.offset + last.length - first.offset;
}

/** All have one length, to the bit. */
function nativeCost(index: FrameIndex, count: number): Pick<ReadingCost, 'frame' | 'frames'> {
  const length = (i: number): number => index.ranges(i)[0]?.length ?? 0;
  const first = length(0);
  const [range] = index.ranges(0);
  if (range?.bitLength === undefined) {
    return {
      frame: { first, median: first, largest: first },
      frames: { count, bytes: first * count },
    };
  }
  // Frames that share a byte: eight of them have every length there is.
  const some = Array.from({ length: Math.min(8, count) }, (_, i) => length(i)).sort(
    (a, b) => a - b,
  );
  const whole = Math.floor(count / 8) * some.reduce((sum, one) => sum + one, 0);
  let bytes = count >= 8 ? whole : 0;
  for (let i = 0; i < count % 8; i++) bytes += length(i);
  const median = some[some.length >>> 1] ?? first;
  const largest = some[some.length - 1] ?? first;
  return {
    frame: { first, median, largest },
    frames: { count, bytes },
  };
}
