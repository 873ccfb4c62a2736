import { crc32 } from 'node:zlib';
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
} from 'yauzl';
import { readExactly, type Source } from '../bytes/source.ts';
import { FramedexError, isFramedexError } from '../errors.ts';
import { findDirectory } from '../archive/zip-end.ts';
import type {
  BrokenRecord,
  DirectoryExtent,
  DirectoryLimits,
  ZipDirectory,
  ZipRecord,
} from '../archive/zip-record.ts';

// APPNOTE.TXT 4.3.12: the central directory's record of one file.
const RECORD = 0x02014b50;
const RECORD_LENGTH = 46;
const STRONG_ENCRYPTION = 0x40;
const LONGEST_READ = 1024 * 1024;
/** Each costs yauzl a new start, so an archive of broken records only would take a minute. */
const MOST_BROKEN = 1000;

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
  const promised = Math.min(extent.count, Math.floor(length / RECORD_LENGTH));
  if (promised > limits.entries) throw tooBig(name, limits.entries, `${promised} files`);

  const bytes = Buffer.alloc(length + END_LENGTH);
  for (let at = 0; at < length; at += LONGEST_READ) {
    const part = Math.min(LONGEST_READ, length - at);
    bytes.set(await readExactly(source, extent.start + at, part), at);
  }
  const records: ZipRecord[] = [];
  const broken: BrokenRecord[] = [];
  for (let cursor = 0; cursor + RECORD_LENGTH <= length;) {
    try {
      for await (const entry of entriesFrom(bytes, cursor)) {
        records.push(slimRecord(entry, extent.base));
        cursor += RECORD_LENGTH + variableLength(entry);
        if (records.length > limits.entries) {
          throw tooBig(name, limits.entries, `${records.length} files and more`);
        }
        if (cursor >= length) break;
      }
    } catch (cause) {
      if (isFramedexError(cause)) throw cause;
      const found = records.length + broken.length;
      const next = broken.length < MOST_BROKEN ? afterRecord(bytes, cursor, length) : undefined;
      // Other things may follow the records; a promise of more files makes them a fault.
      if (next !== undefined || found < extent.count) {
        broken.push(brokenRecord(bytes, cursor, next, extent, found, cause));
      }
      cursor = next ?? length;
    }
  }
  return { ...extent, records, broken };
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

function slimRecord(entry: Entry, base: number): ZipRecord {
  const { fileNameRaw, generalPurposeBitFlag: flags, extraFields } = entry;
  return {
    name: getFileNameLowLevel(flags, fileNameRaw, extraFields, false),
    offset: base + entry.relativeOffsetOfLocalHeader,
    compressedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    method: entry.compressionMethod,
    flags,
    crc32: entry.crc32,
    nameLength: fileNameRaw.length,
    nameCrc32: crc32(fileNameRaw),
    symbolicLink: isSymbolicLink(entry),
  };
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
  found: number,
  cause: unknown,
): BrokenRecord {
  const offset = extent.start + cursor;
  if (next === undefined) {
    const name = `(file ${found + 1} and later)`;
    const summary = 'the rest of the central directory is broken';
    const expected = `${extent.count} files`;
    const details = { name, offset, expected, found: `${found}` };
    return { name, error: new FramedexError('ZIP_FORMAT', summary, details, { cause }) };
  }
  const flags = bytes.readUInt16LE(cursor + 8);
  const start = cursor + RECORD_LENGTH;
  const raw = bytes.subarray(start, start + bytes.readUInt16LE(cursor + 28));
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
