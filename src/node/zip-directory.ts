import { isAscii, isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';
import { crc32 } from 'node:zlib';
import type * as Yauzl from 'yauzl';
import type { Entry } from 'yauzl';
import { readExactly, type Source } from '../bytes/source.ts';
import { FramedexError } from '../errors.ts';
import { nextTurn } from '../inflate/next-turn.ts';
import { findDirectory } from '../archive/zip-end.ts';
import {
  createRecords,
  LONGEST_NAME,
  type BrokenRecord,
  type DirectoryExtent,
  type DirectoryLimits,
  type ZipDirectory,
  type ZipRecords,
} from '../archive/zip-record.ts';

// It is CommonJS, which takes three times as long when it is imported.
const { fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader } = createRequire(
  import.meta.url,
)('yauzl') as typeof Yauzl;

// APPNOTE.TXT 4.3.12: the central directory's record of one file.
const RECORD = 0x02014b50;
const RECORD_LENGTH = 46;
/** APPNOTE.TXT 4.4.4: bits 6 and 11 of the flags. */
const STRONG_ENCRYPTION = 0x40;
const UTF_8 = 0x800;
/** APPNOTE.TXT 4.5.3: sizes and places that 32 bits do not hold are in the extra field of this number. */
const ZIP64 = 1;
const IN_ZIP64 = 0xffffffff;
const LONGEST_READ = 1024 * 1024;
/** yauzl is answered at once: the event loop gets a turn this often. */
const TURN_MILLISECONDS = 8;

/**
 * Reads the central directory. yauzl is shown a copy of it with an end record of our own, because by
 * itself it refuses archives with bytes before or after them; and without the records that it gives up
 * at, which are set aside here. Throws `ZIP_FORMAT` when there is no directory and `ZIP_LIMIT` when it
 * is too big.
 */
export async function readDirectory(
  source: Source,
  limits: DirectoryLimits,
  signal?: AbortSignal,
): Promise<ZipDirectory> {
  const { name } = source;
  const extent = await findDirectory(source, signal);
  const length = extent.end - extent.start;
  if (length > limits.directoryBytes) throw tooBig(name, limits.directoryBytes, `${length} bytes`);
  const bytes = Buffer.alloc(length + END_LENGTH);
  for (let at = 0; at < length; at += LONGEST_READ) {
    signal?.throwIfAborted();
    const part = Math.min(LONGEST_READ, length - at);
    bytes.set(await readExactly(source, extent.start + at, part, { signal }), at);
  }
  // The end record may promise more files than there are, or fewer: what is there counts.
  const { rows, end } = countRecords(bytes, length);
  if (rows > limits.entries) throw tooBig(name, limits.entries, `${rows} files`);

  const names = new Array<string>(rows);
  const broken = new Map<number, BrokenRecord>();
  // Other things may follow the records; a promise of other files makes them a fault.
  if (end + RECORD_LENGTH <= length && rows % extent.modulo !== extent.count) {
    broken.set(rows, { what: 'rest', offset: extent.start + end });
    names[rows] = `(file ${rows + 1} and later)`;
  }
  const kept = setBrokenAside(bytes.subarray(0, end), extent, names, broken);
  const records = createRecords(rows);
  let row = 0;
  let turn = Date.now();
  for await (const entry of entriesIn(bytes.subarray(0, kept.length + END_LENGTH), kept.rows)) {
    while (broken.has(row)) row += 1;
    setRecord(records, row, entry, extent.base);
    names[row] = nameOf(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields);
    row += 1;
    if (Date.now() - turn > TURN_MILLISECONDS) {
      await nextTurn();
      signal?.throwIfAborted();
      turn = Date.now();
    }
  }
  return { ...extent, records, names, broken };
}

/** As far as they follow each other, and where they end. */
function countRecords(
  bytes: Buffer,
  length: number,
): { readonly rows: number; readonly end: number } {
  let rows = 0;
  let end = 0;
  let next = afterRecord(bytes, 0, length);
  for (; next !== undefined; next = afterRecord(bytes, next, length)) {
    rows += 1;
    end = next;
  }
  return { rows, end };
}

/** Moves the records that yauzl reads together, to the front; of the others it notes what they are. */
function setBrokenAside(
  bytes: Buffer,
  { start }: DirectoryExtent,
  names: string[],
  broken: Map<number, BrokenRecord>,
): { readonly rows: number; readonly length: number } {
  let rows = 0;
  let length = 0;
  let next: number | undefined;
  for (let at = 0, row = 0; at < bytes.length; at = next, row += 1) {
    next = afterRecord(bytes, at, bytes.length) ?? bytes.length;
    const what = brokenPart(bytes, at);
    if (what === undefined) {
      if (length !== at) bytes.copyWithin(length, at, next);
      length += next - at;
      rows += 1;
      continue;
    }
    broken.set(row, { what, offset: start + at });
    const name = at + RECORD_LENGTH;
    const raw = bytes.subarray(name, name + bytes.readUInt16LE(at + 28));
    names[row] = nameOf(bytes.readUInt16LE(at + 8), raw, []);
  }
  return { rows, length };
}

/** What yauzl gives up at. */
function brokenPart(bytes: Buffer, at: number): BrokenRecord['what'] | undefined {
  if ((bytes.readUInt16LE(at + 8) & STRONG_ENCRYPTION) !== 0) return 'strong encryption';
  let field = at + RECORD_LENGTH + bytes.readUInt16LE(at + 28);
  const end = field + bytes.readUInt16LE(at + 30);
  let seesZip64 = false;
  while (field + 4 <= end) {
    const length = bytes.readUInt16LE(field + 2);
    if (field + 4 + length > end) return 'record';
    if (bytes.readUInt16LE(field) === ZIP64 && !seesZip64) {
      seesZip64 = true;
      const longOnes = [20, 24, 42].filter((from) => bytes.readUInt32LE(at + from) === IN_ZIP64);
      if (length < longOnes.length * 8) return 'record';
    }
    field += 4 + length;
  }
  return undefined;
}

/** The records, of which there are so many: the number in the archive's own end may be a lie. */
async function* entriesIn(bytes: Buffer, rows: number): AsyncGenerator<Entry, void, undefined> {
  writeEnd(bytes, rows);
  const zip = await fromRandomAccessReaderPromise(new MemoryReader(bytes), bytes.length, {
    autoClose: false,
    decodeStrings: false,
    validateEntrySizes: false,
  });
  yield* zip.eachEntry();
}

/** Answers at once: yauzl asks for the next record only when it is done with the last. */
class MemoryReader extends RandomAccessReader {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    super();
    this.#bytes = bytes;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    callback(null, this.#bytes.copy(buffer, offset, position, position + length));
  }
}

