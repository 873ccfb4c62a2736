import type { InflationStats } from '../bytes/archived.ts';
import { isSynchronous, slice } from '../bytes/source.ts';
import type { Source } from '../bytes/source.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import { crc32 as portableCrc32 } from '../inflate/crc32.ts';
import { createInflatedMember } from '../inflate/inflated-member.ts';
import { createInflationMeter, inflationStats } from '../inflate/inflation-stats.ts';
import { bytesAt } from './archive-bytes.ts';
import type { ArchiveOptions } from './archive-options.ts';
import { nameOfBytes, printable } from './member-names.ts';
import { isReachable, sizeFault } from './plausible-size.ts';
import { BLOCK, isEmptyTar, isTar } from './tar-header.ts';
import { LONGEST_NAME } from './zip-record.ts';

// RFC 1952 2.3.
const FIXED_LENGTH = 10;
const TRAILER_LENGTH = 8;
const DEFLATE = 8;
const HAS_CHECKSUM = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
const RESERVED = 0xe0;
const FIRST_READ = 512;
/** Name and comment have no bound: so long a header may be. */
const LONGEST_HEADER = 256 * 1024;

/** What one gzip file holds. */
export interface GzipContent {
  /** What it is called: by its header, or as the file without `.gz`. */
  readonly name: string;
  /** Bytes when inflated. */
  readonly size: number;
  /** Bytes of the deflate stream. */
  readonly compressedSize: number;
  /** Whether there is a tar in it. */
  readonly isTar: boolean;
  /** What it inflates to. */
  open(): Source;
  /** What inflating it did so far. */
  inflation(): InflationStats;
  /** Gives up what was inflated; the gzip file stays open. */
  close(): void;
}

/**
 * Opens a gzip file (RFC 1952): what is in it is read as a deflated member of a zip is. The source stays
 * the caller's.
 *
 * Only the length modulo 2^32 is written down, so the least that so many compressed bytes can stand for is
 * believed; what inflates to another is refused when it is read, and so are gzip files that were joined.
 * Throws `ZIP_FORMAT`, `ZIP_METHOD`, `ZIP_SIZE_MISMATCH`, `ZIP_RATIO`, `ZIP_LIMIT`, `INFLATE`, `TRUNCATED`.
 */
export async function openGzip(source: Source, options: ArchiveOptions): Promise<GzipContent> {
  const { signal, inflating } = options;
  const { length: start, name } = await readHeader(source, options);
  const compressedSize = source.size - start - TRAILER_LENGTH;
  if (compressedSize <= 0) throw cut(source, start + TRAILER_LENGTH + 1);
  const trailer = await bytesAt(source, source.size - TRAILER_LENGTH, TRAILER_LENGTH, signal);
  if (trailer.length < TRAILER_LENGTH) {
    throw cut(source, source.size, source.size - TRAILER_LENGTH + trailer.length);
  }
  const deflated = slice(source, start, compressedSize, source.name);
  const view = new DataView(trailer.buffer, trailer.byteOffset, trailer.length);
  const crc32 = view.getUint32(0, true);
  const modulo = view.getUint32(4, true);
  if (modulo === 0 && (crc32 === 0 || compressedSize <= WORST_ROOM)) {
    await refuseUnlessEmpty(deflated, options);
  }
  const size = sizeOf(source, start, compressedSize, modulo, options);
  const meter = createInflationMeter();
  const member = createInflatedMember(
    { source: deflated, size, crc32, name: source.name, offset: start, above: meter },
    inflating,
  );
  const open = (): Source => ({ ...toldApart(member.open()), identity: { crc32 } });
  const head = open();
  try {
    const first = await bytesAt(head, 0, BLOCK, signal);
    const isEmpty = [name, source.name].some((one) => isEmptyTar({ name: one, size }, first));
    const isTarInside = isEmpty || isTar(first);
    const inflation = (): InflationStats => inflationStats(meter);
    const close = (): void => member.close();
    return { name, size, compressedSize, isTar: isTarInside, open, inflation, close };
  } catch (error) {
    member.close();
    throw error;
  } finally {
    await head.close?.();
  }
}

interface GzipHeader {
  readonly length: number;
  readonly name: string;
}

async function readHeader(source: Source, options: ArchiveOptions): Promise<GzipHeader> {
  for (let wanted = FIRST_READ; ; wanted *= 8) {
    const bytes = await bytesAt(source, 0, Math.min(wanted, LONGEST_HEADER), options.signal);
    const header = headerOf(bytes, source.name, options.inflating.inflater.crc32 ?? portableCrc32);
    if (header !== undefined) return header;
    if (bytes.length === source.size) throw cut(source, source.size + 1);
    if (wanted < LONGEST_HEADER) continue;
    const details = { name: source.name, expected: `a header of ${LONGEST_HEADER} bytes at most` };
    throw new FramedexError('ZIP_FORMAT', 'the header of the gzip file does not end', details);
  }
}

