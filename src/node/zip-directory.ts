import { createRequire } from 'node:module';
import { crc32 } from 'node:zlib';
import type * as Yauzl from 'yauzl';
import type { Entry } from 'yauzl';
import { readExactly, type Source } from '../bytes/source.ts';
import { FramedexError } from '../errors.ts';
import { findDirectory } from '../archive/zip-end.ts';
import {
  createRecords,
  LONGEST_NAME,
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
const STRONG_ENCRYPTION = 0x40;
const LONGEST_READ = 1024 * 1024;
/** Each costs yauzl a new start: of an archive of broken records only, no more are tried. */
const MOST_BROKEN = 256;

/**
 * Reads the central directory. yauzl is shown a copy of it with an end record of our own, because by
 * itself it refuses archives with bytes before or after them, and gives up at the first record that
 * it dislikes. Here such a record is set aside and the next one is read. Throws `ZIP_FORMAT` when
 * there is no directory and `ZIP_LIMIT` when it is too big.
 */
export async function readDirectory(
  source: Source,
  limits: DirectoryLimits,
): Promise<ZipDirectory> {
  const { name } = source;
  const extent = await findDirectory(source);
  const length = extent.end - extent.start;
  if (length > limits.directoryBytes) throw tooBig(name, limits.directoryBytes, `${length} bytes`);
  const bytes = Buffer.alloc(length + END_LENGTH);
  for (let at = 0; at < length; at += LONGEST_READ) {
    const part = Math.min(LONGEST_READ, length - at);
    bytes.set(await readExactly(source, extent.start + at, part), at);
  }
  // The end record may promise more files than there are, or fewer: what is there counts.
  const rows = countRecords(bytes, length);
  if (rows > limits.entries) throw tooBig(name, limits.entries, `${rows} files`);

  const records = createRecords(rows);
  const names: string[] = [];
  const broken = new Map<number, FramedexError>();
  for (let cursor = 0; cursor + RECORD_LENGTH <= length;) {
    try {
      for await (const entry of entriesFrom(bytes, cursor)) {
        setRecord(records, names.length, entry, extent.base);
        names.push(nameOf(entry));
        cursor += RECORD_LENGTH + variableLength(entry);
        if (cursor >= length) break;
      }
    } catch (cause) {
      const row = names.length;
      const next = broken.size < MOST_BROKEN ? afterRecord(bytes, cursor, length) : undefined;
      // Other things may follow the records; a promise of more files makes them a fault.
      if (next !== undefined || row < extent.count) {
        const { name, error } = brokenRecord(bytes, cursor, next, extent, row, cause);
        broken.set(row, error);
        names.push(name);
      }
      cursor = next ?? length;
    }
  }
  return { ...extent, records, names, broken };
}

/** As far as they follow each other. */
function countRecords(bytes: Buffer, length: number): number {
  let rows = 0;
  let next = afterRecord(bytes, 0, length);
  for (; next !== undefined; next = afterRecord(bytes, next, length)) rows += 1;
  return rows;
}

/** The records from `cursor` on, as many as can be there: the number stored may be modulo 65,536. */
async function* entriesFrom(bytes: Buffer, cursor: number): AsyncGenerator<Entry, void, undefined> {
  const rest = bytes.subarray(cursor);
  writeEnd(rest);
  const zip = await fromRandomAccessReaderPromise(new MemoryReader(rest), rest.length, {
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
function writeEnd(bytes: Buffer): void {
  const length = bytes.length - END_LENGTH;
  const end = bytes.subarray(length).fill(0);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeBigUInt64LE(BigInt(Math.floor(length / RECORD_LENGTH)), 32);
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

function nameOf({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string {
  const raw = fileNameRaw.subarray(0, LONGEST_NAME);
  return getFileNameLowLevel(generalPurposeBitFlag, raw, extraFields, false);
}

/** Unix (3) and OS X (19) keep the mode of the file in the upper half of the attributes. */
function isSymbolicLink({ versionMadeBy, externalFileAttributes }: Entry): boolean {
  const host = versionMadeBy >>> 8;
  if (host !== 3 && host !== 19) return false;
  return ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}

function variableLength(entry: Entry): number {
  return entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
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

function brokenRecord(
  bytes: Buffer,
  cursor: number,
  next: number | undefined,
  extent: DirectoryExtent,
  row: number,
  cause: unknown,
): { readonly name: string; readonly error: FramedexError } {
  const offset = extent.start + cursor;
  if (next === undefined) {
    const name = `(file ${row + 1} and later)`;
    const summary = 'the rest of the central directory is broken';
    const expected = `${extent.count} files`;
    const details = { name, offset, expected, found: `${row}` };
    return { name, error: new FramedexError('ZIP_FORMAT', summary, details, { cause }) };
  }
  const flags = bytes.readUInt16LE(cursor + 8);
  const start = cursor + RECORD_LENGTH;
  const length = Math.min(LONGEST_NAME, bytes.readUInt16LE(cursor + 28));
  const raw = bytes.subarray(start, start + length);
  const name = getFileNameLowLevel(flags, raw, [], false);
  const error =
    (flags & STRONG_ENCRYPTION) === 0
      ? new FramedexError(
          'ZIP_FORMAT',
          'its record in the central directory is broken',
          { name, offset },
          { cause },
        )
      : new FramedexError('ZIP_ENCRYPTED', 'strong encryption', { name, offset }, { cause });
  return { name, error };
}

function tooBig(name: string, limit: number, found: string): FramedexError<'ZIP_LIMIT'> {
  const advice =
    'Raise limits.maxArchiveMembers or limits.maxArchiveDirectoryBytes if you trust the archive';
  return new FramedexError('ZIP_LIMIT', 'the archive is too big', { name, limit, found, advice });
}