const END_LENGTH = 56 + 20 + 22;

/** APPNOTE.TXT 4.3.14 to 4.3.16, for a directory that begins at 0. */
function writeEnd(bytes: Buffer, rows: number): void {
  const length = bytes.length - END_LENGTH;
  const end = bytes.subarray(length).fill(0);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(rows), 32);
  end.writeUInt32LE(0x07064b50, 56);
  end.writeBigUInt64LE(BigInt(length), 64);
  end.writeUInt32LE(0x06054b50, 76);
}

function setRecord(records: ZipRecords, row: number, entry: Entry, base: number): void {
  const { fileNameRaw } = entry;
  records.offsets[row] = base + entry.relativeOffsetOfLocalHeader;
  records.compressedSizes[row] = entry.compressedSize;
  records.sizes[row] = entry.uncompressedSize;
  records.checksums[row] = entry.crc32;
  records.nameChecksums[row] = crc32(fileNameRaw);
  records.nameLengths[row] = fileNameRaw.length;
  records.methods[row] = entry.compressionMethod;
  records.flags[row] = entry.generalPurposeBitFlag;
  records.symbolicLinks[row] = isSymbolicLink(entry) ? 1 : 0;
}

/**
 * Many archivers write UTF-8 and do not say so; no other text of theirs is valid UTF-8 by chance. What is
 * not is code page 437, as APPNOTE.TXT D.1 has it.
 */
function nameOf(flags: number, stored: Buffer, extraFields: Entry['extraFields']): string {
  const raw = stored.subarray(0, LONGEST_NAME);
  const charset = !isAscii(raw) && isUtf8(raw) ? UTF_8 : 0;
  return getFileNameLowLevel(flags | charset, raw, extraFields, false);
}

/** Unix (3) and OS X (19) keep the mode of the file in the upper half of the attributes. */
function isSymbolicLink({ versionMadeBy, externalFileAttributes }: Entry): boolean {
  const host = versionMadeBy >>> 8;
  if (host !== 3 && host !== 19) return false;
  return ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}

/** Where the record after the one at `cursor` begins, when there is one at `cursor`. */
function afterRecord(bytes: Buffer, cursor: number, length: number): number | undefined {
  if (cursor + RECORD_LENGTH > length || bytes.readUInt32LE(cursor) !== RECORD) return undefined;
  const variable =
    bytes.readUInt16LE(cursor + 28) +
    bytes.readUInt16LE(cursor + 30) +
    bytes.readUInt16LE(cursor + 32);
  const next = cursor + RECORD_LENGTH + variable;
  return next <= length ? next : undefined;
}

function tooBig(name: string, limit: number, found: string): FramedexError<'ZIP_LIMIT'> {
  const advice =
    'Raise limits.maxArchiveMembers or limits.maxArchiveDirectoryBytes if you trust the archive';
  return new FramedexError('ZIP_LIMIT', 'the archive is too big', { name, limit, found, advice });
}
