import { readExactly, type Source } from '../bytes/source.ts';
import { FramedexError } from '../errors.ts';
import { crc32 } from '../inflate/crc32.ts';
import { turns } from '../inflate/next-turn.ts';
import { findDirectory } from './zip-end.ts';
import { zipName } from './zip-names.ts';
import {
  createRecords,
  type BrokenRecord,
  type DirectoryExtent,
  type DirectoryLimits,
  type ZipDirectory,
  type ZipRecords,
} from './zip-record.ts';

// APPNOTE.TXT 4.3.12: the central directory's record of one file, and where it says what.
const RECORD = 0x02014b50;
export const RECORD_LENGTH = 46;
const MADE_BY_AT = 4;
export const FLAGS_AT = 8;
const METHOD_AT = 10;
const CRC_32_AT = 16;
const COMPRESSED_SIZE_AT = 20;
const SIZE_AT = 24;
export const NAME_LENGTH_AT = 28;
const EXTRA_LENGTH_AT = 30;
const COMMENT_LENGTH_AT = 32;
const ATTRIBUTES_AT = 38;
const OFFSET_AT = 42;
/** APPNOTE.TXT 4.4.4: bit 6 of the flags. */
const STRONG_ENCRYPTION = 0x40;
/** APPNOTE.TXT 4.5.3: sizes and places that 32 bits do not hold are in the extra field of this number, in this order. */
const ZIP64 = 1;
const IN_ZIP64 = 0xffffffff;
const LONG_ONES = [SIZE_AT, COMPRESSED_SIZE_AT, OFFSET_AT];
const LONGEST_READ = 1024 * 1024;

/** The records of a directory, as far as they follow each other. */
export interface DirectoryBytes extends DirectoryExtent {
  /** They begin at 0. */
  readonly bytes: Uint8Array;
  /** Where the last of them ends. */
  readonly length: number;
  readonly rows: number;
  /** Other things follow, in the place of files that the end record promises. */
  readonly hasRest: boolean;
}

/**
 * Reads the central directory where there is no yauzl: in browsers. It gives what `node/zip-directory.ts` gives.
 * Throws `ZIP_FORMAT` when there is no directory and `ZIP_LIMIT` when it is too big.
 */
export async function readZipDirectory(
  source: Source,
  limits: DirectoryLimits,
  signal?: AbortSignal,
): Promise<ZipDirectory> {
  const read = await readDirectoryBytes(source, limits, signal);
  const { bytes, length, rows, start, end, count, modulo, base } = read;
  const view = viewOf(bytes);
  const records = createRecords(rows);
  const names = new Array<string>(rows);
  const broken = new Map<number, BrokenRecord>();
  const takeTurn = turns(signal);
  for (let at = 0, row = 0; at < length; row += 1) {
    const next = afterRecord(view, at, length) ?? length;
    const what = brokenPart(view, at);
    const name = storedName(bytes, view, at);
    const extra = what === undefined ? extraFields(bytes, view, at) : NONE;
    names[row] = zipName(view.getUint16(at + FLAGS_AT, true), name, extra);
    if (what !== undefined) broken.set(row, { what, offset: start + at });
    else setRecord(records, row, { view, at, name, base });
    at = next;
    const turn = takeTurn();
    if (turn !== undefined) await turn;
  }
  noteRest(read, names, broken);
  return { start, end, count, modulo, base, records, names, broken };
}

/** Finds the directory and reads it, by so many bytes at a time; `spare` bytes behind it are 0. */
export async function readDirectoryBytes(
  source: Source,
  limits: DirectoryLimits,
  signal: AbortSignal | undefined,
  spare = 0,
): Promise<DirectoryBytes> {
  const { name } = source;
  const extent = await findDirectory(source, signal);
  const whole = extent.end - extent.start;
  if (whole > limits.directoryBytes) throw tooBig(name, limits.directoryBytes, `${whole} bytes`);
  const bytes = new Uint8Array(whole + spare);
  const readAll = source.willRead?.([{ offset: extent.start, length: whole }]);
  try {
    for (let at = 0; at < whole; at += LONGEST_READ) {
      signal?.throwIfAborted();
      const part = Math.min(LONGEST_READ, whole - at);
      bytes.set(await readExactly(source, extent.start + at, part, { signal }), at);
    }
  } finally {
    readAll?.();
  }
  // The end record may promise more files than there are, or fewer: what is there counts.
  const { rows, length } = countRecords(viewOf(bytes), whole);
  if (rows > limits.entries) throw tooBig(name, limits.entries, `${rows} files`);
  const hasRest = length + RECORD_LENGTH <= whole && rows % extent.modulo !== extent.count;
  return { ...extent, bytes, length, rows, hasRest };
}

/** What follows the records and is none is a fault where files are missing. */
export function noteRest(
  { start, length, rows, hasRest }: DirectoryBytes,
  names: string[],
  broken: Map<number, BrokenRecord>,
): void {
  if (!hasRest) return;
  broken.set(rows, { what: 'rest', offset: start + length });
  names[rows] = `(file ${rows + 1} and later)`;
}