/** Undefined where it goes on beyond these bytes. */
function headerOf(
  bytes: Uint8Array,
  fileName: string,
  sum: (bytes: Uint8Array) => number,
): GzipHeader | undefined {
  if (bytes.length < FIXED_LENGTH) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint8(3);
  if (view.getUint8(2) !== DEFLATE || (flags & RESERVED) !== 0)
    throw unknownHeader(fileName, bytes);
  let at = FIXED_LENGTH;
  let name = fileName.replace(/^.*[\\/]/s, '').replace(/(?<=.)\.gz$/i, '');
  if ((flags & HAS_EXTRA) !== 0) {
    if (at + 2 > bytes.length) return undefined;
    const end = at + 2 + view.getUint16(at, true);
    if (end > bytes.length) return undefined;
    refuseBlocks(bytes.subarray(at + 2, end), fileName);
    at = end;
  }
  for (const part of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & part) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    if (part === HAS_NAME && end - at <= LONGEST_NAME) {
      const given = nameOfBytes(bytes.subarray(at, end)).replace(/^.*[\\/]/s, '');
      if (given !== '') name = printable(given);
    }
    at = end + 1;
  }
  if ((flags & HAS_CHECKSUM) === 0) return { length: at, name };
  if (at + 2 > bytes.length) return undefined;
  if (view.getUint16(at, true) === (sum(bytes.subarray(0, at)) & 0xffff))
    return { length: at + 2, name };
  const details = { name: fileName, offset: at, advice: 'Get it again from where it came' };
  throw new FramedexError('ZIP_FORMAT', 'the header of the gzip file is damaged', details);
}

function unknownHeader(name: string, bytes: Uint8Array): FramedexError {
  const found = `method ${bytes[2] ?? 0}, flags ${bytes[3] ?? 0}`;
  const advice = 'Unpack it with gunzip, and open the result';
  const details = { name, expected: 'deflate, and flags of RFC 1952', found, advice };
  return new FramedexError('ZIP_METHOD', 'a gzip file of a kind that is not read', details);
}

/** A blocked gzip file is many small ones in a row, and says so: subfield `BC` (SAM specification 4.1). */
function refuseBlocks(extra: Uint8Array, name: string): void {
  for (
    let at = 0;
    at + 4 <= extra.length;
    at += 4 + (extra[at + 2] ?? 0) + 256 * (extra[at + 3] ?? 0)
  ) {
    if (extra[at] !== 0x42 || extra[at + 1] !== 0x43) continue;
    throw new FramedexError('ZIP_METHOD', 'a gzip file in blocks, as bgzip makes it', {
      name,
      advice: 'Unpack it with gunzip, and open the result',
    });
  }
}

/** No program makes bytes longer than so by deflating them: the worst adds a few to each 127. */
const WORST_RATIO = 1.25;
const WORST_ROOM = 4096;
/** What so few can stand for, and more (`plausible-size.ts`). */
const LONGEST_SMALL = 1033 * WORST_ROOM;

function sizeOf(
  { name }: Source,
  offset: number,
  compressedSize: number,
  modulo: number,
  { limits }: ArchiveOptions,
): number {
  const least = (compressedSize - WORST_ROOM) / WORST_RATIO;
  const size = modulo + Math.max(0, Math.ceil((least - modulo) / 2 ** 32)) * 2 ** 32;
  const claimed = { name, offset, size, compressedSize };
  if (!isReachable(claimed)) {
    const summary = 'the gzip file does not end in the length of what is in it';
    throw new FramedexError('ZIP_SIZE_MISMATCH', summary, { name, advice: JOINED });
  }
  const fault = sizeFault(claimed, limits);
  if (fault !== undefined) throw fault;
  return size;
}

/**
 * A length of 0 is held against nothing, for nothing is read then. Where all that follows is zeros, only
 * inflating it would tell how many of them are its own.
 */
async function refuseUnlessEmpty(
  deflated: Source,
  { inflating, signal }: ArchiveOptions,
): Promise<void> {
  const { name, size } = deflated;
  if (size <= WORST_ROOM) {
    const bytes = await bytesAt(deflated, 0, size, signal);
    const { inflater } = inflating;
    const found = await inflater.inflate(bytes, { limit: LONGEST_SMALL, name });
    if (found.bytes.length === 0 && found.used === size) return;
  }
  const summary = 'the gzip file ends in zeros, where the length of what is in it should be';
  throw new FramedexError('ZIP_SIZE_MISMATCH', summary, { name, advice: JOINED });
}

const JOINED =
  'It was cut, padded, or several gzip files were joined: unpack it with gunzip, and open the result';

/** Whoever reads is told why the length that the trailer has may be wrong. */
function toldApart(source: Source): Source {
  const told = (error: unknown): unknown => {
    if (!isFramedexError(error, 'ZIP_SIZE_MISMATCH')) return error;
    const summary = 'the gzip file does not inflate to the length at its end';
    const details = { ...error.details, advice: JOINED };
    return new FramedexError('ZIP_SIZE_MISMATCH', summary, details, { cause: error });
  };
  const read: Source['read'] = async (offset, length, options) => {
    try {
      return await source.read(offset, length, options);
    } catch (error) {
      throw told(error);
    }
  };
  if (!isSynchronous(source)) return { ...source, read };
  const readSync = (offset: number, length: number, into?: Uint8Array): Uint8Array => {
    try {
      return source.readSync(offset, length, into);
    } catch (error) {
      throw told(error);
    }
  };
  return { ...source, read, readSync };
}

function cut(
  { name, size }: Source,
  needed: number,
  available: number = size,
): FramedexError<'TRUNCATED'> {
  const details = { name, offset: 0, needed, available };
  return new FramedexError('TRUNCATED', 'the gzip file ends inside its header or trailer', details);
}