/** Where the record after the one at `at` begins, when there is one at `at`. */
export function afterRecord(view: DataView, at: number, length: number): number | undefined {
  if (at + RECORD_LENGTH > length || view.getUint32(at, true) !== RECORD) return undefined;
  const variable =
    view.getUint16(at + NAME_LENGTH_AT, true) +
    view.getUint16(at + EXTRA_LENGTH_AT, true) +
    view.getUint16(at + COMMENT_LENGTH_AT, true);
  const next = at + RECORD_LENGTH + variable;
  return next <= length ? next : undefined;
}

/** What no sense can be made of in a record. */
export function brokenPart(view: DataView, at: number): BrokenRecord['what'] | undefined {
  if ((view.getUint16(at + FLAGS_AT, true) & STRONG_ENCRYPTION) !== 0) return 'strong encryption';
  let field = at + RECORD_LENGTH + view.getUint16(at + NAME_LENGTH_AT, true);
  const end = field + view.getUint16(at + EXTRA_LENGTH_AT, true);
  let seesZip64 = false;
  while (field + 4 <= end) {
    const length = view.getUint16(field + 2, true);
    if (field + 4 + length > end) return 'record';
    if (view.getUint16(field, true) === ZIP64 && !seesZip64) {
      seesZip64 = true;
      const longOnes = LONG_ONES.filter((from) => view.getUint32(at + from, true) === IN_ZIP64);
      if (length < longOnes.length * 8) return 'record';
    }
    field += 4 + length;
  }
  return undefined;
}

/** Unix (3) and OS X (19) keep the mode of the file in the upper half of the attributes. */
export function isSymbolicLink(versionMadeBy: number, attributes: number): boolean {
  const host = versionMadeBy >>> 8;
  if (host !== 3 && host !== 19) return false;
  return ((attributes >>> 16) & 0o170000) === 0o120000;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A record, and where it is. */
interface RecordAt {
  readonly view: DataView;
  readonly at: number;
  readonly name: Uint8Array;
  readonly base: number;
}

const NONE = new Uint8Array(0);

function storedName(bytes: Uint8Array, view: DataView, at: number): Uint8Array {
  const start = at + RECORD_LENGTH;
  return bytes.subarray(start, start + view.getUint16(at + NAME_LENGTH_AT, true));
}

function extraFields(bytes: Uint8Array, view: DataView, at: number): Uint8Array {
  const length = view.getUint16(at + EXTRA_LENGTH_AT, true);
  if (length === 0) return NONE;
  const start = at + RECORD_LENGTH + view.getUint16(at + NAME_LENGTH_AT, true);
  return bytes.subarray(start, start + length);
}

function setRecord(records: ZipRecords, row: number, { view, at, name, base }: RecordAt): void {
  const [size, compressedSize, offset] = sizesAndPlace(view, at);
  records.offsets[row] = base + offset;
  records.compressedSizes[row] = compressedSize;
  records.sizes[row] = size;
  records.checksums[row] = view.getUint32(at + CRC_32_AT, true);
  records.nameChecksums[row] = crc32(name);
  records.nameLengths[row] = name.length;
  records.methods[row] = view.getUint16(at + METHOD_AT, true);
  records.flags[row] = view.getUint16(at + FLAGS_AT, true);
  const attributes = view.getUint32(at + ATTRIBUTES_AT, true);
  const isLink = isSymbolicLink(view.getUint16(at + MADE_BY_AT, true), attributes);
  records.symbolicLinks[row] = isLink ? 1 : 0;
}

/** Of 32 bits, or of 64 where the first zip64 field has them; where there is none, what is written counts. */
function sizesAndPlace(
  view: DataView,
  at: number,
): [size: number, compressedSize: number, offset: number] {
  let field = zip64Field(view, at);
  const value = (from: number): number => {
    const written = view.getUint32(at + from, true);
    if (written !== IN_ZIP64 || field === undefined) return written;
    const long = view.getUint32(field, true) + view.getUint32(field + 4, true) * 2 ** 32;
    field += 8;
    return long;
  };
  return [value(SIZE_AT), value(COMPRESSED_SIZE_AT), value(OFFSET_AT)];
}

/** Where its values begin. */
function zip64Field(view: DataView, at: number): number | undefined {
  let field = at + RECORD_LENGTH + view.getUint16(at + NAME_LENGTH_AT, true);
  const end = field + view.getUint16(at + EXTRA_LENGTH_AT, true);
  while (field + 4 <= end) {
    if (view.getUint16(field, true) === ZIP64) return field + 4;
    field += 4 + view.getUint16(field + 2, true);
  }
  return undefined;
}

function countRecords(
  view: DataView,
  whole: number,
): { readonly rows: number; readonly length: number } {
  let rows = 0;
  let length = 0;
  let next = afterRecord(view, 0, whole);
  for (; next !== undefined; next = afterRecord(view, next, whole)) {
    rows += 1;
    length = next;
  }
  return { rows, length };
}

function tooBig(name: string, limit: number, found: string): FramedexError<'ZIP_LIMIT'> {
  const advice =
    'Raise limits.maxArchiveMembers or limits.maxArchiveDirectoryBytes if you trust the archive';
  return new FramedexError('ZIP_LIMIT', 'the archive is too big', { name, limit, found, advice });
}
